"""From what is written to a value: EDTF, its precision, and what it was counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from copydesk.dates import edtf
from copydesk.dates.expression import Expression
from copydesk.dates.tuning import tuned


@dataclass(frozen=True, slots=True)
class Anchor:
    """The publication date, as far as it is stated. ``day`` is None where only its month or year is."""

    value: str
    year: int
    month: int | None = None
    day: date | None = None
    near_midnight: bool = False


class Resolved(NamedTuple):
    """What an expression says. ``value`` is None where nothing proves one; ``candidates`` may then hold some."""

    value: str | None
    precision: str
    basis: str
    anchor: str | None = None
    candidates: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    rule: str | None = None


# The month in which a season begins, north of the equator (the meteorologists' reckoning).
_SEASON_MONTHS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


def unresolved(precision: str, candidates: tuple[str, ...] = (), flags: tuple[str, ...] = ()) -> Resolved:
    return Resolved(None, precision, "unresolved", None, candidates, flags)


def explicit(value: str, precision: str, flags: tuple[str, ...] = ()) -> Resolved:
    return Resolved(value, precision, "explicit", None, (), flags)


def from_publication(value: str, precision: str, anchor: Anchor, flags: tuple[str, ...] = ()) -> Resolved:
    return Resolved(value, precision, "resolved", f"published:{anchor.value}", (), flags)


def precision_of(one: Expression) -> str:
    """``day``, ``month`` or ``year``."""
    return "day" if one.day is not None else "month" if one.month is not None else "year"


def whole(one: Expression, year: int) -> str:
    """The value of calendar fields with ``year``, qualified where it is early, mid or late."""
    value = edtf.of_parts(year, one.month, one.day)
    return f"{value}~" if one.modifier else value


def weekday_flags(one: Expression, year: int) -> tuple[str, ...]:
    """``weekday_mismatch`` where the weekday written beside a date is another day's."""
    if one.weekday is None or one.month is None or one.day is None:
        return ()
    return () if date(year, one.month, one.day).weekday() == one.weekday else ("weekday_mismatch",)


def year_of(one: Expression, anchor: Anchor, cue: str | None) -> int | None:
    """The year of a date without one, or None where the anchor is too coarse.

    The past occurrence by default; the coming one where the sentence says so (``cue`` is ``past``, ``future`` or None)
    or the past one is too long ago.
    """
    if one.month is None or anchor.month is None or (one.day is not None and anchor.day is None):
        return None
    if one.day is None or anchor.day is None:
        back = (anchor.month - one.month) % 12
        months = _is_coming(back * 30, (12 - back) % 12 * 30, cue)
        passed = anchor.year if one.month <= anchor.month else anchor.year - 1
        return passed + 1 if months and back else passed
    near = [date(year, one.month, one.day) for year in _leap_safe(one, anchor.year)]
    if one.weekday is not None:
        soon = 366 if cue == "future" else tuned("resolve")["days_ahead"]
        agreeing = [day for day in near if day.weekday() == one.weekday and -366 < (day - anchor.day).days < soon]
        if len(agreeing) == 1:
            return agreeing[0].year
    past = max((day for day in near if day <= anchor.day), default=None)
    coming = min((day for day in near if day >= anchor.day), default=None)
    if past is None or coming is None:
        return None
    return (coming if _is_coming((anchor.day - past).days, (coming - anchor.day).days, cue) else past).year


def _leap_safe(one: Expression, year: int) -> list[int]:
    """The years around ``year`` that have the date; eight on either side, for 29 February."""
    years = [near for near in (year - 1, year, year + 1) if edtf.is_day(near, one.month or 1, one.day or 1)]
    return (
        years
        if len(years) == 3
        else [near for near in range(year - 8, year + 9) if edtf.is_day(near, one.month or 1, one.day or 1)]
    )


def _is_coming(back: int, ahead: int, cue: str | None) -> bool:
    """Whether the coming occurrence is meant, ``ahead`` days off, or the past one, ``back`` days ago."""
    if back == 0:
        return False
    if cue == "future":
        return ahead <= tuned("resolve")["future_bias"] * back
    return cue is None and back > tuned("resolve")["days_back"]


def shifted_month(month: int, shift: int, anchor: Anchor) -> int | None:
    """The year of ``last``, ``this`` or ``next`` and a month."""
    if anchor.month is None:
        return None
    if shift == 0:
        return anchor.year
    if shift < 0:
        return anchor.year if month < anchor.month else anchor.year - 1
    return anchor.year if month > anchor.month else anchor.year + 1


def weekday_day(weekday: int, shift: int | None, day: date, future: bool) -> date:
    """The day that a weekday means in a text of ``day``: the same or the nearest earlier one, or the next."""
    if shift == 0:
        return day + timedelta(days=weekday - day.weekday())
    if shift is not None:
        gap = (weekday - day.weekday()) * shift % 7 or 7
        return day + timedelta(days=shift * gap)
    if future:
        return day + timedelta(days=(weekday - day.weekday()) % 7)
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def unit_value(unit: str, shift: int, day: date) -> tuple[str, str]:
    """The value and precision of a day, week, weekend, month, quarter or year, ``shift`` of them away from ``day``."""
    if unit == "day":
        return (day + timedelta(days=shift)).isoformat(), "day"
    if unit == "week":
        return edtf.week_of(day + timedelta(days=7 * shift)), "week"
    if unit == "weekend":
        return edtf.weekend_of(day + timedelta(days=7 * shift)), "range"
    if unit == "month":
        return edtf.of_parts(*edtf.shift_month(day.year, day.month, shift)), "month"
    if unit == "quarter":
        year, month = edtf.shift_month(day.year, day.month, 3 * shift)
        return edtf.quarter(year, (month + 2) // 3), "quarter"
    return edtf.of_parts(day.year + shift), "year"


def season_start(season: str) -> int:
    """The month in which ``spring``, ``summer``, ``autumn`` or ``winter`` begins."""
    return _SEASON_MONTHS[season]


def season_value(season: str, shift: int, anchor: Anchor) -> str | None:
    """``last``, ``this`` or ``next`` spring, summer or autumn; None for winters, which belong to two years."""
    if season == "winter" or anchor.month is None:
        return None
    start = _SEASON_MONTHS[season]
    running = start <= anchor.month <= start + 2
    # Until the equinox or solstice, "last summer" is that of the year before: the one just over is "this summer".
    over = anchor.month > start + 3 or (anchor.month == start + 3 and (anchor.day is None or anchor.day.day >= 22))
    if shift == 0:
        year = anchor.year
    elif shift < 0:
        year = anchor.year if over else anchor.year - 1
    else:
        year = anchor.year + 1 if over or running else anchor.year
    return f"{year}-{edtf.SEASONS[season]}"
