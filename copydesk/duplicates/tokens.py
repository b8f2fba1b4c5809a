"""The words of many texts at once, as numbers: what would be a loop over characters is a few array operations.

The words are those of ``copydesk.duplicates.words``, of the text in NFKC and without case. A word's hash is a
polynomial over its folded characters, modulo 2**64, taken from one running sum; like everything here it is the same in
every process and on every machine.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from unicodedata import combining, decomposition, is_normalized, normalize

import numpy as np
import numpy.typing as npt

from copydesk.duplicates.words import QUOTE, QUOTE_MARKS, SENTENCE_ENDS, WORD, WORD_ALONE

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Kinds = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_IN_WORD, _ALONE, _ENDS, _EXPANDS, _MARKS, _DECIMAL, _CHANGES = 1, 2, 4, 8, 16, 32, 64
"""Of a character: it is of a word; it is a word by itself; it ends a sentence; it folds to several characters; it is
a mark of quotation, or ends a line; it is a digit; NFKC may make other words of it and what stands before it."""

_CODE_POINTS = sys.maxunicode + 1
_BASIC = 0x10000  # code points of the basic plane: most texts have no others
_CASED = 0x20000  # no character from here on has a case
_DIGITS = re.compile(r"\d+")
_AT_ONCE = 1 << 17  # characters: arrays of them stay in the cache
_LEAST_BITS = 18
_BLOCK = 64  # characters that are asked about at once
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2**64


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of some texts, one after the other.

    ``hashes`` and ``starts`` have an entry a word, ``kinds`` (of what it folds from) one a character. ``marks`` are the
    characters that end a sentence or a line or are marks of quotation, as code points; ``mark_kinds`` their kinds, and
    ``behind`` the first word behind each. ``first`` has the first word of each text, and then the number of all words.
    """

    hashes: Hashes
    starts: Places
    first: Places
    kinds: Kinds
    marks: Places
    mark_kinds: Kinds
    behind: Places
    alone: Flags | None
    """Whether a word is a character of a script without spaces; None where no word is."""

    def lengths(self, low: Places, high: Places, per_word: int) -> Places:
        """How many words there are from each ``low`` to before its ``high``, with so many characters of scripts
        without spaces to the word."""
        if self.alone is None:
            return high - low
        single = np.append(0, np.cumsum(self.alone))
        count = single[high] - single[low]
        return high - low - count + count // per_word  # type: ignore[no-any-return]

    def sentences(self) -> Places:
        """Where a sentence begins, by word, and then the number of all words."""
        return self._cut(self.mark_kinds & _ENDS != 0)

    def lines(self) -> Places:
        """Where a line with words begins, by word, and then the number of all words."""
        return self._cut(self.marks == ord("\n"))

    def numbers(self) -> Flags:
        """Whether a word begins with a digit."""
        return np.asarray(self.kinds[self.starts] & _DECIMAL != 0)

    def quotes(self) -> tuple[Places, Places]:
        """The first word of whatever is quoted, and the word behind it."""
        of_quotes = self.mark_kinds & _MARKS != 0
        begins, ends = quoted(self.marks[of_quotes])
        behind = self.behind[of_quotes]
        return behind[begins], behind[ends]

    def _cut(self, ends: Flags) -> Places:
        """The words before which anything ends, the first, and the number of all."""
        bounds = np.concatenate([[0], self.behind[ends], [len(self.starts)]])
        return np.asarray(bounds[np.append(True, bounds[1:] != bounds[:-1])])


class Sums:
    """Hashes of values in a row, in their order, from one running sum: polynomials in one base."""

    def __init__(self, values: Hashes) -> None:
        powers, self._inverse = _powers(max(_LEAST_BITS, len(values).bit_length()))
        self._sums = np.empty(len(values) + 1, np.uint64)
        self._sums[0] = 0
        np.multiply(values, powers[: len(values)], out=self._sums[1:])
        np.cumsum(self._sums, out=self._sums)

    def spans(self, low: Places, high: Places) -> Hashes:
        """The hash of the values from each ``low`` to before its ``high``."""
        found = self._sums.take(high)
        found -= self._sums.take(low)
        found *= self._inverse.take(low)
        return mixed(found)

    def runs(self, size: int) -> Hashes:
        """The hash of every so many values in a row, by the place of the first."""
        found = self._sums[size:] - self._sums[:-size]
        found *= self._inverse[: len(found)]
        return mixed(found)


