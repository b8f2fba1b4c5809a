"""What bytes are, where nobody says: a page of HTML, or plain text."""

from __future__ import annotations

import re

_SNIFFED = 8_192
_PROLOG = re.compile(r"(?:[\s\u00ef\u00bb\u00bf\u00fe\u00ff]|<\?xml[^<>]{0,300}>|<!--[^<>]{0,2000}+>)*+")
"""What may stand before a page, read as Latin-1: a byte order mark, an XML declaration, comments."""
_PAGE = re.compile(r"<(?:!doctype\s{1,20}html|html)\b[^<>]{0,1000}>\s{0,200}+<", re.IGNORECASE)


def looks_like_html(data: bytes) -> bool:
    """Whether bytes are a page of HTML.

    They open as a page does, or with a tag and end with one; or a page stands below what a server or a script put
    before it. A text that speaks of tags is none, even where its first word is one.
    """
    head = _latin(data[:_SNIFFED])
    if "<" not in head:
        return False
    prolog = _PROLOG.match(head)
    start = prolog.end() if prolog else 0
    page = _PAGE.search(head, start)
    if page and page.start() == start:
        return True
    if not _latin(data[-_SNIFFED:]).rstrip().endswith(">") or not (page or head.startswith("<", start)):
        return False
    from copydesk.html import is_html  # noqa: PLC0415 - lxml is loaded for pages only

    return is_html(head)


def _latin(data: bytes) -> str:
    """Bytes read as Latin-1, without what UTF-16 puts between the letters of tags."""
    return data.replace(b"\0", b"").decode("latin-1")
