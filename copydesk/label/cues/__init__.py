"""Cue packs: the vocabulary of news pages as data, one TOML file a language, and how a line is looked up in them.

A pack holds ``[[cue]]`` entries. Each has an ``id``, the phrases, how they match (``exact``: the whole line;
``start``, ``end``, ``contains``: at word edges, in lines of at most ``max_words``), and what a match means: a ``role``
that is sure from the line alone, or a ``signal`` that rules weigh with position and neighbours. Phrases are short and
common to the trade; nothing in a pack names a publisher.

An exact match counts whatever the page's language, since a page's interface often speaks another one than its article.
The other kinds count only for the languages the caller names: a word of one language is a part of a word in another.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import compress
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from copydesk.article import Role

Match = Literal["exact", "start", "end", "contains"]

_WORDS = re.compile(r"[^\W_]+(?:['’.\-][^\W_]+)*|[+&%©×$¢£¥€₤₦₩₪₫₮₱₴₸₹₺₼₽₾֏]")
# Marks inside words: the dot of a folded Turkish İ, Armenian stress and question, Arabic vowels and stretching.
_MARKS = re.compile("[\u0307\u055b\u055c\u055e\u0640\u064b-\u0652]")
_ALIKE = (("ı", "i"), ("ё", "е"))
_SAME = MappingProxyType({"nb": "no", "nn": "no"})
"""Tags of languages whose words stand in another's pack."""
_CONTINUOUS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")  # scripts without spaces


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of a pack."""

    id: str
    """``<language>.<role or signal>.<name>``."""
    language: str
    match: Match
    role: Role | None
    signal: str | None
    max_words: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue that a line matched, and the phrase it matched with."""

    cue: Cue
    phrase: str


class Inside(NamedTuple):
    """A phrase that may stand inside a line: its first word, its place among those of that word, and what it means."""

    first: str
    place: int
    phrase: str
    cue: Cue


@dataclass(frozen=True, slots=True)
class Pack:
    """One language's cues, ready to look up."""

    language: str
    version: str
    exact: Mapping[str, Cue]
    inside: Mapping[str, tuple[Inside, ...]]
    """First word (first character in a script without spaces) to the phrases that begin with it."""
    heads: Mapping[str, Mapping[str, tuple[Inside, ...]]]
    """First word, then second (empty: there is none), to the same: of a line's phrases these are far fewer."""


@lru_cache(maxsize=4_096)  # a source prints the same furniture on each of its pages
def key(text: str) -> str:
    """The form in which lines and phrases are compared: casefolded words, one space between them."""
    folded = text.replace("’", "'").casefold()
    if not folded.isascii():
        folded = _MARKS.sub("", folded)
        for letter, alike in _ALIKE:
            folded = folded.replace(letter, alike)
    return " ".join(_WORDS.findall(folded))


def continuous(text: str) -> bool:
    """Whether the text has letters of a script that is written without spaces."""
    return not text.isascii() and _CONTINUOUS.search(text) is not None


@cache
def packs() -> Mapping[str, Pack]:
    """Every pack that ships with Copydesk, by language. Raises ValueError for a pack that breaks the format."""
    folder = Path(__file__).parent
    return {path.stem: read_pack(path) for path in sorted(folder.glob("*.toml"))}


