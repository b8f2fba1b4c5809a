"""The learned scorer's opinion, for lines that no rule with a reason knows.

It says how likely a line is article text, and how likely one of the fields that have rules of their own. It gives no
kind of furniture; what kind it is, the line's place on the page tells.
"""

from __future__ import annotations

from copydesk.article import TEXT_ROLES, Role
from copydesk.label.decide import Decision, Decisions, decide, role_at
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine
from copydesk.label.repeats import captioned_above

_LONGEST_HEADLINE = 20  # words
_FIELDS = frozenset({Role.BYLINE, Role.TIMESTAMP, Role.CAPTION})
_BELOW = _FIELDS | {Role.WIDGET, Role.STANDFIRST, Role.REPEATED_CAPTION}
"""What may stand between a headline and its article."""


def marked(page: Page, decided: Decisions) -> Decisions:
    """Lines whose role the page's own markup is sure of."""
    return {place: line.hint for place, line in enumerate(page) if place not in decided and line.hint is not None}


def furniture(page: Page, decided: Decisions) -> Decisions:
    """Undecided lines that are unlikely to be article text."""
    found: dict[int, Decision] = {}
    main = _main(page, decided)
    for place, line in enumerate(page):
        if place in decided or line.likely:
            continue
        seen = f"chance {line.chance:.2f} to be article text"
        if line.apart >= thresholds().apart_from:
            if not captioned_above(page, decided, found, place):
                found[place] = _field(page, {**decided, **found}, place, main)
        elif line.dropped_by:
            seen = f"{line.dropped_by} left it out, {seen}"
            found[place] = decide(_kind(place, line, main), "html.extractor", seen, round(1 - line.chance, 2))
        else:
            found[place] = decide(_kind(place, line, main), "learned.furniture", seen, round(1 - line.chance, 2))
    return found


def _field(page: Page, decided: Decisions, place: int, main: range) -> Decision:
    """A line that looks like a field. Prose at the head is a standfirst, anything else a caption; but where nobody knew
    a headline, what stands above byline or date is that."""
    line = page[place]
    seen = f"chance {line.apart:.2f} to be a field, {line.chance:.2f} to be article text"
    if place < main.start and _heads(page, decided, place, main):
        return decide(Role.HEADLINE, "learned.headline", seen, round(line.apart, 2))
    headed = any(role_at(decided, earlier) is Role.HEADLINE for earlier in range(place))
    told = any(role is Role.STANDFIRST for role, _ in decided.values())
    if place < main.start and headed and not told and line.shape.prose:
        return decide(Role.STANDFIRST, "learned.standfirst", seen, round(line.apart, 2))
    return decide(Role.CAPTION, "learned.caption", seen, round(line.apart, 2))


def _heads(page: Page, decided: Decisions, place: int, main: range) -> bool:
    """Whether a line of some words stands above the article, with other fields of its and nothing strange between, on a
    page without a headline."""
    line = page[place]
    brief = thresholds().headline_min_words <= line.shape.words <= _LONGEST_HEADLINE
    if not brief or line.credit or line.recurrence or place in page.twins:
        return False
    between = {role_at(decided, below) for below in range(place + 1, main.start)}
    known = {role for role, _ in decided.values()}
    return between <= _BELOW and not between.isdisjoint(_FIELDS) and Role.HEADLINE not in known


def _kind(place: int, line: PageLine, main: range) -> Role:
    """Sentences and headlines inside or below the article lead elsewhere; the rest is the site's own."""
    if place >= main.start and line.shape.words >= thresholds().headline_min_words and line.shape.letters >= 12:
        return Role.RELATED
    return Role.NAVIGATION


def _main(page: Page, decided: Decisions) -> range:
    """From the first to the last line that is text, or likely to be."""
    likely = [
        place
        for place in range(len(page))
        if (role_at(decided, place) in TEXT_ROLES if place in decided else page[place].likely)
    ]
    return range(likely[0], likely[-1] + 1) if likely else range(len(page), len(page))
