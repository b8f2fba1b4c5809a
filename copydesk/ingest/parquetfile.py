"""Parquet files row by row. What a file says a thousand times is kept once: a small file must not fill the memory."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from itertools import accumulate
from typing import Any

from copydesk.ingest.columns import maybe_asked
from copydesk.ingest.jsonfile import TooDeep
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected, unnamed
from copydesk.ingest.streams import UnpacksTooFar, most_unpacked

_ROWS = 256
_NAMED = 12  # of the columns that nobody reads: so that a row without text can say what there is
_BYTES_A_VALUE = 8  # of a file in which lists are long because the file is

Row = tuple[int, Mapping[str, object] | Rejected, bytes]


def rows(file: RawFile) -> Iterator[Row]:
    """The rows, counted from 1, each with its values as JSON; of columns that nobody asks for, there is nothing.

    A row that cannot be read is rejected by itself. Raises OSError, UnpacksTooFar and ValueError.
    """
    import pyarrow as pa  # noqa: PLC0415 - only for such files
    import pyarrow.parquet as pq  # noqa: PLC0415

    left = most_unpacked(file)
    try:
        with pq.ParquetFile(file.path) as table:
            names = table.schema_arrow.names
            asked = {name for name in names if maybe_asked(name, file.columns)}
            leaves = [leaf for leaf in _leaves(table) if not asked.isdisjoint(_and_above(leaf.path))]
            _refuse_bombs(file, table, {leaf.path for leaf in leaves}, left)
        # Texts that repeat stay references to a dictionary, as they are in the file, until a row is looked at.
        repeated = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
        unread = dict.fromkeys([name for name in names if name not in asked][:_NAMED])
        with pq.ParquetFile(file.path, read_dictionary=repeated) as table:
            number = 0
            for batch in table.iter_batches(batch_size=_ROWS, columns=sorted(asked)):
                for place in range(batch.num_rows):
                    number += 1
                    row = _row(file, number, batch, place, unread)
                    left -= len(row[2])
                    if left < 0:
                        raise UnpacksTooFar(f"{file.name}: unpacks to far more than text does. Look at what it is.")
                    yield row
    except pa.ArrowException as error:
        raise ValueError(f"it is no whole Parquet file ({error})") from error


def _row(file: RawFile, number: int, batch: Any, place: int, unread: Mapping[str, None]) -> Row:
    from copydesk.ingest.cells import Cells  # noqa: PLC0415 - it needs pyarrow

    cells = Cells(file.limits.document_chars, file.limits.record_depth)
    record: dict[str, object] = dict(unread)
    data, reason, what = b"", "broken_record", ""
    try:
        for name, column in zip(batch.schema.names, batch.columns, strict=True):
            record[name] = cells.value(column[place])
        data = json.dumps(record, default=str, sort_keys=True).encode()
    except TooDeep as error:
        reason, what = "too_deep", str(error)
    except Exception as error:  # whatever a library raises for one value: it is the row's affair
        what = str(error)
    if len(data) > (most := file.limits.document_bytes):
        reason, what = "too_large", f"it has more than {most:,} bytes, which no record has"
    if not what:
        return number, record, data
    detail = f"{file.name}, record {number}: {what}. Look at what it is, or take the row out."
    return number, Rejected(file.name, unnamed(number), reason, detail), data


def _refuse_bombs(file: RawFile, table: Any, paths: Collection[str], most: int) -> None:
    """Raises UnpacksTooFar where the file says of itself that its columns are larger than text is, or full of nothing.

    Long runs of nulls and of one value take a few bytes in a file, and in memory a list; all of them may be one row's.
    """
    size, most_listed = 0, max(file.limits.document_bytes, file.size // _BYTES_A_VALUE)
    for group in range(table.metadata.num_row_groups):
        held = table.metadata.row_group(group)
        columns = [held.column(number) for number in range(held.num_columns)]
        asked = [column for column in columns if column.path_in_schema in paths]
        size += sum(column.total_uncompressed_size for column in asked)
        listed = sum(column.num_values for column in asked if column.num_values > held.num_rows)
        if size > most or listed > most_listed:
            raise UnpacksTooFar(f"{file.name}: unpacks to far more than text does. Look at what it is.")


def _leaves(table: Any) -> Iterator[Any]:
    schema = table.metadata.schema
    return (schema.column(number) for number in range(len(schema)))


def _and_above(path: str) -> Iterator[str]:
    """The path of a value, and of the columns that it may lie in: their names may have dots too."""
    return accumulate(path.split("."), "{}.{}".format)