def read_pack(path: Path) -> Pack:
    """The pack in that file. Raises ValueError naming file and entry where the format is broken."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    language = path.stem
    exact: dict[str, Cue] = {}
    inside: dict[str, list[Inside]] = {}
    for entry in data.get("cue", []):
        cue = _cue(path, language, entry)
        for phrase in entry["phrases"]:
            form = key(phrase)
            if not form:
                raise ValueError(f"{path.name}: {cue.id}: the phrase {phrase!r} has no word in it")
            if cue.match == "exact":
                exact.setdefault(form, cue)
            else:
                first = form[0] if continuous(form) else form.partition(" ")[0]
                same = inside.setdefault(first, [])
                same.append(Inside(first, len(same), form, cue))
    heads = {first: _by_second(same) for first, same in inside.items()}
    return Pack(language, str(data["version"]), exact, {first: tuple(same) for first, same in inside.items()}, heads)


def _by_second(same: Sequence[Inside]) -> Mapping[str, tuple[Inside, ...]]:
    found: dict[str, list[Inside]] = {}
    for one in same:
        _, second, *_ = (*one.phrase.split(" "), "")
        found.setdefault(second, []).append(one)
    return {second: tuple(some) for second, some in found.items()}


def hits(line: str, languages: Sequence[str], *, form: str | None = None) -> tuple[Hit, ...]:
    """The cues that the line matches, exact ones first; of each cue only the first phrase in pack order.

    ``languages`` are those whose ``start``, ``end`` and ``contains`` cues count. ``form`` is ``key(line)`` if known.
    """
    form = key(line) if form is None else form
    if not form:
        return ()
    languages = [_SAME.get(language, language) for language in languages]
    exact = _exact().get(form)
    found = [Hit(cue, form) for cue in _preferred(exact, languages)] if exact else []
    words = form.split(" ")
    seen = {hit.cue.id for hit in found}
    for pack in [pack for language in languages if (pack := packs().get(language))]:
        for _, _, phrase, cue in _candidates(pack, form, words):
            if len(words) > cue.max_words or phrase not in form or cue.id in seen:
                continue
            if _matches(cue.match, phrase, form):
                seen.add(cue.id)
                found.append(Hit(cue, phrase))
    return tuple(found)


def _candidates(pack: Pack, form: str, words: Sequence[str]) -> list[Inside]:
    """The phrases that may stand in a line, in the order in which their first words stand there."""
    if continuous(form):
        return [one for first in dict.fromkeys(form) for one in pack.inside.get(first, ())]
    found: list[Inside] = []
    for first, second in compress(zip(words, [*words[1:], ""], strict=True), map(pack.heads.__contains__, words)):
        seconds = pack.heads[first]
        found.extend(seconds.get("", ()))
        found.extend(seconds.get(second, ()))
    return sorted(found, key=lambda one: (words.index(one.first), one.place)) if len(found) > 1 else found


@cache
def _exact() -> Mapping[str, tuple[Cue, ...]]:
    """The cues of whole lines, of all languages, by the line's form."""
    found: dict[str, tuple[Cue, ...]] = {}
    for pack in packs().values():
        for form, cue in pack.exact.items():
            found[form] = (*found.get(form, ()), cue)
    return found


def _matches(match: Match, phrase: str, form: str) -> bool:
    if continuous(phrase):
        return {"start": form.startswith, "end": form.endswith}.get(match, form.__contains__)(phrase)
    padded = f" {form} "
    if match == "start":
        return padded.startswith(f" {phrase} ")
    if match == "end":
        return padded.endswith(f" {phrase} ")
    return f" {phrase} " in padded


def _preferred(cues: Sequence[Cue], languages: Sequence[str]) -> Iterator[Cue]:
    """The cues, those of the named languages first."""
    yield from (cue for language in languages for cue in cues if cue.language == language)
    yield from (cue for cue in cues if cue.language not in languages)


def _cue(path: Path, language: str, entry: Mapping[str, Any]) -> Cue:
    where = f"{path.name}: [[cue]] {entry.get('id', '?')}"
    unknown = set(entry) - {"id", "role", "signal", "match", "max_words", "phrases", "for", "against", "why"}
    if unknown:
        raise ValueError(f"{where}: unknown keys {sorted(unknown)}")
    if ("role" in entry) == ("signal" in entry):
        raise ValueError(f"{where}: needs either a role or a signal")
    match = entry.get("match", "exact")
    if match not in ("exact", "start", "end", "contains"):
        raise ValueError(f"{where}: match must be exact, start, end or contains, not {match!r}")
    if match != "exact" and "max_words" not in entry:
        raise ValueError(f"{where}: a {match} cue needs max_words")
    meaning = entry.get("role") or entry["signal"]
    return Cue(
        id=f"{language}.{meaning}.{entry['id']}",
        language=language,
        match=match,
        role=Role(entry["role"]) if "role" in entry else None,
        signal=entry.get("signal"),
        max_words=int(entry.get("max_words", 1_000)),
    )
