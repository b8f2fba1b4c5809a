"""Weekdays and relative dates: ``on Monday``, ``last week``, ``two days later``, ``yesterday``."""

from __future__ import annotations

from copydesk.dates.expression import Expression
from copydesk.dates.modifiers import adjective_beside, modifier_before
from copydesk.dates.month_parts import DASHES
from copydesk.dates.tokens import Tokens
from copydesk.dates.vocabulary import Lexicon, Pack

_FIGURE_SIGNS = frozenset(".,-–")
_COUNTED_UNITS = frozenset({"day", "week", "month", "year"})
_SHIFTED_UNITS = frozenset({"week", "weekend", "month", "quarter", "year"})


def weekday_date(tokens: Tokens, index: int, floor: int, lexicon: Lexicon) -> Expression | None:
    """A weekday that stands for one day; None for a name (Black Friday, The Sunday Times) or a habit (every Monday)."""
    form = lexicon.weekdays[tokens.folded[index]]
    one = form.pack
    lower = one.month_case == "capital" and not tokens.is_capitalized(index)
    if form.abbreviated or one.bare_weekday == "never" or lower or _is_named(tokens, index, one):
        return None
    end: int | None = index
    if "weekday_tails" in one.words:
        end = _weekday_end(tokens, index, form.number, one)
    if end is None:
        return None
    week, last = _week_behind(tokens, end, one)
    if week is not None:
        return Expression("weekday", index, last, "weekday_of_week", weekday=form.number, unit="week", shift=week)
    shift, first, last = adjective_beside(tokens, index, end, floor, one)
    if shift is None and one.bare_weekday == "cued" and not one.has("weekday_cues", tokens.at(index - 1)):
        return None
    return Expression("weekday", first, last, "weekday", weekday=form.number, shift=shift, language=one.language)


def _week_behind(tokens: Tokens, last: int, one: Pack) -> tuple[int | None, int]:
    """``last week`` or ``next week`` behind a weekday, as a shift in weeks, and its last token."""
    shift, _, _ = adjective_beside(tokens, last + 2, last + 2, last + 1, one)
    if shift is None or one.adjective != "before" or one.units.get(tokens.at(last + 2)) != "week":
        return None, last
    return shift, last + 2


def _is_named(tokens: Tokens, index: int, one: Pack) -> bool:
    if one.has("not_weekday_before", tokens.at(index - 1)):
        return True
    if one.has("not_weekday_always_after", tokens.at(index + 1)):
        return True
    # "Pazar" is a market too; "a week from Thursday" depends on what day it is said.
    if one.has("ambiguous_weekdays", tokens.folded[index]) and not one.has("weekday_nouns", tokens.at(index + 1)):
        return True
    if one.has("counted_from", tokens.at(index - 1)) and one.units.get(tokens.at(index - 2)) == "week":
        return True
    return one.has("not_weekday_after", tokens.at(index + 1)) and tokens.is_capitalized(index + 1)


def _weekday_end(tokens: Tokens, index: int, number: int, one: Pack) -> int | None:
    """The last token of segunda-feira: "segunda" alone is just "second". Saturday and Sunday have no tail."""
    if number >= 5:
        return index
    tailed = tokens.at(index + 1) in DASHES and one.has("weekday_tails", tokens.at(index + 2))
    return index + 2 if tailed else None


def relative_date(tokens: Tokens, index: int, floor: int, lexicon: Lexicon) -> Expression | None:
    """The relative date whose noun or adverb stands at ``index``."""
    one, word = lexicon.main, tokens.folded[index]
    if word in one.day_words:
        return _day_word(tokens, index, one)
    if word in one.year_words:
        return Expression("unit", index, index, "year_word", unit="year", shift=one.year_words[word])
    unit = one.units.get(word)
    if unit is None:
        return None
    return (
        _counted(tokens, index, floor, one, unit)
        or _following(tokens, index, floor, one, unit)
        or _shifted(tokens, index, floor, one, unit)
    )


def _day_word(tokens: Tokens, index: int, one: Pack) -> Expression | None:
    # "USA Today" is a paper, "Morgen" a noun: a capital is read only at the head of a sentence or in all capitals.
    if tokens.is_capitalized(index) and not tokens.opens_sentence(index) and not tokens.word(index).isupper():
        return None
    named = tokens.is_capitalized(index) and tokens.is_capitalized(index - 1)
    if named or one.has("not_day_before", tokens.at(index - 1)):
        return None
    shift = one.day_words[tokens.folded[index]]
    return Expression("unit", index, index, "day_word", unit="day", shift=shift, language=one.language)


def _shifted(tokens: Tokens, index: int, floor: int, one: Pack, unit: str) -> Expression | None:
    shift, first, last = adjective_beside(tokens, index, index, floor, one)
    if shift is None or unit not in _SHIFTED_UNITS:
        return None
    # "the past year" and "the last month" are spans up to now, "the previous week" counts from the text.
    if one.has("unknown_spans", tokens.at(first - 1)) or one.has("plural_units", tokens.folded[index]):
        return None
    modifier = None
    if first - 1 >= floor and one.has("earlier", tokens.at(first - 1)):
        first -= 1
    elif unit in {"month", "year"}:
        modifier, first = modifier_before(tokens, first, floor, one)
    rule = f"{unit}_shift"
    return Expression("unit", first, last, rule, unit=unit, shift=shift, modifier=modifier, language=one.language)


def _counted(tokens: Tokens, index: int, floor: int, one: Pack, unit: str) -> Expression | None:
    """``two days later``, ``a week ago``, ``three months earlier``."""
    direction = one.counted.get(tokens.at(index + 1))
    if direction is None or unit not in _COUNTED_UNITS or index - 1 < floor:
        return None
    before = tokens.at(index - 1)
    number = one.numbers.get(before)
    if number is None and tokens.is_number(index - 1) and len(before) <= 2:
        number = int(before)
    figure = index > 1 and tokens.tight(index - 2) and tokens.folded[index - 2] in _FIGURE_SIGNS
    if number is None or figure:
        return None
    kind = "unit" if tokens.at(index + 1) == "ago" else "later"
    rule = f"{unit}_{tokens.at(index + 1)}"
    return Expression(kind, index - 1, index + 1, rule, unit=unit, shift=direction * number)


def _following(tokens: Tokens, index: int, floor: int, one: Pack, unit: str) -> Expression | None:
    """``the following day``, ``the same day``, ``the next day``: counted from the date before it in the text."""
    shift = one.following.get(tokens.at(index - 1))
    if shift is None or unit not in _COUNTED_UNITS or index - 2 < floor:
        return None
    if not one.has("following_articles", tokens.at(index - 2)) or one.has("plural_units", tokens.folded[index]):
        return None
    return Expression("later", index - 2, index, f"{tokens.at(index - 1)}_{unit}", unit=unit, shift=shift)
