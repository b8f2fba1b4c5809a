"""What a version was made from and with, for its release.json. Nothing in it depends on when or where."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk.cleaning import Knowledge
from copydesk.ingest import list_files
from copydesk.label import rules_version
from copydesk.libraries import CLEANING, PUBLISHING, versions
from copydesk.packs import pack_versions


def provenance(
    parts: Mapping[str, pa.Table], knowledge: Knowledge, raw: Path, edited: Mapping[str, Path | None]
) -> dict[str, Any]:
    """The raw files behind the tables, and all that made rows of them.

    ``edited``: files and folders that people edit and that no column shows, by what they are.
    """
    listed = sorted(
        (path, digest or "")
        for name in ("articles", "quarantine")
        for path, digest in zip(parts[name]["raw_path"].to_pylist(), parts[name]["raw_sha256"].to_pylist(), strict=True)
    )
    paths = {path for path, _ in listed}
    return {
        "copydesk": version("copydesk"),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "libraries": versions((*CLEANING, *PUBLISHING)),
        "raw": {
            "files": len(paths),
            "bytes": sum(file.size for file in list_files(raw) if file.name in paths),
            "sha256": hashlib.sha256("".join(f"{digest}  {path}\n" for path, digest in listed).encode()).hexdigest(),
        },
        "authority_version": knowledge.authority.version,
        "rules_version": rules_version(),
        **({"limits": changed} if (changed := knowledge.limits.changed()) else {}),
        "dates_inferred_for": [name for name, source in sorted(knowledge.sources.items()) if source.infer_dates],
        "html_read_fast_for": [name for name, source in sorted(knowledge.sources.items()) if source.html == "fast"],
        "packs": pack_versions(),
        "edited": {name: _digest(place) for name, place in sorted(edited.items())},
    }


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
