"""What can go wrong where versions live. Each message is a sentence that says what, where and what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copydesk.errors import FULL, NotVerified, StoreError


class DatasetNotWritable(StoreError):
    """The dataset's folder cannot be written: permissions, a read-only disk, or a file in its place."""


class DiskFull(StoreError):
    """No space was left, or the quota was used up. Nothing of the new version is kept; the last one is as it was."""


class StoreBusy(StoreError):
    """Another run holds the writer's lock."""


class BrokenStore(StoreError):
    """A version, or what is said of the versions, is missing, or is not as a run leaves it: something changed it."""

    exit_code = NotVerified.exit_code


class BrokenBuild(StoreError):
    """What was built is not a whole version: files and SHA256SUMS disagree, or release.json says something else."""


class OutOfOrder(StoreError):
    """The run's date lies before the latest version's, so that the new one would not be the last one made."""


class NoSuchDataset(StoreError, LookupError):
    """There is no dataset in that place, or no version in it yet."""


class NoSuchVersion(StoreError, LookupError):
    """The dataset does not list that version."""

    exit_code = NotVerified.exit_code


class Withdrawn(NoSuchVersion):
    """The version was withdrawn: its data are gone, and a tombstone says why."""


class ComesBack(Withdrawn):
    """What would be published is a version that was yanked or withdrawn."""

    exit_code = StoreError.exit_code


class YankedWarning(UserWarning):
    """The version should not be used any more; its data are there all the same."""


class MissingPlugin(StoreError, ImportError):
    """A plugin of fsspec is not installed."""


class NoSuchTable(StoreError, LookupError):
    """The version has no table of that name."""


class NoSuchColumn(StoreError, LookupError):
    """The table has no column of that name."""


_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT})  # a virtual disk says the last
_NO_FOLDER = frozenset({errno.ENOTDIR, errno.EEXIST})


def is_disk_full(error: BaseException) -> bool:
    """Whether an error, or one that it came from, says that no space is left."""
    return _no_room(error) is not None


def _no_room(error: BaseException) -> int | None:
    """What the operating system said of it, where it did."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in FULL:
            return seen.errno
        seen = seen.__cause__ or seen.__context__
    return None


@contextmanager
def disk_full(dataset: Path) -> Iterator[None]:
    """Turns any error that comes from a full disk into DiskFull."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        if not is_disk_full(error):
            raise
        what = (
            f"A file of a new version in {dataset} would be larger than one may be: raise the limit (ulimit -f)"
            if _no_room(error) == errno.EFBIG
            else f"No space is left for a new version in {dataset}: free some"
        )
        raise DiskFull(f"{what} and run again. Nothing of it was kept, and the last version is as it was.") from error


@contextmanager
def not_writable(dataset: Path) -> Iterator[None]:
    """Turns a refusal by the operating system into DatasetNotWritable, and a full disk into DiskFull."""
    with disk_full(dataset):
        try:
            yield
        except OSError as error:
            if error.errno in _NO_FOLDER:
                raise DatasetNotWritable(
                    f"{dataset} cannot be a folder, because {error.filename or dataset} is a file: "
                    "name another folder for the dataset."
                ) from error
            if error.errno in _REFUSED:
                raise DatasetNotWritable(
                    f"{error.filename or dataset} cannot be written ({error.strerror}): make the dataset's folder "
                    f"{dataset} writable for this user, or name another one."
                ) from error
            raise
