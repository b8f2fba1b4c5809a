"""Telling entries apart that share a form, by the words around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache

from copydesk.normalize.names.model import Entry
from copydesk.normalize.names.packs import pack
from copydesk.normalize.names.spot import Document, Spot


@lru_cache(maxsize=4096)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    listed = "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
    return re.compile(rf"(?<!\w)(?:{listed})(?!\w)")


@lru_cache(maxsize=128)
def _places(words: tuple[str, ...], text: str) -> tuple[tuple[int, ...], tuple[str, ...], int]:
    """Where the words stand in the text, which they are, and how many different ones there are. Read once a text."""
    found = [(match.start(), match.group()) for match in _any_of(words).finditer(text)] if words else []
    return tuple(at for at, _ in found), tuple(word for _, word in found), len({word for _, word in found})


def _near(words: tuple[str, ...], text: str, start: int, end: int) -> int:
    """How many different words of ``words`` stand in ``text[start:end]``."""
    at, which, _ = _places(words, text)
    return len(set(which[bisect_left(at, start) : bisect_left(at, end)]))


def by_context(document: Document, spot: Spot, possible: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Those of ``possible`` whose context words are near: in the paragraph, else around, else in the document."""
    reach = pack("linking")["limits"]["context_characters"]
    contexts = [document.entry(id_).context for id_, _ in possible]
    around = (spot.start - reach, spot.end + reach)
    for start, end in (document.paragraph(spot.start, spot.end, 2 * reach), around):
        chosen = _chosen(possible, [_near(words, document.text, start, end) for words in contexts])
        if chosen:
            return chosen
    return _chosen(possible, [_places(words, document.text)[2] for words in contexts])


def _chosen(possible: list[tuple[str, int]], counts: list[int]) -> list[tuple[str, int]]:
    """The one with more than twice the words of any other; else all that have any."""
    first, *others = sorted(counts, reverse=True)
    if first and (not others or first > 2 * others[0]):
        return [possible[counts.index(first)]]
    return [one for one, count in zip(possible, counts, strict=True) if count]


def forbidden(document: Document, spot: Spot, entry: Entry) -> bool:
    """Whether a word that rules the entry out stands in the same paragraph."""
    if not entry.forbid:
        return False
    reach = pack("linking")["limits"]["context_characters"]
    start, end = document.paragraph(spot.start, spot.end, 2 * reach)
    return _near(entry.forbid, document.text, start, end) > 0
