"""Which column of a dump holds what: what ``sources.toml`` says, else the names that common scrapers give."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

USUAL: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "maintext", "plaintext", "articletext", "storytext", "newstext", "fulltext", "fullcontent",
             "content", "contenttext", "articlecontent", "body", "bodytext", "articlebody", "article", "story",
             "cleanedtext", "cleantext", "document", "rawtext"),
    "html": ("html", "rawhtml", "pagehtml", "contenthtml", "bodyhtml", "articlehtml", "pagesource"),
    "url": ("url", "canonicalurl", "canonicallink", "link", "href", "pageurl", "uri", "weburl", "articleurl",
            "origurl", "permalink"),
    "headline": ("headline", "title", "articletitle", "newstitle", "webtitle", "heading"),
    "published": ("published", "datepublished", "datepublish", "publishdate", "publishedat", "publisheddate",
                  "publishingdate", "publicationdate", "pubdate", "webpublicationdate", "publishedtime", "publishtime",
                  "pubtime", "firstpublished", "firstpublishedat", "articledate", "date", "datetime"),
    "updated": ("updated", "datemodified", "datemodify", "modified", "updatedat", "lastmodified", "modifiedtime",
                "modifiedat", "lastupdated", "updatedtime"),
    "byline": ("authors", "author", "byline", "creator", "writer", "authorname"),
    "language": ("language", "lang", "metalang", "languagecode"),
    "id": ("id", "articleid", "uid", "guid", "docid", "documentid", "newsid", "storyid", "storiesid", "uuid"),
}  # fmt: skip
"""What an article has, to the columns it usually stands in, the surest first; case, ``_``, ``-`` and blanks don't
count. When a page was fetched (``date_download``, ``seendate``, ``timestamp``) is not when it was published."""

TEASERS = ("summary", "description")
"""What feeds have for a text; where there is any column for text or a page, these are no texts."""

MAYBE_URL = ("source", "sourceurl", "guid", "id")
"""Columns that are the article's address only if they hold one; a site's own address isn't."""

_OPENED = ("article", "_source", "data", "item", "document", "fields")
_BESIDE = ("metadata", "meta")
_ASKED = frozenset((*TEASERS, *MAYBE_URL, *(name for names in USUAL.values() for name in names)))


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one record: what an article has, to the columns that may hold it, the surest first."""

    named: Mapping[str, tuple[str, ...]]
    maybe_url: tuple[str, ...] = ()

    def values(self, record: Mapping[str, object], what: str) -> Iterator[object]:
        """What the record says there, the surest first."""
        for name in self.named.get(what, ()):
            value = record.get(name)
            if value is not None:
                yield value


def columns_of(names: Iterable[str], stated: Mapping[str, str] | None = None, known: Container[str] = ()) -> Columns:
    """The columns among ``names``: those stated (what an article has, to a column), and for the rest the usual ones.

    A stated one that is neither here nor ``known`` (records may leave out what is empty) is none: then the usual ones
    are asked.
    """
    names = tuple(names)
    forms = {_spelled(name): name for name in names}
    given = {
        what: forms.get(_spelled(column), column)
        for what, column in (stated or {}).items()
        if _spelled(column) in forms or column in known
    }
    there: dict[str, list[str]] = {}
    for name in names:
        if name not in given.values():
            there.setdefault(_folded(name), []).append(name)
    found = {
        what: (given[what],) if what in given else tuple(name for one in usual for name in there.get(one, ()))
        for what, usual in USUAL.items()
    }
    if not found["text"] and not found["html"]:
        found["text"] = tuple(name for one in TEASERS for name in there.get(one, ()))
    maybe = () if "url" in given else tuple(name for one in MAYBE_URL for name in there.get(one, ()))
    return Columns(found, maybe)


def maybe_asked(name: str, stated: Mapping[str, str]) -> bool:
    """Whether a column, or a field within it, may be asked for what an article has."""
    known = _folded(name) in _ASKED or name.lower() in (*_OPENED, *_BESIDE)
    return known or bool(known_of((name,), stated))


def known_of(names: Iterable[str], stated: Mapping[str, str]) -> frozenset[str]:
    """The stated columns that are among these names, however their letters are composed."""
    forms = frozenset(map(_spelled, names))
    return frozenset(column for column in stated.values() if _spelled(column) in forms)


def opened(record: Mapping[str, object]) -> Mapping[str, object]:
    """A record whose article is an object in it (``{"article": {…}}``, ``{"_source": {…}}``), as one record.

    The article's own fields come before the record's, the record's before those of its metadata.
    """
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    inner = {str(name).lower(): value for name, value in record.items() if isinstance(value, dict)}
    beside = [inner[name] for name in _BESIDE if name in inner]
    within = [inner[name] for name in reversed(_OPENED) if name in inner and has_text(inner[name])]
    merged: dict[str, object] = {}
    for part in (*beside, record, *within):
        merged.update({str(name): value for name, value in part.items() if value is not None})
    return merged


def stand_alone(fields: Mapping[str, object]) -> bool:
    """Whether all that an object holds are records, each under a name of its own."""
    return bool(fields) and all(
        isinstance(value, dict) and has_text(value) and name.lower() not in (*_OPENED, *_BESIDE)
        for name, value in fields.items()
    )


def has_text(fields: Mapping[str, object]) -> bool:
    """Whether a record has a column of its own for the text, or the page."""
    return any(_folded(str(name)) in (*USUAL["text"], *USUAL["html"]) for name in fields)


def _spelled(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()


def _folded(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())
