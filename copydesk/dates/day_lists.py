"""Several days of one month: ``July 9 and 10``, ``10. und 11. April``."""

from __future__ import annotations

from copydesk.dates.expression import Expression
from copydesk.dates.month_parts import (
    Day,
    after_ordinal,
    before_ordinal,
    is_figure,
    is_valid,
    small_number,
    year_after,
)
from copydesk.dates.tokens import Tokens
from copydesk.dates.vocabulary import Lexicon, Pack


def day_list(tokens: Tokens, found: Expression, floor: int, lexicon: Lexicon) -> list[Expression]:
    """The days of the list that ``found`` begins or ends, in order: ``July 9 and 10``, ``the 3, 5 and 7 May 2023``.

    Empty where there is no list. Each is a date of its own, and the year behind the last holds for all.
    """
    return _days_before(tokens, found, floor, lexicon) or _days_behind(tokens, found, lexicon)


def _days_before(tokens: Tokens, found: Expression, floor: int, lexicon: Lexicon) -> list[Expression]:
    if found.rule not in ("day_month", "day_month_year") or not tokens.is_number(found.first):
        return []
    one, days = lexicon.main, [found]
    for _ in range(6):
        sign = days[0].first - 1
        linked = one.has("and_words", tokens.at(sign)) if len(days) == 1 else tokens.at(sign) == ","
        at = before_ordinal(tokens, sign - 1, floor, one) if linked and sign > floor else sign
        value = small_number(tokens, at) if floor <= at < sign else None
        if value is None or not 0 < value < (days[0].day or 0):
            break
        days.insert(0, found._replace(first=at, last=sign - 1, day=value, weekday=None, rule="day_list"))
    return days if len(days) > 1 else []


def _days_behind(tokens: Tokens, found: Expression, lexicon: Lexicon) -> list[Expression]:
    if found.rule != "day_month":
        return []
    form = lexicon.months.get(tokens.at(found.last - 1)) or lexicon.months.get(tokens.at(found.last - 2))
    if form is None or not form.pack.day_after_month:
        return []
    days = [found]
    for _ in range(6):
        following = _next_day(tokens, days[-1], form.pack)
        if following is None:
            break
        days.append(following)
    if len(days) == 1:
        return []
    year, end = year_after(tokens, days[-1].last, True, form.pack)
    if year is None:
        return days
    days = [day._replace(year=year) for day in days]
    return [*days[:-1], days[-1]._replace(last=end)]


def _next_day(tokens: Tokens, day: Expression, one: Pack) -> Expression | None:
    sign = day.last + 1
    comma = tokens.at(sign) == ","
    if comma and one.has("and_words", tokens.at(sign + 1)):
        sign, comma = sign + 1, False
    if not comma and not one.has("and_words", tokens.at(sign)):
        return None
    value = small_number(tokens, sign + 1)
    if value is None or value <= (day.day or 0) or is_figure(tokens, sign + 1):
        return None
    last = after_ordinal(tokens, sign + 1, one)
    after = tokens.at(last + 1)
    if comma and not (after == "," or one.has("and_words", after)):
        return None
    if one.has("units", after) or after in one.months or after in {"-", "–"}:
        return None
    if not is_valid(day.month or 1, Day(last, last, value)):
        return None
    return day._replace(first=sign + 1, last=last, day=value, weekday=None, rule="day_list")
