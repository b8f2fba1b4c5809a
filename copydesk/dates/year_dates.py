"""Years and spans of years in figures: years, ranges of years, decades, centuries."""

from __future__ import annotations

from copydesk.dates.expression import Expression
from copydesk.dates.modifiers import modifier_before
from copydesk.dates.month_parts import (
    APOSTROPHES,
    DASHES,
    YEARS,
    after_year,
    is_figure,
    is_plain_year,
    year_number,
)
from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import Lexicon, Pack

_OPENERS = frozenset('([（"“„«…')
_DATE_SIGNS = frozenset("-/.")
_OLDEST_CUED = 1500
_LONGEST_SPAN = 200
_FIRST_UNSAID_DECADE = 3


def number_date(tokens: Tokens, index: int, floor: int, lexicon: Lexicon) -> Expression | None:
    """The decade, century, year or range of years that the number at ``index`` begins, or None."""
    one, figures = lexicon.main, len(tokens.folded[index])
    if figures == 4:
        return (
            _slashed_years(tokens, index) or _some_decade(tokens, index, floor, one) or _year(tokens, index, floor, one)
        )
    if figures == 2:
        return (
            _some_decade(tokens, index, floor, one)
            or (_century(tokens, index, floor, one) if tokens.tight(index) else None)
            or _clipped_year(tokens, index, floor, one)
        )
    return _century(tokens, index, floor, one) if figures == 1 and tokens.tight(index) else None


def _range(first: int, last: int, year: int, end: int) -> Expression:
    return Expression("range", first, last, "year_range", year, until=Expression("date", last, last, "year", end))


def _slashed_years(tokens: Tokens, index: int) -> Expression | None:
    """``2024/2025`` and ``2024/25``: one season or budget year over two calendar years."""
    if tokens.at(index + 1) != "/" or not tokens.is_number(index + 2):
        return None
    year, end = int(tokens.folded[index]), tokens.folded[index + 2]
    begun = index > 0 and tokens.tight(index - 1) and tokens.folded[index - 1] not in _OPENERS
    goes_on = tokens.tight(index + 2) and tokens.folded[index + 3] == "/"
    if begun or goes_on or not is_plain_year(year) or end not in {str(year + 1), f"{(year + 1) % 100:02d}"}:
        return None
    return _range(index, index + 2, year, year + 1)


def _some_decade(tokens: Tokens, index: int, floor: int, one: Pack) -> Expression | None:
    if tokens.folded[index][-1] != "0":
        return None
    return _named_decade(tokens, index, floor, one) or _decade(tokens, index, floor, one)


def _decade(tokens: Tokens, index: int, floor: int, one: Pack) -> Expression | None:
    word = tokens.folded[index]
    joined = tokens.tight(index) and (tokens.at(index + 1) in APOSTROPHES or tokens.at(index + 1) in DASHES)
    mark = index + 2 if joined else index + 1
    if not one.has("decade_marks", tokens.at(mark)) or not tokens.tight(mark - 1):
        return None
    tail = mark + 2 if tokens.at(mark + 1) in DASHES else mark + 1
    tailed = one.has("decade_tails", tokens.at(tail))
    if one.flag("decade_needs_tail") and not tailed:
        return None
    first, decade = index, int(word) // 10
    if len(word) == 2:
        # "the '90s" is a decade, "in his 90s" an age. Where a noun follows (80er Jahre), the century goes unsaid.
        quoted = not joined and index > floor and tokens.at(index - 1) in APOSTROPHES and tokens.tight(index - 1)
        if not quoted and not (tailed and decade >= _FIRST_UNSAID_DECADE):
            return None
        first, decade = index - 1 if quoted else index, (200 if decade < 3 else 190) + decade
    elif year_number(tokens, index) is None:
        return None
    modifier, first = modifier_before(tokens, first, floor, one)
    return Expression("decade", first, tail if tailed else mark, "decade", number=decade, modifier=modifier)


