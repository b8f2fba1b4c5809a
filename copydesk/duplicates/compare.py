"""Whether two texts are versions of one: their paragraphs are aligned, and what stands in both is counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import NamedTuple

import numpy as np

from copydesk.duplicates.pack import Pack
from copydesk.duplicates.tokens import pieces, spans, tokens

Run = int
"""Words in a row, as a hash: of two runs that differ, one in 2**60 is taken for the other. Python is slower
with longer integers."""

_NOWHERE = -1


class Paragraph(NamedTuple):
    """The runs of words of a paragraph, each once, in order, and the numbers in it."""

    runs: Collection[Run]
    numbers: frozenset[int]


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
    """A text as comparisons see it: its paragraphs, its runs of words with the paragraph of each, and its length (runs,
    counted once a paragraph)."""

    paragraphs: Sequence[Paragraph]
    runs: Sequence[Run]
    places: Sequence[int]
    size: int

    def first_places(self) -> dict[Run, int]:
        """In which paragraph each run stands first."""
        # From the last to the first, so that the first place of a run is what stays.
        return dict(zip(reversed(self.runs), reversed(self.places), strict=True))


class _Pair(NamedTuple):
    """The places of two paragraphs, how many runs they share, and whether that is all of the smaller one."""

    left: int
    right: int
    runs: int
    whole: bool


def outlines(texts: Sequence[str], pack: Pack) -> list[Outline]:
    """The outlines of texts."""
    return [made for piece in pieces(texts) for made in _outlines(texts[piece], pack.run_words)]


def _outlines(texts: Sequence[str], size: int) -> Iterator[Outline]:
    found = tokens(texts)
    lines = found.lines()
    runs = np.maximum(np.diff(lines) - size + 1, 1)  # of each line; a short one is a run by itself
    of_line = np.repeat(np.arange(len(runs)), runs)
    low = np.arange(len(of_line)) + (lines[:-1] - np.cumsum(runs) + runs)[of_line]
    hashes = (spans(found.hashes, low, np.minimum(low + size, lines[1:][of_line])) >> np.uint64(4)).tolist()
    numeric = np.flatnonzero(found.numbers())
    numbers = found.hashes[numeric].tolist()
    bounds = np.append(0, np.cumsum(runs)).tolist()
    number_bounds = np.searchsorted(numeric, lines).tolist()
    made = [
        Paragraph(dict.fromkeys(hashes[slice(*run)]).keys(), frozenset(numbers[slice(*number)]))
        for run, number in zip(pairwise(bounds), pairwise(number_bounds), strict=True)
    ]
    of_text = np.searchsorted(lines, found.first)
    places = (of_line - np.repeat(of_text[:-1], np.diff(np.append(0, np.cumsum(runs))[of_text]))).tolist()
    for first, last in pairwise(of_text.tolist()):
        own = slice(bounds[first], bounds[last])
        paragraphs = made[first:last]
        yield Outline(paragraphs, hashes[own], places[own], sum([len(paragraph.runs) for paragraph in paragraphs]))


def overlap(one: Outline, other: Outline, pack: Pack) -> Overlap:
    """What two texts have in common. Of two of one length, the first counts as the shorter. Linear in their length, but
    for a logarithm."""
    shorter, longer = (one, other) if one.size <= other.size else (other, one)
    pairs = _pairs(shorter, longer, pack.paragraph_share)
    if not pairs:
        return Overlap(0.0, 0.0, 0.0, False)
    lines = len(longer.paragraphs)
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
    pairs = []
    place_of = right.first_places().get
    for number, paragraph in enumerate(left.paragraphs):
        common = Counter(map(place_of, paragraph.runs, repeat(_NOWHERE)))
        del common[_NOWHERE]
        for place, runs in sorted(common.items()):
            partner = right.paragraphs[place]
            most = min(len(paragraph.runs), len(partner.runs))
            if runs >= share * most and not _disagree(paragraph, partner):
                pairs.append(_Pair(number, place, runs, runs == most))
    return pairs


def _disagree(left: Paragraph, right: Paragraph) -> bool:
    """Whether each has a number that the other has not: what marks a form that was filled in twice (a weather report,
    a result), while whoever edits a paragraph seldom touches its numbers."""
    return bool(left.numbers - right.numbers) and bool(right.numbers - left.numbers)


def _in_order(pairs: Sequence[_Pair], rights: int) -> int:
    """The most runs that pairs can share which do not cross: the heaviest non-decreasing subsequence, by a Fenwick
    tree of maxima over the right text's paragraphs."""
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
