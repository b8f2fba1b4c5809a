"""Values that stand where an author's name should and name nobody, in a record's column or a page's markup."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_FEED = re.compile(r"\A\s{0,20}[^\s@]{1,100}@[^\s@()]{1,200} ?\(([^()]{1,200})\)\s{0,20}\Z")
"""The author of a feed's entry (RSS 2.0): an address, and the name in brackets."""
_BESIDE = re.compile(
    r"[<(\[]?(?<![^\s<(\[])(?:(?:mailto:)?[^\s@<>()\[\]]{1,100}@[\w.-]{1,200}\.\w+|@\w+|https?://[^\s<>()]+)[>)\]]?"
)
_ADDRESS = re.compile(r"\A(?:(?:(?:https?:)?//|www\.|@|/)\S*|(?:mailto:)?[^\s@]+@[^\s@]+\.\w+)\Z", re.IGNORECASE)


def names_nobody(text: str, *, misread: bool = False) -> bool:
    """Whether it is no name: without a letter (a number, a dash), an address, or what systems write for nobody.

    ``misread``: its letters may be signs, until it is repaired.
    """
    plain = text.strip()
    if not any(char.isalpha() or (misread and "\x80" <= char <= "\xff") for char in plain) or _ADDRESS.fullmatch(plain):
        return True
    return plain.casefold() in _values()


def without_address(text: str) -> str:
    """A name without the mail address, the handle and the link that systems leave beside it."""
    if "@" not in text and "://" not in text:
        return text
    fed = _FEED.match(text)
    return " ".join((fed[1] if fed else _BESIDE.sub(" ", text)).split())


@cache
def _values() -> frozenset[str]:
    data = tomllib.loads(files("copydesk").joinpath("nobody.toml").read_text(encoding="utf-8"))
    return frozenset(data["values"])
