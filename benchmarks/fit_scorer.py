"""Fit the line scorer on real pages, and say how good it is on publishers that it has not seen.

    python benchmarks/fit_scorer.py --folds DIR          fits a model a fold into DIR, prints the tables
    python benchmarks/fit_scorer.py --folds DIR --write  then fits on everything, writes weights and model card
    python benchmarks/fit_remains.py --folds DIR --write adds to both the trees that look at what the rules left
    python benchmarks/fit_loose.py --folds DIR --write   and those that look at the labels among it

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

import fit_wording
import lightgbm
import numpy as np
import scorer_invented as invented
import scorer_pages as pages_of
import scorer_voices as voices_of
from scorer_pages import BODY, FURNITURE, NEUTRAL, REPEAT, Labelled

from copydesk.label.scorer import features, stages, wording
from copydesk.label.scorer.model import Model, chance, load_model, passes, score_lines

VERSION = "5"
KEEP = {"prose": [[0.3, 0.3], [0.6, 0.14]], "other": [[0.4, 0.14], [0.6, 0.36]]}
"""From which chance on a line is kept, by the share of a page's lines that look like furniture."""
INNER = 2
COPIES = 9  # made articles for each true one
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
ROUNDS = 200
HEAD = ("version", "keep", "first_names", "second_names", "wording")
"""What stands in the file of a model before its trees."""
VOICED = ("story", "trap", "boxed", "framed")
"""Pages with the furniture of a voice, or the articles of one."""
REAL = 3.0
PLEA = 7.0
"""How much more a line counts that pleads in the usual words, made into an article."""
STORY, TRAP, FOUND = 1.2, 2.4, 1.0
"""How much more a line of such a story counts, of one about what furniture is about, and of the furniture."""
FINE = {"max_bin": 63, "feature_fraction": 0.35, "learning_rate": 0.09}
APART = {"num_leaves": 8, "learning_rate": 0.08}
APART_ROUNDS = 60


@dataclass(frozen=True)
class Prepared:
    """A page with its first features."""

    page: Labelled
    looks: features.Looks
    columns: dict[str, np.ndarray]
    """Those that need no weights: see ``stages.said``."""
    grams: tuple[np.ndarray, np.ndarray]
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
            out *= np.where(self.kinds == FURNITURE, PLEA, 1.0)
        if self.page.shape in VOICED:
            return out * np.where(self.kinds == BODY, TRAP if self.page.shape == "trap" else STORY, FOUND)
        return out * REAL if real else out * 0.4


def _grams(looks: features.Looks) -> tuple[np.ndarray, np.ndarray]:
    """What each line is made of, line by line."""
    line, bucket = wording.grams(looks.page)
    order = np.argsort(line, kind="stable")
    return line[order].astype(np.int32), bucket[order].astype(np.int32)


def prepare(pages: Iterable[Labelled]) -> list[Prepared]:
    out = []
    for page in pages:
        looks, columns = features.first_stage(page.lines, page.profile)
        out.append(Prepared(page, looks, stages.said(looks, columns), _grams(looks), pages_of.kind_array(page)))
    return out


def training_pages(real: Sequence[Labelled], seed: int = 1, copies: int = COPIES) -> list[Labelled]:
    """Real pages; the same without their profile and without blank lines; articles made out of them and of invented
    ones, with furniture that is invented too."""
    text = [page for page in real if page.shape == "text"]
    made = pages_of.made(real, copies, seed, invented.furniture()) + invented.made(seed)
    made += voices_of.made(text, seed)
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


def _inner(part: Prepared, fold: dict[str, int]) -> int:
    """Which part of the training pages a page is of, while the first pass is made unsure."""
    known = fold.get(part.page.publisher)
    return known % INNER if known is not None else pages_of.folds([part.page.publisher], INNER)[part.page.publisher]


