"""Tables as files: Parquet for programs, CSV for spreadsheets, the same rows in both, and the way back.

CSV here is RFC 4180 in UTF-8 without a byte order mark, rows ended by ``\\n``. Every string is in quotes, and a null is
an empty cell without them. Lists are JSON arrays, dates ISO 8601, timestamps ISO 8601 with ``Z``. A string that begins
with one of ``= + - @ '``, one of the first four in full width, a tab, a line end or a null has one apostrophe before
it, so that no spreadsheet takes it for a formula; reading drops that apostrophe again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from copydesk.release.withhold import published_schema
from copydesk.tables import Table

ROWS_IN_A_GROUP = 20_000
_FORMULA = r"([=+\-@\t\r\n\x00'＝＋－＠])"
_GUARDED = "^" + _FORMULA
_GUARD = "^'" + _FORMULA
_LONGEST_ROW = 1 << 26  # bytes; the CSV reader holds a block of this size, and no row may be longer


def write_parquet(data: pa.Table, target: Path | BinaryIO) -> None:
    """Writes one Parquet file. The same table, writer and settings give the same bytes."""
    with pq.ParquetWriter(
        target,
        data.schema,
        version="2.6",
        compression="zstd",
        compression_level=3,
        write_statistics=True,
        store_schema=False,  # the types below need no Arrow schema in the footer
    ) as writer:
        # A group at a time, its chunks joined: where a chunk ends would otherwise move the ends of pages. A table
        # without rows has no group at all: Hugging Face datasets fails on an empty one.
        for start in range(0, data.num_rows, ROWS_IN_A_GROUP):
            group = data.slice(start, ROWS_IN_A_GROUP).combine_chunks()
            writer.write_table(group, row_group_size=ROWS_IN_A_GROUP)


def to_parquet(data: pa.Table) -> bytes:
    """The table as the bytes of a Parquet file."""
    target = io.BytesIO()
    write_parquet(data, target)
    return target.getvalue()


def from_parquet(path: Path | BinaryIO, registered: Table, text: str = "full") -> pa.Table:
    """The rows of a published Parquet file. Raises ValueError where its columns are not the table's."""
    with pq.ParquetFile(path) as file:  # read_table would import the whole of pyarrow.dataset, and pandas with it
        data = file.read()
    schema = published_schema(registered, text)
    if data.column_names != schema.names or [field.type for field in data.schema] != [field.type for field in schema]:
        raise ValueError(f"{path}: the columns are not those of the table {registered.name!r}: {data.schema}")
    return data.cast(schema)


def write_csv(data: pa.Table, target: Path | BinaryIO) -> None:
    """Writes one CSV file, as the module says."""
    pyarrow.csv.write_csv(
        pa.table({field.name: _as_cells(data.column(field.name)) for field in data.schema}),
        target,
        pyarrow.csv.WriteOptions(include_header=True, quoting_style="needed"),
    )


def to_csv(data: pa.Table) -> bytes:
    """The table as the bytes of a CSV file."""
    target = io.BytesIO()
    write_csv(data, target)
    return target.getvalue()


def from_csv(path: Path, registered: Table, text: str = "full") -> pa.Table:
    """The rows of a published CSV file: typed as the table, null where a cell is empty, without the guard.

    ``text`` is the version's text policy. Raises ValueError (pyarrow.ArrowInvalid is one) where the columns are not the
    table's or a value does not fit its column.
    """
    schema = published_schema(registered, text)
    data = pyarrow.csv.read_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=_LONGEST_ROW),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={field.name: pa.string() if pa.types.is_list(field.type) else field.type for field in schema},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    if data.column_names != schema.names:
        raise ValueError(f"{path}: the columns are not those of the table {registered.name!r}: {data.column_names}")
    return pa.table([_as_values(data.column(field.name), field) for field in schema], schema=schema)


def lists_as_json(column: pa.ChunkedArray) -> pa.Array:
    """Lists of strings as compact JSON arrays, null where the list is."""
    texts = (None if value is None else "[]" if not value else _json(value) for value in _values(column))
    return pa.array(texts, type=pa.string())


def _as_cells(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_list(kind):
        return lists_as_json(column)
    if pa.types.is_string(kind):
        return pc.replace_substring_regex(column, _GUARDED, r"'\1")
    if pa.types.is_timestamp(kind):
        # Cast first: naming a zone would need the machine's time zone files.
        plain = pc.strftime(column.cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%SZ")
        return pc.replace_substring_regex(plain, r"\.000000Z$", "Z")
    return column


def _as_values(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_list(field.type):
        # Most lists are empty or alike: each distinct cell is read once.
        cells = column.combine_chunks().dictionary_encode()
        distinct = pa.array([json.loads(cell) for cell in cells.dictionary.to_pylist()], type=field.type)
        return distinct.take(cells.indices)
    return pc.replace_substring_regex(column, _GUARD, r"\1") if pa.types.is_string(field.type) else column


def _values(column: pa.ChunkedArray) -> Iterable[Any]:
    for chunk in column.iterchunks():
        yield from chunk.to_pylist()


def _json(value: list[str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
