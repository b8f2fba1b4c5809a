"""Cells of Arrow tables as plain values. What one of them cannot say is its own affair, never its row's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from copydesk.ingest.jsonfile import TooDeep

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


class TooMany(ValueError):
    """More values in one row than a document has letters."""


class Cells:
    """Reads the cells of one row: ``most`` values, at most ``deepest`` lists and objects within one another."""

    def __init__(self, most: int, deepest: int) -> None:
        self._left, self._most, self._deepest = most, most, deepest

    def value(self, cell: Any, depth: int = 0) -> object:
        """What JSON has, dates and times, and bytes: those of a text too that is no UTF-8. Raises TooMany, TooDeep."""
        if not cell.is_valid:
            return None
        if isinstance(cell, pa.DictionaryScalar):
            return self.value(cell.value, depth)
        if isinstance(cell, pa.StringScalar):
            return _text(cell)
        if isinstance(cell, pa.StructScalar | pa.ListScalar):
            return self._within(cell, depth + 1)
        try:
            return cell.as_py()
        except Exception:  # whatever a library raises for what Python cannot say: years, zones, parts of seconds
            return _moment(cell)

    def _within(self, cell: Any, depth: int) -> object:
        if depth > self._deepest:
            raise TooDeep(f"it has more than {self._deepest} lists and objects within one another")
        if isinstance(cell, pa.StructScalar):
            self._count(len(cell.type))
            return {field.name: self.value(cell[place], depth) for place, field in enumerate(cell.type)}
        self._count(len(cell.values))
        if isinstance(cell, pa.MapScalar):
            return [(self.value(pair[0], depth), self.value(pair[1], depth)) for pair in cell.values]
        return [self.value(one, depth) for one in cell.values]

    def _count(self, values: int) -> None:
        self._left -= values
        if self._left < 0:
            raise TooMany(f"it has more than {self._most:,} values")


def _text(cell: Any) -> str | bytes:
    data: bytes = cell.as_buffer().to_pybytes()
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _moment(cell: Any) -> datetime | None:
    """A moment in UTC, where its zone is none, or it says more than microseconds; None where it is in no year."""
    if not pa.types.is_timestamp(cell.type):
        return None
    try:
        found = _EPOCH + timedelta(microseconds=cell.value * 10**6 // _A_SECOND[cell.type.unit])
    except OverflowError:
        return None
    return found if cell.type.tz else found.replace(tzinfo=None)
