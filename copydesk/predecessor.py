"""The version before the one that is built: its rows, to compare with, and what it says of itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import pyarrow as pa

from copydesk.bulk import Tables, parquet_rows
from copydesk.store.errors import BrokenStore, DatasetNotWritable, is_disk_full
from copydesk.store.files import Files
from copydesk.store.folder import FolderStore
from copydesk.store.heal import check_listed
from copydesk.store.layout import RELEASE, version_path
from copydesk.store.manifest import parse_manifest
from copydesk.store.notices import one_line
from copydesk.store.place import Place, open_store
from copydesk.store.read import read_index, taken_back
from copydesk.store.sums import open_plain, sha256_of


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


def read_version(files: Files, below: str = "", *, whole: bool = False) -> Version:
    """The version in a folder of ``files``, whatever schema it follows. Its rows are read when they are asked for.

    ``whole``: its data files have the hashes that release.json says, as what a new version is held against should.
    Raises BrokenStore, now or when rows are asked for, where a file of it is missing, cannot be read or lies outside of
    its folder.
    """
    said = _Said(f"Version {below.rpartition('/')[2]} of {files.name}" if below else f"The version in {files.name}")
    folder = f"{below}/" if below else ""
    with said.of(RELEASE):
        release = parse_manifest(files.read(folder + RELEASE))
        found = [resource for resource in release["resources"] if resource["format"] == "parquet"]
        sums = {resource["path"]: resource["sha256"] for resource in found} if whole else {}
        paths: dict[str, list[str]] = {}
        for resource in found:
            paths.setdefault(resource["table"], []).append(resource["path"])
    here = _Here(files, folder, sums, said)
    tables = {}
    for name, parts in paths.items():
        with said.of(", ".join(parts)):
            tables[name] = parquet_rows(parts, here.open)
    return Version(tables, release)


def check_last(dataset: Place) -> None:
    """Raises BrokenStore where the last good version is not what it says, before there is any work to lose.

    In a folder its tables are hashed, which takes a second a gigabyte. One in a bucket would have to be fetched for
    that: there, every file of the tables has to be there at its length, and what else is wrong with it shows when the
    new version is held against it.
    """
    try:
        files = open_store(dataset)
    except DatasetNotWritable:  # a web server: nothing can be published there, as others say
        return
    for entry in reversed(read_index(files.read, files.name) or ()):
        if entry.status == "success" and not taken_back(files, entry.version):
            check_listed(files, entry)
            if isinstance(files, FolderStore):
                read_version(files, version_path(entry.version), whole=True)
            else:
                _check_lengths(files, version_path(entry.version))
            return


def _check_lengths(files: Files, folder: str) -> None:
    said = _Said(f"Version {folder.rpartition('/')[2]} of {files.name}")
    with said.of(RELEASE):
        release = parse_manifest(files.read(f"{folder}/{RELEASE}"))
    for resource in release["resources"]:
        if resource["format"] == "parquet":
            with said.of(resource["path"]), files.open(f"{folder}/{resource['path']}") as file:
                if (length := file.seek(0, os.SEEK_END)) != resource["bytes"]:
                    raise ValueError(f"it has {length:,} bytes, and {RELEASE} says {resource['bytes']:,}")


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a version that cannot be read."""

    version: str

    @contextmanager
    def of(self, path: str) -> Iterator[None]:
        """Raises BrokenStore where this file cannot be read; a full disk, and a connection that may come again, are no
        fault of the version."""
        try:
            yield
        except (BrokenStore, TimeoutError, ConnectionError):
            raise
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            if is_disk_full(error) or isinstance(error, MemoryError):
                raise
            raise BrokenStore(
                f"{self.version} cannot be read ({path}: {_why(error)}): put it back from a copy, or withdraw it."
            ) from error


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    said = (error.strerror if isinstance(error, OSError) else None) or f"{error}"
    return one_line(said) or type(error).__name__


class _Here:
    """Opens files where they lie; those from elsewhere in a copy, because a table is read more than once. Where
    there is a sum of one, it is held against it when it is opened first."""

    def __init__(self, files: Files, folder: str, sums: Mapping[str, str], said: _Said) -> None:
        self._files = files
        self._folder = folder
        self._sums = dict(sums)
        self._said = said
        self._copies: TemporaryDirectory[str] | None = None

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        with self._said.of(path):
            place = self._place(path)
            if (wanted := self._sums.pop(path, None)) and sha256_of(place) != wanted:
                raise ValueError(f"its SHA-256 is not the one that {RELEASE} lists")
            with open_plain(place) as file:
                yield file

    def _place(self, path: str) -> Path:
        if isinstance(self._files, FolderStore):
            return self._files.folder / self._folder / path
        if self._copies is None:
            self._copies = TemporaryDirectory(prefix="copydesk-before-")  # goes with the tables
        copy = Path(self._copies.name) / path.replace("/", "-")
        if not copy.exists():
            with copy.open("wb") as target:
                target.writelines(self._files.stream(self._folder + path)[1])
        return copy
