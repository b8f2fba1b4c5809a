"""The packs of words, tuned values and fitted weights that a build is made with, each with its version and a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomli

STAGES = ("dates", "decoding", "duplicates", "html", "ingest", "label", "normalize", "segment")
"""The parts of the package whose packs shape the rows."""

_READERS: Mapping[str, Callable[[str], dict[str, Any]]] = {".toml": tomli.loads, ".json": json.loads}


def pack_versions() -> dict[str, str]:
    """Packs by their paths below the package, without the suffix, sorted: the stated version and a short digest.

    A pack that changed without a new version of its own is told by its digest.
    """
    package = Path(__file__).parent
    versions: dict[str, str] = {}
    for path in sorted(package.rglob("*")):
        name = path.relative_to(package).with_suffix("")
        if path.suffix in _READERS and name.parts[0] in (*STAGES, "limits"):
            data = path.read_bytes()
            stated = _READERS[path.suffix](data.decode("utf-8")).get("version", "0")
            versions[name.as_posix()] = f"{stated}+{hashlib.sha256(data).hexdigest()[:8]}"
    return versions
