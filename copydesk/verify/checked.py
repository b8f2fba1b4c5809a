"""What is checked of a table while it goes by, a part at a time: a column, the key, and the CSV files beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.frames import sort
from copydesk.release.data import csv_parts
from copydesk.tables import Column, Table
from copydesk.verify.files import paths_of
from copydesk.verify.finding import Finding, told


class CheckedColumn:
    """Types, required values and categories, as the registry has them."""

    def __init__(self, table: str, column: Column, *, withheld: bool) -> None:
        self.name = column.name
        self._where = f"{table}.{column.name}"
        self._column = column
        self._withheld = withheld and column.carries_text
        self._nulls = self._rows = 0
        self._empty = False
        self._others: set[str] = set()

    def add(self, values: pa.ChunkedArray) -> None:
        self._nulls += values.null_count
        self._rows += len(values)
        if self._withheld or self._column.type != "string":
            return
        self._empty |= pc.any(pc.equal(pc.binary_length(values), 0)).as_py() or False
        if self._column.categories:
            self._others |= set(values.unique().to_pylist()) - {None, *self._column.categories}

    def findings(self) -> Iterator[Finding]:
        if self._withheld:
            if self._nulls < self._rows:
                yield Finding("columns", self._where, "it holds text, in a version that is said to have none")
            return
        if self._column.required and self._nulls:
            yield Finding("columns", self._where, f"{self._nulls} rows have no value, and each should")
        if self._empty:
            yield Finding("columns", self._where, "it holds an empty string, where there should be null")
        if self._others:
            what = f"it holds {', '.join(sorted(self._others)[:3])}, which is none of its categories"
            yield Finding("columns", self._where, what)


class CheckedKey:
    """Rows are sorted by their key, and no two have the same."""

    def __init__(self, registered: Table) -> None:
        self._registered = registered
        self._last: pa.Table | None = None
        self._twice = self._unsorted = False

    def add(self, part: pa.Table) -> None:
        names = list(self._registered.key)
        keys = part.select(names)
        if self._last is not None:
            keys = pa.concat_tables([self._last, keys])
        self._twice |= keys.group_by(names).aggregate([]).num_rows != keys.num_rows
        self._unsorted |= not sort(self._registered, keys).equals(keys)
        self._last = keys.slice(keys.num_rows - 1)

    def findings(self) -> Iterator[Finding]:
        key = ", ".join(self._registered.key)
        if self._twice:
            yield Finding("keys", self._registered.name, f"two rows have the same {key}")
        if self._unsorted:
            yield Finding("keys", self._registered.name, f"its rows are not sorted by {key}")


class CheckedCsv:
    """The CSV files hold, value by value, what the Parquet files hold. They are read as far as rows are added."""

    def __init__(self, folder: Path, release: Mapping[str, Any], registered: Table) -> None:
        paths = paths_of(release, registered.name, "csv")
        self._where = ", ".join(paths)
        self._registered = registered
        self._read: Iterator[pa.Table] = chain.from_iterable(
            csv_parts(folder / path, registered, release["text"]) for path in paths
        )
        self._held: pa.Table | None = None
        self._rows = self._there = 0
        self._broken: str | None = None
        self._differ: dict[str, list[str]] = {}
        """By column: the keys of rows that differ."""

    def add(self, part: pa.Table) -> None:
        self._rows += part.num_rows
        while part.num_rows and (read := self._next()) is not None:
            count = min(part.num_rows, read.num_rows)
            self._compare(part.slice(0, count), read.slice(0, count))
            part = part.slice(count)
            self._held = read.slice(count)

    def findings(self) -> Iterator[Finding]:
        while self._next() is not None:
            self._held = None
        if self._broken:
            yield Finding("csv", self._where, f"it cannot be read as the table {self._registered.name}: {self._broken}")
        elif self._there != self._rows:
            yield Finding("csv", self._where, f"it has {self._there} rows, and the Parquet file {self._rows}")
        else:
            for column, keys in self._differ.items():
                yield from told("csv", self._where, ((key, f"{column} is not what Parquet holds") for key in keys))

    def _next(self) -> pa.Table | None:
        try:
            while self._held is None or not self._held.num_rows:
                self._held = next(self._read, None)
                if self._held is None:
                    return None
                self._there += self._held.num_rows
        except (ValueError, OSError) as error:
            self._broken = str(error)
            self._read = iter(())
            self._held = None
        return self._held

    def _compare(self, ours: pa.Table, theirs: pa.Table) -> None:
        for name in ours.column_names:
            mine, other = ours[name], theirs[name]
            if not other.equals(mine):
                found = self._differ.setdefault(name, [])
                found += (self._key(ours, row) for row in range(len(mine)) if mine[row] != other[row])

    def _key(self, data: pa.Table, row: int) -> str:
        """A row's key, for people."""
        return " ".join(str(data[name][row].as_py()) for name in self._registered.key)
