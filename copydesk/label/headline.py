"""The headline: candidate lines, weighed by what a headline looks like, where it stands, and what the article tells.

No phrase and no language is in it. A candidate's score is a sum of features, each times its weight in
``headline.toml``; the best one is the headline if the same features, by a second set of weights, say that the page has
one. The weights were fitted by ``benchmarks/fit_headline.py``.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from copydesk.article import Role
from copydesk.label.decide import Decisions, role_at
from copydesk.label.names import of_picture, person_like
from copydesk.label.page import Page, PageLine, titled
from copydesk.label.printed import LISTED, itself, whole
from copydesk.label.stamps import timed
from copydesk.label.weights import weights

# It begins with the mark, which few characters are, and looks at the letters before it from there.
_INNER_END = re.compile(r"[.!?…։。](?:(?<=[^\W\d_]{3}.)[\"'”’»]* [\"'“‘„«]*[^\W\d_]|(?<=。).)")
_STEP = re.compile("[›>→»]")
_PATH = re.compile(r"\S [›>→] \S|\S » [^«»]* » \S")
_PARTS = re.compile(r"\s+[|•·]\s+|\s{2,}")
_SHORT, _LONG = 6, 16  # words: fewer or more than a headline usually has
_ROUNDING = 1e-9  # more than what the order of a sum makes of it
_TITLE, _FEW, _MORE = 4, 5, 1.5  # words of a headline and of its standfirst; how many times as many are sure to be one
_REACH = 40  # lines between a headline and its article, at the most
_PART_WORDS = 3  # of what stands in a row
_NEAR = 2  # lines above and below a candidate that are read for what they are about
_FIELDS = (Role.BYLINE, Role.TIMESTAMP)
_CLOSERS = "\"'”’»“„›)]} "
_STOPS = (".", "։", "。", "।", "۔", "…")
_OPEN_ENDS = (":", "：", ";", ",")


@dataclass(frozen=True, slots=True)
class Around:
    """What the candidates of one page are weighed against."""

    start: int
    """Where the article's longest stretch of paragraphs begins."""
    prose: tuple[int, ...]
    """The places of its paragraphs."""
    above: tuple[int, ...]
    """How many words stand above each of its paragraphs, and in all of them; long ones count as sixty."""
    told: frozenset[str]
    """The stems of their words."""
    places: Mapping[int, int]
    """The candidates' places, and how many other candidates stand above each."""


def best(page: Page, decided: Decisions) -> tuple[range, str] | None:
    """The lines of the headline, and why they are; None where the page is likely to have none.

    Two questions, with weights of their own: which candidate is likelier than the others, and whether that one is the
    headline at all. What tells a headline from its standfirst says little of pages that have neither.
    """
    around = surroundings(page, decided)
    heading = {place: order for place, order in around.places.items() if not strange(page, decided, place)}
    seen = {place: looks(page, place, around, order) for place, order in heading.items()}
    hopes = sorted([(-score(found) - _hope(), place) for place, found in seen.items()])
    top, at, features_of_it = -math.inf, None, {}
    for hope, place in hopes:
        if -hope < top:
            break  # nothing that it may be about makes up for how it looks
        found = seen[place] | relations(page, decided, place, around)
        likely = score(found)
        if likely > top or (likely == top and at is not None and place < at):
            top, at, features_of_it = likely, place, found
    if at is None:
        return None
    place = itself(page, at, around.places)
    if place != at:
        features_of_it = features(page, decided, place, around, around.places[place])
    if stated(features_of_it) <= 0:
        return None
    while place > 0 and place - 1 not in decided and page[place - 1].key == page[place].key:
        place -= 1  # of two in a row the second is the copy
    return whole(page, place, decided), why(features_of_it, page[place])


def strange(page: Page, decided: Decisions, place: int) -> bool:
    """Whether the candidate there is no headline of this article, whatever it looks like: nothing ties it to that, and
    no byline or stamp stands below it."""
    return page.strange(place) and not _field_below(page, decided, place)


def score(found: Mapping[str, float]) -> float:
    """How likely a candidate with these features is the headline, beside other candidates: the more, the likelier."""
    weight = weights().weights.get
    return sum([weight(name, 0.0) * value for name, value in found.items()])


def stated(found: Mapping[str, float]) -> float:
    """Log-odds that the best candidate, with these features, is the headline: the page may have none."""
    known = weights()
    return known.base + sum([known.stated.get(name, 0.0) * value for name, value in found.items()])


def why(found: Mapping[str, float], line: PageLine) -> str:
    """The features that spoke most for the line, for a person to read."""
    shares = {name: weights().weights.get(name, 0.0) * value for name, value in found.items()}
    strongest = sorted((name for name in shares if shares[name] > 0), key=lambda name: (-shares[name], name))[:4]
    return f"{line.shape.words} words; " + ", ".join(f"{name} {shares[name]:+.1f}" for name in strongest)


