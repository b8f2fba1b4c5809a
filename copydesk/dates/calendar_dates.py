"""Dates with a month in words: a month, and what stands left and right of it, read token by token."""

from __future__ import annotations

from copydesk.dates.edtf import is_day
from copydesk.dates.expression import Expression
from copydesk.dates.modifiers import adjective_beside, modifier_before, relative_year
from copydesk.dates.month_parts import (
    Day,
    day_after,
    day_before,
    is_valid,
    year_after,
    year_before,
    year_number,
)
from copydesk.dates.tokens import Tokens
from copydesk.dates.vocabulary import Form, Lexicon, Pack


def month_date(tokens: Tokens, index: int, floor: int, lexicon: Lexicon) -> Expression | None:
    """The date around the month at ``index``, or None where that word isn't one. Nothing before ``floor`` is taken."""
    form = lexicon.months[tokens.folded[index]]
    one = form.pack
    before = day_before(tokens, index, floor, one)
    dotted = form.abbreviated and tokens.at(index + 1) == "." and tokens.tight(index)
    first, last = index, index + 1 if dotted else index
    if before is not None and is_valid(form.number, before):
        day: Day | None = before
        first = before.first
    else:
        day = _day_behind(tokens, last, form)
        last = day.last if day else last
    if before is not None and day is None:  # 30 February
        return None
    year, last = year_after(tokens, last, day is not None, one)
    if year is None and one.year_first:
        year, first = year_before(tokens, first, floor, one)
    if day is not None:
        last = _past_tail(tokens, last, one)
    found = Expression("date", first, last, "month_year", year, form.number, language=one.language)
    if form.foreign and (day is None or year is None):
        return None
    return _complete(tokens, index, floor, lexicon, found, day)


def _complete(
    tokens: Tokens, index: int, floor: int, lexicon: Lexicon, found: Expression, day: Day | None
) -> Expression | None:
    """The month with its day, if any, and what stands beside both: a weekday, "last year", "early"."""
    form = lexicon.months[tokens.folded[index]]
    one = form.pack
    if found.year is None:
        shift, last = relative_year(tokens, found.last, one)
        if shift is not None and (one.month_case != "capital" or tokens.is_capitalized(index)):
            only_day = day.day if day is not None and day.other is None else None
            return found._replace(last=last, rule="relative_year", day=only_day, unit="year", shift=shift)
        if day is None:
            return _lone_month(tokens, index, floor, form)
    if not _case_allows(tokens, index, form, day is not None, found.year is not None):
        return None
    if day is None:
        modifier, first = modifier_before(tokens, found.first, floor, one)
        return found._replace(first=first, modifier=modifier)
    rule = "day_month_year" if found.year is not None else "day_month"
    found = _with_weekday(tokens, found._replace(rule=rule, day=day.day), floor, one, lexicon)
    if day.other is None:
        return found
    until = found._replace(day=day.other, weekday=None)
    return found._replace(kind="range", rule="day_range", until=until, weekday=None)


def _day_behind(tokens: Tokens, last: int, form: Form) -> Day | None:
    """The day after a month. "November 5, 2025" is read in every language that shares the month's name, "im November 5"
    only where days follow months."""
    day = day_after(tokens, last, form.number, form.pack)
    if day is None or form.pack.day_after_month:
        return day
    return day if tokens.at(day.last + 1) == "," and year_number(tokens, day.last + 2) is not None else None


def _past_tail(tokens: Tokens, last: int, one: Pack) -> int:
    """The last token with the word that closes a date: ``2023 m. rugsėjo 25 d.``"""
    if not one.has("day_tails", tokens.at(last + 1)):
        return last
    return last + 2 if tokens.at(last + 2) == "." and tokens.tight(last + 1) else last + 1


def holiday(tokens: Tokens, index: int, _floor: int, lexicon: Lexicon) -> Expression | None:
    """A day of the calendar that has a name: ``Christmas Day``, ``New Year's Eve, 1999``."""
    one = lexicon.main
    if not tokens.is_capitalized(index):
        return None
    month, day = divmod(one.holidays[tokens.folded[index]], 100)
    year, last = year_after(tokens, index, True, one)
    return Expression("date", index, last, "holiday", year, month, day, language=one.language)


