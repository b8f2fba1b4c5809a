"""WARC files record by record (ISO 28500:2017), as a stream; a broken record is its own affair.

The readers that exist (warcio, fastwarc) end a file at its first broken member, take a wrong length for granted and
with it the records that it swallows, and hand on bodies that were cut short without a word. Hence this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from copydesk.ingest.cursor import Cursor
from copydesk.ingest.members import stretches
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.streams import BrokenArchive

MOST_HEAD = 64 * 1024

_OPENING = b"WARC/"
_VERSION = re.compile(rb"WARC/\d{1,2}\.\d{1,2}\r?\n")
_FIELD = b"WARC-"
_BEHIND = 64
_LENGTH = re.compile(r"\d{1,15}")


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A record. ``headers`` by name in lower case; ``whole``: whether ``body`` is all of it, or its first bytes."""

    number: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record that cannot be read, or what stands where one should be."""

    number: int
    reason: str
    detail: str


def records(file: RawFile) -> Iterator[WarcRecord | BrokenRecord]:
    """The records, counted from 1; of one that is longer than a document may be, only the head is read.

    Raises OSError, UnpacksTooFar, and ValueError where nearly all is broken.
    """
    number = broken = 0
    for stretch in stretches(file, _OPENING):
        source = Cursor(stretch, _OPENING)
        while True:
            number += 1
            record: WarcRecord | BrokenRecord | None
            try:
                record = _record(source, number, file.limits.document_bytes)
            except BrokenArchive as error:
                record = BrokenRecord(number, "broken_archive", str(error))
            if record is None:
                number -= 1
                break
            yield record
            if isinstance(record, BrokenRecord):
                broken += 1
                if broken >= file.limits.rejections:
                    raise ValueError(f"{broken:,} of its records are broken")
                if record.reason == "broken_archive":
                    break


def _record(source: Cursor, number: int, most: int) -> WarcRecord | BrokenRecord | None:
    place, line = source.place, source.line(MOST_HEAD)
    while line and not line.strip():
        place, line = source.place, source.line(MOST_HEAD)
    if not line:
        if source.broken is not None:
            raise source.broken
        return None
    opens, behind = _VERSION.fullmatch(line) is not None, source.place
    headers = _headers(source) if opens else None
    length = headers.get("content-length", "") if headers is not None else ""
    if headers is None or not _LENGTH.fullmatch(length):
        source.back_to(behind if opens else place)
        source.find(_begins)
        what = "no record begins where one should" if headers is None else f"its length is {length[:40]!r}"
        return BrokenRecord(number, "broken_record", f"{what}. Fetch the file again, or take the record out.")
    size = int(length)
    body, what = _body(source, size) if size <= most else _long_body(source, size)
    if body is not None:
        return WarcRecord(number, headers, body, size <= most)
    detail = f"its length is given as {size:,} bytes, and {what}. Fetch the file again, or take the record out."
    return BrokenRecord(number, "broken_record", detail)


_Body = tuple[bytes | None, str]
"""What a record holds, and an empty text; or None, and what is wrong with its length. A length that is too long
swallowed the records behind it: the cursor then stands at the first of them."""


def _body(source: Cursor, size: int) -> _Body:
    """All of a body that may be a document's."""
    there = source.ahead(size)
    if there == size and _ends(source, size) and not _holds_more(source, size):
        body = source.peek(size)
        source.move(size)
        return body, ""
    return None, _lost(source, "the file ends within it" if there < size else "", there < size)


def _long_body(source: Cursor, size: int) -> _Body:
    """The first bytes of a body that is longer than a document may be: all of it would not fit into memory.

    Where such a length is false, the cursor has to go far back. Once in a stretch is enough: from then on a record that
    seems to begin within such a body is taken for one.
    """
    head, end = source.peek(MOST_HEAD), source.place + size
    within = source.find(_begins, end)
    first = source.place
    if within and source.read_again:
        return None, "another record begins within it"
    source.skip(end)
    if source.place == end and _ends(source):
        return head, ""
    cut = source.place < end
    if within:
        source.back_to(first)
        return None, "the file ends within it" if cut else "another record does not follow where it ends"
    return None, _lost(source, "the file ends within it" if cut else "", cut)


def _lost(source: Cursor, what: str, cut: bool) -> str:
    """What is wrong, with the cursor at the next record. Raises what broke the stretch within its last record."""
    if not source.find(_begins) and cut and source.broken is not None:
        raise source.broken
    return what or "another record does not follow where it ends"


def _ends(source: Cursor, size: int = 0) -> bool:
    """Whether a body ends so many bytes behind the cursor: the next record follows, or what stands between two."""
    return _OPENING.startswith(source.peek(4, size).lstrip(b"\r\n")[:4])


def _holds_more(source: Cursor, size: int) -> bool:
    """Whether a body that ends at an empty line, as any paragraph does, and at no record, swallowed others."""
    behind = source.peek(_BEHIND, size)
    followed = behind.lstrip().startswith(_OPENING) or len(behind) < _BEHIND
    return not followed and source.search(_begins, size) is not None


def _begins(line: bytes, first: bool) -> bool:
    """Whether a record begins there; torn in the middle of another one's line, its fields tell."""
    found = _VERSION.match(line)
    return found is not None and (first or line.startswith(_FIELD, found.end()))


def _headers(source: Cursor) -> Mapping[str, str] | None:
    """The fields up to the empty line; None where there is no end of them, or another record begins before it."""
    lines: list[bytes] = []
    left = MOST_HEAD
    while left > 0:
        line = source.line(left)
        left -= len(line)
        if not line.strip():
            return fields(lines) if line.endswith(b"\n") else None
        if _VERSION.fullmatch(line):
            return None
        lines.append(line)
    return None


def fields(lines: list[bytes]) -> Mapping[str, str]:
    """Header lines as fields: name in lower case, to the first value; a line that begins with a blank goes on."""
    found: list[tuple[str, str]] = []
    for line in lines:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text[:1] in (" ", "\t") and found:
            name, value = found.pop()
            found.append((name, f"{value} {text.strip()}"))
        else:
            name, _, value = text.partition(":")
            found.append((name.strip().lower(), value.strip()))
    return dict(reversed(found))
