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

from copydesk.label.forms import keys
from copydesk.label.pack import thresholds
from copydesk.scripts import UNSPACED

_LONGEST = 200
"""Longer lines are paragraphs: where they come back, they are copies of an article, not furniture."""

_ALONE = re.compile(f"[{UNSPACED}]")
_CLOSED = re.compile(r"[.!?…։՞。！？؟।۔][\"'”’»“)\]」』]?\Z")

_SHAPE = np.uint64(1)
"""This bit of a mark says that it is that of a line whatever its digits."""

_DIGITS = re.compile(r"\d+")

Marks = tuple[int | None, int | None]
"""The mark of a line, and the one that it has whatever its digits; None for what it has not."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """On how many of a source's ``pages`` each mark stands, where pages of one story count once. ``marks`` is sorted,
    ``counts`` goes with it."""

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

    def shares(self, texts: Sequence[str]) -> tuple[list[float], list[float]]:
        """For each text, the share of the source's other pages that have its line, and of those that have a line which
        differs in its digits only; rounded down to a level.

        The latter is 0 for a text without digits, and where it is less than ``recurrent_share``, which nothing asks
        for: the months of datelines come and go, and must not have every page of theirs cleaned again.
        """
        if not self.others:
            return [0.0] * len(texts), [0.0] * len(texts)
        marks = line_marks(texts)
        asked = [mark for mark, _ in marks] + [shape for _, shape in marks]
        levels = (0.0, *thresholds().recurrence_levels)
        found = self._levels(np.array([mark or 0 for mark in asked], np.uint64)).tolist()
        shares = [levels[level] if mark is not None else 0.0 for level, mark in zip(found, asked, strict=True)]
        return shares[: len(texts)], shares[len(texts) :]

    def views(self, pages: Sequence[bytes]) -> list[bytes]:
        """All that pages with these marks can see of the profile: one that sees the same is labelled the same."""
        levels = self._levels(np.frombuffer(b"".join(pages), np.uint64)).astype(np.uint8).tobytes()
        ends = np.cumsum([len(marks) // 8 for marks in pages]).tolist()
        telling = bytes([self.telling])
        return [telling + levels[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]

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


def line_marks(texts: Sequence[str]) -> list[Marks]:
    """The marks of each line: None for one that is blank or as long as a paragraph."""
    short = list(dict.fromkeys([text for text in texts if text and len(text) <= _LONGEST]))
    marks = dict(zip(short, map(_marks, keys(short)), strict=True))
    return [marks.get(text, (None, None)) for text in texts]


@lru_cache(maxsize=8_192)  # what tells a source comes back on all of its pages
def _marks(form: str) -> Marks:
    shape = _mark(_DIGITS.sub("0", form), b"shape") | int(_SHAPE) if _has_digits(form) else None
    return _mark(form, b"line") & ~int(_SHAPE), shape


def _has_digits(form: str) -> bool:
    return _DIGITS.search(form) is not None or (not form.isascii() and any(map(str.isdigit, form)))


def page_marks(lines: Iterable[Marks]) -> bytes:
    """All marks of the lines of one page, sorted, as unsigned integers of 8 bytes."""
    return np.array(sorted({mark for marks in lines for mark in marks if mark is not None}), np.uint64).tobytes()


def _mark(key: str, kind: bytes) -> int:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8, person=kind)
    return int.from_bytes(digest.digest(), "big")


def story_of(texts: Iterable[str]) -> bytes | None:
    """Which story a page tells, whatever menus and links stand around it: the marks of its paragraphs, sorted, as
    ``page_marks`` are. None where these are not the greater part of the page: then pages are alike in their furniture.
    """
    lines = set(texts)
    paragraphs = list(filter(_is_paragraph, lines))
    if not paragraphs or 2 * sum(map(len, paragraphs)) < sum(map(len, lines)):
        return None
    return np.array(sorted([_mark(text, b"paragraph") for text in paragraphs]), np.uint64).tobytes()


def _is_paragraph(text: str) -> bool:
    """Whether it is long, or half as long and closed like a sentence, as titles and teasers are not."""
    size = len(text) * (2 if not text.isascii() and _ALONE.search(text) else 1)
    least = thresholds().story_chars
    return size >= 2 * least or (size >= least and _CLOSED.search(text) is not None)
