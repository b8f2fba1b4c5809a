"""What a run knows before it reads an article: the files that people edit, and what the run has learned since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from copydesk import pipeline
from copydesk.cleaning import Knowledge
from copydesk.limits import FILE, Limits, load_limits
from copydesk.normalize.names import load_authority
from copydesk.project import beside
from copydesk.settings import Settings
from copydesk.sources import Source, load_sources


def know(settings: Settings, learned: Path | None = None, braked: frozenset[str] = frozenset()) -> Knowledge:
    """The sources and the authority that the settings name, and what a run ``learned`` of its raw files.

    Raises ConfigError for a broken file.
    """
    sources = sources_of(settings)
    authority = load_authority(settings.authority or beside(settings.raw, "authority"))
    known = Knowledge(authority, sources, limits=limits_of(settings))
    return replace(pipeline.recall(known, learned), braked=braked) if learned else known


def sources_of(settings: Settings) -> Mapping[str, Source]:
    """What is known of each source. Raises ConfigError for a broken file."""
    return load_sources(settings.sources or beside(settings.raw, "sources.toml"))


def limits_of(settings: Settings) -> Limits:
    """How much of anything is read. Raises ConfigError for a broken file."""
    return load_limits(settings.limits or beside(settings.raw, FILE))
