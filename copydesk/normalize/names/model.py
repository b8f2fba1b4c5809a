"""What an authority is: entries, their forms, and the index that finds them. Immutable once loaded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from copydesk.dates.tokens import fold, tokenize
from copydesk.errors import ConfigError
from copydesk.normalize.names.haystack import level
from copydesk.normalize.names.packs import words

Hits = tuple[tuple[str, int], ...]
TYPES = ("person", "place", "organization", "other")
KINDS = ("spelling", "script", "acronym", "alternative", "former", "title-form", "wrong-expansion")
STATUSES = ("active", "imported", "rejected")
STANDALONE = ("yes", "if-introduced", "if-context", "no")
CASES = ("exact", "any")
SURNAME_ONLY = ("yes", "if-introduced", "no")
GENDERS = ("m", "f")
ORDERS = ("given-first", "family-first")

REWRITTEN_KINDS = frozenset({"spelling", "script", "wrong-expansion"})
"""Forms of these kinds are the same name written otherwise; the others are other names of the same thing and stay."""


class AuthorityError(ConfigError):
    """An authority that cannot be used: names the file, the entry, what is wrong and what to do."""

    def __init__(self, where: str, entry: str | None, what: str, do: str) -> None:
        self.where, self.entry, self.what, self.do = where, entry, what, do
        at = f"{where}, entry {entry!r}" if entry else where
        super().__init__(f"{at}: {what}. {do}")


class Form(NamedTuple):
    """One way to write an entry's name. ``family`` is the part of it that is the family name, for persons."""

    form: str
    kind: str = "spelling"
    status: str = "active"
    standalone: str | None = None
    """None is ``yes``; the linter wants it written out where a form needs a second look."""
    case: str = "exact"
    """``any`` finds the form in small letters, in capitals and with capital initials too."""
    family: str | None = None


