"""The lines of several pages in one row, and what is reckoned of each within its own page.

Floats that are added up in another order differ in their last digit. So whatever is added up here is added up as it
would be for one page alone: no page knows which others are read with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from copydesk.label.scorer.characters import Floats, Ints

Bools = NDArray[np.bool_]

FAR = 12
"""Distances (lines) are cut here."""


@dataclass(frozen=True)
class Spans:
    """Which lines are of which page. Pages without a line have their place too."""

    page: Ints
    """Line: its page."""
    count: Ints
    """Page: how many lines it has."""

    @cached_property
    def first(self) -> Ints:
        """Page: its first line."""
        first: Ints = np.cumsum(self.count) - self.count
        return first

    @cached_property
    def here(self) -> Ints:
        """Line: how many lines of its page stand above."""
        here: Ints = np.arange(len(self.page)) - self.first[self.page]
        return here

    @cached_property
    def below(self) -> Ints:
        """Line: how many lines of its page stand below."""
        below: Ints = self.count[self.page] - 1 - self.here
        return below

    @cached_property
    def _bounds(self) -> list[tuple[int, int]]:
        return list(zip(self.first.tolist(), (self.first + self.count).tolist(), strict=True))

    def shifted(self, values: Floats, offset: int, outside: float) -> Floats:
        """The value of the line ``offset`` further on; ``outside`` where the page has none."""
        out = np.full(len(values), outside)
        if offset > 0:
            out[:-offset] = values[offset:]
            out[self.below < offset] = outside
        else:
            out[-offset:] = values[:offset]
            out[self.here < -offset] = outside
        return out

    def sums(self, values: Floats | Bools) -> Floats:
        """Page: the sum of its lines' values, which are whole or halves: those add up exactly in any order."""
        return np.bincount(self.page, weights=values, minlength=len(self.count)).astype(np.float64)

    def shares(self, flag: Bools) -> Floats:
        """Page: the share of its lines that are flagged."""
        out: Floats = self.sums(flag) / np.maximum(self.count, 1)
        return out

    def means(self, values: Floats) -> Floats:
        """Page: the mean of its lines' values, 0 where it has none."""
        return np.array([values[begin:end].mean() if end > begin else 0.0 for begin, end in self._bounds])

    def running(self, values: Floats) -> Running:
        """The sums of each page's values from its beginning on."""
        totals = np.zeros(len(values) + len(self.count))
        for page, (begin, end) in enumerate(self._bounds):
            np.cumsum(values[begin:end], out=totals[begin + page + 1 : end + page + 1])
        return Running(self, values, totals)

    def ordered(self, values: Floats, flag: Bools, empty: float) -> Ordered:
        """The values of each page's flagged lines in order; ``empty`` alone where a page has none."""
        pages = self.page[flag]
        none = np.flatnonzero(np.bincount(pages, minlength=len(self.count)) == 0)
        pages = np.concatenate((pages, none))
        chosen = np.concatenate((values[flag], np.full(len(none), empty)))
        return Ordered(self, chosen[np.lexsort((chosen, pages))], np.bincount(pages, minlength=len(self.count)))

    def runs(self, flag: Bools) -> tuple[Floats, Floats]:
        """For each line: length of the run of equal flags it is in, and its place in that run."""
        new = self.here == 0
        new[1:] |= flag[1:] != flag[:-1]
        starts = np.flatnonzero(new)
        which = np.cumsum(new) - 1
        length = np.diff(np.concatenate((starts, [len(flag)])))
        return length[which].astype(np.float64), (np.arange(len(flag)) - starts[which]).astype(np.float64)

    def distances(self, flag: Bools) -> tuple[Floats, Floats]:
        """Lines to the nearest flagged line above and below (the line itself left out), at most FAR."""
        n = len(flag)
        if not n:
            return np.zeros(0), np.zeros(0)
        here = np.arange(n)
        above = np.maximum.accumulate(np.where(flag, here, -FAR - 1))
        above = here - np.concatenate(([-FAR - 1], above[:-1]))
        below = np.minimum.accumulate(np.where(flag, here, n + FAR + 1)[::-1])[::-1]
        below = np.concatenate((below[1:], [n + FAR + 1])) - here
        above = np.where(above > self.here, FAR, np.minimum(above, FAR))
        below = np.where(below > self.below, FAR, np.minimum(below, FAR))
        return above.astype(np.float64), below.astype(np.float64)

    def stretches(self, body: Bools, width: Floats, bridge: int = 4) -> Stretches:
        """Stretches of ``body`` lines with at most ``bridge`` others between."""
        at = np.flatnonzero(body)
        which = np.full(len(body), -1, np.int64)
        none = np.full(len(self.count), -1, np.int64)
        if not len(at):
            return Stretches(which, np.zeros(1), none, none)
        new = (np.diff(at) > bridge + 1) | (np.diff(self.page[at]) > 0)
        number = np.concatenate(([0], np.cumsum(new)))
        which[at] = number
        begin = at[np.concatenate(([True], new))]
        end = at[np.concatenate((new, [True]))]
        mass = np.bincount(number, weights=width[at]).astype(np.float64)
        page = self.page[begin]
        best = np.lexsort((begin, -mass, page))
        best = best[np.concatenate(([True], np.diff(page[best]) > 0))]
        first, last = none.copy(), none.copy()
        first[page[best]], last[page[best]] = begin[best], end[best]
        return Stretches(which, mass, first, last)


