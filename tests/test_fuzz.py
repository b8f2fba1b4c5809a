"""A few seconds of fuzzing, the same cases each time; and every case that was ever found, which must not come back."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from fuzzing import run
from fuzzing.case import HEAD, Case, holds
from fuzzing.targets import TARGETS, Target

FOUND = sorted((Path(__file__).parent / "golden" / "fuzz").glob("*.case"))
SECONDS = 2.0
"""Of work on each target at the most: whoever has a slow machine does not wait for the last case."""


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_promises_hold_on_made_up_inputs(target: Target) -> None:
    mutator, until = target.mutator(), time.thread_time() + SECONDS
    found, done, taken = [], 0, 0
    while done < min(200, 2 * target.share) and time.thread_time() < until:
        accepted, _, finding = run.attempt(target, run.case(target, 0, done, mutator))
        found += [finding.told] if finding else []
        done, taken = done + 1, taken + accepted
    assert found == []
    assert taken > 0  # cases of which none is taken try nothing but how they are refused


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_does_not_come_back(path: Path) -> None:
    finding = run.again(path)
    assert finding is None, finding.told if finding else ""


def _seeds() -> tuple[bytes]:
    return (b"The ferry at Skarra sailed again.",)


def _breaks(case: Case) -> bool:
    holds(b"ferry" not in case.data, "a ferry")
    return True


def _hangs(case: Case) -> bool:
    while b"ferry" in case.data:
        pass
    return True


def test_a_case_is_made_again_from_its_number_and_made_small(tmp_path: Path) -> None:
    target = Target("breaking", _breaks, _seeds, 1)
    first = next(number for number in range(99) if run.attempt(target, run.case(target, 3, number))[2])
    finding = run.attempt(target, run.case(target, 3, first))[2]
    assert finding is not None
    assert finding.data == run.case(target, 3, first, target.mutator())
    assert run.small(target, finding).data[HEAD:] == b"ferry"
    assert run.keep(finding, tmp_path).read_bytes() == finding.data


def test_a_case_without_end_is_stopped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_STOPPED", 0.2)
    target = Target("hanging", _hangs, _seeds, 1)
    finding = run.attempt(target, bytes(HEAD) + b"ferry")[2]
    assert finding is not None
    assert finding.place == "hang"


def _dies(case: Case) -> bool:
    return os.kill(os.getpid(), signal.SIGKILL) is None


def _lives(case: Case) -> bool:
    return True


def test_a_process_that_dies_is_told_and_the_rest_goes_on() -> None:
    targets = [Target("living", _lives, _seeds, 2), Target("dying", _dies, _seeds, 1)]
    outcomes = list(run.work([0, 1], 0, targets, seconds=600, jobs=1))
    assert [(name, count.cases, len(count.findings)) for name, count in outcomes] == [
        ("living", 2, 0),
        ("dying", 0, 1),
        ("living", 2, 0),
        ("dying", 0, 1),
    ]
