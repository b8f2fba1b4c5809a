"""Lines of a rendered page as numbers: what the line scorer sees in text, and what the page's tree adds to it.

Shares are of characters without white space. Names of features are what the weights were fitted on.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from copydesk.html.extractor import Vote
from copydesk.html.pack import settings
from copydesk.html.spots import Rendered, vocabularies
from copydesk.label.scorer import features as lines_of
from copydesk.label.scorer.characters import Floats

Ints = NDArray[np.int64]

TAGS = ("p", "div", "li", "h1", "h2", "h3", "figcaption", "td", "tr", "blockquote", "span", "button", "dd", "pre")
INSIDE = ("article", "main", "nav", "header", "footer", "aside", "figure", "figcaption", "form", "table", "blockquote",
          "li", "button", "section", "address", "details", "dialog")  # fmt: skip
_VOCABULARY = ("words_", "cue_", "speaks_")
"""Features of a line that the scorer of HTML does without: the markup tells more, and words made it worse."""

_FAR = 40.0
_TELLING = 20  # letters from which a line is found in another text by chance no more


def first_stage(
    page: Rendered,
    vote: Vote,
    headline: str | None = None,
    body: str | None = None,
    profile: Sequence[float] | None = None,
) -> tuple[lines_of.Looks, dict[str, Floats]]:
    """All features of the first stage, by name: one value a line. Where no extractor was asked, none of its vote."""
    looks, columns = lines_of.first_stage(page.lines, profile)
    if looks.page.lines != len(page.lines):
        raise ValueError("a rendered page has no blank lines")
    columns = {name: values for name, values in columns.items() if not name.startswith(_VOCABULARY)}
    votes = _votes(page, vote) if vote.asked else {}
    told = {**votes, **_headline(page, headline), **_stated_body(page, body)}
    return looks, {**columns, **_tree(page), **told}


def second_stage(page: Rendered, looks: lines_of.Looks, first: dict[str, Floats], chance: Floats) -> dict[str, Floats]:
    """Features of the second stage: those of the first, and what the first one thought (``chance``) of the
    neighbours, and of lines that stand in the same place of the tree."""
    out = lines_of.second_stage(looks, first, chance)
    weight = np.sqrt(_sizes(page))
    for name, groups in _groupings(page).items():
        out[f"chance_{name}"] = _others(groups, chance, weight)
    return out


def _sizes(page: Rendered) -> Floats:
    return np.array([len("".join(line.split())) for line in page.lines], np.float64)


def _numbered(values: Sequence[object]) -> Ints:
    """Each value as the number of its first standing."""
    known: dict[object, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], np.int64)


def _groupings(page: Rendered) -> dict[str, Ints]:
    """Lines of one kind, and lines of one place: for each line the number of its group."""
    spots = page.spots
    return {
        "kind": _numbered([(spot.kind, spot.inner, spot.group_kind) for spot in spots]),
        "group": _numbered([spot.group for spot in spots]),
        "column": _numbered([spot.column for spot in spots]),
        "group_kind": _numbered([(spot.tag, spot.group_kind) for spot in spots]),
    }


def _sum(groups: Ints, values: Floats) -> Floats:
    """For each line the sum over its group."""
    if not len(groups):
        return np.zeros(0)
    sums: Floats = np.bincount(groups, weights=values)[groups].astype(np.float64)
    return sums


def _others(groups: Ints, values: Floats, weight: Floats) -> Floats:
    """For each line the mean over the other lines of its group; -0.1 where there is none."""
    mass = _sum(groups, weight) - weight
    total = _sum(groups, weight * values) - weight * values
    return np.where(mass > 1e-9, total / np.maximum(mass, 1e-9), -0.1)


def _tree(page: Rendered) -> dict[str, Floats]:
    spots, sizes = page.spots, _sizes(page)
    some, total = np.maximum(sizes, 1.0), max(float(sizes.sum()), 1.0)
    linked = np.array([spot.linked for spot in spots], np.float64)
    depth = np.array([spot.depth for spot in spots], np.float64)
    prose = sizes >= 80
    paragraph = np.array([spot.tag == "p" for spot in spots], np.float64)
    usual = float(np.median(depth[prose])) if prose.any() else float(np.median(depth)) if len(depth) else 0.0
    out: dict[str, Floats] = {
        "link_share": linked / some,
        "links": np.log1p(np.array([spot.links for spot in spots], np.float64)),
        "bold_share": np.array([spot.bold for spot in spots], np.float64) / some,
        "time_share": np.array([spot.timed for spot in spots], np.float64) / some,
        "depth": depth,
        "depth_by_usual": depth - usual,
        "style_hidden": np.array([spot.unseen for spot in spots], np.float64),
    }
    tags = [spot.tag for spot in spots]
    for tag in TAGS:
        out[f"tag_{tag}"] = np.array([mine == tag for mine in tags], np.float64)
    out["tag_heading"] = np.array([mine in ("h2", "h3", "h4", "h5", "h6") for mine in tags], np.float64)
    inside = [frozenset(spot.inside) for spot in spots]
    for name in INSIDE:
        out[f"in_{name}"] = np.array([name in mine for mine in inside], np.float64)
    near = np.array([spot.near for spot in spots], np.float64).reshape(len(spots), len(vocabularies()))
    for number, name in enumerate(vocabularies()):
        out[f"near_{name}"] = near[:, number]
    box = _numbered([spot.box for spot in spots])
    out["box_lines"] = np.minimum(_sum(box, np.ones(len(spots))), 20.0)
    article = _numbered([spot.article for spot in spots])
    mass = _sum(article, sizes * prose * (1 - linked / some))
    out["article_share"] = mass / max(float((sizes * prose).sum()), 1.0)
    out["main_article"] = (mass >= mass.max() - 1e-9).astype(np.float64) if len(mass) else mass
    for name, groups in _groupings(page).items():
        lines = _sum(groups, np.ones(len(spots)))
        out[f"{name}_share"] = _sum(groups, sizes) / total
        out[f"{name}_lines"] = np.log1p(lines)
        out[f"{name}_length"] = np.log1p(_sum(groups, sizes) / np.maximum(lines, 1.0))
        out[f"{name}_links"] = _sum(groups, linked) / np.maximum(_sum(groups, sizes), 1.0)
        out[f"{name}_prose"] = _sum(groups, sizes * prose * (1 - linked / some)) / total
        out[f"{name}_ends"] = _others(groups, _ends(page), np.ones(len(spots)))
    out["group_paragraphs"] = np.log1p(_sum(_groupings(page)["group"], paragraph * prose))
    return out


def _ends(page: Rendered) -> Floats:
    """Whether each line ends as a sentence."""
    return np.array([line.rstrip("\"'”’»“)] ")[-1:] in ".!?…。！？؟։।" for line in page.lines], np.float64)


def _votes(page: Rendered, vote: Vote) -> dict[str, Floats]:
    n = len(page.lines)
    kept = np.array(vote.kept, np.float64) if vote.heard else np.full(n, -1.0)
    sizes = np.maximum(_sizes(page), 1.0)
    out: dict[str, Floats] = {
        "vote": kept,
        "vote_page": np.full(n, float((kept * sizes).sum() / sizes.sum()) if n else 0.0),
    }
    for offset in (-3, -2, -1, 1, 2, 3):
        out[f"vote_{offset:+d}"] = _moved(kept, offset)
    at = np.flatnonzero(kept > 0)
    here = np.arange(n, dtype=np.float64)
    out["vote_begun"] = np.clip(here - at[0], -_FAR, _FAR) if len(at) else np.full(n, -_FAR)
    out["vote_ended"] = np.clip(here - at[-1], -_FAR, _FAR) if len(at) else np.full(n, -_FAR)
    for name, groups in _groupings(page).items():
        out[f"vote_{name}"] = _others(groups, kept, np.sqrt(sizes))
    return out


def _moved(values: Floats, offset: int) -> Floats:
    """The value of the line ``offset`` further on; -0.5 where the page has none."""
    out = np.full(len(values), -0.5)
    if abs(offset) < len(values):
        if offset > 0:
            out[:-offset] = values[offset:]
        else:
            out[-offset:] = values[:offset]
    return out


def _stated_body(page: Rendered, body: str | None) -> dict[str, Floats]:
    """Which lines are in the text that the page states as its article: 1, 0, or 0.5 for lines too short to tell; -1
    everywhere if it states none."""
    n = len(page.lines)
    limits = settings()["limits"]
    wanted = _loose(body[: limits["body_chars"]]) if body and n <= limits["body_lines"] else ""
    if not wanted:
        return {
            name: np.full(n, -1.0) for name in ("body", "body_-1", "body_+1", "body_group", "body_kind", "body_share")
        }
    forms = [_loose(line) for line in page.lines]
    held = np.array([0.5 if len(form) < _TELLING else float(form in wanted) for form in forms], np.float64)
    sizes = np.array([len(form) for form in forms], np.float64)
    clear = sizes * (held != 0.5)
    groups = _groupings(page)
    share = min(float((sizes * (held == 1)).sum()) / len(wanted), 2.0)
    return {
        "body": held,
        "body_-1": _moved(held, -1),
        "body_+1": _moved(held, 1),
        "body_group": _others(groups["group"], held, clear),
        "body_kind": _others(groups["kind"], held, clear),
        "body_share": np.full(n, share),
    }


def _headline(page: Rendered, headline: str | None) -> dict[str, Floats]:
    """Where each line stands by the headline: the last line that has the stated headline's words, or an ``h1``."""
    n = len(page.lines)
    wanted = _loose(headline or "")
    same = np.array([bool(wanted) and _loose(line) == wanted for line in page.lines], bool)
    top = np.array([spot.tag == "h1" for spot in page.spots], bool)
    both = np.flatnonzero(same & top)
    told = both if len(both) else np.flatnonzero(same) if same.any() else np.flatnonzero(top)
    here = np.arange(n, dtype=np.float64)
    after = np.clip(here - told[0], -_FAR, _FAR) if len(told) else np.full(n, -_FAR - 1)
    return {"is_headline": same.astype(np.float64), "after_headline": after}


def _loose(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
