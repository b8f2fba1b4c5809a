"""The shape of lines: what each looks like, in no language. Many are looked at together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.label import letters as ls
from copydesk.label.letters import Bits, Codes, Places
from copydesk.label.pack import thresholds

Ending = Literal["sentence", "colon", "ellipsis", "none"]

_CLOSERS = "\"'”’»“„›)]} \u00a0"
_COLONS = ":：՝"
_AMOUNT = re.compile(r"[$€£¥₽֏₺₾₴₹₩₪₸₼]\s?\d|\d\s?(?:[€£¥₽֏₺₾₴]|USD|EUR|AMD|руб|грн|zł|kr\b)")


class Shape(NamedTuple):
    """What one line looks like, in no language."""

    words: int
    """Words; in a script without spaces, half the characters."""
    chars: int
    ending: Ending
    sentences: int
    """How many sentence ends are in it."""
    capital: bool
    """Whether it begins with an upper-case letter, a digit or an opening quote, or its script has no case."""
    upper: bool
    """All its letters are capitals."""
    letters: int
    digits: int
    amount: bool
    """It states an amount of money."""
    prose: bool
    """Long enough and closed like a sentence: what a paragraph looks like."""


def shapes(texts: Sequence[str], codes: Codes, bits: Bits) -> list[Shape]:
    """The shape of each text. ``codes`` and ``bits`` are those of all of them, each with a line feed behind it; there
    is one text at least."""
    starts = ls.starts_of(codes)
    blank = (bits & ls.SPACE) != 0
    begins = ~blank
    begins[1:] &= blank[:-1]
    alphas, digits = ls.count(bits & ls.ALPHA, starts), ls.count(bits & ls.DIGIT, starts)
    spaced = ls.count(begins, starts)
    unspaced = ls.has(bits & ls.UNSPACED, starts)
    upper = ls.has(bits & ls.UPPER, starts) & ~ls.has(bits & ls.LOWER, starts)
    columns = zip(
        texts,
        np.where(unspaced, alphas // 2 + 1, spaced).tolist(),
        ls.count(bits & ls.END, starts).tolist(),
        (~_small_first(bits, starts)).tolist(),
        upper.tolist(),
        alphas.tolist(),
        digits.tolist(),
        _may_state_amount(bits, starts, blank).tolist(),
        strict=True,
    )
    least = thresholds().prose_words
    return [
        Shape(
            words,
            len(text),
            ending := _ending(text),
            sentences,
            capital,
            capitals,
            letters,
            figures,
            money and _AMOUNT.search(text) is not None,
            words >= least and ending != "none",
        )
        for text, words, sentences, capital, capitals, letters, figures, money in columns
    ]


def _small_first(bits: Bits, starts: Places) -> NDArray[np.bool_]:
    """Whether the first letter or figure of each line is a small letter."""
    found = np.flatnonzero((bits & ls.ALNUM) != 0)
    at = np.searchsorted(found, starts)
    first = np.append(found, len(bits) - 1)[at]
    inside = first < np.append(starts[1:], len(bits) - 1)
    small: NDArray[np.bool_] = inside & ((bits[first] & ls.SMALL) != 0)
    return small


def _may_state_amount(bits: Bits, starts: Places, blank: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether a figure and what may be a currency stand side by side in each line, or with one blank between."""
    digit = (bits & ls.DIGIT) != 0
    near = np.zeros(len(bits), bool)
    for one, other in (((bits & ls.COIN) != 0, digit), (digit, (bits & ls.MONEY) != 0)):
        near[:-1] |= one[:-1] & other[1:]
        near[:-2] |= one[:-2] & blank[1:-1] & other[2:]
    return ls.has(near, starts)


def _ending(text: str) -> Ending:
    stripped = text.rstrip(_CLOSERS)
    if stripped.endswith(("...", "…")):
        return "ellipsis"
    last = stripped[-1:] or text[-1:]
    if last in ls.SENTENCE_ENDS:
        return "sentence"
    return "colon" if last in _COLONS else "none"
