"""Fit the weights of ``copydesk/label/headline.toml``, and say how good they are on publishers not seen.

    python benchmarks/fit_headline.py --folds DIR            ten folds by publisher
    python benchmarks/fit_headline.py --folds DIR --each     ... and without each feature
    python benchmarks/fit_headline.py --folds DIR --weights  the weights fitted on everything, to copy into the pack

DIR holds the line scorers of fit_scorer.py --folds: what they think of a line is a feature, so each page needs the one
that has not seen its publisher.

Pages: the real ones in ``press`` of the folder that COPYDESK_SHARED names, or of ``<repo>/../shared`` (two shapes of
each page), the sample, and the invented ones of stated.py. Of each page two more are made where the right answer is
none: one without its headline, and one of the article's body alone. The model is a conditional logit: the page's
candidates and "none" (score 0) compete. Newton's method from zero, no chance in it: the same pages give the same
weights.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import press
import scorer_pages
import stated

from copydesk.decoding import decode
from copydesk.label import FIRST, headline
from copydesk.label.decide import run
from copydesk.label.page import read_page
from copydesk.language import language_of

REPO = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("COPYDESK_SHARED", REPO.parent / "shared"))
FOLDS, RIDGE = 10, 1.0
TITLE = 4  # words of a headline that a path may end with
WITHOUT, BODY_ONLY = 0.1, 1.0  # weights of the pages made without a headline
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Choice:
    """One page as the model sees it: a row a candidate, and which of them are right (none: no headline)."""

    name: str
    publisher: str
    shape: str
    rows: tuple[dict[str, float], ...]
    texts: tuple[str, ...]
    right: tuple[int, ...]
    bare: float
    """0 where the page has a headline, else how much the page weighs in the fit."""


def words(text: str) -> str:
    return " ".join(_TOKEN.findall(unicodedata.normalize("NFKC", text).casefold()))


def pages() -> Iterator[tuple[str, str, str, list[str], set[str], list[str]]]:
    """Name, publisher, shape, lines, the accepted headlines as words, and the lines of the article's body."""
    for shape in ("text", "page"):
        folder = SHARED / "press" / shape
        for row in map(json.loads, (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()):
            path = folder / "raw" / row["publisher"] / f"{row['id']}.txt"
            if row["any_title_stated"]:
                accepted = {words(title) for title in [row["title"], *row["title_alt"]]}
                yield (
                    row["id"],
                    row["publisher"],
                    shape,
                    path.read_text(encoding="utf-8").split("\n"),
                    accepted,
                    row["body"],
                )
    for hand, invented in stated.hands().items():
        for page in invented:
            yield page.name, f"{hand}/{page.name}", "heads", page.text.split("\n"), set(map(words, page.headlines)), []
    for gold in sorted((REPO / "tests" / "golden" / "sample_roles").rglob("*.tsv")):
        name = gold.relative_to(REPO / "tests" / "golden" / "sample_roles")
        lines = [line.text for line in decode((REPO / "raw" / "sample" / name.with_suffix(".txt")).read_bytes()).lines]
        roles = dict(line.split("\t") for line in gold.read_text(encoding="utf-8").splitlines() if line)
        accepted = {words(lines[int(at)]) for at, role in roles.items() if role == "headline"}
        yield (
            name.as_posix(),
            name.parts[0],
            "sample",
            lines,
            accepted,
            [lines[int(at)] for at, role in roles.items() if role in ("body", "subheading")],
        )


def choice(name: str, publisher: str, shape: str, lines: Sequence[str], accepted: set[str], bare: float) -> Choice:
    texts = [line if line.strip() else "" for line in lines]
    guess = language_of("\n".join(sorted(texts, key=len, reverse=True)[:12])) or "en"
    page, _ = read_page(texts, (guess,))
    found = headline.candidates(page, run(FIRST, page, {}))
    right = tuple(at for at, place in enumerate(found) if words(page[place].text) in accepted)
    return Choice(name, publisher, shape, tuple(found.values()), tuple(page[p].text for p in found), right, bare)


def choices(folds: Path) -> list[Choice]:
    found: list[Choice] = []
    rows = list(pages())
    models = scorer_pages.fold_models((row[1] for row in rows if row[2] in scorer_pages.SHAPES), folds)
    for name, publisher, shape, lines, accepted, body in rows:
        with press.standing_in(models.get(publisher)):
            if accepted:
                found.append(choice(name, publisher, shape, lines, accepted, 0.0))
            rest = [line for line in lines if not any(title in words(line) for title in accepted)]
            found.append(choice(name, publisher, shape, rest, set(), WITHOUT))
            if body and shape != "page":
                parted = [part for line in body for part in (line, "")]
                found.append(choice(name, publisher, f"{shape}, body only", parted, set(), BODY_ONLY))
    return found


def fit(train: Sequence[Choice], names: Sequence[str]) -> np.ndarray:
    """The weights, the last one the base."""
    data = []
    for one in train:
        if one.bare or one.right:
            x = np.array(
                [[row.get(name, 0.0) for name in names] + [1.0] for row in one.rows] + [[0.0] * (len(names) + 1)]
            )
            right = np.zeros(len(x), dtype=bool)
            right[list(one.right) if not one.bare else [len(x) - 1]] = True
            data.append((x, right, one.bare or 1.0))
    w = np.zeros(len(names) + 1)
    ridge = np.full(len(w), RIDGE)
    ridge[-1] = 1e-3
    for _ in range(60):
        gradient, hessian = ridge * w, np.diag(ridge).copy()
        for x, right, weight in data:
            scores = x @ w
            p = np.exp(scores - scores.max())
            q = np.where(right, p, 0.0)
            p, q = p / p.sum(), q / q.sum()
            gradient -= weight * (x.T @ (q - p))
            mean = x.T @ p
            hessian += weight * ((x.T * p) @ x - np.outer(mean, mean))
        step = np.linalg.solve(hessian, gradient)
        w -= step * min(1.0, 2.0 / max(1e-9, float(np.abs(step).max())))
        if np.abs(step).max() < 1e-8:
            break
    return w


def chosen(one: Choice, names: Sequence[str], w: np.ndarray) -> int | None:
    scores = [sum(row.get(name, 0.0) * w[i] for i, name in enumerate(names)) + w[-1] for row in one.rows]
    top = int(np.argmax(scores)) if scores else -1
    if not scores or scores[top] <= 0:
        return None
    path = words(one.texts[top])
    ends = [at for at, text in enumerate(one.texts) if len(text.split()) >= TITLE and path.endswith(words(text))]
    shorter = [at for at in ends if at > top and len(words(one.texts[at])) < len(path)]
    return max(shorter, key=lambda at: (len(one.texts[at]), -at), default=top)


def folds(found: Sequence[Choice], names: Sequence[str]) -> list[tuple[Choice, int | None]]:
    publishers = sorted({one.publisher for one in found})
    fold = {publisher: at % FOLDS for at, publisher in enumerate(publishers)}
    out: list[tuple[Choice, int | None]] = []
    for number in range(FOLDS):
        w = fit([one for one in found if fold[one.publisher] != number], names)
        out.extend((one, chosen(one, names, w)) for one in found if fold[one.publisher] == number)
    return out


def report(out: Sequence[tuple[Choice, int | None]]) -> str:
    parts = []
    for shape in ("text", "page", "sample", "heads"):
        full = [(one, got) for one, got in out if one.shape == shape and not one.bare]
        bare = [got for one, got in out if one.shape == shape and one.bare]
        only = [got for one, got in out if one.shape == f"{shape}, body only"]
        right = sum(got in one.right for one, got in full if got is not None)
        none = sum(got is None for _, got in full)
        false = sum(got is not None for got in bare)
        body = f" body only {sum(got is not None for got in only) / len(only):.2f}" if only else ""
        parts.append(
            f"{shape} {right / len(full):.3f} (none {none / len(full):.3f}) without {false / len(bare):.2f}{body}"
        )
    return " | ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folds", type=Path, required=True, metavar="DIR")
    parser.add_argument("--weights", action="store_true")
    parser.add_argument("--wrong", action="store_true", help="list the pages that went wrong")
    parser.add_argument("--each", action="store_true", help="what is lost without each feature")
    args = parser.parse_args()
    found = choices(args.folds)
    names = sorted({name for one in found for row in one.rows for name in row})
    out = folds(found, names)
    print("cross-validated:", report(out))
    if args.wrong:
        for one, got in out:
            if not one.bare and (got is None or got not in one.right):
                reach = one.texts[one.right[0]][:80] if one.right else "NOT A CANDIDATE"
                print(
                    one.shape,
                    one.name,
                    one.publisher,
                    "|",
                    reach,
                    "| GOT",
                    one.texts[got][:80] if got is not None else None,
                )
    if args.each:
        for name in names:
            print(f"without {name:12}", report(folds(found, [other for other in names if other != name])))
    w = fit(found, names)
    if args.weights:
        print(f"base = {w[-1]:.2f}\n\n[weights]")
        print("\n".join(f"{name} = {value:.2f}" for name, value in zip(names, w, strict=False)))


if __name__ == "__main__":
    main()