def tokens(texts: Sequence[str]) -> Tokens:
    """The words of the texts. Takes some 60 bytes of memory a character."""
    points, characters, kinds, known = _looked_up(texts)
    if known & _CHANGES:
        texts = [normalize("NFKC", text) for text in texts]
        points, characters, kinds, known = _looked_up(texts)
    if known & _EXPANDS:
        texts = [text.casefold() for text in texts]
        points, characters, kinds, known = _looked_up(texts)
    starts, ends, alone = _words(kinds, known)
    hashes = Sums(characters.values.take(points)).spans(starts, ends)
    first = np.searchsorted(starts, np.cumsum([0, *map(len, texts)]) + np.arange(1, len(texts) + 2))
    marks = np.flatnonzero(kinds & (_ENDS | _MARKS) != 0)
    behind = np.searchsorted(starts, marks)
    return Tokens(hashes, starts, first, kinds, points[marks], kinds[marks], behind, alone)


def quoted(marks: Places) -> tuple[Places, Places]:
    """Of marks of quotation and ends of lines, given as code points: which begin a quote as of ``QUOTE``, and which end
    it, in their order. The last mark ends a line."""
    opens, closes, ends_line = (marks == ord(mark) for mark in "\u201c\u201d\n")
    quotes = np.append(opens[:-1] & ~opens[1:], False)  # to the closing mark, or to the end of the line
    loose = closes & ~np.append(False, quotes[:-1])
    # A line that has other marks than most have, or one that may open as it closes, is left to the expression.
    line = np.cumsum(ends_line) - ends_line
    hard = (np.bincount(line, loose | ~(opens | closes | ends_line)) > 0)[line]
    begins = np.flatnonzero(quotes & ~hard)
    hard = np.flatnonzero(hard)
    found = [match.span(match.lastindex) for match in QUOTE.finditer(_text(marks[hard])) if match.lastindex]
    spans = np.array(found, np.int64).reshape(-1, 2)
    begins, ends = np.append(begins, hard[spans[:, 0] - 1]), np.append(begins + 1, hard[spans[:, 1]])
    order = np.argsort(begins, kind="stable")  # two runs that are in order: what this sort is quick at
    return begins[order], ends[order]


def pieces(lengths: Sequence[int]) -> Iterator[slice]:
    """Of texts of so many characters, those that may be looked at together: what is made of them must neither fill the
    memory nor be too little to be worth the calls."""
    low = size = 0
    for place, length in enumerate(lengths):
        if size and size + length > _AT_ONCE:
            yield slice(low, place)
            low, size = place, 0
        size += length + 1
    if low < len(lengths):
        yield slice(low, len(lengths))


def mixed(values: Hashes) -> Hashes:
    """Hashes in which every bit depends on all bits of the values (the finalizer of SplitMix64)."""
    found = values >> np.uint64(30)
    found ^= values
    found *= np.uint64(0xBF58476D1CE4E5B9)
    found ^= found >> np.uint64(27)
    found *= np.uint64(0x94D049BB133111EB)
    found ^= found >> np.uint64(31)
    return found


def _words(kinds: Kinds, known: int) -> tuple[Places, Places, Flags | None]:
    """Where each word begins, where it ends, and whether it is a character by itself, if any is (``known``: all kinds
    that there are)."""
    of_word = kinds & (_IN_WORD | _ALONE) != 0
    if not known & _ALONE:
        edges = np.flatnonzero(of_word[1:] != of_word[:-1]) + 1
        starts, ends = edges.reshape(-1, 2).T.copy()  # what is not in one piece would be copied at every use
        return starts, ends, None
    alone = kinds & _ALONE != 0
    apart = alone[1:] | alone[:-1]
    starts = np.flatnonzero(of_word[1:] & (~of_word[:-1] | apart)) + 1
    ends = np.flatnonzero(of_word[:-1] & (~of_word[1:] | apart)) + 1
    return starts, ends, alone[starts]


