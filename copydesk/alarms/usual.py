"""What is usual: medians, ranges and spreads of a series that nobody has cleaned, and how far from it something is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import sqrt
from statistics import fmean, median, pstdev

_NORMAL = 1.4826  # scales a median deviation to the standard deviation of a normal distribution

Night = tuple[int, float]
"""How many articles (or files) a version has first, and a figure of them."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The last batch, and what is usual in the batches before it."""

    articles: int
    now: float
    median: float
    low: float
    high: float
    """The range of all but the rarest."""
    spread: float

    @property
    def edge(self) -> float:
        """The end of the usual range that lies on the side of the last batch."""
        return self.high if self.now > self.median else self.low

    def moved(self, chance: float, limits: Mapping[str, float]) -> float:
        """By how much the last batch is above the median, or below it; 0 where that is usual, or may be chance."""
        outside = self.now - self.edge if self.now > self.median else self.edge - self.now
        far = abs(self.now - self.median) > limits["spreads"] * self.spread
        return self.now - self.median if far and outside > chance else 0.0


def usual(nights: Sequence[Night], limits: Mapping[str, float]) -> Usual | None:
    """From versions that have something new, oldest first; None where they are too few to tell.

    Neighbours are joined until they have articles enough.
    """
    now, *older = _batches(nights, max(1, int(limits["batch_articles"]))) or [(0, 0.0)]
    return _usual(now, older, limits)


def usual_span(nights: Sequence[Night], versions: int, limits: Mapping[str, float]) -> Usual | None:
    """The same for the last so many versions together, against every other span of as many."""
    spans = [_joined(nights[end - versions : end]) for end in range(len(nights), versions - 1, -1)]
    return _usual(spans[0], spans[versions:], limits) if spans else None


def _usual(now: Night, older: Sequence[Night], limits: Mapping[str, float]) -> Usual | None:
    least = max(1, int(limits["batches_at_least"]))
    if len(older) < least:
        return None
    inside = sorted(value for _, value in older[max(0, min(int(limits["recent"]), len(older) - least)) :])
    rare = _rarest(len(inside), limits)
    middle = median(inside)
    spread = _NORMAL * median(abs(value - middle) for value in inside)
    return Usual(now[0], now[1], middle, inside[rare], inside[-1 - rare], spread)


def share_moved(found: Usual, limits: Mapping[str, float]) -> float:
    """By how many points a share of articles is above or below the usual one; 0 where that is usual or may be chance.

    Chance is never 0: two articles are thought of that have what is counted, and two that do not (Agresti and Coull,
    The American Statistician 52, 1998).
    """
    share = (found.edge * found.articles + 2) / (found.articles + 4)
    return found.moved(limits["deviations"] * sqrt(share * (1 - share) / found.articles), limits)


def mean_moved(found: Usual, spread: float, limits: Mapping[str, float]) -> float:
    """The same for a mean of values of which one an article has that standard deviation."""
    return found.moved(limits["deviations"] * spread / sqrt(found.articles), limits)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """On which day something came last, and how many days without anything are ordinary."""

    last: date
    longest: int
    """The longest usual pause, in days."""
    limit: float


def rhythm(days: Sequence[date], limits: Mapping[str, float]) -> Rhythm | None:
    """The rhythm of days, each once and in order; None where they are too few to have one."""
    if len(days) < max(2, int(limits["arrivals_at_least"])):
        return None
    pauses = sorted((after - before).days for before, after in pairwise(days))
    pauses = pauses[: len(pauses) - _rarest(len(pauses), limits)]
    irregular = fmean(pauses) + limits["pause_deviations"] * pstdev(pauses)
    limit = max(limits["pause_days"], limits["pauses"] * pauses[-1], irregular)
    return Rhythm(days[-1], pauses[-1], limit)


def _rarest(count: int, limits: Mapping[str, float]) -> int:
    return min(int(limits["rare"] * count), (count - 1) // 2)


def _batches(nights: Sequence[Night], articles: int) -> list[Night]:
    """Newest first; what is left over at the far end is none."""
    batches: list[Night] = []
    joined: list[Night] = []
    for night in reversed(nights):
        joined.append(night)
        if sum(count for count, _ in joined) >= articles:
            batches.append(_joined(joined))
            joined = []
    return batches


def _joined(nights: Sequence[Night]) -> Night:
    count = sum(articles for articles, _ in nights)
    return count, sum(articles * value for articles, value in nights) / count
