"""Promises of cleaning as a whole: laws 1 to 3 on one article, and that its tables can be written."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache

from copydesk.article import Article, RawItem, Role, Stated, raw_of, text_of
from copydesk.cleaning import Knowledge, clean
from copydesk.dates import is_edtf
from copydesk.decoding import UnreadableText
from copydesk.document import rendered
from copydesk.frames import frame
from copydesk.html import NoPage, stated
from copydesk.language import primary
from copydesk.rows import PER_ARTICLE
from copydesk.sources import Source
from copydesk.tables import table
from fuzzing.case import Case, holds
from fuzzing.values import ENCODINGS, authority, check_mentions

_SOURCES = (
    Source("harbour"),
    Source("harbour", language="en", timezone="Europe/London", date_order="dmy", infer_dates=True),
    Source("harbour", language="ru", date_order="ymd", infer_dates=True),
    Source("harbour", language="hy", timezone="Asia/Yerevan"),
)
_STATED = (
    Stated(),
    Stated(
        "https://x.example/a", "A second ferry for Skarra", ("By Una Croy", "AP"), "2025-03-04T10:15:00Z", None, "en"
    ),
    Stated(published="04/03/2025", updated="yesterday", language="fr-CA", byline=("",)),
)


@cache
def _knowledge() -> Knowledge:
    return Knowledge(authority())


def text(case: Case) -> bool:
    """A text, with what may be stated beside it."""
    item = RawItem("harbour", "harbour/case.txt", case.data, hashlib.sha256(case.data).hexdigest())
    return _check(case, replace(item, stated=case.choose(_STATED), charset=case.choose(ENCODINGS)))


def page(case: Case) -> bool:
    """A page, with what it states of itself."""
    try:
        told = stated(case.data)
    except NoPage:
        return False
    digest = hashlib.sha256(case.data).hexdigest()
    return _check(case, RawItem("harbour", "harbour/case.html", case.data, digest, None, told, "html"))


def _check(case: Case, item: RawItem) -> bool:
    source, knowledge = case.choose(_SOURCES), _knowledge()
    if case.choose(range(8)) == 0:
        knowledge = replace(knowledge, braked=frozenset(("harbour",)))
    try:
        article = clean(item, source=source, knowledge=knowledge)
    except UnreadableText:
        return False
    decoded = rendered(item, primary(item.stated.language or source.language))
    _covers(article, len(decoded.lines), decoded.raw)
    _spans(article, decoded.text, item.stated)
    for name, rows in PER_ARTICLE.items():
        _written(name, list(rows(article)))
    if case.choose(range(8)) == 0:
        holds(article == clean(item, source=source, knowledge=knowledge), "cleaned again, it is another article")
    return True


def _covers(article: Article, lines: int, raw: str) -> None:
    """Law 1."""
    ends = [0, *(block.line_end for block in article.blocks)]
    holds([block.line_start for block in article.blocks] == ends[:-1], "blocks do not follow one another")
    holds(ends[-1] == lines, f"blocks cover {ends[-1]} of {lines} lines")
    holds(raw_of(article.blocks) == raw, "the blocks do not give the raw text")
    holds(article.text == text_of(article.blocks), "the text is not that of the blocks")
    holds(all(block.evidence.rule for block in article.blocks), "a block without a rule")
    blank = all(not block.text.strip() for block in article.blocks if block.role is Role.BLANK)
    holds(blank, "a block that is not blank is called so")


def _spans(article: Article, shown: str, told: Stated) -> None:
    """Law 2: what is said to stand somewhere stands there."""
    fields = {"headline": article.headline, "standfirst": article.standfirst, "text": article.text}
    for name, value in fields.items():
        check_mentions(value or "", [one for one in article.mentions if one.field == name])
        for one in article.dates:
            if one.field == name:
                holds((value or "")[one.start : one.end] == one.surface, f"{one.surface!r} does not stand in {name}")
                holds(one.value is None or is_edtf(one.value), f"{one.surface!r} is {one.value!r}")
    holds({one.field for one in (*article.mentions, *article.dates)} <= set(fields), "a mention in another field")
    for stamp in (article.published, article.updated):
        holds(stamp is None or is_edtf(stamp.edtf), f"{stamp} is no EDTF")
    holds((article.published is None) == (article.published_reason is not None), "no date, and no reason")
    if article.published is not None and told.published is None and article.published_evidence:
        words = " ".join(article.published_evidence.split())
        holds(words in " ".join(shown.split()), f"{words!r} is said to date it, and stands nowhere")
    if told.headline is None and article.headline:
        first = article.headline.split()
        holds(all(word in shown for word in first), f"the headline {article.headline[:80]!r} stands nowhere")


def _written(name: str, rows: list) -> None:  # type: ignore[type-arg]
    """The rows as a table: typed, with what must be there, and nothing empty where nothing should be."""
    data = frame(table(name), rows)
    for column in table(name).columns:
        values = data[column.name]
        holds(not column.required or values.null_count == 0, f"{name}.{column.name} has no value")
        if column.type == "string":
            held = set(values.to_pylist())
            holds("" not in held, f"{name}.{column.name} holds an empty string")
            others = held - {None, *column.categories} if column.categories else set()
            holds(not others, f"{name}.{column.name} holds {others}")
