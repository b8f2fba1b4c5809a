"""Fit the weights of ``copydesk/label/headline.toml``, and say how good they are on publishers not seen.

    python benchmarks/fit_headline.py --folds DIR            ten folds by publisher
    python benchmarks/fit_headline.py --folds DIR --each     ... and without each feature
    python benchmarks/fit_headline.py --folds DIR --weights  the weights fitted on everything, to copy into the pack

DIR holds the line scorers of fit_scorer.py --folds: what they think of a line is a feature, so each page needs the one
that has not seen its publisher.

Pages: the real ones in ``press`` of the folder that COPYDESK_SHARED names, or of ``<repo>/../shared`` (two shapes of
each page), the sample, and the invented ones of stated.py. Of each page three more are made where the right answer is
none: one without its headline, one that begins with the first paragraph, and one of the article's body alone. Two
models: a conditional logit, in which the candidates of a page compete, and a logit that says of the best one whether it
is the headline at all. Newton's method from zero, no chance in it: the same pages give the same weights.
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
from copydesk.label import FIRST, headline, printed
from copydesk.label.decide import run
from copydesk.label.page import read_page
from copydesk.language import language_of

REPO = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("COPYDESK_SHARED", REPO.parent / "shared"))
FOLDS = 10
RIDGE, RIDGE_STATED = 0.1, 0.5
STEPS, ENOUGH = 60, 1e-8
WITHOUT, BODY_ONLY, CUT = 0.05, 1.0, 0.3  # weights of the pages made without a headline
PARAGRAPH = 15, 90  # so many words, or in scripts without blanks characters, has one at the least
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Choice:
    """One page as the model sees it: a row a candidate, and which of them are right (none: no headline)."""

    name: str
    publisher: str
    shape: str
    rows: tuple[dict[str, float], ...]
    texts: tuple[str, ...]
    itself: tuple[int, ...]
    """For each candidate, the one that prints it alone: see ``printed.itself``."""
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
    decided = run(FIRST, page, {})
    found = headline.candidates(page, decided)
    places = list(found)
    itself = tuple(places.index(printed.itself(page, place, found)) for place in places)
    whole = tuple(" ".join(page[at].text for at in printed.whole(page, place, decided)) for place in places)
    right = tuple(at for at, text in enumerate(whole) if words(text) in accepted)
    return Choice(name, publisher, shape, tuple(found.values()), whole, itself, right, bare)


def choices(folds: Path) -> list[Choice]:
    found: list[Choice] = []
    rows = list(pages())
    models = scorer_pages.fold_models((row[1] for row in rows if row[2] in scorer_pages.SHAPES), folds)
    for name, publisher, shape, lines, accepted, body in rows:
        with press.standing_in(models.get(publisher)):
            if accepted:
                found.append(choice(name, publisher, shape, lines, accepted, 0.0))
                if start := first_paragraph(lines, accepted):
                    found.append(choice(name, publisher, f"{shape}, cut", lines[start:], set(), CUT))
            rest = [line for line in lines if not any(title in words(line) for title in accepted)]
            found.append(choice(name, publisher, shape, rest, set(), WITHOUT))
            if body and shape != "page":
                parted = [part for line in body for part in (line, "")]
                found.append(choice(name, publisher, f"{shape}, body only", parted, set(), BODY_ONLY))
    return found


def first_paragraph(lines: Sequence[str], accepted: set[str]) -> int | None:
    """Where the first paragraph below the headline is, or its standfirst; None where no line is the headline."""
    last = max((at for at, line in enumerate(lines) if words(line) in accepted), default=len(lines))
    long = (len(line.split()) >= PARAGRAPH[0] or len(line) > PARAGRAPH[1] for line in lines[last + 1 :])
    return next((at for at, is_long in enumerate(long, last + 1) if is_long), None)


def fit(train: Sequence[Choice], names: Sequence[str]) -> np.ndarray:
    """The weights by which the candidates of a page compete. Pages without a headline say nothing of that."""
    data = []
    for one in train:
        if one.right and not one.bare:
            right = np.zeros(len(one.rows), dtype=bool)
            right[list(one.right)] = True
            data.append((matrix(one.rows, names), right))
    w = np.zeros(len(names))
    for _ in range(STEPS):
        gradient, hessian = RIDGE * w, RIDGE * np.eye(len(w))
        for x, right in data:
            scores = x @ w
            p = np.exp(scores - scores.max())
            q = np.where(right, p, 0.0)
            p, q = p / p.sum(), q / q.sum()
            gradient -= x.T @ (q - p)
            mean = x.T @ p
            hessian += (x.T * p) @ x - np.outer(mean, mean)
        w, step = newton(w, gradient, hessian)
        if step < ENOUGH:
            break
    return w


def fit_stated(picks: Sequence[tuple[Choice, int]], names: Sequence[str]) -> np.ndarray:
    """The weights, the last one the base, that tell best candidates that are right from those that are not."""
    x = np.hstack([matrix([one.rows[at] for one, at in picks], names), np.ones((len(picks), 1))])
    y = np.array([float(not one.bare and at in one.right) for one, at in picks])
    weight = np.array([one.bare or 1.0 for one, _ in picks])
    w = np.zeros(x.shape[1])
    ridge = np.full(len(w), RIDGE_STATED)
    ridge[-1] = 1e-3
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = np.diag(ridge) + (x.T * (weight * p * (1 - p))) @ x
        w, step = newton(w, ridge * w + x.T @ (weight * (p - y)), hessian)
        if step < ENOUGH:
            break
    return w


def newton(w: np.ndarray, gradient: np.ndarray, hessian: np.ndarray) -> tuple[np.ndarray, float]:
    step = np.linalg.solve(hessian, gradient)
    most = float(np.abs(step).max())
    return w - step * min(1.0, 2.0 / max(1e-9, most)), most


def matrix(rows: Sequence[dict[str, float]], names: Sequence[str]) -> np.ndarray:
    return np.array([[row.get(name, 0.0) for name in names] for row in rows])


def chosen(one: Choice, names: Sequence[str], w: np.ndarray) -> int:
    """The best candidate; the page has one."""
    return one.itself[int(np.argmax(matrix(one.rows, names) @ w))]


def folds(found: Sequence[Choice], names: Sequence[str]) -> tuple[list[tuple[Choice, int | None]], np.ndarray]:
    """What is chosen of each page by weights that have not seen its publisher, and the weights of ``stated``, which
    are fitted on choices of that kind: of pages that the others have seen, too many are right."""
    publishers = sorted({one.publisher for one in found})
    fold = {publisher: at % FOLDS for at, publisher in enumerate(publishers)}
    picks: list[tuple[Choice, int]] = []
    for number in range(FOLDS):
        w = fit([one for one in found if fold[one.publisher] != number], names)
        picks += [(one, chosen(one, names, w)) for one in found if fold[one.publisher] == number and one.rows]
    out: list[tuple[Choice, int | None]] = [(one, None) for one in found if not one.rows]
    for number in range(FOLDS):
        w = fit_stated([pick for pick in picks if fold[pick[0].publisher] != number], names)
        mine = [pick for pick in picks if fold[pick[0].publisher] == number]
        likely = matrix([one.rows[at] for one, at in mine], names) @ w[:-1] + w[-1]
        out += [(one, at if chance > 0 else None) for (one, at), chance in zip(mine, likely, strict=True)]
    return out, fit_stated(picks, names)


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
    out, likely = folds(found, names)
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
            print(f"without {name:12}", report(folds(found, [other for other in names if other != name])[0]))
    if args.weights:
        print("\n[weights]")
        print(*(f"{name} = {value:.2f}" for name, value in zip(names, fit(found, names), strict=True)), sep="\n")
        print(f"\nbase = {likely[-1]:.2f}\n\n[stated]")
        print(*(f"{name} = {value:.2f}" for name, value in zip(names, likely[:-1], strict=True)), sep="\n")


if __name__ == "__main__":
    main()
