"""How far a round over partitions is, how fast it goes, and about how long it will still take: measured, not hoped."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

Hears = Callable[[float, str], None]
"""Hears a share of the whole, from 0 to 1, and a sentence on where that is."""

_FIRST, _STEP = 3.0, 5.0
"""Seconds before anything is said of the rest, and between two sentences to a person."""


class Pace:
    """Of one round over partitions of known ``sizes``, in articles or in bytes."""

    def __init__(
        self,
        doing: str,
        sizes: Sequence[int],
        unit: str,
        hears: Hears,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._doing, self._sizes, self._unit, self._hears, self._clock = doing, sizes, unit, hears, clock
        self._total = max(1, sum(sizes))
        self._done = self._finished = 0
        self._began = clock()

    def done(self, number: int) -> None:
        """The partition in this place came to its end."""
        self._done += self._sizes[number]
        self._finished += 1
        self._hears(self._done / self._total, self._sentence(self._clock() - self._began))

    def _sentence(self, seconds: float) -> str:
        told = f"{self._doing} {self._finished:,} of {len(self._sizes):,} partitions"
        if seconds < _FIRST or not self._done:
            return told
        rate = self._done / seconds
        told += f", {_amount(rate, self._unit)} a second"
        left = self._total - self._done
        return f"{told}; {spoken(left / rate)} left of it" if left else told


def now_and_then(say: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> Hears:
    """Says what it hears, but no more than a person can read; the end of a round always."""
    last = clock()

    def hears(share: float, sentence: str) -> None:
        nonlocal last
        if share >= 1 or clock() - last >= _STEP:
            last = clock()
            say(sentence)

    return hears


def within(hears: Hears, start: float, end: float) -> Hears:
    """For a round that is only this part of the whole."""
    return lambda share, sentence: hears(start + (end - start) * share, sentence)


def spoken(seconds: float) -> str:
    """A time that is not known any better: ``about 40 s``, ``about 12 min``, ``about 3.5 h``."""
    if seconds < 90:
        return f"about {max(1, round(seconds)):,} s"
    minutes = seconds / 60
    return f"about {round(minutes):,} min" if minutes < 90 else f"about {minutes / 60:,.1f} h"


def _amount(rate: float, unit: str) -> str:
    return f"{rate / 1e6:,.1f} MB" if unit == "bytes" else f"{rate:,.0f} {unit}"
