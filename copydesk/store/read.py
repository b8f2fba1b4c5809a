"""What readers may see: the versions that index.json lists, and the one that latest.json points to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copydesk.store.errors import BrokenStore, NoSuchDataset, NoSuchVersion, Withdrawn
from copydesk.store.files import Files
from copydesk.store.folder import FolderStore
from copydesk.store.layout import INDEX, LATEST, TAKEDOWNS, tombstone_path, yank_path
from copydesk.store.notices import WITHDRAWN, Notice, notice_of, sentence
from copydesk.store.plan import Listed, entries_of, latest_of, sorted_versions
from copydesk.store.takedowns import Takedowns, parse

Reader = Callable[[str], bytes]
"""Reads one file of a dataset by its path below the dataset. Raises FileNotFoundError."""


def folder_reader(dataset: Path) -> Reader:
    """Reads files below a local folder. A path that leads through a file is one that is not there."""

    return FolderStore(dataset).read


def read_index(read: Reader, place: str) -> tuple[Listed, ...] | None:
    """The versions that a dataset lists, oldest first; None where there is no index. Raises BrokenStore."""
    index = _read_index(read, place)
    return None if index is None else index[0]


def _read_index(read: Reader, place: str) -> tuple[tuple[Listed, ...], int] | None:
    """The versions, and how many articles were taken down."""
    try:
        data = read(INDEX)
    except FileNotFoundError:
        return None
    try:
        index = json.loads(data)
        return entries_of(index), int(index.get("takedowns", 0))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
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
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenStore(
            f"{place}/{LATEST} is not a pointer to a version ({type(error).__name__}: {error}). It is derived from the "
            "versions: delete it, and the next run writes it anew."
        ) from error
    return str(version)


def read_notice(read: Reader, place: str, path: str) -> dict[str, Any] | None:
    """What ``yanks/`` or ``tombstones/`` say of a version; None where they say nothing. Raises BrokenStore."""
    try:
        data = read(path)
    except FileNotFoundError:
        return None
    try:
        value: dict[str, Any] = json.loads(data)
        notice_of(value)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenStore(f"{place}/{path} is not the record of a withdrawal: put it back from a copy.") from error
    return value


def read_takedowns(read: Reader, place: str) -> Takedowns:
    """The articles that were taken down; none where there is no list. Raises BrokenStore."""
    try:
        data = read(TAKEDOWNS)
    except FileNotFoundError:
        return Takedowns()
    try:
        return parse(data)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BrokenStore(
            f"{place}/{TAKEDOWNS} is not a list of takedowns ({type(error).__name__}: {error}): put it back from a "
            "copy."
        ) from error


@dataclass(frozen=True, slots=True)
class Found:
    """A version, and what was taken down since it or before."""

    entry: Listed
    takedowns: Takedowns

    def notes(self, place: str) -> tuple[str, ...]:
        """What a careful reader is told of the version: a sentence each."""
        entry = self.entry
        said = [sentence(place, entry.version, entry.notice)] if entry.notice else []
        if entry.takedowns is None:  # a version of an older Copydesk: on its own day it was made after them, or not
            since = sum(takedown.date >= entry.released for takedown in self.takedowns.articles)
        else:
            since = len(self.takedowns.articles[entry.takedowns :])
        if since:
            articles = "1 article was" if since == 1 else f"{since} articles were"
            said.append(
                f"{articles} taken down after version {entry.version} of {place} was made: its files may hold them, "
                "and copydesk.load leaves them out."
            )
        return tuple(said)


def find(read: Reader, place: str, version: str = "latest") -> Found:
    """A version that may be read, and the takedowns. Raises Withdrawn, and as ``find_version``."""
    entry, takedowns = _find(read, place, version)
    check_there(place, entry)
    if not takedowns:
        return Found(entry, Takedowns())
    found = read_takedowns(read, place)
    if not found:
        raise BrokenStore(f"{place}/{TAKEDOWNS} is not there, and {INDEX} speaks of it: put it back from a copy.")
    return Found(entry, found)


def notes_on(files: Files, version: str = "latest") -> tuple[str, ...]:
    """What a careful reader is told of a version. Raises as ``find``."""
    return find(files.read, files.name, version).notes(files.name)


def check_there(place: str, entry: Listed) -> None:
    """Raises Withdrawn for a version that the index says was withdrawn."""
    if entry.status == WITHDRAWN:
        raise Withdrawn(sentence(place, entry.version, entry.notice or Notice(WITHDRAWN, "no reason is given", "?")))


def check_tombstone(read: Reader, place: str, version: str) -> None:
    """Raises Withdrawn where a version whose files are gone has a tombstone: an index may be older than it."""
    value = read_notice(read, place, tombstone_path(version))
    if value is not None:
        raise Withdrawn(sentence(place, version, notice_of(value)))


def find_version(read: Reader, place: str, version: str = "latest") -> Listed:
    """A version that the dataset lists. Raises NoSuchDataset, NoSuchVersion (naming those there are) or BrokenStore."""
    return _find(read, place, version)[0]


def _find(read: Reader, place: str, version: str) -> tuple[Listed, int]:
    # The pointer first: a run flips it after the index, so that the index read next lists what it points to.
    pointed = read_latest(read, place) if version == "latest" else version
    entries, takedowns = _read_index(read, place) or ((), 0)
    if not entries:
        raise NoSuchDataset(
            f"There is no published version in {place}: name the folder that holds {INDEX}, or run copydesk first."
        )
    by_version = {entry.version: entry for entry in entries}
    there_are = ", ".join(reversed(sorted_versions(by_version)))
    if version != "latest":
        if version not in by_version:
            raise NoSuchVersion(f"{place} has no version {version!r}; there are {there_are}.")
        return by_version[version], takedowns
    if pointed is not None and pointed not in by_version:
        raise BrokenStore(
            f"{place}/{LATEST} points to {pointed!r}, which {INDEX} does not list: run copydesk once, which writes "
            f"both anew, or name a version ({there_are})."
        )
    # The index is the newer of the two: what it calls yanked or withdrawn was that after the pointer was flipped.
    latest = by_version[pointed] if pointed is not None else None
    if latest is None or latest.status != "success":
        latest = latest_of(entries)
    if latest is None:
        raise NoSuchVersion(f"{place} has no good version: all were yanked or withdrawn ({there_are}).")
    return latest, takedowns


def yank_of(read: Reader, place: str, version: str) -> Notice | None:
    value = read_notice(read, place, yank_path(version))
    return None if value is None else notice_of(value)


def taken_back(files: Files, version: str) -> bool:
    """Whether a version was yanked or withdrawn, perhaps after the index was written. Raises BrokenStore."""
    tombstone = read_notice(files.read, files.name, tombstone_path(version))
    return tombstone is not None or yank_of(files.read, files.name, version) is not None
