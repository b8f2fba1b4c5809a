"""The profile of a source: which lines come back on its pages, and which that differ in nothing but their digits.

Lines are known by their marks, 64 bits of a hash; how a profile is counted is in ``copydesk.survey``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from copydesk.label import cues
from copydesk.label.pack import thresholds

_LONGEST = 200
"""Longer lines are paragraphs: where they come back, they are copies of an article, not furniture."""

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """On how many of a source's ``pages`` each mark stands. ``marks`` is sorted, ``counts`` goes with it."""

    pages: int = 0
    marks: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))
    counts: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def others(self) -> int:
        """How many pages there are besides the one that is looked at."""
        return max(self.pages - 1, 0)

    @property
    def telling(self) -> bool:
        """Whether there are pages enough for a recurrence to say something."""
        return self.pages >= thresholds().recurrent_pages

    def recurrence(self, texts: Sequence[str]) -> list[float]:
        """For each text, the share of the source's other pages that have its line, rounded down to a level."""
        return self._shares([line_mark(text) for text in texts])

    def alike(self, texts: Sequence[str]) -> list[float]:
        """For each text, the share of the other pages that have a line which differs in its digits only; 0 for a text
        without digits."""
        return self._shares([shape_mark(text) for text in texts])

    def _shares(self, marks: Sequence[int | None]) -> list[float]:
        if not self.others or not len(self.marks):
            return [0.0] * len(marks)
        asked = np.array([mark or 0 for mark in marks], np.uint64)
        place = np.minimum(np.searchsorted(self.marks, asked), len(self.marks) - 1)
        known = (self.marks[place] == asked) & np.array([mark is not None for mark in marks], bool)
        shares = np.where(known, (self.counts[place] - 1) / self.others, 0.0)
        # In few levels, so that a page or two more of a source change nothing for most of its other pages.
        levels = np.array([0.0, *thresholds().recurrence_levels])
        return [float(level) for level in levels[np.searchsorted(levels, shares, side="right") - 1]]


def line_mark(text: str) -> int | None:
    """The mark of a line, or None for one that is blank or as long as a paragraph."""
    return _mark(cues.key(text), b"line") if text and len(text) <= _LONGEST else None


def shape_mark(text: str) -> int | None:
    """The mark of a line whatever its digits, or None for one without."""
    if not text or len(text) > _LONGEST or not any(char.isdigit() for char in text):
        return None
    return _mark(_DIGITS.sub("0", cues.key(text)), b"shape")


def page_marks(texts: Iterable[str]) -> set[int]:
    """All marks of one page."""
    return {mark for text in texts for mark in (line_mark(text), shape_mark(text)) if mark is not None}


def _mark(key: str, kind: bytes) -> int:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=kind)
    return int.from_bytes(digest.digest(), "big")
