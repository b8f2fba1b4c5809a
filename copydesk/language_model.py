"""py3langid's model, asked for many texts at once.

The model finds strings in a text with an automaton, counts them, and adds up what each weighs for each language.
py3langid walks the automaton byte by byte. Here all texts are cut into short strips that are walked side by side, in
numpy, because what state the automaton is in depends on the last few bytes only (``MEMORY``): a strip begins so many
bytes early, and is in the right state when its own bytes come. Then each text is weighed. The sums are rounded
otherwise than py3langid's, so where two languages come nearer than rounding may explain, the text is weighed as
py3langid weighs it: the answer is always py3langid's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from py3langid.langid import MODEL_FILE, LanguageIdentifier

MEMORY = 6
"""So many bytes decide the automaton's state, whatever came before them. A test walks the automaton to prove it."""

PAD = 0xFF
"""A byte that no text has; it leads the automaton back to where it begins."""

STRIP = 8
"""Bytes of a strip. Longer ones spend less on the bytes that they begin early, and keep more of the automaton busy."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Model:
    """py3langid's model as arrays."""

    moves: npt.NDArray[np.uint32]
    """By ``rows[state] + byte``: the next state. The first state is 0."""
    rows: Ints
    feature: npt.NDArray[np.int32]
    """State: the string that it has found; -1 where there is none."""
    weights: Floats
    """String by language."""
    heaviest: Floats
    """String: the greatest of its weights, whatever its sign."""
    prior: Floats
    languages: tuple[str, ...]
    """Two columns of weights may be of one language."""
    column: Ints
    """For each column, the first one of the same language."""


@cache
def model() -> Model:
    """The model that ships with py3langid."""
    theirs = LanguageIdentifier.from_model_file(MODEL_FILE)
    languages = tuple(map(str, theirs.nb_classes))
    weights = theirs.nb_ptc.astype(np.float32)
    return Model(
        moves=np.frombuffer(theirs.tk_nextmove, np.uint32),
        rows=np.asarray(theirs.tk_row, np.int64) << 8,
        feature=np.asarray(theirs.tk_output, np.int32),
        weights=weights,
        heaviest=np.maximum(weights.max(axis=1), -weights.min(axis=1)),
        prior=theirs.nb_pc.astype(np.float32),
        languages=languages,
        column=np.array([languages.index(language) for language in languages]),
    )


def classify(texts: Sequence[str]) -> list[str]:
    """The language of each text (BCP 47 primary tag), as ``py3langid.classify`` tells it."""
    known = model()
    text, string = _strings(known, [LanguageIdentifier._encode(text) for text in texts])
    scores, rounding = _scores(known, len(texts), text, string)
    best = scores.argmax(axis=1)
    chosen = known.column[best]
    behind = scores[np.arange(len(texts)), best][:, None] - scores
    behind[known.column == chosen[:, None]] = np.inf
    for number in np.flatnonzero(behind.min(axis=1) <= rounding):
        chosen[number] = _one_by_one(known, string[text == number])
    return [known.languages[column] for column in chosen]


def _strings(known: Model, texts: Sequence[bytes]) -> tuple[Ints, Ints]:
    """The strings in all texts, in order: for each, the number of its text and its own."""
    pad = bytes([PAD]) * (MEMORY - 1)
    data = np.frombuffer(b"".join([*(pad + text for text in texts), pad, bytes([PAD]) * STRIP]), np.uint8)
    string = _walk(known, data)
    seen = np.flatnonzero(string >= 0)
    ends = np.cumsum([len(pad) + len(text) for text in texts])
    number = np.repeat(np.arange(len(texts)), np.diff(seen.searchsorted(ends), prepend=0))
    return number, string[seen].astype(np.int64)


def _walk(known: Model, data: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """The string found at each byte from the ``MEMORY``-th on, as far as whole strips of it go; -1 where there is
    none."""
    early = MEMORY - 1
    strips = (len(data) - early) // STRIP
    steps = sliding_window_view(data, early + STRIP)[: strips * STRIP : STRIP].T.astype(np.int64)
    found = np.empty((STRIP, strips), np.int32)
    state = np.zeros(strips, np.int64)
    for step, byte in enumerate(steps):
        state = known.moves.take(known.rows.take(state) + byte)
        if step >= early:
            found[step - early] = known.feature.take(state)
    return found.T.reshape(-1)


def _scores(known: Model, texts: int, text: Ints, string: Ints) -> tuple[Floats, Floats]:
    """Text by language: the score; and for each text, how far apart two ways of adding it up may be."""
    found = text * len(known.weights) + string
    if texts * len(known.weights) < 1 << 32:
        found = found.astype(np.uint32)  # which are sorted in half the time
    found.sort()
    new = np.flatnonzero(np.concatenate(([True], found[1:] != found[:-1])))[: len(found)]
    times = np.diff(new, append=len(found))
    text, string = np.divmod(found[new].astype(np.int64), len(known.weights))
    logs = np.log1p(np.arange(times.max(initial=0) + 1, dtype=np.float32))[times]
    scores = np.empty((texts, len(known.prior)), np.float32)
    ends = text.searchsorted(np.arange(texts + 1)).tolist()
    for number, (start, end) in enumerate(pairwise(ends)):
        # Not a product of matrices: the library for those would wake a thread for each core.
        np.einsum("i,ij->j", logs[start:end], known.weights.take(string[start:end], axis=0), out=scores[number])
    terms = np.bincount(text, minlength=texts)
    sizes = np.bincount(text, weights=logs * known.heaviest[string], minlength=texts)
    # Each of the two is off by at most the number of its terms, times half the last digit of the sum of their sizes
    # (Higham, Accuracy and Stability of Numerical Algorithms, 3.1). Where nothing was found, nothing is sure.
    rounding = np.finfo(np.float32).eps * (terms + 3) * (sizes + np.abs(known.prior).max())
    return scores + known.prior, np.where(terms, rounding, np.inf).astype(np.float32)


def _one_by_one(known: Model, string: Ints) -> int:
    """The column of the likeliest language, from the strings of one text, weighed in py3langid's own order."""
    if not len(string):
        return 0
    times = Counter(string.tolist())
    scores = np.log1p(np.array(list(times.values()), np.float32)) @ known.weights[list(times)] + known.prior
    most = np.full(len(scores), -np.inf)
    np.maximum.at(most, known.column, scores)
    return int(most.argmax())
