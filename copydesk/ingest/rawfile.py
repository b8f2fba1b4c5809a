"""A file in a raw folder."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from copydesk.limits import Limits, shipped_limits
from copydesk.sources import UNKNOWN


@dataclass(frozen=True, slots=True)
class RawFile:
    """``name`` is the path below the raw folder, with ``/``, and always valid text, whatever the file is called."""

    root: Path
    path: Path
    name: str
    size: int
    columns: Mapping[str, str] = field(default_factory=dict)
    """For dumps: what an article has, to the column that holds it. The rest is found by its usual name."""
    limits: Limits = field(default_factory=shipped_limits)

    def __reduce__(self) -> tuple[object, ...]:
        """Plain text in place of the path: partitions of thousands of files are sent to workers."""
        return _read, (self.root, os.fspath(self.path), self.name, self.size, dict(self.columns), self.limits)

    @property
    def source_id(self) -> str:
        """The first folder's name, or ``unknown`` for a file that lies in none."""
        first, slash, _ = self.name.partition("/")
        return first if slash else UNKNOWN


def _read(root: Path, path: str, name: str, size: int, columns: Mapping[str, str], limits: Limits) -> RawFile:
    return RawFile(root, Path(path), name, size, columns, limits)
