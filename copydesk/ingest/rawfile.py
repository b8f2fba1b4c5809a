"""A file in a raw folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from copydesk.limits import Limits, shipped_limits
from copydesk.sources import UNKNOWN, id_of

_BY_USUAL_NAMES: Mapping[str, str] = MappingProxyType({})  # one for all: there may be a million files


@dataclass(frozen=True, slots=True)
class RawFile:
    """``name`` is the path below the raw folder, with ``/``, and always valid text, whatever the file is called."""

    root: Path
    at: str
    """Its path, as plain text: most files are listed every night and never opened."""
    name: str
    size: int
    columns: Mapping[str, str] = field(default_factory=lambda: _BY_USUAL_NAMES)
    """For dumps: what an article has, to the column that holds it. The rest is found by its usual name."""
    limits: Limits = field(default_factory=shipped_limits)
    encoding: str | None = None
    """What its source is said to write in, for what says nothing itself."""

    def __reduce__(self) -> tuple[object, ...]:
        """Partitions of thousands of files are sent to workers: a tuple is sent in a third of the time."""
        return _sent, (self.root, self.at, self.name, self.size, dict(self.columns), self.limits, self.encoding)

    @property
    def path(self) -> Path:
        return Path(self.at)

    @property
    def source_id(self) -> str:
        """The first folder's name, or ``unknown`` for a file that lies in none."""
        first, slash, _ = self.name.partition("/")
        return id_of(first) if slash else UNKNOWN


def _sent(  # noqa: PLR0917  (one value a field)
    root: Path, at: str, name: str, size: int, columns: Mapping[str, str], limits: Limits, encoding: str | None
) -> RawFile:
    return RawFile(root, at, name, size, columns or _BY_USUAL_NAMES, limits, encoding)
