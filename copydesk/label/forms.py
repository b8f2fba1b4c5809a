"""The forms that lines are compared in, made for many lines at once: their keys (see ``copydesk.label.cues``), and the
stems of their words, which tell what they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from copydesk.label import cues
from copydesk.label.letters import (
    ALNUM,
    JOINER,
    LETTER,
    ODD,
    SYMBOL,
    UNSPACED,
    Bits,
    Codes,
    bits_of,
    codes_of,
    has,
    starts_of,
    text_of,
)
from copydesk.label.weights import weights

_WORD = re.compile(r"[^\W\d_]+")
_LINE_FEED, _BLANK = np.uint32(10), np.uint32(32)


def forms(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The key of each text, as ``cues.key`` makes it, and its stems, as ``stems`` does."""
    folded = joined(texts).replace("’", "'").casefold()
    codes = codes_of(folded)
    bits = bits_of(codes)
    glued = has(bits & UNSPACED, starts_of(codes)).tolist()
    words = [
        stems(text) if unspaced else line
        for text, unspaced, line in zip(texts, glued, _stems(codes, bits), strict=True)
    ]
    if (bits & ODD).any():
        codes = codes_of(cues.alike(folded))
        bits = bits_of(codes)
    return _keys(codes, bits), words


def keys(texts: Sequence[str]) -> list[str]:
    """The key of each text, as ``cues.key`` makes it."""
    if not texts:
        return []
    codes = codes_of(cues.alike(joined(texts).replace("’", "'").casefold()))
    return _keys(codes, bits_of(codes))


def joined(texts: Sequence[str]) -> str:
    """The texts, each with a line feed behind it. One within a text becomes a blank: none of what is asked here tells
    them apart."""
    whole = "\n".join(texts) + "\n"
    if whole.count("\n") > len(texts):
        whole = "\n".join([text.replace("\n", " ") for text in texts]) + "\n"
    return whole


def stems(text: str) -> str:
    """What a text is about, with a blank between: the beginnings of its longer words, or its pairs of letters where
    nothing parts words."""
    size, least = int(weights().limits["stem"]), int(weights().limits["stem_least"])
    found: list[str] = []
    for word in _WORD.findall(text.casefold()):
        if cues.continuous(word):
            found.extend(word[at : at + 2] for at in range(len(word) - 1))
        elif len(word) >= least:
            found.append(word[:size])
    return " ".join(found)


def _keys(codes: Codes, bits: Bits) -> list[str]:
    """Words, the marks inside them, and symbols, with a blank wherever there was something else between two of them."""
    apart = np.flatnonzero((bits & SYMBOL) != 0)
    if len(apart):  # a symbol is a word by itself, even where it touches another
        around = np.concatenate((apart, apart + 1))
        codes, bits = np.insert(codes, around, _BLANK), np.insert(bits, around, 0)
    word, end = (bits & ALNUM) != 0, codes == _LINE_FEED
    kept = word | end | ((bits & SYMBOL) != 0)
    kept[1:-1] |= ((bits[1:-1] & JOINER) != 0) & word[:-2] & word[2:]
    return _lines(codes, kept, kept & ~end)


def _stems(codes: Codes, bits: Bits) -> list[str]:
    """The beginnings of the longer words of each line, with a blank between."""
    size, least = int(weights().limits["stem"]), int(weights().limits["stem_least"])
    letter, end = (bits & LETTER) != 0, codes == _LINE_FEED
    first = letter.copy()
    first[1:] &= ~letter[:-1]
    for place in range(1, least):
        first[:-place] &= letter[place:]
    part = first.copy()
    for _ in range(1, size):
        first[1:] = first[:-1] & letter[1:]
        first[0] = False
        part |= first
    return _lines(codes, part | end, part)


def _lines(codes: Codes, kept: NDArray[np.bool_], word: NDArray[np.bool_]) -> list[str]:
    """What is kept, line by line; a blank stands for whatever is left out behind a word."""
    blank = ~kept
    blank[1:] &= word[:-1]
    blank[0] = False
    text = text_of(np.where(blank, _BLANK, codes)[kept | blank])
    return text.replace(" \n", "\n").split("\n")[:-1]
