"""What each character is, as bits, and pages of text as arrays of them.

The scorer counts characters and words of many pages at once in numpy: a loop over characters in Python would cost
more than the trees do, and so would a call for each page. Classes come from the Unicode database and short lists of
marks, so every script is treated alike.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]

LETTER, DIGIT, UPPER, LOWER, UNSPACED, WIDE, SPACE, END, COMMA, QUOTE, SYMBOL, DASH, CLOSE, COLON, ASKS, HIDDEN = (
    1 << bit for bit in range(16)
)
WORD = LETTER | DIGIT

_END = (
    ".!?\u2026\u203c\u2049\u3002\uff01\uff1f\uff0e\u0589\u061f\u06d4\u0700"
    "\u0964\u0965\u1362\u1367\u1368\u104b\u17d4\u17d5"
)
_ASKS = "!?\uff01\uff1f\u061f\u1367\u203c\u2049"
_COMMA = ",;\u060c\u061b\u3001\uff0c\uff1b\u055d\u1363\u1364\u104a"
_QUOTE = (
    "\"'\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a"
    "\u300c\u300d\u300e\u300f\u301d\u301e\u301f\uff02\uff07`\u00b4"
)
_COLON = ":\uff1a\u1365"
_PLAIN = "%\u066a\u20ac$\u00a3\u20bd\u058f&\u055c\u055e\u055b"  # marks that stand inside sentences of every kind


def _kind_bits(char: str, kind: str) -> int:
    """Classes by the general category ``kind`` of the Unicode database."""
    if kind[0] in "LM":
        bits = LETTER | (UPPER if kind in ("Lu", "Lt") else LOWER if kind == "Ll" else 0)
        code = ord(char)
        if 0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF:
            bits |= UNSPACED | WIDE
        elif 0xAC00 <= code <= 0xD7AF:
            bits |= WIDE
        return bits
    if kind[0] == "Z" or char in "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85":
        return SPACE
    return {"N": DIGIT, "Pd": DASH, "Pe": CLOSE, "Cf": HIDDEN}.get(kind[0] if kind[0] == "N" else kind, 0)


def _bits(char: str) -> int:
    kind = unicodedata.category(char)
    bits = _kind_bits(char, kind)
    for marks, bit in ((_END, END), (_ASKS, ASKS), (_COMMA, COMMA), (_QUOTE, QUOTE), (_COLON, COLON)):
        if char in marks:
            bits |= bit
    if not bits and kind[0] in "PS" and kind != "Ps" and char not in _PLAIN:
        bits = SYMBOL
    return bits


# Whole blocks of one kind, two thirds of the plane: asking the database for each of their characters takes a while.
_BLOCKS = (
    (0x3400, 0x4DC0, LETTER | UNSPACED | WIDE),
    (0x4E00, 0x9FFD, LETTER | UNSPACED | WIDE),
    (0xAC00, 0xD7A4, LETTER | WIDE),
)


@cache
def tables() -> tuple[NDArray[np.uint16], NDArray[np.uint32]]:
    """Class bits and lower-case code of each code point of the basic plane. Beyond it whole ranges are decided."""
    bits = np.zeros(0x10000, np.uint16)
    lower = np.arange(0x10000, dtype=np.uint32)
    for start, end, kind in _BLOCKS:
        bits[start:end] = kind
    for code in np.flatnonzero(bits == 0).tolist():
        char = chr(code)
        bits[code] = _bits(char)
        if bits[code] & UPPER:
            small = char.lower()
            if len(small) == 1:
                lower[code] = ord(small)
    return bits, lower


@dataclass(frozen=True, slots=True)
class Pages:
    """The lines of some pages that are not blank, as arrays over their lines, characters and words."""

    line_page: Ints
    """Line: its page."""
    line_counts: Ints
    """Page: how many lines it has here."""
    index: Ints
    """Line: its place in its page as given, blank lines counted."""
    bits: NDArray[np.uint16]
    """Character: its classes."""
    folded: NDArray[np.uint32]
    """Character: its code, of a capital that of the small letter."""
    starts: Ints
    """Line: its first character. Each line ends with one line feed, which is a character here."""
    ends: Ints
    """Line: one past its last character, line feed included."""
    word_line: Ints
    """Word: its line."""
    word_start: Ints
    """Word: its first character."""
    word_length: Ints
    """Word: its characters; a run of an unspaced script counts a word for each character."""
    word_hash: Hashes
    """Word: a number for its lower-case letters; with its neighbour's in unspaced scripts."""
    stem_hash: Hashes
    """Word: a number for its first five lower-case letters."""
    line_words: Ints
    """Line: how many words."""
    sums: Hashes
    """Character: the sum of the numbers of all letters before it; one more at the end. Of a word's first letters, the
    difference is the number that ``hash_word`` has for them."""
    kind: Ints
    """Word: which of the different words it is, by their numbers."""
    kind_first: Ints
    """Different word: the first word that is one."""

    @property
    def lines(self) -> int:
        return len(self.index)


STEM = 5
_PRIME = 0x9E3779B97F4A7C15


@cache
def _powers() -> Hashes:
    values, power = [], 1
    for _ in range(64):
        power = power * _PRIME % (1 << 64)
        values.append(power)
    return np.array(values, np.uint64)


