"""The version before the one that is built: its rows, to compare with, and what it says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from copydesk.store.files import Files
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


def read_version(files: Files, below: str = "") -> Version:
    """The version in a folder of ``files``, whatever schema it follows.

    Raises OSError, ValueError or KeyError where there is none.
    """
    folder = f"{below}/" if below else ""
    release: dict[str, Any] = json.loads(files.read(folder + RELEASE))
    parts: dict[str, list[pa.Table]] = {}
    for resource in release["resources"]:
        if resource["format"] == "parquet":
            with files.open(folder + resource["path"]) as file, pq.ParquetFile(file) as parquet:
                parts.setdefault(resource["table"], []).append(parquet.read())
    return Version({name: pa.concat_tables(read) for name, read in parts.items()}, release)
