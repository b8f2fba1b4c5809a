"""The days and years that stand beside a month, read token by token to its left and right."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import Pack

DASHES = frozenset("-–—‒‐‑−~")
APOSTROPHES = frozenset("'’‘ʼ`")
YEARS = range(1000, 2200)
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_JOINS = DASHES | APOSTROPHES
_FIGURE_SIGNS, _UNIT_SIGNS, _YEAR_SIGNS = frozenset(".,:/"), frozenset("%°"), frozenset(".․,-'’")
_CURRENCY = frozenset("$€£¥₽₴₾֏₼₺#№")


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or the first and last of several, and the tokens that say so."""

    first: int
    last: int
    day: int
    other: int | None = None


def is_valid(month: int, day: Day) -> bool:
    """Whether some year's month has the day, and the days of a range are in order."""
    longest = _LONGEST_MONTH[month - 1]
    return 1 <= day.day <= longest and (day.other is None or day.day < day.other <= longest)


def small_number(tokens: Tokens, index: int) -> int | None:
    """The value of a number of one or two digits that isn't part of a larger figure, a time, a price or a word."""
    if not tokens.is_number(index) or len(tokens.folded[index]) > 2 or _follows_figure(tokens, index):
        return None
    if index > 0 and tokens.tight(index - 1) and is_glued(tokens.word(index - 1)):
        return None
    return int(tokens.folded[index])


def is_glued(left: str) -> bool:
    """Whether a word against a number makes it a code (F16) rather than a date whose space got lost (Published26)."""
    return left.isalpha() and (len(left) < tuned("scan")["lost_space"] or not left[1:].islower())


def _follows_figure(tokens: Tokens, index: int) -> bool:
    """Whether a figure or currency sign stands against the number: 10,25 or 14:25 or $25."""
    if index == 0 or not tokens.tight(index - 1):
        return False
    left = tokens.folded[index - 1]
    if left in _CURRENCY or left == "+":
        return True
    return left in _FIGURE_SIGNS and index > 1 and tokens.tight(index - 2) and tokens.is_number(index - 2)


def is_figure(tokens: Tokens, index: int) -> bool:
    """Whether the number goes on: 1,000 or 10:30 or 2.5 or 20%."""
    if not tokens.tight(index):
        return tokens.at(index + 1) == "%"
    sign = tokens.folded[index + 1]
    if sign in _UNIT_SIGNS or sign in _CURRENCY:
        return True
    return sign in _FIGURE_SIGNS and tokens.tight(index + 1) and tokens.is_number(index + 2)


def day_before(tokens: Tokens, index: int, floor: int, one: Pack) -> Day | None:
    """The day or days that lead up to the month at ``index``: ``25th of``, ``3.``, ``from 3 to 5``."""
    at = index - 1
    while at > floor and (one.has("join_day_month", tokens.at(at)) or tokens.folded[at] in APOSTROPHES):
        at -= 1
    if at > floor and tokens.folded[at] in DASHES and tokens.tight(at) and tokens.is_number(at - 1):  # 25-Sep-2023
        at -= 1
    last = at
    at = before_ordinal(tokens, at, floor, one)
    value = small_number(tokens, at) if at >= floor else None
    if value is None:
        return None
    start = _range_start(tokens, at, floor, one)
    low = small_number(tokens, start) if start is not None else None
    if start is None or low is None or low >= value:
        return Day(at, last, value)
    begin = start - 1 if start > floor and one.has("range_starts", tokens.at(start - 1)) else start
    return Day(begin, last, low, value)


def before_ordinal(tokens: Tokens, at: int, floor: int, one: Pack) -> int:
    """The token before an ordinal ending (``25th``, ``25-го``, ``3.``, ``1º``), or ``at`` itself."""
    if at <= floor or not tokens.tight(at - 1):
        return at
    if tokens.folded[at] in {".", "º", "°"}:
        spelt = tokens.folded[at - 1] == "." and at - 1 > floor and tokens.tight(at - 2)  # 1.º
        return at - 2 if spelt else at - 1
    if one.has("ordinals", tokens.at(at)):
        at -= 1
        if at > floor and tokens.folded[at] in DASHES and tokens.tight(at - 1):
            at -= 1
    return at


def _range_start(tokens: Tokens, at: int, floor: int, one: Pack) -> int | None:
    """The number that a day range begins with: ``19-20 September``, ``from 3 to 5 May``."""
    sign = at - 1
    if sign > floor and tokens.folded[sign] in APOSTROPHES and tokens.tight(sign):  # dal 9 all'11 luglio
        sign -= 1
    if sign <= floor or not (tokens.folded[sign] in DASHES or one.has("range_words", tokens.at(sign))):
        return None
    start = before_ordinal(tokens, sign - 1, floor, one)
    return start if start >= floor and tokens.is_number(start) else None


