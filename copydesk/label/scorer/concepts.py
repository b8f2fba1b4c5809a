"""What a line speaks of, in the words of two dozen languages: subscriptions, cookies, the newsroom, who said what.

The packs in ``wordings/`` hold the same concepts in each language, so that what one language's furniture teaches holds
for the others too. A page is read with the packs of the languages whose commonest words it has.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copydesk.label.scorer import characters as ch
from copydesk.label.scorer.characters import Floats, Hashes, Ints, Pages
from copydesk.label.scorer.words import capital_inside

CONCEPTS = (
    "we", "you", "ask", "reader", "newsroom", "piece", "here", "site", "pay", "give", "term", "mail", "follow",
    "consent", "account", "comment", "contact", "author", "legal", "advert", "method", "event", "audio", "survey",
    "job", "shop", "more", "said", "they",
)  # fmt: skip
_TELLING = ("said", "they")
"""What reports are full of; the other concepts are those of furniture."""

_FURNITURE = sum(1 << place for place, concept in enumerate(CONCEPTS) if concept not in _TELLING)
_ASK = 1 << CONCEPTS.index("ask")
_YOU = 1 << CONCEPTS.index("you")
_MOST = 3
_DOTTED = ("az", "tr")
"""Languages with a capital İ."""
_SECOND = 0.6
"""A language with this share of the foremost one's common words is read too."""

Bits = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class _Table:
    """Numbers in order, and the bits of each."""

    numbers: Hashes
    bits: Bits

    @staticmethod
    def of(known: dict[int, int]) -> _Table:
        numbers = sorted(known)
        return _Table(np.array(numbers, np.uint64), np.array([known[n] for n in numbers], np.uint32))

    def find(self, values: Hashes) -> Bits:
        """The bits of each value, 0 for those that are not known."""
        if not len(self.numbers):
            return np.zeros(len(values), np.uint32)
        at = np.minimum(np.searchsorted(self.numbers, values), len(self.numbers) - 1)
        out: Bits = np.where(self.numbers[at] == values, self.bits[at], 0).astype(np.uint32)
        return out


@dataclass(frozen=True, slots=True)
class _Pack:
    """One language, or several together: whole words, and for each length the stems of it."""

    words: dict[int, int]
    stems: dict[int, dict[int, int]]
    polite: frozenset[int]


@cache
def _packs() -> dict[str, dict[str, object]]:
    folder = Path(__file__).parent / "wordings"
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))}


def _number(word: str, pairs: bool) -> int:
    """The number that a page has for the word; for two characters of a script without spaces, for the pair."""
    if pairs and len(word) > 1:
        return (ch.hash_word(word[0]) + 31 * ch.hash_word(word[1])) % (1 << 64)
    return ch.hash_word(word)


@cache
def _pack(language: str) -> _Pack:
    data = _packs()[language]
    pairs = bool(data.get("pairs"))
    before = ["", *str(data.get("prefixes", "")).split()]
    words: dict[int, int] = {}
    stems: dict[int, dict[int, int]] = {}
    for place, concept in enumerate(CONCEPTS):
        for entry in str(data[concept]).split():
            stem = entry.endswith("*")
            whole = entry.rstrip("*")
            # A capital İ has no small letter of one character, so that lines keep it as it is.
            dotted = [f"İ{whole[1:]}"] if language in _DOTTED and whole.startswith("i") else []
            for word in [*(prefix + whole for prefix in before), *dotted]:
                if not word.isalpha():
                    continue
                table = stems.setdefault(len(word), {}) if stem else words
                number = _number(word, pairs)
                table[number] = table.get(number, 0) | 1 << place
    polite = frozenset(ch.hash_word(word) for word in str(data.get("polite", "")).split())
    return _Pack(words, stems, polite)


@cache
def _common() -> tuple[Hashes, NDArray[np.float64], tuple[str, ...]]:
    """The common words of all languages in order, and for each the share that each language has of it."""
    packs = _packs()
    known: dict[int, set[int]] = {}
    for place, data in enumerate(packs.values()):
        for word in str(data["common"]).split():
            known.setdefault(ch.hash_word(word), set()).add(place)
    numbers = sorted(known)
    shares = np.zeros((len(numbers), len(packs)))
    for row, number in enumerate(numbers):
        shares[row, sorted(known[number])] = 1.0
    return np.array(numbers, np.uint64), shares, tuple(packs)


