"""Quarters, halves and seasons."""

from __future__ import annotations

from copydesk.dates.expression import Expression
from copydesk.dates.modifiers import adjective_beside, modifier_before, relative_year
from copydesk.dates.month_parts import DASHES, after_year, year_number
from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import Lexicon, Pack

_LETTERS = {"q": "quarter", "h": "half"}
_PARTS = {"quarter": 4, "half": 2}


def part_of_year(tokens: Tokens, index: int, floor: int, lexicon: Lexicon) -> Expression | None:
    """A quarter, half or season at ``index``: ``Q3 2024``, ``third quarter of 2024``, ``last spring``."""
    one, word = lexicon.main, tokens.folded[index]
    if word in one.seasons:
        return _season(tokens, index, floor, one)
    part = _lettered(tokens, index) or _numbered(tokens, index, floor, one)
    if part is None:
        return None
    kind, number, first, last = part
    if not 1 <= number <= _PARTS[kind]:
        return None
    year, end = _year_behind(tokens, last, one)
    if year is not None:
        return Expression(kind, first, end, kind, year, number=number)
    shift, end = relative_year(tokens, last, one)
    if shift is None and not _is_of_a_year(tokens, first, last, one):
        return None
    return Expression(kind, first, end, f"{kind}_shift", number=number, shift=shift)


def _is_of_a_year(tokens: Tokens, first: int, last: int, one: Pack) -> bool:
    """Whether money is spoken of near a quarter or half: matches have them too, and business years begin anywhere."""
    if one.has("business_years", tokens.at(first - 1)):
        return False
    reach = tuned("scan")["money_reach"]
    return any(one.has("money_words", tokens.at(at)) for at in range(first - reach, last + reach))


def _lettered(tokens: Tokens, index: int) -> tuple[str, int, int, int] | None:
    """``Q3``, ``H1``: kind, number, first and last token."""
    kind = _LETTERS.get(tokens.folded[index])
    if kind is None or not tokens.is_capitalized(index) or not tokens.tight(index) or not tokens.is_number(index + 1):
        return None
    if len(tokens.folded[index + 1]) > 2:
        return None
    return kind, int(tokens.folded[index + 1]), index, index + 1


def _numbered(tokens: Tokens, index: int, floor: int, one: Pack) -> tuple[str, int, int, int] | None:
    """``third quarter``, ``first half``: kind, number, first and last token."""
    at = index - 2 if tokens.at(index - 1) in DASHES else index - 1
    number = one.ordinal_words.get(tokens.at(at))
    if tokens.folded[index] not in _PARTS or number is None or at < floor:
        return None
    return tokens.folded[index], number, at, index


def _year_behind(tokens: Tokens, last: int, one: Pack) -> tuple[int | None, int]:
    at = last + 2 if one.has("join_month_year", tokens.at(last + 1)) else last + 1
    value = year_number(tokens, at)
    if value is None or one.has("units", tokens.at(at + 1)):
        return None, last
    return value, after_year(tokens, at, one)


def _season(tokens: Tokens, index: int, floor: int, one: Pack) -> Expression | None:
    season = one.seasons[tokens.folded[index]]
    year, last = _year_behind(tokens, index, one)
    if year is not None:
        modifier, first = modifier_before(tokens, index, floor, one)
        return Expression("season", first, last, "season", year, unit=season, modifier=modifier)
    shift, first, last = adjective_beside(tokens, index, index, floor, one)
    if shift is None or one.has("join_month_year", tokens.at(index + 1)):  # "this fall of the mighty"
        return None
    return Expression("season", first, last, "season", unit=season, shift=shift)
