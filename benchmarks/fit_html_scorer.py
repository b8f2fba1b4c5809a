"""Fit the scorer of rendered lines on real pages of HTML, and say how good it is on publishers that it has not seen.

    python benchmarks/fit_html_scorer.py --folds DIR          fits a model a fold into DIR, prints the tables
    python benchmarks/fit_html_scorer.py --folds DIR --write  then fits on everything, writes weights and model card

With ``--fast`` it is the model of pages that are read without asking the extractor.

Needs lightgbm, which Copydesk itself doesn't. One thread, fixed seeds: the same pages give the same weights. Pages: see
``html_pages.py``; folds are by publisher, and what is made out of a publisher's articles stays in its fold. Two passes,
the second fitted on chances as unsure as it will meet: see ``fit_scorer.py``, whose trees these are.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import html_pages
import lightgbm
import numpy as np
import scorer_pages
from fit_scorer import _boost, _export, _rounded
from html_pages import BODY, FURNITURE, NEUTRAL, REPEAT, Labelled

from copydesk.html import features
from copydesk.html.score import Model, html_scores, load_model, select
from copydesk.label.scorer.features import Looks
from copydesk.label.scorer.model import chance

VERSION = "1"
ROUNDS = 150
FOLDS, INNER = 6, 3
MADE = 3
PACKAGE = Path(features.__file__).parent


@dataclass(frozen=True)
class Way:
    """A way of reading pages: whether the extractor is asked, and from which chance on a line counts (``kept``: a long
    one that the extractor keeps). ``folds`` begins the names of the folds' models, ``suffix`` ends the package's."""

    asks: bool
    threshold: float
    kept: float
    folds: str
    suffix: str


ACCURATE = Way(True, 0.28, 0.2, "html", "")
FAST = Way(False, 0.28, 0.28, "fast", "_fast")


@dataclass(frozen=True)
class Prepared:
    """A page with its first features."""

    page: Labelled
    looks: Looks
    columns: dict[str, np.ndarray]
    kinds: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """How much each line counts: long lines more; a page of many lines not as much more; losing a line of the
        article more than leaving another."""
        words = np.array([len(line.split()) for line in self.page.page.lines], float)
        out = np.minimum(1.0 + words / 40.0, 3.0) * np.sqrt(60.0 / (len(words) + 20.0))
        out *= np.where(self.kinds == BODY, 1.5, 1.0)
        real = self.page.shape == "real"
        out *= np.where(self.kinds == REPEAT, 0.0, np.where(self.kinds == NEUTRAL, 0.4 * real, 1.0))
        return np.where(html_pages.is_standfirst(self.page), 0.0, out) if real else out * 0.4


def prepare(pages: Sequence[Labelled]) -> list[Prepared]:
    out = []
    for page in pages:
        looks, columns = features.first_stage(page.page, page.vote, page.headline, page.body)
        out.append(Prepared(page, looks, columns, np.array(page.kinds)))
    return out


def fit(train: Sequence[Prepared], way: Way) -> tuple[dict[str, Any], dict[str, lightgbm.Booster]]:
    """A model in its file's form, and the same trees as boosters."""
    first_names = list(train[0].columns)
    rows = np.vstack([select(part.columns, first_names) for part in train])
    kinds = np.concatenate([part.kinds for part in train])
    weight = np.concatenate([part.weights for part in train])
    goal = kinds == BODY
    first = _rounded(_boost(rows, goal, weight, ROUNDS))
    fold = scorer_pages.folds((part.page.publisher + " inner" for part in train), INNER)
    group = np.concatenate([np.full(len(part.kinds), fold[part.page.publisher + " inner"]) for part in train])
    unsure = np.zeros(len(goal))
    for number in range(INNER):
        rest = group != number
        booster = _boost(rows[rest], goal[rest], weight[rest], ROUNDS)
        unsure[~rest] = chance(booster.predict(rows[~rest], raw_score=True))
    ends = np.cumsum([len(part.kinds) for part in train])
    seconds = [
        features.second_stage(part.page.page, part.looks, part.columns, unsure[end - len(part.kinds) : end])
        for part, end in zip(train, ends, strict=True)
    ]
    second_names = list(seconds[0])
    second_rows = np.vstack([select(columns, second_names) for columns in seconds])
    second = _rounded(_boost(second_rows, goal, weight, ROUNDS))
    data = {
        "version": VERSION,
        "threshold": way.threshold,
        "threshold_kept": way.kept,
        "first_names": first_names,
        "second_names": second_names,
    }
    return data | {"first": _export(first), "second": _export(second)}, {"first": first, "second": second}


