"""How a table is cut: by its rows and their bytes, and never by how it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]


def regroup(parts: Iterable[pa.Table], most_rows: int, most_bytes: int) -> Iterator[pa.Table]:
    """The same rows in groups of at most so many rows and bytes, each column in one piece.

    A row that is larger than that is a group by itself. Where the parts end leaves no trace.
    """
    held: list[pa.Table] = []
    rows = size = 0
    for part in parts:
        ends = np.cumsum(row_bytes(part))
        start = 0
        while start < part.num_rows:
            before = int(ends[start - 1]) if start else 0
            fits = int(np.searchsorted(ends, before + most_bytes - size, side="right"))
            stop = min(fits, start + most_rows - rows)
            stop = max(stop, start if held else start + 1)
            if stop > start:
                held.append(part.slice(start, stop - start))
                rows += stop - start
                size += int(ends[stop - 1]) - before
            if stop < part.num_rows:
                yield pa.concat_tables(held).combine_chunks()
                held, rows, size = [], 0, 0
            start = stop
    if held:
        yield pa.concat_tables(held).combine_chunks()


def row_bytes(data: pa.Table) -> Integers:
    """How many bytes the values of each row take: numbers as wide as they are, strings as long as their UTF-8."""
    sizes = np.zeros(data.num_rows, np.int64)
    for column in data.columns:
        start = 0
        for chunk in column.chunks:
            sizes[start : start + len(chunk)] += _sizes(chunk)
            start += len(chunk)
    return sizes


def _sizes(array: pa.Array) -> Integers:
    if pa.types.is_list(array.type):
        ends = _ends(_sizes(array.flatten()))
        sizes = np.diff(ends[_ends(_lengths(pc.list_value_length(array)))])
    elif pa.types.is_string(array.type) or pa.types.is_binary(array.type):
        sizes = _lengths(pc.binary_length(array))
    else:
        sizes = np.full(len(array), max(array.type.bit_width // 8, 1))
    return np.asarray(sizes, np.int64)


def _lengths(lengths: pa.Array) -> Integers:
    return np.asarray(pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False), np.int64)


def _ends(sizes: Integers) -> Integers:
    return np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
