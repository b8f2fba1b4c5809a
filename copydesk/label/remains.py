"""Pass three: what the rules left in the text is looked at once more, now that it is known what went.

The scorer weighs a line before any rule has spoken. Only afterwards is it known what the lines beside it turned out to
be, where the paragraphs begin and end that nobody doubts, how sure the rest of the article is, and whether the line
speaks of what they speak of. A chance that is fair among doubtful lines is poor for the one line between two sure
paragraphs. Trees weigh that: the chance, what came of the page, and no word of any language.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

import numpy as np

from copydesk.article import KEPT_ROLES, TEXT_ROLES
from copydesk.label import company, head
from copydesk.label.decide import Decision, Decisions, decide, run
from copydesk.label.learned import elsewhere
from copydesk.label.pack import thresholds
from copydesk.label.page import Page
from copydesk.label.scorer import model as scorer

DOUBTED = frozenset(
    {"body.paragraph", "default", "body.subheading", "body.continued", "body.beside", "body.told"},
)
"""The rules that kept a line for want of anything better, or for its neighbours; other lines are not asked again."""

NAMES = (
    "chance", "apart", "keep_from", "page_doubted", "page_chance", "least_other", "middle_other",
    "chance_-2", "chance_-1", "chance_+1", "chance_+2", "stays_-1", "stays_+1",
    "box_lines", "box_stays", "box_chance", "blank_before", "blank_after", "parted",
    "steady", "steady_above", "steady_below", "from_steady", "to_steady",
    "prose", "shared",
)  # fmt: skip
"""What the trees see of a line, in order; the chances are the scorer's."""

_BESIDE = (company.box, company.doubtful, company.above, company.below, head.first)
_VOICES = ("unquoted:we", "unquoted:you")
_SUBJECTS = (
    *("ask", "offer", "letter", "salutation", "message", "truncated", "tip", "copying", "permission", "frequency"),
    "button",
)
_OUTSIDE, _NONE = -1.0, -0.1
_EVEN = 0.5
"""Below this chance a line is likelier furniture."""
_FAR = 30.0
"""Lines to the next paragraph that nobody doubts, where there is none."""
_PARTED = 3
"""A page of no more boxes is not parted by blank lines."""


_LOOSE = frozenset({"body.paragraph", "default", "body.subheading"})
"""Those of them that look at no neighbour."""


def reviewed(page: Page, decided: Decisions) -> dict[int, Decision]:
    """The decisions, but for sentences that were kept in doubt and do not go with the article as it now stands, and for
    what stands by these: labels go with them, and what they leave at the head of the page is its headline."""
    found = _found(page, decided)
    if not found:
        return dict(decided)
    open_ = {place for place, (_, evidence) in decided.items() if evidence.rule in _LOOSE and place not in found}
    known = {place: decision for place, decision in decided.items() if place not in open_} | found
    return {**decided, **run(_BESIDE, page, known)}


def _found(page: Page, decided: Decisions) -> dict[int, Decision]:
    """The sentences that go."""
    trees = scorer.default_model().remains
    places = asked(page, decided) if trees else []
    if not trees or not places:
        return {}
    prose, other = _stay_from(page, decided)
    found: dict[int, Decision] = {}
    for place, chance in zip(places, scorer.chance(trees.raw(np.array(rows(page, decided, places)))), strict=True):
        line = page[place]
        if chance < (prose if line.shape.prose else other):
            seen = f"chance {chance:.2f} beside what stays of the page, {line.chance:.2f} before that was known"
            found[place] = decide(elsewhere(line), "learned.remains", seen, round(1 - float(chance), 2))
    return found


def _stay_from(page: Page, decided: Decisions) -> tuple[float, float]:
    """From which chance on paragraphs stay, and shorter sentences: a lower one where much of the page is doubted, and
    where the article itself tells of what furniture speaks of."""
    limits = thresholds()
    told = _steady(page, decided, _SUBJECTS)
    calm = (levels[min(told, len(levels) - 1)] for levels in (limits.remains_prose, limits.remains_other))
    share = doubted(page)
    prose, other = (float(np.interp(share, limits.remains_shares, (most, limits.remains_crowded))) for most in calm)
    return prose, other


def _steady(page: Page, decided: Decisions, signals: Sequence[str]) -> int:
    """How many lines of the article that the scorer is sure of give one of the signals."""
    sure = thresholds().steady_from
    return sum(
        line.chance >= sure and line.says(*signals) and decided[place][0] in TEXT_ROLES
        for place, line in enumerate(page)
    )


def doubted(page: Page) -> float:
    """The share of the page's lines that the scorer takes for furniture rather."""
    return sum(line.chance < _EVEN for line in page) / len(page)


