"""The tuned numbers behind dates, read from their pack. Nothing else in the package sets a threshold."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType


@cache
def tuned(table: str) -> Mapping[str, int]:
    """One table of ``packs/tuning.toml``: ``years``, ``resolve``, ``language``, ``scan`` or ``stamps``."""
    data = tomllib.loads(files("copydesk.dates.packs").joinpath("tuning.toml").read_text(encoding="utf-8"))
    numbers: dict[str, int] = data[table]
    return MappingProxyType(numbers)
