"""What mattered for a line of a rendered page, in a few words."""

from __future__ import annotations

import numpy as np

from copydesk.html.extractor import Vote
from copydesk.html.score import HtmlScores, Model, model_for
from copydesk.label.scorer.characters import Floats

_MOST = 3
_LEAST = 0.2  # log odds: what moves a line by less says nothing

# A group: what its features' names begin with (the first that fits), and what is said where it speaks for the article,
# and against it.
_GROUPS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("body",), "the page states it as its text", "not in the text that the page states"),
    (("vote",), "the extractor keeps lines here", "the extractor leaves out lines here"),
    (("chance_", "likely_", "past_likely", "from_likely", "page_chance"), "next to lines of the article",
     "away from lines of the article"),
    (("kind_", "group_", "column_", "group_kind_", "article_", "main_article", "box_"),
     "stands where most of the page's prose does", "stands where little of the page's prose does"),
    (("link",), "few links", "links"),
    (("near_", "style_"), "classes of a text", "classes of furniture"),
    (("in_", "tag_", "depth"), "elements of a text", "elements of furniture"),
    (("after_headline", "is_headline"), "after the headline", "not where the article follows the headline"),
    (("words_", "cue_", "speaks_"), "no words of offers and widgets", "words of offers and widgets"),
    (("copies", "prefix_copies", "recurs"), "printed once", "printed more than once, or on other pages"),
    (("topic", "common"), "shares words with the article", "shares few words with the article"),
    (("",), "reads like an article", "does not read like an article"),
)  # fmt: skip


def explain(scores: HtmlScores, vote: Vote, row: int, *, model: Model | None = None) -> str:
    """Why line ``row`` has its chance: the chance, the extractor's vote, and up to three reasons, the weightiest
    first."""
    model = model or model_for(vote)
    told = f"{extracted(vote, row)}, article {scores.article[row]:.2f}"
    reasons = _reasons(scores, row, model)
    return f"{told}: {', '.join(reasons)}" if reasons else told


def extracted(vote: Vote, row: int) -> str:
    """What the extractor did with the line, for the record."""
    if not vote.asked:
        return "no extractor asked"
    if not vote.heard:
        return f"{vote.extractor} found no article"
    return f"{'kept' if vote.kept[row] else 'left out'} by {vote.extractor}"


def _reasons(scores: HtmlScores, row: int, model: Model) -> list[str]:
    # What the first pass thought of the line itself is no reason.
    groups = np.array([-1 if name == "chance" else _group(name) for name in model.second_names])
    other = scores.keep != scores.keep[row]
    usual: Floats = np.median(scores.rows[other if other.any() else slice(None)], axis=0)
    rows = np.repeat(scores.rows[row : row + 1], len(_GROUPS) + 1, axis=0)
    for number in range(len(_GROUPS)):
        rows[number, groups == number] = usual[groups == number]
    raw = model.second.raw(rows)
    shifts = raw[-1] - raw[:-1]
    side = 1.0 if scores.keep[row] else -1.0
    order = np.argsort(-shifts * side, kind="stable")
    return [
        _GROUPS[number][1 if side > 0 else 2] for number in order[:_MOST].tolist() if shifts[number] * side >= _LEAST
    ]


def _group(name: str) -> int:
    return next(place for place, group in enumerate(_GROUPS) if name.startswith(group[0]))
