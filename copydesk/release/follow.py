"""The rows of one table in two versions, or in a stretch of both: matched by their keys, compared value by value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk import differences
from copydesk.release.causes import SCHEMA, SOURCE_UPDATED, TAKEDOWN, Reasons
from copydesk.tables import Table

Key = tuple[str | int | None, ...]
Kind = Literal["added", "changed", "removed"]
KINDS: tuple[Kind, ...] = ("added", "changed", "removed")


@dataclass(frozen=True, slots=True)
class ChangedRow:
    key: Key
    columns: tuple[str, ...]
    cause: str | None
    """One of ``copydesk.release.causes.CAUSES``; None where it is not known."""
    rules: tuple[str, ...] = ()
    """The rules whose decisions on the article's lines differ."""


@dataclass(frozen=True, slots=True)
class Followed:
    """The rows of one table in two versions, matched by their keys."""

    registered: Table
    added: pa.Table
    removed: pa.Table
    kept: int = 0
    left: pa.Table | None = None
    """The rows that both have and that differ, as they were."""
    right: pa.Table | None = None
    differs: Mapping[str, np.ndarray[Any, np.dtype[np.bool_]]] = field(default_factory=dict)
    """For each column that both have, which of those rows differ in it."""
    emptied: frozenset[str] = frozenset()
    """Of these, the columns that hold nothing at all in one of the two versions."""
    rekeyed: bool = False

    @property
    def changed(self) -> int:
        return self.right.num_rows if self.right is not None else 0

    def rows(self, kind: Kind, known: Reasons) -> Iterator[ChangedRow]:
        """The rows of one kind, in the order of their keys in the table."""
        keys, table = list(self.registered.key), self.registered.name
        if kind == "changed":
            for place, row in enumerate(_values(self.right, keys) if self.right is not None else ()):
                columns = tuple(name for name, mask in self.differs.items() if mask[place])
                cause = known.of(table, row, columns, self.emptied)
                rules = () if cause == SOURCE_UPDATED else self._rules(place, row, known)
                yield ChangedRow(key_of(row, keys), columns, cause, rules)
            return
        data = self.added if kind == "added" else self.removed
        for row in _values(data, [name for name in keys if name in data.column_names]):
            cause = SCHEMA if self.rekeyed else known.of(table, row)
            rules = known.rules.get(row.get("article_id", ""), ())
            yield ChangedRow(() if cause == TAKEDOWN else key_of(row, keys), (), cause, rules)

    def _rules(self, place: int, row: Mapping[str, Any], known: Reasons) -> tuple[str, ...]:
        """A row that has a rule itself says which it was and is; else the rules of its article's lines."""
        if "rule" not in self.differs:
            return known.rules.get(row.get("article_id", ""), ())
        sides = (side for side in (self.left, self.right) if side is not None)
        return tuple(sorted({side.column("rule")[place].as_py() for side in sides}))


def follow(
    registered: Table, old: pa.Table, new: pa.Table, emptied: Callable[[str], bool] = lambda _: False
) -> Followed:
    """Matches rows whose key both have. Raises ValueError for a key that is not unique.

    ``emptied`` says of a column whether it holds nothing at all in one of the two versions."""
    old_keys, new_keys = _keys(registered, old), _keys(registered, new)
    place = pc.index_in(new_keys, value_set=old_keys)  # of each new row among the old ones, null where it is new
    kept = pc.is_valid(place)
    added = new.filter(pc.invert(kept))
    removed = old.filter(pc.invert(pc.is_in(old_keys, value_set=new_keys)))
    left, right = _taken(old, place.drop_null()), new if not added.num_rows else new.filter(kept)
    shared = [
        name
        for name in right.column_names
        if name in left.column_names and left.column(name).type == right.column(name).type
    ]
    masks = {name: mask for name in shared if (mask := differences(left.column(name), right.column(name))) is not None}
    any_differs = pa.array(np.logical_or.reduce(list(masks.values()) or [np.zeros(right.num_rows, bool)]))
    changed = pc.indices_nonzero(any_differs)
    return Followed(
        registered,
        added,
        removed,
        kept=right.num_rows,
        left=left.take(changed),
        right=right.take(changed),
        differs={name: masks[name][np.asarray(changed)] for name in shared if name in masks},
        emptied=frozenset(filter(emptied, masks)),
    )


def unfollowed(registered: Table, old: pa.Table, new: pa.Table) -> Followed:
    """Rows of versions that have other keys: all of the old are gone, and all of the new are new."""
    return Followed(registered, new, old, rekeyed=True)


def key_of(row: Mapping[str, Any], names: Sequence[str]) -> Key:
    return tuple(row.get(name) for name in names)


def _values(data: pa.Table, names: Sequence[str]) -> list[dict[str, Any]]:
    """The named columns of the rows, and the article that they are of."""
    wanted = [*names, *(["article_id"] if "article_id" in data.column_names and "article_id" not in names else [])]
    rows: list[dict[str, Any]] = data.select(wanted).to_pylist()
    return rows


def _keys(registered: Table, data: pa.Table) -> pa.Array:
    """One string a row that stands for its key: each part with its length before it, so that no two keys meet."""
    check_unique(registered, data)
    whole = pa.array([""] * data.num_rows, pa.string())
    for name in registered.key:
        part = data.column(name).combine_chunks().cast(pa.string())
        length = pc.binary_length(part).cast(pa.string())
        written = pc.fill_null(pc.binary_join_element_wise(length, part, ":"), "-")
        whole = pc.binary_join_element_wise(whole, written, ";")
    return whole


def check_unique(registered: Table, data: pa.Table) -> None:
    """Raises ValueError for rows of which two have the same key."""
    if data.group_by(list(registered.key)).aggregate([]).num_rows != data.num_rows:
        raise ValueError(f"the key {', '.join(registered.key)} of the table {registered.name!r} is not unique")


def _taken(data: pa.Table, places: pa.Array) -> pa.Table:
    """Rows in this order; the table itself where they are all, as they stand."""
    if len(places) == data.num_rows and np.array_equal(np.asarray(places), np.arange(len(places))):
        return data
    return data.take(places)
