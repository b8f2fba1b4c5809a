"""Tables as files: Parquet for programs, CSV for spreadsheets, the same rows in both, and the way back.

CSV here is RFC 4180 in UTF-8 without a byte order mark, rows ended by ``\\n``. Every string is in quotes, and a null is
an empty cell without them. Lists are JSON arrays, dates ISO 8601, timestamps ISO 8601 with ``Z``. A string that a
spreadsheet might take for a formula has one apostrophe before it, as ``copydesk.formulas`` says; reading drops that
apostrophe again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from copydesk.bulk import Rows, Stored, parquet_rows, parts, regroup
from copydesk.formulas import FIRST_BYTES, FORMULA
from copydesk.release.withhold import published_schema
from copydesk.tables import Table

Target: TypeAlias = Path | BinaryIO | pa.NativeFile

ROWS_IN_A_GROUP = 20_000
BYTES_IN_A_GROUP = 32 << 20
"""A row group of a Parquet file has no more than either, unless it is one row; bytes as ``row_bytes`` counts them."""
_GUARDED = "^" + FORMULA
_GUARD = "^'" + FORMULA
_MAY_BE_GUARDED = np.isin(np.arange(256), sorted(FIRST_BYTES))
"""By the first byte of a text."""

_ESCAPED = r'["\\\x00-\x1f]'
"""What JSON writes otherwise than it stands."""

_LONGEST_ROW = 1 << 26  # bytes; the CSV reader holds a block of this size, and no row may be longer


def groups(data: Rows) -> Iterator[pa.Table]:
    """The rows as they stand in the row groups of a Parquet file. Where they follow from is the rows alone: not from
    how a table is cut. A table without rows has no group: Hugging Face datasets fails on an empty one."""
    return regroup(parts(data), ROWS_IN_A_GROUP, BYTES_IN_A_GROUP)


def parquet_writer(target: Target, schema: pa.Schema) -> pq.ParquetWriter:
    """Writes one Parquet file, a group at a time. The same groups, writer and settings give the same bytes."""
    return pq.ParquetWriter(
        target,
        schema,
        version="2.6",
        compression="zstd",
        compression_level=2,  # a quarter less work than 3, for a hundredth more bytes
        write_statistics=True,
        store_schema=False,  # the types below need no Arrow schema in the footer
    )


def write_parquet(data: Rows, target: Target) -> None:
    """Writes one Parquet file. The same table, writer and settings give the same bytes."""
    with parquet_writer(target, data.schema) as writer:
        for group in groups(data):
            writer.write_table(group, row_group_size=ROWS_IN_A_GROUP)


def to_parquet(data: Rows) -> bytes:
    """The table as the bytes of a Parquet file."""
    target = io.BytesIO()
    write_parquet(data, target)
    return target.getvalue()


def from_parquet(path: Path | BinaryIO, registered: Table, text: str = "full") -> pa.Table:
    """The rows of a published Parquet file. Raises ValueError where its columns are not the table's."""
    with pq.ParquetFile(path) as file:  # read_table would import the whole of pyarrow.dataset, and pandas with it
        data = file.read()
    return _as_registered(str(path), data, registered, text)


def stored_parquet(paths: Sequence[Path], registered: Table, text: str = "full") -> Stored:
    """The rows of published Parquet files, read when they are asked for. Raises ValueError as ``from_parquet``."""
    found = parquet_rows(list(map(str, paths)))
    schema = _as_registered(", ".join(map(str, paths)), found.schema.empty_table(), registered, text).schema

    def change(part: pa.Table) -> pa.Table:
        return part.cast(pa.schema([schema.field(name) for name in part.column_names]))

    return found.changed(schema, change)


def _as_registered(where: str, data: pa.Table, registered: Table, text: str) -> pa.Table:
    schema = published_schema(registered, text)
    if data.column_names != schema.names or [field.type for field in data.schema] != [field.type for field in schema]:
        raise ValueError(f"{where}: the columns are not those of the table {registered.name!r}: {data.schema}")
    return data.cast(schema)


def csv_writer(target: Target, schema: pa.Schema) -> pyarrow.csv.CSVWriter:
    """Writes one CSV file, as the module says: of tables that ``as_cells`` has made."""
    options = pyarrow.csv.WriteOptions(include_header=True, quoting_style="needed")
    return pyarrow.csv.CSVWriter(target, as_cells(schema.empty_table()).schema, write_options=options)


def write_csv(data: Rows, target: Target) -> None:
    """Writes one CSV file, as the module says."""
    with csv_writer(target, data.schema) as writer:
        for group in groups(data):
            writer.write_table(as_cells(group))


