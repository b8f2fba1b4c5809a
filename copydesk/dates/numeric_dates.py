"""Dates in figures: ISO, dotted, slashed and hyphened ones, and those with 年, 月, 日 or 년, 월, 일."""

from __future__ import annotations

import re

from copydesk.dates.edtf import is_day
from copydesk.dates.expression import Expression, Parts
from copydesk.dates.month_parts import YEARS, is_glued
from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import Lexicon

_YEAR_FIRST = re.compile(r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})(?!\d|\2\d|/|\.\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d|\2\d|/|\.\d)")
_SPACED_DOTS = re.compile(r"(\d{1,2})\.\s(\d{1,2})\.\s?(\d{4})(?!\d)")
_SPACED_YEAR_FIRST = re.compile(r"(\d{4})\.\s(\d{1,2})\.\s?(\d{1,2})(?!\d)")
_YEAR_MONTH = re.compile(r"(\d{4})-(\d{2})(?![\d/-]|\.\d)")
_SHORT = re.compile(r"(\d{1,2})(\. ?|/)(\d{1,2})(\.?)(?![\d/.-]| ?\d{4})")
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_ROMAN_MONTH = re.compile(rf"(\d{{1,2}})[. ]\s?({'|'.join(sorted(_ROMANS, reverse=True))})[. ]\s?(\d{{4}})(?!\d)")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일号號])?")
_CJK_YEARLESS = re.compile(r"(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]")
_CJK_YEAR = re.compile(r"(\d{4})\s?[年년](?![度間间代前後后])")
_IDEOGRAPH = re.compile(r"\s?[年년月월]")
"""What follows the first number of a date in ideographs; ``_BETWEEN`` what follows that of one in figures."""
_BETWEEN, _BEFORE_ROMANS = frozenset("./-"), frozenset("./- ")
_LEFT_BAR = frozenset("./:$€£#№+\\&=_@")


def goes_on(tokens: Tokens, index: int, lexicon: Lexicon) -> bool:
    """Whether what follows the number at ``index`` lets a date in figures begin with it. Most numbers are alone."""
    end = tokens.ends[index]
    if tokens.text[end : end + 1] in (_BEFORE_ROMANS if lexicon.main.flag("roman_months") else _BETWEEN):
        return True
    return _IDEOGRAPH.match(tokens.text, end) is not None


def numeric_date(tokens: Tokens, index: int, lexicon: Lexicon, *, two_digit_years: bool) -> Expression | None:
    """The date in figures that begins at the number ``index``, with every order in which it is on the calendar.

    None for a number that nothing ``goes_on`` from, which need not be asked about.
    """
    if len(tokens.folded[index]) > 4 or _is_barred(tokens, index):
        return None
    end, romans = tokens.ends[index], lexicon.main.flag("roman_months")
    found = _ideographs(tokens, index) if _IDEOGRAPH.match(tokens.text, end) else None
    if found is not None or lexicon.main.has("version_words", tokens.at(index - 1)):
        return found
    figures = tokens.text[end : end + 1] in (_BEFORE_ROMANS if romans else _BETWEEN)
    return _figures(tokens, index, two_digit_years, romans) if figures else None


def _is_barred(tokens: Tokens, index: int) -> bool:
    """Whether what stands against the number makes it part of a figure, an address or a code."""
    start = tokens.starts[index]
    if start == 0:
        return False
    return tokens.text[start - 1] in _LEFT_BAR or _follows_hyphen(tokens, index) or _follows_word(tokens, index)


def _ideographs(tokens: Tokens, index: int) -> Expression | None:
    text, start = tokens.text, tokens.starts[index]
    if match := _CJK.match(text, start):
        year, month, day = int(match[1]), int(match[2]), int(match[3]) if match[3] else None
        rule = "month_year" if day is None else "day_month_year"
        valid = year in YEARS and is_day(year, month, day or 1)
        return _ideographic(tokens, index, match.end(), rule, (year, month, day)) if valid else None
    if match := _CJK_YEARLESS.match(text, start):
        month, day = int(match[1]), int(match[2])
        valid = is_day(2000, month, day)
        return _ideographic(tokens, index, match.end(), "day_month", (None, month, day)) if valid else None
    match = _CJK_YEAR.match(text, start)
    if match and int(match[1]) in YEARS:
        return _ideographic(tokens, index, match.end(), "year", (int(match[1]), None, None))
    return None


def _figures(tokens: Tokens, index: int, two_digit_years: bool, roman_months: bool) -> Expression | None:
    text, start = tokens.text, tokens.starts[index]
    if match := _YEAR_FIRST.match(text, start):
        return _year_first(tokens, index, match, match[2], (int(match[1]), int(match[3]), int(match[4])))
    if match := _SPACED_YEAR_FIRST.match(text, start):
        return _year_first(tokens, index, match, ".", (int(match[1]), int(match[2]), int(match[3])))
    if match := _SPACED_DOTS.match(text, start):
        parts = int(match[3]), int(match[2]), int(match[1])
        valid = parts[0] in YEARS and is_day(*parts)
        return _numeric(tokens, index, match.end(), (("dmy", parts),), ".") if valid else None
    if match := _YEAR_LAST.match(text, start):
        return _year_last(tokens, index, match, two_digit_years)
    if roman_months and (match := _ROMAN_MONTH.match(text, start)):
        parts = int(match[3]), _ROMANS.index(match[2]) + 1, int(match[1])
        return _numeric(tokens, index, match.end(), (("dmy", parts),), ".") if is_day(*parts) else None
    return _year_month(tokens, index)


