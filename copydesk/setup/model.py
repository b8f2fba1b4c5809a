"""A project as the checks see it, and what a check finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from copydesk.limits import FILE as LIMITS
from copydesk.project import beside

Level = Literal["note", "mend"]


@dataclass(frozen=True, slots=True)
class Project:
    """Where a project's parts lie; each of them may be missing. ``named`` are those that a run is told of by name."""

    raw: Path
    dataset: Path
    named: Mapping[str, Path] = field(default_factory=dict)

    @property
    def sources(self) -> Path | None:
        """``sources.toml`` in or next to the raw folder."""
        return self.named.get("sources") or beside(self.raw, "sources.toml")

    @property
    def limits(self) -> Path | None:
        """``limits.toml`` there; None where Copydesk's own is used."""
        return self.named.get("limits") or beside(self.raw, LIMITS)

    @property
    def authority(self) -> Path | None:
        """The folder of names there; None where Copydesk's own is used."""
        return self.named.get("authority") or beside(self.raw, "authority")

    @property
    def expectations(self) -> Path | None:
        """The folder of suites; None where Copydesk's own are used."""
        return self.named.get("expectations")

    @property
    def about(self) -> Path:
        """The folder of ``dataset.toml``."""
        return self.named.get("about") or self.dataset


@dataclass(frozen=True, slots=True)
class Finding:
    """Something missing or odd. ``mend`` stops a run, or spoils what it publishes; a ``note`` does neither."""

    level: Level
    where: str
    what: str


Check = Callable[[Project], list[Finding]]
"""Looks at one matter and changes nothing."""


def note(where: object, what: str) -> Finding:
    """Worth knowing."""
    return Finding("note", str(where), what)


def mend(where: object, what: str) -> Finding:
    """To be mended before a run."""
    return Finding("mend", str(where), what)


def some(names: list[str], most: int = 5) -> str:
    """The first few of many names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
