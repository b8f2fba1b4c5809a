"""The pack of the page reader: limits, vocabularies, thresholds."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any


@cache
def settings() -> dict[str, Any]:
    """``html.toml`` beside this file."""
    with (Path(__file__).parent / "html.toml").open("rb") as file:
        return tomllib.load(file)
