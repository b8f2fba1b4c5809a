"""The numbers that relations between articles go by, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pack:
    """See ``duplicates.toml`` for what each means. Shares are from 0 to 1, the rest are counts."""

    version: str
    shingle_words: int
    bands: int
    band_rows: int
    unspaced_per_word: int
    min_words: int
    sentence_words: int
    quote_words: int
    neighbours: int
    sentence_texts: int
    run_words: int
    paragraph_share: float
    shorter_share: float
    longer_share: float
    untouched_share: float
    other_day_share: float
    truncated_share: float
    quotes_count: int
    quotes_words: int


@cache
def pack() -> Pack:
    """The pack that ships with Copydesk."""
    data = tomllib.loads((Path(__file__).parent / "duplicates.toml").read_text(encoding="utf-8"))
    quotes = {f"quotes_{name}": value for name, value in data["quotes"].items()}
    return Pack(version=data["version"], **data["signature"], **data["candidates"], **data["overlap"], **quotes)
