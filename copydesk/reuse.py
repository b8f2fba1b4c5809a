"""What of a partition was done before: looks at its files, and results of its items. Both are found by column: only
what is not known is looked at one by one."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import surveyed
from copydesk.article import RawItem
from copydesk.cache import Cache, Kept, Span, key_of
from copydesk.cleaning import Knowledge
from copydesk.glance import Glance, content
from copydesk.ingest import too_large
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.profile import Profile
from copydesk.sources import Source
from copydesk.surveyed import Looks

RESULTS = pa.schema(
    [
        pa.field("key", pa.string()),  # what the result depends on; null where it must not be kept
        pa.field("article_id", pa.string()),
        pa.field("source_id", pa.string()),
        pa.field("words", pa.int64()),
        pa.field("aside", pa.int64()),
        pa.field("rejected", pa.string()),  # as JSON; then all but the key is null
    ]
)
"""What became of items: an article, with its words of prose and those that the rules set aside; or a rejection."""

ORIGINS = pa.schema([pa.field("article_id", pa.string()), pa.field("key", pa.string())])
"""Articles, each with what stands for all that its own rows follow from."""

_HEARD, _LOOKS, _RESULTS, _ORIGINS = "heard", "looks", "results", "origins"
_SETTLED_NS = 5 * 10**9
"""So long after its last change a file has to be read, for what it holds to be kept: no clock of a disk is coarser."""

_SMALL = 1 << 20  # bytes that are read at once
_MANY_PARTS = 8
"""From more parts than this, a partition's work is kept as one: years of small changes must not slow a run."""


@dataclass(frozen=True, slots=True)
class Left:
    """A file of which something is still to clean: its looks, their keys, and the positions of these items."""

    looks: Looks
    keys: Sequence[str | None]
    wanted: frozenset[int]

    def key(self, position: int, item: RawItem | Rejected) -> str | None:
        """The key of an item; None where the file is no longer what was looked at."""
        look = self.looks[position]
        if isinstance(item, Rejected) or not isinstance(look, Glance) or look.content != content(item):
            return None
        return self.keys[position]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a partition's items: the results that are held, and what is left to clean, by file."""

    results: pa.Table
    """Of those that are held, as ``RESULTS``."""
    rejections: Sequence[Rejected]
    """Theirs, and what was rejected at the first look."""
    left: Mapping[str, Left]
    parts: int
    """How many parts of the cache the results come from."""

    @property
    def scattered(self) -> bool:
        """Whether the results lie in so many parts that they should be kept as one."""
        return self.parts > _MANY_PARTS


def known_looks(keys: Mapping[str, str | None], cache: Cache, span: Span) -> list[Kept]:
    """The looks that were kept of files with these keys, as tables of ``surveyed.SCHEMA``."""
    return cache.find(_LOOKS, span, "file_key", pa.array([key for key in keys.values() if key], pa.string()))


def names_seen(files: Sequence[RawFile], cache: Cache) -> frozenset[str]:
    """The names of files at which an earlier run has looked, whatever they held then."""
    found = cache.find(_LOOKS, span_of(files), "file", pa.array([file.name for file in files], pa.string()))
    return frozenset(name for kept in found for name in kept.table["file"].unique().to_pylist())


def keep_looks(kept: Sequence[Kept], new: pa.Table, cache: Cache, span: Span) -> None:
    """Keeps ``new`` looks; with those that were kept, where these lie in too many parts."""
    new = new.filter(pc.is_valid(new["file_key"]))
    if len(kept) > _MANY_PARTS:
        new = pa.concat_tables([*(one.table for one in kept), new])
    if new.num_rows:
        cache.keep(_LOOKS, span, new, {})


def results(rows: Iterable[Mapping[str, object]]) -> pa.Table:
    """Results as a table."""
    return pa.Table.from_pylist(list(rows), RESULTS)


def origins(found: pa.Table) -> pa.Table:
    """Of results that have a key: the articles, as ``ORIGINS``."""
    kept = found.filter(pc.and_(pc.is_valid(found["key"]), pc.is_valid(found["article_id"])))
    return pa.table([kept["article_id"], pc.utf8_slice_codeunits(kept["key"], 0, 32)], schema=ORIGINS)


