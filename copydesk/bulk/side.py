"""Several sorted tables side by side: stretches of them that hold the same keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk.stored import Rows, parts


def side_by_side(
    tables: Sequence[Rows], key: str, columns: Sequence[Sequence[str] | None] | None = None
) -> Iterator[tuple[pa.Table, ...]]:
    """All rows of tables that are sorted by a column of strings, in stretches: rows with one value stand together, in
    whichever tables they are. With these ``columns`` of each table (the key among them), else with all.

    A stretch is about as long as a part.
    """
    wanted = columns or [None] * len(tables)
    readers = [_Reader(data, key, names) for data, names in zip(tables, wanted, strict=True)]
    while unread := [reader for reader in readers if not reader.all_read]:
        bound = min(reader.last for reader in unread)
        found = tuple(reader.below(bound) for reader in readers)
        if any(part.num_rows for part in found):
            yield found
        for reader in unread:
            if reader.last == bound:
                reader.more()
    found = tuple(reader.rest() for reader in readers)
    if any(part.num_rows for part in found):
        yield found


class _Reader:
    """Goes through a table, one part ahead."""

    def __init__(self, data: Rows, key: str, columns: Sequence[str] | None) -> None:
        self._key = key
        self._parts = parts(data, columns)
        names = data.column_names if columns is None else columns
        self._none = pa.schema([data.schema.field(name) for name in names]).empty_table()
        self._held: list[pa.Table] = []
        self._next = next(self._parts, None)
        self.last = ""
        self.more()

    @property
    def all_read(self) -> bool:
        return self._next is None

    def more(self) -> None:
        """Takes in the next part. ``last`` is its last key from then on."""
        if self._next is not None:
            self._held.append(self._next)
            self.last = self._next[self._key][-1].as_py()
            self._next = next(self._parts, None)

    def below(self, bound: str) -> pa.Table:
        """The rows that come before ``bound``, of those that are held."""
        taken, left = [], []
        for part in self._held:
            count = pc.sum(pc.less(part[self._key], bound)).as_py()
            taken.append(part.slice(0, count))
            if count < part.num_rows:
                left.append(part.slice(count))
        self._held = left
        return pa.concat_tables([self._none, *taken])

    def rest(self) -> pa.Table:
        found, self._held = pa.concat_tables([self._none, *self._held]), []
        return found
