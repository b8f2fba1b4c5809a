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
from copydesk.html.jsonld import Nodes, one_line, read_json_ld, text_of
from copydesk.html.own import beside, foreign_parts, is_foreign, loose, own_nodes
from copydesk.html.pack import settings
from copydesk.limits import Limits
from copydesk.mended import Mender

_YEAR = re.compile(r"(?<!\d)(?:19[5-9]|20\d)\d(?!\d{5,6}(?!\d))|^\d{10}(?:\d{3})?$")
_ISO = re.compile(r"^\d{4}-\d\d-\d\d(?!\d)")
_WEB = re.compile(r"^https?://[^\s/]\S*$", re.IGNORECASE)
_LANGUAGE = re.compile(r"^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$")
_MARKUP = re.compile(r"<[a-zA-Z/][^<>]{0,500}>")
_FREE = "isAccessibleForFree"
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
    foreign = foreign_parts(tree)
    metas = read_metas(tree, foreign)
    nodes, pack = _nodes(tree, metas), settings()["stated"]
    wrote = authors(tree, nodes, metas, foreign)
    title, of_title = headline(tree, nodes, metas)
    return Stated(
        url=_url(tree, nodes, metas),
        headline=title,
        byline=wrote.names,
        published=_date(_dates(tree, nodes, metas, foreign, pack["published"])),
        updated=_date(_dates(tree, nodes, metas, foreign, pack["updated"])),
        language=_language(tree, nodes, metas),
        outlets=wrote.outlets,
        free=_free(nodes),
        repairs=(*of_title, *wrote.repairs),
    )


def body_in(tree: Element | None) -> str | None:
    """The article's text as the page's JSON-LD states it, or None. It may be cut short, run together or out of date:
    a witness of which lines are the article, not a text to publish."""
    if tree is None:
        return None
    told = [node.get(key) for node in _nodes(tree, read_metas(tree)).articles for key in ("articleBody", "reviewBody")]
    text = next((text for text in told if isinstance(text, str) and text.strip()), None)
    return _MARKUP.sub(" ", entities.unescape(text[: settings()["limits"]["body_chars"]])) if text else None


def _nodes(tree: Element, metas: dict[str, tuple[str, ...]]) -> Nodes:
    """What the page's JSON-LD says of its own article, and of the page."""
    nodes = read_json_ld(tree)
    if not nodes.articles:
        return nodes
    addresses = (*_canonical(tree), *metas.get("og:url", ()))
    titles = [text for name in settings()["stated"]["headline"] for text in metas.get(name, ())]
    titles += [*_elements(tree, "title", "head"), *_elements(tree, "h1")[:1]]
    sites = _sites(nodes, metas)
    shown = frozenset(loose(_meant(text)[0]) for text in _elements(tree, "h1"))
    plain = (_without_site(_meant(title)[0], sites, shown) for title in titles)
    return own_nodes(nodes, addresses, (title for title in plain if title))


def read_metas(tree: Element, foreign: frozenset[Element] = frozenset()) -> dict[str, tuple[str, ...]]:
    """The page's meta elements, but for those in its parts on other articles: name or property in lower case, to what
    they say, in order."""
    found: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        if is_foreign(meta, foreign):
            continue
        text = _line(meta.get("content"))
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            name = meta.get(attribute)
            if name and text:
                found.setdefault(name.strip().lower(), []).append(text)
    return {name: tuple(values) for name, values in found.items()}


def _line(text: str | None) -> str | None:
    """A value as one line; entities that were escaped twice are resolved."""
    return one_line(entities.unescape(text)) or None if text else None