def keep_results(found: pa.Table, rows: Mapping[str, pa.Table], cache: Cache, span: Span) -> None:
    """Keeps results that have a key; ``rows`` are those of all their articles, by table."""
    found = found.filter(pc.is_valid(found["key"]))
    if found.num_rows:
        cache.keep(_RESULTS, span, found, rows)


def keep_origins(made: pa.Table, content_hash: str, text: str, cache: Cache) -> None:
    """Keeps what the articles of a version follow from, which is known by what it holds and its policy on text."""
    cache.note(_ORIGINS, f"{content_hash} {text}", made)


def origins_of(content_hash: str, text: str, cache: Cache) -> pa.Table | None:
    """What was kept of a version; None for one that this Copydesk has not built here."""
    return cache.noted(_ORIGINS, f"{content_hash} {text}")


def span_of(files: Sequence[RawFile]) -> Span:
    """From the first to the last of the files, by name."""
    names = [file.name for file in files]
    return min(names), max(names)


def file_keys(
    files: Sequence[RawFile], sources: Mapping[str, Source], piece: Path | None = None, cache: Cache | None = None
) -> dict[str, str | None]:
    """By name, what a look at each file, or at this piece of one, depends on; None for one that cannot be read.

    A file that lies there as it did when the ``cache`` heard what it holds is not read again.
    """
    common: dict[tuple[str, int], str] = {}
    inside, heard = _Inside(), _Heard(files, cache) if cache and not piece else None
    found: dict[str, str | None] = {}
    for file in files:
        about = (file.source_id, id(file.limits))  # its hash takes longer than to read the file
        if about not in common:
            common[about] = key_of("piece" if piece else "look", sources.get(file.source_id), file.limits)
        try:
            if not piece and too_large(file):  # it may be a hole of terabytes
                found[file.name] = None
                continue
            digest = heard.digest(file) if heard else _digest(piece or file.path)
            found[file.name] = _key(common[about], file.name, digest, None if piece else inside.of(file, heard))
        except (OSError, RuntimeError):
            found[file.name] = None
    if heard:
        heard.keep()
    return found


class _Heard:
    """What files hold, of those that have the size, the times and the place on the disk that they had when they were
    read. Whoever changes a file changes one of these: the time of its last change can be set by nobody. Only where the
    clock of the disk is coarse, two changes can fall on one time; so what was read soon after a change is not kept."""

    def __init__(self, files: Sequence[RawFile], cache: Cache) -> None:
        self._cache, self._span = cache, span_of(files)
        self._states = {file.name: state for file in files if (state := _state(file))}
        states = pa.array([state for state, _ in self._states.values()], pa.string())
        self._kept = cache.find(_HEARD, self._span, "state", states)
        self._known: dict[str, str] = {}
        for kept in self._kept:
            self._known |= zip(kept.table["state"].to_pylist(), kept.table["digest"].to_pylist(), strict=True)
        self._new: dict[str, str] = {}

    def digest(self, file: RawFile) -> str:
        """Raises OSError as ``_digest`` does."""
        state, changed = self._states.get(file.name, ("", 0))
        if state in self._known:
            return self._known[state]
        read_at = time.time_ns()
        digest = _digest(file.path)
        if state and changed < read_at - _SETTLED_NS:
            self._new[state] = digest
        return digest

    def is_file(self, file: RawFile) -> bool:
        """Whether it is one, and no link to one."""
        return file.name in self._states

    def keep(self) -> None:
        """Keeps what was read; with what was kept, where that lies in too many parts."""
        new = self._known | self._new if len(self._kept) > _MANY_PARTS else self._new
        if new:
            table = pa.table(
                {"state": pa.array(new.keys(), pa.string()), "digest": pa.array(new.values(), pa.string())}
            )
            self._cache.keep(_HEARD, self._span, table)


def _state(file: RawFile) -> tuple[str, int] | None:
    """How a file lies on the disk, and when it was changed (nanoseconds); None for a link, and for what is no file."""
    try:
        about = os.lstat(file.at)
    except OSError:
        return None
    if not stat.S_ISREG(about.st_mode):
        return None
    written, changed = about.st_mtime_ns, about.st_ctime_ns
    said = f"{about.st_size} {written} {changed} {about.st_ino} {about.st_dev} {file.name}"
    return said, max(written, changed)


