"""Runs cases: counts them, times them, and keeps those that fail, as small as they can be made.

A thousand cases are a round, and each target has its share of every round. ``attempt`` tries one case where it is;
``work`` tries rounds in processes of their own, because a fault in a library's C code ends the process.
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import random
import re
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fuzzing.case import HEAD
from fuzzing.targets import TARGETS, Target

ROUND = 1_000
HANGS = 1.0
"""Seconds of work from which a case counts as a hang."""
_STOPPED = 10.0  # seconds of work at which it is stopped
_GONE = 600.0  # seconds without a sign of life after which its process is
_SHRINKING = 5.0
_ALIKE = 3  # findings of one place that are kept


class Hang(BaseException):
    """Not an Exception: what is fuzzed catches those."""


@dataclass(frozen=True)
class Finding:
    """``place``: where it was raised; findings of one target and place are alike."""

    target: str
    place: str
    told: str
    data: bytes


@dataclass
class Count:
    """Of one target: cases, those taken (the rest was refused as it may be), seconds of work, and the slowest."""

    cases: int = 0
    taken: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    findings: list[Finding] = field(default_factory=list)


def case(target: Target, seed: int, number: int, mutator: Any = None) -> bytes:
    """The case of that number."""
    return (mutator or target.mutator()).case(random.Random(f"{seed}/{target.name}/{number}"), HEAD)


def attempt(target: Target, data: bytes) -> tuple[bool, float, Finding | None]:
    """Whether the case was taken, the seconds of work that it took, and what was found."""
    taken, seconds, raised = _timed(target, data)
    if raised is None and seconds > HANGS:
        _, again, raised = _timed(target, data)
        if raised is None and min(again, seconds) > HANGS:
            return taken, seconds, Finding(target.name, "hang", f"it takes {min(again, seconds):.1f} s", data)
    if raised is None:
        return taken, seconds, None
    told = "".join(traceback.format_exception(raised)[-12:])
    return False, seconds, Finding(target.name, _place(raised), told, data)


def _timed(target: Target, data: bytes) -> tuple[bool, float, BaseException | None]:
    started = time.thread_time()
    try:
        with _stopped_after(_STOPPED):
            return target.run(data), time.thread_time() - started, None
    except (Exception, Hang) as error:
        return False, time.thread_time() - started, error


@contextlib.contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise Hang(f"stopped after {seconds:.0f} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _place(error: BaseException) -> str:
    if isinstance(error, Hang):
        return "hang"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.endswith("case.py")]
    own = [frame for frame in frames if re.search(r"/(copydesk|fuzzing)/", frame.filename)] or frames
    return f"{type(error).__name__} at {Path(own[-1].filename).name}:{own[-1].lineno}"


def small(target: Target, finding: Finding) -> Finding:
    """The finding with as little of its case as still fails in the same place."""
    until = time.monotonic() + _SHRINKING
    step = len(finding.data) // 2
    while step and finding.place != "hang" and time.monotonic() < until:
        at, shorter = HEAD, None
        while at < len(finding.data) and time.monotonic() < until:
            _, _, again = attempt(target, finding.data[:at] + finding.data[at + step :])
            if again is not None and again.place == finding.place:
                finding = shorter = again
            else:
                at += step
        step = min(step, len(finding.data)) // (1 if shorter and step > 1 else 2)
    return finding


def keep(finding: Finding, folder: Path) -> Path:
    """Writes the case as a file that can be run again."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{slug(finding.target)}-{hashlib.sha256(finding.data).hexdigest()[:8]}.case"
    path.write_bytes(finding.data)
    return path


def slug(name: str) -> str:
    return name.lower().replace(" ", "_")


def again(path: Path) -> Finding | None:
    """Runs a case that was kept; its name says of which target it is."""
    (target,) = (one for one in TARGETS if slug(one.name) == path.stem.rpartition("-")[0])
    return attempt(target, path.read_bytes())[2]


def rounds(numbers: Sequence[int], seed: int, targets: Sequence[Target], until: float) -> Iterator[tuple[str, Count]]:
    """Runs those rounds up to a moment of the monotonic clock; a count for each target's share of each."""
    mutators = {target.name: target.mutator() for target in targets}
    found: Counter[str] = Counter()
    for number in numbers:
        for target in targets:
            if time.monotonic() > until:
                return
            count = Count()
            for one in range(number * target.share, (number + 1) * target.share):
                taken, seconds, finding = attempt(target, case(target, seed, one, mutators[target.name]))
                count.cases += 1
                count.taken += taken
                count.seconds += seconds
                count.slowest = max(count.slowest, seconds)
                if finding is not None:
                    found[alike := f"{target.name} {finding.place}"] += 1
                    if found[alike] <= _ALIKE:
                        count.findings.append(small(target, finding))
            yield target.name, count


def _worker(numbers: Sequence[int], seed: int, targets: Sequence[Target], until: float, pipe: Connection) -> None:
    for name, count in rounds(numbers, seed, targets, until):
        pipe.send((name, count))
    pipe.send(None)


def work(
    numbers: Sequence[int], seed: int, targets: Sequence[Target], *, seconds: float, jobs: int
) -> Iterator[tuple[str, Count]]:
    """The same in processes; one that dies or says nothing any more is a finding, and its rounds go on behind it."""
    context = multiprocessing.get_context("spawn")
    until = time.monotonic() + seconds
    waiting: list[tuple[Any, Connection, list[int], list[int]]] = []

    def start(mine: Sequence[int]) -> None:
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=_worker, args=(mine, seed, targets, until, there))
        process.start()
        there.close()
        waiting.append((process, here, list(mine), [0]))

    for job in range(jobs):
        if numbers[job::jobs]:
            start(numbers[job::jobs])
    while waiting:
        process, pipe, mine, done = waiting.pop(0)
        try:
            if not pipe.poll(_GONE):
                process.kill()
            told = pipe.recv()
        except EOFError:
            process.join()
            place, name = done[0] // len(targets), targets[done[0] % len(targets)].name
            what = f"its process ended with {process.exitcode} in round {mine[place]}"
            yield name, Count(findings=[Finding(name, "crash", what, b"")])
            if mine[place + 1 :]:
                start(mine[place + 1 :])
            continue
        if told is None:
            process.join()
            continue
        done[0] += 1
        waiting.append((process, pipe, mine, done))
        yield told
