"""The profile of a source: which lines come back on its pages. Counted over the corpus before anything is labelled."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from copydesk.label import cues

_LONGEST = 200
"""Longer lines are paragraphs: where they come back, they are copies of an article, not furniture."""


@dataclass(frozen=True, slots=True)
class Profile:
    """On how many of a source's ``pages`` each line stands. Lines are hashes; those on one page are not kept."""

    pages: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def others(self) -> int:
        """How many pages there are besides the one that is looked at."""
        return max(self.pages - 1, 0)

    def recurrence(self, texts: Sequence[str]) -> list[float]:
        """For each text, the share of the source's other pages that have its line."""
        if not self.others:
            return [0.0] * len(texts)
        return [max(self.counts.get(_digest(text), 1) - 1, 0) / self.others if text else 0.0 for text in texts]


def count_page(texts: Iterable[str]) -> Counter[str]:
    """The lines of one page, each counted once."""
    return Counter({_digest(text): 1 for text in texts if text and len(text) <= _LONGEST})


def profile(pages: int, counts: Mapping[str, int]) -> Profile:
    """The profile of a source from its pages' counts."""
    return Profile(pages, {digest: count for digest, count in sorted(counts.items()) if count > 1})


def _digest(text: str) -> str:
    return hashlib.blake2b(cues.key(text).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
