"""What changed between two versions: rows by their keys, columns by their values, and the schema.

Values are compared themselves, not hashes of them: both versions are at hand when a new one is built.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.release.causes import SCHEMA, SOURCE_UPDATED, TAKEDOWN, Reasons, reasons
from copydesk.release.data import lists_as_json
from copydesk.tables import TABLES, Table

EXAMPLES = 50
"""How many keys of each kind are listed."""

SchemaChange = Literal["none", "additive", "breaking"]
Key = tuple[str | int | None, ...]

Kind = Literal["added", "changed", "removed"]

ROWS = pa.schema(
    [
        pa.field("table", pa.string(), nullable=False),
        pa.field("key", pa.string()),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("columns", pa.list_(pa.string()), nullable=False),
        pa.field("cause", pa.string()),
        pa.field("rules", pa.list_(pa.string()), nullable=False),
    ]
)
"""``changes/changes.parquet``: one row a row that was added, changed or removed. ``key`` is the key's value, or a JSON
array of the values where it has several; it is null for what was taken down."""


@dataclass(frozen=True, slots=True)
class ChangedRow:
    key: Key
    columns: tuple[str, ...]
    cause: str | None
    """One of ``copydesk.release.causes.CAUSES``; None where it is not known."""
    rules: tuple[str, ...] = ()
    """The rules whose decisions on the article's lines differ."""


@dataclass(frozen=True, slots=True)
class TableChanges:
    """Counts of one table, and the first keys of each kind, in the order of the keys."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    unchanged: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    """Changed values by column, for columns with at least one."""
    causes: Mapping[str, int] = field(default_factory=dict)
    """Changed rows by cause, where it is known."""
    added_causes: Mapping[str, int] = field(default_factory=dict)
    removed_causes: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    """Changed rows by the rules that changed them; a row counts once for each."""
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
    rows: pa.Table = field(default_factory=ROWS.empty_table, repr=False)
    """Every row that was added, changed or removed, as ``ROWS``: in the order of tables, kinds and keys. Empty for a
    first version, in which every row is new."""

    @property
    def withdrawn(self) -> int:
        """Removed rows of all tables that were taken down."""
        return sum(table.removed_causes.get(TAKEDOWN, 0) for table in self.tables.values())

    def total(self, what: Literal["added", "removed", "changed", "unchanged"]) -> int:
        """Rows of all tables."""
        return sum(int(getattr(changes, what)) for changes in self.tables.values())

    @property
    def same(self) -> bool:
        """Whether schema and rows are what they were."""
        touched = self.total("added") + self.total("removed") + self.total("changed")
        return not self.first and self.schema == "none" and not touched


def diff(
    old: Mapping[str, pa.Table] | None,
    new: Mapping[str, pa.Table],
    *,
    before: Mapping[str, Any] | None = None,
    now: Mapping[str, Any] | None = None,
    taken_down: Collection[str] = (),
) -> Changes:
    """What changed from ``old`` (None where there is no version before) to ``new``: tables by name.

    ``before`` and ``now`` are the provenance of the two, which tells of causes, and ``taken_down`` the ids of articles
    that were removed on request. A column that only one of the two has is a change of the schema, and no change of its
    rows. Raises ValueError for a table whose key is not unique.
    """
    schema, notes = _schema_change(new if old is None else old, new)
    earlier = old or {}
    known = reasons(earlier, new, before or {}, now or {}, taken_down)
    counted: dict[str, TableChanges] = {}
    listed = [ROWS.empty_table()]
    for registered in TABLES:
        if (data := new.get(registered.name)) is None:
            continue
        followed = _follow(registered, earlier.get(registered.name, data.slice(0, 0)), data)
        kinds = {kind: list(followed.rows(kind, known)) for kind in KINDS} if old is not None else {}
        counted[registered.name] = _counted(followed, kinds)
        listed += [_listed(registered.name, kind, rows) for kind, rows in kinds.items() if rows]
    gone = {name: TableChanges(removed=earlier[name].num_rows) for name in sorted(earlier) if name not in new}
    return Changes(
        first=old is None, schema=schema, schema_notes=notes, tables=counted | gone, rows=pa.concat_tables(listed)
    )


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


@dataclass(frozen=True, slots=True)
class _Followed:
    """The rows of one table in two versions, matched by their keys."""

    registered: Table
    old: pa.Table
    new: pa.Table
    added: pa.Array
    """Positions in ``new``."""
    removed: pa.Array
    """Positions in ``old``."""
    kept: int
    left: pa.Table
    """The rows that both have and that differ, as they were."""
    right: pa.Table
    differs: Mapping[str, np.ndarray[Any, np.dtype[np.bool_]]]
    """For each column that both have, which of those rows differ in it."""
    emptied: frozenset[str] = frozenset()
    """Columns that hold nothing at all in one of the two versions."""
    rekeyed: bool = False

    def rows(self, kind: Kind, known: Reasons) -> Iterator[ChangedRow]:
        """The rows of one kind, in the order of their keys in the table."""
        keys, table = list(self.registered.key), self.registered.name
        if kind == "changed":
            for place, row in enumerate(_values(self.right, keys)):
                columns = tuple(name for name, mask in self.differs.items() if mask[place])
                cause = known.of(table, row, columns, self.emptied)
                rules = () if cause == SOURCE_UPDATED else self._rules(place, row, known)
                yield ChangedRow(_key(row, keys), columns, cause, rules)
            return
        data, places = (self.new, self.added) if kind == "added" else (self.old, self.removed)
        for row in _values(data.take(places), [name for name in keys if name in data.column_names]):
            cause = SCHEMA if self.rekeyed else known.of(table, row)
            rules = known.rules.get(row.get("article_id", ""), ())
            yield ChangedRow(() if cause == TAKEDOWN else _key(row, keys), (), cause, rules)

    def _rules(self, place: int, row: Mapping[str, Any], known: Reasons) -> tuple[str, ...]:
        """A row that has a rule itself says which it was and is; else the rules of its article's lines."""
        if "rule" not in self.differs:
            return known.rules.get(row.get("article_id", ""), ())
        return tuple(sorted({side.column("rule")[place].as_py() for side in (self.left, self.right)}))


