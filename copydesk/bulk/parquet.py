"""Tables that are Parquet files, wherever those lie: read a row group at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.bulk.stored import Stored

Open = Callable[[str], AbstractContextManager[Any]]
"""Opens a file by its path, for reading here and there."""


def parquet_rows(paths: Sequence[str], open_file: Open = pa.OSFile) -> Stored:
    """The rows of Parquet files that are parts of one table, one file after the other."""
    rows, schemas = 0, []
    for path in paths:
        with open_file(path) as file, pq.ParquetFile(file) as parquet:
            rows += parquet.metadata.num_rows
            schemas.append(parquet.schema_arrow)
    if any(schema != schemas[0] for schema in schemas):
        raise ValueError(f"{', '.join(paths)}: they have not the same columns")

    def read(columns: Sequence[str]) -> Iterator[pa.Table]:
        for path in paths:
            with open_file(path) as file, pq.ParquetFile(file) as parquet:
                for group in range(parquet.num_row_groups):
                    yield parquet.read_row_group(group, columns=list(columns), use_threads=False).select(list(columns))

    return Stored(schemas[0], rows, read)
