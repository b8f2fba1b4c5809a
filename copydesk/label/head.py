"""Pass two: the headline and the standfirst. What else heads a page is in ``bylines.py``."""

from __future__ import annotations

from functools import partial

from copydesk.article import TEXT_ROLES, Role
from copydesk.label import bylines, cues
from copydesk.label.decide import Decisions, decide, role_at
from copydesk.label.headline import best
from copydesk.label.pack import thresholds
from copydesk.label.page import Page
from copydesk.label.weights import weights

_SURE = 0.5
"""From this chance on, a line below furniture belongs to the article."""
_MARKERS = frozenset({Role.BYLINE, Role.TIMESTAMP, Role.CAPTION, Role.REPEATED_CAPTION, Role.REPEATED_HEADLINE})


def headline(page: Page, decided: Decisions) -> Decisions:
    """The line that came with the page as its headline, else the likeliest candidate; none where none is likely, or the
    page's markup has told which it is."""
    if _place_of(decided, Role.HEADLINE) is not None:
        return {}
    stated = cues.key(page.headline) if page.headline else ""
    if stated:
        place = next((p for p, line in enumerate(page) if line.key == stated and p not in decided), None)
        if place is not None:
            return {place: decide(Role.HEADLINE, "head.headline", "the headline that came with the page", 0.99)}
    found = best(page, decided)
    if found is None:
        return {}
    places, why = found
    return dict.fromkeys(places, decide(Role.HEADLINE, "head.headline", why, 0.9))


def top(page: Page, decided: Decisions) -> Decisions:
    """The first line of a page whose headline nobody knew, where the article begins right below it: a few words that
    nothing stands above head what follows."""
    line = page[0] if page else None
    if line is None or line.chance < thresholds().beside_from or not _heads(page, decided, 0):
        return {}
    return {0: decide(Role.HEADLINE, "head.top", "the first line, right above the article", 0.6)}


def first(page: Page, decided: Decisions) -> Decisions:
    """The same of the first line that is left of a page, when all furniture is known."""
    place = next((place for place in range(len(page)) if place not in decided), None)
    if place is None or page[place].chance < _SURE or not _heads(page, decided, place):
        return {}
    if any(role in TEXT_ROLES for role in map(partial(role_at, decided), range(place))):
        return {}
    return {place: decide(Role.HEADLINE, "head.first", "right above the article, and below furniture only", 0.6)}


def _heads(page: Page, decided: Decisions, place: int) -> bool:
    """Whether the page has no headline yet, and this line has a few words, right above likely text."""
    line, limits = page[place], thresholds()
    if place + 1 >= len(page) or not decided.keys().isdisjoint((place, place + 1)) or not page[place + 1].likely:
        return False
    brief = limits.headline_min_words <= line.shape.words <= limits.short_words and line.shape.ending == "none"
    return brief and not line.recurrence and _place_of(decided, Role.HEADLINE) is None


def standfirst(page: Page, decided: Decisions) -> Decisions:
    """Sentences between the headline and what else heads an article: byline, stamp, picture, buttons."""
    top = _place_of(decided, Role.HEADLINE)
    if top is None:
        return {}
    limits = weights().limits
    titles = (Role.HEADLINE, Role.REPEATED_HEADLINE)
    first = next((p for p in range(top + 1, len(page)) if role_at(decided, p) not in titles), len(page))
    found: list[int] = []
    for place in range(first, min(first + int(limits["standfirst_lines"]), len(page))):
        if place in decided or not _may_lead(page, place):
            break
        found.append(place)
    stop = found[-1] + 1 if found else first
    if stop < len(page) and role_at(decided, stop) not in _MARKERS:
        found = found[:1]  # something unknown stands between: only the first is sure to belong to the headline
    below = range(stop, min(stop + int(limits["standfirst_reach"]), bylines.zone(page, decided).stop))
    marker = next((p for p in below if role_at(decided, p) in _MARKERS or page[p].credit is not None), None)
    if not found or marker is None or sum(page[place].shape.words for place in found) > limits["standfirst_max_words"]:
        return {}
    why = f"between the headline and the {role_at(decided, marker) or Role.CAPTION} of line {page[marker].number}"
    return {place: decide(Role.STANDFIRST, "head.standfirst", why, 0.85) for place in found}


def _may_lead(page: Page, place: int) -> bool:
    line = page[place]
    if line.shape.words < weights().limits["standfirst_min_words"] or line.credit is not None:
        return False
    return line.shape.ending != "colon" and place not in page.twins


def _place_of(decided: Decisions, role: Role) -> int | None:
    return min([place for place, (its, _) in decided.items() if its is role], default=None)
