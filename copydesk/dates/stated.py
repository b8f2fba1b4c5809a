"""Stamps that stand in a place of their own, such as a record's column: there a month or a year alone is one too."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from copydesk.article import Stamp
from copydesk.dates.stamp import find_stamps, is_stamp_line, parse_stamp

_COMPACT = re.compile(
    r"(?P<day>(?:19|20)\d\d[01]\d[0-3]\d)"
    r"(?:[T ]?(?P<clock>[0-2]\d[0-5]\d(?:[0-5]\d)?)(?:[.,]\d+)?\s?(?P<zone>Z|[+-]\d\d:?\d\d)?)?",
    re.ASCII,
)
"""ISO 8601-1:2019, 5.2.2.1 and 5.4.2.1: the basic format, without signs between the figures."""
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_FLOAT = re.compile(r"(\d{4,14})\.0", re.ASCII)
"""A column of numbers with holes, as data frames write it."""
_SECONDS = re.compile(r"(1\d{9})(?:\.\d{1,9}|\d{3}(?:\.\d{1,9})?)?", re.ASCII)
"""Seconds since 1970, or milliseconds, both UTC."""
_DAYS = re.compile(r"([345]\d{4})(\.\d{1,12})?", re.ASCII)
_DAY_NONE, _FIRST_DAY, _LAST_DAY = date(1899, 12, 30), date(2000, 1, 1), date(2050, 12, 31)
"""Days as spreadsheets number them. Older ones might be a year and its day (24072), or no date at all."""
_CALENDAR = re.compile(r"(?<=[\dZ])\[[A-Za-z_+\-/]{1,40}\]\Z")
"""The zone's name, as Java writes it behind an offset (RFC 9557)."""
_CALLED = "published "
"""In running text a month alone is an archive's, unless the line calls it a publication; a column does call it so."""


def stated_stamp(value: str, date_order: str | None = None, timezone: str | None = None) -> Stamp | None:
    """The stamp that a value is, as ``parse_stamp`` reads it; also one in ISO's basic format, a month or a year, a
    number of seconds since 1970, and a spreadsheet's number of a day."""
    text = _CALENDAR.sub("", value.strip())
    text = whole[1] if (whole := _FLOAT.fullmatch(text)) else text
    if counted := _SECONDS.fullmatch(text):
        return parse_stamp(datetime.fromtimestamp(int(counted[1]), UTC).isoformat())
    if (numbered := _DAYS.fullmatch(text)) and (stamp := _numbered(int(numbered[1]), float(numbered[2] or 0))):
        return stamp
    if _YEAR.fullmatch(text):
        return Stamp(text, None, None, "year", "stated")
    text = _extended(compact) if (compact := _COMPACT.fullmatch(text)) else text
    stamp = parse_stamp(text, date_order=date_order, timezone=timezone)
    if stamp is not None:
        return stamp
    called = _CALLED + text
    found = find_stamps(called, date_order=date_order, timezone=timezone)
    return found[0].stamp if len(found) == 1 and is_stamp_line(called, found) else None


def _numbered(days: int, part: float) -> Stamp | None:
    """The stamp that a spreadsheet keeps as so many days and a part of one."""
    day = _DAY_NONE + timedelta(days=days)
    if not _FIRST_DAY <= day <= _LAST_DAY:
        return None
    if not part:
        return parse_stamp(day.isoformat())
    clock = datetime(day.year, day.month, day.day) + timedelta(seconds=round(part * 86_400))
    return parse_stamp(clock.isoformat())


def _extended(compact: re.Match[str]) -> str:
    """The same in the extended format, which is read everywhere."""
    day, clock = compact["day"], compact["clock"]
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    if clock is None:
        return date
    return f"{date}T{':'.join(re.findall('..', clock))}{compact['zone'] or ''}"