def save(data: dict[str, Any], path: Path) -> Model:
    """Write a model a tree a line, and read it again. Only features that a tree asks for are named."""
    data = dict(data)
    for name in ("first", "second"):
        names = data[f"{name}_names"]
        used = sorted({int(number) for tree in data[name] for number in tree["feature"]})
        place = {number: at for at, number in enumerate(used)}
        data[f"{name}_names"] = [names[number] for number in used]
        data[name] = [tree | {"feature": [place[int(number)] for number in tree["feature"]]} for tree in data[name]]
    parts = [json.dumps(key) + ": " + json.dumps(value) for key, value in data.items() if not isinstance(value, list)]
    for key, value in data.items():
        if isinstance(value, list):
            parts.append(
                f"{json.dumps(key)}: [\n" + ",\n".join(json.dumps(v, separators=(",", ":")) for v in value) + "\n]"
            )
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    return load_model(path)


def kept_text(page: Labelled, values: np.ndarray, keep: np.ndarray) -> str:
    """The lines to keep; of a long line that stands twice only the likeliest."""
    places: dict[str, list[int]] = {}
    for number in np.flatnonzero(keep).tolist():
        places.setdefault(" ".join(page.page.lines[number].casefold().split()), []).append(number)
    chosen = []
    for form, same in places.items():
        chosen += same if form.count(" ") < 3 else [max(same, key=lambda number: (values[number], -number))]
    return "\n".join(page.page.lines[number] for number in sorted(chosen))


def cross_validate(real: Sequence[Labelled], small: Sequence[Labelled], folder: Path, way: Way) -> dict[str, Model]:
    """Fit a model a fold into ``folder``. Returns for each publisher the model that has not seen it."""
    folder.mkdir(parents=True, exist_ok=True)
    fold = scorer_pages.folds((page.publisher for page in real), FOLDS)
    train = prepare([*real, *small])
    models = []
    for number in range(FOLDS):
        data, _ = fit([part for part in train if fold[part.page.publisher] != number], way)
        models.append(save(data, folder / f"{way.folds}_{number}.json"))
        print(f"fold {number + 1} of {FOLDS} is fitted", flush=True)
    return {publisher: models[number] for publisher, number in fold.items()}


def report(
    real: Sequence[Labelled], small: Sequence[Labelled], models: dict[str, Model], score: Any, way: Way
) -> dict[str, Any]:
    """Print the tables over several thresholds. Returns those of the chosen one."""
    scores = [
        html_scores(page.page, page.vote, headline=page.headline, body=page.body, model=models[page.publisher])
        for page in (*real, *small)
    ]
    chosen: dict[str, Any] = {}
    for threshold in sorted({0.2, 0.25, way.threshold, 0.3, 0.4, 0.5}):
        low = way.kept / way.threshold
        cuts = [np.where(one.thresholds < way.threshold, threshold * low, threshold) for one in scores]
        kept = [one.article >= cut for one, cut in zip(scores, cuts, strict=True)]
        rows = [
            score.score_body(p.gold, kept_text(p, one.article, keep))
            for p, one, keep in zip(real, scores, kept, strict=False)
        ]
        mean = {
            key: float(np.mean([row[key] for row in rows if row.get(key) is not None]))
            for key in ("p", "r", "para", "exact", "whole", "foreign", "dup")
        }
        row = {"f1": score.f1(mean["p"], mean["r"]), **mean}
        lost: dict[str, list[bool]] = {}
        for page, keep in zip(small, kept[len(real) :], strict=True):
            for kind, stays in zip(page.kinds, keep.tolist(), strict=True):
                if kind == BODY:
                    lost.setdefault(f"lost_{page.shape}", []).append(not stays)
                elif kind == FURNITURE:
                    lost.setdefault("furniture_gone", []).append(not stays)
        damage = {key: float(np.mean(told)) for key, told in sorted(lost.items())}
        print(f"{threshold:.2f}", "  ".join(f"{k} {v:.4f}" for k, v in row.items()))
        print("     ", "  ".join(f"{k} {v:.4f}" for k, v in damage.items()), flush=True)
        if threshold == way.threshold:
            chosen = {"real": row, "made": damage}
    return chosen


