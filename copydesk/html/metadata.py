"""What a page states of its article: in JSON-LD, in meta elements (Open Graph and others), and in its markup.

Nothing is made up: a field that no source states is None. The first source that states it wins; for dates and names
what the article's own JSON-LD says comes first, as it is written for machines and by the newsroom's own system.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator
from typing import Any

from copydesk.article import Stated
from copydesk.html.authors import authors, site_names
from copydesk.html.document import Element, open_page, parse
from copydesk.html.jsonld import Nodes, read_json_ld, text_of
from copydesk.html.pack import settings
from copydesk.limits import Limits

_YEAR = re.compile(r"(?<!\d)(?:19[5-9]|20\d)\d(?!\d{5,6}(?!\d))|^\d{10}(?:\d{3})?$")
_ISO = re.compile(r"^\d{4}-\d\d-\d\d(?!\d)")
_WEB = re.compile(r"^https?://[^\s/]\S*$", re.IGNORECASE)
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$")
_MARKUP = re.compile(r"<[a-zA-Z/][^<>]{0,500}>")
_CUT = ("…", "...")


def stated(
    html: bytes | str, *, declared: str | None = None, language: str | None = None, limits: Limits | None = None
) -> Stated:
    """What the page says of its article, as it says it: dates and names are not normalized here.

    Raises NoPage like ``render``.
    """
    return stated_in(parse(open_page(html, declared=declared, language=language, limits=limits).text))


def stated_in(tree: Element | None) -> Stated:
    """The same of a tree, which is left as it is."""
    if tree is None:
        return Stated()
    nodes, metas = read_json_ld(tree), read_metas(tree)
    pack = settings()["stated"]
    return Stated(
        url=_url(tree, nodes, metas),
        headline=headline(tree, nodes, metas),
        byline=authors(tree, nodes, metas),
        published=_date(tree, nodes, metas, pack["published"]),
        updated=_date(tree, nodes, metas, pack["updated"]),
        language=_language(tree, nodes, metas),
    )


def body_in(tree: Element | None) -> str | None:
    """The article's text as the page's JSON-LD states it, or None. It may be cut short, run together or out of date:
    a witness of which lines are the article, not a text to publish."""
    if tree is None:
        return None
    told = [node.get(key) for node in read_json_ld(tree).articles for key in ("articleBody", "reviewBody")]
    text = next((text for text in told if isinstance(text, str) and text.strip()), None)
    return _MARKUP.sub(" ", entities.unescape(text[: settings()["limits"]["body_chars"]])) if text else None


def read_metas(tree: Element) -> dict[str, tuple[str, ...]]:
    """The page's meta elements: name or property in lower case, to what they say, in order."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        text = one_line(meta.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = meta.get(attribute)
            if name and text:
                found.setdefault(name.strip().lower(), []).append(text)
    return {name: tuple(values) for name, values in found.items()}


def one_line(text: str | None) -> str | None:
    """A value as one line; entities that were escaped twice are resolved."""
    return " ".join(entities.unescape(text).split()) or None if text else None


