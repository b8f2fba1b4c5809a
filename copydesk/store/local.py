"""Publishing into a local folder: build aside, check, rename, flip the pointers; and mend what a killed run left."""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from copydesk.store import layout
from copydesk.store.errors import BrokenBuild, BrokenStore, disk_full, not_writable
from copydesk.store.lock import remove_stale, staging_folder, writer_lock
from copydesk.store.plan import (
    Listed,
    index_of,
    is_same,
    latest_of,
    listed,
    plan_version,
    pointer_to,
    sorted_versions,
    to_json,
)
from copydesk.store.read import folder_reader, read_index
from copydesk.store.sums import compare, files_of, sha256_of

Build = Callable[[str, str | None, Path], None]
"""Writes every file of a version: (version, the previous version or None, an empty folder)."""

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS})


@dataclass(frozen=True, slots=True)
class Published:
    """What a run has published: ``new`` is False where the latest version held the same already."""

    version: str
    folder: Path
    new: bool
    previous: str | None
    healed: tuple[str, ...] = ()
    """What a killed run had left, and what was done about it; a sentence each."""


def check_writable(dataset: Path) -> None:
    """Makes the dataset's folder if need be and writes a byte to it, so that a long run fails at its start.

    Raises DatasetNotWritable or DiskFull.
    """
    with not_writable(dataset):
        for folder in (dataset, dataset / layout.VERSIONS, dataset / layout.STAGING):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                folder.chmod(layout.FOLDER_MODE)
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"\0")
                probe.flush()
        with (dataset / layout.LOCK).open("ab"):
            pass


def publish(
    dataset: Path,
    build: Build,
    *,
    content_hash: str,
    as_of: date,
    wait_seconds: float,
    identity: Mapping[str, Any] | None = None,
) -> Published:
    """Publishes what ``build`` writes as the dataset's next version, or nothing where the latest has the same content.

    ``content_hash`` is what the version's release.json will say; ``identity`` names further entries of release.json
    that have to be equal for a version to count as the same (``{"schema_version": …}``). ``wait_seconds`` is how long
    to wait for another writer. ``build`` runs while the lock is held; what it raises is raised here, and the staging
    folder is removed.

    Raises DatasetNotWritable, DiskFull, StoreBusy, BrokenStore, BrokenBuild, OutOfOrder.
    """
    check_writable(dataset)
    with disk_full(dataset), writer_lock(dataset, wait_seconds):
        entries, healed = _heal(dataset)
        latest = latest_of(entries)
        previous = latest.version if latest else None
        if latest and is_same(_release_of(_folder(dataset, latest.version)), content_hash, identity or {}):
            return Published(latest.version, _folder(dataset, latest.version), False, latest.previous, healed)
        version = plan_version(as_of, [entry.version for entry in entries])
        with staging_folder(dataset) as run:
            staged = run / "version"
            staged.mkdir()
            build(version, previous, staged)
            entry = _check_build(staged, version, previous, content_hash)
            _settle(staged)
            pointers = _write_pointers(run, (*entries, entry))
            staged.rename(_folder(dataset, version))
            _fsync_folder(dataset / layout.VERSIONS)
            _flip(dataset, pointers)
    return Published(version, _folder(dataset, version), True, previous, healed)


def heal(dataset: Path, *, wait_seconds: float = 0.0) -> tuple[str, ...]:
    """Mends what a killed run left: lists whole versions that are not listed, rewrites pointers, removes stale staging.

    Returns a sentence for each thing done. Raises as ``publish`` does.
    """
    check_writable(dataset)
    with disk_full(dataset), writer_lock(dataset, wait_seconds):
        return _heal(dataset)[1]


def _heal(dataset: Path) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    for name in (layout.INDEX, layout.LATEST, layout.LATEST_LINK):
        target = dataset / name
        if target.is_dir() and not target.is_symlink():
            raise BrokenStore(f"{target} is a folder where a pointer belongs: move it away and run again.")
    done = [f"Removed what an unfinished run had left in {layout.STAGING}/{name}." for name in remove_stale(dataset)]
    known = {entry.version: entry for entry in read_index(folder_reader(dataset), str(dataset)) or ()}
    there = sorted_versions(path.name for path in _subfolders(dataset / layout.VERSIONS))
    for version in sorted_versions(known.keys() - set(there)):
        raise BrokenStore(
            f"{dataset}/{layout.INDEX} lists version {version}, and {layout.version_path(version)} is not there: put "
            f"it back from a copy, or delete {layout.INDEX} to go on without it."
        )
    entries = []
    for version in there:
        folder = _folder(dataset, version)
        if version in known:
            entries.append(_check_listed(folder, known[version]))
        else:
            entries.append(_check_unlisted(folder))
            done.append(f"Listed version {version}, which a run had finished and not listed.")
    if entries and not _pointers_are_right(dataset, entries):
        with staging_folder(dataset) as run:
            _flip(dataset, _write_pointers(run, entries))
        done.append(f"Wrote {layout.INDEX}, {layout.LATEST} and the link to the latest version anew.")
    return tuple(entries), tuple(done)


