"""The learned scorer's opinion, for lines that no rule with a reason knows.

It says how likely a line is article text, and how likely one of the fields that have rules of their own. It gives no
kind of furniture; what kind it is, the line's place on the page tells.
"""

from __future__ import annotations

from itertools import pairwise

from copydesk.article import Role
from copydesk.label.decide import FURNITURE, Decision, Decisions, decide, role_at
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine
from copydesk.label.repeats import captioned_above

_BOXES = 3
"""A page of fewer boxes is not parted by blank lines."""
_UNSURE = 0.5
"""A label that is likelier the article's own than not stays with it."""


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
                found[place] = _field(decided, place, line, main)
        elif line.dropped_by:
            seen = f"{line.dropped_by} left it out, {seen}"
            found[place] = decide(_kind(place, line, main), "html.extractor", seen, round(1 - line.chance, 2))
        else:
            found[place] = decide(_kind(place, line, main), "learned.furniture", seen, round(1 - line.chance, 2))
    return found


def company(page: Page, decided: Decisions) -> Decisions:
    """Labels in a box of which everything else was set aside: buttons under a notice, entries under their heading.

    A box is what stands between two blank lines.
    """
    found: dict[int, Decision] = {}
    starts = [place for place, line in enumerate(page) if place == 0 or line.gap]
    if len(starts) < _BOXES:
        return found
    for start, stop in pairwise([*starts, len(page)]):
        if stop - start < 2:
            continue
        open_ = [place for place in range(start, stop) if place not in decided]
        roles = {role for place in range(start, stop) if (role := role_at(decided, place))}
        if not open_ or not roles or not roles <= FURNITURE:
            continue
        if all(_label(page[place]) for place in open_):
            role = decided[next(place for place in range(start, stop) if place in decided)][0]
            for place in open_:
                found[place] = decide(role, "learned.company", f"a label in the box of line {page[start].number}", 0.7)
    return found


def _label(line: PageLine) -> bool:
    return not line.shape.prose and line.shape.words <= thresholds().short_words and line.chance < _UNSURE


def _field(decided: Decisions, place: int, line: PageLine, main: range) -> Decision:
    """A line that looks like a field: prose at the head is a standfirst, anything else a caption."""
    seen = f"chance {line.apart:.2f} to be a field, {line.chance:.2f} to be article text"
    headed = any(role_at(decided, earlier) is Role.HEADLINE for earlier in range(place))
    told = any(role is Role.STANDFIRST for role, _ in decided.values())
    if place < main.start and headed and not told and line.shape.prose:
        return decide(Role.STANDFIRST, "learned.standfirst", seen, round(line.apart, 2))
    return decide(Role.CAPTION, "learned.caption", seen, round(line.apart, 2))


def _kind(place: int, line: PageLine, main: range) -> Role:
    """Sentences and headlines inside or below the article lead elsewhere; the rest is the site's own."""
    if place >= main.start and line.shape.words >= thresholds().headline_min_words and line.shape.letters >= 12:
        return Role.RELATED
    return Role.NAVIGATION


def _main(page: Page, decided: Decisions) -> range:
    """From the first to the last line that is likely text."""
    likely = [place for place in range(len(page)) if place not in decided and page[place].likely]
    return range(likely[0], likely[-1] + 1) if likely else range(len(page), len(page))
