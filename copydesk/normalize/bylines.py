"""Who wrote it, in one form a person, and the agencies apart. The byline itself stays as it is stated.

A person's form is the authority's canonical one, where the authority (and so the decisions made in review) has exactly
that name. Else it is the name as stated, of which only case, spacing and Unicode form are settled: nothing here takes
two names for one because they are alike.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copydesk.normalize.names.haystack import level
from copydesk.normalize.names.model import Authority

_LONG = 7
_APART = re.compile(r"\s{0,9}[/|,;()\[\]•·–—]\s*|\s{1,9}-\s+")
_LETTERS = re.compile(r"[^\W\d_]+")
_MC = re.compile(r"\bMc([a-z])")


@dataclass(frozen=True, slots=True)
class Authors:
    """The people of a byline in one form each, and the agencies that byline, tail credit and dateline name."""

    people: tuple[str, ...]
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pack:
    exact: Mapping[str, str]
    folded: Mapping[str, str]
    pattern: re.Pattern[str]
    joiners: frozenset[str]
    particles: frozenset[str]
    most_words: int
    """Of an agency's name, and the marks that may stand around it."""


@cache
def _pack() -> _Pack:
    data = tomllib.loads((Path(__file__).parent / "agencies.toml").read_text(encoding="utf-8"))
    exact = {form: name for name, forms in data["agencies"].items() for form in (name, *forms)}
    folded = {form.casefold(): name for form, name in exact.items() if len(form) >= _LONG}

    def any_of(forms: Iterable[str]) -> str:
        return "|".join(re.escape(form) for form in sorted(forms, key=lambda form: (-len(form), form)))

    return _Pack(
        exact=exact,
        folded=folded,
        pattern=re.compile(rf"(?<![^\W_])(?:(?i:{any_of(folded)})|{any_of(exact)})(?![^\W_])"),
        joiners=frozenset(data["joiners"]),
        particles=frozenset(data["particles"]),
        most_words=max(len(form.split()) for form in exact) + 3,
    )


def authors(
    byline: Iterable[str],
    tail_credit: str | None,
    dateline: str | None,
    authority: Authority,
    printed: Iterable[str] = (),
) -> Authors:
    """The people and the agencies of an article, each once, in the order they are named.

    ``printed``: the bylines as the page or the record has them, of which ``byline`` may hold the people only.
    """
    people: dict[str, str] = {}
    agencies: dict[str, None] = {}
    for entry in byline:
        for part in _parts(entry):
            name = agency(part)
            if name is not None:
                agencies.setdefault(name)
            elif part:
                person = one_form(part, authority)
                people.setdefault(person.casefold(), person)
    for line in printed:
        for part in _parts(line):
            name = agency(part)
            if name is not None:
                agencies.setdefault(name)
    for text in (tail_credit, dateline):
        for name in _named(text or ""):
            agencies.setdefault(name)
    return Authors(tuple(people.values()), tuple(agencies))


def agency(text: str) -> str | None:
    """The agency that the text names, and nothing else, in its one form."""
    text = _settled(text)
    return _pack().exact.get(text) or _pack().folded.get(text.casefold())


def one_form(name: str, authority: Authority) -> str:
    """A person's name in its one form: the canonical one of the authority, else the name as stated, case and space
    settled."""
    name = _cased(_settled(name))
    known = {
        id_
        for id_, position in authority.index.hits.get(level(name), ())
        if position >= 0 and authority.entries[id_].type == "person"
    }
    return authority.entries[known.pop()].canonical if len(known) == 1 else name


def _settled(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).strip(" .,:;")


def _parts(entry: str) -> Iterator[str]:
    """A byline's entry, taken apart only where that sets an agency free: a name may have any of these marks in it."""
    entry, behind = _settled(entry), []
    while agency(entry) is None and (cut := _before_agency(entry)) is not None:
        entry, last = cut
        behind.append(last)
    yield from _freed(entry)
    yield from reversed(behind)


def _before_agency(entry: str) -> tuple[str, str] | None:
    """What stands before the joiner that leads an agency in at the end, and the agency; None where none does."""
    words = entry.split(" ")
    for number in range(max(0, len(words) - 1 - _pack().most_words), len(words)):
        last = " ".join(words[number + 1 :])
        if words[number].casefold() in _pack().joiners and agency(last) is not None:
            return _settled(" ".join(words[:number])), last
    return None


def _freed(entry: str) -> Iterator[str]:
    """The entry, in the parts that its marks make of it where one of them is an agency."""
    if agency(entry) is not None:
        yield entry
        return
    parts = [part for part in _APART.split(entry) if _LETTERS.search(part)]
    free = [part for part in parts if agency(part) is not None]
    if not free:
        yield entry
        return
    for part in parts:
        if part.casefold() not in _pack().joiners:
            yield part


def _named(text: str) -> Iterator[str]:
    """The agencies that prose names."""
    for found in _pack().pattern.finditer(unicodedata.normalize("NFC", text)):
        name = agency(found.group())
        if name is not None:
            yield name


def _cased(name: str) -> str:
    """A name in capitals, or in small letters, with the case of a name; any other as it is."""
    if not (name.isupper() or name.islower()) or sum(char.isalpha() for char in name) < 3 or " " not in name:
        return name
    words = name.split(" ")
    small = [
        word.lower() if 0 < place < len(words) - 1 and word.lower() in _pack().particles else _capital(word)
        for place, word in enumerate(words)
    ]
    return _MC.sub(lambda found: "Mc" + found.group(1).upper(), " ".join(small))


def _capital(word: str) -> str:
    if "." in word:
        return word.upper()
    return _LETTERS.sub(lambda found: found.group()[:1].title() + found.group()[1:].lower(), word)
