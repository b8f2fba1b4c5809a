"""Pass three, for what is no sentence: labels that the rules left in the text are looked at once more, run by run.

A subheading, an ingredient or a verse is as short as a button, and no line of them tells by itself what it is.
Furniture comes as a few such lines in a row, which have little to do with each other and nothing with what stands
below; the article's own head what follows, or go on for long and are built alike. Trees weigh that, beside what they
see of a sentence (``copydesk.label.remains``), and know no word of any language.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence, Set
from itertools import pairwise
from statistics import fmean

import numpy as np

from copydesk.article import TEXT_ROLES, Role
from copydesk.label import remains
from copydesk.label.body import entry
from copydesk.label.decide import FURNITURE, Decision, Decisions, decide
from copydesk.label.learned import elsewhere
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine, titled
from copydesk.label.repeats import OPENERS
from copydesk.label.scorer import model as scorer

NAMES = (
    *remains.NAMES,
    "run_lines", "run_place", "run_chance", "run_least", "run_most", "run_shared", "run_figures", "run_alike",
    "came_above", "came_below", "chance_above", "chance_below", "closed_above", "words_above", "words_below",
    "blank_above", "blank_below", "parted_prose",
    "words", "chars", "figures", "letters", "titled", "stems", "leads", "fellows", "copies",
    "runs", "labels", "by_sentences",
)  # fmt: skip
"""What the trees see of a label, in order: what they see of a sentence, its run and what stands above and below that,
the line itself, and how many there are of its kind."""

KEPT = frozenset({"default", "body.subheading", "body.result", "body.result_heading"})
"""The rules that keep a label for its place alone."""

_OUTSIDE, _NONE = -1.0, -0.1
_LONGEST = 12  # words
_GREETING = 4  # words
_ENTRIES = 2
"""So many of a kind make a list."""
_COMMAS = (",", "，", "،", "、")
_CLOSED = {"none": 0.0, "ellipsis": 1.0, "colon": 2.0, "sentence": 3.0}


def reviewed(page: Page, decided: Decisions) -> dict[int, Decision]:
    """The decisions, but for labels that do not go with the article as it now stands."""
    trees = scorer.default_model().loose
    places = asked(page, decided) if trees else []
    if not trees or not places:
        return dict(decided)
    limits = thresholds()
    least = float(np.interp(remains.doubted(page), limits.remains_shares, limits.loose_from))
    found: dict[int, Decision] = {}
    for place, chance in zip(places, scorer.chance(trees.raw(np.array(rows(page, decided, places)))), strict=True):
        line = page[place]
        if chance < least:
            seen = f"chance {chance:.2f} as a label beside what stays of the page, {line.chance:.2f} alone"
            found[place] = decide(elsewhere(line), "learned.loose", seen, round(1 - float(chance), 2))
    return {**decided, **found}


def asked(page: Page, decided: Decisions) -> list[int]:
    """The places of the labels that stay in the text and are asked again.

    Those of a list, a verse or a letter are not, nor what is said, nor a line that its page has cut short, nor what
    stands right above an article whose headline nobody knew.
    """
    if not page.scored:
        return []
    texts = [place for place in range(len(page)) if decided[place][0] in TEXT_ROLES]
    if any(_greets(page[place]) for place in texts[:2]):
        return []
    begins = next((place for place in texts if page[place].shape.ending != "none"), len(page))
    heads = {begins - 1, *texts[:1]}
    if any(role is Role.HEADLINE for role, _ in decided.values()):
        heads = set()
    return [
        place
        for run in _runs(page, decided)
        if not _listed(page, run) and not _leads(page, run.stop)
        for place in run
        if decided[place][1].rule in KEPT and not _cut(page, place) and place not in heads
    ]


def _listed(page: Page, run: range) -> bool:
    """Whether one of the labels goes on after a comma, or several begin alike as entries do, or with small letters, or
    with figures, or end with these: verses, lists, results, what goes into a dish."""
    texts = [page[place].text for place in run]
    forms = [form for place in run if (form := entry(page[place])) is not None]
    measured = sum(
        text[0].isdigit() or text[-1].isdigit() or not page[place].shape.capital
        for place, text in zip(run, texts, strict=True)
    )
    return len(forms) > len(set(forms)) or measured >= _ENTRIES or any(text.endswith(_COMMAS) for text in texts)


def _leads(page: Page, place: int) -> bool:
    """Whether entries of a list begin there."""
    forms = [entry(line) for line in page[place : place + 2]]
    return len(forms) == _ENTRIES and forms[0] is not None and forms[0] == forms[1]


def _cut(page: Page, place: int) -> bool:
    """Whether the line is the beginning or the middle of something longer, or somebody says it."""
    line, below = page[place], page[place + 1] if place + 1 < len(page) else None
    goes_on = below is not None and not below.gap and not below.shape.capital
    return goes_on or line.shape.sentences > 0 or line.text.startswith(OPENERS)


def _greets(line: PageLine) -> bool:
    """Whether it is how a letter begins."""
    return line.shape.words <= _GREETING and line.text.endswith(_COMMAS)


def rows(page: Page, decided: Decisions, places: Sequence[int]) -> list[list[float]]:
    """For each of the places the values of ``NAMES``. Every line of the page is decided."""
    runs = {place: run for run in _runs(page, decided) for place in run}
    texts = [place for place in range(len(page)) if decided[place][0] in TEXT_ROLES]
    prose = [place for place in texts if page[place].shape.prose]
    steady = [place for place in prose if page[place].chance >= thresholds().steady_from]
    told = page.about(steady)
    closed = sum(page[place].shape.ending != "none" for place in texts)
    parted = round(fmean([page[place].gap for place in prose]), 6) if prose else _NONE
    starts = {run.start: run for run in runs.values()}
    whole = [len(starts), len(runs), round(len(runs) / max(closed, 1), 6)]
    by_run = {at: [*_run(page, run, told), *_beside(page, decided, run), parted] for at, run in starts.items()}
    stems = {at: Counter(stem for place in run for stem in page.about((place,))) for at, run in starts.items()}
    out = []
    for place, seen in zip(places, remains.rows(page, decided, places), strict=True):
        at, lines = runs[place].start, len(runs[place])
        out.append([*seen, lines, place - at, *by_run[at], *_alone(page, place, stems[at], steady), *whole])
    return out


def _label(line: PageLine) -> bool:
    return line.shape.ending == "none" and not line.shape.prose and line.shape.words <= _LONGEST


def _runs(page: Page, decided: Decisions) -> list[range]:
    """The labels in the text, those in a row together that have no blank line between them."""
    stays = [_label(line) and decided[place][0] in TEXT_ROLES for place, line in enumerate(page)]
    starts = [place for place, one in enumerate(stays) if not (place and one and stays[place - 1]) or page[place].gap]
    return [range(*ends) for ends in pairwise([*starts, len(page)]) if stays[ends[0]]]


def _run(page: Page, run: range, told: frozenset[str]) -> list[float]:
    """What its lines have in common: their chances, what they speak of, how they are built."""
    chances = [page[place].chance for place in run]
    stems = page.about(run)
    forms = Counter(form for place in run if (form := entry(page[place])) is not None)
    alike = max(forms.values(), default=0)
    return [
        round(fmean(chances), 6),
        min(chances),
        max(chances),
        round(len(stems & told) / len(stems), 6) if stems else _NONE,
        round(sum(page[place].shape.digits > 0 for place in run) / len(run), 6),
        round(alike / len(run), 6),
    ]


def _beside(page: Page, decided: Decisions, run: range) -> list[float]:
    """What stands above and below the run, what came of it, and how far away it is."""
    ends = (run.start - 1, run.stop)
    inside = [0 <= end < len(page) for end in ends]
    came = [
        (0.0 if decided[end][0] in FURNITURE else 2.0 if decided[end][0] in TEXT_ROLES else 1.0) if there else _OUTSIDE
        for end, there in zip(ends, inside, strict=True)
    ]
    return [
        *came,
        *[page[end].chance if there else _OUTSIDE for end, there in zip(ends, inside, strict=True)],
        _CLOSED[page[ends[0]].shape.ending] if inside[0] else _OUTSIDE,
        *[page[end].shape.words if there else _OUTSIDE for end, there in zip(ends, inside, strict=True)],
        page[run.start].gap,
        page[run.stop].gap if inside[1] else _OUTSIDE,
    ]


def _alone(page: Page, place: int, told: Counter[str], steady: Sequence[int]) -> list[float]:
    """What the label looks like, and what it shares with the next paragraph and with the others of its run."""
    line, shape = page[place], page[place].shape
    stems = page.about((place,))
    below = bisect_right(steady, place)
    return [
        shape.words,
        shape.chars,
        round(shape.digits / shape.chars, 6),
        round(shape.letters / shape.chars, 6),
        round(titled(line.text), 6),
        len(stems),
        _part(stems, page.about(steady[below : below + 1])),
        _part(stems, {stem for stem in stems if told[stem] > 1}),
        len(page.positions[line.key]),
    ]


def _part(stems: frozenset[str], others: Set[str]) -> float:
    """Which share of the stems is among the others."""
    return round(len(stems & others) / len(stems), 6) if stems else _NONE
