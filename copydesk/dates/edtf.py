"""Values of dates as EDTF (ISO 8601-2:2019, level 1), and the arithmetic of calendar units behind them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?")
_UNSPECIFIED = re.compile(r"\d{3}X|\d{2}XX|\d{4}-XX(?:-XX)?|\d{4}-(?:0[1-9]|1[0-2])-XX")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?")


def is_edtf(value: str) -> bool:
    """Whether ``value`` is one of the EDTF forms that this package writes or takes.

    These are a year, month, day or season, any of them qualified with ``~``, ``?`` or ``%``, an unspecified decade or
    century (``199X``), an interval ``a/b`` (``..`` for an open end), and a moment.
    """
    if "/" in value:
        start, _, end = value.partition("/")
        if ".." in (start, end):
            return start != end and _is_point(end if start == ".." else start)
        return _is_point(start) and _is_point(end) and start.rstrip("~?%")[:4] <= end.rstrip("~?%")[:4]
    if "T" in value:
        moment = _MOMENT.fullmatch(value)
        return moment is not None and _is_point(moment[1])
    return _is_point(value) or _UNSPECIFIED.fullmatch(value) is not None


def _is_point(value: str) -> bool:
    match = _POINT.fullmatch(value)
    if match is None:
        return False
    year, month, day = match[1], match[2], match[3]
    if month is None:
        return True
    if day is None:
        return 1 <= int(month) <= 12 or 21 <= int(month) <= 24
    return is_day(int(year), int(month), int(day))


def is_day(year: int, month: int, day: int) -> bool:
    """Whether the Gregorian calendar has this day."""
    return 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def of_parts(year: int, month: int | None = None, day: int | None = None) -> str:
    """``2023``, ``2023-09`` or ``2023-09-26``."""
    if month is None:
        return f"{year:04d}"
    return f"{year:04d}-{month:02d}" if day is None else f"{year:04d}-{month:02d}-{day:02d}"


def interval(start: str, end: str) -> str:
    """``start/end``."""
    return f"{start}/{end}"


def shift_month(year: int, month: int, by: int) -> tuple[int, int]:
    """The month ``by`` months on from this one, as ``(year, month)``."""
    count = year * 12 + month - 1 + by
    return count // 12, count % 12 + 1


def week_of(day: date) -> str:
    """The week of ``day`` as an interval, Monday to Sunday (ISO 8601-1:2019, 3.1.1.23)."""
    monday = day - timedelta(days=day.weekday())
    return interval(monday.isoformat(), (monday + timedelta(days=6)).isoformat())


def weekend_of(day: date) -> str:
    """Saturday and Sunday of the week of ``day`` as an interval."""
    saturday = day + timedelta(days=5 - day.weekday())
    return interval(saturday.isoformat(), (saturday + timedelta(days=1)).isoformat())


def quarter(year: int, number: int) -> str:
    """Quarter 1 to 4 of a calendar year, as an interval of months."""
    return interval(of_parts(year, number * 3 - 2), of_parts(year, number * 3))


def half(year: int, number: int) -> str:
    """The first or second half of a calendar year, as an interval of months."""
    return interval(of_parts(year, number * 6 - 5), of_parts(year, number * 6))


def first_day(value: str) -> date | None:
    """The first day that ``value`` can mean; None for a season, which has no stated day."""
    start = value.partition("/")[0].partition("T")[0].rstrip("~?%").replace("X", "0")
    parts = [int(part) for part in start.split("-")]
    month = parts[1] if len(parts) > 1 and parts[1] else 1
    if month > 12 or parts[0] < 1:
        return None
    return date(parts[0], month, parts[2] if len(parts) > 2 and parts[2] else 1)
