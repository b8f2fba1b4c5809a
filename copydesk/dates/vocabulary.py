"""The vocabulary of dates: language packs read from TOML, and the lexicon that a text is scanned with."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from copydesk.dates.compounds import Compound, compounds_of
from copydesk.dates.tokens import fold

# Languages in the order in which a form that several share is read, when nothing tells which it is.
LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "da", "no", "sv", "fi", "is", "lt", "tr", "az", "id", "sw",
    "ru", "uk", "hy", "ka", "ar", "ko", "ja", "zh",
)  # fmt: skip
PART_WORDS = frozenset({"q", "quarter", "h", "half"})
"""What parts of a year are called, in any language."""
ALIASES = MappingProxyType({"nb": "no", "nn": "no", "in": "id", "ms": "id"})


@dataclass(frozen=True, slots=True)
class Pack:
    """One language's words. ``words`` holds its lists by name; the forms are folded (see ``tokens.fold``)."""

    language: str
    version: str
    month_case: str
    day_after_month: bool
    year_first: bool
    lone_month: str
    bare_weekday: str
    adjective: str
    months: Mapping[str, int]
    month_abbreviations: Mapping[str, int]
    weekdays: Mapping[str, int]
    weekday_abbreviations: Mapping[str, int]
    words: Mapping[str, frozenset[str]]
    endings: Mapping[str, tuple[str, ...]]
    """Endings of verbs, by list name, for ``str.endswith``."""
    flags: frozenset[str]
    units: Mapping[str, str]
    seasons: Mapping[str, str]
    numbers: Mapping[str, int]
    ordinal_words: Mapping[str, int]
    day_words: Mapping[str, int]
    counted: Mapping[str, int]
    following: Mapping[str, int]
    holidays: Mapping[str, int]
    """Days with a name and one place in the calendar, as month * 100 + day."""
    year_words: Mapping[str, int]
    """Words that mean a whole year by themselves, as a shift in years."""

    def flag(self, name: str) -> bool:
        """Whether the pack says ``name = true``."""
        return name in self.flags

    def has(self, name: str, word: str) -> bool:
        """Whether the list ``name`` of this pack holds ``word`` (folded)."""
        return word in self.words.get(name, ())


@dataclass(frozen=True, slots=True)
class Form:
    """A month or weekday as written: its number (months from 1, Monday is 0), and the pack it was read in."""

    number: int
    abbreviated: bool
    pack: Pack
    foreign: bool = False
    """Read from a language that the text isn't in: good for whole dates only."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What one text is scanned with: the months and weekdays of every language tried, and the main one's cues."""

    main: Pack
    months: Mapping[str, Form]
    weekdays: Mapping[str, Form]
    compounds: Mapping[str, tuple[Compound, ...]]
    """The forms of several words, by their first token."""
    relative: frozenset[str]
    """Words for a time that is counted from another: units, days, years."""
    heads: frozenset[str]
    """Every word that a date is known by; besides these only numbers are."""


def _numbered(lists: list[list[str]], endings: list[str], start: int) -> Mapping[str, int]:
    return MappingProxyType(
        {
            fold(stem + ending): number
            for number, stems in enumerate(lists, start)
            for stem in stems
            for ending in endings
        }
    )


def _inverted(table: Mapping[str, list[str]]) -> Mapping[str, str]:
    return MappingProxyType({fold(word): name for name, words in table.items() for word in words})


def _folded_keys(table: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType({fold(word): number for word, number in table.items()})


@cache
def pack(language: str) -> Pack:
    """The pack of ``language`` (one of LANGUAGES)."""
    data: dict[str, Any] = tomllib.loads(
        files("copydesk.dates.packs").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    )
    lists = {
        name: frozenset(fold(word) for word in words)
        for name, words in data.items()
        if isinstance(words, list) and not (words and isinstance(words[0], list))
    }
    return Pack(
        language=language,
        version=data["version"],
        month_case=data["month_case"],
        day_after_month=data.get("day_after_month", False),
        year_first=data.get("year_first", False),
        lone_month=data.get("lone_month", "cued"),
        bare_weekday=data.get("bare_weekday", "cued"),
        adjective=data.get("adjective", "before"),
        months=_numbered(data["months"], data.get("month_endings", [""]), 1),
        month_abbreviations=_numbered(data.get("month_abbreviations", []), [""], 1),
        weekdays=_numbered(data.get("weekdays", []), data.get("weekday_endings", [""]), 0),
        weekday_abbreviations=_numbered(data.get("weekday_abbreviations", []), [""], 0),
        words=MappingProxyType(lists),
        endings=MappingProxyType(
            {name: tuple(sorted(words)) for name, words in lists.items() if name.endswith("_endings")}
        ),
        flags=frozenset(name for name, value in data.items() if value is True),
        units=_inverted(data.get("units_of_time", {})),
        seasons=_inverted(data.get("seasons", {})),
        numbers=_folded_keys(data.get("numbers", {})),
        ordinal_words=_folded_keys(data.get("ordinal_words", {})),
        day_words=_folded_keys(data.get("day_words", {})),
        counted=_folded_keys(data.get("counted", {})),
        following=_folded_keys(data.get("following", {})),
        holidays=_folded_keys(data.get("holidays", {})),
        year_words=_folded_keys(data.get("year_words", {})),
    )


@cache
def lexicon(languages: tuple[str, ...], *, with_foreign: bool = False) -> Lexicon:
    """The lexicon of some languages, the most trusted first: a form that several share is read in the first of them.
    ``with_foreign`` adds the months of every other language, for whole dates that a text quotes."""
    packs = [pack(language) for language in languages]
    months: dict[str, Form] = {}
    weekdays: dict[str, Form] = {}
    for one in packs:
        for table, abbreviated in ((one.months, False), (one.month_abbreviations, True)):
            for word, number in table.items():
                months.setdefault(word, Form(number, abbreviated, one))
        for table, abbreviated in ((one.weekdays, False), (one.weekday_abbreviations, True)):
            for word, number in table.items():
                weekdays.setdefault(word, Form(number, abbreviated, one))
    others = [language for language in LANGUAGES if language not in languages] if with_foreign else []
    for one in map(pack, others):
        for word, number in one.months.items():
            months.setdefault(word, Form(number, False, one, foreign=True))
    compounds = compounds_of([*months, *weekdays, *packs[0].holidays, *packs[0].day_words])
    main = packs[0]
    relative = frozenset((*main.units, *main.day_words, *main.year_words))
    heads = relative.union(months, weekdays, main.holidays, main.seasons, PART_WORDS)
    return Lexicon(main, MappingProxyType(months), MappingProxyType(weekdays), compounds, relative, heads)
