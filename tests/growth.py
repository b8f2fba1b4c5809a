"""Whether work grows with the length of what it is given, told from processor time on however busy a machine."""

from __future__ import annotations

import time
from collections.abc import Callable

ROUNDS = 5
GRACE = 0.05  # seconds: what the system and the collector of garbage may add to work that takes next to nothing


def grows_linearly(work: Callable[[int], object], length: int) -> bool:
    """Whether ``work(4 * length)`` takes less than eight times the seconds of ``work(length)``, and a small grace.

    Linear work takes four times as long, work by the square of the length sixteen times. Of each the least is kept: a
    busy machine only ever adds. So the short one is measured twice (the first time it may also load what is kept for
    later), and the long one up to five times, until it shows that it takes little enough; more often would not help.

    ``length`` has to be so long that its square would show beside the grace: that it takes some 0.01 s by the square.
    """
    short = least_seconds(lambda: work(length), 2)
    long = _seconds(lambda: work(4 * length))
    for _ in range(ROUNDS - 1):
        if _soon(long, short):
            break
        long = min(long, _seconds(lambda: work(4 * length)))
    return _soon(long, short)


def least_seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The least seconds of processor time that it takes; for work of one size, which cannot be seen to grow."""
    return min(_seconds(work) for _ in range(rounds))


def _soon(long: float, short: float) -> bool:
    return long < 8 * short + GRACE


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
