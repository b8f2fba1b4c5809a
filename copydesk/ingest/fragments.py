"""Columns of text that hold markup: pages, parts of pages, and text with tags here and there."""

from __future__ import annotations

import re

_SNIFFED = 20_000
_TAG = re.compile(
    r"</?(?:p|br|div|h[1-6]|ul|ol|li|blockquote|section|article|figure|img|a|b|strong|i|em|u|span|font)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_USED = re.compile(
    r"[\w.!?…:;,\"”»’)\]]\s{0,2}<br\s{0,2}/?>|[\w.!?…:;,”»’)\]>]</(?:p|div|h[1-6]|li|blockquote)>"
    r"|[.!?…”\"»)]\s?<p\b[^<>]{0,200}>(?=\s{0,9}[\w“«\"])"
    r"|<a\s[^<>]{0,300}\bhref\s?=[^<>]{1,500}>[^<>]{1,300}</a>|<(b|strong|i|em|u)>(?!\s)[^<>]{1,300}(?<!\s)</\1>",
    re.IGNORECASE,
)
"""Tags where pages have them: at the end of a line's text, or around words. Who speaks of tags writes them as words."""
_FEWEST, _SHARE = 2, 0.3
_PAGE = re.compile(r"\s{0,99}<(?:!doctype|\?xml|html|head|body)\b", re.IGNORECASE)
_PARTED = re.compile(r"<(?:p|br|div|li|pre|textarea)\b", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p\b", re.IGNORECASE)
_BLANK = re.compile(r"(?:\r\n?|\n)[ \t]{0,99}(?:\r\n?|\n)\s{0,99}")
_BREAK = re.compile(r"\r\n?|\n")


def is_markup(text: str | bytes) -> bool:
    """Whether a column of text holds a page or a part of one, rather than a text that may speak of tags."""
    head = text[:_SNIFFED]
    head = head.decode("latin-1") if isinstance(head, bytes) else head
    if "<" not in head:
        return False
    if head.lstrip("\ufeff \t\r\n").startswith("<"):
        from copydesk.html import is_html  # noqa: PLC0415 - lxml is loaded for pages only

        if is_html(head):
            return True
    used = sum(1 for _ in _USED.finditer(head))
    return used >= _FEWEST and used >= _SHARE * len(_TAG.findall(head))


def with_paragraphs(text: str | bytes) -> str | bytes:
    """A part of a page with its paragraphs marked, where line ends alone part them, as editors of weblogs keep it."""
    if isinstance(text, bytes):
        return with_paragraphs(text.decode("latin-1")).encode("latin-1")  # type: ignore[union-attr]
    if _PAGE.match(text) or _PARAGRAPH.search(text):
        return text
    if _BLANK.search(text):
        return _BLANK.sub("\n<p>", text)
    return text if _PARTED.search(text) else _BREAK.sub("\n<p>", text)
