"""The numbers that the rules go by, as data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Thresholds:
    """See ``thresholds.toml`` for what each means."""

    version: str
    prose_words: int
    caption_max_words: int
    headline_min_words: int
    short_words: int
    told_words: int
    pleads_below: float
    pleads_step: float
    beside_from: float
    doubtful_beside: float
    doubtful_between: float
    cut_from: float
    voices: int
    steady_from: float
    remains_below: float
    remains_prose: list[float]
    remains_other: list[float]
    remains_crowded: float
    remains_shares: list[float]
    loose_from: list[float]
    apart_from: float
    sure_text: float
    repeat_chars: int
    button_words: int
    byline_names: int
    recurrent_share: float
    recurrence_levels: list[float]
    recurrent_pages: int
    document_cap: float
    document_min_words: int
    source_cap: float
    source_pages: int
    source_min_words: int
    profile_marks: int
    story_chars: int
    few_pages: int
    story_share: float


@cache
def thresholds() -> Thresholds:
    """The thresholds that ship with Copydesk."""
    data = tomllib.loads((Path(__file__).parent / "thresholds.toml").read_text(encoding="utf-8"))
    return Thresholds(**data)
