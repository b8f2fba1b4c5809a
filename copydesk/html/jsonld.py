"""JSON-LD as pages have it: lists, graphs, references, and the slips of those who wrote it by hand."""

from __future__ import annotations

import html
import json
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from copydesk.html.document import Element
from copydesk.html.pack import settings

_OPENED = re.compile(r"\A(?:\s|<!--|//|/\*|\*/|<!\[CDATA\[)+")
_CLOSED = ("-->", "//", "/*", "*/", "]]>", ";", " ", "\t", "\r", "\n")
_LAST_COMMA = re.compile(r",(\s{0,200}[}\]])")
_COMMENT = re.compile(r"^[ \t]{0,200}//.*$", re.MULTILINE)
_NO_ESCAPE = re.compile(r"\\(?:u(?![0-9a-fA-F]{4})|(?P<sign>[^\"\\/bfnrtu]))|(?P<kept>\\.)", re.DOTALL)
_STRING = re.compile(
    r"\"((?:[^\"\\]|\\(?:.|\Z)|\"(?!\s{0,200}(?:[:}\]]|,\s{0,200}[\"{\[\dtfn-]|\Z)))*+)(?:\"|\Z)", re.DOTALL
)
"""A string, and the quotes within it that nobody escaped: nothing that may follow a string follows them."""
_UNESCAPED = re.compile(r"(\\.)|\"", re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n\v\f]+")
_APART = re.compile(r"[\s,;]*+")
ARTICLES = ("Article", "BlogPosting", "Posting", "Report", "Review")
# What an article's own node is reached by. Anything else (lists of teasers, parts, comments) is about other articles.
_WAYS = ("@graph", "mainEntity", "mainEntityOfPage", "@reverse")


@dataclass(frozen=True, slots=True)
class Nodes:
    """The things that a page describes: its articles, the surest first, its pages, and all by their ``@id``."""

    articles: tuple[dict[str, Any], ...] = ()
    pages: tuple[dict[str, Any], ...] = ()
    named: dict[str, dict[str, Any]] = field(default_factory=dict)

    def first(self, *keys: str, pages: bool = False) -> Any:
        """The first value that is there, key by key, over the articles (and the pages)."""
        for key in keys:
            for node in (*self.articles, *(self.pages if pages else ())):
                if node.get(key) not in (None, "", [], {}):
                    return node[key]
        return None


def read_json_ld(tree: Element) -> Nodes:
    """What the page's JSON-LD describes. Broken blocks are mended where that is safe, and left out otherwise."""
    articles: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    named: dict[str, dict[str, Any]] = {}
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        block = _load(script.text or "")
        for node in _walk(block, None):
            if isinstance(node.get("@id"), str) and len(node) > 1:
                named.setdefault(node["@id"], node)
        for node in _walk(block, _WAYS):
            kinds = kinds_of(node)
            if any(kind.endswith(ARTICLES) for kind in kinds):
                articles.append(node)
            elif any(kind.endswith("Page") for kind in kinds):
                pages.append(node)
    return Nodes(tuple(sorted(articles, key=_rank)), tuple(pages), named)


def kinds_of(node: dict[str, Any]) -> tuple[str, ...]:
    """The node's types, without the vocabulary's address."""
    kind = node.get("@type")
    kinds: Sequence[Any] = kind if isinstance(kind, list) else [kind]
    return tuple(one.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for one in kinds if isinstance(one, str))


def text_of(value: Any) -> str | None:
    """A value as one line of text; entities are resolved, up to twice; of a list the first."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("@value", value.get("name"))
    if not isinstance(value, str):
        return None
    for _ in range(2):
        value = html.unescape(value)
    return one_line(value.encode("utf-8", "replace").decode("utf-8")) or None


def one_line(text: str) -> str:
    """The text with its white space as single spaces. That of ASCII: in a misread page, NBSP and NEL are parts of
    letters, until they are repaired."""
    return _SPACE.sub(" ", text).strip(" ")


def _rank(node: dict[str, Any]) -> int:
    """Articles that say more of themselves come first; a review of the article's subject does not."""
    kinds = kinds_of(node)
    told = sum(node.get(key) not in (None, "", [], {}) for key in ("headline", "datePublished", "author"))
    return -told - 4 * any(kind.endswith(("Article", "Posting")) for kind in kinds)


def _load(text: str) -> Any:
    if len(text) > settings()["limits"]["json_ld_chars"]:
        return None
    text = _unwrapped(text.strip("\ufeff \t\r\n")) if text[:4000].strip()[:1] not in ("{", "[") else text
    text = text.strip("\ufeff \t\r\n;")
    tried = text
    for mend in (None, _without_comments, _without_last_commas, _escaped, html.unescape, _without_last_commas, _quoted):
        try:
            tried = mend(tried) if mend else tried
            return _values(tried)
        except (ValueError, RecursionError):
            continue
    try:
        return json.JSONDecoder(strict=False).raw_decode(_without_last_commas(text))[0]
    except (ValueError, RecursionError):
        return None


def _unwrapped(text: str) -> str:
    """The block without the comment or CDATA section that it stands in."""
    end = len(text)
    while mark := next((mark for mark in _CLOSED if text.endswith(mark, 0, end)), ""):
        end -= len(mark)
    return _OPENED.sub("", text[:end])


def _without_last_commas(text: str) -> str:
    return _LAST_COMMA.sub(r"\1", text)


def _without_comments(text: str) -> str:
    return _COMMENT.sub("", text)


def _escaped(text: str) -> str:
    """The block with the escapes alone that JSON has: scripts have others (``\\'``)."""
    return _NO_ESCAPE.sub(lambda found: found["kept"] or found["sign"] or "u", text)


def _quoted(text: str) -> str:
    """The block with the quotes escaped that stand within its strings."""
    return _STRING.sub(lambda found: '"' + _UNESCAPED.sub(lambda one: one[1] or '\\"', found[1]) + '"', text)


def _values(text: str) -> Any:
    """The block's value, or a list of them where one stands behind the other. Raises ValueError."""
    decoder, found, at = json.JSONDecoder(strict=False), [], 0
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        found.append(value)
        apart = _APART.match(text, at)
        at = apart.end() if apart else at
    return found[0] if len(found) == 1 else found


def _walk(block: Any, ways: tuple[str, ...] | None) -> Iterator[dict[str, Any]]:
    """The objects in a block, level by level; only those reached by the keys in ``ways``, if it is given."""
    limits = settings()["limits"]
    waiting: deque[tuple[Any, int]] = deque([(block, 0)])
    seen = 0
    while waiting and seen < limits["json_ld_nodes"]:
        value, depth = waiting.popleft()
        seen += 1
        if depth > limits["json_ld_depth"]:
            continue
        if isinstance(value, list):
            waiting.extend((one, depth + 1) for one in value)
        elif isinstance(value, dict):
            yield value
            inner = value.values() if ways is None else (value[way] for way in ways if way in value)
            waiting.extend((one, depth + 1) for one in inner if isinstance(one, dict | list))
