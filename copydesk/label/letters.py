"""What each character is to the rules, as bits: many lines are looked at in numpy, in a few steps for all their
characters, where a loop over them in Python would cost more than all that the rules ask.

The bits say what the methods of ``str`` and the patterns of the cues say of the character.
"""

from __future__ import annotations

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
            bits[codes == code] = _bits(chr(code))
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
    return char.islower() and not "\u10d0" <= char <= "\u10ff"


@cache
def _table() -> Bits:
    """What the characters of the basic plane are; any other is asked about by itself."""
    return np.array([_bits(chr(code)) for code in range(_PLANE)], np.uint16)


def _bits(char: str) -> int:
    alpha, alnum = char.isalpha(), char.isalnum()
    bits = ALPHA * alpha | DIGIT * char.isdigit() | ALNUM * alnum | LETTER * (alnum and not char.isdecimal())
    bits |= LOWER * (alpha and char.islower()) | UPPER * (alpha and char.isupper()) | SMALL * is_small(char)
    bits |= SPACE * char.isspace() | UNSPACED * cues.continuous(char) | END * (char in SENTENCE_ENDS)
    bits |= JOINER * (char in cues.JOINERS) | SYMBOL * (char in cues.SYMBOLS) | ODD * (cues.alike(char) != char)
    bits |= CREDITS * (char in SIGNS) | COIN * (char in _COINS) | MONEY * (char in _MONEY)
    return bits
