"""Fit the line scorer on real pages, and say how good it is on publishers that it has not seen.

    python benchmarks/fit_scorer.py --folds DIR          fits a model a fold into DIR, prints the tables
    python benchmarks/fit_scorer.py --folds DIR --write  then fits on everything, writes weights and model card

Needs lightgbm, which Copydesk itself doesn't. One thread, fixed seeds: the same pages give the same weights.
Pages: see ``scorer_pages.py``. Folds are by publisher, and what is made out of a publisher's articles stays in its
fold.

Two passes. The first sees what a line looks like and where it stands; the second also sees what the first thought of
the neighbours. So that the second meets chances as unsure as it will in use, the first is fitted once more on each
two thirds of the training publishers, and scores the last.
"""

from __future__ import annotations

import argparse
import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import scorer_invented as invented
import scorer_pages as pages_of
from scorer_pages import BODY, FURNITURE, NEUTRAL, REPEAT, Labelled

from copydesk.label.scorer import features
from copydesk.label.scorer.model import Model, chance, load_model, passes, score_lines

VERSION = "2"
THRESHOLD = 0.23
INNER = 3
COPIES = 14  # made articles for each true one
PACKAGE = Path(features.__file__).parent

TREES: dict[str, Any] = {
    "objective": "binary",
    "learning_rate": 0.07,
    "num_leaves": 15,
    "min_data_in_leaf": 30,
    "lambda_l2": 10.0,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
ROUNDS = 150
APART = {"num_leaves": 8, "learning_rate": 0.08}
APART_ROUNDS = 60


@dataclass(frozen=True)
class Prepared:
    """A page with its first features."""

    page: Labelled
    looks: features.Looks
    columns: dict[str, np.ndarray]
    rows: np.ndarray
    kinds: np.ndarray

    @property
    def weights(self) -> np.ndarray:
        """How much each line counts: long lines more, as the tables count words too; a page of many lines not as much
        more; losing a line of the article more than leaving another. Repeats are dropped by a rule, not by the trees.
        Headlines, standfirsts and captions have rules of their own; where they look like the article they count as
        something else, in real pages only: in a made one a standfirst cannot be told from a first paragraph."""
        real = self.page.gold is not None
        words = np.array([len(line.split()) for line in self.page.lines if line.strip()], float)
        out = np.minimum(1.0 + words / 40.0, 3.0) * np.sqrt(60.0 / (len(words) + 20.0))
        out *= np.where(self.kinds == BODY, 1.5, 1.0)
        out *= np.where(self.kinds == REPEAT, 0.0, np.where(self.kinds == NEUTRAL, 0.7 * real, 1.0))
        if self.page.shape in ("appeal", "about"):
            out *= np.where(self.kinds == FURNITURE, 2.0, 1.0)
        return out if real else out * 0.4


def prepare(pages: Iterable[Labelled]) -> list[Prepared]:
    out = []
    for page in pages:
        looks, columns = features.first_stage(page.lines, page.profile)
        out.append(Prepared(page, looks, columns, features.matrix(columns), pages_of.kind_array(page)))
    return out


def training_pages(real: Sequence[Labelled], seed: int = 1, copies: int = COPIES) -> list[Labelled]:
    """Real pages; the same without their profile and without blank lines; articles made out of them and of invented
    ones, with furniture that is invented too."""
    text = [page for page in real if page.shape == "text"]
    made = pages_of.made(real, copies, seed, invented.furniture()) + invented.made(seed)
    alone = [pages_of.without_profile(page) for page in text if page.profile]
    return [*real, *made, *map(pages_of.flat, text), *alone]


def _boost(rows: np.ndarray, goal: np.ndarray, weight: np.ndarray, rounds: int, **other: Any) -> lightgbm.Booster:
    use = weight > 0
    data = lightgbm.Dataset(rows[use], label=goal[use].astype(float), weight=weight[use])
    return lightgbm.train({**TREES, **other}, data, rounds)


def _rounded(booster: lightgbm.Booster) -> lightgbm.Booster:
    """The same trees with shorter numbers. Features have six decimals: a threshold of seven still parts them."""

    def short(match: re.Match[str]) -> str:
        digits = 7 if match[1] == "threshold" else 6
        return f"{match[1]}=" + " ".join(repr(round(float(v), digits)) for v in match[2].split())

    text = re.sub(r"(?m)^(threshold|leaf_value)=(.*)$", short, booster.model_to_string())
    # Sizes in bytes that no longer hold; without them the trees are read one after the other.
    return lightgbm.Booster(model_str=re.sub(r"(?m)^tree_sizes=.*\n", "", text))


def _export(booster: lightgbm.Booster) -> list[dict[str, list[float]]]:
    """The trees as lists, in the form that ``copydesk.label.scorer.model`` reads."""
    keep = {"split_feature": "feature", "threshold": "threshold", "left_child": "left", "right_child": "right"}
    out = []
    for part in booster.model_to_string().split("\nTree=")[1:]:
        fields = dict(line.split("=", 1) for line in part.split("\n\n")[0].splitlines()[1:] if "=" in line)
        tree: dict[str, list[float]] = {}
        for theirs, ours in keep.items():
            read: Any = float if ours == "threshold" else int
            tree[ours] = [read(v) for v in fields.get(theirs, "").split()]
        tree["value"] = [float(v) for v in fields["leaf_value"].split()]
        out.append(tree)
    return out


def fit(train: Sequence[Prepared]) -> tuple[dict[str, Any], dict[str, lightgbm.Booster]]:
    """A model in its file's form, and the same trees as boosters."""
    rows = np.vstack([part.rows for part in train])
    kinds = np.concatenate([part.kinds for part in train])
    weight = np.concatenate([part.weights for part in train])
    goal = kinds == BODY
    first = _rounded(_boost(rows, goal, weight, ROUNDS))
    fold = pages_of.folds((part.page.publisher + " inner" for part in train), INNER)
    group = np.concatenate([np.full(len(p.kinds), fold[p.page.publisher + " inner"]) for p in train])
    unsure = np.zeros(len(goal))
    for number in range(INNER):
        rest = group != number
        booster = _boost(rows[rest], goal[rest], weight[rest], ROUNDS)
        unsure[~rest] = chance(booster.predict(rows[~rest], raw_score=True))
    ends = np.cumsum([len(part.kinds) for part in train])
    second_rows = np.vstack(
        [
            features.matrix(features.second_stage(part.looks, part.columns, unsure[end - len(part.kinds) : end]))
            for part, end in zip(train, ends, strict=True)
        ]
    )
    second = _rounded(_boost(second_rows, goal, weight, ROUNDS))
    plain = np.where(kinds == REPEAT, 0.0, 1.0) * np.where(kinds == NEUTRAL, 2.0, 1.0)
    apart = _rounded(_boost(second_rows, kinds == NEUTRAL, plain, APART_ROUNDS, **APART))
    first_names, second_names = features.names()
    boosters = {"first": first, "second": second, "apart": apart}
    data = {"version": VERSION, "threshold": THRESHOLD, "first_names": first_names, "second_names": second_names}
    return data | {name: _export(booster) for name, booster in boosters.items()}, boosters


def save(data: dict[str, Any], path: Path) -> Model:
    """Write a model a tree a line, and read it again."""
    parts = [json.dumps(key) + ": " + json.dumps(value) for key, value in data.items() if not isinstance(value, list)]
    for key, value in data.items():
        if isinstance(value, list):
            trees = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in value)
            parts.append(f"{json.dumps(key)}: [\n{trees}\n]")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf-8")
    return load_model(path)


