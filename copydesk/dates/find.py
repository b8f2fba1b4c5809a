"""Dates in running text, anchored on the publication date or on an earlier date of the text."""

from __future__ import annotations

from datetime import date, datetime

from copydesk.article import DateMention
from copydesk.dates import edtf
from copydesk.dates.compounds import merged
from copydesk.dates.language import lexicon_for
from copydesk.dates.month_parts import YEARS
from copydesk.dates.orders import numeric_orders
from copydesk.dates.resolve import Anchor, Resolved
from copydesk.dates.scan import scan
from copydesk.dates.tokens import Tokens, tokenize
from copydesk.dates.tuning import tuned
from copydesk.dates.values import Context, Earlier, resolve


def find_dates(
    text: str,
    published: str | date | datetime | None = None,
    locale: str | None = None,
    *,
    field: str = "text",
) -> list[DateMention]:
    """The dates of ``text`` in order, none overlapping, as EDTF level 1.

    ``published`` (a day, a moment, or a string ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD`` or ISO 8601 moment) is what
    relative and partial dates are counted from; without it they stay unresolved. ``locale`` (BCP 47) leads the choice
    of language and gives the order of numeric dates, left open without it unless the text proves one. Offsets count
    code points of ``text``. Raises ValueError for a ``published`` that is none of these.
    """
    return dates_of(tokenize(text), anchor_of(published), locale, field=field)


def dates_of(tokens: Tokens, anchor: Anchor | None, locale: str | None, *, field: str) -> list[DateMention]:
    """The same of a text that was taken apart already."""
    text = tokens.text
    lexicon = lexicon_for(tokens, locale)
    tokens = merged(tokens, lexicon.compounds)
    found = scan(tokens, lexicon, two_digit_years=locale is not None)
    context = Context(tokens, lexicon, anchor, numeric_orders(found, locale))
    mentions: list[DateMention] = []
    previous: Earlier | None = None
    for one in found:
        result = _with_late_flag(resolve(one, context, previous), anchor)
        start, end = tokens.starts[one.first], one.end if one.end is not None else tokens.ends[one.last]
        mentions.append(
            DateMention(
                field=field,
                start=start,
                end=end,
                surface=text[start:end],
                value=result.value,
                precision=result.precision,
                basis=result.basis,
                anchor=result.anchor,
                rule=result.rule or one.rule,
                modifier=one.modifier,
                candidates=result.candidates,
                flags=result.flags,
            )
        )
        previous = Earlier(one, result)
    return mentions


def anchor_of(published: str | date | datetime | None) -> Anchor | None:
    """The anchor that a publication date gives, or None: an empty clock (year 1, year 9999) is no publication date.

    Raises ValueError for a string that is no ISO 8601 date.
    """
    if published is None:
        return None
    if isinstance(published, str):
        value = published.strip()
        if len(value) in (4, 7) and edtf.is_edtf(value):
            year, _, month = value.partition("-")
            return Anchor(value, int(year), int(month) if month and int(month) <= 12 else None)
        published = _moment(value)
    if published.year not in YEARS:
        return None
    if isinstance(published, datetime):
        hours = tuned("resolve")["midnight_hours"]
        midnight = (published.hour, published.minute) == (0, 0)  # a day written as a moment, not a time of night
        night = published.tzinfo is None and not midnight and not hours <= published.hour < 24 - hours
        return Anchor(published.date().isoformat(), published.year, published.month, published.date(), night)
    return Anchor(published.isoformat(), published.year, published.month, published)


def _moment(value: str) -> date | datetime:
    try:
        return date.fromisoformat(value) if len(value) == len("YYYY-MM-DD") else datetime.fromisoformat(value)
    except ValueError:
        message = f"published must be YYYY, YYYY-MM, YYYY-MM-DD or an ISO 8601 moment, not {value!r}"
        raise ValueError(message) from None


def _with_late_flag(result: Resolved, anchor: Anchor | None) -> Resolved:
    if result.value is None or anchor is None or anchor.day is None:
        return result
    start = edtf.first_day(result.value)
    if start is None or start <= anchor.day:
        return result
    return result._replace(flags=tuple(sorted({*result.flags, "after_publication"})))
