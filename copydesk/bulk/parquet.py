"""Tables that are Parquet files, wherever those lie: read a row group at a time."""

from __future__ import annotations

from collections import Counter
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
    rows, schemas, nulls = 0, [], []
    for path in paths:
        with open_file(path) as file, pq.ParquetFile(file) as parquet:
            rows += parquet.metadata.num_rows
            schemas.append(parquet.schema_arrow)
            nulls.append(_nulls(parquet.metadata))
    if any(schema != schemas[0] for schema in schemas):
        raise ValueError(f"{', '.join(paths)}: they have not the same columns")

    def read(columns: Sequence[str]) -> Iterator[pa.Table]:
        for path in paths:
            with open_file(path) as file, pq.ParquetFile(file) as parquet:
                for group in range(parquet.num_row_groups):
                    yield parquet.read_row_group(group, columns=list(columns), use_threads=False).select(list(columns))

    said = [name for name in schemas[0].names if all(name in file for file in nulls)]
    return Stored(schemas[0], rows, read, {name: sum(file[name] for file in nulls) for name in said})


def _nulls(metadata: pq.FileMetaData) -> dict[str, int]:
    """Nulls by column, for columns of single values of which every row group says how many it has."""
    found: Counter[str] = Counter()
    unsaid: set[str] = set()
    for group in range(metadata.num_row_groups):
        for number in range(metadata.num_columns):
            column = metadata.row_group(group).column(number)
            if column.is_stats_set and column.statistics.has_null_count:
                found[column.path_in_schema] += column.statistics.null_count
            else:
                unsaid.add(column.path_in_schema)
    return {name: count for name, count in found.items() if name not in unsaid}
