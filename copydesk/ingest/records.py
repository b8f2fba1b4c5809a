"""Dumps: one file, many articles. JSON lines, CSV and Parquet, read as a stream; a broken record is its own affair."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO, cast

from copydesk.article import RawItem, Stated
from copydesk.ingest import csvfile, html, values
from copydesk.ingest.columns import Columns, columns_of, known_of, opened
from copydesk.ingest.fragments import is_markup, with_paragraphs
from copydesk.ingest.jsonfile import TooDeep, TooLong, documents, not_too_deep
from copydesk.ingest.parquetfile import rows
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected, may_name, unnamed
from copydesk.ingest.streams import BrokenArchive, UnpacksTooFar, as_utf8, kind

_ID_CHARS = 200
_LONGER, _COMPARED = 3, 400
_OVER_LINES = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,99}(?:\[\s{0,99}\{|\{[ \t]{0,99}\r?\n\s{0,99}[\"}])")
"""How JSON begins that has no record on each line: indented, or a list."""
_TAG = re.compile(r"<[a-zA-Z/][^<>]{0,500}>")
_CUT = re.compile(r"(?:…|\.\.\.|\[[….]{1,3}\]|\[\+\d{1,9} chars\])\s{0,9}(?:\[\+\d{1,9} chars\])?\s{0,9}\Z")
"""What stands where a text was cut short."""
_AHEAD, _AHEAD_BYTES = 100, 1 << 20
"""In how many records, or bytes, of a dump a column has to be that sources.toml names."""

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
    """A header and rows, separated by commas, semicolons, tabs or upright strokes."""
    return _guarded(file, csvfile.rows)


def read_parquet(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The rows of a Parquet file."""
    return _guarded(file, rows)


def _guarded(file: RawFile, records: Callable[[RawFile], Records]) -> Iterator[RawItem | Rejected]:
    """The file's articles. What breaks the file itself ends it with a rejection; what was read before it stays."""
    names: tuple[str, ...] | None = None
    columns = Columns({})
    called = _Names()
    try:
        first, found = _ahead(records(file)) if file.columns else ((), records(file))
        known = known_of(first, file.columns)
        for number, whole, data in found:
            if isinstance(whole, Rejected):
                yield whole
                continue
            record = opened(whole)
            if names != (now := tuple(record)):
                names, columns = now, columns_of(now, file.columns, known)
            item = _item(file, number, record, data, columns)
            yield item if isinstance(item, Rejected) else called.to(item, number)
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


def names_in(file: RawFile) -> tuple[str, ...]:
    """The names of the columns in the first records of a dump, in order; none of what is no dump or can't be read."""
    records = _RECORDS.get(kind(file.path))
    # A pipe may never end, and links lead anywhere. Path.is_file fails on names that are too long.
    if records is None or os.path.islink(file.at) or not os.path.isfile(file.at):  # noqa: PTH113, PTH114
        return ()
    return _ahead(records(file))[0]


def _ahead(records: Records) -> tuple[tuple[str, ...], Records]:
    """The names of the columns in the first records, and all records, with what broke the file in its place."""
    held: list[tuple[int, Record | Rejected, bytes]] = []
    size, broke = 0, None
    try:
        for one in records:
            held.append(one)
            size += len(one[2])
            if len(held) == _AHEAD or size > _AHEAD_BYTES:
                break
    except Exception as error:  # whoever reads on comes to it
        broke = error

    def again() -> Records:
        yield from held
        if broke:
            raise broke
        yield from records

    whole = (opened(record) for _, record, _ in held if not isinstance(record, Rejected))
    return tuple(dict.fromkeys(name for record in whole for name in record)), again()


class _Names:
    """What the records of a file are called: by the id that they state, else by their number.

    Where a number is another's id already, or an id another's number, the later one is called as nothing else can be.
    """

    def __init__(self) -> None:
        self._stated: set[str] = set()
        self._numbers: set[str] = set()

    def to(self, item: RawItem, number: int) -> RawItem | Rejected:
        """The record with its name; rejected where an earlier one stated the same id."""
        if item.record is None:
            name = str(number)
            free = name not in self._stated
            self._numbers.update((name,) if free else ())
            return replace(item, record=name if free else unnamed(number))
        if item.record in self._stated:
            detail = f"{item.path}, record {number}: the id {item.record!r} was taken by an earlier record."
            return Rejected(item.path, unnamed(number), "same_id", detail, item.sha256)
        self._stated.add(item.record)
        return item if item.record not in self._numbers else replace(item, record=unnamed(number))


