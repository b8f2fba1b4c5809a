"""What was stated beside an article, repaired as its text is: a headline and a name may have been misread, too."""

from __future__ import annotations

from dataclasses import replace

from copydesk.article import Stated
from copydesk.decoding import UnreadableText, decode
from copydesk.nobody import names_nobody


def mended(stated: Stated, language: str | None = None) -> Stated:
    """The same, with headline and byline as they were meant; ``repairs`` says what was done to which.

    Names that turn out to name nobody are left out. What it said before stands in the raw file alone.
    """
    done: list[str] = []

    def repaired(field: str, text: str) -> str:
        if text.isascii() and "&" not in text and "\\" not in text:
            return text
        try:
            decoded = decode(text, language=language)
        except UnreadableText:
            return text
        done.extend(f"{field}:{repair}" for repair in decoded.repairs)
        return " ".join(decoded.text.split()) or text

    headline = stated.headline and repaired("headline", stated.headline)
    byline = tuple(repaired("byline", name) for name in stated.byline)
    if (headline, byline) == (stated.headline, stated.byline):
        return stated
    people = tuple(name for name in byline if not names_nobody(name))
    return replace(stated, headline=headline, byline=people, repairs=tuple(dict.fromkeys(done)))
