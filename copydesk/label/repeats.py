"""Pass two: lines that a page prints again."""

from __future__ import annotations

from itertools import pairwise

from copydesk.article import Role
from copydesk.label.decide import Decision, Decisions, decide, role_at
from copydesk.label.pack import thresholds
from copydesk.label.page import Page

OPENERS = ("“", "„", "«", "‘", '"', "—", "–", "「")
_CREDIT_LABEL = 20
"""Characters of what stands before a credit."""
_COPIES = {
    Role.HEADLINE: Role.REPEATED_HEADLINE,
    Role.CAPTION: Role.REPEATED_CAPTION,
}


def twins(page: Page, decided: Decisions) -> Decisions:
    """A sentence printed twice in a row, as a lazy-loaded picture's caption is; the first is the caption. A few words
    may be a picture's text and its caption where a credit stands below them.

    A copy may carry the credit that the other lacks. Paragraphs are not printed so: blank lines part them, and what
    somebody says is no caption.
    """
    found: dict[int, Decision] = {}
    for place, (first, second) in enumerate(pairwise(page), 1):
        if not (first.key.startswith(second.key) or second.key.startswith(first.key)):
            continue
        if place - 1 in found or place - 1 in decided or place in decided:
            continue
        short = min(first.shape.chars, second.shape.chars) < thresholds().repeat_chars
        if second.gap > 1 or (short and (second.gap or not _credit_below(page, place))):
            continue
        if not _same_but_credit(first.key, second.key) or first.text.startswith(OPENERS):
            continue
        if second.gap and first.credit is None and second.credit is None:
            continue
        fuller, other = (place - 1, place) if len(first.text) >= len(second.text) else (place, place - 1)
        found[fuller] = decide(Role.CAPTION, "repeats.twin", "printed twice in a row", 0.95)
        found[other] = decide(Role.REPEATED_CAPTION, "repeats.twin", f"repeats line {page[fuller].number}", 0.95)
    return found


def credited(page: Page, decided: Decisions) -> Decisions:
    """A line with a picture credit at its end, or that is one. What says more than its credit is a caption once, and
    its copies are left to ``copies``; many pictures have one credit."""
    found: dict[int, Decision] = {}
    for place, line in enumerate(page):
        if place in decided or line.credit is None or line.shape.words > thresholds().caption_max_words:
            continue
        long = line.shape.chars >= thresholds().repeat_chars + len(line.credit.text)
        if not long or not captioned_above(page, decided, found, place):
            found[place] = decide(Role.CAPTION, "captions.credit", f"credit {line.credit.text!r}", 0.9)
    return found


def captioned_above(page: Page, decided: Decisions, found: Decisions, place: int) -> bool:
    """Whether the line stood above already, as a caption: then it is one of its ``copies``."""
    above = (other for other in page.positions[page[place].key] if other < place)
    return any(Role.CAPTION in (role_at(decided, other), role_at(found, other)) for other in above)


def copies(page: Page, decided: Decisions) -> Decisions:
    """A later print of a line that already has a role: headline, caption, or a paragraph of the article."""
    found: dict[int, Decision] = {}
    for places in page.repeated:
        first = next((place for place in places if place in decided), None)
        role = role_at(decided, first) if first is not None else None
        if first is None or role not in _COPIES:
            continue
        for place in places:
            if place not in decided:
                found[place] = decide(_COPIES[role], "repeats.copy", f"the {role} of line {page[first].number} again")
    return found


def paragraphs(page: Page, decided: Decisions) -> Decisions:
    """A whole paragraph that stood before: a summary box, a pull quote, a print view. Short lines may be a refrain."""
    found: dict[int, Decision] = {}
    for places in page.repeated:
        undecided = [place for place in places if place not in decided]
        line = page[places[0]]
        if len(undecided) < 2 or line.shape.chars < thresholds().repeat_chars or not line.shape.prose:
            continue
        for place in undecided[1:]:
            found[place] = decide(
                Role.REPEATED_PARAGRAPH,
                "repeats.paragraph",
                f"the paragraph of line {page[undecided[0]].number} again",
                0.9,
            )
    return found


def contents(page: Page, decided: Decisions) -> Decisions:
    """A list of what is below, as live reports open with: lines that stand again as subheadings, two and more."""
    found: dict[int, Decision] = {}
    for places in page.repeated:
        first, last = places[0], places[-1]
        if first in decided or page[first].shape.words < thresholds().headline_min_words:
            continue
        if role_at(decided, last) is Role.SUBHEADING:
            seen = f"the subheading of line {page[last].number}"
            found[first] = decide(Role.REPEATED_PARAGRAPH, "repeats.contents", seen, 0.9)
    return found if len(found) > 1 else {}


def lines(page: Page, decided: Decisions) -> Decisions:
    """A later copy of any line of a few words that is still undecided. Among short lines it may be a refrain."""
    found: dict[int, Decision] = {}
    for places in page.repeated:
        line = page[places[0]]
        if line.shape.words < thresholds().headline_min_words + 1:
            continue
        for place in places[1:]:
            if place not in decided and not _among_short(page, decided, place):
                found[place] = decide(
                    Role.REPEATED_PARAGRAPH, "repeats.line", f"line {page[places[0]].number} again", 0.8
                )
    return found


def _among_short(page: Page, decided: Decisions, place: int) -> bool:
    """Whether the lines above and below, or the two above, are short and may be text: as in a song or a list."""
    sides = [other for other in (place - 1, place + 1) if 0 <= other < len(page)]
    above = [place - 1, place - 2] if place > 1 else sides
    return any(all(_short(page, decided, other) for other in near) for near in (sides, above))


def _short(page: Page, decided: Decisions, place: int) -> bool:
    return role_at(decided, place) in (None, Role.BODY) and page[place].shape.words <= thresholds().short_words


def _credit_below(page: Page, place: int) -> bool:
    """Whether the line is right above a credit that stands alone, but for its label."""
    if place + 1 == len(page):
        return False
    below = page[place + 1]
    return not below.gap and below.credit is not None and len(below.text) <= len(below.credit.text) + _CREDIT_LABEL


def _same_but_credit(first: str, second: str) -> bool:
    """Equal, or one is the other and a credit more (at most a fifth of it)."""
    if first == second:
        return True
    shorter, longer = sorted((first, second), key=len)
    return longer.startswith(shorter) and len(longer) - len(shorter) <= max(30, len(shorter) // 5)
