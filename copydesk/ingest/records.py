"""Dumps: one file, many articles. JSON lines, CSV and Parquet, read as a stream; a broken record is its own affair."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from copydesk.article import RawItem, Stated
from copydesk.ingest import html, values
from copydesk.ingest.columns import Columns, columns_of, opened
from copydesk.ingest.jsonfile import TooDeep, TooLong, documents, not_too_deep
from copydesk.ingest.parquetfile import rows
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected, may_name, unnamed
from copydesk.ingest.streams import BrokenArchive, UnpacksTooFar, unpacked

_ID_CHARS = 200
_SNIFFED = 20_000

Record = Mapping[str, object]
Records = Iterator[tuple[int, Record | Rejected, bytes]]
"""Number of the record in its file, from 1; the record; and its bytes, for its hash."""


def read_jsonl(file: RawFile) -> Iterator[RawItem | Rejected]:
    """One JSON object a line."""
    return _guarded(file, _jsonl)


def read_json(file: RawFile) -> Iterator[RawItem | Rejected]:
    """One JSON object, a list of them, or several one after the other."""
    return _guarded(file, _json)


def read_csv(file: RawFile) -> Iterator[RawItem | Rejected]:
    """A header and rows, separated by commas, semicolons or tabs."""
    return _guarded(file, _csv)


def read_parquet(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The rows of a Parquet file."""
    return _guarded(file, rows)


def _guarded(file: RawFile, records: Callable[[RawFile], Records]) -> Iterator[RawItem | Rejected]:
    """The file's articles. What breaks the file itself ends it with a rejection; what was read before it stays."""
    names: tuple[str, ...] | None = None
    columns = Columns({})
    seen: set[str] = set()
    try:
        for number, whole, data in records(file):
            if isinstance(whole, Rejected):
                yield whole
                continue
            record = opened(whole)
            if names != (now := tuple(record)):
                names, columns = now, columns_of(now, file.columns)
            item = _item(file, number, record, data, columns)
            if isinstance(item, RawItem) and item.record in seen:
                detail = f"{file.name}, record {number}: the id {item.record!r} was taken by an earlier record."
                yield Rejected(file.name, unnamed(number), "same_id", detail, item.sha256)
                continue
            if isinstance(item, RawItem) and item.record is not None:
                seen.add(item.record)
            yield item
    except (BrokenArchive, UnpacksTooFar) as error:
        reason = "unpacks_too_far" if isinstance(error, UnpacksTooFar) else "broken_archive"
        yield Rejected(file.name, None, reason, str(error))
    except OSError as error:
        yield Rejected(file.name, None, "unreadable", f"{file.name}: cannot be read ({error}). Check the file.")
    except TooLong as error:
        yield Rejected(file.name, None, "too_large", f"{file.name}: {error}. Look at what it is, or split it.")
    except (ValueError, csv.Error, RecursionError) as error:
        reason = "too_deep" if isinstance(error, TooDeep | RecursionError) else "broken_file"
        yield Rejected(file.name, None, reason, f"{file.name}: cannot be read on: {error}. Fetch it again.")


def _item(file: RawFile, number: int, record: Record, data: bytes, columns: Columns) -> RawItem | Rejected:
    """The record's article: its text, else its page. What it doesn't state itself, its page is asked."""
    text, page = (_first(columns.values(record, what)) for what in ("text", "html"))
    body = page if text is None else text
    digest = hashlib.sha256(data).hexdigest()
    if body is None:
        names = ", ".join(map(str, list(record)[:12]))
        detail = f"{file.name}, record {number}: no column with text among {names}. Name it in sources.toml."
        return Rejected(file.name, unnamed(number), "no_text", detail, digest)
    stated = Stated(
        url=values.address(columns.values(record, "url"), (record.get(name) for name in columns.maybe_url)),
        headline=values.line(columns.values(record, "headline")),
        byline=values.authors(columns.values(record, "byline")),
        published=values.moment(columns.values(record, "published")),
        updated=values.moment(columns.values(record, "updated")),
        language=values.language(columns.values(record, "language")),
    )
    given = values.line(columns.values(record, "id"))
    name = given if given and len(given) <= _ID_CHARS and may_name(given) else str(number)
    item = RawItem(file.source_id, file.name, _encoded(body), digest, name, stated)
    if text is None or _is_markup(text):
        return html.page(replace(item, form="html"), file.limits)
    if page is not None and not (stated.url and stated.headline and stated.byline and stated.published):
        told = html.page(replace(item, data=_encoded(page), form="html"), file.limits)
        return item if isinstance(told, Rejected) else replace(item, stated=told.stated)
    return item


