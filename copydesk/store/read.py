"""What readers may see: the versions that index.json lists, and the one that latest.json points to."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from copydesk.store.errors import BrokenStore, NoSuchDataset, NoSuchVersion
from copydesk.store.layout import INDEX, LATEST
from copydesk.store.plan import Listed, entries_of, latest_of

Reader = Callable[[str], bytes]
"""Reads one file of a dataset by its path below the dataset. Raises FileNotFoundError."""


def folder_reader(dataset: Path) -> Reader:
    """Reads files below a local folder. A path that leads through a file is one that is not there."""

    def read(path: str) -> bytes:
        try:
            return (dataset / path).read_bytes()
        except NotADirectoryError as error:
            raise FileNotFoundError(*error.args) from error

    return read


def read_index(read: Reader, place: str) -> tuple[Listed, ...] | None:
    """The versions that a dataset lists, oldest first; None where there is no index. Raises BrokenStore."""
    try:
        data = read(INDEX)
    except FileNotFoundError:
        return None
    try:
        return entries_of(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BrokenStore(
            f"{place}/{INDEX} is not an index of versions ({type(error).__name__}: {error}). It is derived from the "
            "versions: delete it, and the next run checks every version and writes it anew."
        ) from error


def read_latest(read: Reader, place: str) -> str | None:
    """The version that latest.json points to; None where the file is not there (yet). Raises BrokenStore."""
    try:
        data = read(LATEST)
    except FileNotFoundError:
        return None
    try:
        version: Any = json.loads(data)["version"]
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenStore(
            f"{place}/{LATEST} is not a pointer to a version ({type(error).__name__}: {error}). It is derived from the "
            "versions: delete it, and the next run writes it anew."
        ) from error
    return str(version)


def find_version(read: Reader, place: str, version: str = "latest") -> Listed:
    """A version that the dataset lists. Raises NoSuchDataset, NoSuchVersion (naming those there are) or BrokenStore."""
    # The pointer first: a run flips it after the index, so that the index read next lists what it points to.
    pointed = read_latest(read, place) if version == "latest" else version
    entries = read_index(read, place) or ()
    latest = latest_of(entries)
    if latest is None:
        raise NoSuchDataset(
            f"There is no published version in {place}: name the folder that holds {INDEX}, or run copydesk first."
        )
    wanted = latest.version if pointed is None else pointed
    for entry in entries:
        if entry.version == wanted:
            return entry
    there_are = ", ".join(entry.version for entry in reversed(entries))
    if version == "latest":
        raise BrokenStore(
            f"{place}/{LATEST} points to {wanted!r}, which {INDEX} does not list: run copydesk once, which writes both "
            f"anew, or name a version ({there_are})."
        )
    raise NoSuchVersion(f"{place} has no version {version!r}; there are {there_are}.")
