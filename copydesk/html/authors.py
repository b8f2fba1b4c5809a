"""Who a page says wrote the article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from copydesk.html.document import Element
from copydesk.html.jsonld import Nodes, kinds_of, one_line, text_of
from copydesk.html.own import holder_of_headline, is_foreign, loose
from copydesk.html.pack import settings
from copydesk.mended import Mender
from copydesk.nobody import names_nobody, without_address

_ADDRESS = re.compile(r"^(?:https?:)?//|^www\.|^/")
_SIGNS = re.compile(r"^[\s\-–—|•·,;:]+|(?<![\s\-–—|•·,;:])[\s\-–—|•·,;:]+$")
_SIGN = re.compile(r" \([^()\s]{1,5}\)$")
_CLASS_WORD = re.compile(r"[a-z]+")
_MOST = 50
_SITE = 8  # letters: a shorter name may be a part of anybody's
_LONGEST = 80
_WITH_POST = 45


@dataclass(frozen=True, slots=True)
class Authors:
    """Who is named as an author: ``names``, which are people where there are any, and ``outlets``, the organizations
    and the site itself; ``repairs`` says what was done to the names."""

    names: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()


def authors(
    tree: Element, nodes: Nodes, metas: dict[str, tuple[str, ...]], foreign: frozenset[Element] = frozenset()
) -> Authors:
    """The names, in order, each once. The first source that names a person is believed: JSON-LD, then meta elements,
    then what the page marks as its author by ``itemprop``, ``rel`` or class, between headline and text. Where none
    does, the first that names anyone: an agency, or the newsroom itself. ``foreign``: the parts of the page that are
    about other articles.

    A misread name is repaired before it is taken apart, as what parts names may be one of its letters."""
    sites = frozenset(loose(Mender().meant("", name)) for name in site_names(nodes, metas))
    rest = Authors()
    for source in (_in_json_ld(nodes), _in_metas(metas), _in_page(tree, foreign), _in_head(tree)):
        people: dict[str, None] = {}
        others: dict[str, None] = {}
        mender = Mender()
        for text, person in source:
            for name in _names(mender.meant("byline", text)):
                (people if person and not _is_site(loose(name), sites) else others).setdefault(name)
        outlets = tuple(dict.fromkeys((*rest.outlets, *others)))[:_MOST]
        found = Authors(tuple(people)[:_MOST] or outlets, outlets, tuple(mender.done))
        if people:
            return found
        rest = found if outlets and not rest.names else rest
    return rest


def _is_site(name: str, sites: frozenset[str]) -> bool:
    """Whether a name is the site's own, or has it in it ("The Island Ledger")."""
    return name in sites or any(len(site) >= _SITE and site in name for site in sites)


