"""What to do, decided without touching a disk: which version comes next, what the index says, which one is latest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from copydesk.release import VERSION
from copydesk.store.errors import ComesBack, OutOfOrder
from copydesk.store.layout import INDEX_FORMAT, version_path
from copydesk.store.notices import Notice, notice_of, sentence

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Listed:
    """A version as the index lists it. The two hashes tie the index to the folder: a changed folder shows."""

    version: str
    status: str
    released: str
    schema_version: str
    previous: str | None
    content_hash: str
    change_class: Mapping[str, Any]
    row_count: Mapping[str, int]
    release_sha256: str
    sums_sha256: str
    takedowns: int | None = None
    """How many takedowns were made before it, none of whose articles it holds; None where it was not said yet."""
    notice: Notice | None = None
    """Why it is yanked or withdrawn; None for a good version."""


def parse_version(name: str) -> tuple[int, int, int] | None:
    """``YYYY.M.N`` as numbers, for ordering; None for any other name."""
    match = VERSION.fullmatch(name)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def sorted_versions(names: Iterable[str]) -> list[str]:
    """The names that are versions, oldest first."""
    parsed = sorted((key, name) for name in names if (key := parse_version(name)))
    return [name for _, name in parsed]


def plan_version(as_of: date, versions: Iterable[str]) -> str:
    """The version that comes next: ``YYYY.M.N``, N counting the month's versions from 0.

    ``versions`` are all that there ever were: the number of one that was withdrawn is not used again.
    """
    month = (as_of.year, as_of.month)
    taken = [key for name in versions if (key := parse_version(name))]
    number = max((key[2] + 1 for key in taken if key[:2] == month), default=0)
    return f"{as_of.year}.{as_of.month}.{number}"


def listed(release: Mapping[str, Any], *, release_sha256: str, sums_sha256: str) -> Listed:
    """A version's entry in the index, from its release.json. Raises KeyError, TypeError or ValueError for gaps."""
    entry = Listed(
        version=release["version"],
        status=release["status"],
        released=release["released"],
        schema_version=release["schema_version"],
        previous=release["previous"],
        content_hash=release["content_hash"],
        change_class=dict(release["change_class"]),
        row_count=dict(release["row_count"]),
        release_sha256=release_sha256,
        sums_sha256=sums_sha256,
        takedowns=release.get("takedowns"),
    )
    if entry.takedowns is not None and (type(entry.takedowns) is not int or entry.takedowns < 0):
        raise ValueError(f"not a number of takedowns: {entry.takedowns!r}")
    if parse_version(entry.version) is None or not all(map(_SHA256.fullmatch, (release_sha256, sums_sha256))):
        raise ValueError(f"not a version's entry: {entry.version!r}")
    texts = (entry.status, entry.released, entry.schema_version, entry.previous or "", entry.content_hash)
    if not all(isinstance(text, str) for text in texts):
        raise TypeError(f"not a version's entry: a value of {entry.version} is no text")
    if not all(type(rows) is int for rows in entry.row_count.values()):
        raise TypeError(f"not a version's entry: a row count of {entry.version} is no number")
    to_json(asdict(entry))  # half a character cannot be written as UTF-8: a ValueError
    return entry


def entry_of(release: Listed) -> dict[str, Any]:
    """What the index says of a version."""
    entry = {**asdict(release), "path": version_path(release.version)}
    for said in ("notice", "takedowns"):
        if entry[said] is None:
            del entry[said]
    return entry


def is_entry_of(entry: Listed, release: Listed) -> bool:
    """Whether this is how an index lists the version: one that an older Copydesk has written says less, and the status
    is not the version's own, since withdrawing one never touches its release.json."""
    return replace(with_notice(entry, None), takedowns=release.takedowns) == release


def index_of(releases: Iterable[Listed], takedowns: int = 0) -> dict[str, Any]:
    """index.json: every version, oldest first, and how many articles were taken down, where any were.

    The same versions give the same index, whatever their order.
    """
    by_version = {release.version: release for release in releases}
    versions = [entry_of(by_version[name]) for name in sorted_versions(by_version)]
    return {"format": INDEX_FORMAT, "versions": versions} | ({"takedowns": takedowns} if takedowns else {})


def with_notice(release: Listed, notice: Notice | None) -> Listed:
    """The version with what is said of it; without a notice it is good."""
    return replace(release, status=notice.status if notice else "success", notice=notice)


def entries_of(index: Mapping[str, Any]) -> tuple[Listed, ...]:
    """The entries of an index.json, oldest first. Raises KeyError, TypeError or ValueError where it is none."""
    if index["format"] != INDEX_FORMAT:
        raise ValueError(f"format {index['format']!r} is not {INDEX_FORMAT}")
    entries = [
        replace(
            listed(entry, release_sha256=entry["release_sha256"], sums_sha256=entry["sums_sha256"]),
            notice=notice_of(entry["notice"]) if "notice" in entry else None,
        )
        for entry in index["versions"]
    ]
    by_version = {entry.version: entry for entry in entries}
    if len(by_version) != len(entries):
        raise ValueError("a version is listed twice")
    return tuple(by_version[name] for name in sorted_versions(by_version))


def latest_of(releases: Iterable[Listed]) -> Listed | None:
    """The newest version that is good; None where there is none."""
    good = {release.version: release for release in releases if release.status == "success"}
    ordered = sorted_versions(good)
    return good[ordered[-1]] if ordered else None


def pointer_to(release: Listed) -> dict[str, Any]:
    """latest.json: the version, where it is, and the hash of its release.json."""
    return {
        "format": INDEX_FORMAT,
        "version": release.version,
        "path": version_path(release.version),
        "released": release.released,
        "release_sha256": release.release_sha256,
    }


def check_order(as_of: date, releases: Iterable[Listed]) -> None:
    """Raises OutOfOrder where a good version is of a later day: the latest version would not be the last one made."""
    for release in releases:
        if release.status == "success" and as_of.isoformat() < _day_of(release):
            raise OutOfOrder(
                f"The run's date is {as_of.isoformat()}, but version {release.version} is of {_day_of(release)}: use "
                "that date or a later one. If it is the version whose date is wrong, withdraw it: copydesk withdraw "
                f'{release.version} --reason "…"'
            )


def _day_of(release: Listed) -> str:
    """The version's day; the first of the month that its name has, if that is later."""
    year, month, _ = parse_version(release.version) or (0, 0, 0)
    return max(release.released, f"{year:04}-{month:02}-01")


def is_same(release: Mapping[str, Any], content_hash: str, identity: Mapping[str, Any]) -> bool:
    """Whether a version with this content and these other entries of release.json is published already."""
    return release["content_hash"] == content_hash and all(
        key in release and release[key] == value for key, value in identity.items()
    )


def check_not_withdrawn(place: str, releases: Iterable[Listed], content_hash: str) -> None:
    """Raises ComesBack for the content of a version that was taken back: it would come back under another number.

    Not of one that was taken back before the day it was of: that was for its date, and its content has yet to come.
    """
    for release in releases:
        if (
            release.notice is not None
            and release.content_hash == content_hash
            and release.released <= release.notice.date
        ):
            raise ComesBack(
                f"Nothing was published, because the tables would be those of version {release.version} again. "
                f"{sentence(place, release.version, release.notice)} Mend what goes in, and run again."
            )


def to_json(value: Mapping[str, Any]) -> bytes:
    """Canonical for our purpose: sorted keys, two spaces, UTF-8, one line feed at the end."""
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
