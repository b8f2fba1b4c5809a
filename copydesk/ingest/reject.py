"""What a reader says of a file or record that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass

_UNNAMED = "record "


@dataclass(frozen=True, slots=True)
class Rejected:
    """A raw file or record that did not become an article: a row of the quarantine table."""

    path: str
    record: str | None
    reason: str
    detail: str
    sha256: str | None = None
    stage: str = "ingest"


def unnamed(number: int) -> str:
    """What a rejected record is called whose own name nobody knows: it must not be one that another may have."""
    return f"{_UNNAMED}{number}"


def may_name(name: str) -> bool:
    """Whether a record may be called so: not where a rejected one is."""
    return not name.startswith(_UNNAMED)


def called(path: str, record: str | None) -> str:
    """What a person finds an item by: its file, and the record of a dump."""
    if record is None:
        return path
    return f"{path} ({_UNNAMED if may_name(record) else ''}{record})"
