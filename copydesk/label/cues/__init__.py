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
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from copydesk.article import Role

Match = Literal["exact", "start", "end", "contains"]

JOINERS = "'.-"
"""Marks that part no word inside which they stand."""
SYMBOLS = "+&%©×$¢£¥€₤₦₩₪₫₮₱₴₸₹₺₼₽₾֏"
"""Signs that are words by themselves."""
_WORDS = re.compile(rf"[^\W_]+(?:[{re.escape(JOINERS)}][^\W_]+)*|[{re.escape(SYMBOLS)}]")
# Marks inside words: the dot of a folded Turkish İ, Armenian stress and question, Arabic vowels and stretching.
_MARKED = "\u0307\u055b\u055c\u055e\u0640\u064b-\u0652"
_MARKS = re.compile(f"[{_MARKED}]")
_ALIKE = (("ı", "i"), ("ё", "е"))
ODD = re.compile(f"[{_MARKED}{''.join(letter for letter, _ in _ALIKE)}]")
"""What no key has: see ``alike``."""
_SAME = MappingProxyType({"nb": "no", "nn": "no"})
"""Tags of languages whose words stand in another's pack."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
"""Letters of scripts that are written without spaces."""


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


class Hit(NamedTuple):
    """A cue that a line matched, and the phrase it matched with."""

    cue: Cue
    phrase: str


class Inside(NamedTuple):
    """A phrase that may stand inside a line: its first word, its place among those of that word, and what it means."""

    first: str
    place: int
    hit: Hit
    padded: str
    """The phrase between blanks, as it stands in a line between blanks."""
    most: int
    """Words of a line that it may stand in."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One language's cues, ready to look up."""

    language: str
    version: str
    exact: Mapping[str, Cue]
    inside: Mapping[str, tuple[Inside, ...]]
    """First word (first character in a script without spaces) to the phrases that begin with it."""
    opening: Mapping[str, tuple[Inside, ...]]
    """First word to the phrases that a line begins with."""
    closing: Mapping[str, tuple[Inside, ...]]
    """Last word to the phrases that a line ends with."""
    anywhere: Mapping[str, tuple[Inside, ...]]
    """To those that may stand anywhere in a line, by the word that fewest of the phrases have: few lines have it."""


@lru_cache(maxsize=4_096)  # a source prints the same furniture on each of its pages
def key(text: str) -> str:
    """The form in which lines and phrases are compared: casefolded words, one space between them."""
    return " ".join(_WORDS.findall(alike(text.replace("’", "'").casefold())))


def alike(folded: str) -> str:
    """Casefolded text without the marks that some leave out, and with the letters that others write instead."""
    if not folded.isascii():
        folded = _MARKS.sub("", folded)
        for letter, other in _ALIKE:
            folded = folded.replace(letter, other)
    return folded


def continuous(text: str) -> bool:
    """Whether the text has letters of a script that is written without spaces."""
    return not text.isascii() and UNSPACED.search(text) is not None


@cache
def packs() -> Mapping[str, Pack]:
    """Every pack that ships with Copydesk, by language. Raises ValueError for a pack that breaks the format."""
    folder = Path(__file__).parent
    return {path.stem: read_pack(path) for path in sorted(folder.glob("*.toml"))}


