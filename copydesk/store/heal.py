"""What a dataset holds, and the pointers that follow from it; and mending what a killed run left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from copydesk.store import layout
from copydesk.store.errors import BrokenStore
from copydesk.store.files import Files, Store, write_aside
from copydesk.store.notices import notice_of, withdrawn_page
from copydesk.store.plan import (
    Listed,
    entries_of,
    index_of,
    is_entry_of,
    latest_of,
    listed,
    pointer_to,
    sorted_versions,
    to_json,
    with_notice,
)
from copydesk.store.read import read_index, read_notice, read_takedowns, yank_of
from copydesk.store.sums import compare_files
from copydesk.store.takedowns import Takedowns

RootFiles = Callable[[Mapping[str, Any]], Mapping[str, bytes]]
"""From what index.json will say to further files at the dataset's root, such as its page: derived like the index."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a dataset holds, once it is mended."""

    entries: tuple[Listed, ...]
    takedowns: Takedowns
    healed: tuple[str, ...]
    """What a killed run had left, and what was done about it; a sentence each."""


def mend(store: Store, root_files: RootFiles | None = None) -> Held:
    """Mends what a killed run left: lists whole versions that are not listed, finishes withdrawals, rewrites pointers.

    The caller holds the lock. Raises BrokenStore for what no run leaves behind.
    """
    store.check_shape()
    done = store.clean()
    known = {entry.version: entry for entry in read_index(store.read, store.name) or ()}
    withdrawn = {entry.version: entry for entry in _withdrawn(store)}
    there = set(sorted_versions(store.children(layout.VERSIONS)))
    for version in sorted_versions(known.keys() - there - withdrawn.keys()):
        raise _gone(store, version)
    entries = dict(withdrawn)
    for version in sorted_versions(there - withdrawn.keys()):
        if version in known:
            entry = _check_listed(store, known[version])
        elif not store.at_once and layout.RELEASE not in store.files_below(layout.version_path(version)):
            store.delete(layout.version_path(version))
            done.append(f"Removed what an unfinished run had uploaded of version {version}.")
            continue
        else:
            entry = _check_unlisted(store, version)
            done.append(f"Listed version {version}, which a run had finished and not listed.")
        entries[version] = with_notice(entry, yank_of(store.read, store.name, version))
    held = tuple(entries[version] for version in sorted_versions(entries))
    takedowns = read_takedowns(store.read, store.name)
    wanted = pointers(held, takedowns, root_files)
    if held and (wrong := _wrong(store, wanted, held)):
        with store.staging() as run:
            flip(store, write_pointers(run, wanted), held, run)
        if wrong & {layout.INDEX, layout.LATEST, layout.LATEST_LINK}:
            done.append(f"Wrote {layout.INDEX}, {layout.LATEST} and what follows from the versions anew.")
        else:  # no harm: these say what dataset.toml says, and somebody has edited it
            names = ", ".join(sorted(wrong))
            done.append(f"Wrote {names} anew, after what is said of the dataset now; versions keep what they say.")
    # After the pointers: nobody is sent to what is deleted here.
    done += [sentence for version in sorted_versions(withdrawn) if (sentence := _empty(store, withdrawn[version]))]
    return Held(held, takedowns, tuple(done))


def check_listed(store: Store, entry: Listed) -> None:
    """Raises BrokenStore, as ``mend`` would, where a version that the index lists is gone or was changed."""
    if entry.version not in store.children(layout.VERSIONS):
        raise _gone(store, entry.version)
    _check_listed(store, entry)


def pointers(
    entries: tuple[Listed, ...], takedowns: Takedowns, root_files: RootFiles | None
) -> dict[str, bytes | None]:
    """The derived files at the dataset's root, in the order to write them; None for one that has to go."""
    index = index_of(entries, len(takedowns))
    more = dict(root_files(index)) if root_files else {}
    for name in more:
        if name in layout.OURS or name.startswith(".") or "/" in name or "\\" in name:
            raise ValueError(f"{name!r} cannot stand at a dataset's root")
    latest = latest_of(entries)
    return {
        layout.INDEX: to_json(index),
        **{name: more[name] for name in sorted(more)},
        layout.LATEST: to_json(pointer_to(latest)) if latest else None,
    }


def write_pointers(run: Path, wanted: Mapping[str, bytes | None]) -> dict[str, Path | None]:
    """Writes the pointers aside: a full disk then shows before a commit, not after."""
    written = write_aside(run, {name: data for name, data in wanted.items() if data is not None})
    return {name: written.get(name) for name in wanted}


