"""Whether words that no date knows keep a line from being a stamp: asked before the line is read for one, since of the
lines with a year in them nearly all are sentences."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from copydesk.dates.stamp import SEPARATORS, YEAR
from copydesk.dates.tokens import fold
from copydesk.dates.vocabulary import LANGUAGES, PART_WORDS, pack

_WORD = re.compile(r"[^\W\d_]+")
_FIGURE = re.compile(r"\d")
_LONG = re.compile(r"(?<![^\W\d_])[A-Za-z]{6,30}(?![^\W\d_])")
"""Longer than any name of a zone, and in a script in which nothing stands against a word."""


def no_stamp_line(line: str) -> bool:
    """Whether ``is_stamp_line`` is false for this line, whatever stamps are found in it.

    A stamp states its year in figures, and of the words in its piece of the line each is in the stamp or known to stand
    beside one.
    """
    return YEAR.search(line) is None or not any(
        _FIGURE.search(piece) and not any(_strange(word.group()) for word in _LONG.finditer(piece))
        for piece in SEPARATORS.split(line)
    )


@lru_cache(maxsize=4_096)
def _strange(word: str) -> bool:
    """Whether no stamp has the word in it, nor beside it; the "am" of a time may be glued to what stands before it."""
    small = fold(word)
    if small in _known():
        return False
    return not any(small.endswith(half) and small.removesuffix(half) in _known() for half in _halves())


@cache
def _known() -> frozenset[str]:
    """Every word in the packs of dates, cut where no letter is; with every ending of those that are inflected."""
    words = {word for text in _texts(_packs()) for word in _WORD.findall(fold(text))}
    inflected = (form for one in map(pack, LANGUAGES) for table in (one.months, one.weekdays) for form in table)
    return frozenset(words | PART_WORDS | {word for form in inflected for word in _WORD.findall(form)})


@cache
def _halves() -> frozenset[str]:
    """What a time may begin with, as far as it is letters."""
    words = _packs()["stamps.toml"]["words"]
    return frozenset(_WORD.findall(fold(half))[0] for half in (*words["am"], *words["pm"]))


@cache
def _packs() -> dict[str, Any]:
    folder = files("copydesk.dates.packs")
    return {
        file.name: tomllib.loads(file.read_text(encoding="utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    }


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value of TOML, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