def to_csv(data: Rows) -> bytes:
    """The table as the bytes of a CSV file."""
    target = io.BytesIO()
    write_csv(data, target)
    return target.getvalue()


def from_csv(path: Path, registered: Table, text: str = "full") -> pa.Table:
    """The rows of a published CSV file: typed as the table, null where a cell is empty, without the guard.

    ``text`` is the version's text policy. Raises ValueError (pyarrow.ArrowInvalid is one) where the columns are not the
    table's or a value does not fit its column.
    """
    return pa.concat_tables([published_schema(registered, text).empty_table(), *csv_parts(path, registered, text)])


def csv_parts(path: Path, registered: Table, text: str = "full") -> Iterator[pa.Table]:
    """The same, a part at a time. Raises ValueError, also in the middle."""
    schema = published_schema(registered, text)
    with pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=_block_of(path)),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types={field.name: pa.string() if pa.types.is_list(field.type) else field.type for field in schema},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    ) as reader:
        if reader.schema.names != schema.names:
            names = reader.schema.names
            raise ValueError(f"{path}: the columns are not those of the table {registered.name!r}: {names}")
        for batch in reader:
            data = pa.Table.from_batches([batch])
            yield pa.table([_as_values(data.column(field.name), field) for field in schema], schema=schema)


def _block_of(path: Path) -> int:
    """What the CSV reader reads at once: the whole of a small file."""
    return max(1, min(path.stat().st_size, _LONGEST_ROW))


def lists_as_json(column: pa.ChunkedArray) -> pa.Array:
    """Lists of strings as compact JSON arrays, null where the list is."""
    lists = _one_array(column)
    lengths = pc.list_value_length(lists)
    texts = pc.if_else(pc.is_valid(lengths), "[]", pa.scalar(None, pa.string()))
    filled = pc.fill_null(pc.greater(lengths, 0), False)  # most lists are empty
    some = lists.filter(filled)
    return pc.replace_with_mask(texts, filled, _as_json(some)) if len(some) else texts


def _as_json(lists: pa.Array) -> pa.Array:
    """Lists that hold something: only those with a string that JSON writes otherwise become objects of Python's."""
    texts = pc.binary_join_element_wise('["', pc.binary_join(lists, '","'), '"]', "")
    odd = pc.fill_null(pc.match_substring_regex(pc.list_flatten(lists), _ESCAPED), True)
    rows = pc.list_parent_indices(lists).filter(odd).unique().cast(pa.int64())
    if not len(rows):
        return texts
    mask = pc.is_in(pa.array(np.arange(len(lists))), value_set=rows)
    return pc.replace_with_mask(texts, mask, pa.array(map(_json, lists.take(rows).to_pylist()), pa.string()))


def as_cells(data: pa.Table) -> pa.Table:
    """A table's values as they stand in the cells of a CSV file."""
    return pa.table({field.name: _as_cells(data.column(field.name)) for field in data.schema})


def _as_cells(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    kind = column.type
    if pa.types.is_list(kind):
        return lists_as_json(column)
    if pa.types.is_string(kind):
        return _guarded(_one_array(column))
    if pa.types.is_timestamp(kind):
        # Cast first: naming a zone would need the machine's time zone files.
        plain = pc.strftime(column.cast(pa.timestamp("us")), format="%Y-%m-%dT%H:%M:%SZ")
        return pc.replace_substring_regex(plain, r"\.000000Z$", "Z")
    return column


def _guarded(texts: pa.Array) -> pa.Array:
    """Texts with the guard before those that need one: the others, which are most, are not copied."""
    _, offsets, data = texts.buffers()
    if data is None or not data.size:
        return texts
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    characters = np.frombuffer(data, np.uint8)
    first = characters[np.minimum(ends[:-1], len(characters) - 1)]
    filled = np.asarray(texts.is_valid()) & (ends[1:] > ends[:-1])
    asked = filled & _MAY_BE_GUARDED[first]
    if not asked.any():
        return texts
    asked[asked] = np.asarray(pc.match_substring_regex(texts.filter(pa.array(asked)), _GUARDED))
    if not asked.any():
        return texts
    mask = pa.array(asked)
    return pc.replace_with_mask(texts, mask, pc.binary_join_element_wise("'", texts.filter(mask), ""))


def _one_array(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole


def _as_values(column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray | pa.Array:
    if pa.types.is_list(field.type):
        # Most lists are empty or alike: each distinct cell is read once.
        cells = column.combine_chunks().dictionary_encode()
        distinct = pa.array([json.loads(cell) for cell in cells.dictionary.to_pylist()], type=field.type)
        return distinct.take(cells.indices)
    return pc.replace_substring_regex(column, _GUARD, r"\1") if pa.types.is_string(field.type) else column


def _json(value: list[str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