def vote_alone(real: Sequence[Labelled], score: Any) -> dict[str, float]:
    """The same figures for what the extractor kept, to compare with."""
    rows = [
        score.score_body(p.gold, kept_text(p, np.array(p.vote.kept, float), np.array(p.vote.kept, bool))) for p in real
    ]
    mean = {key: float(np.mean([row[key] for row in rows])) for key in ("p", "r", "para", "foreign", "dup")}
    return {"f1": score.f1(mean["p"], mean["r"]), **mean}


def assert_same(model: Model, boosters: dict[str, lightgbm.Booster], pages: Sequence[Prepared]) -> float:
    """Largest difference between the trees as read by Copydesk and by lightgbm. Raises AssertionError over 1e-9."""
    worst = 0.0
    for part in pages:
        names = boosters["first"].num_feature()
        full = select(part.columns, list(part.columns))
        assert full.shape[1] == names
        theirs = boosters["first"].predict(full, raw_score=True)
        worst = max(worst, float(np.abs(model.first.raw(select(part.columns, model.first_names)) - theirs).max()))
        columns = features.second_stage(part.page.page, part.looks, part.columns, chance(theirs))
        theirs = boosters["second"].predict(select(columns, list(columns)), raw_score=True)
        worst = max(worst, float(np.abs(model.second.raw(select(columns, model.second_names)) - theirs).max()))
    assert worst < 1e-9, f"numpy and lightgbm differ by {worst}"
    return worst


def write_card(path: Path, real: Sequence[Labelled], chosen: dict[str, Any], model: Model, way: Way) -> None:
    """The model card: what the weights are, what they were fitted on, and how good they are on unseen publishers."""
    lines = [
        f"# Written by benchmarks/fit_html_scorer.py together with weights{way.suffix}.json.",
        f'version = "{VERSION}"',
        f"threshold = {way.threshold}",
        f"threshold_kept = {way.kept}",
        f"trees = {{ first = {ROUNDS}, second = {ROUNDS} }}",
        f"weights_bytes = {path.with_name(f'weights{way.suffix}.json').stat().st_size}",
        f'fitted_with = "lightgbm {lightgbm.__version__}"',
        f'extractor = "{real[0].vote.extractor or "none"}"',
        f"features = {{ first = {len(model.first_names)}, second = {len(model.second_names)} }}",
        "",
        "[corpus]",
        f'sha256 = "{html_pages.corpus_hash(real)}"',
        f"pages = {len(real)}",
        f"publishers = {len({page.publisher for page in real})}",
        f"languages = {len({page.gold['lang'] for page in real})}",
        f"made_pages_for_each = {MADE}",
        "",
    ]
    titles = {
        "real": "# By publisher, unseen: pages as served. Figures as the judge defines them; later copies are dropped.",
        "made": "# By publisher, unseen: article lines set aside on short clean pages, by how they are written.",
        "vote": "# What the extractor alone keeps of the same pages.",
    }
    for key, figures in chosen.items():
        lines += [titles[key], f"[measured.{key}]", *(f"{name} = {value:.4f}" for name, value in figures.items()), ""]
    text = "\n".join(lines).rstrip() + "\n"
    tomllib.loads(text)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument(
        "--folds", type=Path, required=True, help="where the models of the folds go; outside the repository"
    )
    ask.add_argument("--write", action="store_true", help="fit on all pages and write the package's weights and card")
    ask.add_argument("--fast", action="store_true", help="the model of pages of which no extractor is asked")
    args = ask.parse_args()
    way = FAST if args.fast else ACCURATE
    folder = scorer_pages.needed_folder()
    score = scorer_pages.judge(folder)
    real = html_pages.load(folder, score, way.asks)
    small = html_pages.made(real, score, MADE, 1, way.asks)
    models = cross_validate(real, small, args.folds, way)
    # Damage is measured on other made pages than were fitted, of publishers not seen either.
    chosen = report(real, html_pages.made(real, score, 2, 99, way.asks), models, score, way)
    if way.asks:
        chosen["vote"] = vote_alone(real, score)
        print("vote ", "  ".join(f"{k} {v:.4f}" for k, v in chosen["vote"].items()), flush=True)
    if not args.write:
        return
    train = prepare([*real, *small])
    data, boosters = fit(train, way)
    model = save(data, PACKAGE / f"weights{way.suffix}.json")
    print("largest difference to lightgbm:", assert_same(model, boosters, train))
    write_card(PACKAGE / f"model{way.suffix}.toml", real, chosen, model, way)


if __name__ == "__main__":
    main()
