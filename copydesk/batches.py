"""Items that are worked on together: what costs less for many at once is asked of so many, and no more are held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from copydesk.article import RawItem
from copydesk.ingest.reject import Rejected

T = TypeVar("T")

_TOGETHER, _TOGETHER_BYTES = 64, 1 << 19
"""So many items, of so many bytes, are taken together at the most: more gain nothing, and take memory."""

_LINE_BYTES = 64
"""A line counts as so many bytes at least: a scorer holds hundreds of numbers of each, however short it is."""


def batches(found: Iterable[T], item: Callable[[T], RawItem | Rejected]) -> Iterator[list[T]]:
    """What was found, in order and so many at a time; ``item`` tells the item of each."""
    held: list[T] = []
    size = 0
    for one in found:
        more = _weight(item(one))
        if len(held) == _TOGETHER or (held and size + more > _TOGETHER_BYTES):
            yield held
            held, size = [], 0
        held.append(one)
        size += more
    if held:
        yield held


def _weight(item: RawItem | Rejected) -> int:
    if isinstance(item, Rejected):
        return 0
    lines = max(item.data.count(b"\n"), item.data.count(b"\r"))
    return max(len(item.data), lines * _LINE_BYTES)