def read_pack(path: Path) -> Pack:
    """The pack in that file. Raises ValueError naming file and entry where the format is broken."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    language = path.stem
    whole: dict[str, Cue] = {}
    inside: dict[str, list[Inside]] = {}
    for entry in data.get("cue", []):
        cue = _cue(path, language, entry)
        for phrase in entry["phrases"]:
            form = key(phrase)
            if not form:
                raise ValueError(f"{path.name}: {cue.id}: the phrase {phrase!r} has no word in it")
            if cue.match == "exact":
                whole.setdefault(form, cue)
            else:
                first = form[0] if continuous(form) else form.partition(" ")[0]
                same = inside.setdefault(first, [])
                same.append(Inside(first, len(same), Hit(cue, form), f" {form} ", cue.max_words))
    known = [one for same in inside.values() for one in same]
    common = Counter(chain.from_iterable([set(one.hit.phrase.split(" ")) for one in known]))
    return Pack(
        language,
        str(data["version"]),
        whole,
        {first: tuple(same) for first, same in inside.items()},
        _by_word(known, "start", lambda words: words[0]),
        _by_word(known, "end", lambda words: words[-1]),
        _by_word(known, "contains", lambda words: min(words, key=lambda word: (common[word], -len(word)))),
    )


def _by_word(
    known: Sequence[Inside], match: Match, word: Callable[[list[str]], str]
) -> Mapping[str, tuple[Inside, ...]]:
    """The phrases that match so, by one of their words."""
    found: dict[str, list[Inside]] = {}
    for one in known:
        if one.hit.cue.match == match:
            found.setdefault(word(one.hit.phrase.split(" ")), []).append(one)
    return {key: tuple(some) for key, some in found.items()}


def hits(line: str, languages: Sequence[str], *, form: str | None = None) -> tuple[Hit, ...]:
    """The cues that the line matches, exact ones first; of each cue only the first phrase in pack order.

    ``languages`` are those whose ``start``, ``end`` and ``contains`` cues count. ``form`` is ``key(line)`` if known.
    """
    form = key(line) if form is None else form
    if not form:
        return ()
    whole = exact(form)
    found = [Hit(cue, form) for cue in _preferred(whole, _known(languages))] if whole else []
    words = form.split(" ")
    for pack in _packs_of(tuple(languages)):
        if matching := _matching(pack, form, words):
            seen = {hit.cue.id for hit in found}
            for one in matching:
                if one.hit.cue.id not in seen:
                    seen.add(one.hit.cue.id)
                    found.append(one.hit)
    return tuple(found)


@lru_cache(maxsize=256)
def _packs_of(languages: tuple[str, ...]) -> tuple[Pack, ...]:
    return tuple([pack for language in _known(languages) if (pack := packs().get(language))])


def _known(languages: Sequence[str]) -> list[str]:
    return [_SAME.get(language, language) for language in languages]


def _matching(pack: Pack, form: str, words: Sequence[str]) -> list[Inside]:
    """The phrases that stand in a line, in the order in which their first words stand there."""
    if continuous(form):
        every = [one for first in dict.fromkeys(form) for one in pack.inside.get(first, ())]
        return [one for one in every if len(words) <= one.most and _matches(one, form)]
    padded, count = f" {form} ", len(words)
    found: list[Inside] = []
    if opening := pack.opening.get(words[0]):
        found += [one for one in opening if padded.startswith(one.padded)]
    if closing := pack.closing.get(words[-1]):
        found += [one for one in closing if padded.endswith(one.padded)]
    for word in pack.anywhere.keys() & words:
        found += [one for one in pack.anywhere[word] if count <= one.most and one.padded in padded]
    if len(found) > 1:
        found.sort(key=lambda one: (words.index(one.first), one.place))
    return [one for one in found if count <= one.most]


def exact(form: str) -> tuple[Cue, ...]:
    """The cues of whole lines, of any language, that match a line with this key."""
    return _exact().get(form, ())


@cache
def _exact() -> Mapping[str, tuple[Cue, ...]]:
    """The cues of whole lines, of all languages, by the line's form."""
    found: dict[str, tuple[Cue, ...]] = {}
    for pack in packs().values():
        for form, cue in pack.exact.items():
            found[form] = (*found.get(form, ()), cue)
    return found


def _matches(one: Inside, form: str) -> bool:
    """Whether the phrase stands where its cue says, in a line with letters of a script without spaces."""
    unspaced = continuous(one.hit.phrase)
    line, phrase = (form, one.hit.phrase) if unspaced else (f" {form} ", one.padded)
    return {"start": line.startswith, "end": line.endswith}.get(one.hit.cue.match, line.__contains__)(phrase)


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
