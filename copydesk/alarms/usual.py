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
    def away(self) -> float:
        """By how much the last batch is above the median, or below it; 0 inside the usual range."""
        return self.now - self.median if self.now < self.low or self.now > self.high else 0.0


def usual(nights: Sequence[Night], limits: Mapping[str, float], versions: int = 1) -> Usual | None:
    """From versions that have something new, oldest first; None where they are too few to tell.

    Neighbours are joined until they have articles enough, and are at least ``versions``.
    """
    (articles, now), *older = _batches(nights, max(1, int(limits["batch_articles"])), versions) or [(0, 0.0)]
    least = max(1, int(limits["batches_at_least"]))
    if len(older) < least:
        return None
    values = [value for _, value in older[max(0, min(int(limits["recent"]), len(older) - least)) :]]
    inside = sorted(values)
    rare = _rarest(len(inside), limits)
    middle = median(inside)
    spread = _NORMAL * median(abs(value - middle) for value in inside)
    return Usual(articles, now, middle, inside[rare], inside[-1 - rare], spread)


def chance(found: Usual, limits: Mapping[str, float]) -> float:
    """By how many points a share moves that is counted in so few articles. Never 0: two articles are thought of that
    have what is counted, and two that do not (Agresti and Coull, 1998)."""
    share = (found.median * found.articles + 2) / (found.articles + 4)
    return limits["deviations"] * sqrt(share * (1 - share) / found.articles)


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


def _batches(nights: Sequence[Night], articles: int, versions: int) -> list[Night]:
    """Newest first; what is left over at the far end is none."""
    batches: list[Night] = []
    joined: list[Night] = []
    for night in reversed(nights):
        joined.append(night)
        count = sum(number for number, _ in joined)
        if count >= articles and len(joined) >= versions:
            batches.append((count, sum(number * value for number, value in joined) / count))
            joined = []
    return batches
