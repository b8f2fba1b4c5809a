"""What a version was made from and with, for its release.json. Nothing in it depends on when or where."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import bulk
from copydesk.bulk import Rows, Tables
from copydesk.cleaning import Knowledge
from copydesk.ingest import walk
from copydesk.label import rules_version
from copydesk.libraries import CLEANING, PUBLISHING, versions
from copydesk.packs import pack_versions

_RAW = ("raw_path", "raw_sha256")
_AT_ONCE = 50_000  # files, or lines; bounds memory only


def provenance(parts: Tables, knowledge: Knowledge, raw: Path, edited: Mapping[str, Path | None]) -> dict[str, Any]:
    """The raw files behind the tables, and all that made rows of them.

    ``edited``: files and folders that people edit and that no column shows, by what they are.
    """
    listed = pa.concat_tables([_listed(part) for name in ("articles", "quarantine") for part in _parts(parts[name])])
    paths = listed["path"].unique()
    return {
        "copydesk": version("copydesk"),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "libraries": versions((*CLEANING, *PUBLISHING)),
        "raw": {
            "files": len(paths),
            "bytes": _size_of(raw, paths),
            "sha256": _digest_of(listed),
        },
        "authority_version": knowledge.authority.version,
        "rules_version": rules_version(),
        **({"limits": changed} if (changed := knowledge.limits.changed()) else {}),
        "dates_inferred_for": [name for name, source in sorted(knowledge.sources.items()) if source.infer_dates],
        "html_read_fast_for": [name for name, source in sorted(knowledge.sources.items()) if source.html == "fast"],
        "packs": pack_versions(),
        "edited": {name: _digest(place) for name, place in sorted(edited.items())},
    }


def _size_of(raw: Path, paths: pa.Array) -> int:
    """Bytes of the raw files with these names, which are too many to be held as Python's own strings."""
    files, size = iter(walk(raw)), 0
    while some := [(file.name, file.size) for file in islice(files, _AT_ONCE)]:
        names, sizes = map(pa.array, zip(*some, strict=True))
        size += pc.sum(sizes.filter(pc.is_in(names, paths))).as_py() or 0
    return size


def _parts(data: Rows) -> Iterator[pa.Table]:
    yield data.schema.empty_table().select(_RAW)
    yield from bulk.parts(data, _RAW)


def _listed(part: pa.Table) -> pa.Table:
    return pa.table({"path": part["raw_path"], "digest": pc.fill_null(part["raw_sha256"], "")})


def _digest_of(listed: pa.Table) -> str:
    """SHA-256 over a line for each raw file and record, sorted."""
    order = pc.sort_indices(listed, [("path", "ascending"), ("digest", "ascending")])
    digest = hashlib.sha256()
    for start in range(0, len(order), _AT_ONCE):
        some = listed.take(order.slice(start, _AT_ONCE))
        for path, sha256 in zip(some["path"].to_pylist(), some["digest"].to_pylist(), strict=True):
            digest.update(f"{sha256}  {path}\n".encode())
    return digest.hexdigest()


def _digest(place: Path | None) -> str | None:
    """SHA-256 of a file, or of the names and bytes of a folder's JSON files; None where there is none."""
    if place is None:
        return None
    if place.is_file():
        return hashlib.sha256(place.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for path in sorted(place.glob("*.json")):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
