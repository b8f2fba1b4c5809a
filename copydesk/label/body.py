"""Pass two, last: what is left is the article, unless the source's other pages say otherwise."""

from __future__ import annotations

from copydesk.article import TEXT_ROLES, Role
from copydesk.label.decide import Decision, Decisions, decide, role_at
from copydesk.label.pack import thresholds
from copydesk.label.page import Page


def recurrent(page: Page, decided: Decisions) -> Decisions:
    """A line that stands on many other pages of the same source."""
    limits = thresholds()
    if page.pages_known + 1 < limits.recurrent_pages:
        return {}
    return {
        place: decide(
            Role.NAVIGATION,
            "body.recurrent",
            f"on {line.recurrence:.0%} of the source's {page.pages_known} other pages",
        )
        for place, line in enumerate(page)
        if place not in decided and line.recurrence >= limits.recurrent_share
    }


def paragraph(page: Page, decided: Decisions) -> Decisions:
    """Lines that look like paragraphs."""
    return {
        place: decide(Role.BODY, "body.paragraph", f"{line.shape.words} words, closed like a sentence", 0.9)
        for place, line in enumerate(page)
        if place not in decided and line.shape.prose
    }


def subheading(page: Page, decided: Decisions) -> Decisions:
    """A short line that is no sentence, on its own between two paragraphs."""
    found: dict[int, Decision] = {}
    for place, line in enumerate(page):
        if place in decided or line.shape.words > thresholds().short_words or not line.shape.letters:
            continue
        if line.shape.ending == "sentence" and not line.text.rstrip("\"'”’»“").endswith(("?", "!", "？", "！", "՞")):
            continue
        if not line.shape.capital or (line.gap == 0 and place > 0):
            continue
        before, after = _kept_before(decided, place), role_at(decided, place + 1)
        if before and after is Role.BODY and page[place + 1].gap > 0:
            found[place] = decide(Role.SUBHEADING, "body.subheading", "short, between two paragraphs", 0.85)
    return found


def default(page: Page, decided: Decisions) -> Decisions:
    """Whatever no rule knew: in doubt it stays."""
    return {
        place: decide(Role.BODY, "default", "no rule knew it", 0.5)
        for place in range(len(page))
        if place not in decided
    }


def _kept_before(decided: Decisions, place: int) -> bool:
    """Whether the article has begun above: a picture or an advert may stand between."""
    return any(role_at(decided, earlier) in TEXT_ROLES for earlier in range(place))


def over_cap(page: Page, decided: dict[int, Decision]) -> bool:
    """Whether so much of the page's prose was set aside that a person should look first."""
    limits = thresholds()
    prose = {place: page[place].shape.words for place in range(len(page)) if page[place].shape.prose}
    total = sum(prose.values())
    if total < limits.document_min_words:
        return False
    kept = sum(words for place, words in prose.items() if decided[place][0] in TEXT_ROLES)
    return total - kept > limits.document_cap * total
