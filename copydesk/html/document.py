"""Bytes of a page as a tree. No network, no entities of the page's own, and limits that no real page reaches."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from copydesk.html.pack import settings
from copydesk.limits import Limits, shipped_limits

Element = Any
"""An ``lxml.etree`` element: the library has no types of its own."""

_META_CHARSET = re.compile(
    rb"<meta\b[^>]{0,300}?charset\s{0,20}=\s{0,20}[\"']?\s{0,20}([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(rb"^\s{0,100}<\?xml[^>]{0,200}?encoding\s{0,20}=\s{0,20}[\"']([A-Za-z0-9_:.\-]{1,40})")
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|p|div|article|section|span|br|h[1-6]|ul|table)\b[^<>]{0,2000}>", re.IGNORECASE
)
_PAIRED = re.compile(r"</(?:html|body|p|div|article|section|span|h[1-6]|ul|table|a|b|i|em|strong)>", re.IGNORECASE)


_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{1000,}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


class NoPage(ValueError):
    """Bytes that are no page to be read. ``reason`` is short (``too_large``, ``too_deep``, ``too_many_elements``,
    ``too_many_attributes``, ``too_many_lines``, ``empty``, or what the decoder says); the message says what to do."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Source:
    """A page's markup as text, and the encoding it was read in (see ``copydesk.article.Decoded``)."""

    text: str
    encoding: str
    basis: str


def open_page(
    html: bytes | str, *, declared: str | None = None, language: str | None = None, limits: Limits | None = None
) -> Source:
    """The markup as text. ``declared`` is the encoding that came with the page (an HTTP header); else the page's own
    ``meta`` or XML declaration is asked. A byte order mark and strict UTF-8 come before either; what can't be read
    as declared is guessed. Raises NoPage (``too_large``,
    ``too_many_elements``, ``too_many_attributes``, ``empty``, ``binary``, ``undecodable``)."""
    most = (limits or shipped_limits()).document_bytes
    if len(html) > most:
        raise NoPage("too_large", f"The page has more than {most:,} bytes, which no article has. Look at what it is.")
    if isinstance(html, str):
        source = Source(html, "unicode", "unicode")
    else:
        source = _decoded(html, declared or declared_charset(html), language)
    if not source.text.strip("\ufeff \t\r\n\f"):
        raise NoPage("empty", "The page is empty. Fetch it again.")
    _refuse_bombs(source.text, limits or shipped_limits())
    return source


def _refuse_bombs(text: str, limits: Limits) -> None:
    """Raises NoPage for markup that would take a parser's memory or time: told from the text alone."""
    if text.count("<") > limits.elements:
        raise NoPage("too_many_elements", f"The page has more than {limits.elements:,} tags. Look at what it is.")
    for tag in _LONG_TAG.finditer(text):
        if len(_QUOTED.sub("", tag[0]).replace("=", " ").split()) > limits.attributes:
            what = f"An element of the page has more than {limits.attributes:,} attributes"
            raise NoPage("too_many_attributes", f"{what}. Look at what it is.")


def declared_charset(html: bytes) -> str | None:
    """The encoding that the page's first bytes name, or None. HTML, 13.2.3.2."""
    head = html[: settings()["limits"]["charset_bytes"]]
    found = _META_CHARSET.search(head) or _XML_ENCODING.search(head)
    return found[1].decode("ascii") if found else None


def _decoded(data: bytes, declared: str | None, language: str | None) -> Source:
    # The one place that asks the decoder; it is slow to import, and text given as text needs none.
    from copydesk.decoding.guess import known_encoding, read  # noqa: PLC0415
    from copydesk.decoding.unreadable import UnreadableText, refuse_magic  # noqa: PLC0415

    try:
        refuse_magic(data)
        known = known_encoding(declared)
        if known and b"\0" not in data and _strictly(data, "utf-8") is None:
            # Browsers believe what a page declares, so its makers have seen that it is right.
            text = _strictly(data, known)
            if text is not None:
                return Source(text, known, "declared")
        reading = read(data, declared, language)
    except UnreadableText as error:
        raise NoPage(error.reason, error.detail) from error
    return Source(reading.text, reading.encoding, reading.basis)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def parse(text: str) -> Element | None:
    """The tree of a page, None where there is nothing in it. Raises NoPage (``too_deep``).

    Comments and processing instructions are left out; broken markup is mended as browsers do, more or less.
    """
    data = text.removeprefix("\ufeff").encode("utf-8", "replace")
    tree, deep = _parsed(data, False)
    if deep:
        # Old pages that never close their <font> nest that deep; the parser's last limit is some 2,000 elements.
        tree, deep = _parsed(data, True)
    if deep:
        raise NoPage("too_deep", "The page nests its elements too deeply to be read. Look at what it is.")
    return tree


def _parsed(data: bytes, deeper: bool) -> tuple[Element | None, bool]:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=deeper, recover=True
    )
    try:
        tree = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    return tree, any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log)


def is_html(text: str) -> bool:
    """Whether a text is markup: it begins as a page does, or has opening and closing tags of HTML."""
    head = text[: settings()["limits"]["sniff_chars"]]
    start = head.lstrip("\ufeff \t\r\n").lower()
    if start.startswith(("<!doctype html", "<html")):
        return True
    return _MARKUP.search(head) is not None and _PAIRED.search(head) is not None
