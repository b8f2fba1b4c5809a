"""Files as streams of bytes, unpacked on the way, within limits: a small file must not become a large disk."""

from __future__ import annotations

import gzip
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from copydesk.ingest.rawfile import RawFile

PACKED = (".gz", ".zst")
"""Suffixes of packed files; what they hold, the suffix before says."""


class UnpacksTooFar(ValueError):
    """A packed file that unpacks to more than any text does."""


class BrokenArchive(ValueError):
    """A packed file that cannot be unpacked."""


def kind(path: Path | str) -> str:
    """The suffix that says what a file holds, in lower case, without that of its packing."""
    name = os.path.basename(path)  # noqa: PTH119 - asked of every raw file: a Path takes ten times as long
    stem, dot, suffix = ("", "", "") if name.endswith(".") else name.lstrip(".").lower().rpartition(".")
    if dot and f".{suffix}" in PACKED:
        _, dot, suffix = stem.rpartition(".")
    return dot and dot + suffix


@contextmanager
def unpacked(file: RawFile) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked. Reading raises OSError, UnpacksTooFar or BrokenArchive."""
    with file.path.open("rb") as packed:
        suffix = file.path.suffix.lower()
        if suffix not in PACKED:
            yield packed
            return
        yield cast("BinaryIO", io.BufferedReader(_Guarded(_opened(packed, suffix), most_unpacked(file), file.name)))


def most_unpacked(file: RawFile) -> int:
    """Bytes that this packed file may unpack to. Text packs to a fifth."""
    limits = file.limits
    return min(limits.unpacked_bytes, limits.unpacked_free + file.path.stat().st_size * limits.unpacked_ratio)


def _opened(packed: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=packed))
    import zstandard  # noqa: PLC0415 - only for such files

    return cast("BinaryIO", zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True))


class _Guarded(io.RawIOBase):
    """Counts what was unpacked, and stops where it is too much."""

    def __init__(self, stream: BinaryIO, limit: int, name: str) -> None:
        super().__init__()
        self._stream, self._left, self._name = stream, limit, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._stream.read(len(buffer))
        except (OSError, EOFError, ValueError) as error:
            raise BrokenArchive(f"{self._name}: cannot be unpacked: {error}. Fetch it again.") from error
        except Exception as error:  # zstandard's own error has no base of its own in the library
            raise BrokenArchive(f"{self._name}: cannot be unpacked: {error}. Fetch it again.") from error
        self._left -= len(data)
        if self._left < 0:
            raise UnpacksTooFar(f"{self._name}: unpacks to far more than text does. Look at what it is.")
        buffer[: len(data)] = data
        return len(data)