def _named_decade(tokens: Tokens, index: int, floor: int, one: Pack) -> Expression | None:
    """``années 1960``, ``años 80``, ``latach 80.``: a decade where the noun stands before the number."""
    word = tokens.folded[index]
    at = index - 1
    if tokens.at(at) in APOSTROPHES and tokens.tight(at):
        at -= 1
    if at < floor or not one.has("decade_nouns", tokens.at(at)):
        return None
    if len(word) == 2 and int(word) >= _FIRST_UNSAID_DECADE * 10:
        decade = 190 + int(word) // 10
    elif year_number(tokens, index) is not None:
        decade = int(word) // 10
    else:
        return None
    if one.has("units", tokens.at(index + 1)) or (tokens.at(index + 1) in DASHES and tokens.is_number(index + 2)):
        return None
    modifier, first = modifier_before(tokens, at, floor, one)
    return Expression("decade", first, index, "decade", number=decade, modifier=modifier)


def _clipped_year(tokens: Tokens, index: int, floor: int, one: Pack) -> Expression | None:
    """``the class of '92``: two digits behind an apostrophe and a word that leads a year in."""
    if index - 2 < floor or tokens.at(index - 1) not in APOSTROPHES:
        return None
    spaced = tokens.ends[index - 2] < tokens.starts[index - 1]
    after = tokens.at(index + 1)
    if not spaced or not tokens.tight(index - 1) or after in APOSTROPHES or one.has("units", after):
        return None
    if not one.has("clipped_year_before", tokens.at(index - 2)) or is_figure(tokens, index):
        return None
    if tokens.tight(index) and tokens.folded[index + 1].isalnum():
        return None
    short = int(tokens.folded[index])
    year = (2000 if short <= tuned("years")["short_to"] else 1900) + short
    return Expression("date", index - 1, index, "clipped_year", year)


def _century(tokens: Tokens, index: int, floor: int, one: Pack) -> Expression | None:
    if not one.has("ordinals", tokens.at(index + 1)):
        return None
    at = index + 3 if tokens.at(index + 2) in DASHES else index + 2
    number = int(tokens.folded[index])
    if not one.has("century", tokens.at(at)) or one.has("before_christ", tokens.at(at + 1)) or not 1 <= number <= 22:
        return None
    modifier, first = modifier_before(tokens, index, floor, one)
    return Expression("century", first, at, "century", number=number - 1, modifier=modifier)


def _year(tokens: Tokens, index: int, floor: int, one: Pack) -> Expression | None:
    value = year_number(tokens, index)
    if value is None:
        return None
    if not _is_year(tokens, index, value, one):
        alone = index == 0 or not tokens.tight(index - 1) or tokens.folded[index - 1] in _OPENERS
        dashed = tokens.at(index + 1) in DASHES and not one.has("not_year_before", tokens.at(index - 1))
        return _year_range(tokens, index, index, value, one) if alone and dashed and is_plain_year(value) else None
    modifier, first = modifier_before(tokens, index, floor, one)
    last = after_year(tokens, index, one)
    return _year_range(tokens, index, first, value, one) or Expression(
        "date", first, last, "year", value, modifier=modifier
    )


def _year_range(tokens: Tokens, index: int, first: int, value: int, one: Pack) -> Expression | None:
    """``1991-1994``, ``from 2020 to 2022``, ``2019-20``."""
    sign, at = index + 1, index + 2
    if not tokens.is_number(at):
        return None
    dash = tokens.folded[sign] in DASHES
    worded = one.has("range_words", tokens.at(sign)) and one.has("range_starts", tokens.at(index - 1))
    if not dash and not worded:
        return None
    end = _second_year(tokens, at)
    if end is not None and value < end <= value + _LONGEST_SPAN and not one.has("units", tokens.at(at + 1)):
        return _range(first - 1 if worded and first == index else first, after_year(tokens, at, one), value, end)
    if dash and tokens.tight(index) and tokens.tight(sign):
        end = _short_second_year(tokens, at, value)
        return _range(first, at, value, end) if end is not None else None
    return None


def _second_year(tokens: Tokens, index: int) -> int | None:
    """The year at ``index``, against which a dash may stand."""
    if len(tokens.folded[index]) != 4 or int(tokens.folded[index]) not in YEARS:
        return None
    if tokens.tight(index) and (tokens.folded[index + 1] == "%" or tokens.folded[index + 1].isalpha()):
        return None
    return int(tokens.folded[index])


def _short_second_year(tokens: Tokens, index: int, value: int) -> int | None:
    """``20`` of ``2019-20`` and ``26`` of ``2024-26``. ``2020-12`` may be a month, and ``2020-12-01`` is a day."""
    word = tokens.folded[index]
    if len(word) != 2 or (
        tokens.tight(index) and tokens.folded[index + 1] in _DATE_SIGNS and tokens.is_number(index + 2)
    ):
        return None
    if int(word) == (value + 1) % 100:
        return value + 1
    end = value // 100 * 100 + int(word)
    return end if value < end <= value + 20 and int(word) > 12 else None