def asked(page: Page, decided: Decisions) -> list[int]:
    """The places of the sentences that stay and are asked again: kept in doubt, and not sure to the scorer. Labels, and
    entries of lists, are left to the rules that know their neighbours; and a line that speaks to the reader or of
    itself to the article, where other lines of it do so too, as in a column or a letter."""
    if not page.scored:
        return []
    limits = thresholds()
    doubted = [
        place
        for place, line in enumerate(page)
        if line.chance < limits.remains_below and line.shape.ending != "none" and decided[place][1].rule in DOUBTED
    ]
    if not any(page[place].says(*_VOICES) for place in doubted):
        return doubted
    told = _steady(page, decided, _VOICES)
    return [place for place in doubted if told < limits.voices or not page[place].says(*_VOICES)]


@dataclass(frozen=True, slots=True)
class _Left:
    """What is left of a page, for its lines to be seen against."""

    stays: Sequence[float]
    """Line: 2 in the text, 1 in a field of its own, 0 set aside."""
    paragraphs: frozenset[int]
    """Places of the paragraphs that stay in the text."""
    chances: Sequence[float]
    """Their chances, in order."""
    steady: Sequence[int]
    """Places of those that the scorer is sure of."""
    told: Counter[str]
    """In how many of these each stem stands."""
    box: Sequence[int]
    """Line: its box, which is what stands between two blank lines."""
    boxes: Sequence[_Box]


@dataclass(frozen=True, slots=True)
class _Box:
    lines: int
    stay: int
    chances: float
    """Their sum."""


def rows(page: Page, decided: Decisions, places: Sequence[int]) -> list[list[float]]:
    """For each of the places the values of ``NAMES``. Every line of the page is decided."""
    left = _left(page, decided)
    mean = fmean(left.chances) if left.chances else 0.0
    whole = [round(value, 6) for value in (doubted(page), mean)]
    return [
        [*_row(page, left, place, whole), *_boxed(page, left, place), *_placed(page, left, place)] for place in places
    ]


def _left(page: Page, decided: Decisions) -> _Left:
    roles = [decided[place][0] for place in range(len(page))]
    stays = [2.0 if role in TEXT_ROLES else float(role in KEPT_ROLES) for role in roles]
    paragraphs = [place for place, role in enumerate(roles) if role in TEXT_ROLES and page[place].shape.prose]
    steady = [place for place in paragraphs if page[place].chance >= thresholds().steady_from]
    starts = [place for place, line in enumerate(page) if place == 0 or line.gap]
    boxes = [range(*ends) for ends in pairwise([*starts, len(page)])]
    return _Left(
        stays,
        frozenset(paragraphs),
        sorted([page[place].chance for place in paragraphs]),
        steady,
        Counter([stem for place in steady for stem in page.about((place,))]),
        [number for number, box in enumerate(boxes) for _ in box],
        [
            _Box(len(box), sum(stays[place] > 0 for place in box), sum(page[place].chance for place in box))
            for box in boxes
        ],
    )


def _row(page: Page, left: _Left, place: int, whole: Sequence[float]) -> list[float]:
    """The line's chances, and those of the page and of the neighbours."""
    line = page[place]
    near = [place + step for step in (-2, -1, 1, 2)]
    inside = range(len(page))
    return [
        line.chance,
        line.apart,
        line.keep_from,
        *whole,
        *_others(left.chances, line.chance if place in left.paragraphs else None),
        *[page[other].chance if other in inside else _OUTSIDE for other in near],
        *[left.stays[other] if other in inside else _OUTSIDE for other in near[1:3]],
    ]


def _others(ordered: Sequence[float], own: float | None) -> tuple[float, float]:
    """The least and the middle one of the chances but for one's own; they are many, and asked for often."""
    many = len(ordered) - (own is not None)
    if not many:
        return _NONE, _NONE
    at = len(ordered) if own is None else bisect_left(ordered, own)
    low, high = (ordered[place + (place >= at)] for place in ((many - 1) // 2, many // 2))
    return ordered[at == 0], round((low + high) / 2, 6)


def _boxed(page: Page, left: _Left, place: int) -> list[float]:
    """What stands close to the line, and how blank lines part it from the rest."""
    box, line = left.boxes[left.box[place]], page[place]
    others = box.lines - 1
    return [
        box.lines,
        box.stay - (left.stays[place] > 0),
        round((box.chances - line.chance) / others, 6) if others else _NONE,
        line.gap,
        page[place + 1].gap if place + 1 < len(page) else 0,
        len(left.boxes) > _PARTED,
    ]


def _placed(page: Page, left: _Left, place: int) -> list[float]:
    """Where the line stands among the paragraphs that nobody doubts, and whether it speaks of the same things."""
    steady = left.steady
    above, past = bisect_left(steady, place), bisect_right(steady, place)
    stems = page.about((place,))
    shared = sum(left.told[stem] > past - above for stem in stems)
    return [
        len(steady),
        above,
        len(steady) - past,
        place - steady[above - 1] if above else _FAR,
        steady[past] - place if past < len(steady) else _FAR,
        page[place].shape.prose,
        round(shared / len(stems), 6) if stems else _NONE,
    ]