def site_names(nodes: Nodes, metas: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What the page calls its site and its publisher."""
    names: list[str] = []
    for name in settings()["stated"]["site"]:
        names += metas.get(name, ())
    for node in (*nodes.articles, *nodes.pages):
        publisher = node.get("publisher")
        if isinstance(publisher, dict) and "@id" in publisher and "name" not in publisher:
            publisher = nodes.named.get(str(publisher["@id"]))
        if text := text_of(publisher):
            names.append(text)
    return tuple(dict.fromkeys(names))


def _in_json_ld(nodes: Nodes) -> Iterator[tuple[str, bool]]:
    for key in ("author", "creator", "contributor"):
        for node in nodes.articles:
            found = list(_people(node.get(key), nodes))
            if found:
                yield from found
                return


def _people(value: Any, nodes: Nodes) -> Iterator[tuple[str, bool]]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, list):
            yield from ((text, True) for one in entry if (text := text_of(one)))
            continue
        known = nodes.named.get(str(entry["@id"])) if isinstance(entry, dict) and "@id" in entry else None
        told = {**known, **entry} if known and isinstance(entry, dict) and not entry.get("name") else entry
        names = (told.get("name") or _in_parts(told)) if isinstance(told, dict) else told
        person = not isinstance(told, dict) or not any("Organization" in kind for kind in kinds_of(told))
        for name in names if isinstance(names, list) else [names]:
            if text := text_of(name):
                yield text, person


def _in_parts(person: dict[str, Any]) -> str | None:
    """A name that is stated in its parts alone."""
    parts = [text for key in ("givenName", "additionalName", "familyName") if (text := text_of(person.get(key)))]
    return " ".join(parts) or None


def _in_metas(metas: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, bool]]:
    pack = settings()["authors"]
    labels = zip(metas.get("twitter:label1", ()), metas.get("twitter:data1", ()), strict=False)
    sources = [metas.get(name, ()) for name in pack["meta"]]
    sources.insert(pack["label_after"], tuple(name for label, name in labels if label.casefold() in pack["label"]))
    for texts in sources:
        if any(list(_names(Mender().meant("", text))) for text in texts):
            yield from ((text, True) for text in texts)
            return


def _in_head(tree: Element) -> Iterator[tuple[str, bool]]:
    """What stands between the headline and the text in an element whose class is an author's or a byline's."""
    known = frozenset(settings()["authors"]["class"])
    passed, paragraphs = False, 0
    found: list[Element] = []
    found_above: set[Element] = set()
    for element in tree.iter():
        if element.tag == "h1":
            passed = True
        elif passed and element.tag == "p" and len("".join(element.itertext())) > settings()["authors"]["prose"]:
            paragraphs += 1  # the first may be the standfirst
            if paragraphs > 1:
                break
        elif passed and not known.isdisjoint(_class_words(element)) and found_above.isdisjoint(element.iterancestors()):
            found.append(element)
            found_above.add(element)
    for element in found:
        named = [inner for inner in element.iter("a", "span") if len(inner) == 0 and _two_words(inner.text)]
        for inner in named or [element]:
            text = one_line("".join(inner.itertext()))
            if 0 < len(text) <= _LONGEST and _two_words(text) and not any(char.isdigit() for char in text):
                yield text, True


def _class_words(element: Element) -> frozenset[str]:
    return frozenset(_CLASS_WORD.findall((element.get("class") or "").lower()))


def _two_words(text: str | None) -> bool:
    """Whether a text looks like a name: two to five words, the first and the last with a capital, if they have case."""
    words = _without_lead(" ".join((text or "").split())).split()
    return 2 <= len(words) <= 5 and not (words[0][0].islower() or words[-1][0].islower())


def _in_page(tree: Element, foreign: frozenset[Element]) -> Iterator[tuple[str, bool]]:
    """What is marked as an author: in the article that the headline stands in, else anywhere, if there is but one."""
    own = holder_of_headline(tree, lambda element: element.tag in ("article", "main"))
    for attribute in ("itemprop", "rel"):
        inside: list[str] = []
        outside: list[str] = []
        for element in tree.iter("a", "span", "div", "p", "address", "meta"):
            if "author" not in (element.get(attribute) or "").lower().split() or is_foreign(element, foreign):
                continue
            named = next((inner for inner in element.iter() if inner.get("itemprop") == "name"), element)
            text = one_line(named.get("content") or "".join(named.itertext()))
            if 0 < len(text) <= _LONGEST:
                (inside if own is None or own in element.iterancestors() else outside).append(text)
        found = inside or (outside if len(set(outside)) == 1 else [])
        if found:
            yield from ((text, True) for text in found)
            return


def _names(text: str) -> Iterator[str]:
    """The names in a value: ``By A, B and C`` are three. A sign of the author's in brackets is no part of the name."""
    text = without_address(text)
    if _ADDRESS.search(text):
        return
    for part in _parts(_without_lead(text)):
        name = _SIGN.sub("", _SIGNS.sub("", part))
        if 1 < len(name) <= _LONGEST and not names_nobody(name):
            yield name


def _without_lead(text: str) -> str:
    lead, space, rest = text.partition(" ")
    return rest if space and lead.casefold().rstrip(":") in settings()["authors"]["lead"] else text


def _parts(text: str) -> Iterable[str]:
    """A list of names, parted. ``A, B`` is parted only where both have two words: ``AFP, MANILA`` and
    ``Miller, Jane`` are one."""
    for part in re.split(r"\s{0,9}[;|]\s{0,9}", text):
        names = [name.strip() for comma in part.split(",") for name in _and().split(comma) if name.strip()]
        if len(part) > _WITH_POST and _has_post(names):
            yield names[0]
        elif all(" " in name for name in names):
            yield from names
        else:
            yield part


def _has_post(names: list[str]) -> bool:
    """Whether what stands after the first comma is a post: "professor of history at the university of …"."""
    long = any(len(name.split()) > 4 or name[0].islower() for name in names[1:])
    return long and 2 <= len(names[0].split()) <= 4


@cache
def _and() -> re.Pattern[str]:
    words = "|".join(map(re.escape, settings()["authors"]["and"]))
    return re.compile(rf"(?<=\w) (?:{words}) (?=\w)|^(?:{words}) (?=\w)")
