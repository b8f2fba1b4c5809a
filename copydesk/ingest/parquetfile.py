"""Parquet files row by row. What a file says a thousand times is kept once: a small file must not fill the memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from copydesk.ingest.jsonfile import TooLong
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.streams import UnpacksTooFar, most_unpacked

_ROWS = 256


def rows(file: RawFile) -> Iterator[tuple[int, Mapping[str, object], bytes]]:
    """The rows, counted from 1, each with its values as JSON. Raises OSError, UnpacksTooFar, TooLong and ValueError."""
    import pyarrow as pa  # noqa: PLC0415 - only for such files
    import pyarrow.parquet as pq  # noqa: PLC0415

    left = most_unpacked(file)
    try:
        with pq.ParquetFile(file.path) as table:
            _refuse_bombs(file, table, left)
        # Texts that repeat stay references to a dictionary, as they are in the file, until a row is looked at.
        repeated = [column.path for column in _columns(table) if column.physical_type == "BYTE_ARRAY"]
        with pq.ParquetFile(file.path, read_dictionary=repeated) as table:
            number = 0
            for batch in table.iter_batches(batch_size=_ROWS):
                for place in range(batch.num_rows):
                    number += 1
                    (record,) = batch.slice(place, 1).to_pylist()
                    data = json.dumps(record, default=str, sort_keys=True).encode()
                    left -= len(data)
                    if len(data) > file.limits.document_bytes:
                        raise TooLong(f"record {number} has more than {file.limits.document_bytes:,} bytes")
                    if left < 0:
                        raise UnpacksTooFar(f"{file.name}: unpacks to far more than text does. Look at what it is.")
                    yield number, record, data
    except pa.ArrowException as error:
        raise ValueError(f"it is no whole Parquet file ({error})") from error


def _refuse_bombs(file: RawFile, table: Any, most: int) -> None:
    """Raises UnpacksTooFar where the file says of itself that its columns are larger than text is, or full of nothing.

    Long runs of nulls and of one value take a few bytes in a file, and in memory a list.
    """
    size = values = 0
    for group in range(table.metadata.num_row_groups):
        held = table.metadata.row_group(group)
        for column in range(held.num_columns):
            size += held.column(column).total_uncompressed_size
            values = max(values, held.column(column).num_values // max(1, held.num_rows))
    if size > most or values > file.limits.document_chars:
        raise UnpacksTooFar(f"{file.name}: unpacks to far more than text does. Look at what it is.")


def _columns(table: Any) -> Iterator[Any]:
    schema = table.metadata.schema
    return (schema.column(number) for number in range(len(schema)))
