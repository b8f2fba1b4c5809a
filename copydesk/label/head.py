"""Pass two: the head of a page. Headline, standfirst and a byline that is only a name."""

from __future__ import annotations

from copydesk.article import Role
from copydesk.label.decide import Decision, Decisions, decide, role_at
from copydesk.label.names import person_like
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine

_MARKERS = frozenset({Role.BYLINE, Role.TIMESTAMP, Role.CAPTION, Role.REPEATED_CAPTION, Role.REPEATED_HEADLINE})


def headline(page: Page, decided: Decisions) -> Decisions:
    """The line above the article that looks most like its headline; none where the page opens with prose."""
    first = opening(page, decided)
    candidates = [
        place
        for place in range(first)
        if place not in decided and headline_like(page[place]) and not _teaser(page, place)
    ]
    if not candidates:
        return {}
    likeliest = max(candidates, key=lambda place: (_weight(page, decided, place), -place))
    best = next(place for place in candidates if page[place].key == page[likeliest].key)
    return {best: decide(Role.HEADLINE, "head.headline", _why(page, best), 0.9)}


def standfirst(page: Page, decided: Decisions) -> Decisions:
    """Sentences between the headline and what else heads an article: byline, stamp, picture."""
    top = _place_of(decided, Role.HEADLINE)
    if top is None:
        return {}
    marker = next((p for p in range(top + 1, len(page)) if role_at(decided, p) in _MARKERS), None)
    if marker is None:
        return {}
    between = [place for place in range(top + 1, marker) if place not in decided]
    if not between or len(between) > 3 or any(page[place].shape.words < 5 for place in between):
        return {}
    return {
        place: decide(Role.STANDFIRST, "head.standfirst", "between the headline and the head's other fields", 0.85)
        for place in between
    }


def bare_byline(page: Page, decided: Decisions) -> Decisions:
    """A name alone on its line, next to the stamp, below the headline."""
    top = _place_of(decided, Role.HEADLINE)
    found: dict[int, Decision] = {}
    for place in range((top if top is not None else -1) + 1, opening(page, decided)):
        if place in decided or not person_like(page[place].text):
            continue
        beside = {role_at(decided, place - 1), role_at(decided, place + 1)}
        if Role.TIMESTAMP in beside or Role.BYLINE in beside:
            found[place] = decide(Role.BYLINE, "head.bare_byline", "a name beside the stamp, above the text", 0.85)
    return found


def opening(page: Page, decided: Decisions) -> int:
    """Where the article's prose begins: the first undecided paragraph below all that heads it."""
    prose = [place for place in page.prose if place not in decided]
    if not prose:
        return len(page)
    last_marker = max(
        (p for p in range(prose[0], min(prose[0] + 8, len(page))) if role_at(decided, p) in _MARKERS - {Role.CAPTION}),
        default=-1,
    )
    return next((place for place in prose if place > last_marker), prose[0])


def headline_like(line: PageLine) -> bool:
    """Short, no sentence, and begins as one does."""
    limits = thresholds()
    return (
        limits.headline_min_words <= line.shape.words <= limits.headline_max_words
        and line.shape.capital
        and line.shape.letters >= 8
        and not line.text.rstrip("\"'”’»").endswith((".", "։", ":", ";", ","))
    )


def _weight(page: Page, decided: Decisions, place: int) -> float:
    line = page[place]
    weight = 0.0
    if page.headline is not None and line.text == page.headline:
        weight += 10
    copies = len(page.positions[line.key])
    if copies > 1:
        weight += 3
    if line.shape.words >= 5:
        weight += 1
    if line.recurrence > 0 and page.pages_known:
        weight -= 4
    if role_at(decided, place + 1) in _MARKERS:
        weight += 1
    return weight


def _why(page: Page, place: int) -> str:
    copies = len(page.positions[page[place].key])
    again = f", printed {copies} times" if copies > 1 else ""
    return f"above the text, no sentence, {page[place].shape.words} words{again}"


def _teaser(page: Page, place: int) -> bool:
    return any(hit.cue.role is not None or hit.cue.signal == "button" for hit in page[place].hits)


def _place_of(decided: Decisions, role: Role) -> int | None:
    return next((place for place in sorted(decided) if decided[place][0] is role), None)
