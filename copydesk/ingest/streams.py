"""Files as streams of bytes, unpacked on the way, within limits: a small file must not become a large disk."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from copydesk.ingest.rawfile import RawFile

PACKED = (".gz", ".zst")
"""Suffixes of packed files; what they hold, the suffix before says."""

_AT_ONCE = 1 << 16
_HEAD = 64
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?[\t\r\n -~\x80-\xff]{8,}")
_WITHOUT_MARK: Mapping[tuple[bool, ...], str] = {
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
    (True, False, False, False): "utf-32-le",
    (False, False, False, True): "utf-32-be",
}
"""Which of a dump's first four bytes are no nulls, to its encoding."""


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
        if suffix not in PACKED or is_plain(packed):
            yield packed
            return
        yield cast("BinaryIO", io.BufferedReader(_Guarded(_opened(packed, suffix), most_unpacked(file), file.name)))


@contextmanager
def as_utf8(file: RawFile) -> Iterator[BinaryIO]:
    """The bytes of a dump, unpacked, and as UTF-8 where they are UTF-16 or UTF-32; else as they are. Raises as
    ``unpacked``.

    Spreadsheets save "Unicode text" in UTF-16, and shells of Windows write so what a scraper prints.
    """
    with unpacked(file) as stream:
        wide = _wide(cast("io.BufferedReader", stream).peek(4)[:4])
        yield cast("BinaryIO", io.BufferedReader(_Recoded(stream, wide))) if wide else stream


def most_unpacked(file: RawFile) -> int:
    """Bytes that this packed file may unpack to. Text packs to a fifth."""
    limits = file.limits
    return min(limits.unpacked_bytes, limits.unpacked_free + file.path.stat().st_size * limits.unpacked_ratio)


def is_plain(packed: io.BufferedReader) -> bool:
    """Whether a file of a packed one's name begins with text: those who fetch files unpack some on the way."""
    head = packed.peek(_AT_ONCE)[:_HEAD]
    return bool(head) and not head.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd")) and _TEXT.fullmatch(head) is not None


def _opened(packed: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return cast("BinaryIO", gzip.GzipFile(fileobj=packed))
    import zstandard  # noqa: PLC0415 - only for such files

    return cast("BinaryIO", zstandard.ZstdDecompressor().stream_reader(packed, read_across_frames=True))


def _wide(head: bytes) -> str | None:
    """The encoding of two or four bytes a letter that a dump's first bytes show: by its mark, else because a dump
    begins with two ASCII characters, whose other bytes are nulls (RFC 4627, 3)."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _WITHOUT_MARK.get(tuple(byte != 0 for byte in head))


class _Recoded(io.RawIOBase):
    """A stream of text in another encoding, as UTF-8. What can't be read is U+FFFD, one letter's affair."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        super().__init__()
        self._stream, self._decoder, self._left = stream, codecs.getincrementaldecoder(encoding)("replace"), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._left:
            data = self._stream.read(_AT_ONCE)
            self._left = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
            if not data:
                break
        held, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(held)] = held
        return len(held)


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
