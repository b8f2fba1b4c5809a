"""What the versions before say of themselves, and which alarms follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from copydesk import store
from copydesk.alarms.checks import judge, overdue, unread
from copydesk.alarms.profile import PATH, Profile, read_profile
from copydesk.alarms.thresholds import default_thresholds
from copydesk.alarms.told import summary, told
from copydesk.quality.model import Outcome
from copydesk.release.model import DatasetInfo
from copydesk.store.files import Files
from copydesk.store.layout import SUMS, version_path
from copydesk.store.read import read_index
from copydesk.store.sums import parse_sums


@dataclass(frozen=True, slots=True)
class History:
    """The last good versions, oldest first. One of the time before there were profiles is in neither."""

    profiles: tuple[Profile, ...]
    unread: tuple[str, ...] = ()
    """The versions whose profile should be there and cannot be read."""


def read_history(files: Files, versions: int) -> History:
    """What the last good versions say of themselves."""
    good = [entry.version for entry in read_index(files.read, files.name) or () if entry.status == "success"]
    found, unread = [], []
    for version in good[-versions:] if versions > 0 else ():
        try:
            found.append(read_profile(files.read(f"{version_path(version)}/{PATH}")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            # One that was made before there were profiles has none to lose.
            if not isinstance(error, FileNotFoundError) or _should_be_there(files, version):
                unread.append(version)
    return History(tuple(found), tuple(unread))


def _should_be_there(files: Files, version: str) -> bool:
    try:
        return PATH in parse_sums(files.read(f"{version_path(version)}/{SUMS}"))
    except (OSError, ValueError):
        return True  # there is more amiss than the profile


def alarms_of(dataset: store.Place, profile: Profile, info: DatasetInfo) -> dict[str, Any]:
    """What ``quality/alarms.json`` says of a version that is about to be published in ``dataset``."""
    history = read_history(store.open_files(dataset), _versions(info))
    outcomes = (*judge(profile, history.profiles, info.alarms), *_unread(history, info))
    return summary(outcomes, len(history.profiles), info.quiet)


def alarms_of_day(dataset: store.Place, as_of: date, info: DatasetInfo) -> Sequence[dict[str, Any]]:
    """The alarms of a day on which there is nothing to publish: what should have come by then."""
    history = read_history(store.open_files(dataset), _versions(info))
    return told((*overdue(history.profiles, as_of, info.alarms), *_unread(history, info)), info.quiet)


def _unread(history: History, info: DatasetInfo) -> tuple[Outcome, ...]:
    return unread(history.unread, len(history.profiles), info.alarms)


def _versions(info: DatasetInfo) -> int:
    return int(info.alarms.get("versions", default_thresholds()["versions"]))
