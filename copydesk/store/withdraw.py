"""Taking back what was published, without changing it: three verbs, each committed by one file that is written once.

``yank``: the data stay, readers are warned, and the version before becomes the latest. ``withdraw``: the data are
deleted, and a tombstone keeps why and what. ``takedown``: single articles are left out of every version when it is
loaded, and of every later version when it is made.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from copydesk.store import layout
from copydesk.store.errors import NoSuchDataset, NoSuchVersion, Withdrawn
from copydesk.store.files import Store, write_aside
from copydesk.store.heal import Held, RootFiles, mend
from copydesk.store.notices import WITHDRAWN, YANKED, Notice, one_line, record, sentence, tombstone
from copydesk.store.place import Place, open_store
from copydesk.store.plan import Listed, entry_of, latest_of, to_json
from copydesk.store.sums import parse_sums
from copydesk.store.takedowns import SALT_BYTES, Raw, as_value, with_articles


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done. ``new`` is False where it had been done before."""

    new: bool
    latest: str | None
    """The version that readers get from now on unless they name one."""
    healed: tuple[str, ...]
    """What a killed run had left, and what was done about it; a sentence each."""


def yank(
    dataset: Place,
    version: str,
    *,
    reason: str,
    as_of: date,
    wait_seconds: float,
    root_files: RootFiles | None = None,
) -> Taken:
    """Marks a version as one not to use. Its data stay, ``load`` warns, and ``latest`` goes to the last good version.

    Raises NoSuchVersion, Withdrawn (the version is gone already), ValueError for an empty reason, and what ``publish``
    raises.
    """
    said = _reason(reason)
    store = _existing(dataset)
    with store.lock(wait_seconds) as still_ours:
        held = mend(store, root_files)
        entry = _entry(store, held, version)
        if entry.status == WITHDRAWN and entry.notice:
            raise Withdrawn(sentence(store.name, version, entry.notice))
        if entry.status == YANKED:
            return Taken(False, _latest(held), held.healed)
        still_ours()
        notice = Notice(YANKED, said, as_of.isoformat())
        _commit(store, layout.yank_path(version), to_json(record(version, notice)))
        return Taken(True, _latest(mend(store, root_files)), held.healed)


def withdraw(
    dataset: Place,
    version: str,
    *,
    reason: str,
    as_of: date,
    wait_seconds: float,
    replacement: str | None = None,
    root_files: RootFiles | None = None,
) -> Taken:
    """Deletes a version's files and leaves a tombstone that says why, and what was there.

    Raises NoSuchVersion (for a replacement that is not a good version too), ValueError for an empty reason, and what
    ``publish`` raises.
    """
    said = _reason(reason)
    store = _existing(dataset)
    with store.lock(wait_seconds) as still_ours:
        held = mend(store, root_files)
        entry = _entry(store, held, version)
        if entry.status == WITHDRAWN:
            return Taken(False, _latest(held), held.healed)
        if replacement is not None and (replacement == version or _entry(store, held, replacement).status != "success"):
            raise NoSuchVersion(f"{replacement} cannot replace {version} in {store.name}: name a good version.")
        still_ours()
        notice = Notice(WITHDRAWN, said, as_of.isoformat(), replacement)
        removed = parse_sums(store.read(f"{layout.version_path(version)}/{layout.SUMS}"))
        _commit(store, layout.tombstone_path(version), to_json(tombstone(version, notice, entry_of(entry), removed)))
        return Taken(True, _latest(mend(store, root_files)), held.healed)


def takedown(
    dataset: Place,
    article_ids: Iterable[str],
    raw: Iterable[Raw] = (),
    *,
    reason: str,
    as_of: date,
    wait_seconds: float,
    root_files: RootFiles | None = None,
) -> Taken:
    """Lists articles as salted hashes, which readers honour from now on and the next version leaves out.

    ``raw``: the raw files (and records) that they came from, as far as they are known. Raises ValueError for an empty
    reason, and what ``publish`` raises.
    """
    said = _reason(reason)
    store = _existing(dataset)
    with store.lock(wait_seconds) as still_ours:
        held = mend(store, root_files)
        wanted = with_articles(
            held.takedowns,
            article_ids,
            raw,
            reason=said,
            date=as_of.isoformat(),
            salt=secrets.token_hex(SALT_BYTES),
        )
        if wanted == held.takedowns:
            return Taken(False, _latest(held), held.healed)
        still_ours()
        with store.staging() as run:
            written = write_aside(run, {layout.TAKEDOWNS: to_json(as_value(wanted))})
            store.replace(written[layout.TAKEDOWNS], layout.TAKEDOWNS)
        return Taken(True, _latest(mend(store, root_files)), held.healed)


def _existing(dataset: Place) -> Store:
    """A dataset that is there: a misspelt name must not make a new one."""
    store = open_store(dataset)
    try:
        store.read(layout.INDEX)
    except FileNotFoundError as error:
        if not store.children(layout.VERSIONS):
            raise NoSuchDataset(f"There is no published version in {store.name}: name the dataset.") from error
    store.check_writable()
    return store


def _reason(reason: str) -> str:
    said = one_line(reason)
    if not said:
        raise ValueError("a withdrawal needs a reason")
    return said


def _entry(store: Store, held: Held, version: str) -> Listed:
    for entry in held.entries:
        if entry.version == version:
            return entry
    there_are = ", ".join(entry.version for entry in reversed(held.entries))
    raise NoSuchVersion(f"{store.name} has no version {version!r}; there are {there_are}.")


def _commit(store: Store, path: str, data: bytes) -> None:
    with store.staging() as run:
        store.write_new(write_aside(run, {"record": data})["record"], path)


def _latest(held: Held) -> str | None:
    latest = latest_of(held.entries)
    return latest.version if latest else None
