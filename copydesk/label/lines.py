"""What many lines say and look like, each by itself, whatever page it stands on.

Here ends what is the same for a line on every page: the keys, shapes and stems of the lines of many pages are read
together, and what a source prints on each of them is read once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from copydesk.label import cues
from copydesk.label.credits import TAIL, Credit, credited
from copydesk.label.cues import Hit
from copydesk.label.forms import forms, joined
from copydesk.label.letters import CREDITS, bits_of, codes_of, ends_with, starts_of
from copydesk.label.shapes import Shape, shapes

_QUOTED = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|\"[^\"]*\"|「[^「」]*」")
_SPOKEN = frozenset({"we", "you", "ask", "offer", "letter", "salutation", "message", "copying", "permission"})


class Line(NamedTuple):
    """What can be read off a line itself: the first fields of ``copydesk.label.page.PageLine``."""

    text: str
    key: str
    shape: Shape
    stems: tuple[str, ...]
    hits: tuple[Hit, ...]
    signals: frozenset[str]
    credit: Credit | None


class _Recent:
    """The lines that were asked for last, twice ``most`` of them at the most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._new: dict[tuple[str, tuple[str, ...]], Line] = {}
        self._old: dict[tuple[str, tuple[str, ...]], Line] = {}

    def get(self, text: str, languages: tuple[str, ...]) -> Line | None:
        key = (text, languages)
        found = self._new.get(key)
        if found is None and (found := self._old.get(key)) is not None:
            self.put(found, languages)
        return found

    def put(self, line: Line, languages: tuple[str, ...]) -> None:
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[line.text, languages] = line


_LONGEST = 200
"""Longer lines are paragraphs, which do not come back."""
_recent = _Recent(4_096)


def read_pages(pages: Sequence[Sequence[str]], languages: Sequence[tuple[str, ...]]) -> list[list[Line]]:
    """The lines of each page that are not blank, each page with the cues of its languages."""
    found: dict[tuple[str, ...], dict[str, Line]] = {}
    for spoken in dict.fromkeys(languages):
        of_them = [page for page, its in zip(pages, languages, strict=True) if its == spoken]
        asked = dict.fromkeys([text for page in of_them for text in page if text])
        known = {text: line for text in asked if len(text) <= _LONGEST and (line := _recent.get(text, spoken))}
        new = read_lines([text for text in asked if text not in known], spoken)
        for line in new:
            if len(line.text) <= _LONGEST:
                _recent.put(line, spoken)
        found[spoken] = known | {line.text: line for line in new}
    return [[found[its][text] for text in page if text] for page, its in zip(pages, languages, strict=True)]


def read_lines(texts: Sequence[str], languages: tuple[str, ...]) -> list[Line]:
    """What each of the texts, none of which is empty, says and looks like."""
    if not texts:
        return []
    codes = codes_of(joined(texts))
    bits = bits_of(codes)
    signed = ends_with(bits & CREDITS, starts_of(codes), TAIL).tolist()
    keys, words = forms(texts)
    return [
        Line(text, key, shape, stems, *_said(text, key, languages), credited(text, key, signed=sign))
        for text, key, shape, stems, sign in zip(texts, keys, shapes(texts, codes, bits), words, signed, strict=True)
    ]


def outside_quotes(text: str) -> str:
    """The text without what stands between quotation marks."""
    return _QUOTED.sub(" ", text)


def _said(text: str, key: str, languages: tuple[str, ...]) -> tuple[tuple[Hit, ...], frozenset[str]]:
    """The cues that the text matches, and their signals."""
    found = cues.hits(text, languages, form=key)
    signals = {hit.cue.signal for hit in found if hit.cue.signal}
    if signals & _SPOKEN or any(hit.cue.role for hit in found):
        bare = outside_quotes(text)
        again = found if bare == text else cues.hits(bare, languages)
        signals |= {f"unquoted:{hit.cue.signal}" for hit in again if hit.cue.signal}
        # What stands in quotation marks is said by somebody: it makes nothing furniture, unless it is all there is.
        found = tuple(hit for hit in found if hit.cue.role is None or hit.cue.match == "exact" or hit in again)
    return found, frozenset(signals)
