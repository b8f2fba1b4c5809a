"""Publication and update stamps: a line's own date, with its time and zone where they are stated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from copydesk.article import Stamp
from copydesk.dates import edtf
from copydesk.dates.expression import Expression
from copydesk.dates.language import of_locale
from copydesk.dates.month_parts import APOSTROPHES
from copydesk.dates.scan import scan
from copydesk.dates.stamp_forms import plain_dates
from copydesk.dates.stamp_words import stamp_words
from copydesk.dates.tokens import Tokens, fold, tokenize
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import LANGUAGES, Lexicon, lexicon

SEPARATORS = re.compile(r"\s[|•·–—\-/]\s|[|•·()]")
"""What parts the pieces of a stamp's line."""
_WORD = re.compile(r"[^\W\d_]+")
YEAR = re.compile(rf"\d{{4}}|\d[./-]\d{{1,2}}[./-]\d|[{''.join(sorted(APOSTROPHES))}]\d\d")
"""What is in every line that states a year: four figures, two of them behind an apostrophe, or a date in figures."""


@dataclass(frozen=True, slots=True)
class FoundStamp:
    """A stamp at ``line[start:end]``, and what the words before it call it: ``published``, ``updated`` or None."""

    stamp: Stamp
    start: int
    end: int
    label: str | None


@dataclass(frozen=True, slots=True)
class _Clock:
    start: int
    end: int
    hour: int
    minute: int
    second: int | None
    offset: int | None


def parse_stamp(
    line: str, *, date_order: str | None = None, timezone: str | None = None, language: str | None = None
) -> Stamp | None:
    """The stamp that ``line`` is, or None where it holds none, holds prose, or leaves the day open.

    ``date_order`` is ``dmy``, ``mdy`` or ``ymd`` for numeric dates that prove no order; without it they give None. The
    IANA ``timezone`` only tells what an ambiguous zone name means (CST, IST); it never fills in one that isn't stated.
    """
    found = find_stamps(line, date_order=date_order, timezone=timezone, language=language)
    if not found or not is_stamp_line(line, found):
        return None
    return found[0].stamp


def find_stamp(
    line: str, *, date_order: str | None = None, timezone: str | None = None, language: str | None = None
) -> tuple[Stamp, int, int] | None:
    """The first whole date of ``line`` with its time, and its start and end, also within prose; None without one."""
    found = find_stamps(line, date_order=date_order, timezone=timezone, language=language)
    return (found[0].stamp, found[0].start, found[0].end) if found else None


def find_stamps(
    line: str, *, date_order: str | None = None, timezone: str | None = None, language: str | None = None
) -> list[FoundStamp]:
    """Every whole date of ``line`` with its time and label, in order. A line over 400 characters has none."""
    if len(line) > tuned("stamps")["longest_line"] or not YEAR.search(line):
        return []
    words = _lexicon(language)
    found: list[FoundStamp] = []
    floor = 0
    tokens, dates = _read(line, of_locale(language))
    # A weekday or a time between two dates belongs to one of them.
    ceilings = [*(tokens.starts[one.first] for one in dates[1:]), len(line)]
    for one, ceiling in zip(dates, ceilings, strict=False):  # without dates there is a ceiling still
        stamp = _stamp(tokens, one, words, date_order, timezone, range(floor, ceiling))
        if stamp is not None:
            found.append(FoundStamp(stamp[0], stamp[1], stamp[2], label_of(line[floor : stamp[1]])))
            floor = stamp[2]
    return found or list(_other_forms(line, timezone))


@lru_cache(maxsize=1_024)  # a line is asked about once for each order that its figures may have
def _read(line: str, language: str | None) -> tuple[Tokens, tuple[Expression, ...]]:
    tokens = tokenize(line)
    return tokens, tuple(scan(tokens, _lexicon(language), two_digit_years=True))


def _other_forms(line: str, zone_name: str | None) -> Iterator[FoundStamp]:
    floor = 0
    for one in plain_dates(line):
        if one.start < floor:
            continue
        if one.clock:
            inside = stamp_words().time.match(one.clock)
            clock = _clock(inside, 0, one.on, zone_name) if inside else None
        else:
            clock = _clock_after(line, one.end, one.on, zone_name)
        stamp = _dated(one.on, clock, "stated")
        end = max(one.end, clock.end) if clock and not one.clock else one.end
        yield FoundStamp(stamp, one.start, end, label_of(line[floor : one.start]))
        floor = end


