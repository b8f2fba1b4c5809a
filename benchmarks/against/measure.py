"""What a command costs: seconds of the processor and peak memory of all its processes, on one core.

Linux only: it reads ``/proc``, and adopts the processes that a command leaves behind, so that each is waited for and
counted, and none goes on into the next measurement.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_ADOPT = 36  # PR_SET_CHILD_SUBREAPER: orphans of our children become ours
_EVERY = 1.0  # seconds between two looks at the memory: to look costs time of the processor too


@dataclass(frozen=True)
class Cost:
    """``cpu``: seconds, user and system, of the whole tree. ``peak``: bytes of all processes at once, shared pages
    counted once, as looked at now and then; at least those of the largest process, which the system keeps."""

    code: int
    cpu: float
    wall: float
    peak: int


def run(
    command: Sequence[str], *, core: int, log: Path, environment: Mapping[str, str], folder: Path, seconds: float
) -> Cost:
    """Runs the command on one core. What it prints goes to ``log``; after so many ``seconds`` it is ended (code -9)."""
    ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
    began = time.monotonic()
    cpu, largest = 0.0, 0
    with log.open("ab") as out:
        started = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder,
            env={**os.environ, **environment},
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509 - one thread runs at this point
        )  # fmt: skip
        done = threading.Event()
        peak = [0]
        watch = threading.Thread(target=_watch, args=(done, peak, seconds), daemon=True)
        watch.start()
        code = -9
        while True:
            try:
                pid, status, used = os.wait4(-1, 0)
            except ChildProcessError:
                break
            cpu += used.ru_utime + used.ru_stime  # of those that it has waited for too
            largest = max(largest, used.ru_maxrss * 1024)
            if pid == started.pid:
                code = os.waitstatus_to_exitcode(status)
                _end(_tree())  # what it left behind
        started.returncode = code  # waited for above
    wall = time.monotonic() - began
    done.set()
    watch.join()
    return Cost(code, cpu, wall, max(peak[0], largest))


def _watch(done: threading.Event, peak: list[int], seconds: float) -> None:
    began = time.monotonic()
    while not done.wait(_EVERY):
        tree = _tree()
        peak[0] = max(peak[0], sum(_memory(pid) for pid in tree))
        if time.monotonic() - began > seconds:
            _end(tree)


def _end(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _tree() -> list[int]:
    """The processes below this one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found, edge = [], {os.getpid()}
    while edge := {pid for pid, parent in parents.items() if parent in edge}:
        found += sorted(edge)
    return found


def _memory(pid: int) -> int:
    """Bytes that the process holds, its part of what several share."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
