"""What is asked of a table that somebody else published, before its rows are worked with: its columns are of the types
that the registry gives them, and no value is missing where each row should have one."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from copydesk.frames import arrow_schema
from copydesk.store.errors import BrokenStore
from copydesk.tables import Table


def check_columns(where: str, schema: pa.Schema, registered: Table, names: Iterable[str]) -> None:
    """Raises BrokenStore where one of these columns is not there, or is of another type than the registry's."""
    types = arrow_schema(registered)
    for name in names:
        if schema.get_field_index(name) < 0:
            raise _broken(where, registered, name, "is not there, or is there twice")
        if schema.field(name).type != types.field(name).type:
            raise _broken(where, registered, name, f"is {schema.field(name).type}, not {types.field(name).type}")


def check_values(where: str, data: pa.Table, registered: Table) -> None:
    """Raises BrokenStore where a value is missing in a column that should have one in each row.

    Columns that a version may be published without, because they hold text, may be empty.
    """
    for column in registered.columns:
        asked = column.required and not column.carries_text and column.name in data.column_names
        if asked and data[column.name].null_count:
            raise _broken(where, registered, column.name, "has no value in some rows, and each should have one")


def _broken(where: str, registered: Table, column: str, what: str) -> BrokenStore:
    return BrokenStore(f"{where}: the column {registered.name}.{column} {what}: `copydesk verify` says more.")
