"""A hash of what a version says, whatever wrote its files.

Parquet and CSV bytes depend on the writer's version; these hashes depend on names, types and values alone. Values are
encoded by column, in streams with a hash each: a byte a row for null or not, then numbers in little-endian, and strings
as their lengths and their UTF-8, so that no two different tables share an encoding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk import Rows, Tables, parts


def content_hash(tables: Tables) -> str:
    """``sha256:`` and the hash over all tables, in the order of their names, each with its rows in their order.

    Whether a column may hold null is no part of it; whether it does, is.
    """
    hashes = {name: TableHash(data.schema) for name, data in tables.items()}
    for name, data in tables.items():
        for part in parts(data):
            hashes[name].add(part)
    return combined(hashes)


def combined(hashes: Mapping[str, TableHash]) -> str:
    """``content_hash`` of tables, each of which was hashed by itself."""
    whole = hashlib.sha256(b"copydesk content 2\n")
    for name in sorted(hashes):
        whole.update(_text(name))
        hashes[name].put(whole.update)
    return f"sha256:{whole.hexdigest()}"


class TableHash:
    """The hashes of a table whose rows are added a part at a time; where the parts end leaves no trace."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self._rows = 0
        self._streams = [[hashlib.sha256() for _ in range(_streams(field.type))] for field in schema]

    def add(self, part: pa.Table) -> None:
        """Rows with the columns of the schema."""
        self._rows += part.num_rows
        for column, streams in zip(part.columns, self._streams, strict=True):
            for chunk in column.chunks:
                for number, stream in enumerate(streams):
                    for piece in _encode(chunk, number):
                        stream.update(piece)

    def put(self, take: Callable[[bytes], object]) -> None:
        """What there is to say of the table."""
        take(_number(self._rows) + _number(len(self._schema)))
        for field, streams in zip(self._schema, self._streams, strict=True):
            take(_text(field.name) + _text(_type_name(field.type)))
            for stream in streams:
                take(stream.digest())


def logical_size(data: Rows) -> int:
    """Bytes of the table's values, encoded as they are hashed: the same for equal tables, unlike sizes in memory."""
    return header_size(data.schema) + sum(encoded_size(part) for part in parts(data))


def header_size(schema: pa.Schema) -> int:
    """What a table takes of ``logical_size`` beside its rows."""
    return 24 + sum(len(_text(field.name)) + len(_text(_type_name(field.type))) for field in schema)


def encoded_size(part: pa.Table) -> int:
    """What some rows take of ``logical_size``."""
    return sum(_encoded_size(chunk) for column in part.columns for chunk in column.chunks)


def _encoded_size(array: pa.Array) -> int:
    if pa.types.is_list(array.type):
        return 5 * len(array) + _encoded_size(array.flatten())
    if pa.types.is_string(array.type):
        return 5 * len(array) + int(pc.sum(pc.binary_length(array)).as_py() or 0)
    return len(array) * (1 + max(int(array.type.bit_width) // 8, 1))


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