def fit(train: Sequence[Prepared], fold: dict[str, int]) -> tuple[dict[str, Any], dict[str, lightgbm.Booster]]:
    """A model in its file's form, and the same trees as boosters. ``fold``: that of each publisher and voice."""
    worded = fit_wording.fit(train)
    inner = [_inner(part, fold) for part in train]
    unsure_of = [
        fit_wording.fit([part for part, number in zip(train, inner, strict=True) if number != left])
        for left in range(INNER)
    ]
    columns = [
        stages.pleaded(part.looks, part.columns, unsure_of[number].pleas(part.grams, stages.counted(part.columns)))
        for part, number in zip(train, inner, strict=True)
    ]
    rows = np.vstack([features.matrix(some) for some in columns])
    kinds = np.concatenate([part.kinds for part in train])
    weight = np.concatenate([part.weights for part in train])
    goal = kinds == BODY
    first = _rounded(_boost(rows, goal, weight, ROUNDS, **FINE))
    group = np.concatenate([np.full(len(part.kinds), number) for part, number in zip(train, inner, strict=True)])
    unsure = np.zeros(len(goal))
    for number in range(INNER):
        rest = group != number
        booster = _boost(rows[rest], goal[rest], weight[rest], ROUNDS, **FINE)
        unsure[~rest] = chance(booster.predict(rows[~rest], raw_score=True))
    ends = np.cumsum([len(part.kinds) for part in train])
    second_rows = np.vstack(
        [
            features.matrix(stages.second_stage(part.looks, some, unsure[end - len(part.kinds) : end]))
            for part, some, end in zip(train, columns, ends, strict=True)
        ]
    )
    second = _rounded(_boost(second_rows, goal, weight, ROUNDS, **FINE))
    # Headlines and captions are told by real pages: a made one has none but its title.
    made = np.concatenate([np.full(len(part.kinds), part.page.shape in VOICED) for part in train])
    plain = np.where(kinds == REPEAT, 0.0, 1.0) * np.where(kinds == NEUTRAL, 2.0, 1.0) * np.where(made, 0.1, 1.0)
    apart = _rounded(_boost(second_rows, kinds == NEUTRAL, plain, APART_ROUNDS, **APART))
    first_names, second_names = stages.names()
    boosters = {"first": first, "second": second, "apart": apart}
    data = {"version": VERSION, "keep": KEEP, "first_names": first_names, "second_names": second_names}
    data |= {"wording": worded.data()}
    return data | {name: _export(booster) for name, booster in boosters.items()}, boosters


def save(data: dict[str, Any], path: Path) -> Model:
    """Write a model a tree a line, and read it again."""
    parts = [json.dumps(key) + ": " + json.dumps(value) for key, value in data.items() if key in HEAD]
    for key, value in data.items():
        if key not in HEAD:
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


def cross_validate(train: Sequence[Prepared], fold: dict[str, int], folder: Path) -> None:
    """Fit a model a fold into ``folder``, on what is of no publisher and no voice of that fold."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(pages_of.FOLDS):
        data, _ = fit([part for part in train if fold.get(part.page.publisher) != number], fold)
        save(data, pages_of.fold_path(folder, number))


def ship(train: Sequence[Prepared], fold: dict[str, int], real: Sequence[Labelled]) -> int:
    """Fit on everything and write the package's weights. Returns their size in bytes."""
    data, boosters = fit(train, fold)
    path = PACKAGE / "weights.json"
    model = save(data, path)
    print("largest difference to lightgbm:", assert_same(model, boosters, real[::4]))
    write_reference(pages_of.REPO / "tests" / "golden" / "scorer_reference.json", model, boosters)
    return path.stat().st_size


# ---------------------------------------------------------------- tables


def press_row(real: Sequence[Labelled], models: dict[str, Model], shape: str, score: Any) -> dict[str, float]:
    """The judge's figures of one shape, each page scored by the model that has not seen its publisher."""
    rows, gone, held = [], 0, 0
    for page in real:
        if page.shape != shape:
            continue
        scores = score_lines(page.lines, profile=page.profile, model=models[page.publisher])
        assert page.gold
        text = pages_of.kept_text(page.lines, scores.keep.tolist())
        rows.append(score.score_body(page.gold, text))
        foreign = np.array([kind == FURNITURE for kind in page.kinds])
        gone += int((~scores.keep)[foreign].sum())
        held += int(foreign.sum())
    mean = {
        key: np.mean([r[key] for r in rows if r.get(key) is not None])
        for key in (*"pr", "para", "whole", "foreign", "dup")
    }
    return {"f1": score.f1(mean["p"], mean["r"]), **mean, "furniture_gone": gone / held}