def _looked_up(texts: Sequence[str]) -> tuple[Places, _Characters, Kinds, int]:
    """The code points of all texts, with an end of line before and after each; what is known of such; their kinds, and
    all of these in one."""
    joined = "\n".join(["", *texts, ""])
    units = joined.encode("utf-16-le")
    basic = len(units) == 2 * len(joined)
    points = np.frombuffer(units, "<u2") if basic else np.frombuffer(joined.encode("utf-32-le"), "<u4")
    characters = _characters(_BASIC if basic else _CODE_POINTS)
    places = points.astype(np.int64)
    kinds = characters.kinds.take(places)
    return places, characters, kinds, int(np.bitwise_or.reduce(kinds))


def _text(points: npt.ArrayLike) -> str:
    return np.asarray(points, "<u4").tobytes().decode("utf-32-le", "surrogatepass")


@cache
def _powers(bits: int) -> tuple[Hashes, Hashes]:
    """The powers of the base from 0 to before 2**bits, and of its inverse."""
    return _powers_of(_BASE, 1 << bits), _powers_of(pow(_BASE, -1, 1 << 64), 1 << bits)


def _powers_of(base: int, count: int) -> Hashes:
    powers = np.ones(count, np.uint64)
    known = 1
    while known < count:
        factor = np.uint64(pow(base, known, 1 << 64))
        np.multiply(powers[:known], factor, out=powers[known : 2 * known])
        known *= 2
    return powers


@dataclass(frozen=True, slots=True)
class _Characters:
    """Of code points from 0 on: the kind of each, and the value that stands for it, folded, in a hash."""

    kinds: Kinds
    values: Hashes


@cache
def _characters(count: int) -> _Characters:
    every = _text(np.arange(count))
    kinds = np.zeros(count, np.uint8)
    for words, kind in ((WORD, _IN_WORD), (WORD_ALONE, _ALONE)):
        for match in re.finditer(f"(?:{words.pattern})+", every):
            kinds[match.start() : match.end()] = kind
    kinds[[ord(mark) for mark in (*SENTENCE_ENDS, "\n")]] |= _ENDS
    for match in _DIGITS.finditer(every):
        kinds[match.start() : match.end()] |= _DECIMAL
    kinds[[ord(mark) for mark in (*QUOTE_MARKS, "\n")]] |= _MARKS
    _mark_changes(every, kinds)
    folded = np.arange(count, dtype=np.uint64)
    cased = every[:_CASED]
    for place, (char, to) in enumerate(zip(cased, map(str.casefold, cased), strict=True)):
        if to != char:
            folded[place] = ord(to[0])
            kinds[place] |= _EXPANDS if len(to) > 1 else 0
    return _Characters(kinds, mixed(folded + np.uint64(_BASE)))


def _mark_changes(every: str, kinds: Kinds) -> None:
    """Marks what NFKC changes: the characters that it replaces, moves, or joins to the one before.

    A space or stop that becomes spaces or stops makes no difference to words, sentences or quotes, and is left: prose
    is full of it.
    """
    joins = set(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))  # vowels and finals of Hangul
    for parts in filter(None, map(decomposition, every[:_CASED])):
        if parts[0] != "<":
            joins.update(chr(int(code, 16)) for code in parts.split()[1:])
    joins.update(filter(combining, every[:_CASED]))
    kinds[[ord(char) for char in joins if ord(char) < len(every)]] |= _CHANGES
    blocks = (range(low, min(low + _BLOCK, len(every))) for low in range(0, len(every), _BLOCK))
    asked = chain.from_iterable(some for some in blocks if not is_normalized("NFKC", every[some.start : some.stop]))
    for place in [place for place in asked if not is_normalized("NFKC", every[place])]:
        becomes = [ord(char) for char in normalize("NFKC", every[place])]
        same = kinds[place] in (0, _ENDS) and all(code < len(every) and kinds[code] == kinds[place] for code in becomes)
        kinds[place] |= 0 if same else _CHANGES