def _case_allows(tokens: Tokens, index: int, form: Form, with_day: bool, with_year: bool) -> bool:
    word = tokens.word(index)
    if with_day and with_year:
        return True
    if form.pack.month_case == "capital" and not word[0].isupper():
        return with_day and not form.abbreviated and not form.pack.has("ambiguous_months", tokens.folded[index])
    if form.pack.month_case == "lower" and word[0].isupper() and not with_day:
        return word.isupper() or tokens.opens_sentence(index)
    return True


def _with_weekday(tokens: Tokens, found: Expression, floor: int, one: Pack, lexicon: Lexicon) -> Expression:
    """The date with the weekday before it (``Thursday, May 25``) or in brackets behind it."""
    at = found.first - 1
    for _ in range(3):
        if at < floor or not (tokens.folded[at] in {",", "."} or one.has("before_day", tokens.at(at))):
            break
        at -= 1
    weekday = weekday_number(tokens, at, one, lexicon) if at >= floor else None
    if weekday is not None and not tokens.breaks_line(at, found.first):
        return found._replace(weekday=weekday, first=at)
    if tokens.at(found.last + 1) in {"(", "（"}:
        weekday = weekday_number(tokens, found.last + 2, one, lexicon)
        close = found.last + 4 if tokens.at(found.last + 3) == "." else found.last + 3
        if weekday is not None and tokens.at(close) in {")", "）"}:
            return found._replace(weekday=weekday, last=close)
    return found


def weekday_number(tokens: Tokens, index: int, one: Pack, lexicon: Lexicon) -> int | None:
    """The weekday at ``index``. Abbreviations count only in the language of the date: "so", "do" and "on" are words."""
    word = tokens.at(index)
    if word in one.weekdays or word in one.weekday_abbreviations:
        return one.weekdays[word] if word in one.weekdays else one.weekday_abbreviations[word]
    form = lexicon.weekdays.get(word)
    return form.number if form is not None and not form.abbreviated else None


def _lone_month(tokens: Tokens, index: int, floor: int, form: Form) -> Expression | None:
    """A month without day and year: ``in September``, ``last December``, ``early May``."""
    one, initial = form.pack, tokens.word(index)[0]
    wrong_case = {"capital": not initial.isupper(), "lower": not initial.islower()}.get(one.month_case, False)
    # A number that could not be read as a day or a year leaves the month open, but "in May 20 people died" doesn't.
    counts = tokens.is_number(index + 1) and not one.has("units", tokens.at(index + 2))
    if form.abbreviated or one.lone_month == "never" or wrong_case or counts or tokens.is_number(index - 1):
        return None
    modifier, first = modifier_before(tokens, index, floor, one)
    shift, first, last = adjective_beside(tokens, first, index, floor, one)
    if one.has("not_month_before", tokens.at(index - 1)):
        return None
    if modifier is None and shift is None and not _stands_alone(tokens, index, form):
        return None
    return Expression(
        "date", first, last, "month", month=form.number, shift=shift, modifier=modifier, language=one.language
    )


def _stands_alone(tokens: Tokens, index: int, form: Form) -> bool:
    """Whether a month that is a name or a common word too is meant as a month: the words around it say so."""
    one, after = form.pack, tokens.at(index + 1)
    before = tokens.at(index - 1)
    cued = one.has("month_cues", before)
    name_follows = tokens.is_capitalized(index + 1) and after.isalpha()
    if one.has("range_starts", before) and one.has("range_words", after) and tokens.at(index + 2) in one.months:
        return True
    if one.has("and_words", before) and tokens.at(index - 2) in one.months and tokens.is_capitalized(index - 2):
        return not one.has("not_month_after", after) and not name_follows
    if not one.has("ambiguous_months", tokens.folded[index]):
        free = not tokens.is_capitalized(index + 1) or tokens.opens_sentence(index)
        return (cued and not one.has("not_month_after", after)) or (one.lone_month == "always" and free)
    if one.has("not_month_after", after) or name_follows:
        return False
    if one.has("articles", before):  # "the May report": no person has an article
        return after.isalpha()
    weak = one.has("weak_month_cues", before) and not one.has("part_words", tokens.at(index - 2))
    return cued and not weak


def known_day(expression: Expression) -> bool:
    """Whether a whole date is on the calendar: 29 February only in leap years."""
    if expression.year is None or expression.month is None or expression.day is None:
        return True
    return is_day(expression.year, expression.month, expression.day)