@cache
def _hope() -> float:
    """What its relations add to a candidate's score at the most."""
    told = ("topic", "inside", "field_below", "lead_below", "leads", "over", "under", "title_above")
    most = dict.fromkeys((*told, "sentences", "listed", "row", "titled"), 1.0)
    most["topic_words"] = math.log1p(weights().limits["topic_most"])
    return sum(max(0.0, weights().weights.get(name, 0.0) * value) for name, value in most.items()) + _ROUNDING


def candidates(page: Page, decided: Decisions) -> dict[int, dict[str, float]]:
    """The features of every line that may be the headline, by place."""
    around = surroundings(page, decided)
    return {place: features(page, decided, place, around, order) for place, order in around.places.items()}


def surroundings(page: Page, decided: Decisions) -> Around:
    """The article's paragraphs, their words, and the lines that may head it."""
    start, inside = paragraphs(page, decided)
    words = accumulate((min(page[place].shape.words, 60) for place in inside), initial=0)
    stop = inside[min(int(weights().limits["paragraphs"]), len(inside)) - 1] if inside else len(page)
    order: dict[str, int] = {}
    places = {
        place: order.setdefault(line.key, len(order))
        for place, line in enumerate(page[:stop])
        if place not in decided and _may_be(line)
    }
    return Around(start, inside, tuple(words), page.about(inside), places)


def paragraphs(page: Page, decided: Decisions) -> tuple[int, tuple[int, ...]]:
    """Where the stretch of the page with most prose for the fewest other lines begins, and the paragraphs in it."""
    prose = tuple([place for place in page.paragraphs if place not in decided])
    if prose not in page.stretches:  # asked by several rules, with few decisions in between
        page.stretches[prose] = _stretch(page, prose)
    return page.stretches[prose]


