"""How much of anything is read: ``limits.toml`` beside this file, and what a raw folder's own changes of it.

A limit that is reached costs the one item that reaches it, which goes to quarantine with a reason that names it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

from copydesk.errors import ConfigError

FILE = "limits.toml"


@dataclass(frozen=True, slots=True)
class Limits:
    """See ``limits.toml`` for what each means. ``version`` is that of the pack."""

    version: str
    document_bytes: int
    document_chars: int
    document_lines: int
    line_chars: int
    stated_chars: int
    elements: int
    attributes: int
    records: int
    record_depth: int
    rejections: int
    unpacked_bytes: int
    unpacked_free: int
    unpacked_ratio: int
    partition_bytes: int
    folder_depth: int

    def changed(self) -> Mapping[str, int]:
        """Those that are not as they ship."""
        usual = asdict(shipped_limits())
        return {name: value for name, value in asdict(self).items() if value != usual[name]}


@cache
def shipped_limits() -> Limits:
    """The limits that ship with Copydesk."""
    data = tomllib.loads((Path(__file__).parent / FILE).read_text(encoding="utf-8"))
    return Limits(version=data["version"], **data["limits"])


def load_limits(path: Path | None) -> Limits:
    """The limits with what that file changes. Raises ConfigError naming the key."""
    usual = shipped_limits()
    if path is None:
        return usual
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}). Name another file, or none.") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML: {error}. Correct the file, or take it away.") from error
    stated = data.get("limits", {})
    known = asdict(usual).keys() - {"version"}
    if not isinstance(stated, dict) or data.keys() - {"limits"}:
        raise ConfigError(f"{path}: must hold one table, [limits]")
    if unknown := sorted(stated.keys() - known):
        raise ConfigError(f"{path}: [limits] has unknown keys {unknown}; known are {sorted(known)}")
    for key, value in stated.items():
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 62:
            raise ConfigError(f"{path}: [limits] {key} must be a whole number above 0, not {value!r}")
    return replace(usual, **stated)
