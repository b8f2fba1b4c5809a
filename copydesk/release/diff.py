"""What changed between two versions: rows by their keys, columns by their values, and the schema.

Values are compared themselves, not hashes of them: both versions are at hand when a new one is built. They are read
side by side, a stretch of keys at a time.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa

from copydesk.bulk import Rows, Spool, Tables, parts, side_by_side, unlike
from copydesk.release.causes import TAKEDOWN, Reasons, reasons
from copydesk.release.follow import KINDS, ChangedRow, Followed, Key, Kind, check_unique, follow, key_of, unfollowed
from copydesk.release.touched import Touched
from copydesk.tables import TABLES, Table

EXAMPLES = 50
"""How many keys of each kind are listed."""

SchemaChange = Literal["none", "additive", "breaking"]
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
    rows: Rows = field(default_factory=ROWS.empty_table, repr=False)
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
    old: Tables | None,
    new: Tables,
    *,
    before: Mapping[str, Any] | None = None,
    now: Mapping[str, Any] | None = None,
    taken_down: Collection[str] = (),
    known: Touched | None = None,
) -> Changes:
    """What changed from ``old`` (None where there is no version before) to ``new``: tables by name.

    ``before`` and ``now`` are the provenance of the two, which tells of causes, and ``taken_down`` the ids of articles
    that were removed on request. ``known`` are the rows of both in which alone they can differ. A column that only
    one of the two has is a change of the schema, and no change of its rows. Raises ValueError for a table whose key is
    not unique.
    """
    schema, notes = _schema_change(new if old is None else old, new)
    registered = [table for table in TABLES if table.name in new]
    if old is None:
        return Changes(True, schema, notes, {table.name: _all_new(table, new[table.name]) for table in registered})
    left, right = (known.old, known.new) if known else (old, new)
    why = reasons(left, right, before or {}, now or {}, taken_down)
    listed = Spool(ROWS)
    counted = {}
    for table in registered:
        name = table.name
        counted[name] = _changes(table, left.get(name), right[name], why, listed, (old.get(name), new[name]))
    gone = {name: TableChanges(removed=old[name].num_rows) for name in sorted(old) if name not in new}
    return Changes(False, schema, notes, counted | gone, listed.done())


def _schema_change(old: Tables, new: Tables) -> tuple[SchemaChange, tuple[str, ...]]:
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


def _all_new(registered: Table, data: Rows) -> TableChanges:
    names = list(registered.key)
    for (stretch,) in side_by_side([data], names[0], [names]):
        check_unique(registered, stretch)
    first = next(parts(data, names), None)
    keys = tuple(key_of(row, names) for row in first.slice(0, EXAMPLES).to_pylist()) if first is not None else ()
    return TableChanges(added=data.num_rows, added_keys=keys)


def _changes(
    registered: Table, old: Rows | None, new: Rows, known: Reasons, listed: Spool, whole: tuple[Rows | None, Rows]
) -> TableChanges:
    """The changes of one table, whose rows are ``listed`` kind by kind. Both versions are read side by side; what they
    have beside these rows, as ``whole`` tables, is the same in both."""
    count = _Count(registered.name, new.column_names, whole[1].num_rows - new.num_rows)
    emptied = _Emptied(*whole)
    if old is None:
        old = new.schema.empty_table()
    if set(registered.key) <= set(old.column_names):
        for stretch in side_by_side([old, new], registered.key[0]):
            was, is_, alike = unlike(stretch[0], stretch[1], registered.key)
            count.add(follow(registered, was, is_, emptied), known, alike)
    else:  # another key: no row can be followed
        for part in parts(new):
            count.add(unfollowed(registered, old.schema.empty_table(), part), known)
        for part in parts(old):
            count.add(unfollowed(registered, part, new.schema.empty_table()), known)
    for kind in KINDS:
        for part in parts(count.listed[kind].done()):
            listed.add(part)
    return count.changes()


class _Emptied:
    """Which columns hold nothing at all in one of two versions, and something in the other: each is asked once."""

    def __init__(self, *versions: Rows | None) -> None:
        self._versions = [one for one in versions if one is not None]
        self._known: dict[str, bool] = {}

    def __call__(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = len({_holds_nothing(one, name) for one in self._versions}) == 2
        return self._known[name]


def _holds_nothing(data: Rows, name: str) -> bool:
    return all(part[name].null_count == part.num_rows for part in parts(data, [name]))


class _Count:
    """What was followed of a table so far, of which so many rows are the same that nobody needs to follow."""

    def __init__(self, table: str, columns: Sequence[str], same: int) -> None:
        self._table = table
        self._names = columns
        self._rows = Counter(unchanged=same)
        self._columns: Counter[str] = Counter()
        self._causes: dict[Kind, Counter[str]] = {kind: Counter() for kind in KINDS}
        self._rules: Counter[str] = Counter()
        self._first: dict[Kind, list[ChangedRow]] = {kind: [] for kind in KINDS}
        self.listed = {kind: Spool(ROWS) for kind in KINDS}

    def add(self, followed: Followed, known: Reasons, same: int = 0) -> None:
        """Rows of which those that are the ``same`` in both versions need not be among what was followed."""
        self._rows.update(
            added=followed.added.num_rows,
            removed=followed.removed.num_rows,
            changed=followed.changed,
            unchanged=followed.kept - followed.changed + same,
        )
        self._columns.update({name: int(mask.sum()) for name, mask in followed.differs.items() if mask.any()})
        for kind in KINDS:
            rows = list(followed.rows(kind, known))
            if not rows:
                continue
            self._causes[kind].update(row.cause for row in rows if row.cause is not None)
            if kind == "changed":
                self._rules.update(rule for row in rows for rule in row.rules)
            if (left := EXAMPLES - len(self._first[kind])) > 0:
                shown = rows if kind == "changed" else [row for row in rows if row.key]
                self._first[kind] += shown[:left]
            self.listed[kind].add(_listed(self._table, kind, rows))

    def changes(self) -> TableChanges:
        return TableChanges(
            added=self._rows["added"],
            removed=self._rows["removed"],
            changed=self._rows["changed"],
            unchanged=self._rows["unchanged"],
            columns={name: self._columns[name] for name in self._names if self._columns[name]},
            causes=_sorted(self._causes["changed"]),
            added_causes=_sorted(self._causes["added"]),
            removed_causes=_sorted(self._causes["removed"]),
            rules=_sorted(self._rules),
            added_keys=tuple(row.key for row in self._first["added"]),
            removed_keys=tuple(row.key for row in self._first["removed"]),
            changed_rows=tuple(self._first["changed"]),
        )


def _sorted(counted: Mapping[str, int]) -> dict[str, int]:
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
    return [_key_text(key_of(row, names)) for row in data.select(names).to_pylist()]


def _key_text(key: Key) -> str | None:
    if len(key) == 1:
        return str(key[0])
    return json.dumps(list(key), ensure_ascii=False, separators=(",", ":")) if key else None