class _Inside:
    """Whether files lie in their raw folder, links followed; each folder is asked about once."""

    def __init__(self) -> None:
        self._folders: dict[str, bool] = {}

    def of(self, file: RawFile, heard: _Heard | None) -> bool:
        if not (heard and heard.is_file(file)) and file.path.is_symlink():
            return file.path.resolve().is_relative_to(file.root.resolve())
        folder = file.at.rpartition(os.sep)[0]  # asked of every raw file
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


def known(
    looks: pa.Table, knowledge: Knowledge, cache: Cache | None, span: Span, recall: Callable[[str, pa.Array], bool]
) -> Known:
    """What the cache holds of items whose looks are given.

    ``recall`` is asked to fetch the rows of a part's articles with these ids, and says whether they are there.
    """
    keys = _keys(looks, knowledge) if cache else pa.nulls(looks.num_rows, pa.string())
    found = [RESULTS.empty_table()]
    for kept in cache.find(_RESULTS, span, "key", keys.drop_null()) if cache else ():
        ids = kept.table["article_id"].drop_null()
        if not len(ids) or recall(kept.part, ids):
            found.append(kept.table)
    held = pa.concat_tables(found)
    rejections = pa.concat_arrays([*looks["rejected"].drop_null().chunks, *held["rejected"].drop_null().chunks])
    return Known(
        held,
        [Rejected(**json.loads(one)) for one in rejections.to_pylist()],
        _left(looks, keys, held["key"].combine_chunks()),
        len(found) - 1,
    )


def _left(looks: pa.Table, keys: pa.Array, held: pa.Array) -> dict[str, Left]:
    """By file: what of it is neither rejected nor held."""
    wanted = pc.and_(pc.is_null(looks["rejected"]), pc.invert(pc.is_in(keys, value_set=held)))
    files = looks["file"].filter(wanted).unique()
    touched = pc.is_in(looks["file"], value_set=files)
    own = pa.table({"file": looks["file"], "key": keys, "wanted": wanted}).filter(touched)
    keys_of: dict[str, list[str | None]] = {}
    places: dict[str, set[int]] = {}
    for file, key, is_wanted in zip(*(column.to_pylist() for column in own.columns), strict=True):
        mine = keys_of.setdefault(file, [])
        if is_wanted:
            places.setdefault(file, set()).add(len(mine))
        mine.append(key)
    found = surveyed.looks(looks.filter(touched))
    return {file: Left(found[file], keys_of[file], frozenset(places[file])) for file in found}


def _keys(looks: pa.Table, knowledge: Knowledge) -> pa.Array:
    """What each item's result depends on; null for what its reader has rejected."""
    sources, contents = looks["source_id"].to_pylist(), looks["content"].to_pylist()
    common = {
        source: key_of(
            "clean",
            knowledge.source(source),
            source in knowledge.braked,
            knowledge.authority.version,
            knowledge.limits,
        )
        for source in looks["source_id"].drop_null().unique().to_pylist()
    }
    repeats: Sequence[str | None] = [None] * len(sources)
    if knowledge.repeated:
        places = zip(looks["path"].to_pylist(), looks["record"].to_pylist(), strict=True)
        repeats = [knowledge.repeated.get(place) for place in places]
    views = _views(sources, looks["marks"].to_pylist(), knowledge)
    items = zip(sources, contents, views, repeats, strict=True)
    found = [source and _key(common[source], content, view, earlier) for source, content, view, earlier in items]
    return pa.array(found, pa.string())


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _views(sources: Sequence[str | None], marks: Sequence[bytes | None], knowledge: Knowledge) -> list[bytes | None]:
    """What each page sees of its source's profile; None where it could not be read."""
    found: list[bytes | None] = [None] * len(sources)
    by_source: dict[str, list[tuple[int, bytes]]] = {}
    for place, (source, page) in enumerate(zip(sources, marks, strict=True)):
        if source is not None and page is not None:
            by_source.setdefault(source, []).append((place, page))
    for source, pages in by_source.items():
        views = knowledge.profiles.get(source, Profile()).views([page for _, page in pages])
        for (place, _), view in zip(pages, views, strict=True):
            found[place] = view
    return found
