"""How likely each line of a rendered page is a line of the article: boosted trees over text, tree and vote.

The weights are data, fitted by ``benchmarks/fit_html_scorer.py``: ``weights.json`` hears the extractor's vote,
``weights_fast.json`` does without; ``model.toml`` and ``model_fast.toml`` are their cards.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copydesk.html import features
from copydesk.html.extractor import Vote
from copydesk.html.pack import settings
from copydesk.html.spots import Rendered
from copydesk.label.scorer.characters import Floats
from copydesk.label.scorer.features import matrix
from copydesk.label.scorer.model import Trees, chance, trees_of


@dataclass(frozen=True, slots=True)
class Model:
    """The trees of both passes, and the names of what they look at, in order."""

    version: str
    threshold: float
    """From this chance on a line counts as a line of the article."""
    threshold_kept: float
    """The same for a long line that the extractor keeps: to set it aside takes more (``long_chars`` in the pack)."""
    first_names: tuple[str, ...]
    second_names: tuple[str, ...]
    first: Trees
    second: Trees


@dataclass(frozen=True, slots=True)
class HtmlScores:
    """``article``: for each line the chance that it is a paragraph or a subheading of the article (headline,
    standfirst and captions are not). ``rows``: what the second pass saw, lines by features."""

    article: Floats
    first: Floats
    rows: Floats
    thresholds: Floats
    """For each line the chance from which on it counts as the article's."""

    @property
    def keep(self) -> NDArray[np.bool_]:
        """Lines that count as the article's."""
        return self.article >= self.thresholds


def load_model(path: Path) -> Model:
    """A model from its file."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return Model(
        data["version"],
        data["threshold"],
        data["threshold_kept"],
        tuple(data["first_names"]),
        tuple(data["second_names"]),
        trees_of(data["first"]),
        trees_of(data["second"]),
    )


@cache
def default_model() -> Model:
    """The model that the package ships, which hears the extractor's vote."""
    return load_model(Path(__file__).parent / "weights.json")


@cache
def fast_model() -> Model:
    """The one that it ships for pages of which no extractor is asked."""
    return load_model(Path(__file__).parent / "weights_fast.json")


def model_for(vote: Vote) -> Model:
    """The shipped model that looks at what is known."""
    return default_model() if vote.asked else fast_model()


def select(columns: dict[str, Floats], names: Sequence[str]) -> Floats:
    """The named features as rows. Raises ValueError where one is not computed any more."""
    missing = [name for name in names if name not in columns]
    if missing:
        raise ValueError(f"no features {', '.join(missing)}: fit again with benchmarks/fit_html_scorer.py")
    return matrix({name: columns[name] for name in names})


def html_scores(
    page: Rendered,
    vote: Vote,
    *,
    headline: str | None = None,
    body: str | None = None,
    profile: Sequence[float] | None = None,
    model: Model | None = None,
) -> HtmlScores:
    """How likely each line of ``page`` is the article's; values are 0 to 1, as many as lines.

    ``vote`` is the extractor's, which picks the ``model`` where none is given; ``headline`` and ``body`` are those that
    the page states; ``profile`` gives for each line the share of the source's other pages that have it, None where the
    source is not known. Knows no language.
    """
    model = model or model_for(vote)
    if not page.lines:
        return HtmlScores(np.zeros(0), np.zeros(0), np.zeros((0, len(model.second_names))), np.zeros(0))
    looks, columns = features.first_stage(page, vote, headline, body, profile)
    first = chance(model.first.raw(select(columns, model.first_names)))
    rows = select(features.second_stage(page, looks, columns, first), model.second_names)
    return HtmlScores(chance(model.second.raw(rows)), first, rows, _thresholds(page, vote, model))


def _thresholds(page: Rendered, vote: Vote, model: Model) -> Floats:
    least = settings()["scorer"]["long_chars"]
    told = [kept and len(line) >= least for line, kept in zip(page.lines, vote.kept, strict=True)]
    return np.where(np.array(told, bool), model.threshold_kept, model.threshold)
