"""A table on disk, and what is like one: a view of it, or a list that outgrew memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from copydesk.bulk.parts import regroup

PART_ROWS = 50_000
PART_BYTES = 16 << 20
"""A part that is written has no more than either."""

Read = Callable[[Sequence[str]], Iterator[pa.Table]]


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """A table that is read from disk each time. ``select`` and ``column`` hold what they are asked for in memory.

    ``read`` yields the named columns (one at least) of every part, in order.
    """

    schema: pa.Schema
    num_rows: int
    read: Read
    nulls: Mapping[str, int] = field(default_factory=dict)
    """How many nulls columns have, of those of which the file says so by itself."""

    @property
    def column_names(self) -> list[str]:
        names: list[str] = self.schema.names
        return names

    @property
    def num_columns(self) -> int:
        return len(self.schema)

    def parts(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """The rows, a part at a time; with these columns, in this order."""
        names = self.column_names if columns is None else list(columns)
        yield from (part for part in self.read(names) if part.num_rows)

    def select(self, columns: Sequence[str]) -> pa.Table:
        """Some columns, whole."""
        schema = pa.schema([self.schema.field(name) for name in columns])
        return pa.concat_tables([schema.empty_table(), *self.parts(columns)])

    def table(self) -> pa.Table:
        """All of it, in memory."""
        return self.select(self.column_names).combine_chunks()

    def to_pylist(self) -> list[dict[str, Any]]:
        """All of its rows, as Python has them."""
        return [row for part in self.parts() for row in part.to_pylist()]

    def column(self, name: str) -> pa.ChunkedArray:
        return self.select([name]).column(0)

    def __getitem__(self, name: str) -> pa.ChunkedArray:
        return self.column(name)

    def with_column(self, name: str, values: pa.Array) -> Stored:
        """The same rows with other values in a column; one value for each row."""

        def read(columns: Sequence[str]) -> Iterator[pa.Table]:
            start = 0
            for part in self.read(columns):
                here = values.slice(start, part.num_rows)
                start += part.num_rows
                if name in columns:
                    yield part.set_column(list(columns).index(name), self.schema.field(name), here)
                else:
                    yield part

        return Stored(self.schema, self.num_rows, read)

    def only(self, keep: pa.BooleanArray) -> Stored:
        """The rows for which ``keep`` is true; one value for each row."""

        def read(columns: Sequence[str]) -> Iterator[pa.Table]:
            start = 0
            for part in self.read(columns):
                yield part.filter(keep.slice(start, part.num_rows))
                start += part.num_rows

        return Stored(self.schema, keep.true_count, read)

    def changed(self, schema: pa.Schema, change: Callable[[pa.Table], pa.Table]) -> Stored:
        """The same columns with other values or types: ``change`` is given some columns of some rows."""
        return Stored(schema, self.num_rows, lambda columns: map(change, self.read(columns)))


Rows: TypeAlias = pa.Table | Stored
"""A table, in memory or not."""

Tables = Mapping[str, Rows]
"""Tables by name."""


def parts(data: Rows, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
    """The rows of a table, a part at a time and in order; with these columns, in this order."""
    if isinstance(data, Stored):
        yield from data.parts(columns)
        return
    chosen = data if columns is None else data.select(list(columns))
    yield from (chosen.slice(start, PART_ROWS) for start in range(0, data.num_rows, PART_ROWS))


def with_column(data: Rows, name: str, values: pa.Array) -> Rows:
    """The same rows with other values in a column; one value for each row."""
    if isinstance(data, Stored):
        return data.with_column(name, values)
    return data.set_column(data.column_names.index(name), data.schema.field(name), values)


def in_memory(tables: Tables) -> dict[str, pa.Table]:
    """The same tables, all of them in memory."""
    return {name: data.table() if isinstance(data, Stored) else data for name, data in tables.items()}


def write_stored(
    rows: Iterable[pa.Table], schema: pa.Schema, path: Path, most_rows: int = PART_ROWS, most_bytes: int = PART_BYTES
) -> Stored:
    """Writes an Arrow file of parts that are bounded by rows and bytes. Returns the table that it is."""
    count = 0
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        for part in regroup(rows, most_rows, most_bytes):
            writer.write_table(part)
            count += part.num_rows
    return Stored(schema, count, _file_reader(path, schema))


def read_stored(path: Path) -> Stored:
    """The table that an Arrow file is. Its rows are counted by what its footer says, a column at most is read."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        schema = reader.schema
    read = _file_reader(path, schema)
    return Stored(schema, sum(part.num_rows for part in read(schema.names[:1])), read)


def _file_reader(path: Path, schema: pa.Schema) -> Read:
    def read(columns: Sequence[str]) -> Iterator[pa.Table]:
        places = sorted({schema.get_field_index(name) for name in columns})
        options = pa.ipc.IpcReadOptions(included_fields=places, use_threads=False)
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file, options=options) as reader:
            for number in range(reader.num_record_batches):
                yield _chosen(reader.get_batch(number), columns, whole=len(places) == len(schema))

    return read


def _chosen(part: pa.RecordBatch, columns: Sequence[str], whole: bool) -> pa.Table:
    """Some columns of what was read, in memory of their own unless they are all.

    As Arrow reads them, each keeps a buffer as long as all columns of the part together: whoever held a column of a
    table would hold the table."""
    some = part.select(columns)
    return pa.Table.from_batches([some if whole else pa.ipc.read_record_batch(some.serialize(), some.schema)])


class Spool:
    """Rows that are added a part at a time, in memory while they are few and in a temporary file from then on."""

    def __init__(self, schema: pa.Schema, most_bytes: int = PART_BYTES) -> None:
        self._schema = schema
        self._file = tempfile.SpooledTemporaryFile(max_size=most_bytes, prefix="copydesk-")  # noqa: SIM115
        self._writer = pa.ipc.new_stream(pa.PythonFile(self._file, "w"), schema)
        self._rows = 0

    def add(self, data: pa.Table) -> None:
        """Rows with the spool's columns."""
        for part in regroup([data], PART_ROWS, PART_BYTES):
            self._writer.write_table(part)
            self._rows += part.num_rows

    def done(self) -> Stored:
        """The table of what was added; nothing can be added any more. The file goes when the table does."""
        self._writer.close()
        return Stored(self._schema, self._rows, self._read)

    def _read(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        self._file.seek(0)
        for batch in pa.ipc.open_stream(pa.PythonFile(self._file, "r")):
            yield _chosen(batch, columns, whole=len(set(columns)) == len(self._schema))
