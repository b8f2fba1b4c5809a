"""The word lists and settled values of this package, read once from the TOML files beside it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def pack(name: str) -> dict[str, Any]:
    """The pack ``name`` (``words``, ``linking``, ``folding``, ``given_names``). Treat it as read-only."""
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """A list of the pack ``words``, as a set."""
    return frozenset(pack("words")[name])