@lru_cache(maxsize=2_048)  # little stands before a stamp, and on all pages of a source the same
def label_of(text: str) -> str | None:
    """``updated`` or ``published``, whichever label stands last in ``text``."""
    folded = " ".join(_WORD.findall(fold(text)))
    if not folded:
        return None
    words = stamp_words()
    last = {
        name: max((_last_word(folded, label) for label in labels if label in folded), default=-1)
        for name, labels in (("published", words.published), ("updated", words.updated))
    }
    if max(last.values()) < 0:
        return None
    return "updated" if last["updated"] >= last["published"] else "published"


def _last_word(text: str, word: str) -> int:
    at = text.rfind(word)
    if at < 0:
        return -1
    bounded = (at == 0 or text[at - 1] == " ") and (at + len(word) == len(text) or text[at + len(word)] == " ")
    return at + len(word) if bounded or (not word.isascii() and len(word) <= 4) else -1


def stamp_share(line: str, found: list[FoundStamp]) -> float:
    """How much of the letters and digits of ``line`` its stamps cover, from 0 to 1."""
    total = sum(character.isalnum() for character in line)
    covered = sum(character.isalnum() for one in found for character in line[one.start : one.end])
    return covered / total if total else 0.0


def is_stamp_line(line: str, found: list[FoundStamp]) -> bool:
    """Whether only labels stand beside the stamps: no prose, and short pieces behind a separator (``A. Name | …``)."""
    if not found:
        return False
    words, weekdays = stamp_words(), lexicon(LANGUAGES).weekdays
    ends = [0, *(one.end for one in found)]
    starts = [*(one.start for one in found), len(line)]
    for number, (start, end) in enumerate(zip(ends, starts, strict=True)):
        pieces = SEPARATORS.split(line[start:end])
        for position, piece in enumerate(pieces):
            unknown = [
                word for word in map(fold, _WORD.findall(piece)) if word not in words.beside and word not in weekdays
            ]
            touches = (position == len(pieces) - 1 and number < len(found)) or (position == 0 and number > 0)
            if unknown and (touches or len(unknown) > tuned("stamps")["words_apart"]):
                return False
    return True


def _lexicon(language: str | None) -> Lexicon:
    known = of_locale(language)
    if known is None:
        return lexicon(LANGUAGES)
    return lexicon((known, *(other for other in LANGUAGES if other != known)))


def _stamp(
    tokens: Tokens, one: Expression, words: Lexicon, date_order: str | None, zone_name: str | None, room: range
) -> tuple[Stamp, int, int] | None:
    """The stamp of a date with its start and end, in the room that the dates beside it leave; or None."""
    day = _day(tokens, one, words, date_order)
    if day is None:
        return None
    parts, basis = day
    start, end = tokens.starts[one.first], _past_weekday(tokens, one, words, room.stop)
    if parts.day is None:
        # A month alone is a stamp only where the line calls it one: else it is an archive link or an issue.
        if label_of(tokens.text[room.start : start]) is None:
            return None
        return Stamp(edtf.of_parts(parts.year, parts.month), None, None, "month", basis), start, end
    on = date(parts.year, parts.month, parts.day)
    clock = _clock_after(tokens.text, end, on, zone_name)
    if clock is None or clock.end > room.stop:
        clock = _clock_before(tokens.text, start, room.start, on, zone_name)
    stamp = _dated(on, clock, basis)
    return (stamp, min(start, clock.start), max(end, clock.end)) if clock else (stamp, start, end)


def _dated(on: date, clock: _Clock | None, basis: str) -> Stamp:
    """The stamp of a day and, where there is one, its time."""
    if clock is None:
        return Stamp(on.isoformat(), on, None, "day", basis)
    moment = datetime(on.year, on.month, on.day, clock.hour, clock.minute, clock.second or 0)
    precision = "minute" if clock.second is None else "second"
    if clock.offset is None:
        return Stamp(moment.isoformat(), on, None, precision, basis)
    moment = moment.replace(tzinfo=timezone(timedelta(minutes=clock.offset)))
    return Stamp(moment.isoformat(), on, moment, precision, basis)


