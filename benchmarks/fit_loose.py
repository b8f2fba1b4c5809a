"""Fit the trees that look once more at labels, when it is known what else went (``copydesk.label.loose``).

    python benchmarks/fit_loose.py --folds DIR           writes them into each model of DIR (of fit_remains.py --folds)
    python benchmarks/fit_loose.py --folds DIR --write   then fits on everything, and writes the package's weights

As in ``fit_remains.py`` every page is read by the model of its fold. An article of a voice has few labels of its own:
of those pages every third is told with verses, lists or times among its paragraphs. Needs lightgbm; fit again when a
rule of ``copydesk.label`` or the scorer changed, after ``fit_remains.py``.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import fit_remains
import press
import scorer_pages as pages_of
import scorer_voices as voices_of
from fit_remains import Asked
from scorer_pages import Labelled

from copydesk.label import loose, remains
from copydesk.label.decide import Decisions
from copydesk.label.page import Page
from copydesk.label.scorer.model import load_model

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


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--folds", type=Path, required=True, help="folder of the models that fit_remains.py --folds wrote")
    ask.add_argument("--write", action="store_true", help="fit on everything too, and write the package's weights")
    args = ask.parse_args()
    folder = pages_of.needed_folder()
    real = [page for shape in pages_of.SHAPES for page in pages_of.load(folder, shape)]
    fold = voices_of.fold_of([page.publisher for page in real])
    told: dict[int, list[Asked]] = {}
    every = pages(real)
    for number in range(pages_of.FOLDS):
        mine = [page for page in every if fold[page.publisher] == number]
        with press.standing_in(load_model(pages_of.fold_path(args.folds, number))):
            told[number] = list(fit_remains.asked(mine, loose, before))
        print(f"fold {number}: {len(mine)} pages, {sum(len(part.own) for part in told[number])} labels", flush=True)
    for number in range(pages_of.FOLDS):
        others = [part for other, parts in told.items() if other != number for part in parts]
        trees = fit_remains.fit(others, ROUNDS, TREES)
        fit_remains.write(pages_of.fold_path(args.folds, number), "loose", trees)
    if args.write:
        fit_remains.ship("loose", fit_remains.fit([part for parts in told.values() for part in parts], ROUNDS, TREES))


if __name__ == "__main__":
    main()
