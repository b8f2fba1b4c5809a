"""Fit the trees that look once more at what the rules left, on chances of models that have not seen the page.

    python benchmarks/fit_remains.py --folds DIR           writes them into each model of DIR (of fit_scorer.py --folds)
    python benchmarks/fit_remains.py --folds DIR --write   then fits on everything, and writes the package's weights

What is learned here is what a chance is worth beside the rest of its page, so the chances must be as unsure as they are
in use: every page is read by the model of its fold, which has seen neither its publisher nor its voice. The trees of a
fold are fitted on the pages of the others. No page has a profile: where a source is known, rules tell what recurs.
Needs lightgbm; fit again when a rule of ``copydesk.label`` or the scorer changed.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fit_scorer
import mutations
import numpy as np
import press
import scorer_pages as pages_of
import scorer_voices as voices_of
from scorer_pages import BODY, FURNITURE, NEUTRAL, Labelled

from copydesk.label import FIRST, SECOND, remains
from copydesk.label.decide import Decisions, run
from copydesk.label.opinion import of_texts
from copydesk.label.page import Page, read_page
from copydesk.label.scorer.model import load_model

ROUNDS = 120
TREES = {"num_leaves": 8, "learning_rate": 0.08, "min_data_in_leaf": 150, "feature_fraction": 0.6, "max_bin": 63}
TURNS, TRUE_TURNS = 4, 2
"""Pages made of each article of a voice, and of each true article with a voice's boxes."""
REAL = 2.0
"""How much more a line of a real page counts: such a page has many lines that look alike."""
LOST = 1.5
"""How much more a line of the article counts."""
BATCH = 64


@dataclass(frozen=True)
class Asked:
    """The lines of a page that are looked at once more: their rows, and which of them are the article's."""

    page: Labelled
    rows: np.ndarray
    own: np.ndarray
    known: np.ndarray
    """Those that are of the article or furniture, and neither a field nor a copy."""

    @property
    def weights(self) -> np.ndarray:
        real = REAL if self.page.gold is not None else 1.0
        return self.known * np.where(self.own, LOST, 1.0) * real


def pages(real: Sequence[Labelled]) -> list[Labelled]:
    """Real pages, with and without their blank lines; true articles and those of the voices, with the voices' boxes."""
    text = [page for page in real if page.shape == "text"]
    return [*real, *map(pages_of.flat, text), *boxed(text)]


def boxed(text: Sequence[Labelled]) -> Iterator[Labelled]:
    """Each article of a voice, and each true one of its fold and language, with a few of the voice's boxes: as it is
    told, for made verses and lists would teach that an article says everything twice."""
    fold = pages_of.folds((page.publisher for page in text), pages_of.FOLDS)
    for voice in voices_of.voices():
        known: dict[str, list[dict[str, Any]]] = {}
        for block in voice.blocks:
            known.setdefault(block["language"], []).append(block)
        true = [page for page in text if fold[page.publisher] == voice.fold and page.gold]
        stories = [(article, TURNS) for article in voice.articles] + [(_story(page), TRUE_TURNS) for page in true]
        for number, (story, turns) in enumerate(stories):
            for turn in range(turns):
                rng = random.Random(f"{voice.name} {number} {turn} remains")
                told = {**story, "text": _cut(story["text"], rng)} if turns == TRUE_TURNS else story
                dealt = known.get(story["language"], [])
                chosen = rng.sample(dealt, min(len(dealt), rng.choice((0, 1, 1, 2, 2, 3))))
                rows = mutations.article_rows({"genre": "", **told}, rng.random() < 0.5 and bool(story["headline"]))
                rows = mutations.dirtied(rows, chosen, rng, voice=True)
                laid = mutations.spaced(rows, rng.choice(("blank", "blank", "flat")))
                kinds = [_KINDS[row.what] if row else pages_of.BLANK for row in laid]
                lines = [row.text if row else "" for row in laid]
                name = f"{voice.name}-{number}-{turn}"
                yield Labelled(name, voice.name, story["language"], "left", tuple(lines), tuple(kinds), None)


_KINDS = {mutations.ARTICLE: BODY, mutations.TITLE: NEUTRAL, mutations.PROSE: FURNITURE, mutations.LABEL: FURNITURE}


def _story(page: Labelled) -> dict[str, Any]:
    """The true article of a page, in the form of a voice's."""
    assert page.gold
    body = "\n\n".join([" ".join(text.split()) for text in page.gold["body"] if text.strip()])
    return {"language": page.lang, "headline": " ".join(page.gold["title"].split()), "text": body}


