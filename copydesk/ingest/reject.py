"""What a reader says of a file or record that it cannot read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rejected:
    """A raw file or record that did not become an article: a row of the quarantine table."""

    path: str
    record: str | None
    reason: str
    detail: str
    sha256: str | None = None
    stage: str = "ingest"
