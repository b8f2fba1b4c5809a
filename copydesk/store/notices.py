"""Why a version is not what it was: a yank (its data stay) or a tombstone (they are gone). Values only; nothing acts.

Each is a small file that is written once and never changes: ``yanks/<version>.json`` and ``tombstones/<version>.json``.
What index.json says of a version's status follows from them.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

YANKED: Literal["yanked"] = "yanked"
WITHDRAWN: Literal["withdrawn"] = "withdrawn"
FORMAT = 1

_LONGEST = 2000  # characters of a reason: it is shown in terminals and warnings


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said of a version that is no longer good. ``status``: yanked or withdrawn."""

    status: str
    reason: str
    date: str
    """ISO 8601, the day on which it was said."""
    replacement: str | None = None
    """The version to use instead, where one was named."""


def one_line(text: str) -> str:
    """The text as one line without control characters: it may come from a stranger's server, and goes to a terminal."""
    shown = "".join(
        char if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs") else " "
        for char in text[:_LONGEST]
    )
    return " ".join(shown.split())


def notice_of(value: Mapping[str, Any]) -> Notice:
    """A notice from JSON. Raises KeyError, TypeError or ValueError where it is none."""
    status, reason, date, replacement = (value[key] for key in ("status", "reason", "date", "replacement"))
    if status not in (YANKED, WITHDRAWN) or not all(isinstance(text, str) for text in (reason, date)):
        raise ValueError(f"not a notice: {status!r}")
    return Notice(status, one_line(reason), one_line(date), None if replacement is None else one_line(str(replacement)))


def sentence(place: str, version: str, notice: Notice) -> str:
    """What a reader is told."""
    instead = f" Use version {notice.replacement} instead." if notice.replacement else ""
    return f"Version {version} of {place} was {notice.status} on {notice.date}: {notice.reason.rstrip('.')}.{instead}"


def record(version: str, notice: Notice) -> dict[str, Any]:
    """What both kinds of file say."""
    return {
        "format": FORMAT,
        "version": version,
        "status": notice.status,
        "reason": notice.reason,
        "date": notice.date,
        "replacement": notice.replacement,
    }


def tombstone(version: str, notice: Notice, entry: Mapping[str, Any], removed: Mapping[str, str]) -> dict[str, Any]:
    """``tombstones/<version>.json``: the notice, what the index said of the version, and the hashes of its files."""
    return {**record(version, notice), "entry": dict(entry), "removed": dict(removed)}


def withdrawn_page(version: str, notice: Notice) -> bytes:
    """``versions/<version>/index.html`` of a withdrawn version, for whoever follows an old link with a browser."""
    instead = f"<p>Use version {html.escape(notice.replacement)} instead.</p>\n" if notice.replacement else ""
    title = f"Version {html.escape(version)} was withdrawn"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="robots" content="noindex">\n'
        f"<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
        f"<p>{html.escape(notice.date)}: {html.escape(notice.reason)}</p>\n{instead}"
        f'<p><a href="../../tombstones/{html.escape(version)}.json">The record of it</a> keeps the hashes of what was '
        "removed.</p>\n</body>\n</html>\n"
    ).encode()
