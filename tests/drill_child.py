"""Runs of ``copydesk run --plain`` that die, find no space, or live by another clock. For the drills.

A server that has loaded everything forks a child for every order, because loading takes longer than a small run. What
is loaded is all that differs from a run of its own process: Great Expectations answers in the child itself.
"""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

CHANGING = {"os.rename", "os.mkdir", "os.symlink", "os.chmod", "os.remove", "os.rmdir", "sqlite3.connect"}
WRITING = os.O_WRONLY | os.O_RDWR


class Here:
    """The validator, in this process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def validate(self, data: Mapping[str, pa.Table], suites: Path, as_of: date) -> Any:
        from copydesk.quality.validate import validate  # noqa: PLC0415

        return validate(data, suites, as_of)


def at_change(places: list[str], number: int, act: Callable[[str], None]) -> list[int]:
    """Calls ``act`` right before the ``number``-th change below one of the places, from 0, and before each after it.

    Returns the count of changes, as a list of one number that grows. A sum of what Python itself writes: libraries in C
    that open files of their own are not seen.
    """
    count = [0]

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            changes = isinstance(arguments[2], int) and bool(arguments[2] & WRITING)
        else:
            changes = event in CHANGING
        paths = [os.fspath(a) for a in arguments if isinstance(a, str | os.PathLike)] if changes else []
        if any(isinstance(path, str) and path.startswith(tuple(places)) for path in paths):
            count[0] += 1
            if count[0] > number:
                act(paths[0])

    sys.addaudithook(watch)
    return count


def die(_: str) -> None:
    os.kill(os.getpid(), 9)


def no_space(path: str) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)


def nothing(_: str) -> None:
    pass


def obey(order: dict[str, Any]) -> int:
    """One run: ``args`` of the command; ``die_at`` or ``full_at``, a number of changes below ``places``; ``clock``,
    seconds to set it ahead; ``told``, a file for what is said, and how many changes there were. What is printed before
    a kill may be lost: everything else happens as it would."""
    from copydesk import build, cli  # noqa: PLC0415

    build.Validator = Here  # type: ignore[assignment,misc]
    os.environ.update(order.get("env", {}))
    if ahead := order.get("clock"):
        real = time.time
        time.time = lambda: real() + ahead
    act, number = nothing, 0
    if "die_at" in order:
        act, number = die, order["die_at"]
    elif "full_at" in order:
        act, number = no_space, order["full_at"]
    with Path(order["told"]).open("w") as told:
        os.dup2(told.fileno(), 1)
        os.dup2(told.fileno(), 2)
        count = at_change(order["places"], number, act)
        code = cli.main(order["args"])
        sys.stdout.flush()
        sys.stderr.flush()
        print(f"changes: {count[0]}", file=told, flush=True)
    return code


def serve() -> None:
    """An order a line on standard input, an exit code a line on standard output."""
    import great_expectations  # noqa: F401, PLC0415

    from copydesk import build, clean, cli  # noqa: F401, PLC0415

    clean(b"A line of English, so that the packs, the scorer and the models of languages are read once.")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            code = 70
            try:
                code = obey(json.loads(line))
            finally:
                os._exit(code)
        print(end_of(child, json.loads(line).get("kill_after")), flush=True)


def end_of(child: int, kill_after: float | None) -> int:
    """The child's exit code. Only who waits for a child may kill it: its number cannot be another's before that."""
    until = time.monotonic() + (kill_after if kill_after is not None else 0.0)
    while kill_after is not None and time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    if kill_after is not None:
        os.kill(child, 9)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


class Runs:
    """The server, from outside."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, order: dict[str, Any]) -> int:
        """The exit code of a run. ``kill_after`` in the order: seconds until it is killed, if it has not ended."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order) + "\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())

    def close(self) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(timeout=60)


if __name__ == "__main__":
    serve()
