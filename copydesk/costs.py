"""What a run will take, before it is begun: time, memory and disk, reckoned from the sizes of the raw files.

The figures behind it were measured (``costs.toml``), on texts and pages of the usual kind; what is kept of earlier runs
makes a run shorter, and pages of another kind make it differ by half or more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from copydesk.errors import StoreError
from copydesk.ingest import ONE_A_FILE, too_large
from copydesk.ingest.html import SUFFIXES
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.streams import kind
from copydesk.pace import spoken
from copydesk.partitions import unpacked_size
from copydesk.proofs.sample import COUNT as PROOFS
from copydesk.settings import Settings
from copydesk.store.place import is_url

_PAGES = (*SUFFIXES, ".warc")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run will take. Bytes, and seconds by the clock."""

    articles: int
    workers: int
    seconds: float
    memory: int
    """Of all its processes together, at most."""
    temporary: int
    """Of disk, until the run ends."""
    final: int
    """Of disk, for the version."""

    def __str__(self) -> str:
        return (
            f"{self.articles:,} articles or so, {spoken(self.seconds)} with {self.workers} at work if nothing is "
            f"kept of earlier runs; {in_bytes(self.memory)} of memory, {in_bytes(self.temporary)} of disk while it "
            f"runs, and {in_bytes(self.final)} for the version"
        )


def estimate(files: Iterable[RawFile], workers: int) -> Estimate:
    """What the files will take with so many workers."""
    known = _costs()
    found = {"text": [0, 0], "html": [0, 0]}
    for file in files:
        of, size = _form(file), readable_size(file)
        found[of][0] += 1 if kind(file.at) in ONE_A_FILE else 1 + size // known[of]["bytes"]
        found[of][1] += size
    articles, size = (sum(both[place] for both in found.values()) for place in (0, 1))
    cpu = sum(count * known[of]["cpu_ms"] for of, (count, _) in found.items()) / 1000
    run, memory, disk = known["run"], known["memory"], known["disk"]
    texts = found["text"][1] + found["html"][0] * known["text"]["bytes"]  # of a page, the text is what is kept
    return Estimate(
        articles,
        workers,
        run["start_s"] + cpu / workers + articles * run["rest_ms"] / 1000,
        memory["process"] + (workers if workers > 1 else 0) * memory["worker"] + articles * memory["article"],
        round(texts * disk["work"]),
        round(texts * disk["version"]) + disk["documents"] + min(articles, PROOFS) * disk["proof"],
    )


def readable_size(file: RawFile) -> int:
    """Bytes of the file that articles may be made of: what is too large for its kind is set aside, and a hole in a file
    or a link takes no room. Else one strange file would keep a run from its beginning."""
    size, most = unpacked_size(file), file.limits.document_bytes
    if size <= most:
        return size
    if too_large(file):
        return 0
    if kind(file.at) in ONE_A_FILE:
        return most
    try:
        about = os.lstat(file.at)
    except OSError:
        return 0
    return min(size, about.st_blocks * 512 * (size // file.size)) if hasattr(about, "st_blocks") else size


@dataclass(frozen=True, slots=True)
class Room:
    """What a disk has, and what it would need. Bytes."""

    place: Path
    free: int
    need: int

    @property
    def surely_too_little(self) -> bool:
        """Whether not even the half of it would fit: then a run is not worth its beginning."""
        return bool(self.free < self.need * _costs()["margin"]["surely"])

    def __str__(self) -> str:
        return f"{in_bytes(self.free)} are free at {self.place}, and the run may need {in_bytes(self.need)}"


def rooms(reckoned: Estimate, settings: Settings) -> Sequence[Room]:
    """The disks that the run writes to: a version is made on this machine, wherever it goes then."""
    dataset = Path(tempfile.gettempdir()) if is_url(settings.dataset) else Path(settings.dataset)
    needs: dict[Path, int] = {}
    for place, need in ((settings.work or dataset, reckoned.temporary), (dataset, reckoned.final)):
        there = nearest(place)
        needs[there] = needs.get(there, 0) + need
    return tuple(Room(place, shutil.disk_usage(place).free, need) for place, need in _by_disk(needs).items())


def check_room(reckoned: Estimate, settings: Settings) -> Iterator[str]:
    """A sentence for each disk that may be too small. Raises StoreError for one that is."""
    for room in rooms(reckoned, settings):
        if room.surely_too_little:
            raise StoreError(f"{room}: make room, or name another place. Nothing was begun.")
        if room.free < room.need:
            yield f"{room}: it may not fit"


def in_bytes(size: float) -> str:
    """``12.3 MB``, ``1.5 GB``."""
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"


@cache
def _costs() -> Mapping[str, Mapping[str, Any]]:
    return {
        name: value
        for name, value in tomllib.loads((Path(__file__).parent / "costs.toml").read_text(encoding="utf-8")).items()
        if name != "version"
    }


def _form(file: RawFile) -> str:
    return "html" if kind(file.at) in _PAGES else "text"


def _by_disk(needs: Mapping[Path, int]) -> dict[Path, int]:
    """Places on one disk share its room."""
    first: dict[int, Path] = {}
    found: dict[Path, int] = {}
    for place, need in needs.items():
        at = first.setdefault(os.stat(place).st_dev, place)  # noqa: PTH116 - the device, not the file
        found[at] = found.get(at, 0) + need
    return found


def nearest(path: Path) -> Path:
    """The path, or the nearest place above it that is there."""
    place = path.absolute()
    return next(one for one in (place, *place.parents) if one.exists())
