"""Names printed in capitals, given the capitals that a name has."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_PART = re.compile(r"[^\W\d_]+")
_NUMERAL = re.compile(r"[IVX]{2,4}")
_VOWELS = frozenset("AEIOUYÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜÝ")
_TURKISH = frozenset("İĞŞ")
_ARTICLES = ("AL-", "EL-")


def name_case(name: str) -> str:
    """The name with small letters where it is printed in capitals, whole or in its surname ("Jo McCARTHY").

    Particles are small but at the beginning; "Mc", "O'" and the parts of a double name keep their second capital.
    Initials ("J.", "JD") and numerals at the end stay as they are. A script without capitals stays as it is.
    """
    words = name.split()
    whole = not any(char.islower() for char in name)
    turkish = any(char in _TURKISH for char in name)
    return " ".join(
        _word(word, at == 0, at == len(words) - 1, whole, turkish) if _shouted(word, whole) else word
        for at, word in enumerate(words)
    )


def _shouted(word: str, whole: bool) -> bool:
    """Whether the word is in capitals and is no initials: "JD" and "J.D." are, "LI" in a name all in capitals isn't."""
    letters = [char for char in word if char.isalpha()]
    tail = word[2:] if word[:2] in ("Mc", "O'", "O’") else word
    if len(letters) < 2 or any(char.islower() for char in tail) or not any(char.isupper() for char in tail):
        return False
    if "." in word.rstrip("."):
        return False
    if len(letters) == 2:
        return whole and not (word.isascii() and not any(char in _VOWELS for char in word))
    return True


def _word(word: str, first: bool, last: bool, whole: bool, turkish: bool) -> str:
    cases = _cases()
    small = word.casefold()
    if last and not first and _NUMERAL.fullmatch(word):
        return word
    if whole and not first and small in cases["particles"]:
        return small
    if small in cases["irregular"]:
        return cases["irregular"][small]
    opening = word[:3].lower() if word.startswith(_ARTICLES) and not first else ""
    rest = word[len(opening) :]
    out: list[str] = []
    end = 0
    for part in _PART.finditer(rest):
        mark = rest[end : part.start()]
        # Behind an apostrophe a capital stands only where an "O" or a "D" is before it.
        inner = mark in ("'", "’") and end > 1
        out += [mark, _lower(part.group(), turkish) if inner else _part(part.group(), turkish)]
        end = part.end()
    return opening + "".join(out) + rest[end:]


def _part(part: str, turkish: bool) -> str:
    if part.startswith("MC") and len(part) > 4:
        return "Mc" + _part(part[2:], turkish)
    if part.startswith("Mc") and part[2:].isupper():
        return "Mc" + _part(part[2:], turkish)
    # Georgian capitals are for signs only.
    return _lower(part, turkish) if "\u1c90" <= part[0] <= "\u1cbf" else part[0] + _lower(part[1:], turkish)


def _lower(text: str, turkish: bool) -> str:
    if turkish:
        text = text.replace("I", "ı")
    return text.replace("İ", "i").lower()


@cache
def _cases() -> Mapping[str, Mapping[str, str]]:
    data = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
    particles = {word: word for word in data["particles"] if len(word) > 1 or word == "y"}
    return {"particles": particles, "irregular": {word.casefold(): word for word in data["irregular"]}}
