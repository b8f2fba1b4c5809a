"""Dumps: one file, many articles. JSON lines, CSV and Parquet, read as a stream; a broken record is its own affair."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from copydesk.article import RawItem, Stated
from copydesk.ingest.columns import Columns, columns_of
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.ingest.streams import BrokenArchive, UnpacksTooFar, unpacked

MOST_BYTES = 32 * 1024 * 1024
"""No record is longer."""

_ID_CHARS = 200
_AUTHORS = 50

Record = Mapping[str, object]
Records = Iterator[tuple[int, Record | Rejected, bytes]]
"""Number of the record in its file, from 1; the record; and its bytes, for its hash."""


def read_jsonl(file: RawFile) -> Iterator[RawItem | Rejected]:
    """One JSON object a line."""
    return _guarded(file, _jsonl)


def read_csv(file: RawFile) -> Iterator[RawItem | Rejected]:
    """A header and rows, separated by commas, semicolons or tabs."""
    return _guarded(file, _csv)


def read_parquet(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The rows of a Parquet file."""
    return _guarded(file, _parquet)


def _guarded(file: RawFile, records: Callable[[RawFile], Records]) -> Iterator[RawItem | Rejected]:
    """The file's articles. What breaks the file itself ends it with a rejection; what was read before it stays."""
    columns: Columns | None = None
    seen: set[str] = set()
    try:
        for number, record, data in records(file):
            if isinstance(record, Rejected):
                yield record
                continue
            if columns is None or not columns.named.keys() & {"text", "html"}:
                columns = columns_of(record, file.columns)
            item = _item(file, number, record, data, columns)
            if isinstance(item, RawItem) and item.record in seen:
                detail = f"{file.name}, record {number}: the id {item.record!r} was taken by an earlier record."
                yield Rejected(file.name, str(number), "same_id", detail, item.sha256)
                continue
            if isinstance(item, RawItem) and item.record is not None:
                seen.add(item.record)
            yield item
    except (BrokenArchive, UnpacksTooFar) as error:
        reason = "unpacks_too_far" if isinstance(error, UnpacksTooFar) else "broken_archive"
        yield Rejected(file.name, None, reason, str(error))
    except OSError as error:
        yield Rejected(file.name, None, "unreadable", f"{file.name}: cannot be read ({error}). Check the file.")
    except (ValueError, csv.Error, RecursionError) as error:
        yield Rejected(file.name, None, "broken_file", f"{file.name}: cannot be read on: {error}. Fetch it again.")


def _item(file: RawFile, number: int, record: Record, data: bytes, columns: Columns) -> RawItem | Rejected:
    text, html = columns.value(record, "text"), columns.value(record, "html")
    body = text if isinstance(text, str | bytes) else html
    digest = hashlib.sha256(data).hexdigest()
    if not isinstance(body, str | bytes):
        names = ", ".join(map(str, list(record)[:12]))
        detail = f"{file.name}, record {number}: no column with text among {names}. Name it in sources.toml."
        return Rejected(file.name, str(number), "no_text", detail, digest)
    stated = Stated(
        url=_text(columns.value(record, "url")),
        headline=_text(columns.value(record, "headline")),
        byline=_authors(columns.value(record, "byline")),
        published=_text(columns.value(record, "published")),
        updated=_text(columns.value(record, "updated")),
        language=_text(columns.value(record, "language")),
    )
    given = _text(columns.value(record, "id"))
    name = given if given and len(given) <= _ID_CHARS else str(number)
    content = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    form: Literal["text", "html"] = "text" if body is text else "html"
    return RawItem(file.source_id, file.name, content, digest, name, stated, form)


def _jsonl(file: RawFile) -> Records:
    with unpacked(file.path) as stream:
        for number, line in enumerate(iter(lambda: stream.readline(MOST_BYTES + 1), b""), 1):
            if len(line) > MOST_BYTES:
                raise ValueError(f"line {number} has more than {MOST_BYTES:,} bytes")
            if not line.strip():
                continue
            try:
                record = json.loads(_utf8(line))
                if not isinstance(record, dict):
                    raise ValueError("is no JSON object")
            except (ValueError, RecursionError) as error:
                detail = f"{file.name}, line {number}: {error}. Correct the record, or take it out."
                yield (
                    number,
                    Rejected(file.name, str(number), "broken_record", detail, hashlib.sha256(line).hexdigest()),
                    line,
                )
            else:
                yield number, record, line


def _csv(file: RawFile) -> Records:
    """Read as Latin-1, which every byte fits: the cells' own encoding is found out when each is decoded."""
    csv.field_size_limit(MOST_BYTES)
    with unpacked(file.path) as stream:
        lines = io.TextIOWrapper(stream, "latin-1", newline="")
        start = lines.readline(MOST_BYTES)
        start = start.removeprefix("\xef\xbb\xbf")
        mark = max(",;\t", key=start.count)
        header = next(csv.reader([start], delimiter=mark), [])
        for number, cells in enumerate(csv.reader(lines, delimiter=mark), 1):
            data = json.dumps(cells).encode()
            if not cells:
                continue
            if len(cells) != len(header):
                detail = (
                    f"{file.name}, record {number}: has {len(cells)} cells, the header has {len(header)}. Correct it."
                )
                yield (
                    number,
                    Rejected(file.name, str(number), "broken_record", detail, hashlib.sha256(data).hexdigest()),
                    data,
                )
                continue
            yield number, dict(zip(header, (_cell(cell) for cell in cells), strict=True)), data


def _parquet(file: RawFile) -> Records:
    import pyarrow as pa  # noqa: PLC0415 - only for such files
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(file.path) as table:
            number = 0
            for batch in table.iter_batches(batch_size=256):
                for record in batch.to_pylist():
                    number += 1
                    yield number, record, json.dumps(record, default=str, sort_keys=True).encode()
    except pa.ArrowException as error:
        raise ValueError(f"it is no whole Parquet file ({error})") from error


def _utf8(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _cell(cell: str) -> str | bytes:
    """A cell's bytes, unless it is plain ASCII."""
    return cell if cell.isascii() else cell.encode("latin-1")


def _text(value: Any) -> str | None:
    """A stated value as one line of text."""
    if value is None or isinstance(value, bool | dict | list):
        return None
    if isinstance(value, bytes):
        from copydesk.decoding import UnreadableText, decode  # noqa: PLC0415 - few cells need it

        try:
            value = decode(value).text
        except UnreadableText:
            return None
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split()) or None


def _authors(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        try:
            value = json.loads(value.replace("'", '"'))
        except ValueError:
            value = value.strip("[]")
    entries = value if isinstance(value, list | tuple) else [value]
    return tuple(name for entry in entries[:_AUTHORS] if (name := _text(_name(entry))))


def _name(entry: Any) -> Any:
    return entry.get("name") if isinstance(entry, dict) else entry