def _past_weekday(tokens: Tokens, one: Expression, words: Lexicon, ceiling: int) -> int:
    """Where the date ends with the weekday that may follow it: ``26 Eylül 2023 Salı``, ``2023年9月26日(火)``."""
    end = one.end if one.end is not None else tokens.ends[one.last]
    at = one.last + 1
    bracketed = tokens.at(at) in {"(", "（"}
    if bracketed or tokens.at(at) == ",":
        at += 1
    form = words.weekdays.get(tokens.at(at))
    if form is None or (form.abbreviated and not bracketed):
        return end
    if bracketed:
        at += 1
    closed = not bracketed or tokens.at(at) in {")", "）"}
    return tokens.ends[at] if closed and tokens.ends[at] <= ceiling else end


@dataclass(frozen=True, slots=True)
class _Parts:
    year: int
    month: int
    day: int | None


def _day(tokens: Tokens, one: Expression, words: Lexicon, date_order: str | None) -> tuple[_Parts, str] | None:
    """The date that an expression states in full and why it is read so, or None."""
    if one.kind == "numeric":
        return _numeric_day(tokens, one, words, date_order)
    if one.kind != "date" or one.year is None or one.month is None or one.modifier:
        return None
    parts = _Parts(one.year, one.month, one.day)
    if one.day is None or one.weekday is None or date(one.year, one.month, one.day).weekday() == one.weekday:
        return parts, "stated"
    return parts, "stated+weekday_mismatch"


def _numeric_day(tokens: Tokens, one: Expression, words: Lexicon, date_order: str | None) -> tuple[_Parts, str] | None:
    if len({parts for _, parts in one.readings}) == 1:
        order, only = one.readings[0]
        sure = order == "ymd" or one.separator == "." or len(one.readings) > 1
        return _Parts(*only), "stated" if sure else "stated+proof:day>12"
    beside = words.weekdays.get(tokens.at(one.first - 2 if tokens.at(one.first - 1) in {",", "."} else one.first - 1))
    agreeing = [parts for _, parts in one.readings if beside is not None and date(*parts).weekday() == beside.number]
    if len(agreeing) == 1:
        return _Parts(*agreeing[0]), "stated+proof:weekday"
    stated = [parts for order, parts in one.readings if order == date_order]
    return (_Parts(*stated[0]), f"stated+date_order:{date_order}") if stated else None


def _clock_after(text: str, end: int, on: date, zone_name: str | None) -> _Clock | None:
    match = stamp_words().time.match(text, end)
    return _clock(match, match.start(), on, zone_name) if match else None


def _clock_before(text: str, start: int, floor: int, on: date, zone_name: str | None) -> _Clock | None:
    begin = max(floor, start - tuned("stamps")["early_reach"])
    match = stamp_words().early.search(text, begin, start)
    return _clock(match, match.start(), on, zone_name) if match else None


def _clock(match: re.Match[str], start: int, on: date, zone_name: str | None) -> _Clock | None:
    words = stamp_words()
    if match["minute"] is None:  # "2 p.m." is stated to the hour only, and "26 September 2023 4 min" is no time at all
        return None
    hour, minute = int(match["hour"]), int(match["minute"])
    second = int(match["second"]) if match["second"] else None
    half = (match["half"] or match["lead"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            half = "" if hour > 12 else half
            if hour == 0:
                return None
        if half:
            hour = hour % 12 + (12 if half in words.pm else 0)
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    offset = _offset(match, on, zone_name)
    named_only = match["zone"] is not None and offset is None and match["zone"] not in words.many_zones
    return _Clock(start, match.start("zone") if named_only else match.end(), hour, minute, second, offset)


def _offset(match: re.Match[str], on: date, zone_name: str | None) -> int | None:
    """Minutes east of UTC, where the line states them."""
    digits = match["near"] or match["offset"]
    if digits:
        sign = -1 if digits[0] in "-−" else 1
        figures = re.sub(r"\D", "", digits)
        hours, minutes = (int(figures), 0) if len(figures) <= 2 else (int(figures[:-2]), int(figures[-2:]))
        return sign * (hours * 60 + minutes) if hours <= 14 and minutes < 60 else None
    name = match["zone"]
    if not name or not name.isupper():
        return None
    known = stamp_words().zones.get(name)
    return known if known is not None else _local_offset(name, on, zone_name)


def _local_offset(name: str, on: date, zone_name: str | None) -> int | None:
    """What a zone's name means on that day in the source's own time zone; None where that zone doesn't use the name."""
    if zone_name is None:
        return None
    try:
        local = datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo(zone_name))
    except (ZoneInfoNotFoundError, ValueError):
        return None
    offset = local.utcoffset()
    if offset is None or local.tzname() != name:
        return None
    return int(offset.total_seconds()) // 60
