"""The version's own Markdown as HTML: the datasheet and the changelog, in the page.

The Markdown was escaped where it was made (``copydesk.release.markdown``). Here it is read by the rules of CommonMark,
without HTML, pictures or any address that is not http, https or the page's own, so that what slipped through there
would still be text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from copydesk.proofs.markup import made
from copydesk.site.markup import web

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_OWN = re.compile(r"#[A-Za-z0-9_-]{0,100}|[A-Za-z0-9_-]{1,50}(?:/[A-Za-z0-9_-]{1,50})?\.[A-Za-z]{1,8}")


def html_of(markdown: bytes, deeper: int) -> Markup:
    """Markdown in UTF-8 as HTML, without its title, every other heading ``deeper`` levels further down."""
    reader = _reader()
    tokens = _without_title(reader.parse(markdown.decode()))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1:]) + deeper)}"
        # The alignment of a table's cells comes as a style, which the page's policy forbids.
        if token.attrs.pop("style", None):
            token.attrs["class"] = "figure"
    return made(reader.renderer.render(tokens, reader.options, {}))


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415

    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])
    reader.validateLink = lambda url: bool(web(url) or _OWN.fullmatch(url))  # type: ignore[method-assign]
    return reader


def _without_title(tokens: Iterable[Token]) -> list[Token]:
    kept: list[Token] = []
    inside = False
    for token in tokens:
        opens, closes = token.type == "heading_open", token.type == "heading_close"
        if token.tag == "h1" and opens:
            inside = True
        if not inside:
            kept.append(token)
        if token.tag == "h1" and closes:
            inside = False
    return kept
