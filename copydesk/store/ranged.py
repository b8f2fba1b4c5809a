"""A file far away as one that can be read here and there: only what is read is fetched."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

Fetch = Callable[[int, int], bytes]
"""The bytes from start to end, exclusive; or the whole file, from a server that cannot send a part."""


class RangedFile(io.RawIOBase):
    """A file of a known size, read-only. What a server sends whole is kept, and asked for no more."""

    def __init__(self, fetch: Fetch, size: int) -> None:
        self._fetch = fetch
        self._size = size
        self._place = 0
        self._whole: bytes | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._size - self._place)
        wanted = left if size is None or size < 0 else min(size, left)
        data = self._part(self._place, self._place + wanted) if wanted else b""
        if len(data) != wanted:
            raise OSError(f"{len(data)} bytes came where {wanted} were asked for")
        self._place += wanted
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _part(self, start: int, end: int) -> bytes:
        if self._whole is None:
            data = self._fetch(start, end)
            if len(data) != self._size:
                return data
            self._whole = data
        return self._whole[start:end]
