"""Boosted trees as arrays, and the two passes of the line scorer over pages.

The weights are data: ``weights.json`` beside this file, written by ``benchmarks/fit_scorer.py``. Nothing is learned at
run time, and no learning library is needed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copydesk.label.scorer import features, stages
from copydesk.label.scorer.characters import Floats
from copydesk.label.scorer.features import Profile
from copydesk.label.scorer.wording import Wording

LEAVES = 16
"""A tree has at most so many leaves: their set is one 16-bit number."""
_ROWS = 256
_EVEN = 0.5
"""Below this chance a line is likelier furniture."""
_PARAGRAPH = 55.0
"""Width from which a sentence is kept as a paragraph is; """
_LONG = 150.0
"""and any line, though it may be cut."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees. Trees have many splits in common, so each different one is asked of a line once.

    A split sends a line right when its feature is greater than the threshold; ``left`` is then what is left of the
    tree's leaves, numbered from the left, as bits. The lowest bit that survives all splits of a tree is the line's
    leaf.
    """

    feature: NDArray[np.int64]
    """Different split: its feature, and its threshold."""
    threshold: Floats
    split: NDArray[np.int64]
    """Place by tree: which of the different splits the tree has there."""
    left: NDArray[np.uint16]
    """Place by tree: the leaves that remain where the split sends right."""
    value: Floats
    """Tree by leaf."""

    def raw(self, rows: Floats) -> Floats:
        """Sum of leaf values for each row of ``rows`` (lines by features)."""
        out = np.zeros(len(rows))
        for start in range(0, len(rows), _ROWS):
            out[start : start + _ROWS] = self._part(np.ascontiguousarray(rows[start : start + _ROWS].T))
        return out

    def _part(self, columns: Floats) -> Floats:
        """The same of lines whose features are given as rows: a split then looks at all of them in one stretch."""
        goes_left = columns.take(self.feature, axis=0) <= self.threshold[:, None]
        # Minus 1 is every bit: a split that sends left takes no leaf away.
        spared = np.negative(goes_left.astype(np.uint16))
        alive = np.full((self.split.shape[1], columns.shape[1]), 0xFFFF, np.uint16)
        for split, left in zip(self.split, self.left, strict=True):
            alive &= spared.take(split, axis=0) | left[:, None]
        leaf = _lowest().take(alive.T) + LEAVES * np.arange(len(self.value))
        values: Floats = self.value.take(leaf).sum(axis=1)
        return values


@cache
def _lowest() -> NDArray[np.uint8]:
    """The lowest bit of each 16-bit number."""
    numbers = np.arange(1 << 16)
    out = np.zeros(1 << 16, np.uint8)
    for bit in reversed(range(16)):
        out[(numbers >> bit) & 1 == 1] = bit
    return out


Points = tuple[tuple[float, float], ...]
"""Points of a line that is straight between them, and level beyond."""


@dataclass(frozen=True, slots=True)
class Model:
    """The trees of both passes, and what they were fitted on: the names of their features, in order."""

    version: str
    keep: Mapping[str, Points]
    """From which chance on a line counts as article text, by the share of the page's lines that are likelier furniture:
    for sentences (``prose``) and for ``other`` lines. Where a page is mostly article a doubtful line stays; where it is
    not, a paragraph is kept sooner than a short line."""
    first_names: tuple[str, ...]
    second_names: tuple[str, ...]
    first: Trees
    second: Trees
    apart: Trees
    wording: Wording
    remains: Trees | None = None
    """Those that look once more at what the rules left: see copydesk.label.remains. None before they are fitted."""
    loose: Trees | None = None
    """The same of labels: see copydesk.label.loose."""


@dataclass(frozen=True, slots=True)
class Scores:
    """What the scorer thinks of the lines of a page. Arrays are as long as the page, blank lines hold 0.

    ``text``: chance that the line is a paragraph or a subheading of the article, as against furniture. ``apart``:
    chance that it is a headline, a standfirst or a caption, which have rules of their own. ``keep_from``: from where
    on ``text`` means yes.
    """

    text: Floats
    apart: Floats
    keep_from: Floats

    @property
    def keep(self) -> NDArray[np.bool_]:
        """Lines that count as article text."""
        return self.text >= self.keep_from


def trees_of(trees: Sequence[dict[str, list[float]]]) -> Trees:
    """From the file's form: each tree's splits in order (``feature``, ``threshold``, ``left``, ``right``), where a
    child is a split's number or, if negative, -1 minus a leaf's number; and its leaves' ``value``."""
    most = max(max((len(tree["feature"]) for tree in trees), default=1), 1)
    feature = np.zeros((most, len(trees)), np.int64)
    threshold = np.full((most, len(trees)), np.inf)
    left = np.full((most, len(trees)), 0xFFFF, np.uint16)
    value = np.zeros((len(trees), LEAVES))
    for number, tree in enumerate(trees):
        order: list[int] = []
        masks = [0] * len(tree["feature"])
        _walk(tree, 0 if tree["feature"] else -1, order, masks)
        if len(order) > LEAVES:
            raise ValueError(f"tree {number} has {len(order)} leaves, at most {LEAVES} are possible")
        value[number, : len(order)] = [tree["value"][leaf] for leaf in order]
        splits = len(tree["feature"])
        feature[:splits, number] = tree["feature"]
        threshold[:splits, number] = tree["threshold"]
        left[:splits, number] = [0xFFFF & ~mask for mask in masks]
    both, split = np.unique(np.stack((feature, threshold), axis=-1).reshape(-1, 2), axis=0, return_inverse=True)
    return Trees(both[:, 0].astype(np.int64), both[:, 1].copy(), split.reshape(feature.shape), left, value)


