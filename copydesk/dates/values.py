"""What each kind of date expression says: its value in EDTF, how precise it is, and what it was counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from copydesk.dates import edtf
from copydesk.dates.expression import Expression
from copydesk.dates.resolve import (
    Anchor,
    Resolved,
    explicit,
    from_publication,
    precision_of,
    season_start,
    season_value,
    shifted_month,
    unit_value,
    unresolved,
    weekday_day,
    weekday_flags,
    whole,
    year_of,
)
from copydesk.dates.tense import tense
from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import Lexicon, Pack

# What a date that is counted in days, weeks, months or years can be counted from.
_FINE_ENOUGH = {
    "day": ("day",),
    "week": ("day",),
    "month": ("day", "month"),
    "year": ("day", "month", "year"),
}


@dataclass(frozen=True, slots=True)
class Context:
    """What a text's dates are resolved with."""

    tokens: Tokens
    lexicon: Lexicon
    anchor: Anchor | None
    orders: dict[str, str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A date before this one in the text, and what it was resolved to."""

    expression: Expression
    result: Resolved


def resolve(one: Expression, context: Context, previous: Earlier | None) -> Resolved:
    """What ``one`` says beside the publication date of ``context`` and the date before it in the text."""
    if one.kind in ("range", "date", "later"):
        counted = {"range": _range, "date": _date, "later": _later}[one.kind]
        return counted(one, context, previous)
    if one.kind in ("decade", "century", "quarter", "half"):
        return _span(one, context)
    return {"numeric": _numeric, "season": _season, "weekday": _weekday}.get(one.kind, _unit)(one, context)


def _span(one: Expression, context: Context) -> Resolved:
    number = one.number or 0
    if one.kind == "decade":
        return explicit(f"{number:03d}X", "decade")
    if one.kind == "century":
        return explicit(f"{number:02d}XX", "century")
    value, precision = (edtf.quarter, "quarter") if one.kind == "quarter" else (edtf.half, "range")
    if one.year is not None:
        return explicit(value(one.year, number), precision)
    anchor = context.anchor
    if anchor is None or anchor.month is None:
        return unresolved(precision)
    year = anchor.year + (one.shift or 0)
    if one.shift is None:
        running = (anchor.month - 1) // (3 if one.kind == "quarter" else 6) + 1
        if tense(context.tokens, one, context.lexicon.main) == "future":
            year += running - number > 1  # "will report third-quarter earnings": the quarter just over is nearer
        else:
            year -= number > running
    return from_publication(value(year, number), precision, anchor)


def _numeric(one: Expression, context: Context) -> Resolved:
    values = tuple(edtf.of_parts(*parts) for _, parts in one.readings)
    if len(set(values)) == 1:
        proven = one.rule == "numeric" and len(values) == 1
        rule = f"numeric_{one.readings[0][0]}:day>12" if proven else one.rule
        return explicit(values[0], "day")._replace(rule=rule)
    order, _, source = context.orders.get(one.separator, "").partition(":")
    for name, parts in one.readings:
        if name == order:
            return explicit(edtf.of_parts(*parts), "day")._replace(rule=f"numeric_{name}:{source}")
    return unresolved("day", tuple(sorted(values)), ("ambiguous_order",))


def _date(one: Expression, context: Context, previous: Earlier | None) -> Resolved:
    precision = precision_of(one)
    if one.year is not None:
        return explicit(whole(one, one.year), precision, weekday_flags(one, one.year))
    year = _year_in_text(one, context, previous)
    if year is not None and previous is not None:
        flags = weekday_flags(one, year)
        return Resolved(whole(one, year), precision, "resolved", f"text:{previous.result.value}", (), flags)
    year = _year_by_publication(one, context)
    if year is None or context.anchor is None or not _on_calendar(one, year):
        return unresolved(precision)
    return from_publication(whole(one, year), precision, context.anchor, weekday_flags(one, year))


def _year_by_publication(one: Expression, context: Context) -> int | None:
    anchor = context.anchor
    if anchor is None or one.month is None:
        return None
    if one.shift is None:
        return year_of(one, anchor, tense(context.tokens, one, context.lexicon.main))
    if one.unit == "year":
        return anchor.year + one.shift
    shift = -1 if one.shift == 0 and _is_over(one, anchor, one.month, context) else one.shift
    return shifted_month(one.month, shift, anchor)


def _is_over(one: Expression, anchor: Anchor, month: int, context: Context) -> bool:
    """Whether "this summer", of which the sentence speaks as past, is over: in January, that of the year before."""
    ahead = anchor.month is not None and month > anchor.month
    return ahead and tense(context.tokens, one, context.lexicon.main) == "past"


def _year_in_text(one: Expression, context: Context, previous: Earlier | None) -> int | None:
    """The year of the date before, where it leads this one: a bare year of the same sentence, or a day just before."""
    if previous is None or one.shift is not None or one.month is None or previous.result.value is None:
        return None
    before, result = previous.expression, previous.result
    told = before.shift is not None and before.month is not None  # this December
    stated = result.basis == "explicit" or told or (result.anchor or "").startswith("text:")
    if before.kind != "date" or before.modifier or not stated:
        return None
    year = int(previous.result.value[:4])
    between = range(before.last + 1, one.first)
    if before.day is None and before.month == one.month and one.day is not None:  # "this December … on December 4"
        return year
    if before.month is None:
        same_sentence = not any(context.tokens.ends_sentence(at) for at in between)
        return year if same_sentence and len(between) <= tuned("resolve")["year_reach"] else None
    follows = _follows_day if one.day is not None and before.day is not None else _follows_month
    return year if follows(one, year, before, context) or _is_told(one, year, before, context) else None


def _follows_month(one: Expression, _year: int, before: Expression, context: Context) -> bool:
    """Whether a month comes soon after the month of a date before it, in its paragraph."""
    if one.day is not None or not _same_paragraph(one, before, context):
        return False
    return 0 < (one.month or 0) - (before.month or 0) <= tuned("resolve")["sequence_months"]


def _is_told(one: Expression, year: int, before: Expression, context: Context) -> bool:
    """Whether a paragraph tells of a year long past, and the date is a later one of it."""
    anchor, limits = context.anchor, tuned("resolve")
    age = anchor.year - year if anchor is not None else limits["history_sure"]
    if age < limits["history_years"] or (age < limits["history_sure"] and _is_recent(one, anchor)):
        return False
    later = (before.month or 0, before.day or 0) <= (one.month or 0, one.day or 0 if before.day else 99)
    return later and _same_paragraph(one, before, context) and _on_calendar(one, year)


def _same_paragraph(one: Expression, before: Expression, context: Context) -> bool:
    return not any("\n" in context.tokens.folded[at] for at in range(before.last + 1, one.first))


def _follows_day(one: Expression, year: int, before: Expression, context: Context) -> bool:
    """Whether the date, in ``year``, comes soon after the whole date before it, in its paragraph or the next one."""
    if before.month is None or before.day is None or one.day is None or not _on_calendar(one, year):
        return False
    gap = (date(year, one.month or 1, one.day) - date(year, before.month, before.day)).days
    breaks = sum("\n" in context.tokens.folded[at] for at in range(before.last + 1, one.first))
    reach = tuned("resolve")["sequence_days"]
    if breaks == 0:
        return 0 <= gap <= reach
    return breaks == 1 and 0 <= gap <= reach // 2 and not _is_recent(one, context.anchor)


def _is_recent(one: Expression, anchor: Anchor | None) -> bool:
    """Whether the date falls in the weeks around the publication, where without a year it more likely means those."""
    if anchor is None or anchor.day is None:
        return False
    year = year_of(one._replace(weekday=None), anchor, "past")
    if year is None or one.month is None:
        return False
    return abs((anchor.day - date(year, one.month, one.day or 15)).days) <= tuned("resolve")["sequence_days"]


def _range(one: Expression, context: Context, previous: Earlier | None) -> Resolved:
    if one.until is None:
        return unresolved("range")
    last_year = one.until.year if one.until.year is not None else one.year
    basis, source, year = "explicit", None, one.year
    if last_year is None:
        basis = "resolved"
        last_year, source = _range_year(one, one.until, context, previous)
        wraps = (one.month or 0, one.day or 0) > (one.until.month or 0, one.until.day or 0)
        year = last_year - 1 if wraps and last_year is not None else last_year
    if year is None or last_year is None or not _on_calendar(one, year) or not _on_calendar(one.until, last_year):
        return unresolved("range")
    start = edtf.of_parts(year, one.month, one.day)
    end = edtf.of_parts(last_year, one.until.month, one.until.day)
    if start >= end:
        return unresolved("range")
    flags = tuple(sorted({*weekday_flags(one, year), *weekday_flags(one.until, last_year)}))
    return Resolved(edtf.interval(start, end), "range", basis, source, (), flags)


def _range_year(
    one: Expression, until: Expression, context: Context, previous: Earlier | None
) -> tuple[int | None, str | None]:
    """The year in which a range without one ends, and what it was taken from."""
    inherited = _year_in_text(one._replace(until=None, kind="date"), context, previous)
    if inherited is not None and previous is not None:
        return inherited, f"text:{previous.result.value}"
    if context.anchor is None:
        return None, None
    cue = tense(context.tokens, one, context.lexicon.main)
    year = year_of(one._replace(weekday=None, until=None), context.anchor, cue)
    wraps = (one.month or 0, one.day or 0) > (until.month or 0, until.day or 0)
    return year + 1 if wraps and year is not None else year, f"published:{context.anchor.value}"


def _on_calendar(one: Expression, year: int) -> bool:
    return one.month is None or edtf.is_day(year, one.month, one.day or 1)


def _season(one: Expression, context: Context) -> Resolved:
    anchor = context.anchor
    if one.unit is None:
        return unresolved("season")
    if one.year is not None:
        value = f"{one.year}-{edtf.SEASONS[one.unit]}"
        return explicit(f"{value}~" if one.modifier else value, "season")
    shift = one.shift or 0
    if shift == 0 and anchor is not None and _is_over(one, anchor, season_start(one.unit), context):
        shift = -1
    value_or_none = season_value(one.unit, shift, anchor) if anchor else None
    if value_or_none is None or anchor is None:
        return unresolved("season")
    return from_publication(value_or_none, "season", anchor)


def _weekday(one: Expression, context: Context) -> Resolved:
    anchor, main = context.anchor, context.lexicon.main
    if anchor is None or anchor.day is None or one.weekday is None:
        return unresolved("day")
    flags = ("near_midnight",) if anchor.near_midnight else ()
    if one.unit == "week":
        monday = anchor.day - timedelta(days=anchor.day.weekday() - 7 * (one.shift or 0))
        return from_publication((monday + timedelta(days=one.weekday)).isoformat(), "day", anchor, flags)
    cue = tense(context.tokens, one, main) if one.shift is None else None
    if one.shift is None and cue != "future" and _is_scheduled(context.tokens, one, main):
        past, coming = (weekday_day(one.weekday, None, anchor.day, future).isoformat() for future in (False, True))
        if past != coming:
            return unresolved("day", (past, coming), flags)
    day = weekday_day(one.weekday, one.shift, anchor.day, cue == "future")
    return from_publication(day.isoformat(), "day", anchor, flags)


def _is_scheduled(tokens: Tokens, one: Expression, main: Pack) -> bool:
    """Whether the weekday owns an appointment (Friday's summit), which can lie ahead as well as behind."""
    at = one.last + 1
    if tokens.at(at) not in {"'", "’"} or tokens.at(at + 1) != "s":
        return False
    return any(main.has("scheduled_nouns", tokens.at(at + offset)) for offset in (2, 3))


def _unit(one: Expression, context: Context) -> Resolved:
    anchor, unit = context.anchor, one.unit or "day"
    precision = "range" if unit == "weekend" else unit
    if anchor is None or one.shift is None:
        return unresolved(precision)
    if anchor.day is None:
        if unit == "year":
            return from_publication(edtf.of_parts(anchor.year + one.shift), "year", anchor)
        if unit == "month" and anchor.month is not None:
            value = edtf.of_parts(*edtf.shift_month(anchor.year, anchor.month, one.shift))
            return from_publication(value, "month", anchor)
        return unresolved(precision)
    if unit == "weekend" and one.shift == 0 and anchor.day.weekday() < 5:
        return _this_weekend(one, context, anchor, anchor.day)
    value, precision = unit_value(unit, one.shift, anchor.day)
    value = f"{value}~" if one.modifier else value
    flags = ("near_midnight",) if anchor.near_midnight and unit == "day" else ()
    return from_publication(value, precision, anchor, flags)


def _this_weekend(one: Expression, context: Context, anchor: Anchor, day: date) -> Resolved:
    """On a working day, "this weekend" is the one to come or the one just over, as the sentence tells."""
    coming, _ = unit_value("weekend", 0, day)
    past, _ = unit_value("weekend", -1, day)
    cue = tense(context.tokens, one, context.lexicon.main)
    if cue is None:
        return unresolved("range", (past, coming))
    return from_publication(past if cue == "past" else coming, "range", anchor)


def _later(one: Expression, context: Context, previous: Earlier | None) -> Resolved:
    unit = one.unit or "day"
    if previous is None or previous.result.value is None or one.shift is None:
        return unresolved(unit)
    if _paragraphs_between(context.tokens, previous, one) > 1:
        return unresolved(unit)
    if previous.result.precision not in _FINE_ENOUGH[unit] or "~" in previous.result.value:
        return unresolved(unit)
    day = edtf.first_day(previous.result.value)
    if day is None:
        return unresolved(unit)
    value, precision = unit_value(unit, one.shift, day)
    return Resolved(value, precision, "resolved", f"text:{previous.result.value}")


def _paragraphs_between(tokens: Tokens, previous: Earlier, one: Expression) -> int:
    return sum(tokens.at(at).startswith("\n") for at in range(previous.expression.last + 1, one.first))
