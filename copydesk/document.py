"""A raw item as a document: its lines, and what is thought of them before any rule looks.

For plain text these are the decoded lines. For a page of HTML they are its visible text, as one function renders it,
with the opinion of the block scorer, the extractor's vote, and the roles that the markup is sure of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copydesk.article import Decoded, Evidence, RawItem
from copydesk.decoding import UnreadableText, decode
from copydesk.label.opinion import Opinion
from copydesk.limits import Limits, shipped_limits

if TYPE_CHECKING:
    from copydesk.html import HtmlPage

_MOST_BYTES_A_CHAR = 4


@dataclass(frozen=True, slots=True)
class Document:
    """``opinion`` speaks of the lines; None where only their text is known."""

    decoded: Decoded
    opinion: Opinion | None = None


def open_document(item: RawItem, language: str | None, limits: Limits | None = None, *, fast: bool = False) -> Document:
    """The item's document; ``fast``: of a page, without asking the extractor.

    Raises UnreadableText for bytes that are no text, or a page that shows none.
    """
    if item.form == "text":
        return Document(_decoded(item, language, limits or shipped_limits()))
    from copydesk import html  # noqa: PLC0415 - lxml and the extractor are loaded for pages only

    try:
        page = html.read_page(item.data, declared=item.charset, language=language, limits=limits, fast=fast)
    except html.NoPage as error:
        raise UnreadableText(error.reason, str(error)) from error
    return Document(_within(html.as_decoded(page.rendered), limits or shipped_limits()), _opinion(page))


def rendered(item: RawItem, language: str | None, limits: Limits | None = None) -> Decoded:
    """The item's lines alone, which cost less. Raises as ``open_document``."""
    if item.form == "text":
        return _decoded(item, language, limits or shipped_limits())
    from copydesk import html  # noqa: PLC0415

    try:
        page = html.render(item.data, declared=item.charset, language=language, limits=limits)
    except html.NoPage as error:
        raise UnreadableText(error.reason, str(error)) from error
    return _within(html.as_decoded(page), limits or shipped_limits())


def _decoded(item: RawItem, language: str | None, limits: Limits) -> Decoded:
    """The lines of plain text; what is far too long is refused before the work of reading it."""
    if len(item.data) > _MOST_BYTES_A_CHAR * limits.document_chars:
        raise _too_long(limits)
    return _within(decode(item.data, declared=item.charset, language=language), limits)


def _within(decoded: Decoded, limits: Limits) -> Decoded:
    """The same. Raises UnreadableText where it is longer than any article."""
    if len(decoded.lines) > limits.document_lines:
        what = f"The document has more than {limits.document_lines:,} lines, which no article has"
        raise UnreadableText("too_many_lines", f"{what}: look at what it is, or split it.")
    sizes = [max(len(line.raw), len(line.text)) for line in decoded.lines]
    if max(sizes, default=0) > limits.line_chars:
        what = f"Line {sizes.index(max(sizes)) + 1} has more than {limits.line_chars:,} characters"
        raise UnreadableText("line_too_long", f"{what}, which none of an article has: look at what it is.")
    if sum(sizes) > limits.document_chars:
        raise _too_long(limits)
    return decoded


def _too_long(limits: Limits) -> UnreadableText:
    what = f"The document has more than {limits.document_chars:,} characters, which no article has"
    return UnreadableText("too_long", f"{what}: look at what it is, or split it.")


def _opinion(page: HtmlPage) -> Opinion:
    keep = page.scores.keep.tolist()
    heard = page.vote.heard
    return Opinion(
        chance=page.scores.article.tolist(),
        keep_from=page.scores.thresholds.tolist(),
        apart=[0.0] * len(keep),
        hints=[(hint.role, Evidence(hint.rule, hint.seen, hint.confidence)) if hint else None for hint in page.hints],
        dropped_by=[page.vote.extractor if heard and not kept else "" for kept in page.vote.kept],
        vouched=[heard and kept and both for kept, both in zip(page.vote.kept, keep, strict=True)],
        scored=False,
    )
