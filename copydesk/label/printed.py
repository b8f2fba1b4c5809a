"""How a headline is printed: over two lines, at the end of a path or a page's title, numbered, run together.

Which line is the headline, ``headline.py`` says; this says which of its prints is the whole of it and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from copydesk.label.decide import Decisions
from copydesk.label.page import Page
from copydesk.label.weights import weights

LISTED = re.compile(r"(?:[*+•▪‣◦·]|\d{1,2}[.)])\s")
"""The mark or the number that an entry of a list begins with."""

_MARK = re.compile(r"\s[|–—·•-](?=\s)")  # what the last one parts off a page's title is the site's name
_COLONS = (":", "：")


def itself(page: Page, place: int, candidates: Collection[int]) -> int:
    """The candidate that is what the line at that place prints with more around it, or with less between its words.

    A path to the headline ends with it ("Home / News / A title"), so does a numbered step of one; a page's title has
    the site's name behind it ("A title | The Site"), and where parts run together, its words are fewer.
    """
    line, least = page[place], weights().limits["title_least"]
    for path in (line.key, _key_before(line.text, line.key)):
        ends = [other for other in candidates if other > place and page[other].shape.words >= least]
        ends = [other for other in ends if path.endswith(page[other].key) and len(page[other].key) < len(line.key)]
        if ends:
            return max(ends, key=lambda other: (len(page[other].key), -other))
    if LISTED.match(line.text.lstrip()) and line.shape.words > least:
        step = line.key.split(maxsplit=1)[-1] if line.key[:1].isdigit() else line.key
        below = [other for other in candidates if other > place and page[other].key.endswith(step)]
        return min((other for other in below if not LISTED.match(page[other].text.lstrip())), default=place)
    letters = line.key.replace(" ", "")
    beside = [other for other in (place - 1, place + 1) if other in candidates]
    parted = [other for other in beside if page[other].key.count(" ") > line.key.count(" ")]
    return next((other for other in parted if page[other].key.replace(" ", "") == letters), place)


def _key_before(text: str, key: str) -> str:
    """The key without what stands behind the text's last dash or stroke."""
    ends = [mark.end() for mark in _MARK.finditer(text)]
    behind = len(text[ends[-1] :].split()) if ends else 0
    words = key.split()
    return " ".join(words[: len(words) - behind]) if 0 < behind < len(words) else ""


def whole(page: Page, place: int, decided: Decisions) -> range:
    """The lines that the headline at that place is broken over: a second one begins with a colon.

    A second one that begins with a small letter is not told from entries of menus, addresses and ages of stories.
    """
    if place > 0 and place - 1 not in decided and _goes_on(page, place):
        return range(place - 1, place + 1)
    if place + 1 < len(page) and place + 1 not in decided and _goes_on(page, place + 1):
        return range(place, place + 2)
    return range(place, place + 1)


def _goes_on(page: Page, place: int) -> bool:
    line = page[place]
    return line.text.lstrip().startswith(_COLONS) and line.shape.words > 1 and not line.gap