KINDS: tuple[Kind, ...] = ("added", "changed", "removed")


def _follow(registered: Table, old: pa.Table, new: pa.Table) -> _Followed:
    if not set(registered.key) <= set(old.column_names):  # another key: no row can be followed
        added, removed = (pa.array(range(data.num_rows), pa.int64()) for data in (new, old))
        nothing = old.slice(0, 0), new.slice(0, 0)
        return _Followed(registered, old, new, added, removed, 0, *nothing, differs={}, rekeyed=True)
    old_keys, new_keys = _keys(registered, old), _keys(registered, new)
    place = pc.index_in(new_keys, value_set=old_keys)  # of each new row among the old ones, null where it is new
    kept = pc.indices_nonzero(pc.is_valid(place))
    left, right = old.take(place.drop_null()), new.take(kept)
    shared = [
        name
        for name in right.column_names
        if name in left.column_names and left.column(name).type == right.column(name).type
    ]
    masks = {name: _differs(left.column(name), right.column(name)) for name in shared}
    any_differs = pa.array([False] * len(kept), pa.bool_())
    for mask in masks.values():
        any_differs = pc.or_(any_differs, mask)
    changed = pc.indices_nonzero(any_differs)
    empty = [{name for name in shared if data.column(name).null_count == data.num_rows} for data in (old, new)]
    return _Followed(
        registered,
        old,
        new,
        added=pc.indices_nonzero(pc.is_null(place)),
        removed=pc.indices_nonzero(pc.invert(pc.is_in(old_keys, value_set=new_keys))),
        kept=len(kept),
        left=left.take(changed),
        right=right.take(changed),
        differs={name: mask.take(changed).to_numpy(zero_copy_only=False) for name, mask in masks.items()},
        emptied=frozenset(empty[0] ^ empty[1]),
    )


def _counted(followed: _Followed, kinds: Mapping[Kind, Sequence[ChangedRow]]) -> TableChanges:
    added, changed, removed = (kinds.get(kind, ()) for kind in KINDS)
    return TableChanges(
        added=len(followed.added),
        removed=len(followed.removed),
        changed=followed.right.num_rows,
        unchanged=followed.kept - followed.right.num_rows,
        columns={name: int(mask.sum()) for name, mask in followed.differs.items() if mask.any()},
        causes=_tally(row.cause for row in changed),
        added_causes=_tally(row.cause for row in added),
        removed_causes=_tally(row.cause for row in removed),
        rules=_tally(rule for row in changed for rule in row.rules),
        added_keys=_examples(added) if kinds else _first_keys(followed),
        removed_keys=_examples(removed),
        changed_rows=tuple(changed[:EXAMPLES]),
    )


def _first_keys(followed: _Followed) -> tuple[Key, ...]:
    keys = list(followed.registered.key)
    return tuple(_key(row, keys) for row in _values(followed.new.slice(0, EXAMPLES), keys))


def _examples(rows: Sequence[ChangedRow]) -> tuple[Key, ...]:
    return tuple(islice((row.key for row in rows if row.key), EXAMPLES))


def _tally(values: Any) -> dict[str, int]:
    counted = Counter(value for value in values if value is not None)
    return {value: counted[value] for value in sorted(counted)}


def _listed(table: str, kind: Kind, rows: Sequence[ChangedRow]) -> pa.Table:
    columns: list[list[Any]] = [
        [table] * len(rows),
        [_key_text(row.key) for row in rows],
        [kind] * len(rows),
        [list(row.columns) for row in rows],
        [row.cause for row in rows],
        [list(row.rules) for row in rows],
    ]
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, ROWS, strict=True)], schema=ROWS)


def key_texts(registered: Table, data: pa.Table) -> list[str | None]:
    """The key of every row, as it is written in the list of changed rows."""
    names = list(registered.key)
    return [_key_text(_key(row, names)) for row in data.select(names).to_pylist()]


def _key_text(key: Key) -> str | None:
    if len(key) == 1:
        return str(key[0])
    return json.dumps(list(key), ensure_ascii=False, separators=(",", ":")) if key else None


def _key(row: Mapping[str, Any], names: Sequence[str]) -> Key:
    return tuple(row.get(name) for name in names)


def _values(data: pa.Table, names: Sequence[str]) -> list[dict[str, Any]]:
    """The named columns of the rows, and the article that they are of."""
    wanted = [*names, *(["article_id"] if "article_id" in data.column_names and "article_id" not in names else [])]
    rows: list[dict[str, Any]] = data.select(wanted).to_pylist()
    return rows


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
