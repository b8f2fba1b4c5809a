"""Roles that the markup itself is sure of: a caption in ``figcaption``, a menu in ``nav``, the headline in ``h1``.

A hint is a rule's proposal with its reason, nothing more: the labels decide. Where the page's makers use an element
for something else, as many do with ``aside`` and ``header``, the hint asks the scorer first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.article import Role, Stated
from copydesk.html.pack import settings
from copydesk.html.spots import Rendered, Spot, vocabularies


@dataclass(frozen=True, slots=True)
class Hint:
    """What a line is by its place in the tree. ``rule`` is an id (``html.figcaption``), ``seen`` says what was seen."""

    role: Role
    rule: str
    seen: str
    confidence: float = 1.0


def hints(page: Rendered, stated: Stated, keep: Sequence[bool]) -> tuple[Hint | None, ...]:
    """For each line the role that its element is sure of, or None.

    ``keep``: lines that the scorer counts as the article's; ``stated``: what the page says of itself. Headline, byline
    and timestamp are told from ``stated`` and the tree alone; everything else that would take a line out of the text
    is told of lines only that the scorer does not keep.
    """
    title = _loose(stated.headline or "")
    names = [form for name in stated.byline if (form := _loose(name))]
    first, second = [*(number for number, kept in enumerate(keep) if kept), len(page.lines), len(page.lines)][:2]
    headline = _headline(page, title, first)
    subheads = _subheadings(page, keep)
    out: list[Hint | None] = []
    for number, (line, spot) in enumerate(zip(page.lines, page.spots, strict=True)):
        if number == headline:
            hint: Hint | None = Hint(Role.HEADLINE, "html.headline", f"<{spot.tag}> with the stated headline")
        elif title and _loose(line) == title and not keep[number]:
            hint = Hint(Role.REPEATED_HEADLINE, "html.headline_again", "the stated headline once more", 0.9)
        elif number in subheads:
            hint = Hint(Role.SUBHEADING, "html.subheading", f"<{spot.tag}> between paragraphs", 0.9)
        else:
            # A standfirst may be kept as text, and byline and stamp stand below it.
            before = number < (first if keep[number] else second)
            hint = _figure(spot, keep[number]) or _head(line, spot, before, names)
            if hint is None and not keep[number]:
                hint = next(_asides(spot, line), None)
        out.append(hint)
    return tuple(out)


def _headline(page: Rendered, title: str, first: int) -> int | None:
    """The line that is the headline: an ``h1`` before all others, and the last one before the article."""
    same = [number for number, line in enumerate(page.lines) if title and _loose(line) == title]
    same = [number for number in same if not {"nav", "footer"}.intersection(page.spots[number].inside)]
    tops = [number for number in same if page.spots[number].tag == "h1"]
    before = [number for number in tops or same if number <= first]
    if before:
        return before[-1]
    return next(iter(tops or same), None)


def _subheadings(page: Rendered, keep: Sequence[bool]) -> frozenset[int]:
    """Kept headings with a kept line after them, other than a heading."""
    found: set[int] = set()
    waiting: list[int] = []
    for number, (spot, kept) in enumerate(zip(page.spots, keep, strict=True)):
        if not kept:
            continue
        if spot.tag in ("h2", "h3", "h4", "h5", "h6"):
            waiting.append(number)
        else:
            found.update(waiting)
            waiting = []
    return frozenset(found)


def _figure(spot: Spot, kept: bool) -> Hint | None:
    if "figcaption" in spot.inside and not kept:
        # What is kept there is a quotation more often than not: some pages set those as figures.
        return Hint(Role.CAPTION, "html.figcaption", "<figcaption>")
    if "figure" in spot.inside and not kept and not {"blockquote", "table"}.intersection(spot.inside):
        return Hint(Role.CAPTION, "html.figure", "<figure>", 0.7)
    return None


def _head(line: str, spot: Spot, before: bool, names: Sequence[str]) -> Hint | None:
    """Byline and timestamp, between the top of the page and the article."""
    size = max(len("".join(line.split())), 1)
    if not before or size > settings()["hints"]["head_chars"] or {"nav", "footer"}.intersection(spot.inside):
        return None
    form = _loose(line)
    if names and any(name in form for name in names):
        if len(form) <= 2 * sum(len(name) for name in names) + settings()["hints"]["byline_more"]:
            return Hint(Role.BYLINE, "html.byline", "names the stated author", 0.9)
        return None
    if spot.timed * 2 >= size:
        return Hint(Role.TIMESTAMP, "html.time", "<time>", 0.9)
    return None


def _asides(spot: Spot, line: str) -> Iterator[Hint]:
    """What an element sets aside, of lines that the scorer does not keep; the surest first."""
    inside = frozenset(spot.inside)
    near = dict(zip(vocabularies(), spot.near, strict=True))
    far = settings()["hints"]["near"]
    size = max(len("".join(line.split())), 1)
    if "nav" in inside:
        yield Hint(Role.NAVIGATION, "html.nav", "<nav>")
    if near["comment"] <= far:
        yield Hint(Role.COMMENTS, "html.comments", "class of a comment", 0.7)
    if "button" in inside or "form" in inside:
        role = Role.NEWSLETTER if near["offer"] <= far else Role.WIDGET
        yield Hint(role, "html.form", "<form> or <button>", 0.8)
    if near["legal"] <= far and not inside.intersection({"article", "main"}):
        yield Hint(Role.LEGAL, "html.legal", "class of legal notes", 0.7)
    if "footer" in inside and not inside.intersection({"article", "main"}):
        yield Hint(Role.NAVIGATION, "html.footer", "<footer>", 0.9)
    if "header" in inside and not inside.intersection({"article", "main"}):
        yield Hint(Role.NAVIGATION, "html.header", "<header>", 0.9)
    if "aside" in inside:
        yield Hint(Role.RELATED, "html.aside", "<aside>", 0.7)
    if near["tag"] <= far and spot.linked * 2 >= size:
        yield Hint(Role.TAGS, "html.tags", "class of tags, links", 0.7)
    if near["share"] <= far:
        yield Hint(Role.WIDGET, "html.share", "class of sharing", 0.7)
    if near["advert"] <= far:
        yield Hint(Role.ADVERT, "html.advert", "class of an advertisement", 0.7)
    if near["related"] <= far and spot.links:
        yield Hint(Role.RELATED, "html.related", "class of related links", 0.7)
    if spot.linked >= 0.9 * size:
        role = Role.RELATED if len(line.split()) >= settings()["hints"]["teaser_words"] else Role.NAVIGATION
        yield Hint(role, "html.link", "nothing but a link", 0.6)


def _loose(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
