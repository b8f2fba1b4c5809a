"""Raw items in, articles out: decode, segment, label, read the fields, find names and dates.

What costs less for many pages at once (how likely each line is article text, which language it is in) is asked for all
of them together; each becomes the article that it would be alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from typing import TypeVar

from copydesk import fields
from copydesk.article import REVIEW, Article, DateMention, Mention, RawItem, Role, text_of
from copydesk.dates import anchor_of, dates_of, infer_published
from copydesk.dates.tokens import tokenize
from copydesk.decoding import UnreadableText
from copydesk.document import Document, open_document
from copydesk.identity import article_id
from copydesk.label import Labelled, label
from copydesk.label.credits import caption_credit
from copydesk.label.lines import read_pages
from copydesk.label.names import names_desk
from copydesk.label.opinion import Opinion, of_texts
from copydesk.language import languages_of, primary
from copydesk.limits import Limits, shipped_limits
from copydesk.mended import mended
from copydesk.normalize.bylines import authors
from copydesk.normalize.names import Authority, find_names_in_fields, load_authority, rewrite
from copydesk.profile import Profile
from copydesk.segment import Unit, segment
from copydesk.sniff import looks_like_html
from copydesk.sources import UNKNOWN, Source

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, repr=False)
class Knowledge:
    """What a run knows beside the raw items: the authority of names, the sources, and the profile of each.

    ``repeated`` names the items (path, record) whose address an earlier item has, and says which one. ``braked`` are
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
    item = raw if isinstance(raw, RawItem) else _item(raw, outlet or Source(UNKNOWN))
    return clean_item(item, outlet or known.source(item.source_id), known)


def clean_item(item: RawItem, source: Source, knowledge: Knowledge) -> Article:
    """The article of one raw item. Raises copydesk.decoding.UnreadableText for bytes that are no text."""
    (made,) = clean_items([item], replace(knowledge, sources={item.source_id: source}))
    if isinstance(made, Exception):
        raise made
    return made


def clean_items(items: Sequence[RawItem], knowledge: Knowledge) -> list[Article | Exception]:
    """The article of each raw item, or why there is none (copydesk.decoding.UnreadableText for bytes that are no text).

    Raises OSError, which is no item's fault: they are in memory already.
    """
    opened = _each(lambda item: _open(item, knowledge), items)
    labelled = _together(lambda several: _labelled(several, knowledge), opened)
    return _together(lambda several: _articles(several, knowledge), labelled)


def _each(step: Callable[[T], U], found: Sequence[T | Exception]) -> list[U | Exception]:
    """What the step makes of each, or what went wrong with it, now or before."""
    made: list[U | Exception] = []
    for one in found:
        try:
            made.append(one if isinstance(one, Exception) else step(one))
        except OSError:
            raise
        except UnreadableText as error:
            made.append(error.with_traceback(None))  # which holds the text, and is held by this list: in a circle
        except Exception as error:  # whoever asked decides what becomes of it
            made.append(error)
    return made


def _together(step: Callable[[Sequence[T]], list[U]], found: Sequence[T | Exception]) -> list[U | Exception]:
    """The same, with a step that takes many at once. Where one of them breaks it, each is taken alone."""
    try:
        made = iter(step([one for one in found if not isinstance(one, Exception)]))
    except OSError:
        raise
    except Exception:  # the one that broke it will again
        return _each(lambda one: step([one])[0], found)
    return [one if isinstance(one, Exception) else next(made) for one in found]


@dataclass(frozen=True, slots=True, repr=False)
class _Opened:
    """A raw item's document, and its units."""

    item: RawItem
    source: Source
    document: Document
    units: tuple[Unit, ...]
    texts: list[str]
    profile: Profile


@dataclass(frozen=True, slots=True, repr=False)
class _Page:
    """The same, with its blocks."""

    opened: _Opened
    labelled: Labelled


def _open(item: RawItem, knowledge: Knowledge) -> _Opened:
    source = knowledge.source(item.source_id)
    told = primary(item.stated.language or source.language)
    item = replace(item, stated=mended(item.stated, told))
    document = open_document(item, told, knowledge.limits, fast=source.html == "fast")
    units = segment(document.decoded.lines, unwrap=document.opinion is None)
    texts = [unit.text for unit in units]
    profile = knowledge.profiles.get(item.source_id, Profile())
    return _Opened(item, source, document, units, texts, profile)


