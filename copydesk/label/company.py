"""Lines that go with those beside them: what heads furniture, stands in its box, or comes after the article's end.

A line alone may be a subheading, an entry of a list, a verse or a doubtful sentence. Below the article's last sentence
there is nothing that a label could head; close above furniture it heads that; and a sentence that the scorer doubts
belongs to whatever stands close by. What the rules of lists, letters, line-ups and results know stays theirs.
"""

from __future__ import annotations

from itertools import pairwise

from copydesk.article import TEXT_ROLES
from copydesk.label.body import entry
from copydesk.label.decide import FURNITURE, Decision, Decisions, decide, role_at
from copydesk.label.learned import elsewhere
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine

_BOXES = 3
"""A page of fewer boxes is not parted by blank lines."""
_ALONE = 3
"""So many paragraphs that stand alone show that the others would too."""
_WHOLE, _LONGEST = 4, 8
"""Lines of a box that is no paragraph of such an article, and of one that may be a story of its own."""
_UNSURE = 0.5
"""A label that is likelier the article's own than not stays with it."""
_LABELS = 3
"""So many labels head furniture at the most: more are a list."""
_GREETING = 4
"""Words that a letter begins with, at the most."""
_SENTENCES = 2
"""With fewer sentences it is not known where the article ends."""


def box(page: Page, decided: Decisions) -> Decisions:
    """Lines in a box, which is what stands between two blank lines, of which nothing is known but furniture.

    Where the paragraphs of the article stand alone, a box of several lines is none of them: all of it goes. Elsewhere
    labels go, and where everything else was set aside: buttons under a notice, entries under their heading.
    """
    found: dict[int, Decision] = {}
    starts = [place for place, line in enumerate(page) if place == 0 or line.gap]
    if len(starts) < _BOXES:
        return found
    boxes = [range(*ends) for ends in pairwise([*starts, len(page)])]
    likely = frozenset(page.likely_prose)
    alone = sum(len(box) == 1 and box.start in likely for box in boxes)
    apart = alone >= _ALONE and 2 * alone > len(likely)
    for box in boxes:
        open_ = [place for place in box if place not in decided]
        known = [decided[place][0] for place in box if place in decided]
        if not open_ or not known or not FURNITURE.issuperset(known):
            continue
        whole = apart and _WHOLE <= len(box) <= _LONGEST
        if whole or all(_short(page[place]) and page[place].chance < _UNSURE for place in open_):
            seen = f"in the box of line {page[box.start].number}, with what was set aside"
            found |= {place: decide(known[0], "company.box", seen, 0.7) for place in open_}
    return found


def doubtful(page: Page, decided: Decisions) -> Decisions:
    """Lines that the scorer doubts, close between furniture. Below the first paragraph, and where blank lines part the
    page, furniture on one side is enough for a short one: paragraphs are left to the scorer.
    """
    limits = thresholds()
    found: dict[int, Decision] = {}
    doubted = [p for p, line in enumerate(page) if p and p not in decided and line.chance < limits.doubtful_between]
    begins = next((place for place in page.likely_prose if place not in decided), len(page))
    parted = sum(place == 0 or line.gap > 0 for place, line in enumerate(page)) >= _BOXES

    def furniture(place: int) -> Decision | None:
        decision = decided.get(place) or found.get(place)
        return decision if decision and decision[0] in FURNITURE else None

    for place in (*doubted, *reversed(doubted)):  # what one of them turns out to be may decide the next
        line = page[place]
        above = None if line.gap else furniture(place - 1)
        under = None if place + 1 >= len(page) or page[place + 1].gap else furniture(place + 1)
        loose = parted and place > begins and not line.shape.prose and line.chance < limits.doubtful_beside
        beside = above or under
        if beside and ((above and under) or (loose and (under or line.shape.ending != "none"))):
            seen = f"chance {line.chance:.2f} to be article text, close to furniture"
            found.setdefault(place, decide(beside[0], "company.doubtful", seen, round(1 - line.chance, 2)))
    return found


def above(page: Page, decided: Decisions) -> Decisions:
    """A few labels close above furniture. More are a list, and so is what a colon leads to."""
    found: dict[int, Decision] = {}
    for stop in range(1, len(page)):
        if role_at(decided, stop) not in FURNITURE or page[stop].gap:
            continue
        start = stop
        while start and start - 1 not in decided and _loose(page, start - 1) and not page[start].gap:
            start -= 1
        if start and stop - start <= _LABELS and page[start - 1].shape.ending != "colon":
            seen = f"no sentence, close above line {page[stop].number}"
            found |= {place: decide(decided[stop][0], "company.above", seen, 0.7) for place in range(start, stop)}
    return found


def below(page: Page, decided: Decisions) -> Decisions:
    """Labels below the last sentence of an article that is written in sentences."""
    texts = [place for place in range(len(page)) if place not in decided or role_at(decided, place) in TEXT_ROLES]
    closed = [place for place in texts if page[place].shape.ending != "none"]
    last = closed[-1] if closed else -1
    lines = sum(page[place].likely for place in texts if place <= last)
    if len(closed) < _SENTENCES or 2 * len(closed) < lines or page[last].shape.ending != "sentence":
        return {}  # verse, or after a colon or an ellipsis: the article may go on
    signed = last + 1 if _greets(page[texts[0]]) or _greets(page[texts[1]]) else None
    seen = f"no sentence, below the last one, line {page[last].number}"
    return {
        place: decide(elsewhere(page[place]), "company.below", seen, 0.7)
        for place in range(last + 1, len(page))
        if place not in decided and place != signed and _loose(page, place)
    }


def _short(line: PageLine) -> bool:
    return not line.shape.prose and line.shape.words <= thresholds().short_words


def _loose(page: Page, place: int) -> bool:
    """Whether the line is a label, and none of several entries of a list."""
    line = page[place]
    if not _short(line) or line.shape.ending != "none" or line.credit:
        return False
    form, beside = entry(line), page[max(place - 1, 0) : place + 2]
    return form is None or all(other is line or entry(other) != form for other in beside)


def _greets(line: PageLine) -> bool:
    """Whether it is how a letter begins."""
    return line.shape.words <= _GREETING and line.text.endswith((",", "，", "،"))
