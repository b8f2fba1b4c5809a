"""Counts by value, over rows that go by: what is held is a row for each value, never the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import pyarrow as pa

Function = Literal["count", "sum", "min", "max", "first"]

COUNT = "count_all"
_AGAIN: dict[str, Function] = {"count": "sum", "sum": "sum", "min": "min", "max": "max", "first": "first"}
_HELD = 200_000  # rows of counts, before those of one value are added up


def totals(
    parts: Iterable[pa.Table], by: Sequence[str], wanted: Sequence[tuple[str, Function]] = ()
) -> list[dict[str, Any]]:
    """For each combination of values in ``by`` (null being one): ``count_all``, and each wanted column and function as
    ``<column>_<function>``. In the order of their first rows."""
    names = [COUNT, *(f"{column}_{function}" for column, function in wanted)]
    again = [("sum" if name == COUNT else _AGAIN[name.rpartition("_")[2]]) for name in names]
    held: list[pa.Table] = []
    for part in parts:
        counted = part.group_by(list(by), use_threads=False).aggregate([([], "count_all"), *wanted])
        held.append(counted.select([*by, *names]))
        if sum(table.num_rows for table in held) > _HELD:
            held = [_added_up(held, by, names, again)]
    rows: list[dict[str, Any]] = _added_up(held, by, names, again).to_pylist() if held else []
    return rows


def _added_up(held: Sequence[pa.Table], by: Sequence[str], names: Sequence[str], again: Sequence[Function]) -> pa.Table:
    if len(held) == 1:
        return held[0]
    whole = pa.concat_tables(held).group_by(list(by), use_threads=False)
    pairs = list(zip(names, again, strict=True))
    found = whole.aggregate(pairs).select([*by, *(f"{name}_{function}" for name, function in pairs)])
    return found.rename_columns([*by, *names])