def _item(file: RawFile, number: int, record: Record, data: bytes, columns: Columns) -> RawItem | Rejected:
    """The record's article: its text, else its page. What it doesn't state itself, its page is asked."""
    text, page = _whole(columns.values(record, "text")), _first(columns.values(record, "html"))
    body = page if text is None else text
    digest = hashlib.sha256(data).hexdigest()
    if body is None:
        detail = f"{file.name}, record {number}: {_no_text(record, columns)}"
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
    name = given if given and len(given) <= _ID_CHARS and may_name(given) else None
    item = RawItem(file.source_id, file.name, _encoded(body), digest, name, stated)
    if text is None or is_markup(text):
        return html.page(replace(item, data=_encoded(with_paragraphs(body)), form="html"), file)
    if page is not None and not (stated.url and stated.headline and stated.byline and stated.published):
        told = html.page(replace(item, data=_encoded(page), form="html"), file)
        item = item if isinstance(told, Rejected) else replace(item, stated=told.stated)
    return replace(item, charset=file.encoding)


def _no_text(record: Record, columns: Columns) -> str:
    """Why there is no text in a record, and what to do about it."""
    if _is_table(record):
        return 'holds a whole table, as pandas\' to_json() does unasked. Write records: to_json(orient="records").'
    if empty := [name for what in ("text", "html") for name in columns.named[what]]:
        return f"no text stands in {', '.join(empty[:12])}. Fetch the article again, or name another column."
    return f"no column with text among {', '.join(map(str, list(record)[:12]))}. Name it in sources.toml."


def _is_table(record: Record) -> bool:
    """Whether it is a table by its columns, by its row numbers, or with its data apart from the names."""
    rows = [value for value in record.values() if isinstance(value, dict) and value]
    numbered = any(all(str(key).isdigit() for key in held) for held in (*rows, record)) if rows else False
    return numbered or ("data" in record and ("columns" in record or "schema" in record))


def _first(found: Iterator[object]) -> str | bytes | None:
    return next((text for value in found if (text := values.prose(value))), None)


def _whole(found: Iterator[object]) -> str | bytes | None:
    """The first text; where it is cut short, or by far shorter, and the beginning of a later one, that."""
    texts = [text for value in found if (text := values.prose(value))]
    whole = next(iter(texts), None)
    for text in texts[1:]:
        if whole and len(text) > (1 if _CUT.search(_end(whole)) else _LONGER) * len(whole):
            start = _CUT.sub("", _start(whole, _COMPARED))
            if _letters(_start(text, 2 * _COMPARED)).startswith(_letters(start)):
                whole = text
    return whole


def _start(text: str | bytes, size: int) -> str:
    return text[:size] if isinstance(text, str) else text[:size].decode("utf-8", "ignore")


def _end(text: str | bytes) -> str:
    return text[-_COMPARED:] if isinstance(text, str) else text[-_COMPARED:].decode("utf-8", "ignore")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, _TAG.sub("", text)))


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")


def _jsonl(file: RawFile) -> Records:
    most, deepest = file.limits.document_bytes, file.limits.record_depth
    with as_utf8(file) as stream:
        if _OVER_LINES.match(cast("io.BufferedReader", stream).peek(_AHEAD_BYTES)):
            yield from _documents(file, stream)
            return
        for number, line in enumerate(iter(lambda: stream.readline(most + 1), b""), 1):
            if len(line) > most:
                raise TooLong(f"line {number} has more than {most:,} bytes, which no record has")
            if not line.strip():
                continue
            try:
                record = json.loads(not_too_deep(_utf8(line).rstrip().removesuffix(","), deepest))
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
    with as_utf8(file) as stream:
        yield from _documents(file, stream)


def _documents(file: RawFile, stream: BinaryIO) -> Records:
    for number, document in enumerate(documents(stream, file.limits.document_bytes, file.limits.record_depth), 1):
        data = json.dumps(document, sort_keys=True).encode()
        if isinstance(document, dict):
            yield number, document, data
        else:
            detail = f"{file.name}, record {number}: is no JSON object. Correct the record, or take it out."
            digest = hashlib.sha256(data).hexdigest()
            yield number, Rejected(file.name, unnamed(number), "broken_record", detail, digest), data


def _utf8(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("latin-1")


_RECORDS: Mapping[str, Callable[[RawFile], Records]] = {
    **dict.fromkeys((".jsonl", ".ndjson", ".jl"), _jsonl),
    ".json": _json,
    **dict.fromkeys((".csv", ".tsv"), csvfile.rows),
    ".parquet": rows,
}
