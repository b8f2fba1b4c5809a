"""What the versions before say of themselves, and which alarms follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from copydesk import store
from copydesk.alarms.checks import judge, overdue
from copydesk.alarms.profile import PATH, Profile, read_profile
from copydesk.alarms.thresholds import default_thresholds
from copydesk.alarms.told import summary, told
from copydesk.release.model import DatasetInfo
from copydesk.store.files import Files
from copydesk.store.layout import version_path
from copydesk.store.read import read_index


def read_history(files: Files, versions: int) -> tuple[Profile, ...]:
    """The profiles of the last good versions, oldest first; a version without one is left out."""
    good = [entry.version for entry in read_index(files.read, files.name) or () if entry.status == "success"]
    found = []
    for version in good[-versions:] if versions > 0 else ():
        try:
            found.append(read_profile(files.read(f"{version_path(version)}/{PATH}")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return tuple(found)


def alarms_of(dataset: store.Place, profile: Profile, info: DatasetInfo) -> dict[str, Any]:
    """What ``quality/alarms.json`` says of a version that is about to be published in ``dataset``."""
    history = read_history(store.open_files(dataset), _versions(info))
    return summary(judge(profile, history, info.alarms), len(history), info.quiet)


def alarms_of_day(dataset: store.Place, as_of: date, info: DatasetInfo) -> Sequence[dict[str, Any]]:
    """The alarms of a day on which there is nothing to publish: what should have come by then."""
    history = read_history(store.open_files(dataset), _versions(info))
    return told(overdue(history, as_of, info.alarms), info.quiet)


def _versions(info: DatasetInfo) -> int:
    return int(info.alarms.get("versions", default_thresholds()["versions"]))
