"""A file in a raw folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from copydesk.sources import UNKNOWN


@dataclass(frozen=True, slots=True)
class RawFile:
    """``name`` is the path below the raw folder, with ``/``, and always valid text, whatever the file is called."""

    root: Path
    path: Path
    name: str
    size: int

    @property
    def source_id(self) -> str:
        """The first folder's name, or ``unknown`` for a file that lies in none."""
        first, slash, _ = self.name.partition("/")
        return first if slash else UNKNOWN
