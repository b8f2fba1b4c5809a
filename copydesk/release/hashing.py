"""A hash of what a version says, whatever wrote its files.

Parquet and CSV bytes depend on the writer's version; these hashes depend on names, types and values alone. Values are
encoded by column: a byte a row for null or not, then numbers in little-endian, and strings as their lengths
followed by their UTF-8, so that no two different tables share an encoding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_ROWS_AT_ONCE = 8_192  # bounds memory only; the encoding does not depend on it


def content_hash(tables: Mapping[str, pa.Table]) -> str:
    """``sha256:`` and the hash over all tables, in the order of their names, each with its rows in their order.

    Whether a column may hold null is no part of it; whether it does, is.
    """
    whole = hashlib.sha256(b"copydesk content 1\n")
    for name in sorted(tables):
        _feed(whole.update, name, tables[name])
    return f"sha256:{whole.hexdigest()}"


def logical_size(table: pa.Table) -> int:
    """Bytes of the table's values, encoded as they are hashed: the same for equal tables, unlike sizes in memory."""
    size = 0

    def count(data: bytes) -> None:
        nonlocal size
        size += len(data)

    _feed(count, "", table)
    return size


def _feed(take: Callable[[bytes], object], name: str, table: pa.Table) -> None:
    take(_text(name) + _number(table.num_rows) + _number(table.num_columns))
    for field in table.schema:
        take(_text(field.name) + _text(_type_name(field.type)))
        column = table.column(field.name)
        # Parts of a column go through one stream each, so that where the parts end leaves no trace.
        for stream in range(_streams(field.type)):
            for start in range(0, len(column), _ROWS_AT_ONCE):
                part = column.slice(start, _ROWS_AT_ONCE).combine_chunks()
                for piece in _encode(part, stream):
                    take(piece)


def _streams(kind: pa.DataType) -> int:
    if pa.types.is_list(kind):
        return 5
    return 3 if pa.types.is_string(kind) else 2


def _encode(array: pa.Array, stream: int) -> Iterator[bytes]:
    if stream == 0:
        yield np.asarray(array.is_valid()).astype(np.uint8).tobytes()
    elif pa.types.is_list(array.type):
        if stream == 1:
            yield _lengths(pc.list_value_length(array))
        else:
            yield from _encode(array.flatten(), stream - 2)
    elif pa.types.is_string(array.type):
        if stream == 1:
            yield _lengths(pc.binary_length(array))
        else:
            yield _characters(array)
    else:
        yield _numbers(array)


def _lengths(lengths: pa.Array) -> bytes:
    return bytes(pc.fill_null(lengths, 0).to_numpy(zero_copy_only=False).astype("<u4").tobytes())


def _characters(strings: pa.Array) -> bytes:
    strings = strings.drop_null()
    if not len(strings):
        return b""
    _, offsets, data = strings.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[strings.offset : strings.offset + len(strings) + 1]
    return bytes(data[int(ends[0]) : int(ends[-1])]) if data is not None else b""


def _numbers(array: pa.Array) -> bytes:
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.uint8())
    elif pa.types.is_date32(array.type):
        array = array.cast(pa.int32())
    elif pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    values = pc.fill_null(array, 0).to_numpy(zero_copy_only=False)
    if values.dtype.kind == "f":
        values = values + 0.0  # minus zero equals zero, so it is encoded as zero
    return bytes(values.astype(values.dtype.newbyteorder("<")).tobytes())


def _type_name(kind: pa.DataType) -> str:
    # Not str(kind): a list's text names its items "item" or "element", depending on who made it.
    return "list<string>" if pa.types.is_list(kind) else str(kind)


def _text(text: str) -> bytes:
    data = text.encode()
    return _number(len(data)) + data


def _number(number: int) -> bytes:
    return number.to_bytes(8, "little")
