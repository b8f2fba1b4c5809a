"""Both passes' features of the text scorer: those of all pages of lines, and what their lines speak of.

How a line is worded is weighed into one number, its plea. The trees see how that of a line stands against those of its
neighbours, of its box (lines with no blank line between) and of the rest of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from copydesk.label.scorer import features
from copydesk.label.scorer.characters import Floats, Ints
from copydesk.label.scorer.concepts import CONCEPTS, concepts
from copydesk.label.scorer.features import Looks, Profile
from copydesk.label.scorer.wording import NOTHING, Wording, grams

_CALM = 5.0
"""Words that are added to each line's before its concepts are weighed: two words say little."""
COUNTS = tuple(f"says_{concept}" for concept in CONCEPTS)


def counted(columns: dict[str, Floats]) -> Floats:
    """The concepts of each line by its length: what its plea is weighed from, line by concept."""
    words = np.expm1(columns["words"])
    out: Floats = np.column_stack([columns[name] for name in COUNTS]) / np.sqrt(words + _CALM)[:, None]
    return out


def counted_of(columns: dict[str, Floats], line: int) -> Floats:
    """The same of one line."""
    words = float(np.expm1(columns["words"][line]))
    out: Floats = np.array([columns[name][line] for name in COUNTS]) / np.sqrt(words + _CALM)
    return out


def said(looks: Looks, columns: dict[str, Floats]) -> dict[str, Floats]:
    """The first pass's columns, and the concepts of each line."""
    return {**columns, **concepts(looks.page)}


def first_stage(
    pages: Sequence[Sequence[str]], profiles: Sequence[Profile], wording: Wording
) -> tuple[Looks, dict[str, Floats]]:
    """All features of the first pass, by name."""
    looks, columns = features.first_stages(pages, profiles)
    columns = said(looks, columns)
    return looks, pleaded(looks, columns, wording.pleas(grams(looks.page), counted(columns)))


def pleaded(looks: Looks, columns: dict[str, Floats], plea: Floats) -> dict[str, Floats]:
    """The columns of ``said``, and the plea of each line among the others."""
    spans, page = looks.spans, looks.spans.page
    box, size, place = boxes(looks)
    told = spans.ordered(plea, looks.prose & looks.first, 0.0)
    out = {**columns, "plea": plea}
    for offset in (-3, -2, -1, 1, 2, 3):
        out[f"plea_{offset:+d}"] = spans.shifted(plea, offset, -4.0)
    out["plea_3_around"] = spans.running(plea).around(3, 3)
    out["plea_page"] = told.means()[page]
    out["plea_over"] = plea - told.medians()[page]
    out["plea_rank"] = told.ranks(plea)
    out["box_plea"] = others(box, plea, -4.0)
    out["box_top"] = _tops(box, plea)
    out["box_prose"] = others(box, looks.prose.astype(np.float64), -0.1)
    out["box_lines"], out["box_place"] = np.minimum(size, 12.0), np.minimum(place, 12.0)
    return out


def boxes(looks: Looks) -> tuple[Ints, Floats, Floats]:
    """For each line: its box, how many lines that has, and its place there. On a page without blank lines each line is
    a box of its own."""
    spans = looks.spans
    parted = looks.gap > 0
    parted[spans.here == 0] = False
    new = parted | (spans.here == 0) | (spans.sums(parted) == 0)[spans.page]
    starts = np.flatnonzero(new)
    box: Ints = np.cumsum(new) - 1
    size = np.bincount(box)[box].astype(np.float64)
    return box, size, (np.arange(len(box)) - starts[box]).astype(np.float64)


def others(box: Ints, values: Floats, alone: float) -> Floats:
    """Mean over the other lines of the line's box; ``alone`` where it has none."""
    if not len(box):
        return np.zeros(0)
    total, count = np.bincount(box, weights=values)[box], np.bincount(box)[box]
    out: Floats = np.where(count > 1, (total - values) / np.maximum(count - 1, 1), alone)
    return out


def _tops(box: Ints, values: Floats) -> Floats:
    """The greatest value in the line's box."""
    starts = np.flatnonzero(np.diff(box, prepend=-1))
    out: Floats = np.maximum.reduceat(values, starts)[box] if len(box) else np.zeros(0)
    return out


def second_stage(looks: Looks, first: dict[str, Floats], chance: Floats) -> dict[str, Floats]:
    """Features of the second pass: those of the first, and what the first one thought (``chance``) nearby."""
    out = features.second_stage(looks, first, chance)
    box, _, _ = boxes(looks)
    out["chance_box"] = others(box, chance, -0.1)
    told = looks.spans.ordered(chance, looks.prose & looks.first, 0.0)
    out["chance_rank"] = told.ranks(chance)
    out["chance_prose"] = told.means()[looks.spans.page]
    return out


@cache
def names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The features of the first and of the second pass, in order."""
    lines = ["One line.", "", "And one more."]
    looks, first = first_stage([lines], [None], replace(NOTHING, concepts=np.zeros(len(COUNTS))))
    return tuple(first), tuple(second_stage(looks, first, np.zeros(looks.page.lines)))
