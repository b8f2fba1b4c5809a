"""What changed between two versions: rows by their keys, columns by their values, and the schema.

Values are compared themselves, not hashes of them: both versions are at hand when a new one is built.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.release.data import lists_as_json
from copydesk.tables import TABLES, Table

EXAMPLES = 50
"""How many keys of each kind are listed."""

SchemaChange = Literal["none", "additive", "breaking"]
Key = tuple[str | int | None, ...]

SOURCE_UPDATED = "source_updated"
RECLEANED = "recleaned"


@dataclass(frozen=True, slots=True)
class ChangedRow:
    key: Key
    columns: tuple[str, ...]
    cause: str | None
    """``source_updated`` (the raw bytes are others), ``recleaned`` (they are the same), None where it is not known."""


@dataclass(frozen=True, slots=True)
class TableChanges:
    """Counts of one table, and the first keys of each kind, in the order of the keys."""

    added: int = 0
    removed: int = 0
    withdrawn: int = 0
    """Rows of articles that were taken down: not among the removed ones, and their keys are not listed."""
    changed: int = 0
    unchanged: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    """Changed values by column, for columns with at least one."""
    causes: Mapping[str, int] = field(default_factory=dict)
    """Changed rows by cause, where the table lets it be told."""
    added_keys: tuple[Key, ...] = ()
    removed_keys: tuple[Key, ...] = ()
    changed_rows: tuple[ChangedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changed. ``first`` where there was none before it: then every row counts as added."""

    first: bool
    schema: SchemaChange
    schema_notes: tuple[str, ...]
    tables: Mapping[str, TableChanges]

    def total(self, what: Literal["added", "removed", "withdrawn", "changed", "unchanged"]) -> int:
        """Rows of all tables."""
        return sum(int(getattr(changes, what)) for changes in self.tables.values())

    @property
    def same(self) -> bool:
        """Whether schema and rows are what they were."""
        touched = sum(self.total(what) for what in ("added", "removed", "withdrawn", "changed"))
        return not self.first and self.schema == "none" and not touched


def diff(
    old: Mapping[str, pa.Table] | None, new: Mapping[str, pa.Table], withdrawn: Mapping[str, int] | None = None
) -> Changes:
    """What changed from ``old`` (None where there is no version before) to ``new``: tables by name.

    ``withdrawn``: by table, rows that were taken down, and that ``old`` does not hold any more.

    A column that only one of the two has is a change of the schema, and no change of its rows. Raises ValueError for a
    table whose key is not unique.
    """
    schema, notes = _schema_change(new if old is None else old, new)
    before = old or {}
    counted = {
        registered.name: _table_changes(registered, before.get(registered.name, data.slice(0, 0)), data)
        for registered in TABLES
        if (data := new.get(registered.name)) is not None
    }
    gone = {name: TableChanges(removed=before[name].num_rows) for name in sorted(before) if name not in new}
    down = withdrawn or {}
    told = {name: replace(changes, withdrawn=down.get(name, 0)) for name, changes in (counted | gone).items()}
    return Changes(first=old is None, schema=schema, schema_notes=notes, tables=told)


def _schema_change(old: Mapping[str, pa.Table], new: Mapping[str, pa.Table]) -> tuple[SchemaChange, tuple[str, ...]]:
    breaking: list[str] = [f"{name}: the table is gone" for name in sorted(old) if name not in new]
    additive: list[str] = []
    for name, data in sorted(new.items()):
        if name not in old:
            additive.append(f"{name}: a new table")
            continue
        was, now = old[name].schema, data.schema
        breaking.extend(f"{name}.{column}: the column is gone" for column in was.names if column not in now.names)
        for column in now:
            if column.name not in was.names:
                additive.append(f"{name}.{column.name}: a new column")
            elif was.field(column.name).type != column.type:
                breaking.append(f"{name}.{column.name}: was {was.field(column.name).type}, is {column.type}")
            elif column.nullable and not was.field(column.name).nullable:
                breaking.append(f"{name}.{column.name}: was never null, may be now")
    return ("breaking" if breaking else "additive" if additive else "none"), (*breaking, *additive)


