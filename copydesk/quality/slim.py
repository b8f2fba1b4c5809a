"""Tables as Great Expectations sees them: no article text, but what can be said of it in numbers.

A column that carries text becomes ``<name>_chars``, a list becomes ``<name>_count``. Text never reaches validation
results, which are published, and a million articles stay a small frame.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import TEXT_ROLES
from copydesk.tables import Table

KEY = "row_key"
"""The column that tells rows apart in results: the table's key, joined."""

ARTICLE = "row_article"
"""The article that a row belongs to, where it belongs to one."""

Derive = Callable[[pa.Table], Any]
"""A column, made of a table's rows."""


def slim(table: Table, data: pa.Table, as_of: date, wanted: Collection[str] | None = None) -> pa.Table:
    """The table's derived columns, one row each, in order. A date becomes days before ``as_of`` as well.

    With ``wanted``, only those of that name, and what tells rows apart.
    """
    made = _columns(table, as_of)
    named = [name for name in made if wanted is None or name in wanted or name in (KEY, ARTICLE)]
    # Columns as they stand are views, which would hold the text beside them in memory for as long as they are.
    return pa.table({name: made[name](data) for name in named}).take(np.arange(data.num_rows))


def slim_names(table: Table) -> list[str]:
    """The names of the derived columns."""
    return list(_columns(table, date.min))


def _columns(table: Table, as_of: date) -> dict[str, Derive]:
    """Every derived column, and how it is made."""
    columns: dict[str, Derive] = {}
    for column in table.columns:
        if column.type == "list":
            columns[f"{column.name}_count"] = _list_length(column.name)
        elif column.carries_text:
            columns[f"{column.name}_chars"] = _length(column.name)
        elif column.type in ("date", "timestamp"):
            columns[column.name] = _day(column.name)
            columns[f"{column.name}_days_ago"] = _days_ago(column.name, as_of)
        else:
            columns[column.name] = _itself(column.name)
    columns["missing_required"] = lambda data: _missing(table, data)
    columns |= _DERIVED.get(table.name, {})
    columns[KEY] = lambda data: _joined(data, table.key)
    if "article_id" in (column.name for column in table.columns):
        columns[ARTICLE] = _itself("article_id")
    return columns


def _itself(name: str) -> Derive:
    return lambda data: data[name]


def _length(name: str) -> Derive:
    return lambda data: pc.utf8_length(data[name])


def _list_length(name: str) -> Derive:
    return lambda data: pc.list_value_length(data[name])


def _day(name: str) -> Derive:
    # As text: what a frame makes of dates has changed with every version.
    return lambda data: pc.strftime(pc.cast(data[name], pa.timestamp("us")), "%Y-%m-%d")


def _days_ago(name: str, as_of: date) -> Derive:
    return lambda data: pc.days_between(pc.cast(data[name], pa.date32()), pa.scalar(as_of))


def _missing(table: Table, data: pa.Table) -> Any:
    """How many of a row's required values are missing."""
    missing = pa.array([0] * data.num_rows, pa.int32())
    for column in table.columns:
        if column.required and data[column.name].null_count:
            missing = pc.add(missing, pc.cast(pc.is_null(data[column.name]), pa.int32()))
    return missing


def _joined(data: pa.Table, key: tuple[str, ...]) -> pa.ChunkedArray:
    parts = [pc.fill_null(pc.cast(data[name], pa.string()), "") for name in key]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "#")


def _positive(first: str, second: str) -> Derive:
    """By how much the second column exceeds the first."""
    return lambda data: pc.subtract(data[second], data[first])


def _linked_without_entity(data: pa.Table) -> Any:
    return pc.and_(pc.equal(data["status"], "linked"), pc.is_null(data["entity_id"]))


def _valued_but_unresolved(data: pa.Table) -> Any:
    return pc.equal(pc.is_valid(data["value"]), pc.equal(data["basis"], "unresolved"))


def _surface_length_differs(data: pa.Table) -> Any:
    return pc.not_equal(pc.utf8_length(data["surface"]), pc.subtract(data["end"], data["start"]))


def _replacement_characters(data: pa.Table) -> Any:
    return pc.fill_null(pc.count_substring(data["text"], "\ufffd"), 0)


def _text_without_words(data: pa.Table) -> Any:
    kept = pc.is_in(data["role"], pa.array([role.value for role in sorted(TEXT_ROLES)]))
    return pc.and_(kept, pc.is_null(data["text"]))


def _repeated_paragraphs(data: pa.Table) -> Any:
    """How many of an article's paragraphs of 40 characters or more stand in it before."""
    counts = []
    for text in data["text"].to_pylist():
        long = [part for part in (text or "").split("\n\n") if len(part) >= 40]
        counts.append(len(long) - len(set(long)))
    return pa.array(counts, pa.int32())


_DERIVED: Mapping[str, Mapping[str, Derive]] = {
    "articles": {
        "replacement_characters": _replacement_characters,
        "repeated_paragraphs": _repeated_paragraphs,
        "chars_set_aside": _positive("chars_kept", "chars_raw"),
    },
    "blocks": {"lines": _positive("line_start", "line_end"), "text_without_words": _text_without_words},
    "mentions": {
        "length": _positive("start", "end"),
        "linked_without_entity": _linked_without_entity,
        "surface_length_differs": _surface_length_differs,
    },
    "dates": {
        "length": _positive("start", "end"),
        "valued_but_unresolved": _valued_but_unresolved,
        "surface_length_differs": _surface_length_differs,
    },
}
