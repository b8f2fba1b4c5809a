"""Publishing: build aside, check, commit, flip the pointers. The same for a folder and for an object store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from copydesk.store import layout
from copydesk.store.errors import BrokenBuild, StoreBusy
from copydesk.store.files import Store
from copydesk.store.folder import FolderStore
from copydesk.store.heal import RootFiles, entry_in, flip, mend, pointers, write_pointers
from copydesk.store.place import Place, open_store
from copydesk.store.plan import Listed, check_not_withdrawn, check_order, is_same, latest_of, plan_version
from copydesk.store.sums import compare

Build = Callable[[str, str | None, Path], None]
"""Writes every file of a version: (version, the previous version or None, an empty folder)."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a run has published: ``new`` is False where the latest version held the same already."""

    version: str
    folder: Place
    """A path; a URL where the dataset is one."""
    new: bool
    previous: str | None
    healed: tuple[str, ...] = ()
    """What a killed run had left, and what was done about it; a sentence each."""


def check_writable(dataset: Place) -> None:
    """Makes the dataset's folder if need be and writes a byte to it, so that a long run fails at its start.

    Raises DatasetNotWritable, DiskFull, or BrokenStore where a folder is in the way of a pointer, as in a copy that
    followed links.
    """
    store = open_store(dataset)
    store.check_writable()
    store.check_shape()


def sweep(dataset: Place) -> tuple[str, ...]:
    """Removes what killed runs left in a folder of versions, which may be as much as a whole run needs: before a run
    asks whether there is room. A sentence for each; none where somebody is publishing, who does the same.

    The folder is one that ``check_writable`` has found fit.
    """
    store = open_store(dataset)
    if not isinstance(store, FolderStore):
        return ()
    try:
        with store.lock(0.0):
            return tuple(store.clean())
    except StoreBusy:
        return ()


def publish(
    dataset: Place,
    build: Build,
    *,
    content_hash: str,
    as_of: date,
    wait_seconds: float,
    identity: Mapping[str, Any] | None = None,
    root_files: RootFiles | None = None,
) -> Published:
    """Publishes what ``build`` writes as the dataset's next version, or nothing where the latest has the same content.

    ``content_hash`` is what the version's release.json will say; ``identity`` names further entries of release.json
    that have to be equal for a version to count as the same (``{"schema_version": …}``). ``wait_seconds`` is how long
    to wait for another writer. ``build`` runs while the lock is held; what it raises is raised here, and the staging
    folder is removed.

    Raises DatasetNotWritable, DiskFull, StoreBusy, BrokenStore, BrokenBuild, OutOfOrder; and ComesBack where the
    content is that of a version that was yanked or withdrawn: it would come back under another number.
    """
    store = open_store(dataset)
    store.check_writable()
    with store.lock(wait_seconds) as still_ours:
        held = mend(store, root_files)
        latest = latest_of(held.entries)
        previous = latest.version if latest else None
        if latest and is_same(_release_of(store, latest.version), content_hash, identity or {}):
            return Published(latest.version, _folder(store, latest.version), False, latest.previous, held.healed)
        check_not_withdrawn(store.name, held.entries, content_hash)
        check_order(as_of, held.entries)
        version = plan_version(as_of, [entry.version for entry in held.entries])
        with store.staging() as run:
            staged = run / "version"
            staged.mkdir()
            build(version, previous, staged)
            entries = (*held.entries, _check_build(staged, version, previous, content_hash))
            written = write_pointers(run, pointers(entries, held.takedowns, root_files))
            still_ours()
            store.add_folder(staged, layout.version_path(version))
            still_ours()
            flip(store, written, entries, run)
    return Published(version, _folder(store, version), True, previous, held.healed)


def heal(dataset: Place, *, wait_seconds: float = 0.0, root_files: RootFiles | None = None) -> tuple[str, ...]:
    """Mends what a killed run left: lists whole versions that are not listed, rewrites pointers, removes stale staging.

    Returns a sentence for each thing done. Raises as ``publish`` does.
    """
    store = open_store(dataset)
    store.check_writable()
    with store.lock(wait_seconds):
        return mend(store, root_files).healed


def _folder(store: Store, version: str) -> Place:
    path = layout.version_path(version)
    return store.folder / path if isinstance(store, FolderStore) else f"{store.name}/{path}"


def _release_of(store: Store, version: str) -> dict[str, Any]:
    release: dict[str, Any] = json.loads(store.read(f"{layout.version_path(version)}/{layout.RELEASE}"))
    return release


def _check_build(staged: Path, version: str, previous: str | None, content_hash: str) -> Listed:
    """Re-reads every file of what was built. Raises BrokenBuild."""
    differences = compare(staged)
    if differences:
        listing = "; ".join(f"{difference.path}: {difference.what}" for difference in differences[:3])
        raise BrokenBuild(f"The build of version {version} is not whole, and nothing was published ({listing}).")
    try:
        entry = entry_in(FolderStore(staged), ".")
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
