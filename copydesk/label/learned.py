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
    unknown, leads = _unknown_headline(page, decided, main), _leads(decided, main)
    for place, line in enumerate(page):
        if place in decided or line.likely:
            continue
        kind = elsewhere(line) if place >= main.start else Role.NAVIGATION
        seen = f"chance {line.chance:.2f} to be article text"
        if line.apart >= thresholds().apart_from and not page.strange(place):
            if not captioned_above(page, decided, found, place):
                told = f"chance {line.apart:.2f} to be a field, {line.chance:.2f} to be article text"
                role = _field(place, line, unknown, leads)
                found[place] = decide(role, f"learned.{role}", told, round(line.apart, 2))
        elif line.dropped_by:
            seen = f"{line.dropped_by} left it out, {seen}"
            found[place] = decide(kind, "html.extractor", seen, round(1 - line.chance, 2))
        else:
            found[place] = decide(kind, "learned.furniture", seen, round(1 - line.chance, 2))
    return found


def _field(place: int, line: PageLine, unknown: int | None, leads: range) -> Role:
    """What a line is that looks like a field: prose at the head is a standfirst, anything else a caption."""
    if place == unknown:
        return Role.HEADLINE
    return Role.STANDFIRST if place in leads and line.shape.prose else Role.CAPTION


def _leads(decided: Decisions, main: range) -> range:
    """The places of what may lead into the article: below its headline, where no standfirst is known."""
    titles = [place for place, (role, _) in decided.items() if role is Role.HEADLINE]
    told = any(role is Role.STANDFIRST for role, _ in decided.values())
    return range(min(titles) + 1, main.start) if titles and not told else range(0)


def _unknown_headline(page: Page, decided: Decisions, main: range) -> int | None:
    """The place of a line of some words right above the fields above the article, on a page without a headline."""
    start = main.start
    while start and role_at(decided, start - 1) in _BELOW:
        start -= 1
    fields = {role_at(decided, place) for place in range(start, main.start)}
    if not start or fields.isdisjoint(_FIELDS) or any(role is Role.HEADLINE for role, _ in decided.values()):
        return None
    line = page[start - 1]
    brief = thresholds().headline_min_words <= line.shape.words <= _LONGEST_HEADLINE
    return start - 1 if brief and not line.credit and not line.recurrence and start - 1 not in page.twins else None


def elsewhere(line: PageLine) -> Role:
    """What kind of furniture a line inside or below the article is: sentences and headlines lead to other stories, the
    rest is the site's own."""
    least = thresholds().headline_min_words
    return Role.RELATED if line.shape.words >= least and line.shape.letters >= 12 else Role.NAVIGATION


def _main(page: Page, decided: Decisions) -> range:
    """From the first to the last line that is text, or likely to be."""
    likely = [
        place
        for place in range(len(page))
        if (role_at(decided, place) in TEXT_ROLES if place in decided else page[place].likely)
    ]
    return range(likely[0], likely[-1] + 1) if likely else range(len(page), len(page))
