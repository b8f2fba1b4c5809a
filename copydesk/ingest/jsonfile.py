"""JSON files as a stream of documents: one object, a list, an object that holds the list, or one after another."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from copydesk.ingest.columns import has_text, stand_alone

_STEP = 1 << 16
_BETWEEN = re.compile(r"[ \t\r\n,]*")
_LISTS = ("articles", "items", "entries", "results", "stories", "documents", "docs", "hits", "posts")
_HOLDERS = ("response", "hits", "data", "result", "feed")
"""What interfaces and search engines put around such a list."""


_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


class TooLong(Exception):
    """A record that has more bytes than any: what follows it can't be found."""


class TooDeep(ValueError):
    """JSON of more lists and objects within one another than any record has."""


def not_too_deep(text: str, deepest: int) -> str:
    """The same text. Raises TooDeep; how deep Python itself would go is another matter in each of its versions."""
    if text.count("[") + text.count("{") <= deepest:
        return text
    depth = 0
    for found in _BRACKET.finditer(text):
        mark = found[0]
        depth += (mark in "[{") - (mark in "]}")
        if depth > deepest:
            raise TooDeep(f"it has more than {deepest} lists and objects within one another")
    return text


def documents(stream: BinaryIO, most: int, deepest: int) -> Iterator[object]:
    """The documents in order. Raises ValueError where the file is no JSON, TooDeep, and TooLong where one of them is
    longer than ``most``."""
    # A byte that isn't UTF-8 is one letter's affair, not the file's.
    text = codecs.getreader("utf-8-sig")(stream, "replace")
    decoder = json.JSONDecoder()
    buffer, at, step, listed, ended = "", 0, _STEP, None, False
    while True:
        at = _between(buffer, at)
        if listed is None and at < len(buffer):
            listed = buffer[at] == "["
            at += listed
            continue
        if listed and buffer.startswith("]", at):
            at, listed = at + 1, None  # another may follow
            continue
        end = at
        try:
            document, end = decoder.raw_decode(buffer, at) if at < len(buffer) else (None, at)
        except ValueError as error:
            if ended:
                raise ValueError(f"it is no whole JSON ({error})") from error
        if end > at and (end < len(buffer) or ended):  # a number may go on where the buffer ends
            at, step = end, _STEP
            yield from _within(document)
            continue
        if ended:
            if listed:
                raise ValueError("its list has no end")
            return
        if len(buffer) - at > most:
            raise TooLong(f"one of its documents has more than {most:,} characters, which no record has")
        more = text.read(step)
        step = min(2 * step, most)  # so that a long document is not parsed from its start too often
        # Beside the record, the list that it stands in, and what holds that, are lists and objects.
        buffer, at, ended = not_too_deep(buffer[at:] + more, deepest + 2), 0, not more


def _between(buffer: str, at: int) -> int:
    found = _BETWEEN.match(buffer, at)
    return found.end() if found else at


def _within(document: object) -> Iterator[object]:
    """The articles in an object that holds a list of them and no text of its own, as interfaces answer, or each by its
    name."""
    for held in _around(document):
        for name in _LISTS:
            listed = held.get(name)
            if isinstance(listed, list) and listed and all(isinstance(one, dict) for one in listed):
                yield from listed
                return
    if isinstance(document, dict) and stand_alone(document):
        yield from ({"id": name, **record} for name, record in document.items())
        return
    yield document


def _around(document: object) -> Iterator[dict[str, Any]]:
    """The object, and what it holds that may hold the list."""
    if isinstance(document, dict) and not has_text(document):
        yield document
        yield from (held for name in _HOLDERS if isinstance(held := document.get(name), dict) and not has_text(held))