def flip(store: Store, written: Mapping[str, Path | None], entries: tuple[Listed, ...], run: Path) -> None:
    """Puts the pointers in their places, one after the other."""
    for name, source in written.items():
        if source is None:
            store.delete(name)
        else:
            store.replace(source, name)
    store.point(_link(entries), run)


def entry_in(files: Files, folder: str) -> Listed:
    """The index's entry of a version, from its folder. Raises OSError, KeyError, TypeError, ValueError."""
    release = files.read(f"{folder}/{layout.RELEASE}")
    return listed(
        json.loads(release),
        release_sha256=hashlib.sha256(release).hexdigest(),
        sums_sha256=hashlib.sha256(files.read(f"{folder}/{layout.SUMS}")).hexdigest(),
    )


def _withdrawn(store: Store) -> list[Listed]:
    """The withdrawn versions, as their tombstones keep what the index said of them."""
    entries = []
    for name in store.children(layout.TOMBSTONES):
        version = name.removesuffix(".json")
        value = read_notice(store.read, store.name, layout.tombstone_path(version))
        if value is None:
            continue
        try:
            (entry,) = entries_of({"format": layout.INDEX_FORMAT, "versions": [value["entry"]]})
            if entry.version != version:
                raise ValueError(f"it is of version {entry.version}")
        except (KeyError, TypeError, ValueError) as error:
            raise BrokenStore(
                f"{store.name}/{layout.tombstone_path(version)} is not a tombstone ({type(error).__name__}: {error}): "
                "put it back from a copy."
            ) from error
        entries.append(with_notice(entry, notice_of(value)))
    return entries


def _empty(store: Store, entry: Listed) -> str | None:
    """Deletes what is left of a withdrawn version, and puts a page in its place. None where that is done."""
    folder = layout.version_path(entry.version)
    if store.files_below(folder) == [layout.PAGE] or entry.notice is None:
        return None
    store.delete(folder)
    with store.staging() as run:
        store.write_new(
            write_aside(run, {layout.PAGE: withdrawn_page(entry.version, entry.notice)})[layout.PAGE],
            f"{folder}/{layout.PAGE}",
        )
    return f"Removed the files of version {entry.version}, which was withdrawn."


def _gone(store: Store, version: str) -> BrokenStore:
    return BrokenStore(
        f"{store.name}/{layout.INDEX} lists version {version}, and {layout.version_path(version)} is not there: "
        f"put it back from a copy, or delete {layout.INDEX} to go on without it."
    )


def _check_listed(store: Store, entry: Listed) -> Listed:
    """A listed version costs two small files to check; ``verify`` reads all of it."""
    with suppress(OSError, KeyError, TypeError, ValueError):
        release = entry_in(store, layout.version_path(entry.version))
        if is_entry_of(entry, release):
            return replace(entry, takedowns=release.takedowns)
    raise BrokenStore(
        f"{store.name}/{layout.version_path(entry.version)} was changed after it was published: its {layout.RELEASE} "
        f"or {layout.SUMS} is not the one that {layout.INDEX} lists. Put the folder back from a copy; `copydesk "
        "verify` shows what differs."
    )


def _check_unlisted(store: Store, version: str) -> Listed:
    folder = layout.version_path(version)
    differences = compare_files(
        lambda path: store.read(f"{folder}/{path}"),
        store.files_below(folder),
        lambda path: store.sha256(f"{folder}/{path}"),
    )
    if not differences:
        with suppress(OSError, KeyError, TypeError, ValueError):
            entry = entry_in(store, folder)
            if entry.version == version:
                return entry
    why = (
        f"{differences[0].path}: {differences[0].what}" if differences else f"its {layout.RELEASE} is of something else"
    )
    raise BrokenStore(
        f"{store.name}/{folder} is not listed in {layout.INDEX} and is not a whole version ({why}). No run of copydesk "
        "leaves such a folder: move it out of the dataset, or put it back from a copy."
    )


def _wrong(store: Store, wanted: Mapping[str, bytes | None], entries: tuple[Listed, ...]) -> set[str]:
    """The files at the dataset's root that are not what they should be, and the link."""
    wrong = set() if store.points(_link(entries)) else {layout.LATEST_LINK}
    for name, data in wanted.items():
        try:
            right = store.read(name) == data
        except (FileNotFoundError, IsADirectoryError):
            right = data is None
        if not right:
            wrong.add(name)
    return wrong


def _link(entries: tuple[Listed, ...]) -> str | None:
    latest = latest_of(entries)
    return layout.version_path(latest.version) if latest else None