def assert_same(model: Model, boosters: dict[str, lightgbm.Booster], pages: Sequence[Labelled]) -> float:
    """Largest difference between the trees as read by Copydesk and by lightgbm. Raises AssertionError over 1e-9."""
    worst = 0.0
    for page in pages:
        done = passes(page.lines, page.profile, model)
        for name, trees in (("first", model.first), ("second", model.second), ("apart", model.apart)):
            rows = done.rows[:, : len(model.first_names)] if name == "first" else done.rows
            theirs = boosters[name].predict(rows, raw_score=True)
            worst = max(worst, float(np.abs(trees.raw(rows) - theirs).max()))
    assert worst < 1e-9, f"numpy and lightgbm differ by {worst}"
    return worst


def write_reference(path: Path, model: Model, boosters: dict[str, lightgbm.Booster]) -> None:
    """What lightgbm makes of an invented page, for the tests, which don't need it."""
    golden = path.parent
    lines = [
        line
        for name in ("furniture/en_appeal.txt", "traps/en_paywall_story.txt", "furniture/en_paywall.txt")
        for line in (golden / name).read_text(encoding="utf-8").splitlines()
    ]
    rows = passes(lines, None, model).rows
    width = {"first": len(model.first_names)}
    raw = {name: boosters[name].predict(rows[:, : width.get(name)], raw_score=True).tolist() for name in boosters}
    path.write_text(json.dumps({"lines": lines, "raw": raw}, indent=1) + "\n", encoding="utf-8")


