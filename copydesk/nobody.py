"""Values that stand where an author's name should and name nobody, in a record's column or a page's markup."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

_ADDRESS = re.compile(r"\A(?:(?:(?:https?:)?//|www\.|@|/)\S*|(?:mailto:)?[^\s@]+@[^\s@]+\.\w+)\Z", re.IGNORECASE)


def names_nobody(text: str) -> bool:
    """Whether it is no name: without a letter (a number, a dash), an address, or what systems write for nobody."""
    plain = text.strip()
    if not any(char.isalpha() for char in plain) or _ADDRESS.fullmatch(plain):
        return True
    return plain.casefold() in _values()


@cache
def _values() -> frozenset[str]:
    data = tomllib.loads(files("copydesk").joinpath("nobody.toml").read_text(encoding="utf-8"))
    return frozenset(data["values"])
