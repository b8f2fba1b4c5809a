"""Partitions: what of the raw folder is worked on together. Every stage is a function of one.

A partition is some whole files, or one piece of a dump that was too large for one and has been split. Nothing that is
published depends on how the raw files were partitioned.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from copydesk import ingest
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.streams import PACKED, kind
from copydesk.limits import Limits

_LEAST_BYTES = 1_000
"""An article takes at least about so many bytes in a dump: a smaller dump has no more of them than a partition may."""

_PACKED_TO = 5
"""Text packs to a fifth."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Raw files that are worked on together, or one ``piece`` of a single one. ``number`` counts from 0."""

    number: int
    files: tuple[RawFile, ...]
    piece: Path | None = None
    """Where the piece lies, as ``ingest.pieces`` has written it."""
    size: int = 0
    """In bytes, as far as that is known before anything is read."""
    large: bool = False
    """A dump that has to be split first, or else is worked on as a whole."""

    @property
    def limits(self) -> Limits:
        """How much is read of what is in it: the same for all of its files."""
        return self.files[0].limits


def plan(raw: Path, articles: int, limits: Limits | None = None) -> tuple[Partition, ...]:
    """The raw folder's files in partitions: at most about so many ``articles`` in each, and more than one file only up
    to the bytes that the limits have for a partition. What is ``large`` stands alone.

    Where one ends is seen from the names of the files about its end. So where files come and go, nearly all others stay
    with those that they were worked on with, and what was kept of them is read once, and as it was written.

    Raises NothingToDo for a folder without files.
    """
    return tuple(_numbered(_gathered(ingest.list_files(raw, limits), articles)))


def unpacked_size(file: RawFile) -> int:
    """How many bytes the file may have, unpacked, as far as its own size tells."""
    return file.size * (_PACKED_TO if file.at.lower().endswith(PACKED) else 1)


def cut(partitions: Iterable[Partition], folders: Sequence[Path]) -> tuple[Partition, ...]:
    """The partitions, with its pieces in the place of each ``large`` one; ``folders`` hold them, in the same order."""
    split = iter(folders)

    def parts() -> Iterator[Partition]:
        for partition in partitions:
            if partition.large:
                for piece in sorted(next(split).iterdir()):
                    yield Partition(0, partition.files, piece, piece.stat().st_size)
            else:
                yield partition

    return tuple(_numbered(parts()))


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder that gets its name when all of it is there: a partition may be tried again while its first try, which a
    cluster believes to be dead, still writes."""
    made = Path(tempfile.mkdtemp(prefix=".", dir=target.parent))
    yield made
    if target.exists():
        target.rename(made.with_name(f"{made.name}-old"))
    made.rename(target)


@dataclass(frozen=True, slots=True)
class _Load:
    """A file, with about how many articles it holds, and bytes."""

    file: RawFile
    articles: int
    size: int

    @property
    def mark(self) -> int:
        """As good as chance, and the same in every run."""
        return crc32(self.file.name.encode())


def _gathered(files: Iterable[RawFile], articles: int) -> Iterator[Partition]:
    held: list[_Load] = []
    number = size = 0
    for file in files:
        weight, most = unpacked_size(file), file.limits.partition_bytes
        dump = kind(file.at) not in ingest.ONE_A_FILE
        load = _Load(file, 1 + weight // _LEAST_BYTES if dump else 1, weight)
        if dump and (load.articles > articles or weight > most):
            if held:
                yield _together(held)
            yield Partition(0, (file,), size=weight, large=True)
            held, number, size = [], 0, 0
            continue
        while held and (number + load.articles > articles or size + weight > most):
            end = _end([*held, load])
            yield _together(held[:end])
            held = held[end:]
            number, size = sum([one.articles for one in held]), sum([one.size for one in held])
        held.append(load)
        number, size = number + load.articles, size + weight
    if held:
        yield _together(held)


def _end(loads: Sequence[_Load]) -> int:
    """How many of the files a partition takes that cannot take all: those before the lowest mark in the second half."""
    return min(range(len(loads) // 2, len(loads)), key=lambda place: loads[place].mark)


def _together(held: Sequence[_Load]) -> Partition:
    return Partition(0, tuple([one.file for one in held]), size=sum([one.size for one in held]))


def _numbered(partitions: Iterable[Partition]) -> Iterator[Partition]:
    for number, one in enumerate(partitions):
        yield Partition(number, one.files, one.piece, one.size, one.large)
