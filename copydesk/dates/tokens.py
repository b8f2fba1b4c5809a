"""Text as words, numbers and signs with their offsets. Digits and letters are parted: ``25th`` is two tokens.

A line is taken apart by a regular expression. A text goes faster in numpy, character by character and all at once: what
kind each is, where the kind changes, and a space put between any two tokens for ``str.split``. Both give the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

import numpy as np
import numpy.typing as npt

_TOKEN = re.compile(r"(\d+|[^\W\d_]+|\n+|[^\s\w]|_+)")
_KINDS = (_GAP, _NUMBER, _WORD, _BREAK, _SIGN, _BAR) = range(6)
_OF_KIND = {_NUMBER: r"\d+", _WORD: r"[^\W\d_]+", _BREAK: r"\n+", _SIGN: r"[^\s\w]+", _BAR: r"_+"}
_LONG = 200
"""Characters of a text from which on numpy is faster."""

_SENTENCE_ENDS = frozenset(".!?…։。！？\n")
_MARKS = str.maketrans({"\u0307": None, "ı": "i"})


def fold(word: str) -> str:
    """Lower case, with the dotted and the dotless i as one letter: EYLÜL and Aralık look the same in every locale."""
    word = word.lower()
    return word.translate(_MARKS) if "ı" in word or "\u0307" in word else word


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of ``text``; vocabulary is looked up by ``folded``, ``starts`` and ``ends`` count code points.

    A folded token is empty where it is a mark that folding takes away, and nothing else.
    """

    text: str
    folded: list[str]
    starts: Sequence[int]
    ends: Sequence[int]

    def __len__(self) -> int:
        return len(self.folded)

    def word(self, index: int) -> str:
        """The token as it is written."""
        return self.text[self.starts[index] : self.ends[index]]

    def tight(self, index: int) -> bool:
        """Whether nothing stands between this token and the next."""
        return index + 1 < len(self.folded) and self.ends[index] == self.starts[index + 1]

    def at(self, index: int) -> str:
        """The folded token, or nothing outside the text."""
        return self.folded[index] if 0 <= index < len(self.folded) else ""

    def breaks_line(self, first: int, last: int) -> bool:
        """Whether a line ends between two tokens."""
        return last < len(self.folded) and "\n" in self.text[self.ends[first] : self.starts[last]]

    def is_number(self, index: int) -> bool:
        return 0 <= index < len(self.folded) and self.folded[index].isdecimal()

    def is_capitalized(self, index: int) -> bool:
        return 0 <= index < len(self.folded) and self._first(index).isupper()

    def ends_sentence(self, index: int) -> bool:
        """Whether the token closes a sentence: its mark is followed by space and no lower-case word or digit."""
        mark = self.folded[index][:1]
        if mark not in _SENTENCE_ENDS:
            return False
        if mark != ".":
            return True
        follower = self._first(index + 1) if index + 1 < len(self.folded) else "\n"
        abbreviation = index > 0 and self.folded[index - 1].isalpha() and len(self.folded[index - 1]) <= 2
        return not (self.tight(index) or follower.islower() or follower.isdecimal() or abbreviation)

    def opens_sentence(self, index: int) -> bool:
        """Whether the token is the first word of the text, a line or a sentence; an opening quote may precede it."""
        for before in range(index - 1, -1, -1):
            mark = self._first(before)
            if mark in _SENTENCE_ENDS:
                return True
            if mark.isalnum():
                return False
        return True

    def _first(self, index: int) -> str:
        return self.text[self.starts[index]]


def tokenize(text: str) -> Tokens:
    """The tokens of ``text``, in order; a run of line ends is one token."""
    return _of_line(text) if len(text) < _LONG else _of_text(text)


def _of_line(text: str) -> Tokens:
    pieces = _TOKEN.split(text)  # what stands between tokens, and the tokens, in turn
    places = list(accumulate(map(len, pieces)))
    return Tokens(text, _folded(" ".join(pieces[1::2])), places[0:-1:2], places[1::2])


def _of_text(text: str) -> Tokens:
    """The same of a text that is not empty."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds().take(points)
    inked = kinds != _GAP
    # Where a token begins, or a gap; and the end of the text. Each sign is a token of its own.
    new = np.concatenate(([True], kinds[1:] != kinds[:-1], [True]))
    new[:-1] |= kinds == _SIGN
    starts, ends = np.flatnonzero(new[:-1] & inked), np.flatnonzero(new[1:] & inked) + 1
    characters = int(np.count_nonzero(inked))
    spaced = np.full(max(characters + len(starts) - 1, 0), ord(" "), "<u4")
    spaced[np.arange(characters) + np.repeat(np.arange(len(starts)), ends - starts)] = points[inked]
    folded = _folded(spaced.tobytes().decode("utf-32-le", "surrogatepass"))
    return Tokens(text, folded, starts.data, ends.data)


def _folded(spaced: str) -> list[str]:
    """The folded tokens of those with a space between. No token has one: each is folded as it would be alone."""
    return fold(spaced).split(" ") if spaced else []


@cache
def _kinds() -> npt.NDArray[np.uint8]:
    """What kind of token each code point belongs to."""
    every = "".join(map(chr, range(0x110000)))
    kinds = np.full(len(every), _GAP, np.uint8)
    for kind, pattern in _OF_KIND.items():
        for run in re.finditer(pattern, every):
            kinds[run.start() : run.end()] = kind
    return kinds
