"""The words beside a month, year or week that say which part or which one: early, last, this year."""

from __future__ import annotations

from copydesk.dates.month_parts import DASHES
from copydesk.dates.tokens import Tokens
from copydesk.dates.vocabulary import Pack

_SHIFTS = (("last", -1), ("this", 0), ("next", 1))


def modifier_before(tokens: Tokens, first: int, floor: int, one: Pack) -> tuple[str | None, int]:
    """``early``, ``mid`` or ``late`` before the expression that begins at ``first``, and the first token with it."""
    at = first - 1
    if at >= floor and (tokens.folded[at] in DASHES or one.has("join_modifier", tokens.at(at))):
        at -= 1
    if at < floor:
        return None, first
    word = tokens.at(at)
    if one.has("late", word) and word == "end" and at == first - 1:  # "they end September" says nothing of its end
        return None, first
    return next(((name, at) for name in ("early", "mid", "late") if one.has(name, word)), (None, first))


def adjective_beside(tokens: Tokens, first: int, last: int, floor: int, one: Pack) -> tuple[int | None, int, int]:
    """``last`` (-1), ``this`` (0) or ``next`` (1) on the side where the language puts it, and the tokens with it."""
    for name, shift in _SHIFTS:
        if first - 1 >= floor and one.has(name, tokens.at(first - 1)):
            return shift, first - 1, last
        if one.adjective == "after" and name != "this" and one.has(name, tokens.at(last + 1)):
            return shift, first, last + 1
    return None, first, last


def relative_year(tokens: Tokens, last: int, one: Pack) -> tuple[int | None, int]:
    """``last year``, ``dieses Jahres``, ``del año pasado`` behind a month, as a shift in years, and its last token."""
    at = last + 1
    for _ in range(2):
        if not (one.has("join_month_year", tokens.at(at)) or one.has("before_day", tokens.at(at))):
            break
        at += 1
    for name, shift in _SHIFTS:
        if one.has(name, tokens.at(at)) and one.units.get(tokens.at(at + 1)) == "year":
            return shift, at + 1
        if one.adjective == "after" and one.units.get(tokens.at(at)) == "year" and one.has(name, tokens.at(at + 1)):
            return shift, at + 1
    return None, last