def headline(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> str | None:
    """The article's headline: what JSON-LD, Open Graph and the page's own ``h1`` agree on, at least two of them; else
    the first that says something. Search engines and networks are often told another headline than the reader.

    A site's name at the end goes where the page proves it: it names the site, or has the rest as an ``h1``."""
    sites = _sites(nodes, metas)
    shown = frozenset(_loose(text) for text in _elements(tree, "h1"))
    sources = [[_without_site(text, sites, shown) for text in source] for source in _titles(tree, nodes, metas)]
    told = [[text for text in source if text] for source in sources]
    agreed = [
        text
        for number, source in enumerate(told[:3])
        for text in source
        if any(_loose(text) == _loose(other) for later in told[number + 1 : 3] for other in later)
    ]
    titles = [*agreed, *(text for source in (told[0], told[1], *told[2:]) for text in source)]
    if not titles:
        return None
    first = titles[0]
    if first.endswith(_CUT):
        start = first.rstrip(".… ")
        return next((text for text in titles if text.startswith(start) and len(text) > len(first)), first)
    return first


def _loose(text: str) -> str:
    """Letters and digits alone: marks differ between a page's headline and the same in its metadata."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _titles(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> tuple[list[str], ...]:
    """What may be the headline: by JSON-LD, by meta elements, by the page, and by its title."""
    names = [text_of(node.get(key)) for key in ("headline", "name") for node in nodes.articles]
    told = [text for name in settings()["stated"]["headline"] for text in metas.get(name, ())]
    in_head = _elements(tree, "title", "head")
    return [_plain(name) for name in names if name], told, _elements(tree, "h1"), in_head


def _elements(tree: Element, tag: str, holder: str | None = None) -> list[str]:
    return [
        text
        for element in tree.iter(tag)
        if (holder is None or (element.getparent() is not None and element.getparent().tag == holder))
        and (text := one_line("".join(element.itertext())))
    ]


def _plain(text: str) -> str:
    """Without the markup that some systems leave in a headline."""
    return " ".join(re.sub(r"</?(?:b|i|em|strong|span|br|p|q|sup|sub)\b[^<>]{0,200}>", "", text).split())


def _sites(nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(name.lstrip("@").casefold() for name in site_names(nodes, metas))


def _without_site(text: str, sites: frozenset[str], shown: frozenset[str]) -> str | None:
    """The title without `` | Site`` at its end."""
    for mark in settings()["stated"]["marks"]:
        start, found, end = text.rpartition(mark)
        if found and start.strip() and (end.strip().casefold() in sites or _loose(start) in shown):
            return start.strip()
    return None if text.casefold() in sites else text


def _date(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]], pack: dict[str, list[str]]) -> str | None:
    """The first that is written as ISO 8601 has it, else the first with a year."""
    told = [text for text in _dates(tree, nodes, metas, pack) if text and len(text) <= 60 and _YEAR.search(text)]
    return next((text for text in told if _ISO.match(text)), told[0] if told else None)


def _dates(
    tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]], pack: dict[str, list[str]]
) -> Iterator[str | None]:
    for key in pack["json_ld"]:
        yield from (text_of(node.get(key)) for node in nodes.articles)
    for name in pack["meta"]:
        yield from metas.get(name, ())
    wanted = frozenset(pack["itemprop"])
    for element in tree.iter("time", "span", "div", "p", "abbr"):
        if not wanted.isdisjoint((element.get("itemprop") or "").split()) or (
            element.tag == "time" and not wanted.isdisjoint((element.get("class") or "").split())
        ):
            yield one_line(element.get("datetime") or element.get("content") or "".join(element.itertext()))
    for key in pack["json_ld"]:
        yield from (text_of(node.get(key)) for node in nodes.pages)
    if "pubdate" in wanted:
        yield _only_time(tree)


def _only_time(tree: Element) -> str | None:
    """What the ``<time datetime>`` nearest to the top headline says, where headline and time share a header."""
    for title in tree.iter("h1"):
        holder = title
        for _ in range(settings()["stated"]["time_near"]):
            holder = holder.getparent()
            if holder is None or holder.tag in ("body", "main", "html"):
                break
            told = {time.get("datetime") for time in holder.iter("time") if time.get("datetime")}
            if told:
                return one_line(told.pop()) if len(told) == 1 else None
    return None


def _url(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> str | None:
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    return _first_web((*links, *metas.get("og:url", ()), *_own_addresses(nodes)))


def _own_addresses(nodes: Nodes) -> Iterator[str | None]:
    for node in nodes.articles:
        page = node.get("mainEntityOfPage")
        yield text_of(page.get("@id") if isinstance(page, dict) else page)
        yield text_of(node.get("url"))


def _first_web(texts: Iterable[Any]) -> str | None:
    return next((text.strip() for text in texts if isinstance(text, str) and _WEB.match(text.strip())), None)


def _language(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> str | None:
    told = [tree.get("lang"), tree.get("{http://www.w3.org/XML/1998/namespace}lang"), tree.get("xml:lang")]
    told += [text_of(node.get("inLanguage")) for node in nodes.articles]
    for name in ("og:locale", "content-language", "language", "dc.language"):
        told += metas.get(name, ())
    return next((text.strip().replace("_", "-") for text in told if text and _LANGUAGE.match(text.strip())), None)