def after_ordinal(tokens: Tokens, at: int, one: Pack) -> int:
    """The last token of an ordinal that begins at ``at``."""
    if not tokens.tight(at):
        return at
    if one.has("ordinals", tokens.at(at + 1)):
        return at + 1
    if tokens.folded[at + 1] in DASHES and tokens.tight(at + 1) and one.has("ordinals", tokens.at(at + 2)):
        return at + 2
    return at


def day_after(tokens: Tokens, last: int, month: int, one: Pack) -> Day | None:
    """The day or days that follow a month ending at ``last``: ``25``, ``the 25th``, ``19-20``."""
    at = last + 1
    if one.has("before_day", tokens.at(at)):
        at += 1
    value = small_number(tokens, at)
    if value is None or is_figure(tokens, at) or one.has("units", tokens.at(at + 1)):
        return None
    end = after_ordinal(tokens, at, one)
    day = _through(tokens, at, end, value, one) or Day(at, end, value)
    if day.other is not None and not is_valid(month, day):
        day = Day(at, end, value)
    return day if is_valid(month, day) else None


def _through(tokens: Tokens, at: int, end: int, value: int, one: Pack) -> Day | None:
    """The range of days that begins with the one at ``at``; None where none does, or another month takes the second."""
    sign = end + 1
    if not (tokens.at(sign) in DASHES or one.has("range_words", tokens.at(sign))):
        return None
    other = small_number(tokens, sign + 1)
    if other is None or is_figure(tokens, sign + 1):
        return None
    last = after_ordinal(tokens, sign + 1, one)
    if tokens.at(last + 1) in one.months or one.has("units", tokens.at(last + 1)):
        return None
    return Day(at, last, value, other)


def year_number(tokens: Tokens, index: int) -> int | None:
    """The value of four digits that can be a year since 1000, alone (no figure, price or code)."""
    if not tokens.is_number(index) or len(tokens.folded[index]) != 4:
        return None
    value = int(tokens.folded[index])
    return None if value not in YEARS or is_figure(tokens, index) or _follows_figure(tokens, index) else value


def is_plain_year(value: int) -> bool:
    """Whether a bare number of this value is more likely a year than a count."""
    return tuned("years")["plain_from"] <= value <= tuned("years")["plain_to"]


def year_after(tokens: Tokens, last: int, with_day: bool, one: Pack) -> tuple[int | None, int]:
    """The year behind a day or month that ends at ``last``, and the last token with it."""
    at = last + 1
    comma = tokens.at(at) in {",", "،"}
    hyphen = tokens.at(at) in DASHES and tokens.tight(at) and tokens.tight(at - 1)
    dot = tokens.at(at) == "." and tokens.tight(last) and tokens.is_number(at + 1)
    if comma or hyphen or dot:
        at += 1
    while one.has("join_month_year", tokens.at(at)):
        at += 1
    if tokens.at(at) in APOSTROPHES and tokens.tight(at) and len(tokens.folded[at + 1]) == 2:
        short = small_number(tokens, at + 1)
        return (2000 + short, at + 1) if short is not None and short <= tuned("years")["short_to"] else (None, last)
    value = year_number(tokens, at)
    # "In November, 2010" is some houses' style; "in November, 1648 men" is nobody's.
    if value is None or (comma and not with_day and not is_plain_year(value)):
        return None, last
    before_unit = one.has("units", tokens.at(at + 1)) and not one.has("year_after", tokens.at(at + 1))
    if before_unit and _may_count(value):
        return None, last
    return value, after_year(tokens, at, one)


def _may_count(value: int) -> bool:
    """Whether a number after a month can count what follows: counts are round, and years after a month the rule.

    "On May 25, 2000 people came", but "the attack on 10 November 2020 killed thousands".
    """
    return not is_plain_year(value) or value % tuned("years")["round"] == 0


def after_year(tokens: Tokens, at: int, one: Pack) -> int:
    """The last token of a year and the word that may follow it: ``2023 года``, ``2023-cü il``, ``2023 թ.``"""
    end = at
    for _ in range(2):
        follower = end + 1
        if follower < len(tokens) and tokens.tight(end) and tokens.folded[follower] in _JOINS:
            follower += 1
        if not one.has("year_after", tokens.at(follower)) or tokens.breaks_line(end, follower):
            break
        end = follower
    if end > at and len(tokens.folded[end]) <= 2 and tokens.at(end + 1) in {".", "․"} and tokens.tight(end):
        end += 1
    return end


def year_before(tokens: Tokens, first: int, floor: int, one: Pack) -> tuple[int | None, int]:
    """The year before the rest of the date, where a language puts it there, and the first token with it."""
    at = first - 1
    for _ in range(5):
        if at <= floor or not (tokens.folded[at] in _YEAR_SIGNS or one.has("year_after", tokens.at(at))):
            break
        at -= 1
    value = year_number(tokens, at) if at >= floor else None
    return (None, first) if value is None else (value, at)
