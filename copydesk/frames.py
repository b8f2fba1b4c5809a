"""Rows as Arrow tables that follow the registry: typed, sorted by key, and with null where there is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from copydesk.tables import Column, Table

_ARROW: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "list": pa.list_(pa.string()),
}


def arrow_field(column: Column) -> pa.Field:
    """The column as an Arrow field."""
    return pa.field(column.name, _ARROW[column.type], nullable=not column.required)


def arrow_schema(table: Table) -> pa.Schema:
    """The table's columns, in the registry's order."""
    return pa.schema([arrow_field(column) for column in table.columns])


def empty(table: Table) -> pa.Table:
    """The table without rows."""
    return arrow_schema(table).empty_table()


def frame(table: Table, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows (a mapping each, column name to value) as the table, sorted by its key.

    An empty string becomes null: a CSV file could not tell the two apart. Raises pyarrow.ArrowInvalid for a value that
    does not fit its column, and ValueError for a required one that is missing.
    """
    collected = list(rows)
    arrays = [pa.array(_values(column, collected), type=_ARROW[column.type]) for column in table.columns]
    for column, array in zip(table.columns, arrays, strict=True):
        if column.required and array.null_count:
            raise ValueError(f"{table.name}.{column.name} is required, and {array.null_count} rows have none")
    return sort(table, pa.Table.from_arrays(arrays, schema=arrow_schema(table)))


def sort(table: Table, data: pa.Table) -> pa.Table:
    """The rows in the order of the table's key."""
    return data.sort_by([(name, "ascending") for name in table.key]).combine_chunks() if data.num_rows else data


def concatenate(table: Table, parts: Iterable[pa.Table]) -> pa.Table:
    """Parts of one table as one, sorted by its key, whatever their order."""
    collected = [part for part in parts if part.num_rows]
    return sort(table, pa.concat_tables(collected)) if collected else empty(table)


def _values(column: Column, rows: Iterable[Mapping[str, Any]]) -> list[Any]:
    name = column.name
    values = [None if (value := row.get(name)) == "" else value for row in rows]
    return [list(value) if isinstance(value, tuple) else value for value in values] if column.type == "list" else values
