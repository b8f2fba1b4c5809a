"""What tells a headline, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Weights:
    """See ``headline.toml`` for what each means."""

    version: str
    limits: Mapping[str, float]
    weights: Mapping[str, float]
    base: float
    stated: Mapping[str, float]


@cache
def weights() -> Weights:
    """The weights that ship with Copydesk."""
    data = tomllib.loads((Path(__file__).parent / "headline.toml").read_text(encoding="utf-8"))
    return Weights(data["version"], data["limits"], data["weights"], data["base"], data["stated"])
