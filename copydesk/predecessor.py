"""The version before the one that is built: its rows, to compare with, and what it says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.store.layout import RELEASE


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its tables by name, with the columns that it has, and its release.json."""

    tables: Mapping[str, pa.Table]
    release: Mapping[str, Any]

    @property
    def provenance(self) -> Mapping[str, Any]:
        """What it was made from and with."""
        return dict(self.release.get("provenance") or {})

    @property
    def files(self) -> dict[str, str]:
        """The paths of its data files, to their SHA-256."""
        return {resource["path"]: resource["sha256"] for resource in self.release["resources"]}


def read_version(folder: Path) -> Version:
    """A version's folder, whatever schema it follows. Raises OSError, ValueError or KeyError where it is none."""
    release: dict[str, Any] = json.loads((folder / RELEASE).read_bytes())
    paths: dict[str, list[str]] = {}
    for resource in release["resources"]:
        if resource["format"] == "parquet":
            paths.setdefault(resource["table"], []).append(resource["path"])
    tables = {
        name: pa.concat_tables([pq.read_table(folder / path, partitioning=None) for path in parts])
        for name, parts in paths.items()
    }
    return Version(tables, release)