def _table_changes(registered: Table, old: pa.Table, new: pa.Table) -> TableChanges:
    if not set(registered.key) <= set(old.column_names):
        return TableChanges(added=new.num_rows, removed=old.num_rows)  # another key: no row can be followed
    old_keys, new_keys = _keys(registered, old), _keys(registered, new)
    place = pc.index_in(new_keys, value_set=old_keys)  # of each new row among the old ones, null where it is new
    added = pc.indices_nonzero(pc.is_null(place))
    removed = pc.indices_nonzero(pc.invert(pc.is_in(old_keys, value_set=new_keys)))
    kept = pc.indices_nonzero(pc.is_valid(place))
    left, right = old.take(place.drop_null()), new.take(kept)
    differs = {
        name: _differs(left.column(name), right.column(name))
        for name in right.column_names
        if name in left.column_names and left.column(name).type == right.column(name).type
    }
    any_differs = pa.array([False] * len(kept), pa.bool_())
    for mask in differs.values():
        any_differs = pc.or_(any_differs, mask)
    changed = pc.indices_nonzero(any_differs)
    causes = _causes(registered, differs, changed)
    return TableChanges(
        added=len(added),
        removed=len(removed),
        changed=len(changed),
        unchanged=len(kept) - len(changed),
        columns={name: count for name, mask in differs.items() if (count := pc.sum(mask).as_py() or 0)},
        causes={cause: causes.count(cause) for cause in sorted(set(filter(None, causes)))},
        added_keys=_examples(registered, new, added),
        removed_keys=_examples(registered, old, removed),
        changed_rows=tuple(
            ChangedRow(key, tuple(name for name, mask in differs.items() if mask[row].as_py()), cause)
            for key, row, cause in zip(
                _examples(registered, right, changed), changed[:EXAMPLES].to_pylist(), causes[:EXAMPLES], strict=True
            )
        ),
    )


def _keys(registered: Table, data: pa.Table) -> pa.Array:
    """One string a row that stands for its key: each part with its length before it, so that no two keys meet."""
    whole = pa.array([""] * data.num_rows, pa.string())
    for name in registered.key:
        part = data.column(name).combine_chunks().cast(pa.string())
        length = pc.binary_length(part).cast(pa.string())
        written = pc.fill_null(pc.binary_join_element_wise(length, part, ":"), "-")
        whole = pc.binary_join_element_wise(whole, written, ";")
    if pc.count_distinct(whole).as_py() != data.num_rows:
        raise ValueError(f"the key {', '.join(registered.key)} of the table {registered.name!r} is not unique")
    return whole


def _differs(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.Array:
    """Where two columns differ, null being a value like any other."""
    if pa.types.is_list(left.type):
        left, right = lists_as_json(left), lists_as_json(right)
    else:
        left, right = left.combine_chunks(), right.combine_chunks()
    one_is_null = pc.xor(pc.is_null(left), pc.is_null(right))
    return pc.or_(one_is_null, pc.fill_null(pc.not_equal(left, right), False))


def _causes(registered: Table, differs: Mapping[str, pa.Array], changed: pa.Array) -> list[str | None]:
    """Why each changed row changed. Only a table that names its raw bytes can tell."""
    if "raw_sha256" not in differs or registered.name != "articles":
        return [None] * len(changed)
    updated = differs["raw_sha256"].take(changed).to_pylist()
    return [SOURCE_UPDATED if is_updated else RECLEANED for is_updated in updated]


def _examples(registered: Table, data: pa.Table, rows: pa.Array) -> tuple[Key, ...]:
    first = data.select(list(registered.key)).take(rows[:EXAMPLES])
    return tuple(tuple(row[name] for name in registered.key) for row in first.to_pylist())
