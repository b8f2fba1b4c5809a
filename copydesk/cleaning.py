"""One raw item in, one article out: decode, segment, label, read the fields, find names and dates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from copydesk import fields
from copydesk.article import Article, DateMention, Decoded, Mention, RawItem, Role, text_of
from copydesk.dates import find_dates, infer_published
from copydesk.document import looks_like_html, open_document
from copydesk.identity import article_id
from copydesk.label import Labelled, label
from copydesk.label.credits import caption_credit
from copydesk.language import language_of, languages_of, primary
from copydesk.limits import Limits, shipped_limits
from copydesk.normalize.bylines import authors
from copydesk.normalize.names import Authority, find_names_in_fields, load_authority, rewrite
from copydesk.profile import Profile
from copydesk.segment import segment
from copydesk.sources import UNKNOWN, Source


@dataclass(frozen=True, repr=False)
class Knowledge:
    """What a run knows beside the raw items: the authority of names, the sources, and the profile of each.

    ``repeated`` names the items (path, record) whose address an earlier item has, and that item's path. ``braked`` are
    the sources of which the rules would set aside so much that nothing is.
    """

    authority: Authority
    sources: Mapping[str, Source] = field(default_factory=dict)
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    repeated: Mapping[tuple[str, str | None], str] = field(default_factory=dict)
    braked: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=shipped_limits)

    def source(self, source_id: str) -> Source:
        return self.sources.get(source_id) or Source(source_id)


def clean(
    raw: bytes | str | RawItem, *, source: Source | str | None = None, knowledge: Knowledge | None = None
) -> Article:
    """The article in a raw page: bytes or text, plain or HTML, or an item that was read from a folder.

    ``source`` says what is known of the outlet. Without ``knowledge``, the authority that ships with Copydesk is used.
    Raises copydesk.decoding.UnreadableText for bytes that are no text.
    """
    known = knowledge or Knowledge(load_authority(None))
    outlet = Source(source) if isinstance(source, str) else source
    item = raw if isinstance(raw, RawItem) else _item(raw, outlet.source_id if outlet else UNKNOWN)
    return clean_item(item, outlet or known.source(item.source_id), known)


def clean_item(item: RawItem, source: Source, knowledge: Knowledge) -> Article:
    """The article of one raw item."""
    told = primary(item.stated.language or source.language)
    document = open_document(item, told, knowledge.limits, fast=source.html == "fast")
    decoded = document.decoded
    units = segment(decoded.lines, unwrap=document.opinion is None)
    texts = [unit.text for unit in units]
    profile = knowledge.profiles.get(item.source_id, Profile())
    guess, *spoken = languages_of(["\n".join(sorted(texts, key=len, reverse=True)[:12]), *texts])
    languages = _distinct(guess, primary(item.stated.language), primary(source.language))
    labelled = label(
        units,
        languages=languages,
        headline=item.stated.headline,
        recurrence=profile.recurrence(texts),
        alike=profile.alike(texts),
        telling=profile.telling,
        opinion=document.opinion.at([unit.line_start for unit in units]) if document.opinion else None,
        braked=item.source_id in knowledge.braked,
        spoken=spoken,
    )
    return _article(item, decoded, labelled, source, knowledge)


def _article(item: RawItem, decoded: Decoded, labelled: Labelled, source: Source, knowledge: Knowledge) -> Article:
    blocks, page, places, stated = labelled.blocks, labelled.page, labelled.places, item.stated
    text = text_of(blocks)
    when = fields.dates(blocks, page, places, stated, source)
    headline = stated.headline or fields.first_text(blocks, Role.HEADLINE)
    standfirst = fields.joined(blocks, Role.STANDFIRST)
    language = language_of(text) or primary(stated.language)
    locale = source.language if source.language and primary(source.language) == language else language
    mentions, dates = _mentions(headline, standfirst, text, when, locale, knowledge)
    inferred = None
    if source.infer_dates and when.published is None:
        # A caption that passed for a paragraph would date the picture.
        body = (block.text for block in blocks if block.role is Role.BODY)
        paragraphs = [paragraph for paragraph in body if caption_credit(paragraph) is None]
        inferred = infer_published(paragraphs, locale, not_after=when.updated.on if when.updated else None)
    byline, dateline = fields.byline(blocks, page, places, stated), fields.dateline(blocks)
    tail_credit = fields.joined(blocks, Role.TAIL_CREDIT)
    printed = (*stated.byline, *(block.text for block in blocks if block.role is Role.BYLINE))
    wrote = authors(byline, tail_credit, dateline, knowledge.authority, printed)
    return Article(
        article_id=article_id(item.source_id, stated.url, item.path, item.record),
        source_id=item.source_id,
        raw_path=item.path,
        raw_record=item.record,
        raw_sha256=item.sha256,
        encoding=decoded.encoding,
        encoding_basis=decoded.encoding_basis,
        blocks=blocks,
        url=stated.url,
        headline=headline,
        standfirst=standfirst,
        byline=byline,
        byline_normalized=wrote.people,
        agencies=wrote.agencies,
        dateline=dateline,
        published=when.published,
        published_reason=when.reason,
        published_evidence=when.evidence,
        published_inferred=inferred.value if inferred else None,
        published_inferred_evidence=inferred.evidence if inferred else None,
        updated=when.updated,
        language=language,
        captions=fields.captions(blocks),
        corrections=tuple(block.text for block in blocks if block.role is Role.CORRECTION),
        tail_credit=tail_credit,
        completeness=fields.completeness(blocks, page),
        mentions=mentions,
        dates=dates,
        text_normalized=rewrite(text, [mention for mention in mentions if mention.field == "text"]),
        flags=labelled.flags,
        prose_words=labelled.prose.words,
        prose_aside=labelled.prose.aside,
    )


def _mentions(
    headline: str | None,
    standfirst: str | None,
    text: str,
    when: fields.Published,
    locale: str | None,
    knowledge: Knowledge,
) -> tuple[tuple[Mention, ...], tuple[DateMention, ...]]:
    """Names and dates of the fields that hold prose, field by field."""
    prose = {
        name: value for name, value in (("headline", headline), ("standfirst", standfirst), ("text", text)) if value
    }
    anchor = when.published.on if when.published else None
    names = find_names_in_fields(prose, knowledge.authority)
    dates = (
        mention
        for name, value in prose.items()
        for mention in find_dates(value, published=anchor, locale=locale, field=name)
    )
    return tuple(names), tuple(dates)


def _item(raw: bytes | str, source_id: str) -> RawItem:
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(data).hexdigest()
    if not looks_like_html(data):
        return RawItem(source_id, "", data, digest)
    from copydesk.html import stated  # noqa: PLC0415

    return RawItem(source_id, "", data, digest, None, stated(data), "html")


def _distinct(*tags: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in tags if tag)) or ("en",)
