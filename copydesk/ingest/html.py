"""Pages of HTML, with what each states of itself: a file of its own, or a record of a dump or a crawl."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from copydesk.article import RawItem, Stated
from copydesk.ingest import text
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.ingest.values import states_day
from copydesk.sniff import looks_like_html

SUFFIXES = (".html", ".htm", ".xhtml")
"""Names of files that hold one page each; they may be packed (``.gz``, ``.zst``)."""

_DECODING = ("binary", "undecodable")


def read(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The page as one item: its bytes as served, and ``stated`` as its JSON-LD and meta elements say.

    A file that cannot be opened or unpacked, or is no page, is rejected with the reason.
    """
    for item in text.read(file):
        yield item if isinstance(item, Rejected) else page(replace(item, form="html", charset=None), file)


def read_unnamed(file: RawFile) -> Iterator[RawItem | Rejected]:
    """A file whose name doesn't say what it holds, as one item: a saved page as ``read`` gives it, else plain text."""
    for item in text.read(file):
        if isinstance(item, Rejected) or not looks_like_html(item.data):
            yield item
        else:
            yield page(replace(item, form="html", charset=None), file)


def page(item: RawItem, file: RawFile) -> RawItem | Rejected:
    """The item with what its page states of itself, where nothing else stated it; rejected if it is no page.

    Its encoding is what came with it, what the page names, or what its source is said to write in.
    """
    from copydesk.html import NoPage, stated  # noqa: PLC0415 - lxml is loaded for pages only
    from copydesk.html.document import declared_charset  # noqa: PLC0415

    if item.charset is None and file.encoding and not declared_charset(item.data):
        item = replace(item, charset=file.encoding)
    try:
        told = stated(item.data, declared=item.charset, limits=file.limits)
    except NoPage as error:
        stage = "decode" if error.reason in _DECODING else "ingest"
        return Rejected(item.path, item.record, error.reason, f"{item.path}: {error}", item.sha256, stage)
    return replace(item, stated=filled(item.stated, told))


def filled(stated: Stated, page: Stated) -> Stated:
    """What was stated beside a page, and for the rest what the page says."""
    own = {"headline": stated.headline, "byline": stated.byline}
    repairs = tuple(repair for repair in page.repairs if not own.get(repair.partition(":")[0]))
    return Stated(
        url=stated.url or page.url,
        headline=stated.headline or page.headline,
        byline=stated.byline or page.byline,
        published=_date(stated.published, page.published),
        updated=_date(stated.updated, page.updated),
        language=stated.language or page.language,
        outlets=stated.outlets if stated.byline else page.outlets,
        free=page.free if stated.free is None else stated.free,
        repairs=(*stated.repairs, *repairs),
    )


def _date(told: str | None, page: str | None) -> str | None:
    """What was stated beside the page, if it states a day ("3 hours ago" does not), else what the page says."""
    return told if told and (page is None or states_day(told)) else page
