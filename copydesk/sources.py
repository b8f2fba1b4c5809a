"""What is known of each source: ``sources.toml``, edited by hand."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copydesk.errors import ConfigError

UNKNOWN = "unknown"
"""The source of files that lie directly in the raw folder."""

HELD = ("text", "html", "url", "headline", "published", "updated", "byline", "language", "id")
"""What a column of a dump can hold."""

_UNICODE = frozenset({"utf-8", "utf8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"})
"""Encodings that are seen from the bytes themselves: no harm in naming them."""

_CHOICES = {"date_order": ("mdy", "dmy", "ymd"), "html": ("accurate", "fast")}


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
    encoding: str | None = None
    """Of its files and pages that say nothing of theirs and are not UTF-8: believed where their bytes bear it out."""
    html: str = "accurate"
    """How its pages of HTML are read: ``fast`` asks no extractor."""
    infer_dates: bool = False
    """Whether to infer when an article without a stated date can have been published (``published_inferred``)."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Of its dumps: what an article has (``text``, ``url``, ``headline`` …), to the column that holds it."""


def load_sources(path: Path | None) -> Mapping[str, Source]:
    """The sources in that file by id; none where there is no file. Raises ConfigError naming the entry and the key."""
    if path is None:
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}). Name another file, or none.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}. Correct the file, or take it away.") from error
    found = {source_id: _source(path, source_id, entry) for source_id, entry in sorted(data.items())}
    named = {id_of(source_id): replace(source, source_id=id_of(source_id)) for source_id, source in found.items()}
    if len(named) < len(found):
        twice = next(one for one in named if sum(id_of(other) == one for other in found) > 1)
        raise ConfigError(f"{path}: [{twice}] is there twice, its letters composed and decomposed: keep one.")
    return named


def id_of(folder: str) -> str:
    """The source of a folder with that name: one whose letters some systems keep decomposed is the same source."""
    return folder if folder.isascii() else unicodedata.normalize("NFC", folder)


def _source(path: Path, source_id: str, entry: object) -> Source:
    known = {one.name for one in fields(Source)} - {"source_id"}
    if not isinstance(entry, dict):
        raise ConfigError(f"{path}: {source_id!r} must be a table: [{source_id}]")
    unknown = sorted(set(entry) - known)
    if unknown:
        raise ConfigError(f"{path}: [{source_id}] has unknown keys {unknown}; known are {sorted(known)}")
    columns = entry.get("columns", {})
    if not isinstance(columns, dict) or not all(isinstance(name, str) for name in columns.values()):
        raise ConfigError(f"{path}: [{source_id}.columns] must give a column's name in quotes for each thing")
    if strange := sorted(set(columns) - set(HELD)):
        raise ConfigError(f"{path}: [{source_id}.columns] has unknown keys {strange}; known are {sorted(HELD)}")
    for key, value in entry.items():
        if key == "infer_dates":
            if not isinstance(value, bool):
                raise ConfigError(f"{path}: [{source_id}] infer_dates must be true or false, not {value!r}")
        elif key != "columns" and not isinstance(value, str):
            raise ConfigError(f"{path}: [{source_id}] {key} must be a text in quotes, not {value!r}")
    for key, choices in _CHOICES.items():
        if key in entry and entry[key] not in choices:
            raise ConfigError(f"{path}: [{source_id}] {key} must be one of {', '.join(choices)}, not {entry[key]!r}")
    for key, (exists, what) in _READABLE.items():
        if (value := entry.get(key)) and not exists(value):
            raise ConfigError(f"{path}: [{source_id}] {key} {value!r} {what}")
    stated = {key: value or None for key, value in entry.items() if key not in ("columns", "infer_dates", "html")}
    return Source(
        source_id,
        **stated,
        html=entry.get("html", "accurate"),
        infer_dates=entry.get("infer_dates", False),
        columns=dict(columns),
    )


def _encoding_exists(name: str) -> bool:
    from copydesk.decoding.guess import known_encoding  # noqa: PLC0415 - slow to import, and few sources name one

    return known_encoding(name) is not None or name.strip().lower().replace("_", "-") in _UNICODE


def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


_READABLE: Mapping[str, tuple[Callable[[str], object], str]] = {
    "language": (re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,5}").fullmatch, "is no tag such as en or pt-BR"),
    "country": (re.compile(r"[A-Za-z]{2}").fullmatch, 'is no code of two letters, such as "GB"'),
    "timezone": (_zone_exists, 'is no IANA zone, such as "Asia/Yerevan"'),
    "encoding": (_encoding_exists, 'is not known; write such as "windows-1251"'),
}
"""What is published under these, or read by them, has to be one: what is asked of it, and what is said where not."""
