"""What a record's values say, whatever a scraper wrapped them in: lists, objects, objects as text."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Iterable
from typing import Any

from copydesk.nobody import names_nobody, without_address

_AUTHORS = 50
_DEPTH = 8
_LONGEST_LIST = 20_000
_WRAPPED = ("text", "value", "content", "rendered", "main", "original", "name", "title", "$date", "$numberLong", "$oid")
_PARTS_OF_NAME = (("first", "given", "fore"), ("last", "family", "sur"))
"""How the names of fields begin that hold a person's name in parts; the rest is "name"."""
_PARTS = ("summary", "sections", "headline", "paragraphs")
_NOTHING = frozenset(("", "nan", "nat", "none", "null", "n/a", "[]", "{}"))
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
_PAGE = re.compile(r"https?://[^/\s]+/\S+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,3}")
_PRINTED = re.compile(
    r"""(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")(?P<apart>\s+(?=['"]))?|\b(?P<word>None|True|False)\b""", re.DOTALL
)
"""The tokens of a list as Python prints it that JSON writes otherwise; it is read, never evaluated. Of an array there
is white space alone between the texts."""
_WORDS = {"None": "null", "True": "true", "False": "false"}
_INSIDE = re.compile(r"\\(?:x(?P<x>[0-9a-fA-F]{2})|U(?P<u>[0-9a-fA-F]{8})|.)|\"", re.DOTALL)
_YEAR = re.compile(r"\d{4}|\d[./-]\d{1,2}[./-]\d")
_SPACE = re.compile(r"[ \t\r\n\v\f]+")
"""Of ASCII: in a misread text, NBSP and NEL are parts of letters, until they are repaired."""


def prose(value: object, depth: int = _DEPTH) -> str | bytes | None:
    """A text: paragraphs in a list are parted by blank lines. Bytes where its encoding isn't known yet."""
    if isinstance(value, str | bytes):
        return value if value.strip() else None
    if depth and isinstance(value, dict):
        held = next((value[name] for name in _WRAPPED if isinstance(value.get(name), str | list | dict)), None)
        return prose([value.get(name) for name in _PARTS] if held is None else held, depth - 1)
    if depth and isinstance(value, list | tuple):
        parts = [part for one in value if isinstance(part := prose(one, depth - 1), str)]
        return "\n\n".join(parts) or None
    return None


def line(values: Iterable[object]) -> str | None:
    """The first of the values that says something, as one line."""
    return next((text for value in values if (text := _line(value))), None)


def address(values: Iterable[object], maybe: Iterable[object] = ()) -> str | None:
    """The first value that is an address on the web, else the first of ``maybe`` that is one of a page, else any."""
    told = [text for value in values if (text := _line(value))]
    sure = next((text for text in told if _WEB.fullmatch(text)), None)
    page = (text for value in maybe if (text := _line(value)) and _PAGE.fullmatch(text))
    return sure or next(page, None) or (told[0] if told else None)


def moment(values: Iterable[object]) -> str | None:
    """The first value that states a day, else the first; "3 hours ago" states none."""
    told = [text for value in values if (text := _line(value))]
    return next(filter(states_day, told), told[0] if told else None)


def states_day(text: str) -> bool:
    """Whether there is a year in a stated date, or a day in figures."""
    return _YEAR.search(text) is not None


def language(values: Iterable[object]) -> str | None:
    """The first value that is a tag; "English" is none."""
    return next((text for value in values if (text := _line(value)) and _LANGUAGE.fullmatch(text)), None)


def authors(values: Iterable[object]) -> tuple[str, ...]:
    """The names in the first value that has some: one text, a list, a list of objects, or such a list as text."""
    for value in values:
        entries = _listed(value)
        told = (without_address(name) for entry in entries[:_AUTHORS] if (name := _line(entry)))
        names = tuple(name for name in told if not names_nobody(name, misread=True))
        if names:
            return names
    return ()


def _decoded(value: Any) -> Any:
    """What bytes or a text say, after its repairs; None where that is no text."""
    from copydesk.decoding import UnreadableText, decode  # noqa: PLC0415 - few cells need it

    try:
        return decode(value).text
    except UnreadableText:
        return None


def _listed(value: object) -> list[Any]:
    """A list's entries, also of one that is written as JSON, Python or PostgreSQL do; else the value alone."""
    value = _decoded(value) if isinstance(value, bytes) else value
    if isinstance(value, str) and len(value) <= _LONGEST_LIST and f"{value[:1]}{value[-1:]}" in ("[]", "{}"):
        value = _literal(value)
        if isinstance(value, str) and value[:1] == "{":
            held = _literal(f"[{value[1:-1]}]")  # a set, or PostgreSQL's array
            value = held if isinstance(held, list) else value
    return list(value) if isinstance(value, list | tuple) else [value]


def _literal(text: str) -> Any:
    """A list as JSON writes it, or as Python prints it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        try:
            return json.loads(_PRINTED.sub(_as_json, text))
        except (ValueError, RecursionError):
            return text.strip("[]")


def _as_json(printed: re.Match[str]) -> str:
    """One token of what Python prints, as JSON has it."""
    if printed["word"]:
        return _WORDS[printed["word"]]
    text = printed[0].removesuffix(printed["apart"] or "")
    return '"' + _INSIDE.sub(_written, text[1:-1]) + ('", ' if printed["apart"] else '"')


def _written(found: re.Match[str]) -> str:
    """A quote or an escape inside a text that Python printed, as JSON writes it."""
    code = found["x"] or found["u"]
    if code and int(code, 16) <= sys.maxunicode:
        return json.dumps(chr(int(code, 16)))[1:-1]
    return {'"': '\\"', "\\'": "'"}.get(found[0], found[0])


def _line(value: Any, depth: int = _DEPTH) -> str | None:
    """A stated value as one line of text; of a list the value that it holds, if it is one but for blanks."""
    if isinstance(value, dict):
        told = [_line(value[name], depth - 1) for name in ("name", *_WRAPPED) if depth and name in value]
        return next(filter(None, told), None) or _whole_name(value)
    if isinstance(value, list | tuple):
        several = [] if len(value) > _LONGEST_LIST or not depth else [_line(one, depth - 1) for one in value]
        texts = list(dict.fromkeys(filter(None, several)))
        return texts[0] if len(texts) == 1 else None
    value = _decoded(value) if isinstance(value, bytes) else value
    if value is None or isinstance(value, bool) or (isinstance(value, float) and math.isnan(value)):
        return None
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    text = _SPACE.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip(" ")
    return None if text.lower() in _NOTHING else text


def _whole_name(person: dict[Any, Any]) -> str | None:
    """A person's name that is stated in its parts alone."""
    folded = {"".join(filter(str.isalpha, str(key).lower())): value for key, value in person.items()}
    parts = [next((folded[f"{one}name"] for one in ways if f"{one}name" in folded), None) for ways in _PARTS_OF_NAME]
    told = [part for part in parts if isinstance(part, str) and part.strip()]
    return _line(" ".join(told)) if told else None
