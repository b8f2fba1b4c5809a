"""What a run is told, and what it tells when it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from copydesk.cache import Cache
from copydesk.project import cache_folder
from copydesk.store import Place


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build is made from. ``as_of`` is its only clock."""

    raw: Path
    dataset: Place
    """A folder, or the URL of one in an object store."""
    as_of: date = field(default_factory=lambda: datetime.now(UTC).date())
    partition: int = 5_000
    """Articles that are worked on together, at most."""
    workers: int | None = None
    """Processes that work at the same time; by default as many as there are cores, and this one alone for a little."""
    engine: Literal["local", "dask"] = "local"
    """Processes of this machine, or a cluster of Dask."""
    scheduler: str | None = None
    """The address of Dask's scheduler; by default the cluster is our own, on this machine."""
    work: Path | None = None
    """A folder that all workers see, for what lies between the stages; by default the run's own, beside the dataset."""
    sources: Path | None = None
    """``sources.toml``; by default the one in the raw folder or next to it."""
    authority: Path | None = None
    """Folder of the authority of names; by default the one in the raw folder or next to it, else Copydesk's."""
    expectations: Path | None = None
    """Folder of expectation suites; by default Copydesk's."""
    sign_key: Path | None = None
    """File of a minisign key to sign with; by default the one that COPYDESK_MINISIGN_KEY names, if it does."""
    notes: Path | None = None
    """File of a paragraph on what is new; by default what dataset.toml has."""
    accepted: tuple[tuple[str, str], ...] = ()
    """Gates that may be shut, each with the reason, which is published."""
    about: Path | None = None
    """Folder of ``dataset.toml`` and ``datasheet/``; by default the dataset's, or ``dataset`` where that is a URL."""
    limits: Path | None = None
    """``limits.toml``; by default the one in the raw folder or next to it, else Copydesk's limits."""
    wait_seconds: float = 600.0
    """How long to wait for another run to finish publishing."""
    cache: Path | None = field(default_factory=cache_folder)
    """Where cleaned work is kept between runs; None: nowhere. It changes no byte of what is published."""
    full: bool = False
    """Clean everything anew, whatever was kept."""

    def kept(self) -> Cache | None:
        """The work that earlier runs kept."""
        return Cache(self.cache, fresh=self.full) if self.cache else None


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did: for the terminal and for the artifact."""

    version: str
    folder: Place
    new: bool
    articles: int
    lines_by_role: Mapping[str, int]
    quarantined: Sequence[Mapping[str, Any]]
    expectations: int
    passed: int
    warnings: tuple[str, ...]
    review: Sequence[Mapping[str, Any]]
    """Articles that a person should look at: see ``for_review``."""
    healed: tuple[str, ...]
    alarms: Sequence[Mapping[str, Any]] = ()
    """What is unlike the versions before, or should have come by now: see ``copydesk.alarms``."""

    @property
    def critical(self) -> bool:
        """Whether somebody has to look, though all is published."""
        return any(alarm["severity"] == "critical" for alarm in self.alarms)