@dataclass(frozen=True, slots=True)
class Stretches:
    which: Ints
    """Line: its stretch, -1 for none."""
    mass: Floats
    """Stretch: the width of its lines."""
    begin: Ints
    """Page: the first line of its largest stretch, -1 for none; and the last one."""
    end: Ints


@dataclass(frozen=True, slots=True)
class Running:
    """Sums from the beginning of each page on, one more than it has lines."""

    spans: Spans
    values: Floats
    totals: Floats

    def above(self) -> Floats:
        """Line: the sum of all lines of its page that stand above."""
        out: Floats = self.totals[np.arange(len(self.values)) + self.spans.page]
        return out

    def around(self, before: int, after: int) -> Floats:
        """Mean over the lines from ``before`` above to ``after`` below, the line itself left out; 0 where there is
        none."""
        spans = self.spans
        low, high = np.minimum(spans.here, before), np.minimum(spans.below, after) + 1
        at = np.arange(len(self.values)) + spans.page
        mass = self.totals[at + high] - self.totals[at - low] - self.values
        out: Floats = mass / np.maximum(high + low - 1, 1)
        return out


@dataclass(frozen=True, slots=True)
class Ordered:
    """Values in order, page after page; each page has one at least."""

    spans: Spans
    values: Floats
    count: Ints
    """Page: how many it has."""

    def means(self) -> Floats:
        """Page: the mean of its values."""
        ends = np.cumsum(self.count).tolist()
        starts = [0, *ends[:-1]]
        return np.array([self.values[start:end].mean() for start, end in zip(starts, ends, strict=True)])

    def medians(self) -> Floats:
        """Page: the middle one of its values, or the mean of the middle two."""
        start = np.cumsum(self.count) - self.count
        out: Floats = (self.values[start + (self.count - 1) // 2] + self.values[start + self.count // 2]) / 2
        return out

    def ranks(self, values: Floats) -> Floats:
        """Line: the share of its page's values that are less than its own among ``values``."""
        ends = np.cumsum(self.count).tolist()
        starts, lines = [0, *ends[:-1]], np.cumsum(self.spans.count).tolist()
        out = np.zeros(len(values), np.int64)
        for start, end, first, last in zip(starts, ends, [0, *lines[:-1]], lines, strict=True):
            out[first:last] = self.values[start:end].searchsorted(values[first:last])
        ranks: Floats = out / self.count[self.spans.page]
        return ranks
