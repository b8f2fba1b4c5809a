"""Fit the trees that look once more at labels, when it is known what else went (``copydesk.label.loose``).

    python benchmarks/fit_loose.py --folds DIR           writes them into each model of DIR (of fit_remains.py --folds)
    python benchmarks/fit_loose.py --folds DIR --write   then fits on everything, and writes the package's weights

As in ``fit_remains.py`` every page is read by the model of its fold. An article of a voice has few labels of its own:
of those pages every third is told with verses, lists or times among its paragraphs. Needs lightgbm; fit again when a
rule of ``copydesk.label`` or the scorer changed, after ``fit_remains.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import fit_remains
import scorer_pages as pages_of
import scorer_voices as voices_of
from fit_remains import Asked
from scorer_pages import Labelled

from copydesk.label import loose, remains
from copydesk.label.decide import Decisions
from copydesk.label.page import Page

ROUNDS = 100
TREES = {"num_leaves": 8, "learning_rate": 0.08, "min_data_in_leaf": 60, "feature_fraction": 0.6, "max_bin": 63}
SEED = 0


def pages(real: Sequence[Labelled]) -> list[Labelled]:
    """Real pages, with and without their blank lines; and those made of the voices."""
    text = [page for page in real if page.shape == "text"]
    return [*real, *map(pages_of.flat, text), *voices_of.made(text, SEED)]


def before(page: Page) -> Decisions:
    """What is decided of the page when labels are looked at."""
    return remains.reviewed(page, fit_remains.ruled(page))


def questions(some: Sequence[Labelled]) -> Iterator[Asked]:
    """The labels of the pages that are asked about, as the model that stands in sees them."""
    return fit_remains.asked(some, loose, before)


if __name__ == "__main__":
    fit_remains.command(__doc__, "loose", pages, questions, ROUNDS, TREES)
