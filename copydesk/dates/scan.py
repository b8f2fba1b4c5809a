"""All date expressions of a text, in order and apart from each other: the strongest forms first, then what is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import compress

from copydesk.dates.calendar_dates import holiday, known_day, month_date
from copydesk.dates.day_lists import day_list
from copydesk.dates.expression import Expression
from copydesk.dates.month_parts import DASHES
from copydesk.dates.numeric_dates import goes_on, numeric_date, short_date
from copydesk.dates.relative_dates import relative_date, weekday_date
from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import PART_WORDS, Lexicon
from copydesk.dates.year_dates import number_date
from copydesk.dates.year_parts import part_of_year

Reader = Callable[[Tokens, int, int, Lexicon], Expression | None]


def scan(tokens: Tokens, lexicon: Lexicon, *, two_digit_years: bool) -> list[Expression]:
    """The expressions of ``tokens``, sorted, none sharing a token with another. Linear in the number of tokens."""

    def in_figures(tokens: Tokens, index: int, _floor: int, lexicon: Lexicon) -> Expression | None:
        found = numeric_date(tokens, index, lexicon, two_digit_years=two_digit_years)
        return found or short_date(tokens, index, lexicon)

    main, folded = lexicon.main, tokens.folded
    heads = list(compress(range(len(folded)), map(lexicon.heads.__contains__, folded)))
    months = [at for at in heads if folded[at] in lexicon.months]
    numbers = list(compress(range(len(folded)), map(str.isdecimal, folded)))
    passes: tuple[tuple[list[int], Reader], ...] = (
        (months, month_date),
        ([at for at in heads if folded[at] in main.holidays], holiday),
        ([at for at in numbers if goes_on(tokens, at, lexicon)], in_figures),
        ([at for at in heads if folded[at] in main.seasons or folded[at] in PART_WORDS], part_of_year),
        (numbers, number_date),
        ([at for at in heads if folded[at] in lexicon.weekdays], weekday_date),
        ([at for at in heads if folded[at] in lexicon.relative], relative_date),
    )
    people = _people(tokens, months, lexicon)
    used, reach = bytearray(len(tokens)), tuned("scan")["reach"]

    def floor(index: int) -> int:
        """The first token that an expression around ``index`` may take."""
        start = max(0, index - reach)
        return max(start, used.rfind(1, start, index) + 1)

    taken: dict[int, Expression] = {}
    for positions, reader in passes:
        for index in positions:
            if used[index]:
                continue
            found = reader(tokens, index, floor(index), lexicon)
            if found is None or (found.rule == "month" and folded[index] in people):
                continue
            if known_day(found) and not any(used[found.first : found.last + 1]):
                for one in day_list(tokens, found, floor(found.first), lexicon) or [found]:
                    used[one.first : one.last + 1] = b"\x01" * (one.last + 1 - one.first)
                    taken[one.first] = one
    return list(_joined(tokens, [taken[first] for first in sorted(taken)], lexicon))


def _people(tokens: Tokens, months: list[int], lexicon: Lexicon) -> frozenset[str]:
    """The months that are somebody's name in this text: "Mrs May", "Theresa May"."""
    main = lexicon.main
    return frozenset(
        tokens.folded[index]
        for index in months
        if main.has("ambiguous_months", tokens.folded[index])
        and main.has("honorifics", tokens.at(index - 2 if tokens.at(index - 1) == "." else index - 1))
    )


def _joined(tokens: Tokens, found: list[Expression], lexicon: Lexicon) -> Iterator[Expression]:
    """The expressions with ``Sept. 30-Oct. 2`` and ``from May to July 2023`` made into one range each."""
    at = 0
    while at < len(found):
        one = found[at]
        if at + 1 < len(found) and _is_range(tokens, one, found[at + 1], lexicon):
            other = found[at + 1]
            first = (
                one.first - 1 if one.first and lexicon.main.has("range_starts", tokens.at(one.first - 1)) else one.first
            )
            year = one.year if one.year is not None else other.year
            if one.year is None and other.year is not None and _parts(one) > _parts(other):
                year = other.year - 1  # Dec. 30-Jan. 2, 2024
            yield one._replace(
                kind="range", first=first, last=other.last, rule="range", year=year, until=other, end=other.end
            )
            at += 2
            continue
        yield one
        at += 1


def _parts(one: Expression) -> tuple[int, int]:
    return one.month or 0, one.day or 0


def _is_range(tokens: Tokens, one: Expression, other: Expression, lexicon: Lexicon) -> bool:
    if one.kind != "date" or other.kind != "date" or one.month is None or other.month is None:
        return False
    if (
        (one.day is None) != (other.day is None)
        or one.modifier
        or other.modifier
        or one.shift is not None
        or other.shift is not None
    ):
        return False
    if one.year is not None and (other.year is None or (one.year, *_parts(one)) >= (other.year, *_parts(other))):
        return False
    between = tokens.folded[one.last + 1 : other.first]
    if len(between) != 1:
        return False
    word = tokens.folded[one.last + 1]
    return word in DASHES or lexicon.main.has("range_words", word)