def _is_year(tokens: Tokens, index: int, value: int, one: Pack) -> bool:
    """Whether the words around four digits make them a year."""
    if after_year(tokens, index, one) > index:
        return True
    if _is_counted(tokens, index, one) or _is_bound(tokens, index, value):
        return False
    before, after = tokens.at(index - 1), tokens.at(index + 1)
    if one.has("range_starts", before) and one.has("range_words", after):
        return year_number(tokens, index + 2) is not None
    if is_plain_year(value):
        return _is_plainly_year(tokens, index, one)
    if value < _OLDEST_CUED:
        return one.has("strong_old_years", before)
    return one.has("strong_year_before", before) or one.has("old_year_before", before)


def _is_plainly_year(tokens: Tokens, index: int, one: Pack) -> bool:
    """Whether a number in the span of plain years is one, by the words before and after it."""
    before, after = tokens.at(index - 1), tokens.at(index + 1)
    noun_follows = tokens.is_capitalized(index + 1)
    word_follows = after.isalpha() and not noun_follows
    if index > 1 and before in DASHES and tokens.tight(index - 1) and tokens.tight(index - 2):  # mid-2020
        return any(one.has(part, tokens.at(index - 2)) for part in ("early", "mid", "late"))
    if one.flag("bare_year") and not noun_follows:
        return not tokens.is_number(index + 1) and after not in {"/", ":"}
    if one.has("strong_year_before", before) or _is_listed(tokens, index, one):
        return True
    if one.flag("nouns_capitalized") and noun_follows:
        return False
    if word_follows and tokens.opens_sentence(index):
        return one.flag("leading_year") or one.has("leading_year_after", after)
    return one.has("year_before", before) or (not one.flag("year_needs_word") and _is_framed(tokens, index, one))


def _is_listed(tokens: Tokens, index: int, one: Pack) -> bool:
    """Whether the number stands between years: ``in 2017, 2019 and 2022``."""
    before, after = index - 2, index + 2
    if tokens.at(index - 1) != "," or year_number(tokens, before) is None or year_number(tokens, after) is None:
        return False
    joined = tokens.at(index + 1) == "," or one.has("and_words", tokens.at(index + 1))
    return joined and all(is_plain_year(int(tokens.folded[at])) for at in (before, after))


def _is_framed(tokens: Tokens, index: int, one: Pack) -> bool:
    """Whether brackets or a determiner hold the number: ``(1991)``, ``the 2020 war``, ``the party's 2024 goals``."""
    before, after = tokens.at(index - 1), tokens.at(index + 1)
    if before in _OPENERS:
        return after in {")", "]", ",", ";"} or after in DASHES
    owned = before == "s" and tokens.at(index - 2) in APOSTROPHES
    return after.isalpha() and (owned or one.has("year_determiners", before))


def _is_bound(tokens: Tokens, index: int, value: int) -> bool:
    """Whether something stands against the number that makes it a code: ``F.2020``, ``#2020``, ``2025-1998``."""
    behind = tokens.tight(index) and tokens.tight(index + 1) and tokens.is_number(index + 2)
    if behind and tokens.folded[index + 1] in DASHES and len(tokens.folded[index + 2]) > 2:  # 2025-1998
        # In this order: a number of thousands of digits is none that can be compared.
        return _second_year(tokens, index + 2) is None or int(tokens.folded[index + 2]) <= value
    if index == 0 or not tokens.tight(index - 1):
        return False
    left = tokens.folded[index - 1]
    return left not in _OPENERS and left not in DASHES


def _is_counted(tokens: Tokens, index: int, one: Pack) -> bool:
    """Whether the number counts something: ``2000 people``, ``about 2000``, ``2000 armed men``."""
    before, after = tokens.at(index - 1), tokens.at(index + 1)
    if one.has("units", after) or one.has("not_year_before", before):
        return True
    if not one.has("units", tokens.at(index + 2)):
        return False
    hyphened = after in DASHES and tokens.tight(index)
    described = after.isalpha() and after.islower() and not one.has("year_before", before)
    return hyphened or described