def _labelled(several: Sequence[_Opened], knowledge: Knowledge) -> list[_Page]:
    guesses, spoken = _languages(several)
    languages = [
        _distinct(guess, primary(one.item.stated.language), primary(one.source.language))
        for one, guess in zip(several, guesses, strict=True)
    ]
    read = read_pages([one.texts for one in several], languages)
    recurrence, alike = _shares(several)
    opinions = _opinions(several, recurrence)
    return [
        _Page(
            one,
            label(
                one.units,
                languages=its,
                headline=one.item.stated.headline,
                recurrence=again,
                alike=shaped,
                telling=one.profile.telling,
                opinion=opinion,
                opinion_alone=opinion if one.document.opinion else None,
                braked=one.item.source_id in knowledge.braked,
                spoken=tags,
                lines=lines,
            ),
        )
        for one, opinion, its, tags, lines, again, shaped in zip(
            several, opinions, languages, spoken, read, recurrence, alike, strict=True
        )
    ]


def _shares(several: Sequence[_Opened]) -> tuple[list[list[float]], list[list[float]]]:
    """On which share of its source's other pages each unit stands, and each whatever its digits: see copydesk.label."""
    recurrence: list[list[float]] = []
    alike: list[list[float]] = []
    for _, group in groupby(several, lambda one: one.item.source_id):
        pages = list(group)
        shares = pages[0].profile.shares([text for one in pages for text in one.texts])
        for found, each in zip(shares, (recurrence, alike), strict=True):
            left = iter(found)
            each += [list(islice(left, len(one.texts))) for one in pages]
    return recurrence, alike


def _opinions(several: Sequence[_Opened], recurrence: Sequence[Sequence[float]]) -> list[Opinion]:
    """What is thought of the units of each: by the page's markup, or by the text scorer, which reads all at once."""
    texts = [number for number, one in enumerate(several) if one.document.opinion is None]
    scored = iter(of_texts([several[number].texts for number in texts], [recurrence[number] for number in texts]))
    return [
        one.document.opinion.at([unit.line_start for unit in one.units]) if one.document.opinion else next(scored)
        for one in several
    ]


def _languages(several: Sequence[_Opened]) -> tuple[list[str | None], list[list[str | None]]]:
    """The language of each document, by its longest units, and that of each of its units."""
    asked = [["\n".join(sorted(one.texts, key=len, reverse=True)[:12]), *one.texts] for one in several]
    found = iter(languages_of([text for texts in asked for text in texts]))
    told = [[next(found) for _ in texts] for texts in asked]
    return [guess for guess, *_ in told], [spoken for _, *spoken in told]


def _articles(several: Sequence[_Page], knowledge: Knowledge) -> list[Article]:
    texts = [text_of(one.labelled.blocks) for one in several]
    spoken = languages_of(texts)
    return [_article(one, text, tag, knowledge) for one, text, tag in zip(several, texts, spoken, strict=True)]


def _article(read: _Page, text: str, spoken: str | None, knowledge: Knowledge) -> Article:
    """The article of a labelled page. ``spoken`` is the language of its ``text``."""
    item, source, decoded, labelled = read.opened.item, read.opened.source, read.opened.document.decoded, read.labelled
    blocks, page, places, stated = labelled.blocks, labelled.page, labelled.places, item.stated
    when = fields.dates(blocks, page, places, stated, source)
    headline = stated.headline or fields.headline(blocks)
    standfirst = fields.joined(blocks, Role.STANDFIRST)
    language = spoken or primary(stated.language)
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
    printed = (*stated.byline, *stated.outlets, *(block.text for block in blocks if block.role is Role.BYLINE))
    signed = [name for name in byline if name not in stated.outlets and not names_desk(name)]
    wrote = authors(signed, tail_credit, dateline, knowledge.authority, printed)
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
        completeness=fields.completeness(blocks, page, stated),
        mentions=mentions,
        dates=dates,
        text_normalized=rewrite(text, [mention for mention in mentions if mention.field == "text"]),
        flags=(*labelled.flags, f"{REVIEW}encoding") if decoded.encoding_basis == "doubtful" else labelled.flags,
        stated_repairs=stated.repairs,
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
    anchor = anchor_of(when.published.on if when.published else None)
    tokens = {name: tokenize(value) for name, value in prose.items()}
    names = find_names_in_fields(prose, knowledge.authority, tokens=tokens)
    dates = (mention for name in prose for mention in dates_of(tokens[name], anchor, locale, field=name))
    return tuple(names), tuple(dates)


def _item(raw: bytes | str, source: Source) -> RawItem:
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    digest = hashlib.sha256(data).hexdigest()
    if not looks_like_html(data):
        return RawItem(source.source_id, "", data, digest, charset=source.encoding)
    from copydesk.html import stated  # noqa: PLC0415
    from copydesk.html.document import declared_charset  # noqa: PLC0415

    charset = None if declared_charset(data) else source.encoding
    return RawItem(source.source_id, "", data, digest, None, stated(data, declared=charset), "html", charset)


def _distinct(*tags: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for tag in tags if tag)) or ("en",)
