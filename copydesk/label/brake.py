"""The brake: where so much prose was set aside that a person should look first, none is."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.article import KEPT_ROLES, TEXT_ROLES, Role
from copydesk.label.decide import FURNITURE, Decision, Decisions, decide
from copydesk.label.pack import thresholds
from copydesk.label.page import Page

_DOUBTS = ("body.recurrent", "company.", "html.extractor", "learned.")
"""Rules that look at no words."""

_FIELDS = KEPT_ROLES - TEXT_ROLES


@dataclass(frozen=True, slots=True)
class Prose:
    """How many words stand in lines that look like paragraphs, and how many of them the rules would set aside."""

    words: int = 0
    aside: int = 0


def prose(page: Page, decided: Decisions) -> Prose:
    """What the rules decided of the page's prose."""
    words = {place: page[place].shape.words for place in range(len(page)) if page[place].shape.prose}
    return Prose(
        sum(words.values()), sum(count for place, count in words.items() if decided[place][0] not in TEXT_ROLES)
    )


def document_over_cap(page: Page, decided: Decisions, found: Prose) -> bool:
    """Whether a page's rules went too far: nearly all of its prose would go, or all of its text."""
    limits = thresholds()
    enough = found.words >= limits.document_min_words
    return (enough and found.aside > limits.document_cap * found.words) or _nothing_left(page, decided)


def _nothing_left(page: Page, decided: Decisions) -> bool:
    """Whether no line of text would be left, though some prose went for no words of its own: where it stands, how it
    reads, or because it comes back."""
    if any(role in TEXT_ROLES for role, _ in decided.values()):
        return False
    return any(
        role in FURNITURE and page[place].shape.prose and evidence.rule.startswith(_DOUBTS)
        for place, (role, evidence) in decided.items()
    )


def source_over_cap(pages: int, found: Prose) -> bool:
    """Whether the rules went too far on so many ``pages`` of a source, taken together."""
    limits = thresholds()
    enough = pages >= limits.source_pages and found.words >= limits.source_min_words
    return enough and found.aside > limits.source_cap * found.words


def kept(page: Page, decided: Decisions, alone: Decisions, rule: str) -> dict[int, Decision]:
    """The decisions ``alone``, which the rules take when they know nothing of the source's other pages, with all prose
    in the text that was set aside by what was ``decided``.

    Standfirst, captions and whatever else is kept in a field of its own stay there, unless most prose is in these.
    """
    back = {place for place, decision in decided.items() if page[place].shape.prose and decision[0] not in TEXT_ROLES}
    fields = {place for place in back if alone[place][0] in _FIELDS}
    words = {place: page[place].shape.words for place in range(len(page)) if page[place].shape.prose}
    if 2 * sum(words[place] for place in fields) <= sum(words.values()):
        back -= fields
    said = {place: f"was {role}: {evidence.rule}" for place, (role, evidence) in decided.items() if place in back}
    return {**alone, **{place: decide(Role.BODY, rule, seen, 0.3) for place, seen in said.items()}}
