"""What tells linear work from work by the square: on a clock that is turned by hand, and on the real one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import growth
import pytest
from growth import grows_linearly, least_seconds

Tell = Callable[[Iterable[float]], tuple[bool, list[int]]]


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch) -> Tell:
    """What is said of work that takes these seconds, one after the other; and the lengths that it was asked to do."""

    def tell(seconds: Iterable[float]) -> tuple[bool, list[int]]:
        left, lengths, now = iter(seconds), [], 0.0

        def work(length: int) -> None:
            nonlocal now
            lengths.append(length)
            now += next(left)

        monkeypatch.setattr(growth.time, "process_time", lambda: now)
        return grows_linearly(work, 10), lengths

    return tell


def test_linear_work_is_measured_once(tell: Tell) -> None:
    assert tell([1.0, 1.0, 4.0]) == (True, [10, 10, 40])


def test_work_by_the_square_is_measured_five_times(tell: Tell) -> None:
    assert tell([1.0, 1.0, *[16.0] * 5]) == (False, [10, 10, *[40] * 5])


@pytest.mark.parametrize("busy", range(5))
def test_a_machine_that_is_quiet_once_is_quiet_enough(tell: Tell, busy: int) -> None:
    assert tell([1.0, 1.0, *[40.0] * busy, 4.0]) == (True, [10, 10, *[40] * (busy + 1)])


def test_what_is_loaded_the_first_time_hides_nothing(tell: Tell) -> None:
    assert not tell([30.0, 1.0, *[16.0] * 5])[0]


def test_work_that_takes_next_to_nothing_has_a_grace(tell: Tell) -> None:
    assert tell([0.0, 0.0, 0.04])[0]


def test_the_least_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 3.0, 3.0, 5.0, 5.0, 9.0])
    monkeypatch.setattr(growth.time, "process_time", lambda: next(clock))
    assert least_seconds(lambda: None) == 2.0


def test_a_loop_in_a_loop_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the grace, in which a fast machine gets by. That it is found out one time of three is enough: where a
    machine was busy during the short one, both times, and not during the long one, the square is hidden."""
    monkeypatch.setattr(growth, "GRACE", 0.0)

    def square(length: int) -> None:
        for _ in range(length):
            for _ in range(length):
                pass

    assert any(not grows_linearly(square, 400) for _ in range(3))


def test_a_loop_passes() -> None:
    def line(length: int) -> None:
        for _ in range(length):
            pass

    assert grows_linearly(line, 500_000)
