"""What was stated beside an article, repaired as its text is: a headline and a name may have been misread, too."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from copydesk.article import Stated
from copydesk.nobody import names_nobody

_NAMES = "a|abbr|b|big|br|cite|div|em|font|h[1-6]|i|mark|nobr|p|q|s|small|span|strong|sub|sup|u|wbr"
_TAG = re.compile(rf"</?(?:{_NAMES})\b[^<>]{{0,500}}>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/h[1-6])\b[^<>]{0,500}>", re.IGNORECASE)
_CLOSING = re.compile(rf"</(?:{_NAMES})>|<br\s{{0,9}}/?>", re.IGNORECASE)


@dataclass(slots=True)
class Mender:
    """Repairs stated values one by one; ``done`` says what was done to which (``headline:mojibake:cp1252``)."""

    language: str | None = None
    done: list[str] = field(default_factory=list)

    def meant(self, what: str, text: str) -> str:
        """The text as it was meant, as one line; ``what`` it is stands in front of its repairs."""
        if "<" in text and (plain := _without_markup(text)) != text:
            self.done.append(f"{what}:markup")
            text = plain
        if text.isascii() and "&" not in text and "\\" not in text:
            return text
        from copydesk.decoding import UnreadableText, decode  # noqa: PLC0415 - slow to import

        try:
            decoded = decode(text, language=self.language)
        except UnreadableText:
            return text
        self.done += [f"{what}:{repair}" for repair in decoded.repairs]
        return " ".join(decoded.text.split()) or text


def _without_markup(text: str) -> str:
    """The text without the tags of its layout; as it is where none is closed: it may speak of tags."""
    return " ".join(_TAG.sub("", _BREAK.sub(" ", text)).split()) if _CLOSING.search(text) else text


def mended(stated: Stated, language: str | None = None) -> Stated:
    """The same, with headline and byline as they were meant; ``repairs`` says what was done to which.

    Names that turn out to name nobody are left out. What it said before stands in the raw file alone.
    """
    mender = Mender(language, list(stated.repairs))
    headline = stated.headline and mender.meant("headline", stated.headline)
    byline = tuple(mender.meant("byline", name) for name in stated.byline)
    people = tuple(name for name in byline if not names_nobody(name))
    if (headline, people) == (stated.headline, stated.byline):
        return stated  # what the page's own were is known already
    return replace(stated, headline=headline, byline=people, repairs=tuple(dict.fromkeys(mender.done)))
