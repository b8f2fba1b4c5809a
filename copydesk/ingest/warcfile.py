"""WARC files record by record (ISO 28500:2017), as a stream; a broken record is its own affair.

The readers that exist (warcio, fastwarc) end a file at its first broken member, take a wrong length for granted and
with it the records that it swallows, and hand on bodies that were cut short without a word. Hence this one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from copydesk.ingest.members import stretches
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.streams import BrokenArchive

MOST_HEAD = 64 * 1024

_OPENING = b"WARC/"
_VERSION = re.compile(rb"WARC/\d{1,2}\.\d{1,2}\r?\n")
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
        source = _Source(stretch)
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


class _Source:
    """A stream that what was read can be put back into."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._back = stream, io.BytesIO()

    def read(self, size: int) -> bytes:
        data = self._back.read(size)
        return data if len(data) == size else data + self._stream.read(size - len(data))

    def line(self, most: int = MOST_HEAD) -> bytes:
        line = self._back.readline(most)
        return line if line.endswith(b"\n") or len(line) == most else line + self._stream.readline(most - len(line))

    def put_back(self, data: bytes) -> None:
        self._back = io.BytesIO(data + self._back.read())

    def skip(self, size: int) -> int:
        """How many of so many bytes were there."""
        left = size
        while left and (data := self.read(min(left, 1 << 20))):
            left -= len(data)
        return size - left


def _record(source: _Source, number: int, most: int) -> WarcRecord | BrokenRecord | None:
    line = source.line()
    while line and not line.strip():
        line = source.line()
    if not line:
        return None
    headers = _headers(source) if _VERSION.fullmatch(line) else None
    length = headers.get("content-length", "") if headers is not None else ""
    if headers is None or not _LENGTH.fullmatch(length):
        _forward(source)
        what = "no record begins where one should" if headers is None else f"its length is {length[:40]!r}"
        return BrokenRecord(number, "broken_record", f"{what}. Fetch the file again, or take the record out.")
    size = int(length)
    whole = size <= most
    body = source.read(size if whole else MOST_HEAD)
    there = len(body) + (0 if whole else source.skip(size - len(body)))
    end = source.read(4)
    source.put_back(end)
    if there == size and b"WARC".startswith(end.lstrip(b"\r\n")):
        return WarcRecord(number, headers, body, whole)
    # A length that is too long swallowed the records behind it: they are looked for in what it swallowed.
    source.put_back(body if whole else b"")
    _forward(source)
    what = "the file ends within it" if there < size else "another record does not follow where it ends"
    detail = f"its length is given as {size:,} bytes, and {what}. Fetch the file again, or take the record out."
    return BrokenRecord(number, "broken_record", detail)


def _headers(source: _Source) -> Mapping[str, str] | None:
    """The fields up to the empty line; None where there is no end of them."""
    lines: list[bytes] = []
    left = MOST_HEAD
    while left > 0:
        line = source.line(left)
        left -= len(line)
        if not line.strip():
            return fields(lines) if line.endswith(b"\n") else None
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


def _forward(source: _Source) -> None:
    """To where the next record seems to begin, or to the end."""
    while line := source.line():
        if _VERSION.fullmatch(line):
            source.put_back(line)
            return
