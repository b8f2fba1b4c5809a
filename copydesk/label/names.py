"""Whether a line is a byline: openers, people's names, and what stands between them."""

from __future__ import annotations

import re

from copydesk.label import cues
from copydesk.label.page import PageLine

_SEPARATORS = re.compile(
    r"\s*(?:,|;|&|\||•|·|\band\b|\bund\b|\bet\b|\by\b|\be\b|\bi\b|\ben\b|\boch\b|\bog\b|\bи\b|\bта\b|\bև\b|\bდა\b|\bve\b|\bvə\b)\s*"
)
_MAIL = re.compile(r"\S+@\S+|@\w+|https?://\S+")
_NAME_WORD = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_][^\W\d_'’.\-–]*(?:['’\-–.][^\W\d_][^\W\d_'’.]*)*\.?")
_PARTICLES = frozenset(
    "de da di del della der den van von zu zum zur la le du dos das do al el bin ibn ben ter ten af av y e i".split()  # noqa: SIM905
)
_FEWEST, _MOST = 2, 5


def person_like(text: str) -> bool:
    """Whether the text has the shape of one person's name: two to five words, capitalized but for particles."""
    words = text.split()
    if not _FEWEST <= len(words) <= _MOST:
        return False
    if not all(_NAME_WORD.fullmatch(word) for word in words):
        return False
    capitals = [word for word in words if not word[0].islower()]
    return len(capitals) >= _FEWEST and all(word.casefold() in _PARTICLES for word in words if word[0].islower())


def byline_names(line: PageLine) -> tuple[str, ...]:
    """The people that a byline names, without its opener, their posts, addresses and places. Empty: it names none."""
    text = _MAIL.sub(" ", line.text)
    opener = line.phrase("byline")
    return people(_without_opener(text, opener) if opener else text)


def people(text: str) -> tuple[str, ...]:
    """The people in a list of names."""
    found: list[str] = []
    for part in _SEPARATORS.split(text):
        name = part.strip(" .:–—-|/()")
        if person_like(name) and not _no_author(name):
            found.append(_cased(name))
    return tuple(dict.fromkeys(found))


def _no_author(name: str) -> bool:
    return any(hit.cue.signal in ("not_author", "role_words") for hit in cues.hits(name, ()))


def _without_opener(text: str, opener: str) -> str:
    """The text behind its opening phrase (given as a cue key: casefolded words)."""
    rest = text
    for word in opener.split():
        place = rest.casefold().find(word)
        if place < 0:
            return rest
        rest = rest[place + len(word) :]
    return rest


def _cased(name: str) -> str:
    """A name in capitals, with capitals only where a name has them."""
    if any(char.islower() for char in name) or not any(char.isupper() for char in name):
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word.group().capitalize(), name)