def damage_row(made: Sequence[Labelled], models: dict[str, Model]) -> dict[str, float]:
    """Share of article lines set aside on made articles, by style, and share of furniture lines that go."""
    lost: dict[str, list[bool]] = {}
    for page in made:
        keep = score_lines(page.lines, profile=page.profile, model=models[page.publisher]).keep
        for kept, kind in zip(keep, page.kinds, strict=True):
            if kind == BODY:
                lost.setdefault(page.shape, []).append(not kept)
            elif kind == FURNITURE:
                lost.setdefault(f"{page.shape}_furniture_gone", []).append(not kept)
    return {key: float(np.mean(values)) for key, values in sorted(lost.items())}


def report(real: Sequence[Labelled], models: dict[str, Model], score: Any) -> dict[str, Any]:
    """Print the tables, of publishers and of voices that no model has seen, and return them."""
    chosen: dict[str, Any] = {shape: press_row(real, models, shape, score) for shape in pages_of.SHAPES}
    voiced = voices_of.made([page for page in real if page.shape == "text"], 99)
    chosen["made"] = damage_row([*pages_of.made(real, 4, 99), *voiced[::2]], models)
    for name, row in chosen.items():
        print(f"{name:5s}", "  ".join(f"{k} {v:.4f}" for k, v in row.items()), flush=True)
    return chosen


def write_card(path: Path, real: Sequence[Labelled], chosen: dict[str, Any], size: int) -> None:
    """The model card: what the weights are, what they were fitted on, and how good they are on unseen publishers."""
    first, second = stages.names()
    publishers, languages = {page.publisher for page in real}, {page.lang for page in real}
    lines = [
        "# Written by benchmarks/fit_scorer.py together with weights.json.",
        f'version = "{VERSION}"',
        *(f"keep_{kind} = {points}" for kind, points in KEEP.items()),
        f"trees = {{ first = {ROUNDS}, second = {ROUNDS}, apart = {APART_ROUNDS} }}",
        f"weights_bytes = {size}",
        f'fitted_with = "lightgbm {lightgbm.__version__}"',
        "",
        "[corpus]",
        f'sha256 = "{pages_of.corpus_hash(real)}"',
        f"pages = {len(real)}",
        f"publishers = {len(publishers)}",
        f"languages = {len(languages)}",
        f"voices = {json.dumps([voice.name for voice in voices_of.voices()])}",
        f"made_articles_for_each = {COPIES}",
        "",
    ]
    titles = {
        "text": "# By publisher, unseen: main region of a page as text. Figures as the judge defines them.",
        "page": "# By publisher, unseen: whole pages as text.",
        "made": "# By publisher and voice, unseen: article lines set aside in made articles, and furniture that goes.",
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
    ask.add_argument("--fitted", action="store_true", help="the models of the folds are there already")
    args = ask.parse_args()
    folder = pages_of.needed_folder()
    real = [page for shape in pages_of.SHAPES for page in pages_of.load(folder, shape)]
    fold = voices_of.fold_of([page.publisher for page in real])
    if not args.fitted or args.write:
        train = prepare(training_pages(real))
    if not args.fitted:
        cross_validate(train, fold, args.folds)
    known = [load_model(pages_of.fold_path(args.folds, number)) for number in range(pages_of.FOLDS)]
    models = {publisher: known[number] for publisher, number in fold.items()}
    chosen = report(real, models, pages_of.judge(folder))
    if args.write:
        write_card(PACKAGE / "model.toml", real, chosen, ship(train, fold, real))


if __name__ == "__main__":
    main()
