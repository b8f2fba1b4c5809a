"""The profile of a source: which lines come back on its pages, and which that differ in nothing but their digits.

Lines are known by their marks: 64 bits, of which one says what the others are a hash of. How a profile is counted is in
``copydesk.survey``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from copydesk.label import cues
from copydesk.label.pack import thresholds

_LONGEST = 200
"""Longer lines are paragraphs: where they come back, they are copies of an article, not furniture."""

_SHAPE = np.uint64(1)
"""This bit of a mark says that it is that of a line whatever its digits."""

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
        return self._shares([line_marks(text)[0] for text in texts] if self.others else [None] * len(texts))

    def alike(self, texts: Sequence[str]) -> list[float]:
        """For each text, the share of the other pages that have a line which differs in its digits only; 0 for a text
        without digits, and where it is less than ``recurrent_share``, which nothing asks for: the months of datelines
        come and go, and must not have every page of theirs cleaned again."""
        return self._shares([line_marks(text)[1] for text in texts] if self.others else [None] * len(texts))

    def views(self, pages: Sequence[bytes]) -> list[bytes]:
        """All that pages with these marks can see of the profile: one that sees the same is labelled the same."""
        levels = self._levels(np.frombuffer(b"".join(pages), np.uint64)).astype(np.uint8).tobytes()
        ends = np.cumsum([len(marks) // 8 for marks in pages]).tolist()
        telling = bytes([self.telling])
        return [telling + levels[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]

    def _shares(self, marks: Sequence[int | None]) -> list[float]:
        if not self.others:
            return [0.0] * len(marks)
        levels = (0.0, *thresholds().recurrence_levels)
        found = self._levels(np.array([mark or 0 for mark in marks], np.uint64))
        return [levels[level] if mark is not None else 0.0 for level, mark in zip(found, marks, strict=True)]

    def _levels(self, asked: npt.NDArray[np.uint64]) -> npt.NDArray[np.int64]:
        """For each mark the level of its share, counted from 0. In few levels, so that a page or two more of a source
        change nothing for most of its other pages."""
        if not self.others or not len(self.marks):
            return np.zeros(len(asked), np.int64)
        place = np.minimum(np.searchsorted(self.marks, asked), len(self.marks) - 1)
        shares = np.where(self.marks[place] == asked, (self.counts[place] - 1) / self.others, 0.0)
        limits = thresholds()
        levels = np.searchsorted(np.array(limits.recurrence_levels), shares, side="right")
        telling = np.searchsorted(np.array(limits.recurrence_levels), limits.recurrent_share, side="right")
        return np.where((asked & _SHAPE != 0) & (levels < telling), 0, levels)


def line_marks(text: str) -> tuple[int | None, int | None]:
    """The mark of a line, or None for one that is blank or as long as a paragraph; and the mark that it has whatever
    its digits, or None for one without."""
    return _marks(text) if text and len(text) <= _LONGEST else (None, None)


@lru_cache(maxsize=8_192)  # what tells a source comes back on all of its pages
def _marks(text: str) -> tuple[int, int | None]:
    form = cues.key(text)
    shape = _mark(_DIGITS.sub("0", form), b"shape") | int(_SHAPE) if any(map(str.isdigit, text)) else None
    return _mark(form, b"line") & ~int(_SHAPE), shape


def page_marks(texts: Iterable[str]) -> bytes:
    """All marks of one page, sorted, as unsigned integers of 8 bytes."""
    found = {mark for text in texts for mark in line_marks(text) if mark is not None}
    return np.array(sorted(found), np.uint64).tobytes()


def _mark(key: str, kind: bytes) -> int:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=kind)
    return int.from_bytes(digest.digest(), "big")