def headline(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> tuple[str | None, tuple[str, ...]]:
    """The article's headline: what JSON-LD, Open Graph and the page's own ``h1`` agree on, at least two of them; else
    the first that says something. Search engines and networks are often told another headline than the reader.

    A site's name at the end goes where the page proves it: it names the site, or has the rest as an ``h1``. What was
    misread is repaired before, and what was done stands beside the headline."""
    sites = _sites(nodes, metas)
    shown = frozenset(loose(_meant(text)[0]) for text in _elements(tree, "h1"))
    done: dict[str | None, tuple[str, ...]] = {}
    told: list[list[str]] = []
    for source in _titles(tree, nodes, metas):
        told.append([])
        for text, repairs in map(_meant, source):
            if title := _without_site(text, sites, shown):
                told[-1].append(title)
                done.setdefault(title, repairs)
    agreed = [
        text
        for number, source in enumerate(told[:3])
        for text in source
        if any(loose(text) == loose(other) for later in told[number + 1 : 3] for other in later)
    ]
    titles = [*agreed, *(text for source in (told[0], told[1], *told[2:]) for text in source)]
    first = next(iter(titles), None)
    if first and first.endswith(_CUT):
        start = first.rstrip(".… ")
        first = next((text for text in titles if text.startswith(start) and len(text) > len(first)), first)
    return first, done.get(first, ())


def _meant(text: str) -> tuple[str, tuple[str, ...]]:
    """A headline as it was meant, and what was done to it."""
    mender = Mender()
    return mender.meant("headline", text), tuple(mender.done)


def _titles(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> tuple[list[str], ...]:
    """What may be the headline: by JSON-LD, by meta elements, by the page, and by its title."""
    names = [text_of(node.get(key)) for key in ("headline", "name") for node in nodes.articles]
    told = [text for name in settings()["stated"]["headline"] for text in metas.get(name, ())]
    in_head = _elements(tree, "title", "head")
    return [name for name in names if name], told, _elements(tree, "h1"), in_head


def _elements(tree: Element, tag: str, holder: str | None = None) -> list[str]:
    return [
        text
        for element in tree.iter(tag)
        if (holder is None or (element.getparent() is not None and element.getparent().tag == holder))
        and (text := _line("".join(element.itertext())))
    ]


def _sites(nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(_meant(name)[0].lstrip("@").casefold() for name in site_names(nodes, metas))


def _without_site(text: str, sites: frozenset[str], shown: frozenset[str]) -> str | None:
    """The title without `` | Site`` at its end, or ``Site: `` before it."""
    for mark in settings()["stated"]["marks"]:
        start, found, end = text.rpartition(mark)
        if found and start.strip() and (end.strip().casefold() in sites or loose(start) in shown):
            return start.strip()
    for mark in (": ", *settings()["stated"]["marks"]):
        start, found, end = text.partition(mark)
        if found and end.strip() and start.strip().casefold() in sites:
            return end.strip()
    return None if text.casefold() in sites else text


def _date(found: Iterable[str | None]) -> str | None:
    """The first that is written as ISO 8601 has it, else the first with a year."""
    told = [text for text in found if text and len(text) <= 60 and _YEAR.search(text)]
    return next((text for text in told if _ISO.match(text)), told[0] if told else None)


def _dates(
    tree: Element,
    nodes: Nodes,
    metas: dict[str, tuple[str, ...]],
    foreign: frozenset[Element],
    pack: dict[str, list[str]],
) -> Iterator[str | None]:
    for key in pack["json_ld"]:
        yield from (text_of(node.get(key)) for node in nodes.articles)
    for name in pack["meta"]:
        yield from metas.get(name, ())
    wanted = frozenset(pack["itemprop"])
    for element in tree.iter("time", "span", "div", "p", "abbr"):
        marked = not wanted.isdisjoint((element.get("itemprop") or "").split()) or (
            element.tag == "time" and not wanted.isdisjoint((element.get("class") or "").split())
        )
        if marked and not is_foreign(element, foreign) and not beside(element):
            yield _line(element.get("datetime") or element.get("content") or "".join(element.itertext()))
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
                return _line(told.pop()) if len(told) == 1 else None
    return None


def _free(nodes: Nodes) -> bool | None:
    """Whether the article's JSON-LD says that it is there for everybody, whole."""
    told = (
        str(text_of(value) or value).casefold() for node in nodes.articles if (value := node.get(_FREE)) is not None
    )
    return next((text == "true" for text in told if text in ("true", "false")), None)


def _url(tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> str | None:
    return _first_web((*_canonical(tree), *metas.get("og:url", ()), *_own_addresses(nodes)))


def _canonical(tree: Element) -> list[str | None]:
    links = tree.iter("link")
    return [link.get("href") for link in links if "canonical" in (link.get("rel") or "").lower().split()]


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
