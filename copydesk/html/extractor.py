"""What an extractor of main content keeps of a page, line by line: a second opinion, and part of the record.

The extractor is trafilatura. It gives a text of its own; which of the rendered lines are in it is found by their
words, in order. What it dropped is known that way too.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import islice

from copydesk.html.pack import settings
from copydesk.scripts import UNSPACED

_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
_ALONE = re.compile(f"[{UNSPACED}]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_PARAGRAPH = re.compile(
    r"<(?:blockquote|br|caption|center|col|dd|div|dl|dt|fieldset|form|h[1-6]|legend|li|optgroup|option|p|pre|t[dhr]|table"
    r"|tbody|textarea|tfoot|thead|ul)\b",
    re.IGNORECASE,
)
"""What may part paragraphs."""
_LONG = 6  # words from which a line is found inside a longer one: fewer could stand anywhere
_TRIES = 20  # places that are looked at for one line: text that repeats itself has any number of them
_PART = 3  # words from which a kept line is looked for inside a longer one
_ALONE_PER_WORD = 2  # characters that stand for themselves weigh as much as a word


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether the extractor kept each line. ``heard`` is False where it failed, found nothing, or gave a text in which
    none of the lines is found: then it has no opinion, and no line counts as dropped."""

    kept: tuple[bool, ...]
    heard: bool
    extractor: str
    """Name and version; empty where none was asked."""

    @property
    def asked(self) -> bool:
        return bool(self.extractor)


@cache
def extractor() -> str:
    """The extractor's name and version, for the record."""
    return f"trafilatura {version('trafilatura')}"


def vote(html: str, lines: Sequence[str]) -> Vote:
    """The extractor's vote on the ``lines`` that ``render`` gave for the page ``html``. Never raises.

    Nobody is asked about a page of very many elements: one of the extractor's own fallbacks looks, from each short
    paragraph, through all the short ones around it.
    """
    if sum(1 for _ in _PARAGRAPH.finditer(html)) > settings()["limits"]["vote_paragraphs"]:
        return no_vote(lines)
    text = _extracted(html)
    if not text:
        return Vote((False,) * len(lines), False, extractor())
    kept = tuple(matched(lines, text.splitlines()))
    return Vote(kept, any(kept), extractor())


def no_vote(lines: Sequence[str]) -> Vote:
    """The vote of nobody, for a page that is read fast, or has more paragraphs than the extractor can take."""
    return Vote((False,) * len(lines), False, "")


def _extracted(html: str) -> str | None:
    import trafilatura  # noqa: PLC0415 - slow to import

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    if len(html) > settings()["limits"]["vote_chars"]:
        return None
    try:
        text: str | None = trafilatura.extract(
            html, include_comments=False, include_tables=True, with_metadata=False, deduplicate=False
        )
    except Exception:  # whatever a library raises on broken markup: the page is labelled without it
        return None
    return text


def matched(lines: Sequence[str], kept: Sequence[str]) -> list[bool]:
    """Which of the ``lines`` are among the ``kept`` ones, whole or as a part, each as often as it stands there.

    Long lines first, by their words, the next one after the last that was found, if there is one; then short ones,
    only where they are a whole line between the neighbours that were found; then longer ones that are mostly made up
    of kept ones. Linear in the words of both.
    """
    mine = [_words(line) for line in lines]
    units = [words for line in kept if (words := _words(line))]
    found = _anchors(mine, units)
    starts: dict[tuple[str, ...], list[int]] = {}
    for place, words in enumerate(units):
        starts.setdefault(tuple(words), []).append(place)
    whole = {tuple(words) for words in mine}
    parts: dict[tuple[str, ...], list[int]] = {}
    for place, words in enumerate(units):
        if _size(words) >= _PART and tuple(words) not in whole:
            parts.setdefault(tuple(words[:_PART]), []).append(place)
    out = [place is not None for place in found]
    above = _next_places(found, len(units))
    low, used = -1, set[int]()
    for number, words in enumerate(mine):
        anchor = found[number]
        if anchor is not None:
            low = anchor
            continue
        if words and _size(words) < _LONG:
            places = starts.get(tuple(words), [])
            later = bisect_left(places, low)
            free = (at for at in places[later : later + _TRIES] if at not in used)
            inside = next((at for at in free if at <= above[number]), None)
            if inside is not None:
                out[number], low = True, inside
                used.add(inside)
                continue
        if words:
            out[number] = _covered(words, units, parts, used)
    return out


def _anchors(mine: Sequence[list[str]], units: Sequence[list[str]]) -> list[int | None]:
    """For each long line the kept one that holds it: the next after the last that was found, or else the first."""
    index: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for place, words in enumerate(units):
        for at in range(len(words) - _LONG + 1):
            index.setdefault(tuple(words[at : at + _LONG]), []).append((place, at))
    found: list[int | None] = []
    taken: set[tuple[int, int]] = set()
    cursor = (-1, -1)
    for words in mine:
        spots = index.get(tuple(words[:_LONG]), []) if _size(words) >= _LONG else []
        later = bisect_right(spots, cursor)
        hit = None
        for place, at in (*spots[later : later + _TRIES], *spots[: min(later, _TRIES)]):
            if (place, at) not in taken and units[place][at : at + len(words)] == words:
                hit = (place, at)
                break
        found.append(None if hit is None else hit[0])
        if hit is not None:
            taken.add(hit)
            cursor = hit
    return found


def _next_places(found: Sequence[int | None], end: int) -> list[int]:
    """For each line the place of the next line that was found and stands later than all before it."""
    out = [end] * len(found)
    nearest = end
    for number in range(len(found) - 1, -1, -1):
        out[number] = nearest
        place = found[number]
        if place is not None:
            nearest = place
    return out


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold())


def _size(words: Sequence[str]) -> int:
    """How many words they weigh as: see ``_ALONE_PER_WORD``."""
    alone = sum(_ALONE.match(word) is not None for word in words)
    return len(words) - alone + alone // _ALONE_PER_WORD


def _covered(
    words: list[str], units: Sequence[list[str]], parts: dict[tuple[str, ...], list[int]], used: set[int]
) -> bool:
    """Whether the kept lines that stand inside a longer line make up most of it; those are then used up."""
    inside: list[int] = []
    at = 0
    while at < len(words):
        hit = next(
            (
                place
                for place in islice(parts.get(tuple(words[at : at + _PART]), ()), _TRIES)
                if place not in used and words[at : at + len(units[place])] == units[place]
            ),
            None,
        )
        if hit is not None:
            inside.append(hit)
            at += len(units[hit])
        else:
            at += 1
    if sum(len(units[place]) for place in inside) * 2 < len(words):
        return False
    used.update(inside)
    return True
