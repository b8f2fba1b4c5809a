"""Which column of a dump holds what: what ``sources.toml`` says, else the names that common scrapers give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

USUAL: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "maintext", "article_text", "full_text", "content", "body", "article_body", "articlebody",
             "article", "story", "cleaned_text", "plain_text", "raw_text"),
    "html": ("html", "raw_html", "page_html", "content_html", "body_html", "page_source"),
    "url": ("url", "canonical_url", "source_url", "link", "href", "page_url", "uri", "web_url", "permalink"),
    "headline": ("headline", "title", "article_title", "heading"),
    "published": ("published", "date_published", "datepublished", "date_publish", "publish_date", "published_at",
                  "published_date", "publication_date", "pub_date", "pubdate", "publishedat", "date", "datetime"),
    "updated": ("updated", "date_modified", "datemodified", "date_modify", "modified", "updated_at", "last_modified"),
    "byline": ("authors", "author", "byline", "creator", "writer"),
    "language": ("language", "lang"),
    "id": ("id", "article_id", "_id", "uid", "guid", "doc_id", "document_id"),
}  # fmt: skip
"""What an article has, to the columns it usually stands in, the surest first; case doesn't count."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one dump: what an article has, to the column's name there."""

    named: Mapping[str, str]

    def value(self, record: Mapping[str, object], what: str) -> object:
        """What the record says there; None where it says nothing."""
        name = self.named.get(what)
        value = record.get(name) if name is not None else None
        return None if value in ("", [], ()) else value


def columns_of(names: Iterable[str], stated: Mapping[str, str] | None = None) -> Columns:
    """The columns among ``names``: those stated (what an article has, to a column), and for the rest the usual ones."""
    there = {_folded(name): name for name in reversed(list(names))}
    found = dict(stated or {})
    for what, usual in USUAL.items():
        column = next((there[name] for name in usual if name in there), None)
        if what not in found and column is not None and column not in found.values():
            found[what] = column
    return Columns(found)


def _folded(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")