def _year_first(tokens: Tokens, index: int, match: re.Match[str], separator: str, parts: Parts) -> Expression | None:
    if _ends_in_word(tokens.text, match.end()) or parts[0] not in YEARS or not is_day(*parts):
        return None
    return _numeric(tokens, index, match.end(), (("ymd", parts),), separator)


def _year_month(tokens: Tokens, index: int) -> Expression | None:
    """``2023-09``, unless it may as well be two years: ``2011-12``."""
    match = _YEAR_MONTH.match(tokens.text, tokens.starts[index])
    if match is None or _ends_in_word(tokens.text, match.end()):
        return None
    year, month = int(match[1]), int(match[2])
    if year not in YEARS or not 1 <= month <= 12 or month == (year + 1) % 100:
        return None
    return Expression("date", index, last_of(tokens, index, match.end()), "year_month", year, month)


def short_date(tokens: Tokens, index: int, lexicon: Lexicon) -> Expression | None:
    """Day and month in figures without a year (``am 3.10.``, ``Selasa (20/1)``), led in by a weekday or a cue."""
    end = tokens.ends[index]
    match = _SHORT.match(tokens.text, tokens.starts[index]) if tokens.text[end : end + 1] in _BETWEEN else None
    if match is None or not is_day(2000, int(match[3]), int(match[1])):
        return None
    bracket = tokens.at(index - 1) == "("
    if index and tokens.tight(index - 1) and not bracket:
        return None
    one, at = lexicon.main, index - 1
    while at > index - 3 and (tokens.at(at) in {",", "("} or one.has("before_day", tokens.at(at))):
        at -= 1
    weekday = one.weekdays.get(tokens.at(at))
    dotted = match[2] != "/" and match[4] == "." and "short_date_cues" in one.words
    slashed = match[2] == "/" and one.flag("short_slash") and weekday is not None
    if not slashed and not (dotted and (weekday is not None or one.has("short_date_cues", tokens.at(index - 1)))):
        return None
    last = last_of(tokens, index, match.end())
    if bracket and weekday is not None and tokens.at(last + 1) == ")":
        last += 1
    first = index if weekday is None else at
    return Expression("date", first, last, "short", None, int(match[3]), int(match[1]), weekday, language=one.language)


def _year_last(tokens: Tokens, index: int, match: re.Match[str], two_digit_years: bool) -> Expression | None:
    short = len(match[4]) == 2
    if _ends_in_word(tokens.text, match.end()) or (short and not two_digit_years):
        return None
    year = int(match[4])
    if short:
        year += 2000 if year <= tuned("years")["short_to"] else 1900
    one, other = int(match[1]), int(match[3])
    readings: list[tuple[str, Parts]] = []
    if year in YEARS and is_day(year, other, one):
        readings.append(("dmy", (year, other, one)))
    if year in YEARS and match[2] != "." and is_day(year, one, other):
        readings.append(("mdy", (year, one, other)))
    return _numeric(tokens, index, match.end(), tuple(readings), match[2]) if readings else None


def _numeric(
    tokens: Tokens, index: int, end: int, readings: tuple[tuple[str, Parts], ...], separator: str
) -> Expression:
    rule = "numeric_ymd" if readings[0][0] == "ymd" else "numeric_dots" if separator == "." else "numeric"
    return Expression("numeric", index, last_of(tokens, index, end), rule, readings=readings, separator=separator)


def _ideographic(
    tokens: Tokens, index: int, end: int, rule: str, parts: tuple[int | None, int | None, int | None]
) -> Expression:
    return Expression("date", index, last_of(tokens, index, end), rule, *parts, language="ja", end=end)


def last_of(tokens: Tokens, index: int, end: int) -> int:
    """The token in which the text up to ``end`` ends."""
    while index + 1 < len(tokens) and tokens.starts[index + 1] < end:
        index += 1
    return index


def _follows_hyphen(tokens: Tokens, index: int) -> bool:
    """Whether a hyphen ties the number to a figure or word before it: a phone number, a code. After a dotted or slashed
    date it begins the second half of a range."""
    if tokens.folded[index - 1] != "-" or not index or not tokens.tight(index - 1):
        return False
    before = index - 2
    return (
        before >= 0 and tokens.tight(before) and not (tokens.is_number(before) and tokens.at(before - 1) in {".", "/"})
    )


def _follows_word(tokens: Tokens, index: int) -> bool:
    """Whether a letter stands against the number and no space was merely lost (``Published26.09.2023``)."""
    return _is_word(tokens.text[tokens.starts[index] - 1]) and is_glued(tokens.word(index - 1))


def _is_word(character: str) -> bool:
    return character.isalpha() and not "\u3040" <= character <= "\u9fff" and not "\uac00" <= character <= "\ud7a3"


def _ends_in_word(text: str, end: int) -> bool:
    """Whether a letter follows: no time mark (``2023-09-26T10:00``), no suffix in a language without spaces."""
    if end >= len(text) or not _is_word(text[end]):
        return False
    return not (text[end] in "Tt" and text[end + 1 : end + 2].isdigit())
