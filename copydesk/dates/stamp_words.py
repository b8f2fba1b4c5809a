"""The vocabulary of stamps: zones with one offset, labels, and the words between a date and its time."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from copydesk.dates.tokens import fold


@dataclass(frozen=True, slots=True)
class StampWords:
    """What stands around a stamp. ``zones`` are minutes east of UTC.

    ``time`` reads the clock that follows a date, ``early`` the one that precedes it.
    """

    version: str
    zones: Mapping[str, int]
    many_zones: frozenset[str]
    """Zone names that mean more than one offset."""
    pm: frozenset[str]
    published: frozenset[str]
    updated: frozenset[str]
    beside: frozenset[str]
    """Every single word that may stand on a stamp's own line."""
    time: re.Pattern[str]
    early: re.Pattern[str]


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


@cache
def stamp_words() -> StampWords:
    """The stamp pack. The patterns hold no repetition without a bound, so they are linear on any line."""
    data = tomllib.loads(files("copydesk.dates.packs").joinpath("stamps.toml").read_text(encoding="utf-8"))
    words: dict[str, list[str]] = data["words"]
    connectors, halves = _alternatives(words["connectors"]), _alternatives([*words["am"], *words["pm"]])
    clock = (
        rf"(?:(?P<lead>{halves})\s{{0,2}})?(?P<hour>\d{{1,2}})(?:\s?[:.hH時时시]\s?(?P<minute>\d{{2}})(?!\d)(?:[:.](?P<second>\d{{2}})(?:[.,]\d{{1,9}})?)?)?"
        rf"(?:\s?[분分])?(?:\s{{0,2}}(?P<half>{halves})(?!\w))?(?!\d)"
    )
    zone = (
        r"(?:\s{0,2}(?:" + _alternatives(words["after_time"]) + r")(?!\w)\.?)?"
        r"(?:[\s,]{0,3}[(\[]?(?:(?:(?:UTC|GMT)\s?(?P<near>[+\-−]\s?\d{1,2}(?::?\d{2})?))|(?P<offset>[+\-−]\d{2}:?\d{2})(?!\d)|(?P<zone>[A-ZМСК]{1,5})(?![\w]))[)\]]?)?"
    )
    gap = rf"[\s,;|•·–—\-/(]{{0,6}}(?:(?:{connectors})(?!\w)[.:]?)?[\s,:]{{0,3}}"
    return StampWords(
        version=data["version"],
        zones=MappingProxyType(data["zones"]),
        many_zones=frozenset(data["many_zones"]),
        pm=frozenset(words["pm"]),
        published=frozenset(fold(word) for word in words["published"]),
        updated=frozenset(fold(word) for word in words["updated"]),
        beside=frozenset(
            fold(part)
            for name in ("published", "updated", "fillers", "connectors", "after_time")
            for word in words[name]
            for part in word.split()
        ),
        time=re.compile(rf"(?:T|{gap}){clock}{zone}", re.IGNORECASE),
        early=re.compile(
            rf"(?<![\d.:])(?:{clock}){zone}[\s,;|•·–—\-/]{{1,6}}(?:on |am |le |el |den |the )?\Z", re.IGNORECASE
        ),
    )
