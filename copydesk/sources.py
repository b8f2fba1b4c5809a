"""What is known of each source: ``sources.toml``, edited by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copydesk.errors import ConfigError

UNKNOWN = "unknown"
"""The source of files that lie directly in the raw folder."""

_ORDERS = ("mdy", "dmy", "ymd")


@dataclass(frozen=True, slots=True)
class Source:
    """One outlet. None where nothing is known."""

    source_id: str
    name: str | None = None
    homepage: str | None = None
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    date_order: str | None = None
    terms: str | None = None


def load_sources(path: Path | None) -> Mapping[str, Source]:
    """The sources in that file by id; none where there is no file. Raises ConfigError naming the entry and the key."""
    if path is None:
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}. Correct the file, or take it away.") from error
    return {source_id: _source(path, source_id, entry) for source_id, entry in sorted(data.items())}


def _source(path: Path, source_id: str, entry: object) -> Source:
    known = {field.name for field in fields(Source)} - {"source_id"}
    if not isinstance(entry, dict):
        raise ConfigError(f"{path}: {source_id!r} must be a table: [{source_id}]")
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ConfigError(f"{path}: [{source_id}] has unknown keys {unknown}; known are {sorted(known)}")
    for key, value in entry.items():
        if not isinstance(value, str):
            raise ConfigError(f"{path}: [{source_id}] {key} must be a text in quotes, not {value!r}")
    order = entry.get("date_order")
    if order is not None and order not in _ORDERS:
        raise ConfigError(f"{path}: [{source_id}] date_order must be one of {', '.join(_ORDERS)}, not {order!r}")
    zone = entry.get("timezone")
    if zone is not None and not _zone_exists(zone):
        raise ConfigError(f'{path}: [{source_id}] timezone {zone!r} is no IANA zone, such as "Asia/Yerevan"')
    return Source(source_id, **{key: value or None for key, value in entry.items()})


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