class Entry(NamedTuple):
    """A person, place or organization, and everything a reviewer decided about its name."""

    id: str
    canonical: str
    type: str
    forms: tuple[Form, ...]
    wikidata: str | None = None
    gender: str | None = None
    given: tuple[str, ...] = ()
    surname: tuple[str, ...] = ()
    """The first is the family name that a surname-only mention is rewritten to."""
    order: str = "given-first"
    surname_only: str = "if-introduced"
    context: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    """The key ``not`` of the files: words that rule the entry out where they stand in the same paragraph."""
    not_same_as: tuple[str, ...] = ()
    reviewed_by: str | None = None
    reviewed_on: str | None = None
    note: str | None = None
    source: str = ""
    """Which file it came from."""
    unknown_keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Index:
    """Written form to entries. ``lengths`` gives, for a first word, the lengths of the forms that begin with it."""

    hits: Mapping[str, Hits]
    """Form to (entry id, position in ``Entry.forms``), or -1 for a bare family name."""
    lengths: Mapping[str, tuple[int, ...]]

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The token that each first word begins with, folded: see ``copydesk.dates.tokens``."""
        words = _folded(self.lengths)
        tokens = (word if word.isalpha() else _FIRST_TOKEN.match(word) for word in words)
        return frozenset(token if isinstance(token, str) else token.group() for token in tokens if token)

    @cached_property
    def seconds(self) -> Mapping[str, frozenset[str]]:
        """For those of ``beginnings`` that are small words too ("the"), which every text is full of: the tokens of
        which one comes next in each of their forms."""
        folded = dict(zip(self.lengths, _folded(self.lengths), strict=True))
        small = {folded[word] for word in self.lengths if word.islower()}
        words = {word for word, form in folded.items() if form in small}
        found: dict[str, set[str]] = {}
        for form in self.hits:
            word = form.partition(" ")[0]
            if (word if word.isalnum() else _first_word(word)) in words:
                first, second = _two_tokens(form)
                found.setdefault(first, set()).add(second)
        # A sign may stand in the text as another than in the levelled form.
        return {first: frozenset(after) for first, after in found.items() if all(map(str.isalnum, after))}


@dataclass(frozen=True)
class Authority:
    """All entries by id, in id order, and ``version``: the SHA-256 of what they say."""

    version: str
    entries: Mapping[str, Entry]
    index: Index
    order: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """File name to entry ids as they stand in the file (what the linter needs to see)."""
    decisions: tuple[str, ...] = ()
    """Ids of the review decisions that were applied on load."""

    def __len__(self) -> int:
        return len(self.entries)

    @cached_property
    def capitals(self) -> Index:
        """The index for lines in capitals. Built when the first such line is met: most texts have none."""
        return capitals_index(self.entries)


_FIRST_WORD = re.compile(r"[^\W_]+")
_FIRST_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_CAPITAL_LETTERS = 5


def index_of(entries: Mapping[str, Entry]) -> Index:
    """Every active form and every family name that may be linked, levelled as texts are."""
    hits: dict[str, Hits] = {}
    for id_, entry in entries.items():
        own: dict[str, int] = {}
        for position, form in enumerate(entry.forms):
            if form.status == "active" and form.standalone != "no":
                text = _key(form.form)
                own.setdefault(text, position)
                if form.case == "any":
                    for other in (text.lower(), text.upper(), text.title()):
                        own.setdefault(other, position)
        if entry.surname_only != "no":
            for family in entry.surname:
                own.setdefault(_key(family), -1)
        for text, position in own.items():
            others = hits.get(text)
            hits[text] = ((id_, position),) if others is None else (*others, (id_, position))
    return _index(hits)


def capitals_index(entries: Mapping[str, Entry]) -> Index:
    """Acronyms that are no words, and in capitals the other forms of five letters and more."""
    plain = index_of(entries).hits
    no_acronyms = words("english_names") | words("caps_words")
    hits: dict[str, dict[tuple[str, int], None]] = {}
    for text, found in plain.items():
        for id_, position in found:
            acronym = position >= 0 and entries[id_].forms[position].kind == "acronym"
            if (acronym and text.lower() not in no_acronyms) or (not acronym and len(text) >= _CAPITAL_LETTERS):
                hits.setdefault(text if acronym else text.upper(), {})[id_, position] = None
    return _index({text: tuple(found) for text, found in hits.items()})


def _two_tokens(form: str) -> tuple[str, str]:
    """The first two tokens of a form, folded; empty where there is none."""
    first, second, *_ = [*form.split(" ", 2), ""]
    if first.isalpha() and second.isalpha():
        return fold(first), fold(second)
    tokens = tokenize(form)
    return tokens.at(0), tokens.at(1)


def _first_word(form: str) -> str:
    """The word that a form begins with, or what it has instead of one."""
    match = _FIRST_WORD.match(form)
    return match.group() if match else form


def _folded(words: Collection[str]) -> list[str]:
    """The words folded, all at once: none has a space."""
    return fold(" ".join(words)).split(" ") if words else []


def _index(hits: dict[str, Hits]) -> Index:
    lengths: dict[str, set[int]] = {}
    for text in hits:
        word = text.partition(" ")[0]
        if not word.isalnum():
            word = _first_word(word)
        found = lengths.get(word)
        if found is None:
            lengths[word] = {len(text)}
        else:
            found.add(len(text))
    longest_first = {word: tuple(sorted(found, reverse=True)) for word, found in lengths.items()}
    return Index(MappingProxyType(hits), MappingProxyType(longest_first))


def _key(form: str) -> str:
    """A form as the index has it: levelled, from its first letter or digit on, where a scan can meet it."""
    text = level(form)
    if text[:1].isalnum():
        return text
    match = _FIRST_WORD.search(text)
    return text[match.start() :] if match else text


@lru_cache(maxsize=4096)
def _script_of_letter(letter: str) -> str:
    return unicodedata.name(letter, "unknown").split(" ", 1)[0].lower()


def script_of(text: str) -> str:
    """The script of the first letter: ``latin``, ``cyrillic``, ``armenian``, ``arabic``…, else ``none``."""
    if text.isascii():
        return "latin"
    for letter in text:
        if letter.isalpha():
            return _script_of_letter(letter)
    return "none"
