"""What a page says of its own article, apart from what it says of others: teasers, related stories, comments.

Pages describe the stories that they link to in the same words as their own: another's author and day would be taken for
the article's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from copydesk.html.document import Element
from copydesk.html.jsonld import ARTICLES, Nodes, text_of
from copydesk.mended import Mender

_BY_QUERY = re.compile(r"\.(?:php\d?|aspx?|jsp|cgi|do|cfm)\Z|\A/?\Z", re.IGNORECASE)
"""Paths that many articles may share: what follows the question mark tells them apart."""
_VARIANT = ("/amp", ".amp")
_COMMENTS = ("Comment", "UserComments", "Answer")
_ADDRESS, _TITLE = 2, 1


def own_nodes(nodes: Nodes, addresses: Iterable[str | None], titles: Iterable[str]) -> Nodes:
    """The same without the articles that are others than the page's, by its addresses and titles, the surest first.

    One that names neither an address nor a headline may be the page's own. Where all that do are others, and they
    are several, none is believed; a single one is, unless both its address and its headline are another's.
    """
    places = {form for address in addresses if (form := _place(address))}
    names = {form for title in titles if (form := loose(title))}
    fits = [_fit(node, places, names) for node in nodes.articles]
    told = list(zip(fits, nodes.articles, strict=True))
    silent = [node for fit, node in told if fit is None]
    own = [node for fit, node in sorted(told, key=lambda one: -(one[0] or 0)) if fit]
    if not own:
        others = [node for fit, node in told if fit == 0]
        stories = {_headline(node) or min(_places(node), default="") for node in others}
        denied = bool(places and names) and all(_places(node) and _headline(node) for node in others)
        own = others if len(stories) == 1 and not denied else []
    return replace(nodes, articles=(*own, *silent))


def _fit(node: dict[str, Any], places: set[str], names: set[str]) -> int | None:
    """How surely a node is of the page's own article; 0 where it is of another, None where nothing says."""
    at, name = _places(node) if places else set(), _headline(node) if names else ""
    if not at and not name:
        return None
    return _ADDRESS * (not at.isdisjoint(places)) + _TITLE * (name in names)


def _places(node: dict[str, Any]) -> set[str]:
    page = node.get("mainEntityOfPage")
    told = (page.get("@id") or page.get("url") if isinstance(page, dict) else page, node.get("url"))
    return {form for one in told if (form := _place(text_of(one)))}


def _headline(node: dict[str, Any]) -> str:
    return loose(Mender().meant("", text_of(node.get("headline")) or ""))


def _place(address: str | None) -> str:
    """An address without what differs between copies of one page; empty where it is that of a whole site."""
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return ""
    if address and not parts.scheme.startswith("http") and not parts.path.startswith("/"):
        return ""
    path = parts.path.rstrip("/")
    path = next((path.removesuffix(end) for end in _VARIANT if path.endswith(end)), path)
    query = f"?{parts.query}" if parts.query and _BY_QUERY.search(path) else ""
    return (path + query).casefold()


def loose(text: str) -> str:
    """Letters and digits alone: marks differ between a page's headline and the same in its metadata."""
    return "".join(char for char in text.casefold() if char.isalnum())


def foreign_parts(tree: Element) -> frozenset[Element]:
    """The elements of a page that hold a comment or another article than its own.

    Its own is the innermost one around its first headline, else the one with the most text; what stands around it is
    its own too.
    """
    comments: list[Element] = []
    articles: list[Element] = []
    for element in tree.iter():
        kind = (element.get("itemtype") or "").rstrip("/").rsplit("/", 1)[-1]
        if kind.endswith(_COMMENTS):
            comments.append(element)
        elif element.tag == "article" or kind.endswith(ARTICLES):
            articles.append(element)
    if len(articles) < 2:
        return frozenset(comments)
    own = holder_of_headline(tree, frozenset(articles).__contains__)
    own = max(articles, key=_size) if own is None else own
    around = {own, *own.iterancestors()}
    return frozenset(comments).union(one for one in articles if one not in around)


def holder_of_headline(tree: Element, holds: Callable[[Element], bool]) -> Element | None:
    """The innermost element around the first headline that ``holds``."""
    around = (next(filter(holds, title.iterancestors()), None) for title in tree.iter("h1"))
    return next((holder for holder in around if holder is not None), None)


def _size(element: Element) -> int:
    return sum(len("".join(p.itertext())) for p in element.iter("p"))


def beside(element: Element) -> bool:
    """Whether an element stands in a box or a menu."""
    return any(above.tag in ("aside", "nav") for above in element.iterancestors())


def is_foreign(element: Element, foreign: frozenset[Element]) -> bool:
    """Whether an element stands within one of those parts, or is one."""
    return bool(foreign) and (element in foreign or not foreign.isdisjoint(element.iterancestors()))
