"""Where the lines of a page stand in its tree, and what the names of the elements around them say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from copydesk.html.pack import settings

FAR = 12
"""So many elements up a name says nothing of a line any more."""

_WORD = re.compile(r"[A-Za-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a line stands in the page's tree."""

    tag: str
    """The block element that holds it."""
    inside: tuple[str, ...]
    """The landmarks around it (``article``, ``nav``, ``figure``, …), the outermost first; roles count as elements."""
    depth: int
    box: int
    """Number of the block element that holds it, in the order of the page: lines parted by ``<br>`` share one."""
    group: int
    """Number of the block element around that one."""
    column: int
    """Number of the block element around that group."""
    kind: str
    """Tag and classes of the block element."""
    group_kind: str
    """Tag and classes of the block element around it."""
    inner: str
    """Inline elements that hold all of its text, the outermost first, joined by blanks."""
    near: tuple[int, ...]
    """For each vocabulary of the pack, in its order: how many elements up a name speaks of it (12: none does)."""
    linked: int
    """Characters in links."""
    links: int
    bold: int
    """Characters in bold or italics."""
    timed: int
    """Characters in ``<time>``."""
    article: int
    """Number of the outermost ``article`` or ``main`` around it that holds no other, 0 for none."""
    unseen: bool
    """A name around it says that a style sheet hides it, or ``aria-hidden`` does."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's visible lines and where each stands; ``spots`` is as long as ``lines``."""

    lines: tuple[str, ...]
    spots: tuple[Spot, ...]
    encoding: str = "unicode"
    encoding_basis: str = "unicode"


@cache
def _vocabularies() -> dict[str, tuple[int, ...]]:
    """Word, to the numbers of the vocabularies that have it."""
    found: dict[str, tuple[int, ...]] = {}
    for number, words in enumerate(settings()["words"].values()):
        for word in words:
            found[word] = (*found.get(word, ()), number)
    return found


@cache
def vocabularies() -> tuple[str, ...]:
    """Names of the vocabularies, in the order of ``Spot.near``."""
    return tuple(settings()["words"])


@lru_cache(maxsize=4096)
def names(text: str) -> tuple[int, ...]:
    """The vocabularies that a class or another name speaks of."""
    known = _vocabularies()
    found: dict[int, None] = {}
    for name in text.split()[:40]:
        parts = _WORD.findall(_CAMEL.sub(" ", name[:200]))
        for word in (*parts, "".join(parts)):
            found.update(dict.fromkeys(known.get(word.lower(), ())))
    return tuple(found)


@cache
def unseen_number() -> int:
    """Place of the vocabulary of hidden things in ``Spot.near``."""
    return vocabularies().index("unseen")


@lru_cache(maxsize=1024)
def landmark_of(tag: str, role: str) -> str | None:
    """The landmark that an element is, by its tag or its role."""
    pack = settings()["landmarks"]
    return tag if tag in pack["tags"] else pack["roles"].get(role)
