"""What mattered for a line, in a few words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from copydesk.label.scorer.characters import Floats
from copydesk.label.scorer.model import Model, Passes, chance, default_model, passes

_MOST = 3
_LEAST = 0.2  # log odds: what moves a line by less says nothing

# A group: what its features' names begin with (the first that fits), the features whose mean decides between the two
# things to say, and what is said where it is greater than on the other side, and where it is less.
_GROUPS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str, str], ...] = (
    ("neighbours", ("chance_", "likely_above", "likely_below", "page_chance"), ("chance_3_above", "chance_3_below"),
     "next to lines of the article", "away from lines of the article"),
    ("topic", ("topic", "likely_topic", "common", "likely_common"), ("likely_topic", "likely_common"),
     "shares words with the article", "shares few words with the article"),
    ("wording", ("plea", "says_", "box_plea", "box_top"), ("plea", "plea_over"),
     "worded as a site speaks of itself", "worded as a report"),
    ("box", ("box_",), ("box_lines",), "in a box of lines", "a box of its own"),
    ("cues", ("words_", "cue_", "speaks_"), ("cue_share", "cue_2_around", "speaks_share"),
     "words of offers and widgets", "no words of offers and widgets"),
    ("copies", ("copies", "prefix_copies"), ("copies", "prefix_copies"), "printed more than once", "printed once"),
    ("recurs", ("recurs",), ("recurs",), "recurs in the source", "does not recur in the source"),
    ("ending", ("ends_",), ("ends_sentence",), "ends as a sentence", "does not end as a sentence"),
    ("place", ("from_", "past_", "main_place", "place", "to_end", "mass_", "stretch", "prose_above", "prose_below"),
     ("stretch",), "in the main stretch of prose", "outside the main stretch of prose"),
    ("around", ("width_+", "width_-", "width_5", "sentences_5", "capitals_5", "prose_", "run", "capital_words_",
                "digits_", "symbols_"), ("width_5_around",), "among long lines", "among short lines"),
    ("page", ("blank_", "page_"), ("blank_before", "blank_after"), "blank lines around it", "no blank lines around it"),
    ("length", ("width", "words", "sentences", "commas", "main_prose"), ("width",), "long", "short"),
    ("letters", ("",), ("capital_words", "symbols", "digits"), "capitals, digits or symbols", "ordinary letters"),
)  # fmt: skip


def _group(name: str) -> int:
    return next(place for place, group in enumerate(_GROUPS) if name.startswith(group[1]))


def _logit(value: Floats) -> Floats:
    clipped = np.clip(value, 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped))


def _usual(done: Passes, row: int) -> Floats:
    """The middle values of the lines that were decided otherwise than line ``row``; of all where there are none."""
    kept = done.text >= done.keep_from
    other = kept != kept[row]
    middle: Floats = np.median(done.rows[other if other.any() else slice(None)], axis=0)
    return middle


def _shifts(done: Passes, row: int, usual: Floats, model: Model) -> Floats:
    """For each group: how far the line's log odds fall if in this it had the ``usual`` values."""
    names = model.second_names
    groups = np.array([_group(name) for name in names])
    rows = np.repeat(done.rows[row : row + 1], len(_GROUPS), axis=0)
    for number in range(len(_GROUPS)):
        rows[number, groups == number] = usual[groups == number]
    # A line's own first chance is no reason: it is worked out again from what is left.
    rows[:, names.index("chance")] = chance(model.first.raw(rows[:, : len(model.first_names)]))
    return _logit(done.text[row : row + 1]) - _logit(chance(model.second.raw(rows)))


def explain(
    lines: Sequence[str], index: int, *, profile: Sequence[float] | None = None, model: Model | None = None
) -> str:
    """What mattered most for line ``index`` (from 0) of a page, at most three things: "long, ends as a sentence".

    Measured by giving the line, one respect after the other, the usual values of the lines that were decided otherwise.
    Raises IndexError if there is no such line.
    """
    if not lines[index].strip():
        return "blank"
    model = model or default_model()
    done = passes(lines, profile, model)
    row = int(np.flatnonzero(done.index == index % len(lines))[0])
    usual = _usual(done, row)
    shifts = _shifts(done, row, usual, model)
    if done.text[row] < done.keep_from[row]:
        shifts = -shifts
    said = []
    for place in np.argsort(-shifts, kind="stable"):
        _, _, deciding, more, less = _GROUPS[int(place)]
        columns = [model.second_names.index(name) for name in deciding]
        difference = float((done.rows[row, columns] - usual[columns]).mean())
        if shifts[place] >= _LEAST and difference:
            said.append(more if difference > 0 else less)
    return ", ".join(said[:_MOST]) or "nothing by itself"
