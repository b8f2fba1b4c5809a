"""The command line. Every error is one sentence that says what, where and what to do; exit codes are in ``errors``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Any

from copydesk.commands import names, reading, run, taking_back
from copydesk.commands.output import let_go, progress
from copydesk.errors import FULL, CopydeskError, StoreError
from copydesk.setup import commands as setup

_FAMILIES = (run, reading, taking_back, names, setup)
_EXIT_CODES = """\
exit codes: 0 done · 1 a fault · 2 the command or a hand-edited file is wrong · 3 nothing to do with the raw folder
4 a critical expectation failed · 5 the dataset is not there, not writable, full or in use
6 a version is missing or not what it says · 7 no Prefect server answers
8 a gate stopped the version: look, then --accept it · 9 published, but look: a critical alarm sounds"""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    arguments = _parser().parse_args(argv)
    # Work is shared out between processes. Threads inside each would only wait for one another: the matrices are small.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        with _ended_in_order():
            return int(arguments.command(arguments) or 0)
    except CopydeskError as error:
        progress(str(error))
        return error.exit_code
    except BrokenPipeError:
        let_go()
        return 0
    except OSError as error:
        if error.errno not in FULL:
            raise
        where = error.filename or "the disk"
        progress(f"No space is left on {where} ({error.strerror}): free some. The last version is as it was.")
        return StoreError.exit_code
    except KeyboardInterrupt as end:
        progress("stopped. The last version is as it was.")
        return 128 + (signal.SIGTERM if isinstance(end, _Terminated) else signal.SIGINT)


class _Terminated(KeyboardInterrupt):
    """SIGTERM, as service managers and ``kill`` send it: what a run has in the machine's temporary folder, which may be
    as much as the dataset, goes with it."""


@contextmanager
def _ended_in_order() -> Iterator[None]:
    if current_thread() is not main_thread():  # signals are no other's affair
        yield
        return

    def end(*_: object) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before or signal.SIG_DFL)


class _Parser(argparse.ArgumentParser):
    """Every command's help ends with the exit codes, in lines of their own."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"epilog": _EXIT_CODES, "formatter_class": argparse.RawDescriptionHelpFormatter, **options})


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="copydesk", description="Turns scraped news into a dataset that a stranger can cite, load and check."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for family in _FAMILIES:
        family.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
