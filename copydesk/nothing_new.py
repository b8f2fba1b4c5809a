"""A night that brings nothing new: known by what a run goes by, before any page is read and any table is made.

With the kept work lies, by dataset, a hash over all that the last run's tables followed from, and what that run told.
Where a run finds the same hash, its tables would be the same; whether the latest version still holds them is asked of
the store, as after a whole run. Losing it costs only time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from copydesk import ingest, reuse, store
from copydesk.cache import Cache, key_of
from copydesk.cleaning import Knowledge
from copydesk.libraries import PUBLISHING, versions
from copydesk.settings import Report, Settings
from copydesk.store.heal import RootFiles
from copydesk.store.layout import RELEASE, version_path
from copydesk.store.place import is_url
from copydesk.store.takedowns import Takedowns

_AT_ONCE = 20_000  # files whose keys are held; bounds memory only
_DAYS_AGO = "_days_ago"
_TOLD = ("articles", "lines_by_role", "quarantined", "expectations", "passed", "warnings", "review")


def fingerprint(
    settings: Settings,
    knowledge: Knowledge,
    takedowns: Takedowns,
    expectations: Path,
    published_as: object,
) -> str | None:
    """A hash over the content of every raw file and all else that a version's tables follow from; None where a file
    cannot be read now. ``published_as``: what else makes a version the same as another."""
    suites = {path.name: path.read_text(encoding="utf-8") for path in sorted(expectations.glob("*.json"))}
    raw = hashlib.sha256()
    files = ingest.list_files(settings.raw, knowledge.limits)
    for start in range(0, len(files), _AT_ONCE):
        some = files[start : start + _AT_ONCE]
        keys = reuse.file_keys(some, knowledge.sources, cache=settings.kept())
        for file in some:
            key = keys[file.name]
            # Path.is_file fails on names that are too long.
            if key is None and os.path.isfile(file.at) and not ingest.too_large(file):  # noqa: PTH113
                return None
            raw.update(repr((file.name, key or file.size)).encode("utf-8", "surrogatepass"))
    return key_of(
        "run",
        raw.hexdigest(),
        sorted(knowledge.sources.items()),
        knowledge.authority.version,
        knowledge.limits,
        sorted(suites.items()),
        settings.as_of if any(map(_asks_for_the_day, suites.values())) else None,
        takedowns.articles,
        sorted(takedowns.raw),
        versions(PUBLISHING),
        published_as,
    )


def told_before(
    settings: Settings, found: str | None, identity: Mapping[str, Any], root_files: RootFiles
) -> Report | None:
    """The report of a run that would publish what the last one did, where the latest version still is that; else None.

    What a killed run had left is mended. Raises as ``store.publish`` does.
    """
    told = _told(settings.kept(), _name(settings.dataset), found)
    if told is None:
        return None
    try:
        done = store.publish(
            settings.dataset,
            _build_nothing,
            content_hash=told.pop("content_hash"),
            as_of=settings.as_of,
            wait_seconds=settings.wait_seconds,
            identity=identity,
            root_files=root_files,
        )
    except _OtherContent:
        return None
    return Report(version=done.version, folder=done.folder, new=False, healed=done.healed, **told)


def keep(settings: Settings, found: str | None, done: Report) -> None:
    """Keeps what a run went by (``found`` before it read anything) and what it told."""
    cache = settings.kept()
    if cache is None or found is None:
        return
    release = json.loads(store.open_files(settings.dataset).read(f"{version_path(done.version)}/{RELEASE}"))
    report = asdict(replace(done, folder="", alarms=()))
    told = {"content_hash": release["content_hash"], **{name: report[name] for name in _TOLD}}
    cache.keep_run(_name(settings.dataset), found, json.dumps(told))


class _OtherContent(Exception):
    """The latest version is another."""


def _build_nothing(*_: object) -> None:
    raise _OtherContent


def _told(cache: Cache | None, dataset: str, found: str | None) -> dict[str, Any] | None:
    last = cache.last_run(dataset) if cache and found else None
    if last is None or last[0] != found:
        return None
    try:
        told: dict[str, Any] = json.loads(last[1])
    except ValueError:
        return None
    if told.keys() != {"content_hash", *_TOLD}:
        return None
    return {**told, "warnings": tuple(told["warnings"])}


def _name(dataset: store.Place) -> str:
    """The dataset's, wherever a run is started."""
    return str(dataset if is_url(dataset) else Path(dataset).resolve())


def _asks_for_the_day(suite: str) -> bool:
    """Whether an article can be set aside, or let in again, because a day has passed."""
    try:
        asked = json.loads(suite)["expectations"]
        return any(_DAYS_AGO in json.dumps(one) and one.get("severity") != "warning" for one in asked)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True  # what it is, the run will say
