"""The version before the one that is built: its rows, to compare with, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from copydesk.bulk import Tables, parquet_rows
from copydesk.store.files import Files
from copydesk.store.folder import FolderStore
from copydesk.store.layout import RELEASE
from copydesk.store.manifest import parse_manifest


@dataclass(frozen=True, slots=True)
class Version:
    """A published version: its tables by name, with the columns that it has, and its release.json."""

    tables: Tables
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
    """The version in a folder of ``files``, whatever schema it follows. Its rows are read when they are asked for.

    Raises OSError or ValueError where there is none, or where it names files outside of its folder.
    """
    folder = f"{below}/" if below else ""
    release = parse_manifest(files.read(folder + RELEASE))
    paths: dict[str, list[str]] = {}
    for resource in release["resources"]:
        if resource["format"] == "parquet":
            paths.setdefault(resource["table"], []).append(folder + resource["path"])
    here = _Here(files)
    return Version({name: parquet_rows(found, here.open) for name, found in paths.items()}, release)


class _Here:
    """Opens files where they lie; those from elsewhere in a copy, because a table is read more than once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._copies: TemporaryDirectory[str] | None = None

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        if isinstance(self._files, FolderStore):
            with self._files.open(path) as file:
                yield file
            return
        if self._copies is None:
            self._copies = TemporaryDirectory(prefix="copydesk-before-")  # goes with the tables
        copy = Path(self._copies.name) / path.replace("/", "-")
        if not copy.exists():
            with copy.open("wb") as target:
                target.writelines(self._files.stream(path)[1])
        with copy.open("rb") as file:
            yield file
