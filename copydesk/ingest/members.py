"""Packed files whose members stand alone, as those of WARC do: what is broken ends a stretch of it, not the file.

``streams.unpacked`` reads a file as one stream, and what breaks it breaks the rest; crawls are too dear for that.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, Protocol, cast

from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.streams import PACKED, BrokenArchive, UnpacksTooFar, is_plain, most_unpacked

_STEP = 1 << 20
_LARGEST_DICTIONARY = 16 * 1024 * 1024
_SKIPPED = range(0x184D2A50, 0x184D2A60)
_DICTIONARY = 0x184D2A5D


class Stretch(Protocol):
    """A part of a file that can be read as one stream."""

    def open(self, place: int = 0) -> io.BufferedReader:
        """The stream, from that byte of it on; what was opened before is not to be read on.

        Reading raises OSError, BrokenArchive (then take the next stretch) or UnpacksTooFar (then there is none).
        """


def stretches(file: RawFile, opening: bytes) -> Iterator[Stretch]:
    """What is in a file, plain or packed: one stretch, and after each break another, from the next member behind it.

    A member behind a break counts only if it begins with ``opening``: packed bytes can look like a member by chance.
    Raises OSError.
    """
    with file.path.open("rb") as packed:
        suffix = file.path.suffix.lower()
        if suffix not in PACKED or is_plain(packed):
            yield _Plain(packed)
            return
        packing: _Packing = _Gzip() if suffix == ".gz" else _Zstd()
        left = most_unpacked(file)
        while True:
            stretch = _Packed(packed, packing, left, file.name)
            yield stretch
            broken, left = stretch.ended()
            behind = _next_member(packed, packing, broken + 1, opening) if broken is not None else None
            if behind is None:
                return
            packed.seek(behind)


class _Plain:
    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file

    def open(self, place: int = 0) -> io.BufferedReader:
        self._file.seek(place)
        return self._file


class _Packed:
    """The members from where the file stands now, up to the first that is broken."""

    def __init__(self, packed: BinaryIO, packing: _Packing, left: int, name: str) -> None:
        self._packed, self._packing, self._left, self._name = packed, packing, left, name
        self._begin, self._members = packed.tell(), _Members(packed, packing, left, name)

    def open(self, place: int = 0) -> io.BufferedReader:
        self._packed.seek(self._begin)
        self._members = _Members(self._packed, self._packing, self._left, self._name)
        stream = cast("io.BufferedReader", io.BufferedReader(self._members, 1 << 16))
        while place and (data := stream.read1(min(place, _STEP))):
            place -= len(data)
        return stream

    def ended(self) -> tuple[int | None, int]:
        """Where the broken member begins, if one is, and how many bytes may still be unpacked."""
        return self._members.start if self._members.broken else None, self._members.left


class _Packing(Protocol):
    magic: bytes
    slice: int
    """Bytes to unpack at a time: few enough that what they unpack to fits into memory, whoever packed them."""

    def begin(self, packed: BinaryIO) -> Any:
        """An unpacker for the member that begins here; what stands before it and holds no text is passed over."""

    def peek(self, data: bytes) -> bytes:
        """The first bytes of a member, empty where it is none."""


class _Gzip:
    magic, slice = b"\x1f\x8b\x08", 1 << 14

    def begin(self, packed: BinaryIO) -> Any:  # noqa: ARG002 - a member of gzip says all itself
        return zlib.decompressobj(wbits=31)

    def peek(self, data: bytes) -> bytes:
        try:
            return zlib.decompressobj(wbits=31).decompress(data, 64)
        except zlib.error:
            return b""


class _Zstd:
    magic, slice = b"\x28\xb5\x2f\xfd", 1 << 10

    def __init__(self) -> None:
        self._dictionary: Any = None

    def begin(self, packed: BinaryIO) -> Any:
        """Crawlers put the dictionary that all members need into a frame of its own, in front of them."""
        while int.from_bytes((head := packed.read(8))[:4], "little") in _SKIPPED:
            size = int.from_bytes(head[4:], "little")
            if int.from_bytes(head[:4], "little") == _DICTIONARY and size <= _LARGEST_DICTIONARY:
                self._dictionary = self._read_dictionary(packed.read(size))
            else:
                packed.seek(size, io.SEEK_CUR)
        packed.seek(-len(head), io.SEEK_CUR)
        return self._unpacker().decompressobj()

    def peek(self, data: bytes) -> bytes:
        try:
            return bytes(self._unpacker().stream_reader(data).read(64))
        except Exception:  # zstandard's own error has no base of its own in the library
            return b""

    def _unpacker(self) -> Any:
        import zstandard  # noqa: PLC0415 - only for such files

        return zstandard.ZstdDecompressor(dict_data=self._dictionary) if self._dictionary else _plain_zstd()

    def _read_dictionary(self, data: bytes) -> Any:
        import zstandard  # noqa: PLC0415

        if data.startswith(self.magic):
            data = zstandard.ZstdDecompressor().stream_reader(data).read(_LARGEST_DICTIONARY)
        return zstandard.ZstdCompressionDict(data)


def _plain_zstd() -> Any:
    import zstandard  # noqa: PLC0415

    return zstandard.ZstdDecompressor()


class _Members(io.RawIOBase):
    """The members from here on as one stream, up to the first that is broken: ``start`` is then its place."""

    def __init__(self, packed: BinaryIO, packing: _Packing, left: int, name: str) -> None:
        super().__init__()
        self._packed, self._packing, self._name = packed, packing, name
        self._unpacker: Any = None
        self._ready = memoryview(b"")
        self.left, self.start, self.broken = left, packed.tell(), False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            try:
                data = self._step()
            except Exception as error:  # zlib and zstandard have each their own
                self.broken = True
                raise BrokenArchive(f"{self._name}: cannot be unpacked: {error}. Fetch it again.") from error
            if data is None:
                return 0
            self._ready = memoryview(data)
            self.left -= len(data)
            if self.left < 0:
                raise UnpacksTooFar(f"{self._name}: unpacks to far more than text does. Look at what it is.")
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _step(self) -> bytes | None:
        """Some of what is in the member, or None behind the last."""
        if self._unpacker is None:
            self.start = self._packed.tell()
            self._unpacker = self._packing.begin(self._packed)
            if not (data := self._packed.read(self._packing.slice)):
                return None
        elif not (data := self._packed.read(self._packing.slice)):
            raise EOFError("it ends within a member")
        found: bytes = self._unpacker.decompress(data)
        if self._unpacker.eof:
            self._packed.seek(-len(self._unpacker.unused_data), io.SEEK_CUR)
            self._unpacker = None
        return found


def _next_member(packed: BinaryIO, packing: _Packing, start: int, opening: bytes) -> int | None:
    packed.seek(start)
    before = b""
    while data := packed.read(_STEP):
        data, base = before + data, start - len(before)
        at = data.find(packing.magic)
        while at >= 0:
            packed.seek(base + at)
            if packing.peek(packed.read(1024)).startswith(opening):
                return base + at
            at = data.find(packing.magic, at + 1)
        start = base + len(data)
        packed.seek(start)
        before = data[-len(packing.magic) + 1 :]
    return None