def _walk(tree: dict[str, list[float]], node: int, order: list[int], masks: list[int]) -> None:
    """Number the leaves from the left into ``order``, and note for each split the leaves on its left."""
    if node < 0:
        order.append(-1 - node)
        return
    start = len(order)
    _walk(tree, int(tree["left"][node]), order, masks)
    masks[node] = (1 << len(order)) - (1 << start)
    _walk(tree, int(tree["right"][node]), order, masks)


def load_model(path: Path) -> Model:
    """A model from its file. Raises ValueError if it was fitted on other features than this code computes."""
    data = json.loads(path.read_text(encoding="utf-8"))
    first, second = stages.names()
    if tuple(data["first_names"]) != first or tuple(data["second_names"]) != second:
        raise ValueError(f"{path} was fitted on other features: fit it again with benchmarks/fit_scorer.py")
    return Model(
        version=data["version"],
        keep={kind: tuple((share, least) for share, least in points) for kind, points in data["keep"].items()},
        first_names=first,
        second_names=second,
        first=trees_of(data["first"]),
        second=trees_of(data["second"]),
        apart=trees_of(data["apart"]),
        wording=Wording.of(data["wording"]),
        remains=trees_of(data["remains"]) if "remains" in data else None,
        loose=trees_of(data["loose"]) if "loose" in data else None,
    )


@cache
def default_model() -> Model:
    """The model that the package ships."""
    return load_model(Path(__file__).parent / "weights.json")


def chance(raw: Floats) -> Floats:
    """The logistic function, to six decimals: what the last bits of ``exp`` are depends on the processor."""
    return np.round(1.0 / (1.0 + np.exp(-raw)), 6)


@dataclass(frozen=True, slots=True)
class Passes:
    """Both passes over some pages, for those who ask why."""

    page: NDArray[np.int64]
    """Line: its page."""
    index: NDArray[np.int64]
    """Line: its place in the page as given."""
    rows: Floats
    """Features of the second pass, those of the first at the left."""
    first: Floats
    text: Floats
    keep_from: Floats


def _keep_from(looks: features.Looks, text: Floats, model: Model) -> Floats:
    """From which chance on each line of the pages with these chances counts as article text."""
    share = looks.spans.shares(text < _EVEN)
    prose, other = (_between(model.keep[kind], share)[looks.spans.page] for kind in ("prose", "other"))
    out: Floats = np.where(looks.sentence & (looks.width >= _PARAGRAPH) | (looks.width >= _LONG), prose, other)
    return out


def _between(points: Points, at: Floats) -> Floats:
    """The heights of the line through the points."""
    heights = np.interp(at, [x for x, _ in points], [y for _, y in points])
    return np.array([round(height, 6) for height in heights.tolist()])


def passes(lines: Sequence[str], profile: Profile, model: Model) -> Passes:
    """Score the lines of one page that are not blank."""
    return passes_over([lines], [profile], model)


def passes_over(pages: Sequence[Sequence[str]], profiles: Sequence[Profile], model: Model) -> Passes:
    """Score the lines that are not blank: by looks and place, then again knowing the neighbours' chances."""
    looks, columns = stages.first_stage(pages, profiles, model.wording)
    rows = features.matrix(columns)
    first = chance(model.first.raw(rows))
    known = stages.second_stage(looks, columns, first)
    new = features.matrix({name: values for name, values in known.items() if name not in columns})
    rows = np.hstack((rows, new))
    text = chance(model.second.raw(rows))
    return Passes(looks.spans.page, looks.page.index, rows, first, text, _keep_from(looks, text, model))


def score_lines(lines: Sequence[str], *, profile: Profile = None, model: Model | None = None) -> Scores:
    """How likely each line of one page is article text: see ``score_pages``."""
    return score_pages([lines], profiles=[profile], model=model)[0]


def score_pages(
    pages: Sequence[Sequence[str]], *, profiles: Sequence[Profile] | None = None, model: Model | None = None
) -> list[Scores]:
    """How likely each line of each page is article text. Many pages at once cost a fraction of one by one, and each
    has the scores that it has alone.

    ``pages``: each page's lines in order, blank ones included. ``profiles``: for each line of a page the share (0 to 1)
    of the source's other pages that hold it, None where the source isn't known. Knows no language. Raises ValueError
    if a profile is not as long as its page.
    """
    if not pages:
        return []
    model = model or default_model()
    done = passes_over(pages, profiles or [None] * len(pages), model)
    apart = chance(model.apart.raw(done.rows))
    ends = np.cumsum([len(lines) for lines in pages])
    at = np.concatenate(([0], ends[:-1]))[done.page] + done.index

    def spread(values: Floats, blank: float) -> list[Floats]:
        """The values of all lines, blank ones too, page by page."""
        column = np.full(ends[-1], blank)
        column[at] = values
        return np.split(column, ends[:-1])

    columns = spread(done.text, 0.0), spread(apart, 0.0), spread(done.keep_from, _EVEN)
    return [Scores(*page) for page in zip(*columns, strict=True)]
