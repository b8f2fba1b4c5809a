"""A version without the copyrighted text: ids, addresses, fields, counts, mentions and dates stay."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from copydesk.frames import arrow_schema
from copydesk.tables import Table, table


def published_schema(registered: Table, text: str) -> pa.Schema:
    """The registry's schema. Without text, the columns that carry it stay, hold null, and are not required."""
    schema = arrow_schema(registered)
    if text == "full":
        return schema
    return pa.schema(
        [
            field.with_nullable(True) if column.carries_text else field
            for field, column in zip(schema, registered.columns, strict=True)
        ]
    )


def withhold_text(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables with null in every column that carries text of a page. The surface of a name or date stays.

    The columns themselves stay, so that one schema, and one script, serves both kinds of version. The counts that
    were made from the text (words, paragraphs, code points) are what they were.
    """
    return {name: _withheld(table(name), data) for name, data in tables.items()}


def carries_text(tables: Mapping[str, pa.Table]) -> tuple[str, ...]:
    """The columns, as ``table.column``, that hold text of a page in at least one row."""
    return tuple(
        f"{name}.{column.name}"
        for name, data in tables.items()
        for column in table(name).columns
        if column.carries_text and data.column(column.name).null_count < data.num_rows
    )


def _withheld(registered: Table, data: pa.Table) -> pa.Table:
    schema = published_schema(registered, "none")
    columns = [
        pa.nulls(data.num_rows, field.type) if column.carries_text else data.column(column.name)
        for field, column in zip(schema, registered.columns, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)
