"""What of a partition was done before: looks at its files, and results of its items."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import RawItem
from copydesk.cache import Cache, Result, key_of
from copydesk.cleaning import Knowledge
from copydesk.glance import Glance, content
from copydesk.ingest import too_large
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.limits import Limits
from copydesk.profile import Profile
from copydesk.sources import Source

Looks = Sequence[Glance | Rejected]

_SMALL = 1 << 20  # bytes that are read at once
_MANY_PARTS = 8
"""From more parts than this, a partition's rows are written into one: years of small changes must not slow a run."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a partition's items: the key of each, by file and position, and the results that are held.

    ``rows`` are those of the held articles, by table, in pieces.
    """

    looks: Mapping[str, Looks]
    keys: Mapping[str, Sequence[str | None]]
    held: Mapping[str, Result]
    rows: Mapping[str, Sequence[pa.Table]]
    parts: int

    @property
    def scattered(self) -> bool:
        """Whether the rows lie in so many parts that they should be written into one."""
        return self.parts > _MANY_PARTS

    def rejections(self, file: str) -> Iterator[Rejected]:
        """What of a file is known to be rejected."""
        for look, key in zip(self.looks[file], self.keys[file], strict=True):
            known = (
                look if isinstance(look, Rejected) else rejected(self.held[key]) if key and key in self.held else None
            )
            if known:
                yield known

    def wanted(self, file: str) -> frozenset[int]:
        """The positions of a file's items that are still to clean."""
        return frozenset(
            position
            for position, (look, key) in enumerate(zip(self.looks[file], self.keys[file], strict=True))
            if not isinstance(look, Rejected) and key not in self.held
        )

    def key(self, file: str, position: int, item: RawItem | Rejected) -> str | None:
        """The key of a file's item; None where the file is no longer what was looked at."""
        look = self.looks[file][position] if position < len(self.looks[file]) else None
        if isinstance(item, Rejected) or not isinstance(look, Glance) or look.content != content(item):
            return None
        return self.keys[file][position]


def file_keys(
    files: Iterable[RawFile], sources: Mapping[str, Source], piece: Path | None = None
) -> dict[str, str | None]:
    """By name, what a look at each file, or at this piece of one, depends on; None for one that cannot be read."""
    common: dict[tuple[str, Limits], str] = {}
    inside = _Inside()
    found: dict[str, str | None] = {}
    for file in files:
        about = (file.source_id, file.limits)
        if about not in common:
            common[about] = key_of("piece" if piece else "look", sources.get(file.source_id), file.limits)
        try:
            if not piece and too_large(file):  # it may be a hole of terabytes
                found[file.name] = None
                continue
            digest, where = _digest(piece or file.path), None if piece else inside.of(file)
            found[file.name] = _key(common[about], file.name, digest, where)
        except (OSError, RuntimeError):
            found[file.name] = None
    return found


class _Inside:
    """Whether files lie in their raw folder, links followed; each folder is asked about once."""

    def __init__(self) -> None:
        self._folders: dict[str, bool] = {}

    def of(self, file: RawFile) -> bool:
        if file.path.is_symlink():
            return file.path.resolve().is_relative_to(file.root.resolve())
        folder = os.path.dirname(file.path)  # noqa: PTH120 - ten times as fast
        if folder not in self._folders:
            self._folders[folder] = Path(folder).resolve().is_relative_to(file.root.resolve())
        return self._folders[folder]


def _digest(path: Path) -> str:
    """Raises OSError for what is no file, or cannot be read."""
    about = os.stat(path)  # noqa: PTH116 - asked of every raw file
    if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for whoever writes into it
        raise OSError(f"{path} is no file")
    with open(path, "rb", buffering=0) as opened:  # noqa: PTH123
        if about.st_size < _SMALL:
            return hashlib.sha256(opened.readall()).hexdigest()
        return hashlib.file_digest(opened, "sha256").hexdigest()


def known(looks: Mapping[str, Looks], knowledge: Knowledge, cache: Cache, tables: Sequence[str]) -> Known:
    """What the cache holds of a partition whose files' looks are given."""
    keys = _keys(looks, knowledge)
    held = cache.results([key for file in keys.values() for key in file if key])
    ids: dict[str, list[str]] = {}
    for result in held.values():
        if result.part and result.article_id:
            ids.setdefault(result.part, []).append(result.article_id)
    found = {part: cache.part(part, tables) for part in sorted(ids)}
    rows: dict[str, list[pa.Table]] = {table: [] for table in tables}
    for part, data in found.items():
        wanted = pa.array(sorted(ids[part]))
        for table in tables if data else ():
            rows[table].append(data[table].filter(pc.is_in(data[table]["article_id"], wanted)))  # type: ignore[index]
    whole = {key: result for key, result in held.items() if result.part is None or found[result.part] is not None}
    return Known(looks, keys, whole, rows, len(found))


def rejection(rejected: Rejected) -> Result:
    """A rejection as a result."""
    return Result(rejected=json.dumps(asdict(rejected)))


def rejected(result: Result) -> Rejected | None:
    """The rejection that a result is, if it is one."""
    return Rejected(**json.loads(result.rejected)) if result.rejected else None


def _keys(looks: Mapping[str, Looks], knowledge: Knowledge) -> dict[str, list[str | None]]:
    """By file, what each item's result depends on; None for what its reader has rejected."""
    every = [look for found in looks.values() for look in found]
    sources = {look.source_id for look in every if isinstance(look, Glance)}
    common = {
        source: key_of(
            "clean",
            knowledge.source(source),
            source in knowledge.braked,
            knowledge.authority.version,
            knowledge.limits,
        )
        for source in sources
    }
    keys = (
        _key(common[look.source_id], look.content, view, knowledge.repeated.get((look.path, look.record)))
        if isinstance(look, Glance)
        else None
        for look, view in zip(every, _views(every, knowledge), strict=True)
    )
    return {name: list(islice(keys, len(found))) for name, found in looks.items()}


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _views(looks: Looks, knowledge: Knowledge) -> list[bytes | None]:
    """What each page sees of its source's profile; None where it could not be read."""
    found: list[bytes | None] = [None] * len(looks)
    by_source: dict[str, list[tuple[int, bytes]]] = {}
    for place, look in enumerate(looks):
        if isinstance(look, Glance) and look.marks is not None:
            by_source.setdefault(look.source_id, []).append((place, look.marks))
    for source, pages in by_source.items():
        views = knowledge.profiles.get(source, Profile()).views([marks for _, marks in pages])
        for (place, _), view in zip(pages, views, strict=True):
            found[place] = view
    return found