def _stretch(page: Page, prose: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    limits = weights().limits
    worth = [-limits["other_cost"]] * len(page)
    for place in prose:
        worth[place] = min(page[place].shape.words, limits["prose_most"])
    best_sum = total = 0.0
    first = start = stop = 0
    for place, value in enumerate(worth):
        if total <= 0:
            total, first = 0.0, place
        total += value
        if total > best_sum:
            best_sum, start, stop = total, first, place + 1
    inside = tuple([place for place in prose if start <= place < stop])
    return start if inside else len(page), inside


def features(page: Page, decided: Decisions, place: int, around: Around, order: int) -> dict[str, float]:
    """What speaks for and against one candidate; ``headline.toml`` says what each means. Only those that are not 0."""
    return looks(page, place, around, order) | relations(page, decided, place, around)


def looks(page: Page, place: int, around: Around, order: int) -> dict[str, float]:
    """Of the features those that the line and its place tell at a glance."""
    limits = weights().limits
    line = page[place]
    words, printed = line.shape.words, page.positions[line.key]
    above = around.above[bisect_left(around.prose, place)]
    text = line.text.rstrip(_CLOSERS)
    found: dict[str, float] = {}
    if words < _SHORT:
        found["short"] = (_SHORT - words) / _SHORT
    if words > _LONG:
        found["long"] = (words - _LONG) / 8
    if text.endswith(_STOPS) and not text.endswith("..."):
        found["stop"] = 1.0
    if line.credit is not None:
        found["credit"] = 1.0
    if place in page.twins and len(printed) == 1:
        found["twin"] = 1.0
    if printed[0] < place - 1 or printed[-1] > place + 1:
        found["again"] = 1.0
    if place < around.start:
        found["lines_above"] = math.log1p(min(around.start - place, limits["lines_most"]))
    if above:
        found["prose_above"] = math.log1p(above / 20)
    if order:
        found["order"] = math.log1p(order)
    if (line.gap > 0 or place == 0) and (place + 1 == len(page) or page[place + 1].gap > 0):
        found["parted"] = 1.0
    if field := line.apart if page.told_apart else limits["field_mean"]:
        found["field"] = float(field)
    if line.recurrence > limits["recurs_from"]:
        found["recurs"] = min(1.0, (line.recurrence - limits["recurs_from"]) / limits["recurs_from"])
    return found


def relations(page: Page, decided: Decisions, place: int, around: Around) -> dict[str, float]:
    """The others: what the line is about, and what stands around it."""
    line = page[place]
    mine, told = page.about((place,)), around.told
    if _holds(around.prose, place):  # a candidate that stands among the paragraphs must not be found in itself
        told = page.about([other for other in around.prose if other != place])
    shared = len(mine & told)
    found = {
        "topic": _share(mine, told),
        "topic_words": math.log1p(min(shared, int(weights().limits["topic_most"]))),
        "sentences": line.shape.sentences > 0 and _INNER_END.search(line.text) is not None,
        "inside": len(page.positions[line.key]) == 1 and _inside(page, place, len(around.places)),
        "field_below": _field_below(page, decided, place),
        "lead_below": _lead(page, decided, place, around),
        "leads": _leads(page, decided, place, around),
        "over": _pair(page, decided, place, around) and page[place + 1].shape.words >= _FEW,
        "under": _pair(page, decided, place - 1, around)
        and line.shape.words >= max(_FEW, _MORE * page[place - 1].shape.words),
        "title_above": _title_above(page, place, around, told),
        "listed": LISTED.match(line.text.lstrip()) is not None,
        "row": _row(line.text),
        "titled": line.shape.words >= _TITLE and titled(line.text) == 1.0,
    }
    return {name: float(value) for name, value in found.items() if value}


def _may_be(line: PageLine) -> bool:
    limits = weights().limits
    return (
        limits["least_words"] <= line.shape.words <= limits["most_words"]
        and line.shape.letters >= limits["least_letters"]
        and not line.text.endswith(_OPEN_ENDS)
        and line.sure is None
        and "button" not in line.signals
        and "@" not in line.text
        and not of_picture(line.text)
        and not (_STEP.search(line.text) and _PATH.search(line.text))
        and not (line.shape.digits and timed(line.text))
    )


def _row(text: str) -> bool:
    """Whether it is a row of short parts, as of a menu."""
    parts = _PARTS.split(text.strip())
    return len(parts) > 1 and max(len(part.split()) for part in parts) <= _PART_WORDS


def _share(mine: frozenset[str], told: frozenset[str]) -> float:
    """Which share of the stems the paragraphs have too."""
    return len(mine & told) / len(mine) if mine else 0.0


def _holds(places: tuple[int, ...], place: int) -> bool:
    at = bisect_left(places, place)
    return places[at : at + 1] == (place,)


def _inside(page: Page, place: int, candidates: int) -> bool:
    """Whether another line has all of its words in a row, as a path ("Home > Sport > …") or a share button does.

    The page is read for each candidate: where both are very many, nobody looks.
    """
    mine, limits = page[place].key, weights().limits
    if page[place].shape.words < limits["title_least"] or len(mine) < 15:
        return False
    return len(page.keys) * candidates <= limits["inside_chars"] and page.keys.count(mine) > 1


def _field_below(page: Page, decided: Decisions, place: int) -> float:
    """How near the next byline, stamp or bare name is: 1 on the next line, a half one line on, 0 from six lines on."""
    for distance in range(1, 6):
        below = place + distance
        if below >= len(page):
            break
        if role_at(decided, below) in _FIELDS or person_like(page[below].text):
            return 1 / distance
    return 0.0


def _lead(page: Page, decided: Decisions, place: int, around: Around) -> float:
    """Whether one of the next two lines is a sentence on the same topic: a standfirst or the first paragraph."""
    for beside in range(place + 1, min(place + _NEAR + 1, len(page))):
        line = page[beside]
        if beside not in decided and line.credit is None and line.shape.words >= 8 and beside not in page.twins:
            return _share(page.about((beside,)), around.told)
    return 0.0


def _pair(page: Page, decided: Decisions, upper: int, around: Around) -> bool:
    """Whether the line at that place may be a headline, and the next, which nobody knows, its standfirst."""
    if upper not in around.places or upper + 1 >= len(page) or upper + 1 in decided:
        return False
    above, below = page[upper], page[upper + 1]
    return above.shape.words >= _TITLE and above.key != below.key and not _row(above.text) and below.credit is None


def _leads(page: Page, decided: Decisions, place: int, around: Around) -> float:
    """How near it is to the article, where what has a role, sentences and names do not count as between."""
    if not place < around.start <= place + _REACH:
        return 0.0
    between = 0
    for below in range(place + 1, around.start):
        line = page[below]
        if below in decided or line.shape.sentences or line.credit is not None or person_like(line.text):
            continue
        between += 1
    return 1 / (1 + between)


def _title_above(page: Page, place: int, around: Around, told: frozenset[str]) -> float:
    """How much one of the two lines above is about the article and shaped like its headline, at the most."""
    limits = weights().limits
    most = 0.0
    for beside in range(max(place - _NEAR, 0), place):
        line = page[beside]
        if beside not in around.places or line.key == page[place].key or line.credit is not None:
            continue
        if limits["title_least"] <= line.shape.words <= limits["title_most"] and beside not in page.twins:
            most = max(most, _share(page.about((beside,)), told))
    return most
