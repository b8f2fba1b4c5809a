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
_NOTHING: frozenset[str] = frozenset()
_SPOKEN = frozenset({"we", "you", "ask", "offer", "letter", "salutation", "message", "copying", "permission"})


class Line(NamedTuple):
    """What can be read off a line itself: the first fields of ``copydesk.label.page.PageLine``."""

    text: str
    key: str
    shape: Shape
    stems: str
    hits: tuple[Hit, ...]
    sure: Hit | None
    signals: frozenset[str]
    credit: Credit | None


_Asked = tuple[str, tuple[str, ...]]
"""A text, and the languages whose cues count."""


class _Recent:
    """The lines that were asked for last, twice ``most`` of them at the most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._new: dict[_Asked, Line] = {}
        self._old: dict[_Asked, Line] = {}

    def get(self, asked: _Asked) -> Line | None:
        found = self._new.get(asked)
        if found is None and (found := self._old.get(asked)) is not None:
            self.put(asked, found)
        return found

    def put(self, asked: _Asked, line: Line) -> None:
        if len(self._new) >= self._most:
            self._old, self._new = self._new, {}
        self._new[asked] = line


_LONGEST = 200
"""Longer lines are paragraphs, which do not come back."""
_recent = _Recent(4_096)


def read_pages(pages: Sequence[Sequence[str]], languages: Sequence[tuple[str, ...]]) -> list[list[Line]]:
    """The lines of each page that are not blank, each page with the cues of its languages."""
    wanted = [[(text, its) for text in page if text] for page, its in zip(pages, languages, strict=True)]
    asked = dict.fromkeys([one for page in wanted for one in page])
    found = {one: line for one in asked if (line := _recent.get(one))}
    new = [one for one in asked if one not in found]
    for one, line in zip(new, read_lines([text for text, _ in new], [its for _, its in new]), strict=True):
        found[one] = line
        if len(line.text) <= _LONGEST:
            _recent.put(one, line)
    return [[found[one] for one in page] for page in wanted]


def read_lines(texts: Sequence[str], languages: Sequence[tuple[str, ...]]) -> list[Line]:
    """What each of the texts, none of which is empty, says in its languages and looks like."""
    if not texts:
        return []
    codes = codes_of(joined(texts))
    bits = bits_of(codes)
    signed = ends_with(bits & CREDITS, starts_of(codes), TAIL).tolist()
    keys, words = forms(texts)
    looks = shapes(texts, codes, bits)
    return [
        Line(text, key, shape, stems, *_said(text, key, its), credited(text, key, signed=sign))
        for text, its, key, shape, stems, sign in zip(texts, languages, keys, looks, words, signed, strict=True)
    ]


def outside_quotes(text: str) -> str:
    """The text without what stands between quotation marks."""
    return _QUOTED.sub(" ", text)


def _said(text: str, key: str, languages: tuple[str, ...]) -> tuple[tuple[Hit, ...], Hit | None, frozenset[str]]:
    """The cues that the text matches, the first of them that is sure of a role, and the signals of the others."""
    found = cues.hits(text, languages, form=key)
    if not found:
        return found, None, _NOTHING
    signals = {hit.cue.signal for hit in found if hit.cue.signal}
    sure = _sure(found)
    if sure or not signals.isdisjoint(_SPOKEN):
        bare = outside_quotes(text)
        again = found if bare == text else cues.hits(bare, languages)
        signals |= {f"unquoted:{hit.cue.signal}" for hit in again if hit.cue.signal}
        # What stands in quotation marks is said by somebody: it makes nothing furniture, unless it is all there is.
        if sure and again is not found:
            found = tuple([hit for hit in found if hit.cue.role is None or hit.cue.match == "exact" or hit in again])
            sure = _sure(found)
    return found, sure, frozenset(signals)


def _sure(found: tuple[Hit, ...]) -> Hit | None:
    return next((hit for hit in found if hit.cue.role is not None), None)
