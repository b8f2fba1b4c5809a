"""The wording of furniture and of articles, fitted: a weight for each run of characters and each concept.

Logistic regression on the long lines, each once; furniture and article text count the same. The weights of the runs are
rounded to a byte each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from scipy import optimize, sparse
from scorer_pages import BODY, FURNITURE, Labelled

from copydesk.label.scorer import features, stages, wording
from copydesk.label.scorer.wording import Wording

LEAST = 40.0
"""Width of the lines from which wordings are learned."""
CALM = 0.1
"""How strongly each weight is held to nothing."""
STEPS = 25


class Part(Protocol):
    """A page with what its lines are made of: for each run of characters the line, in order, and the bucket."""

    page: Labelled
    looks: features.Looks
    columns: dict[str, np.ndarray]
    grams: tuple[np.ndarray, np.ndarray]
    kinds: np.ndarray


def _told(train: Sequence[Part]) -> list[tuple[Part, int]]:
    """The long lines that are furniture or article text, each once."""
    seen: set[str] = set()
    out: list[tuple[Part, int]] = []
    for part in train:
        for place, (line, kind) in enumerate(zip(part.looks.page.index, part.kinds, strict=True)):
            text = part.page.lines[line].strip()
            if part.looks.width[place] >= LEAST and kind in (BODY, FURNITURE) and text not in seen:
                seen.add(text)
                out.append((part, place))
    return out


def _rows(told: Sequence[tuple[Part, int]]) -> sparse.csr_matrix:
    """A row a line: its runs of characters, its concepts, and a one."""
    places, buckets, concepts = [], [], []
    ends = {id(part): np.searchsorted(part.grams[0], np.arange(part.looks.page.lines + 1)) for part, _ in told}
    for number, (part, place) in enumerate(told):
        begin, end = ends[id(part)][place : place + 2]
        places.append(np.full(end - begin, number))
        buckets.append(part.grams[1][begin:end])
        concepts.append(stages.counted_of(part.columns, place))
    row, column = np.concatenate(places), np.concatenate(buckets).astype(np.int64)
    values = 1.0 / np.sqrt(np.maximum(np.bincount(row, minlength=len(told)), 1))[row]
    runs = sparse.csr_matrix((values, (row, column)), shape=(len(told), 1 << wording.BITS))
    return sparse.hstack([runs, np.array(concepts), np.ones((len(told), 1))]).tocsr()


def fit(train: Sequence[Part]) -> Wording:
    """The weights that part furniture from article text best."""
    told = _told(train)
    goal = np.array([part.kinds[place] == FURNITURE for part, place in told], float)
    rows = _rows(told)
    turned = rows.T.tocsr()
    weight = np.where(goal > 0, 0.5 / goal.mean(), 0.5 / (1 - goal.mean()))
    calm = np.full(rows.shape[1], CALM)
    calm[-1] = 0.0

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        odds = rows @ at
        wrong = np.where(goal > 0, -odds, odds)
        slope = weight / (1.0 + np.exp(-np.clip(wrong, -30, 30))) * np.where(goal > 0, -1.0, 1.0)
        return float(weight @ np.logaddexp(0.0, wrong) + 0.5 * calm @ at**2), turned @ slope + calm * at

    at = optimize.minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    table, rest = at[: 1 << wording.BITS], at[1 << wording.BITS :]
    scale = float(np.abs(table).max()) / 127.0
    bytes_of = np.round(table / scale).astype(np.int8)
    return Wording(bytes_of, round(scale, 9), rest[:-1].round(4), round(float(rest[-1]), 4))