def _first(found: Iterator[object]) -> str | bytes | None:
    return next((text for value in found if (text := values.prose(value))), None)


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _is_markup(text: str | bytes) -> bool:
    """Whether a column of text holds a page: it opens with a tag. Tags further on may be litter in a plain text."""
    head = text[:_SNIFFED]
    head = head.decode("latin-1") if isinstance(head, bytes) else head
    if not head.lstrip("\ufeff \t\r\n").startswith("<"):
        return False
    from copydesk.html import is_html  # noqa: PLC0415 - lxml is loaded for pages only

    return is_html(head)


def _jsonl(file: RawFile) -> Records:
    most, deepest = file.limits.document_bytes, file.limits.record_depth
    with unpacked(file) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(most + 1), b""), 1):
            if len(line) > most:
                raise TooLong(f"line {number} has more than {most:,} bytes, which no record has")
            if not line.strip():
                continue
            try:
                record = json.loads(not_too_deep(_utf8(line), deepest))
                if not isinstance(record, dict):
                    raise ValueError("is no JSON object")
            except (ValueError, RecursionError) as error:
                reason = "too_deep" if isinstance(error, TooDeep | RecursionError) else "broken_record"
                detail = f"{file.name}, line {number}: {error}. Correct the record, or take it out."
                digest = hashlib.sha256(line).hexdigest()
                yield number, Rejected(file.name, unnamed(number), reason, detail, digest), line
            else:
                yield number, record, line


def _json(file: RawFile) -> Records:
    with unpacked(file) as stream:
        for number, document in enumerate(documents(stream, file.limits.document_bytes, file.limits.record_depth), 1):
            data = json.dumps(document, sort_keys=True).encode()
            if isinstance(document, dict):
                yield number, document, data
            else:
                detail = f"{file.name}, record {number}: is no JSON object. Correct the record, or take it out."
                digest = hashlib.sha256(data).hexdigest()
                yield number, Rejected(file.name, unnamed(number), "broken_record", detail, digest), data


def _csv(file: RawFile) -> Records:
    """Read as Latin-1, which every byte fits: the cells' own encoding is found out when each is decoded."""
    most = file.limits.document_bytes
    csv.field_size_limit(most)
    with unpacked(file) as stream:
        text = io.TextIOWrapper(stream, "latin-1", newline="")
        lines = _Lines(text, most)
        start = next(lines, "")
        start = start.removeprefix("\xef\xbb\xbf")
        mark = max(",;\t", key=start.count)
        header = next(csv.reader([start], delimiter=mark), [])
        for number, cells in enumerate(csv.reader(lines, delimiter=mark), 1):
            lines.begin()
            data = json.dumps(cells).encode()
            if not cells:
                continue
            if len(cells) != len(header):
                detail = (
                    f"{file.name}, record {number}: has {len(cells)} cells, the header has {len(header)}. Correct it."
                )
                yield (
                    number,
                    Rejected(file.name, unnamed(number), "broken_record", detail, hashlib.sha256(data).hexdigest()),
                    data,
                )
                continue
            yield number, dict(zip(header, (_cell(cell) for cell in cells), strict=True)), data


class _Lines:
    """Lines of text, as many at a time as one record may have: an open quote swallows what follows it."""

    def __init__(self, text: io.TextIOWrapper, most: int) -> None:
        self._text, self._most, self._left = text, most, most

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
        return line


def _utf8(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _cell(cell: str) -> str | bytes:
    """A cell's bytes, unless it is plain ASCII."""
    return cell if cell.isascii() else cell.encode("latin-1")