def cross_validate(real: Sequence[Labelled], folder: Path) -> dict[str, Model]:
    """Fit a model a fold into ``folder``. Returns for each publisher the model that has not seen it."""
    folder.mkdir(parents=True, exist_ok=True)
    fold = pages_of.folds((page.publisher for page in real), pages_of.FOLDS)
    train = prepare(training_pages(real))
    models = []
    for number in range(pages_of.FOLDS):
        data, _ = fit([part for part in train if fold.get(part.page.publisher) != number])
        models.append(save(data, pages_of.fold_path(folder, number)))
    return {publisher: models[number] for publisher, number in fold.items()}


# ---------------------------------------------------------------- tables


def press_row(
    real: Sequence[Labelled], models: dict[str, Model], shape: str, threshold: float, score: Any
) -> dict[str, float]:
    """The judge's figures of one shape, each page scored by the model that has not seen its publisher."""
    rows, gone, held = [], 0, 0
    for page in real:
        if page.shape != shape:
            continue
        text = score_lines(page.lines, profile=page.profile, model=models[page.publisher]).text
        assert page.gold
        rows.append(score.score_body(page.gold, pages_of.kept_text(page.lines, list(text), threshold)))
        foreign = np.array([kind == FURNITURE for kind in page.kinds])
        gone += int((text[foreign] < threshold).sum())
        held += int(foreign.sum())
    mean = {
        key: np.mean([r[key] for r in rows if r.get(key) is not None])
        for key in (*"pr", "para", "whole", "foreign", "dup")
    }
    return {"f1": score.f1(mean["p"], mean["r"]), **mean, "furniture_gone": gone / held}


def damage_row(made: Sequence[Labelled], models: dict[str, Model], threshold: float) -> dict[str, float]:
    """Share of article lines set aside on made articles, by style, and share of furniture lines that go."""
    lost: dict[str, list[bool]] = {}
    for page in made:
        text = score_lines(page.lines, profile=page.profile, model=models[page.publisher]).text
        for line, value, kind in zip(page.lines, text, page.kinds, strict=True):
            if kind == BODY:
                lost.setdefault(page.shape, []).append(value < threshold)
            elif kind == FURNITURE:
                name = (
                    "appeals_gone"
                    if page.shape in ("appeal", "about") and pages_of.is_appeal([line])[0]
                    else "furniture_gone"
                )
                lost.setdefault(name, []).append(value < threshold)
    return {key: float(np.mean(values)) for key, values in sorted(lost.items())}


