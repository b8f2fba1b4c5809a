"""The limits of the alarms, and how a dataset says that it wants others."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

ALARMS = (
    "source_stopped",
    "stale",
    "fill_rate",
    "set_aside",
    "median_length",
    "quarantined",
    "rule_silent",
    "rule_loud",
    "profile_unread",
)
"""Their names."""


@cache
def default_thresholds() -> Mapping[str, float]:
    """The thresholds of the shipped pack, by name."""
    data = tomllib.loads(files("copydesk.alarms").joinpath("alarms.toml").read_text(encoding="utf-8"))
    return MappingProxyType(data["thresholds"])
