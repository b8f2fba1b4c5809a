"""Folding keys: what is left of a name when the ways to spell it are levelled. A key never links a name."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from copydesk.normalize.names.model import script_of
from copydesk.normalize.names.packs import pack

_OTHER = re.compile(r"[^a-z]")
Rules = tuple[tuple[re.Pattern[str], str], ...]


@cache
def _rules(*path: str) -> Rules:
    table = pack("folding")
    for key in path[:-1]:
        table = table[key]
    return tuple((re.compile(pattern), new) for pattern, new in table[path[-1]])


@cache
def _before() -> dict[int, str]:
    return str.maketrans({old: new for old, new in pack("folding")["pre"].items() if len(old) == 1})


def _apply(word: str, rules: Rules) -> str:
    for pattern, new in rules:
        word = pattern.sub(new, word)
    return word


@lru_cache(maxsize=65536)
def plain(word: str) -> str:
    """One word in small ASCII letters, whatever its script: ``Փաշինյան``: ``pashinyan``, ``Məmmədov``: ``mammadov``."""
    word = word.casefold().replace("i\u0307", "i")
    for old, new in pack("folding")["pre"].items():
        if len(old) > 1:
            word = word.replace(old, new)
    own = pack("folding")["azerbaijani"]
    if any(letter in own["letters"] for letter in word):
        word = word.translate(str.maketrans({old: own[old] for old in "cqx"}))
    if word.isascii():
        return _OTHER.sub("", word)
    from anyascii import anyascii  # noqa: PLC0415  (only what is not ASCII needs it)

    return _OTHER.sub("", anyascii(word.translate(_before())).lower())


def unmarked(word: str) -> str:
    """Latin letters without their marks."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter)
    ).replace("ı", "i")


@lru_cache(maxsize=65536)
def key(word: str, family: bool = False) -> str:
    """The key under which the spellings of one name meet; with the endings of family names where ``family``."""
    return _key(plain(word), family)


def _key(word: str, family: bool) -> str:
    if family:
        word = _apply(word, _rules("rules", "surname"))
    word = _apply(word, _rules("rules", "strict"))
    return _apply(word, _rules("rules", "surname")) if family else word


@lru_cache(maxsize=65536)
def keys(word: str, family: bool = False) -> tuple[frozenset[str], frozenset[str]]:
    """Keys that are as good as :func:`key`, and keys of readings (French, German) that it does not itself show."""
    shown: set[str] = {key(word, family)}
    guessed: set[str] = set()
    if not word.isascii() and script_of(word) == "latin":
        # "Çavuşoğlu" is as often printed without its marks.
        shown.add(_key(_OTHER.sub("", unmarked(word.casefold())), family))
    marked, ascii_ = word.casefold(), plain(word)
    for name, reading in pack("folding")["readings"].items():
        read = _key(_apply(ascii_, _rules("readings", name, "rules")), family)
        (shown if _evidence(name).search(marked) or re.search(reading["evidence"], ascii_) else guessed).add(read)
    return frozenset(shown), frozenset(guessed - shown)


@cache
def _evidence(reading: str) -> re.Pattern[str]:
    return re.compile(pack("folding")["readings"][reading]["evidence"])


def loose(word: str, family: bool = False) -> str:
    """A key that merges more (Western Armenian, q and k, z and s): for review only."""
    return _apply(key(word, family), _rules("rules", "loose"))


def bones(word: str) -> frozenset[str]:
    """The consonants, for names from Arabic, which writes no short vowels: as they stand, and read as French.

    For review only; empty where fewer than three letters are left."""
    read = (plain(word), _apply(plain(word), _rules("readings", "french", "rules")))
    return frozenset(left for left in (_apply(one, _rules("rules", "arabic")) for one in read) if len(left) > 2)


@cache
def _table() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Key of a given name to its row, and row to the rows that are related to it."""
    names = pack("given_names")
    rows: dict[str, str] = {}
    for row in names["same"]:
        for name in row.split():
            for one in sorted(keys(name)[0]):
                rows.setdefault(one, row)
    related: dict[str, set[str]] = {}
    for line in names["related"]:
        group = {rows.get(key(name), name) for name in line.split()}
        for row in group:
            related.setdefault(row, set()).update(group)
    return rows, {row: frozenset(group) for row, group in related.items()}


def given_row(word: str) -> str | None:
    """The row of the given-name table that ``word`` is in, under any spelling."""
    return _table()[0].get(key(word))


def related(row: str, other: str) -> bool:
    """Whether two rows of the given-name table are cousins: Vladimir and Volodymyr, Joseph and Joe."""
    return other in _table()[1].get(row, frozenset())


def same_given(a: str, b: str) -> bool:
    """Whether two given names are spellings of one, by key or by the table."""
    row = given_row(a)
    return key(a) == key(b) or (row is not None and row == given_row(b))


@cache
def _families() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(pack("given_names")["related_surnames"]):
        for name in line.split():
            found.setdefault(key(name, family=True), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def related_families(a: str, b: str) -> bool:
    """Whether two family names are listed as one name in two traditions: Sargsyan and Sarkisian."""
    table = _families()
    return bool(table.get(key(a, family=True), frozenset()) & table.get(key(b, family=True), frozenset()))
