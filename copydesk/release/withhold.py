"""A version without the copyrighted text: ids, addresses, fields, counts, mentions and dates stay."""

from __future__ import annotations

import pyarrow as pa

from copydesk.bulk import Rows, Stored, Tables, parts
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


def withhold_text(tables: Tables) -> dict[str, Rows]:
    """The tables with null in every column that carries text of a page. The surface of a name or date stays.

    The columns themselves stay, so that one schema, and one script, serves both kinds of version. The counts that
    were made from the text (words, paragraphs, code points) are what they were.
    """
    return {name: _withheld(table(name), data) for name, data in tables.items()}


def carries_text(tables: Tables) -> tuple[str, ...]:
    """The columns, as ``table.column``, that hold text of a page in at least one row."""
    return tuple(
        f"{name}.{column}" for name, data in tables.items() for column in _carriers(table(name)) if _holds(data, column)
    )


def _carriers(registered: Table) -> list[str]:
    return [column.name for column in registered.columns if column.carries_text]


def _holds(data: Rows, column: str) -> bool:
    return any(part[column].null_count < part.num_rows for part in parts(data, [column]))


def _withheld(registered: Table, data: Rows) -> Rows:
    schema, carriers = published_schema(registered, "none"), set(_carriers(registered))

    def change(part: pa.Table) -> pa.Table:
        fields = [schema.field(name) for name in part.column_names]
        columns = [
            pa.nulls(part.num_rows, field.type) if field.name in carriers else part.column(field.name)
            for field in fields
        ]
        return pa.Table.from_arrays(columns, schema=pa.schema(fields))

    return data.changed(schema, change) if isinstance(data, Stored) else change(data)
