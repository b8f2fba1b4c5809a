"""What can go wrong for a person, each with its exit code. Every message says what, where and what to do."""

from __future__ import annotations

import errno

PUBLISHED_BUT_LOOK = 9
"""The exit code of a run that is no error: all is published, and a critical alarm sounds."""


FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the operating system says where there is no room for a file: the disk is full, the quota is used up, or a file
would become larger than this process or that disk may have one."""


class CopydeskError(Exception):
    """Base of all errors that end a run with a sentence instead of a traceback."""

    exit_code = 1


class ConfigError(CopydeskError, ValueError):
    """A file edited by hand says something that it can't."""

    exit_code = 2


class NothingToDo(CopydeskError):
    """The raw folder is missing, unreadable, or holds no article."""

    exit_code = 3


class NotValid(CopydeskError):
    """A critical expectation failed for a whole table: nothing was published."""

    exit_code = 4


class StoreError(CopydeskError):
    """The dataset folder can't be written, is full, or is in use, or may not have this version."""

    exit_code = 5


class NoServer(CopydeskError):
    """Prefect's server could not be reached, or did not start."""

    exit_code = 7


class NotAccepted(CopydeskError):
    """A gate stopped the version: it differs from the last one in a way that nobody has accepted."""

    exit_code = 8


class NotVerified(CopydeskError):
    """A published version is missing, or does not hold what it says."""

    exit_code = 6
