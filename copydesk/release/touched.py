"""In what two versions need to be compared, where it is known of most articles that their rows are the same.

What an article's own rows follow from has a key (``copydesk.reuse``): an article that had the same key in both
versions has the same rows, but for the columns that are worked out from all articles together. These are compared, and
so are the rows of all other articles; on most nights that is a hundredth of a version, and its text is never read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk import Rows, Stored, Tables, differences, keep, side_by_side
from copydesk.frames import sort
from copydesk.release.causes import OF_OTHERS
from copydesk.tables import TABLES, Table

_MOST = 5_000
"""Articles whose rows differ only in what is worked out from all: more are not held, but compared as they are read."""


@dataclass(frozen=True, slots=True)
class Touched:
    """Two versions without the rows that are known to be the same in both."""

    old: Tables
    new: Tables


def touched(old: Tables, new: Tables, was: pa.Table, made: pa.Table) -> Touched | None:
    """What is left of two versions. ``was`` and ``made`` are the ``reuse.ORIGINS`` of articles: of some that they have,
    and of others that were left out of them.

    None where that would spare little, or where the versions are not of one schema.
    """
    if old.keys() != new.keys() or any(_columns(old[name]) != _columns(new[name]) for name in new):
        return None
    ids = [data["articles"]["article_id"].combine_chunks() for data in (old, new)]
    same = _same(was, made)
    for one in ids:  # what was made of an article, and left out of a version, says nothing of its rows
        same = same.filter(pc.is_in(same, value_set=one))
    apart = [one.filter(pc.invert(pc.is_in(one, value_set=same))) for one in ids]
    if len(apart[1]) > len(ids[1]) // 2:
        return None
    rest: tuple[dict[str, Rows], dict[str, Rows]] = ({}, {})
    for table in TABLES:
        if "article_id" not in new[table.name].column_names:
            rest[0][table.name], rest[1][table.name] = old[table.name], new[table.name]
            continue
        left, right = (_of(data[table.name], some) for data, some in zip((old, new), apart, strict=True))
        if table.name in OF_OTHERS:
            moved = _moved(table, (old[table.name], new[table.name]), apart)
            if moved is None:
                return None
            left, right = (_both(table, rows, more) for rows, more in zip((left, right), moved, strict=True))
        rest[0][table.name], rest[1][table.name] = left, right
    return Touched(*rest)


def _columns(data: Rows) -> list[tuple[str, pa.DataType]]:
    return [(field.name, field.type) for field in data.schema]


def _same(was: pa.Table, made: pa.Table) -> pa.Array:
    """The articles that have one key in both."""
    place = pc.index_in(made["article_id"].combine_chunks(), value_set=was["article_id"].combine_chunks())
    alike = pc.fill_null(pc.equal(was["key"].combine_chunks().take(place), made["key"].combine_chunks()), False)
    return made["article_id"].combine_chunks().filter(alike)


def _of(data: Rows, articles: pa.Array) -> Rows:
    """The rows of these articles; of none, nothing is read."""
    if not len(articles):
        return data.schema.empty_table()
    return keep(data, ["article_id"], lambda part: pc.is_in(part["article_id"], value_set=articles))


def _moved(table: Table, versions: Sequence[Rows], apart: Sequence[pa.Array]) -> tuple[pa.Table, pa.Table] | None:
    """The rows of all other articles that differ in what is worked out from all, as they were and as they are."""
    derived = sorted(OF_OTHERS[table.name])
    columns = [*table.key, *(["article_id"] if "article_id" not in table.key else []), *derived]
    was, now = (
        data.select(columns).filter(pc.invert(pc.is_in(data["article_id"], value_set=some)))
        for data, some in zip(versions, apart, strict=True)
    )
    if not all(was[name].equals(now[name]) for name in table.key):
        return None  # then something else is amiss
    differs = np.zeros(now.num_rows, bool)
    for name in derived:
        mask = differences(was[name], now[name])
        differs |= False if mask is None else mask
    if int(differs.sum()) > _MOST:
        return None
    before, keys = was.filter(pa.array(differs)), now[table.key[0]].filter(pa.array(differs)).combine_chunks()
    found = keep(versions[1], table.key[:1], lambda part: pc.is_in(part[table.key[0]], value_set=keys))
    after = found.table() if isinstance(found, Stored) else found
    earlier = after
    for name in derived:
        field = after.schema.field(name)
        earlier = earlier.set_column(after.column_names.index(name), field, before[name].combine_chunks())
    return earlier, after


def _both(table: Table, rows: Rows, more: pa.Table) -> Rows:
    """The rows of two tables as one, in order."""
    if not more.num_rows:
        return rows
    more = more.cast(rows.schema)

    def read(columns: Sequence[str]) -> Iterator[pa.Table]:
        wanted = list(dict.fromkeys([*table.key, *columns]))
        for stretch in side_by_side([rows, more], table.key[0], [wanted, wanted]):
            yield sort(table, pa.concat_tables(stretch)).select(list(columns))

    return Stored(rows.schema, rows.num_rows + more.num_rows, read)
