"""What two sorted tables do not have in common: between two versions that is little, and all that anyone asks about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def unlike(left: pa.Table, right: pa.Table, key: Sequence[str]) -> tuple[pa.Table, pa.Table, int]:
    """The rows of both that are not in the other as they are, in their order; and how many were left out of each.

    Rows are compared in the columns that both tables have with the same type, under each value of the first key column
    one beside the other; of a value that one of them has more rows of, all are given back. Both tables are sorted by
    ``key``. Where one of them is not, or has a key twice, or its keys are of a kind that is not looked into here, all
    rows are given back: it is for whoever goes through them to say so.
    """
    ours, theirs = _runs(left, key), _runs(right, key)
    if ours is None or theirs is None:
        return left, right, 0
    place = pc.index_in(theirs.values, value_set=ours.values)
    there = np.flatnonzero(np.asarray(place.is_valid()))
    here = np.asarray(place.drop_null(), np.int64)
    as_long = ours.lengths[here] == theirs.lengths[there]
    here, there = here[as_long], there[as_long]
    # Where neighbours on one side are neighbours on the other, they are one stretch: cut out, and not copied.
    apart = np.flatnonzero((np.diff(here) != 1) | (np.diff(there) != 1)) + 1
    firsts, lasts = np.append(0, apart)[: len(here)], np.append(apart, len(here))[: len(here)] - 1
    stretches = [
        [slice(*pair) for pair in zip(runs.starts[at[firsts]], runs.starts[at[lasts] + 1], strict=True)]
        for runs, at in ((ours, here), (theirs, there))
    ]
    differs = _differs(_cut(left, stretches[0]), _cut(right, stretches[1]))
    rest = [_rest(data, cut, differs) for data, cut in zip((left, right), stretches, strict=True)]
    return rest[0], rest[1], len(differs) - int(differs.sum())


def differences(left: pa.ChunkedArray, right: pa.ChunkedArray) -> Flags | None:
    """Where two columns differ, null being a value like any other; None where they do nowhere."""
    if left.equals(right):
        return None
    if pa.types.is_list(left.type):
        lengths = differences(pc.list_value_length(left), pc.list_value_length(right))
        found = np.zeros(len(left), bool) if lengths is None else lengths
        as_long = pa.array(~found)  # the values of these stand side by side
        left, right = left.filter(as_long).combine_chunks(), right.filter(as_long).combine_chunks()
        values = differences(pa.chunked_array([pc.list_flatten(left)]), pa.chunked_array([pc.list_flatten(right)]))
        if values is not None:
            rows = np.flatnonzero(as_long)
            found[rows[np.asarray(pc.list_parent_indices(left))[values]]] = True
        return found
    left, right = left.combine_chunks(), right.combine_chunks()
    one_is_null = pc.xor(pc.is_null(left), pc.is_null(right))
    mask: Flags = pc.or_(one_is_null, pc.fill_null(pc.not_equal(left, right), False)).to_numpy(zero_copy_only=False)
    return mask


@dataclass(frozen=True, slots=True)
class _Runs:
    """The values of a table's first key column, each once; ``starts`` has where each begins, and the number of rows."""

    values: pa.Array
    starts: Places

    @property
    def lengths(self) -> Places:
        return np.diff(self.starts)


def _runs(data: pa.Table, key: Sequence[str]) -> _Runs | None:
    """None where the rows are not in the order of a key that is a string, or a string and a number; or one is twice."""
    kinds = [data.schema.field(name).type for name in key]
    if not pa.types.is_string(kinds[0]) or not all(map(pa.types.is_integer, kinds[1:])) or len(key) > 2:
        return None
    if not data.num_rows or any(data[name].null_count for name in key):
        return None
    first = data[key[0]].combine_chunks()
    begins = np.append(True, np.asarray(pc.not_equal(first.slice(1), first.slice(0, len(first) - 1))))
    values = first.take(pc.indices_nonzero(pa.array(begins)))
    ascending = [np.asarray(pc.less(values.slice(0, len(values) - 1), values.slice(1)))]
    if len(key) == 2:
        ascending.append(begins[1:] | (np.diff(data[key[1]].to_numpy()) > 0))
    else:
        ascending.append(begins[1:])
    return _Runs(values, np.append(np.flatnonzero(begins), len(first))) if np.concatenate(ascending).all() else None


def _cut(data: pa.Table, stretches: Sequence[slice]) -> pa.Table:
    pieces = [data.slice(cut.start, cut.stop - cut.start) for cut in stretches]
    return pa.concat_tables([data.slice(0, 0), *pieces])


def _differs(left: pa.Table, right: pa.Table) -> Flags:
    """Which rows differ, of tables whose rows stand side by side."""
    found: Flags = np.zeros(left.num_rows, bool)
    for name in left.column_names:
        if name in right.column_names and left[name].type == right[name].type:
            mask = differences(left[name], right[name])
            found |= False if mask is None else mask
    return found


def _rest(data: pa.Table, stretches: Sequence[slice], differs: Flags) -> pa.Table:
    """The rows outside of the stretches, and those inside that differ."""
    stays: Any = np.ones(data.num_rows, bool)
    at = 0
    for cut in stretches:
        size = cut.stop - cut.start
        stays[cut] = differs[at : at + size]
        at += size
    return data.filter(pa.array(stays))
