"""What each character is to the rules, as bits: many lines are looked at in numpy, in a few steps for all their
characters, where a loop over them in Python would cost more than all that the rules ask.

The bits say what the methods of ``str`` and the patterns of the cues say of the character.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from copydesk.label import cues
from copydesk.label.credits import SIGNS

Codes = NDArray[np.uint32]
Bits = NDArray[np.uint16]
Places = NDArray[np.int64]

ALPHA, DIGIT, ALNUM, LETTER, SPACE, LOWER, UPPER, SMALL, END, UNSPACED, JOINER, SYMBOL, ODD, CREDITS, COIN, MONEY = (
    1 << bit for bit in range(16)
)
"""``LETTER`` is what no pattern takes for a figure, ``SMALL`` a small letter at the beginning of a line, ``JOINER`` a
mark inside a word, ``SYMBOL`` one that is a word by itself, ``ODD`` what a key has not or has as another, ``CREDITS``
what gives a picture credit away; ``COIN`` stands before an amount of money, ``MONEY``, or its first letter, behind one.
"""

SENTENCE_ENDS = ".!?…։՞՜。！？؟।۔"
_COINS = "$€£¥₽֏₺₾₴₹₩₪₸₼"
_MONEY = "€£¥₽֏₺₾₴UEAргzk"
_SETS = {
    END: SENTENCE_ENDS,
    JOINER: cues.JOINERS,
    SYMBOL: cues.SYMBOLS,
    CREDITS: SIGNS,
    COIN: _COINS,
    MONEY: _MONEY,
}
_GEORGIAN = ("\u10d0", "\u10ff")
_LINE_FEED = 10
_PLANE = 0x10000


def codes_of(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def text_of(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le", "surrogatepass")


def bits_of(codes: Codes) -> Bits:
    """What each character is."""
    bits = _table().take(codes, mode="clip")
    far = codes >= _PLANE
    if far.any():
        for code in np.unique(codes[far]).tolist():
            bits[codes == code] = _bits_of_each(chr(code))
    return bits


def starts_of(codes: Codes) -> Places:
    """Where each line begins. Each ends with a line feed."""
    return np.concatenate(([0], np.flatnonzero(codes == _LINE_FEED)[:-1] + 1))


def count(flags: NDArray[np.generic], starts: Places) -> Places:
    """How many characters of each line have a flag."""
    found = np.flatnonzero(flags != 0)
    return np.diff(np.searchsorted(found, starts), append=len(found))


def has(flags: NDArray[np.generic], starts: Places) -> NDArray[np.bool_]:
    """Whether a character of each line has a flag."""
    found: NDArray[np.bool_] = count(flags, starts) > 0
    return found


def ends_with(flags: NDArray[np.generic], starts: Places, tail: int) -> NDArray[np.bool_]:
    """Whether one of so many characters at the end of each line has a flag."""
    found = np.flatnonzero(flags != 0)
    ends = np.append(starts[1:], len(flags)) - 1
    first = np.append(found, len(flags))[np.searchsorted(found, np.maximum(ends - tail, starts))]
    near: NDArray[np.bool_] = first < ends
    return near


def is_small(char: str) -> bool:
    """Whether the letter is a small one. Georgian ones count as small, but nobody writes names with the capitals."""
    return char.islower() and not _GEORGIAN[0] <= char <= _GEORGIAN[1]


@cache
def _table() -> Bits:
    """What the characters of the basic plane are; any other is asked about by itself."""
    return _bits_of_each("".join(map(chr, range(_PLANE))))


def _bits_of_each(chars: str) -> Bits:
    """What each of the characters is: each question is asked of all of them in one go."""
    alpha, alnum, lower = (_which(chars, ask) for ask in (str.isalpha, str.isalnum, str.islower))
    codes = codes_of(chars)
    georgian = (codes >= ord(_GEORGIAN[0])) & (codes <= ord(_GEORGIAN[1]))
    kinds = {
        ALPHA: alpha,
        DIGIT: _which(chars, str.isdigit),
        ALNUM: alnum,
        LETTER: alnum & ~_which(chars, str.isdecimal),
        SPACE: _which(chars, str.isspace),
        LOWER: alpha & lower,
        UPPER: alpha & _which(chars, str.isupper),
        SMALL: lower & ~georgian,
        UNSPACED: _matched(chars, cues.UNSPACED),
        ODD: _matched(chars, cues.ODD),
        **{bit: np.isin(codes, codes_of(some)) for bit, some in _SETS.items()},
    }
    bits = np.zeros(len(codes), np.uint16)
    for bit, flags in kinds.items():
        bits[flags] |= bit
    return bits


def _which(chars: str, ask: Callable[[str], bool]) -> NDArray[np.bool_]:
    return np.fromiter(map(ask, chars), np.bool_, len(chars))


def _matched(chars: str, one: re.Pattern[str]) -> NDArray[np.bool_]:
    """Whether the pattern matches each of the characters. Those that it does stand in runs."""
    found = np.zeros(len(chars), np.bool_)
    for run in re.finditer(f"(?:{one.pattern})+", chars):
        found[run.start() : run.end()] = True
    return found
