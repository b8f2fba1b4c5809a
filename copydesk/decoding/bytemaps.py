"""Encodings as tables of 256 characters, in both directions, so that wrong readings can be undone.

A byte that an encoding leaves unassigned reads as the C1 control of the same number, as browsers do it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def pack(name: str) -> Any:
    """A data pack of this package, read once."""
    return tomllib.loads(files("copydesk.decoding").joinpath(name + ".toml").read_text("utf-8"))


@cache
def table(encoding: str) -> str:
    """What each of the 256 bytes says. U+FFFD stands where nothing does and where no C1 control may stand for it."""
    if encoding == "armscii-8":
        data = pack("encodings")["armscii-8"]
        return "".join(map(chr, range(data["from"]))) + str(data["characters"])
    characters = []
    for number in range(256):
        character = bytes([number]).decode(encoding, "replace")
        characters.append(chr(number) if character == "\ufffd" and 0x80 <= number < 0xA0 else character)
    return "".join(characters)


@cache
def _reverse(encoding: str) -> dict[str, int]:
    reverse = {chr(number): number for number in range(0x80, 0xA0)} if encoding == "cp1252" else {}
    for number in range(255, -1, -1):
        character = table(encoding)[number]
        if character != "\ufffd":
            reverse[character] = number
    return reverse


READINGS = ("cp1252", "cp1251", "cp1254", "mac-roman", "cp1250")
"""The encodings that Unicode text is most often misread as. ``cp1252`` covers latin-1: C1 controls pass."""


def read_bytes(data: bytes, encoding: str) -> str:
    """What the bytes say in an encoding; what it can't decode as U+DC80 to U+DCFF, one a byte (PEP 383)."""
    if encoding == "armscii-8":
        letters = table(encoding)
        return "".join([letters[b] if letters[b] != "\ufffd" else chr(0xDC00 + b) for b in data])
    if encoding.startswith(("utf-16", "utf-32")):
        width = 2 if encoding.startswith("utf-16") else 4
        rest = len(data) % width
        text = data[: len(data) - rest].decode(encoding, "surrogatepass")
        return text + "".join(chr(0xDC00 + b) for b in data[len(data) - rest :])
    return data.decode(encoding, "surrogateescape")


def write_bytes(text: str, encoding: str) -> bytes:
    """The bytes that ``read_bytes`` read. Exact for every encoding but armscii-8, which has some ASCII signs twice."""
    if encoding == "armscii-8":
        reverse = _reverse(encoding)
        return bytes([ord(c) - 0xDC00 if "\udc80" <= c <= "\udcff" else reverse[c] for c in text])
    if encoding.startswith(("utf-16", "utf-32")):
        end = len(text)
        while end > 0 and len(text) - end < 3 and "\udc00" <= text[end - 1] <= "\udcff":
            end -= 1
        return text[:end].encode(encoding, "surrogatepass") + bytes([ord(c) - 0xDC00 for c in text[end:]])
    return text.encode(encoding, "surrogateescape")


def as_bytes(text: str, encoding: str) -> bytes | None:
    """The bytes that were misread as ``text``, or None where a character of it is not in the encoding."""
    reverse = _reverse(encoding)
    try:
        return bytes([reverse[character] for character in text])
    except KeyError:
        return None


def reread(text: str, wrong: str, right: str) -> str | None:
    """Text read in the single-byte encoding ``wrong``, read again in ``right``; None where that can't be what
    happened."""
    data = as_bytes(text, wrong)
    if data is None:
        return None
    letters = table(right)
    again = "".join([letters[byte] for byte in data])
    return None if "\ufffd" in again else again


@cache
def named(pack_name: str, section: str) -> re.Pattern[str]:
    """Matches where one of a section's ``words`` begins (anywhere in a word, in scripts that don't part words)."""
    words = pack(pack_name)[section]["words"]
    spaced = [re.escape(word) for word in words if word < "\u3000"]
    joined = [re.escape(word) for word in words if word >= "\u3000"]
    return re.compile("|".join([r"(?<!\w)(?:" + "|".join(spaced) + ")", *joined]), re.IGNORECASE)


def _set(characters: list[str]) -> str:
    return "[" + "".join(re.escape(character) for character in sorted(set(characters))) + "]"


def _reading_sets(encoding: str, first: int, last: int) -> list[str]:
    return [character for character, number in _reverse(encoding).items() if first <= number <= last]


@cache
def utf8_sequences(encoding: str) -> re.Pattern[str]:
    """Matches a run of characters that are, in this encoding, the bytes of UTF-8 sequences."""
    follow = _set(_reading_sets(encoding, 0x80, 0xBF))
    two = _set(_reading_sets(encoding, 0xC2, 0xDF))
    three = _set(_reading_sets(encoding, 0xE0, 0xEF))
    four = _set(_reading_sets(encoding, 0xF0, 0xF4))
    return re.compile(f"(?:{two}{follow}|{three}{follow}{{2}}|{four}{follow}{{3}})+")


def may_be_misread(lines: Iterable[str]) -> bool:
    """Whether ``utf8_prefilter`` finds something in one of the lines."""
    return utf8_prefilter().search("\n".join(lines)) is not None


@cache
def utf8_prefilter() -> re.Pattern[str]:
    """Two characters that begin a UTF-8 sequence in any of the readings: text without them needs no search."""
    lead: list[str] = []
    follow: list[str] = []
    for encoding in READINGS:
        lead += _reading_sets(encoding, 0xC2, 0xF4)
        follow += _reading_sets(encoding, 0x80, 0xBF)
    return re.compile(_set(lead) + _set(follow))