def report(real: Sequence[Labelled], models: dict[str, Model], score: Any) -> dict[str, Any]:
    """Print the tables over several thresholds. Returns those of the chosen one."""
    made = pages_of.made(real, 6, 99)
    chosen: dict[str, Any] = {}
    for threshold in (0.15, 0.2, 0.23, 0.25, 0.3, 0.4, 0.5):
        for shape in pages_of.SHAPES:
            row = press_row(real, models, shape, threshold, score)
            print(f"{threshold:.2f} {shape:5s}", "  ".join(f"{k} {v:.4f}" for k, v in row.items()), flush=True)
            if threshold == THRESHOLD:
                chosen[shape] = row
        row = damage_row(made, models, threshold)
        print(f"{threshold:.2f} made ", "  ".join(f"{k} {v:.4f}" for k, v in row.items()), flush=True)
        if threshold == THRESHOLD:
            chosen["made"] = row
    return chosen


def write_card(path: Path, real: Sequence[Labelled], chosen: dict[str, Any], size: int) -> None:
    """The model card: what the weights are, what they were fitted on, and how good they are on unseen publishers."""
    first, second = features.names()
    publishers, languages = {page.publisher for page in real}, {page.lang for page in real}
    lines = [
        "# Written by benchmarks/fit_scorer.py together with weights.json.",
        f'version = "{VERSION}"',
        f"threshold = {THRESHOLD}",
        f"trees = {{ first = {ROUNDS}, second = {ROUNDS}, apart = {APART_ROUNDS} }}",
        f"weights_bytes = {size}",
        f'fitted_with = "lightgbm {lightgbm.__version__}"',
        "",
        "[corpus]",
        f'sha256 = "{pages_of.corpus_hash(real)}"',
        f"pages = {len(real)}",
        f"publishers = {len(publishers)}",
        f"languages = {len(languages)}",
        f"made_articles_for_each = {COPIES}",
        "",
    ]
    titles = {
        "text": "# By publisher, unseen: main region of a page as text. Figures as the judge defines them.",
        "page": "# By publisher, unseen: whole pages as text.",
        "made": "# By publisher, unseen: article lines set aside in articles alone, in parts, with a little furniture.",
    }
    for key, title in titles.items():
        lines += [title, f"[measured.{key}]", *(f"{name} = {value:.4f}" for name, value in chosen[key].items()), ""]
    lines += [f"features_first = {json.dumps(list(first), indent=2)}"]
    lines += [f"features_second = {json.dumps([n for n in second if n not in first], indent=2)}", ""]
    head = next(place for place, line in enumerate(lines) if line == "[corpus]")
    lines[head:head] = [*lines[-3:-1], ""]
    text = "\n".join(lines[:-3]).rstrip() + "\n"
    tomllib.loads(text)
    path.write_text(text, encoding="utf-8")


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument(
        "--folds", type=Path, required=True, help="where the models of the folds go; outside the repository"
    )
    ask.add_argument("--write", action="store_true", help="fit on all pages and write the package's weights and card")
    args = ask.parse_args()
    folder = pages_of.press_folder()
    if folder is None:
        raise SystemExit("The real pages are not here: set COPYDESK_SHARED to the folder that holds press/.")
    score = pages_of.judge(folder)
    real = [page for shape in pages_of.SHAPES for page in pages_of.load(folder, shape)]
    chosen = report(real, cross_validate(real, args.folds), score)
    if not args.write:
        return
    data, boosters = fit(prepare(training_pages(real)))
    path = PACKAGE / "weights.json"
    model = save(data, path)
    print("largest difference to lightgbm:", assert_same(model, boosters, real))
    write_reference(pages_of.REPO / "tests" / "golden" / "scorer_reference.json", model, boosters)
    write_card(PACKAGE / "model.toml", real, chosen, path.stat().st_size)


if __name__ == "__main__":
    main()
