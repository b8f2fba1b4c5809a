"""CSV files as spreadsheets and scrapers write them: a header and rows, and whatever stands between their cells."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import cast

from copydesk.ingest.jsonfile import TooLong
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected, unnamed
from copydesk.ingest.streams import as_utf8

_MARKS, _RARE = ",;\t", "|"
"""What parts cells; the rare one only where none of the others stands in the header."""
_SAID = re.compile(r"\"?sep=(.)\"?\s*", re.IGNORECASE)
"""Excel's own first line, which says what parts the cells."""
_SNIFFED = 1 << 16
_BACKSLASH = re.compile(rb"(?<!\\)\\\"(?=[\w\x80-\xff])")
"""A quote behind a backslash that ends no cell: a word follows."""
_TWICE = re.compile(rb"(?<=[^\",;\t|\r\n\\])\"\"(?=[^\"])")
"""Two quotes within a cell, which are one."""
_ESCAPED = re.compile(r"\\([\"\\])")

Rows = Iterator[tuple[int, Mapping[str, object] | Rejected, bytes]]


def rows(file: RawFile) -> Rows:
    """The rows, counted from 1: header to cell, a cell's bytes where they aren't ASCII. Raises OSError, csv.Error,
    TooLong and what unpacking raises.

    Read as Latin-1, which every byte fits: the cells' own encoding is found out when each is decoded.
    """
    most = file.limits.document_bytes
    csv.field_size_limit(most)
    with as_utf8(file) as stream:
        head = cast("io.BufferedReader", stream).peek(_SNIFFED)[:_SNIFFED]
        lines = _Lines(io.TextIOWrapper(stream, "latin-1", newline=""), most, _quotes_escaped(head))
        start = next(lines, "").removeprefix("\xef\xbb\xbf")
        said = _SAID.fullmatch(start)
        start = next(lines, "") if said else start
        cells_of = csv.reader(chain((start,), lines), delimiter=said[1] if said else _mark(start))
        header = _decoded(next(cells_of, []), head, file.encoding)
        for number, cells in enumerate(cells_of, 1):
            lines.begin()
            if not any(cells):
                continue  # spreadsheets write out the empty rows below a table
            data = json.dumps(cells).encode()
            if len(cells) == len(header) or (len(cells) > len(header) and not any(cells[len(header) :])):
                yield number, _record(header, cells), data
            else:
                what = f"has {len(cells)} cells, the header has {len(header)}. Correct it."
                digest = hashlib.sha256(data).hexdigest()
                detail = f"{file.name}, record {number}: {what}"
                yield number, Rejected(file.name, unnamed(number), "broken_record", detail, digest), data


def _record(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, str | bytes]:
    """The row; of columns that are called the same, the first that holds something."""
    found: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        if not found.get(name, "").strip():
            found[name] = cell
    return {name: _cell(cell) for name, cell in found.items()}


def _mark(header: str) -> str:
    mark = max(_MARKS, key=header.count)
    return _RARE if _RARE in header and mark not in header else mark


class _Lines:
    """Lines of text, as many at a time as one record may have: an open quote swallows what follows it."""

    def __init__(self, text: io.TextIOWrapper, most: int, escaped: bool) -> None:
        self._text, self._most, self._left, self._escaped = text, most, most, escaped

    def begin(self) -> None:
        """A record ended: the next one begins."""
        self._left = self._most

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise TooLong(f"one of its records has more than {self._most:,} bytes, which no record has")
        if not line:
            raise StopIteration
        return _ESCAPED.sub(_doubled, line) if self._escaped else line


def _quotes_escaped(head: bytes) -> bool:
    """Whether quotes within cells have a backslash in front, as Spark and MySQL write them, and are not doubled."""
    return _BACKSLASH.search(head) is not None and _TWICE.search(head) is None


def _doubled(found: re.Match[str]) -> str:
    """A quote behind a backslash as a spreadsheet writes it."""
    return '""' if found[1] == '"' else found[1]


def _decoded(header: Sequence[str], head: bytes, declared: str | None) -> list[str]:
    """The names of the columns as they are written; ``head`` is the file's beginning, which tells the encoding."""
    if all(name.isascii() for name in header):
        return list(header)
    from copydesk.decoding import UnreadableText, decode, read_bytes  # noqa: PLC0415 - few headers need it

    names = [name.encode("latin-1") for name in header]
    try:
        return [name.decode() for name in names]
    except UnicodeDecodeError:
        try:
            encoding = decode(head, declared=declared).encoding
        except UnreadableText:
            return list(header)
        return [read_bytes(name, encoding) for name in names]


def _cell(cell: str) -> str | bytes:
    """A cell's bytes, unless it is plain ASCII."""
    return cell if cell.isascii() else cell.encode("latin-1")
