"""Whether two texts are versions of one: their paragraphs are aligned, and what stands in both is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from copydesk.duplicates.pack import Pack
from copydesk.duplicates.tokens import Flags, Hashes, Places, Sums, pieces, tokens

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of the shorter and of the longer text stands in paragraphs that both have in the same order; how much of
    that in paragraphs that stand whole in the other text (0 to 1); whether both begin with the same paragraph."""

    of_shorter: float
    of_longer: float
    untouched: float
    same_opening: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A text as comparisons see it.

    ``runs`` are its runs of words as hashes, sorted, each once a paragraph, ``places`` the paragraph of each; where
    ``new``, a run is not the one before, and its paragraph is the first that it stands in. ``sizes`` has the number of
    runs of each paragraph, ``numbers`` the numbers in those that have any.
    """

    runs: Hashes
    places: Places
    new: Flags
    sizes: Places
    numbers: Mapping[int, frozenset[int]]

    @property
    def size(self) -> int:
        """Its length: runs, counted once a paragraph."""
        return len(self.runs)


class _Pair(NamedTuple):
    """The places of two paragraphs, how many runs they share, and whether that is all of the smaller one."""

    left: int
    right: int
    runs: int
    whole: bool


def outlines(texts: Sequence[str], pack: Pack) -> list[Outline]:
    """The outlines of texts."""
    return [made for piece in pieces(list(map(len, texts))) for made in _outlines(texts[piece], pack.run_words)]


def _outlines(texts: Sequence[str], size: int) -> Iterator[Outline]:
    found = tokens(texts)
    lines = found.lines()
    runs = np.maximum(np.diff(lines) - size + 1, 1)  # of each line; a short one is a run by itself
    of_line = np.repeat(np.arange(len(runs)), runs)
    low = np.arange(len(of_line)) + (lines[:-1] - np.cumsum(runs) + runs)[of_line]
    hashes = Sums(found.hashes).spans(low, np.minimum(low + size, lines[1:][of_line]))
    numeric = np.flatnonzero(found.numbers())
    numbers, number_lines = found.hashes[numeric], np.searchsorted(lines, numeric, side="right") - 1
    first_lines = np.searchsorted(lines, found.first)
    bounds = np.append(0, np.cumsum(runs))[first_lines].tolist()
    number_bounds = np.searchsorted(numeric, found.first).tolist()
    for (line, last), run, number in zip(*map(pairwise, (first_lines.tolist(), bounds, number_bounds)), strict=True):
        own, told = slice(*run), slice(*number)
        yield _outline(hashes[own], of_line[own] - line, last - line, numbers[told], number_lines[told] - line)


def _outline(runs: Hashes, places: Places, paragraphs: int, numbers: Hashes, number_places: Places) -> Outline:
    order = np.argsort(runs, kind="stable")  # so that of one run the places stay in order
    runs, places = runs[order], places[order]
    new, once = np.ones((2, len(runs)), bool)
    np.not_equal(runs[1:], runs[:-1], out=new[1:])
    np.logical_or(new[1:], places[1:] != places[:-1], out=once[1:])
    told: dict[int, set[int]] = {}
    for place, number in zip(number_places.tolist(), numbers.tolist(), strict=True):
        told.setdefault(place, set()).add(number)
    places = places[once]
    sizes = np.bincount(places, minlength=paragraphs)
    return Outline(runs[once], places, new[once], sizes, {place: frozenset(some) for place, some in told.items()})


def overlap(one: Outline, other: Outline, pack: Pack) -> Overlap:
    """What two texts have in common. Of two of one length, the first counts as the shorter. Linear in their length, but
    for a logarithm."""
    shorter, longer = (one, other) if one.size <= other.size else (other, one)
    pairs = _pairs(shorter, longer, pack.paragraph_share)
    if not pairs:
        return Overlap(0.0, 0.0, 0.0, False)
    lines = len(longer.sizes)
    common = _in_order(pairs, lines)
    untouched = _in_order([pair for pair in pairs if pair.whole], lines)
    opening = any(pair.left == pair.right == 0 for pair in pairs)
    return Overlap(common / shorter.size, common / longer.size, untouched / common, opening)


def one_text(found: Overlap, same_day: bool, truncated: bool, pack: Pack) -> bool:
    """Whether that makes two texts versions of one.

    ``truncated``: one of them is known to be cut off. ``same_day``: they are known to be published on one day; if not,
    a text that has something new in every paragraph may be a form that is filled in every day.
    """
    if not (same_day or found.untouched >= pack.untouched_share or found.of_shorter >= pack.other_day_share):
        return False
    if truncated and found.same_opening and found.of_shorter >= pack.truncated_share:
        return True
    return found.of_shorter >= pack.shorter_share and found.of_longer >= pack.longer_share


def verdict(found: Overlap, pack: Pack) -> int:
    """``one_text`` in every case, as the bits of a number: ``holds`` reads it."""
    cases = ((same_day, truncated) for same_day in (False, True) for truncated in (False, True))
    return sum(one_text(found, *case, pack) << place for place, case in enumerate(cases))


def holds(verdict: int, same_day: bool, truncated: bool) -> bool:
    """What a verdict says of a case."""
    return bool(verdict >> (2 * same_day + truncated) & 1)


def _pairs(left: Outline, right: Outline, share: float) -> list[_Pair]:
    """The paragraphs of the left text with those of the right that they are versions of.

    A paragraph that one text splits has several partners.
    """
    if not right.size:
        return []
    known, firsts = right.runs[right.new], right.places[right.new]
    at = np.minimum(known.searchsorted(left.runs), len(known) - 1)
    both = known[at] == left.runs
    paragraphs, runs = np.unique(left.places[both] * len(right.sizes) + firsts[at[both]], return_counts=True)
    one, other = np.divmod(paragraphs, len(right.sizes))
    most = np.minimum(left.sizes[one], right.sizes[other])
    alike = runs >= share * most
    found = (values[alike].tolist() for values in (one, other, runs, runs == most))
    ours, theirs = left.numbers.get, right.numbers.get
    return [pair for pair in map(_Pair, *found) if not _disagree(ours(pair.left, _NONE), theirs(pair.right, _NONE))]


def _disagree(ours: frozenset[int], theirs: frozenset[int]) -> bool:
    """Whether each paragraph has a number that the other has not: what marks a form that was filled in twice (a weather
    report, a result), while whoever edits a paragraph seldom touches its numbers."""
    return not (ours <= theirs or theirs <= ours)


def _in_order(pairs: Sequence[_Pair], rights: int) -> int:
    """The most runs that pairs can share which do not cross: the heaviest non-decreasing subsequence, by a Fenwick
    tree of maxima over the right text's paragraphs."""
    if all(one.right <= other.right for one, other in pairwise(pairs)):  # none cross, as in most copies
        return sum(pair.runs for pair in pairs)
    best = [0] * (rights + 1)
    for _, partner, runs, _ in pairs:
        at, before = partner + 1, 0
        while at:
            before = max(before, best[at])
            at &= at - 1
        at, total = partner + 1, before + runs
        while at <= rights:
            best[at] = max(best[at], total)
            at += at & -at
    at, most = rights, 0
    while at:
        most = max(most, best[at])
        at &= at - 1
    return most