def hash_word(word: str) -> int:
    """The number that ``Page.word_hash`` has for a word of a spaced script."""
    total = 0
    powers = _powers()
    for place, char in enumerate(word):
        total += (ord(char) * 2 + 1) * int(powers[min(place, 63)])
    return total % (1 << 64)


def read_page(lines: Sequence[str]) -> Pages:
    """Arrays of one page."""
    return read_pages([lines])


def read_pages(pages: Sequence[Sequence[str]]) -> Pages:
    """Arrays of pages. Their lines (str) may be blank; white space inside a line is one class."""
    texts: list[str] = []
    index: list[int] = []
    counts: list[int] = []
    for lines in pages:
        before = len(texts)
        for place, line in enumerate(lines):
            text = line.strip()
            if text:
                texts.append(text.replace("\n", " ") if "\n" in text else text)
                index.append(place)
        counts.append(len(texts) - before)
    count = np.array(counts, np.int64)
    where = (np.repeat(np.arange(len(counts)), count), count, np.array(index, np.int64))
    if not texts:
        bits, folded = np.zeros(0, np.uint16), np.zeros(0, np.uint32)
        return _without_words(where, bits, folded, np.zeros(0, np.int64), np.zeros(0, np.int64))
    raw = ("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(raw, np.uint32)
    table, lower = tables()
    small = np.minimum(codes, 0xFFFF)
    bits = table[small]
    folded = lower[small]
    far = codes > 0xFFFF
    if far.any():
        # Letters of old scripts and mathematics below, pictures next, rare Han above.
        bits = np.where(far, np.where(codes < 0x1F000, LETTER, np.where(codes < 0x20000, SYMBOL, 0x31)), bits)
        bits = bits.astype(np.uint16)
        folded = np.where(far, codes, folded)
    shown = (bits & HIDDEN) == 0
    if not shown.all():
        codes, bits, folded = codes[shown], bits[shown], folded[shown]
    ends = np.flatnonzero(codes == 10) + 1
    starts = np.concatenate(([0], ends[:-1]))
    return _words(where, bits, folded, starts, ends)


def _without_words(
    where: tuple[Ints, Ints, Ints], bits: NDArray[np.uint16], folded: NDArray[np.uint32], starts: Ints, ends: Ints
) -> Pages:
    nothing, none = np.zeros(0, np.int64), np.zeros(0, np.uint64)
    return Pages(
        *where,
        bits=bits,
        folded=folded,
        starts=starts,
        ends=ends,
        word_line=nothing,
        word_start=nothing,
        word_length=nothing,
        word_hash=none,
        stem_hash=none,
        line_words=np.zeros(len(starts), np.int64),
        sums=none,
        kind=nothing,
        kind_first=nothing,
    )


def _words(
    where: tuple[Ints, Ints, Ints], bits: NDArray[np.uint16], folded: NDArray[np.uint32], starts: Ints, ends: Ints
) -> Pages:
    inside = (bits & WORD) != 0
    alone = (bits & UNSPACED) != 0
    before = np.concatenate(([False], inside[:-1] & ~alone[:-1]))
    first = np.flatnonzero(inside & (~before | alone))
    if not len(first):
        return _without_words(where, bits, folded, starts, ends)
    line_of = np.repeat(np.arange(len(starts)), ends - starts)
    begins = np.concatenate(([0], first))
    place = np.arange(len(bits)) - np.repeat(begins, np.diff(begins, append=len(bits)))
    # In place: the arrays are long, and each new one costs as much as what is done with it.
    chars = folded.astype(np.uint64)
    chars *= np.uint64(2)
    chars += np.uint64(1)
    chars *= _powers().take(place, mode="clip")
    chars *= inside
    hashes = np.add.reduceat(chars, first)
    sums = np.zeros(len(chars) + 1, np.uint64)
    np.cumsum(chars, out=sums[1:])
    chars *= place < STEM
    stems = np.add.reduceat(chars, first)
    lengths = np.add.reduceat(inside, first, dtype=np.int64)
    word_line = line_of[first]
    # A lone Han or kana character says little: pair it with the next one of its line.
    lone = alone[first]
    if lone.any():
        pair = np.zeros(len(first), bool)
        pair[:-1] = lone[:-1] & lone[1:] & (word_line[:-1] == word_line[1:])
        following = np.concatenate((hashes[1:], hashes[:1]))
        hashes = np.where(pair, hashes + following * np.uint64(31), hashes)
    _, kind_first, kind = np.unique(hashes, return_index=True, return_inverse=True)
    return Pages(
        *where,
        bits=bits,
        folded=folded,
        starts=starts,
        ends=ends,
        word_line=word_line,
        word_start=first,
        word_length=lengths,
        word_hash=hashes,
        stem_hash=stems,
        line_words=np.bincount(word_line, minlength=len(starts)),
        sums=sums,
        kind=kind,
        kind_first=kind_first,
    )


def count(page: Pages, bit: int) -> Floats:
    """How many characters of each line have one of the classes in ``bit``."""
    if not page.lines:
        return np.zeros(0)
    return np.add.reduceat(((page.bits & bit) != 0).astype(np.int32), page.starts).astype(np.float64)
