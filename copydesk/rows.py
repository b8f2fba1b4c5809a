"""Articles as rows of the tables. One function a table; nothing is computed here that an article does not say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from copydesk.article import KEPT_ROLES, Article, Role
from copydesk.identity import content_sha256
from copydesk.ingest.reject import Rejected
from copydesk.printable import briefly
from copydesk.sources import Source

Row = Mapping[str, Any]

_DETAIL_CHARS = 1_000
"""A detail may quote what was wrong, and that may be a file of many megabytes."""

LONE = re.compile("[\ud800-\udfff]")
"""Lone surrogates: what Python makes of bytes that are no text in the encoding they are read in (PEP 383). No file can
hold them, so ``raw_text`` has U+FFFD in their place, and ``repairs`` say where and which: ``lone:4:dce9``."""


def article_row(article: Article) -> Row:
    """The row of ``articles``."""
    published, updated = article.published, article.updated
    text = article.text
    return {
        "article_id": article.article_id,
        "source_id": article.source_id,
        "url": article.url,
        "headline": article.headline,
        "standfirst": article.standfirst,
        "byline": article.byline,
        "byline_normalized": article.byline_normalized,
        "agencies": article.agencies,
        "dateline": article.dateline,
        "published": published.edtf if published else None,
        "published_at": published.at if published else None,
        "published_on": published.on if published else None,
        "published_precision": published.precision if published else None,
        "published_basis": published.basis if published else article.published_reason,
        "published_evidence": article.published_evidence,
        "published_inferred": article.published_inferred,
        "published_inferred_evidence": article.published_inferred_evidence,
        "updated": updated.edtf if updated else None,
        "updated_on": updated.on if updated else None,
        "language": article.language,
        "section_headings": article.section_headings,
        "text": text,
        "text_normalized": article.text_normalized,
        "word_count": len(text.split()),
        "paragraph_count": sum(block.role is Role.BODY for block in article.blocks),
        "completeness": article.completeness,
        "corrections": article.corrections,
        "tail_credit": article.tail_credit,
        "duplicate_group": article.duplicate_group,
        "duplicate_relation": article.duplicate_relation,
        "flags": article.flags,
        "encoding": article.encoding,
        "repairs": article.repairs,
        "chars_raw": sum(len(block.raw) + len(block.end) for block in article.blocks),
        "chars_kept": sum(len(block.text) for block in article.blocks if block.role in KEPT_ROLES),
        "raw_path": article.raw_path,
        "raw_record": article.raw_record,
        "raw_sha256": article.raw_sha256,
        "content_sha256": content_sha256(article.headline, article.standfirst, text),
    }


def block_rows(article: Article) -> Iterator[Row]:
    """The rows of ``blocks``."""
    for number, block in enumerate(article.blocks):
        yield {
            "article_id": article.article_id,
            "block": number,
            "line_start": block.line_start,
            "line_end": block.line_end,
            "role": block.role,
            "rule": block.evidence.rule,
            "evidence": block.evidence.seen,
            "confidence": block.evidence.confidence,
            "language": block.language,
            "text": block.text,
            "raw_text": None if block.raw == block.text else LONE.sub("\ufffd", block.raw),
            "repairs": block.repairs if block.raw.isascii() else (*block.repairs, *_lone(block.raw)),
        }


def _lone(raw: str) -> Iterator[str]:
    """Where lone surrogates stand, and which."""
    return (f"lone:{lone.start()}:{ord(lone.group()):x}" for lone in LONE.finditer(raw))


def caption_rows(article: Article) -> Iterator[Row]:
    """The rows of ``captions``; in how many articles each stands is counted when all are known."""
    for position, caption in enumerate(article.captions):
        yield {
            "caption_id": f"{article.article_id}-c{position:03}",
            "article_id": article.article_id,
            "position": position,
            "text": caption.text,
            "credit": caption.credit,
            "photographer": caption.photographer,
            "agency": caption.agency,
            "occurrences": caption.occurrences,
            "articles": 1,
        }


def mention_rows(article: Article) -> Iterator[Row]:
    """The rows of ``mentions``."""
    for position, mention in enumerate(article.mentions):
        yield {
            "mention_id": f"{article.article_id}-m{position:04}",
            "article_id": article.article_id,
            "field": mention.field,
            "start": mention.start,
            "end": mention.end,
            "surface": mention.surface,
            "entity_id": mention.entity_id,
            "canonical_name": mention.canonical_name,
            "type": mention.type,
            "method": mention.method,
            "confidence": mention.confidence,
            "status": mention.status,
            "replacement": mention.replacement,
            "flags": mention.flags,
        }


def date_rows(article: Article) -> Iterator[Row]:
    """The rows of ``dates``."""
    for position, mention in enumerate(article.dates):
        yield {
            "date_id": f"{article.article_id}-d{position:04}",
            "article_id": article.article_id,
            "field": mention.field,
            "start": mention.start,
            "end": mention.end,
            "surface": mention.surface,
            "value": mention.value,
            "precision": mention.precision,
            "basis": mention.basis,
            "anchor": mention.anchor,
            "rule": mention.rule,
            "modifier": mention.modifier,
            "candidates": mention.candidates,
            "flags": mention.flags,
        }


def quarantine_row(rejected: Rejected) -> Row:
    """The row of ``quarantine``."""
    return {
        "raw_path": LONE.sub("\ufffd", rejected.path),
        "raw_record": rejected.record,
        "stage": rejected.stage,
        "reason": rejected.reason,
        "detail": briefly(rejected.detail, _DETAIL_CHARS),
        "raw_sha256": rejected.sha256,
    }


def source_row(source: Source, articles: int, first: date | None, last: date | None) -> Row:
    """The row of ``sources``: how many articles there are, and the first and last day of publication, where known."""
    return {
        "source_id": source.source_id,
        "name": source.name,
        "homepage": source.homepage,
        "country": source.country,
        "language": source.language,
        "timezone": source.timezone,
        "date_order": source.date_order,
        "terms": source.terms,
        "article_count": articles,
        "first_published_on": first,
        "last_published_on": last,
    }


def entity_row(
    entity_id: str, name: str, kind: str, wikidata: str | None, spellings: Mapping[str, int], articles: int
) -> Row:
    """The row of ``entities``: its spellings with their numbers of mentions, and in how many articles it is."""
    return {
        "entity_id": entity_id,
        "canonical_name": name,
        "type": kind,
        "wikidata_id": wikidata,
        "variants": [form for form, _ in sorted(spellings.items(), key=lambda pair: (-pair[1], pair[0]))],
        "mention_count": sum(spellings.values()),
        "article_count": articles,
    }


PER_ARTICLE: Mapping[str, Callable[[Article], Iterable[Row]]] = {
    "articles": lambda article: (article_row(article),),
    "blocks": block_rows,
    "captions": caption_rows,
    "mentions": mention_rows,
    "dates": date_rows,
}
"""The tables whose rows an article has by itself."""