def _subfolders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _folder(dataset: Path, version: str) -> Path:
    return dataset / layout.version_path(version)


def _release_of(folder: Path) -> dict[str, Any]:
    release: dict[str, Any] = json.loads((folder / layout.RELEASE).read_bytes())
    return release


def _entry_of(folder: Path) -> Listed:
    """Raises OSError, KeyError, TypeError, ValueError."""
    return listed(
        _release_of(folder),
        release_sha256=sha256_of(folder / layout.RELEASE),
        sums_sha256=sha256_of(folder / layout.SUMS),
    )


def _check_listed(folder: Path, entry: Listed) -> Listed:
    """A listed version costs two small files to check; ``verify`` reads all of it."""
    with suppress(OSError, KeyError, TypeError, ValueError):
        # The status is the index's own: withdrawing a version never touches the version.
        if replace(_entry_of(folder), status=entry.status) == entry:
            return entry
    raise BrokenStore(
        f"{folder} was changed after it was published: its {layout.RELEASE} or {layout.SUMS} is not the one that "
        f"{layout.INDEX} lists. Put the folder back from a copy; `copydesk verify` shows what differs."
    )


def _check_unlisted(folder: Path) -> Listed:
    differences = compare(folder)
    if not differences:
        with suppress(OSError, KeyError, TypeError, ValueError):
            entry = _entry_of(folder)
            if entry.version == folder.name:
                return entry
    why = (
        f"{differences[0].path}: {differences[0].what}" if differences else f"its {layout.RELEASE} is of something else"
    )
    raise BrokenStore(
        f"{folder} is not listed in {layout.INDEX} and is not a whole version ({why}). No run of copydesk leaves such "
        "a folder: move it out of the dataset, or put it back from a copy."
    )


def _check_build(staged: Path, version: str, previous: str | None, content_hash: str) -> Listed:
    """Re-reads every file of what was built. Raises BrokenBuild."""
    differences = compare(staged)
    if differences:
        listing = "; ".join(f"{difference.path}: {difference.what}" for difference in differences[:3])
        raise BrokenBuild(f"The build of version {version} is not whole, and nothing was published ({listing}).")
    try:
        entry = _entry_of(staged)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BrokenBuild(
            f"The build of version {version} has no usable {layout.RELEASE} ({type(error).__name__}: {error}); "
            "nothing was published."
        ) from error
    said = (entry.version, entry.previous, entry.content_hash, entry.status)
    if said != (version, previous, content_hash, "success"):
        raise BrokenBuild(
            f"The build's {layout.RELEASE} says (version, previous, content_hash, status) = {said}, and not "
            f"{(version, previous, content_hash, 'success')}; nothing was published."
        )
    return entry


def _settle(staged: Path) -> None:
    """Readable modes, and everything on disk before it is renamed: a power cut leaves a whole version or none."""
    folders = {staged}
    for path in files_of(staged):
        file = staged / path
        file.chmod(layout.FILE_MODE)
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
        folders.update(parent for parent in file.parents if parent.is_relative_to(staged))
    for folder in sorted(folders, reverse=True):
        folder.chmod(layout.FOLDER_MODE)
        _fsync_folder(folder)


def _fsync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        # Some file systems cannot sync a folder; its entries are then as safe as they can be.
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)


def _write_pointers(run: Path, entries: tuple[Listed, ...] | list[Listed]) -> tuple[Path, ...]:
    """Writes the pointers aside, in the order to flip them: a full disk then shows before the commit, not after."""
    latest = latest_of(entries)
    contents = [(layout.INDEX, index_of(entries)), *([(layout.LATEST, pointer_to(latest))] if latest else [])]
    written = []
    for name, value in contents:
        path = run / name
        with path.open("wb") as file:
            file.write(to_json(value))
            file.flush()
            os.fsync(file.fileno())
        path.chmod(layout.FILE_MODE)
        written.append(path)
    if latest:
        link = run / layout.LATEST_LINK
        try:
            link.symlink_to(layout.version_path(latest.version), target_is_directory=True)
            written.append(link)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
    return tuple(written)


def _flip(dataset: Path, pointers: tuple[Path, ...]) -> None:
    for pointer in pointers:
        pointer.replace(dataset / pointer.name)
    _fsync_folder(dataset)


def _pointers_are_right(dataset: Path, entries: list[Listed]) -> bool:
    latest = latest_of(entries)
    wanted = {layout.INDEX: to_json(index_of(entries))}
    if latest:
        wanted[layout.LATEST] = to_json(pointer_to(latest))
    read = folder_reader(dataset)
    try:
        if any(read(name) != data for name, data in wanted.items()):
            return False
        link = dataset / layout.LATEST_LINK
        return latest is None or link.readlink() == Path(layout.version_path(latest.version))
    except OSError:
        return False
