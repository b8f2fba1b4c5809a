"""A copy of a version in a local folder, laid out as the dataset is. What was fetched before an interruption is kept.

Everything that comes from elsewhere is checked before it is believed: the sums against the index, the paths in them
for ways out of the folder, every file against the sums; only then does the version appear in its place.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from copydesk.store import layout
from copydesk.store.errors import BrokenStore, DatasetNotWritable, NoSuchVersion
from copydesk.store.files import Files, write_aside
from copydesk.store.folder import FolderStore
from copydesk.store.heal import entry_in, mend
from copydesk.store.notices import WITHDRAWN, YANKED, record, sentence
from copydesk.store.place import Place, open_files, split_place
from copydesk.store.plan import Listed, is_entry_of, to_json
from copydesk.store.read import check_tombstone, find, read_index
from copydesk.store.sums import compare, parse_sums, sha256_of, unsafe
from copydesk.store.takedowns import Takedowns, as_value

_PART = ".part"


@dataclass(frozen=True, slots=True)
class Downloaded:
    """``new`` is False where the copy was there already. ``notes``: what to know of the version, a sentence each."""

    version: str
    folder: Path
    new: bool
    notes: tuple[str, ...]


def download(
    source: Place,
    to: Path,
    version: str = "latest",
    *,
    wait_seconds: float = 0.0,
    progress: Callable[[str], None] = lambda _: None,
) -> Downloaded:
    """Copies a version from a dataset (or one version's folder) into the dataset ``to``, which is made where need be.

    An interrupted download goes on where it stopped. Takedowns and yanks come along, so that ``load`` honours them in
    the copy too. Raises NoSuchDataset, NoSuchVersion, Withdrawn, BrokenStore for what is not as the index and the sums
    say, and what ``publish`` raises for a folder that cannot be written.
    """
    place, named = split_place(source)
    if named is not None and version not in ("latest", named):
        raise NoSuchVersion(f"{source} is the folder of version {named}, not {version}.")
    files, target = open_files(place), FolderStore(to)
    found = find(files.read, files.name, named or version)
    entry = found.entry
    folder = layout.version_path(entry.version)
    target.check_writable()
    with target.lock(wait_seconds):
        there = _is_there(target, entry)
        _check_other_origin(target, files)
        if not there:
            fetched = _fetch(files, entry, to / layout.DOWNLOAD, progress)
        _bring(target, found.takedowns, [entry])
        if not there:
            target.add_folder(fetched, folder)
        held = mend(target)
    notes = (*found.notes(files.name), *_withdrawn_here(files, [one.version for one in held.entries], to))
    return Downloaded(entry.version, to / folder, not there, notes)


def _is_there(target: FolderStore, entry: Listed) -> bool:
    folder = layout.version_path(entry.version)
    if entry.version not in target.children(layout.VERSIONS):
        return False
    try:
        if is_entry_of(entry, entry_in(target, folder)) and not compare(target.folder / folder):
            return True
    except (OSError, KeyError, TypeError, ValueError):
        pass
    raise BrokenStore(
        f"{target.name}/{folder} is there and is not this version, or was changed: name another folder, or move it "
        "away."
    )


def _check_other_origin(target: FolderStore, files: Files) -> None:
    if isinstance(files, FolderStore) and files.folder.resolve() == target.folder.resolve():
        raise DatasetNotWritable(f"{target.name} is the dataset itself: name another folder for the copy.")


def _fetch(files: Files, entry: Listed, work: Path, progress: Callable[[str], None]) -> Path:
    """Every file of the version in a folder that keeps what it has until all is there."""
    sums = _sums(files, entry)
    # Named by the sums: what was begun of another version with the same number is not taken for a part of this one.
    folder = work / f"{entry.version}-{entry.sums_sha256[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    for number, (path, digest) in enumerate(sums.items(), start=1):
        progress(f"{path} ({number} of {len(sums)})")
        _fetch_file(files, entry, path, digest, folder)
    (folder / layout.SUMS).write_bytes(files.read(f"{layout.version_path(entry.version)}/{layout.SUMS}"))
    with suppress(FileNotFoundError):  # only a signed version has it
        (folder / layout.SIGNATURE).write_bytes(files.read(f"{layout.version_path(entry.version)}/{layout.SIGNATURE}"))
    if differences := compare(folder):
        raise BrokenStore(
            f"{folder} is not the version that was to be fetched ({differences[0].path}: {differences[0].what}): "
            "remove it and try again."
        )
    return folder


def _sums(files: Files, entry: Listed) -> Mapping[str, str]:
    """The version's sums, as the index lists them. Raises BrokenStore for a path that leads elsewhere."""
    where = f"{files.name}/{layout.version_path(entry.version)}/{layout.SUMS}"
    try:
        data = files.read(f"{layout.version_path(entry.version)}/{layout.SUMS}")
    except FileNotFoundError as error:
        check_tombstone(files.read, files.name, entry.version)
        raise BrokenStore(f"{where} is not there, and the index lists the version.") from error
    if hashlib.sha256(data).hexdigest() != entry.sums_sha256:
        raise BrokenStore(f"{where} is not the file that {layout.INDEX} lists: nothing was downloaded.")
    try:
        sums = parse_sums(data)
    except ValueError as error:
        raise BrokenStore(f"{where}: {error}; nothing was downloaded.") from error
    for path in sums:
        above = [parent.as_posix() for parent in PurePosixPath(path).parents]
        if unsafe(path) or path + _PART in sums or any(parent in sums for parent in above):
            raise BrokenStore(f"{where} lists {path!r}, which is no place for a file: nothing was downloaded.")
    if sums.get(layout.RELEASE) != entry.release_sha256:
        raise BrokenStore(f"{where} does not list the {layout.RELEASE} of {layout.INDEX}: nothing was downloaded.")
    return sums


def _fetch_file(files: Files, entry: Listed, path: str, digest: str, folder: Path) -> None:
    target = folder / path
    if target.is_file() and not target.is_symlink():
        return  # it was checked before it got its name; all are read once more at the end
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise BrokenStore(f"{target.parent} leads out of {folder}: remove it and try again.")
    part = target.with_name(target.name + _PART)
    began = _pour(files, f"{layout.version_path(entry.version)}/{path}", part, entry)
    if sha256_of(part) != digest and began:
        part.unlink()  # what was there from before is of something else
        _pour(files, f"{layout.version_path(entry.version)}/{path}", part, entry)
    if (actual := sha256_of(part)) != digest:
        part.unlink()
        raise BrokenStore(
            f"{files.name}/{layout.version_path(entry.version)}/{path} has the SHA-256 {actual}, and {layout.SUMS} "
            f"says {digest}: try again later, or tell who publishes it."
        )
    part.replace(target)


def _pour(files: Files, path: str, part: Path, entry: Listed) -> int:
    """Appends what is missing; returns where it began."""
    opened = os.open(part, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), layout.FILE_MODE)
    with os.fdopen(opened, "r+b") as file:
        there = file.seek(0, os.SEEK_END)
        try:
            began, chunks = files.stream(path, there)
        except FileNotFoundError as error:
            check_tombstone(files.read, files.name, entry.version)
            raise BrokenStore(f"{files.name}/{path} is not there, and {layout.SUMS} lists it.") from error
        file.seek(began)
        file.truncate()
        for chunk in chunks:
            file.write(chunk)
            file.flush()
    return began


def _bring(target: FolderStore, takedowns: Takedowns, entries: list[Listed]) -> None:
    """What is said of the versions comes before them: a copy never shows what its origin would not."""
    with target.staging() as run:
        said = {layout.TAKEDOWNS: to_json(as_value(takedowns))} if takedowns else {}
        for entry in entries:
            if entry.notice is not None and entry.notice.status == YANKED:
                said[layout.yank_path(entry.version)] = to_json(record(entry.version, entry.notice))
        for name, path in write_aside(run, said).items():
            target.replace(path, name)


def _withdrawn_here(files: Files, held: list[str], to: Path) -> list[str]:
    """Versions in the copy that their origin has withdrawn since: nobody's copy is deleted unasked."""
    return [
        f"{sentence(files.name, entry.version, entry.notice)} It is still in {to}: delete it there."
        for entry in read_index(files.read, files.name) or ()
        if entry.status == WITHDRAWN and entry.notice and entry.version in held
    ]