def _cut(text: str, rng: random.Random) -> str:
    """Some paragraphs in a row."""
    parts = text.split("\n\n")
    size = min(len(parts), rng.randint(4, 14))
    start = rng.choice((0, rng.randrange(len(parts) - size + 1)))
    return "\n\n".join(parts[start : start + size])


def ruled(page: Page) -> Decisions:
    """What the first two passes decide of the page."""
    return run(SECOND, page, run(FIRST, page, {}))


def asked(
    some: Sequence[Labelled], look: Any = remains, before: Callable[[Page], Decisions] = ruled
) -> Iterator[Asked]:
    """The lines of the pages that ``look`` asks about when ``before`` has decided, as the model that stands in sees
    them."""
    for start in range(0, len(some), BATCH):
        part = some[start : start + BATCH]
        texts = [[line.strip() for line in page.lines] for page in part]
        for page, lines, opinion in zip(part, texts, of_texts(texts, [None] * len(part)), strict=True):
            read, at = read_page(lines, (page.lang,), opinion=opinion)
            decided = before(read)
            places = look.asked(read, decided)
            if not places:
                continue
            kinds = np.array([page.kinds[at[place]] for place in places])
            rows = np.array(look.rows(read, decided, places))
            yield Asked(page, rows, kinds == BODY, np.isin(kinds, (BODY, FURNITURE)))


def fit(train: Sequence[Asked], rounds: int = ROUNDS, trees: dict[str, Any] = TREES) -> list[dict[str, list[float]]]:
    rows = np.vstack([part.rows for part in train])
    own = np.concatenate([part.own for part in train])
    weights = np.concatenate([part.weights for part in train])
    return fit_scorer._export(fit_scorer._rounded(fit_scorer._boost(rows, own, weights, rounds, **trees)))


def write(path: Path, name: str, trees: list[dict[str, list[float]]]) -> None:
    """Put the trees into a model's file, under their name."""
    data = json.loads(path.read_text(encoding="utf-8"))
    fit_scorer.save({**data, name: trees}, path)


def ship(name: str, trees: list[dict[str, list[float]]]) -> None:
    """Put the trees into the package's weights, and say so in the model's card."""
    path, card = fit_scorer.PACKAGE / "weights.json", fit_scorer.PACKAGE / "model.toml"
    write(path, name, trees)
    told = re.sub(r"(?m)^weights_bytes = .*$", f"weights_bytes = {path.stat().st_size}", card.read_text())
    told = re.sub(rf", {name} = \d+", "", told)
    told = re.sub(r"(?m)^(trees = .*) }$", rf"\1, {name} = {len(trees)} }}", told)
    card.write_text(told)


def command(
    said: str | None,
    name: str,
    some: Callable[[Sequence[Labelled]], list[Labelled]],
    questions: Callable[[Sequence[Labelled]], Iterator[Asked]],
    rounds: int = ROUNDS,
    trees: dict[str, Any] = TREES,
) -> None:
    """The command of a fit: for each fold trees of this ``name``, fitted on what the other folds' models leave of
    ``some`` pages; and those of the package, if asked."""
    ask = argparse.ArgumentParser(description=said, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--folds", type=Path, required=True, help="folder of the folds' models, which get these trees too")
    ask.add_argument("--write", action="store_true", help="fit on everything too, and write the package's weights")
    args = ask.parse_args()
    folder = pages_of.needed_folder()
    real = [page for shape in pages_of.SHAPES for page in pages_of.load(folder, shape)]
    fold = voices_of.fold_of([page.publisher for page in real])
    told: dict[int, list[Asked]] = {}
    every = some(real)
    for number in range(pages_of.FOLDS):
        mine = [page for page in every if fold[page.publisher] == number]
        with press.standing_in(load_model(pages_of.fold_path(args.folds, number))):
            told[number] = list(questions(mine))
        print(f"fold {number}: {len(mine)} pages, {sum(len(part.own) for part in told[number])} lines", flush=True)
    for number in range(pages_of.FOLDS):
        others = [part for other, parts in told.items() if other != number for part in parts]
        write(pages_of.fold_path(args.folds, number), name, fit(others, rounds, trees))
    if args.write:
        ship(name, fit([part for parts in told.values() for part in parts], rounds, trees))


if __name__ == "__main__":
    command(__doc__, "remains", pages, asked)
