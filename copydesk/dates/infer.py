"""A publication day inferred from an article's own words, where none is stated: an interval, and what it was read from.

Three things bound it. A whole date beside a word counted from the day of writing ("yesterday, September 25, 2023")
gives its day, week or month; a weekday beside such a word ("today, Tuesday") gives its weekday. The latest whole date
told as past is its lower bound, the earliest whole date told as future its upper one. Quotations count for nothing, and
contradictions give nothing. No clock is asked: a bound from the day of the run would change with every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from copydesk.article import PARAGRAPH_BREAK
from copydesk.dates import edtf
from copydesk.dates.compounds import merged
from copydesk.dates.expression import Expression
from copydesk.dates.language import lexicon_for
from copydesk.dates.month_parts import YEARS
from copydesk.dates.scan import scan
from copydesk.dates.tense import leading_cue, tense
from copydesk.dates.tokens import Tokens, tokenize
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import Lexicon, Pack

_OPENING, _CLOSING, _EITHER = frozenset("“«„‹「"), frozenset("”»›」"), frozenset('"')
_BESIDE = frozenset(",()–—")
_LONGEST_SENTENCE = 100


@dataclass(frozen=True, slots=True)
class Inferred:
    """``value`` is a day or an interval of days, open (``..``) on a side of which nothing is known, as EDTF level 1."""

    value: str
    evidence: str
    """What it was read from: the words, and what they bound; several joined by ``; ``."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """The days from ``first`` to ``last`` (None: open), or a ``weekday``, and the words that say so."""

    words: str
    first: date | None = None
    last: date | None = None
    weekday: int | None = None


def infer_published(
    paragraphs: Sequence[str], locale: str | None = None, *, not_after: date | None = None
) -> Inferred | None:
    """The days on which an article of these ``paragraphs`` can have been published, or None where nothing tells.

    ``paragraphs`` must be the article's body alone: no captions, appeals or copyright lines. ``not_after`` is a day by
    which it is known to have been out, such as that of its update.
    """
    tokens = tokenize(PARAGRAPH_BREAK.join(paragraphs))
    lexicon = lexicon_for(tokens, locale)
    tokens = merged(tokens, lexicon.compounds)
    bounds = list(_bounds(tokens, lexicon))
    if not bounds:
        return None
    if not_after is not None:
        bounds.append(_Bound("update", last=not_after))
    first = max((one.first for one in bounds if one.first), default=None)
    last = min((one.last for one in bounds if one.last), default=None)
    weekdays = {one.weekday for one in bounds if one.weekday is not None}
    if (first and last and first > last) or len(weekdays) > 1 or not (first or last):
        return None
    weekday = min(weekdays, default=None)
    if first and last and weekday is not None:
        first += timedelta(days=(weekday - first.weekday()) % 7)
        last -= timedelta(days=(last.weekday() - weekday) % 7)
        if first > last:
            return None
    used = [one for one in bounds if _counts(one, first, last)]
    return Inferred(_value(first, last), "; ".join(dict.fromkeys(map(_said, used))))


def _counts(one: _Bound, first: date | None, last: date | None) -> bool:
    """Whether the bound is one that the result rests on."""
    close = first is not None and last is not None
    if one.weekday is not None:
        return close
    reach = timedelta(days=6)  # a weekday may have moved an end of the interval
    lower = one.first is not None and first is not None and first - one.first <= reach
    upper = one.last is not None and last is not None and one.last - last <= reach
    return lower or upper


def _said(one: _Bound) -> str:
    if one.weekday is not None:
        return f"“{one.words}”: weekday {one.weekday + 1}"
    ends = _value(one.first, one.last)
    return f"“{one.words}”: {ends}" if one.words != "update" else f"update: {ends}"


def _value(first: date | None, last: date | None) -> str:
    if first is not None and first == last:
        return first.isoformat()
    return edtf.interval(first.isoformat() if first else "..", last.isoformat() if last else "..")


def _bounds(tokens: Tokens, lexicon: Lexicon) -> Iterator[_Bound]:
    found, quoted = scan(tokens, lexicon, two_digit_years=False), _quoted(tokens)
    free = [one for one in found if not quoted[one.first]]
    for one, other in pairwise(free):
        if _stand_together(tokens, one, other, lexicon.main):
            words = tokens.text[tokens.starts[one.first] : tokens.ends[other.last]]
            yield from _linked(one, other, words)
            yield from _linked(other, one, words)
    told = [one for one in free if _whole_day(one) is not None]
    for at, one in enumerate(told):
        alone = all(
            _sentences_apart(tokens, one, near) for near in (*told[max(0, at - 1) : at], *told[at + 1 : at + 2])
        )
        if alone and (bound := _told(tokens, one, lexicon.main)) is not None:
            yield bound


def _whole_day(one: Expression) -> date | None:
    if one.kind != "date" or one.year not in YEARS or one.year is None or one.month is None or one.day is None:
        return None
    # A weekday that is another day's says that one of the two is wrong.
    day = date(one.year, one.month, one.day) if edtf.is_day(one.year, one.month, one.day) else None
    return None if day is None or one.weekday not in (None, day.weekday()) else day


def _stand_together(tokens: Tokens, one: Expression, other: Expression, main: Pack) -> bool:
    """Whether only commas, brackets and articles part two dates: ``last week, on September 19, 2023``."""
    between = range(one.last + 1, other.first)
    return 0 < len(between) <= 3 and all(
        tokens.folded[at] in _BESIDE
        or any(main.has(name, tokens.at(at)) for name in ("before_day", "apposition_words"))
        for at in between
    )


def _linked(relative: Expression, other: Expression, words: str) -> Iterator[_Bound]:
    """What a word counted from the day of writing says of that day, beside a whole date or a weekday."""
    shift, unit = relative.shift, relative.unit
    if relative.kind != "unit" or shift is None or relative.modifier:
        return
    if other.kind == "weekday" and other.shift is None and other.unit is None and unit == "day":
        yield _Bound(words, weekday=((other.weekday or 0) - shift) % 7)
    day = _whole_day(other)
    if day is None or not date(YEARS[0], 1, 1) < day - timedelta(days=366) < date(YEARS[-1], 1, 1):
        return
    if unit == "day":
        yield _Bound(words, day - timedelta(days=shift), day - timedelta(days=shift))
    elif unit == "week":
        monday = day - timedelta(days=day.weekday() + 7 * shift)
        yield _Bound(words, monday - timedelta(days=1), monday + timedelta(days=6))  # some weeks begin on Sunday
    elif unit == "month":
        year, month = edtf.shift_month(day.year, day.month, -shift)
        later = date(*edtf.shift_month(year, month, 1), 1)
        yield _Bound(words, date(year, month, 1), later - timedelta(days=1))


def _told(tokens: Tokens, one: Expression, main: Pack) -> _Bound | None:
    """The bound that a whole date gives by the tense of its sentence, where that is beyond doubt."""
    day, words = _whole_day(one), tokens.text[tokens.starts[one.first] : tokens.ends[one.last]]
    if day is None or not main.has("past_leads", _word_before(tokens, one)):
        return None
    sentence = [tokens.at(at) for at in _sentence(tokens, one)]
    if any(main.has("announcing_words", word) for word in sentence):
        return None
    if tense(tokens, one, main) == "future":
        return _Bound(words, last=day)
    cue = leading_cue(tokens, one, main)
    looks_ahead = any(main.has("future_cues", word) for word in sentence)
    return _Bound(words, first=day) if cue and not looks_ahead and not main.has("speech_verbs", cue) else None


def _word_before(tokens: Tokens, one: Expression) -> str:
    return tokens.at(one.first - 2 if tokens.at(one.first - 1) in {"the", ","} else one.first - 1)


def _sentence(tokens: Tokens, one: Expression) -> range:
    """The tokens of the sentence around a date, as far as its tense is looked for."""
    window = tuned("resolve")["tense_window"]
    first, last = one.first, one.last
    while first > max(0, one.first - window) and not tokens.ends_sentence(first - 1):
        first -= 1
    while last + 1 < min(len(tokens), one.last + window) and not tokens.ends_sentence(last + 1):
        last += 1
    return range(first, last + 1)


def _sentences_apart(tokens: Tokens, one: Expression, other: Expression) -> bool:
    low, high = min(one.last, other.last), max(one.first, other.first)
    return high > low + _LONGEST_SENTENCE or any(tokens.ends_sentence(at) for at in range(low + 1, high))


def _quoted(tokens: Tokens) -> bytearray:
    """For each token, whether it stands in a quotation. A paragraph ends every quotation."""
    quoted = bytearray(len(tokens))
    inside = False
    for at, word in enumerate(tokens.folded):
        if word.startswith("\n"):
            inside = False
        elif word in _EITHER or (inside and word in {"“", "‘"}):
            inside = not inside
        elif word in _OPENING:
            inside = True
        elif word in _CLOSING:
            inside = False
        quoted[at] = inside
    return quoted