def languages(page: Pages) -> list[tuple[str, ...]]:
    """For each page: the languages whose commonest words stand there most often, all of them where no common word
    stands."""
    numbers, shares, names = _common()
    values = _single(page)
    at = np.minimum(np.searchsorted(numbers, values), len(numbers) - 1)
    hit = np.flatnonzero(numbers[at] == values)
    where, many = page.line_page[page.word_line[hit]], len(page.line_counts)
    told = np.array([np.bincount(where, weights=share, minlength=many) for share in shares[at[hit]].T])
    most = told.max(axis=0)
    spoken = (told >= _SECOND * most) | (most <= 0)
    return [tuple(name for name, speaks in zip(names, column, strict=True) if speaks) for column in spoken.T.tolist()]


@lru_cache(maxsize=64)
def _tables(names: tuple[str, ...]) -> tuple[_Table, dict[int, _Table], Hashes]:
    words: dict[int, int] = {}
    stems: dict[int, dict[int, int]] = {}
    polite: set[int] = set()
    for name in names:
        pack = _pack(name)
        for number, bits in pack.words.items():
            words[number] = words.get(number, 0) | bits
        for size, table in pack.stems.items():
            mine = stems.setdefault(size, {})
            for number, bits in table.items():
                mine[number] = mine.get(number, 0) | bits
        polite |= pack.polite
    return (
        _Table.of(words),
        {size: _Table.of(table) for size, table in sorted(stems.items())},
        np.array(sorted(polite), np.uint64),
    )


def concept_bits(page: Pages) -> Bits:
    """For each word of the pages, the concepts that it names, as bits."""
    found = np.zeros(len(page.word_hash), np.uint32)
    capital = capital_inside(page)
    speak: dict[tuple[str, ...], list[int]] = {}
    for number, names in enumerate(languages(page)):
        speak.setdefault(names, []).append(number)
    for names, numbers in speak.items():
        of_page = np.zeros(len(page.line_counts), bool)
        of_page[numbers] = True
        mine = np.flatnonzero(of_page[page.line_page][page.word_line])
        found[mine] = _named(page, names, page.kind[mine], capital[mine])
    return found


def _named(page: Pages, names: tuple[str, ...], kind: Ints, capital: NDArray[np.bool_]) -> Bits:
    """The concepts that words name in these languages. ``kind``: which words they are; ``capital``: which of them
    stand inside a sentence with a capital."""
    words, stems, polite = _tables(names)
    different = np.flatnonzero(np.bincount(kind, minlength=len(page.kind_first)))
    first = page.kind_first[different]
    values = page.word_hash[first]
    bits = words.find(values)
    start, length = page.word_start[first], page.word_length[first]
    for size, table in stems.items():
        long = length >= size
        at = start[long]
        bits[long] |= table.find(page.sums[at + size] - page.sums[at])
    known = np.zeros(len(page.kind_first), np.uint32)
    known[different] = bits
    found: Bits = known[kind]
    if len(polite):
        spoken = np.zeros(len(page.kind_first), bool)
        spoken[different] = np.isin(values, polite)
        found |= (capital & spoken[kind]).astype(np.uint32) * np.uint32(_YOU)
    return found


def _single(page: Pages) -> Hashes:
    """The words' numbers; of a lone Han or kana character its own, without the one that follows: the common words of
    such scripts are single characters."""
    start = page.word_start
    alone = (page.bits[start] & ch.UNSPACED) != 0
    out: Hashes = np.where(alone, page.sums[start + 1] - page.sums[start], page.word_hash)
    return out


def concepts(page: Pages) -> dict[str, Floats]:
    """How many words of each concept a line has, at most three; of how many concepts it has any; the share of its words
    that name one; and whether its first word asks."""
    n = page.lines
    out = {f"says_{concept}": np.zeros(n) for concept in CONCEPTS}
    out |= {"says_kinds": np.zeros(n), "says_share": np.zeros(n), "says_first": np.zeros(n)}
    if not len(page.word_hash):
        return out
    bits = concept_bits(page)
    for place, concept in enumerate(CONCEPTS):
        hit = page.word_line[(bits & np.uint32(1 << place)) != 0]
        if len(hit):
            out[f"says_{concept}"] = np.minimum(np.bincount(hit, minlength=n), _MOST).astype(np.float64)
    for concept in CONCEPTS:
        if concept not in _TELLING:
            out["says_kinds"] += out[f"says_{concept}"] > 0
    named = (bits & np.uint32(_FURNITURE)) != 0
    out["says_share"] = np.bincount(page.word_line, weights=named, minlength=n) / np.maximum(page.line_words, 1)
    first = np.concatenate(([True], page.word_line[1:] != page.word_line[:-1]))
    asks = (bits & np.uint32(_ASK)) != 0
    out["says_first"] = np.bincount(page.word_line, weights=first & asks, minlength=n).astype(np.float64)
    return out
