"""The brake: where so much prose was set aside that a person should look first, none is."""

from __future__ import annotations

from dataclasses import dataclass

from copydesk.article import TEXT_ROLES, Role
from copydesk.label.decide import Decision, decide
from copydesk.label.pack import thresholds
from copydesk.label.page import Page


@dataclass(frozen=True, slots=True)
class Prose:
    """How many words stand in lines that look like paragraphs, and how many of them the rules would set aside."""

    words: int = 0
    aside: int = 0


def prose(page: Page, decided: dict[int, Decision]) -> Prose:
    """What the rules decided of the page's prose."""
    words = {place: page[place].shape.words for place in range(len(page)) if page[place].shape.prose}
    return Prose(
        sum(words.values()), sum(count for place, count in words.items() if decided[place][0] not in TEXT_ROLES)
    )


def document_over_cap(found: Prose) -> bool:
    """Whether a page's rules went too far."""
    limits = thresholds()
    return found.words >= limits.document_min_words and found.aside > limits.document_cap * found.words


def source_over_cap(pages: int, found: Prose) -> bool:
    """Whether the rules went too far on so many ``pages`` of a source, taken together."""
    limits = thresholds()
    enough = pages >= limits.source_pages and found.words >= limits.source_min_words
    return enough and found.aside > limits.source_cap * found.words


def kept(page: Page, decided: dict[int, Decision], rule: str) -> dict[int, Decision]:
    """The decisions, with all prose back in the text."""
    return {
        place: decide(Role.BODY, rule, f"was {role}: {evidence.rule}", 0.3)
        if page[place].shape.prose and role not in TEXT_ROLES
        else (role, evidence)
        for place, (role, evidence) in decided.items()
    }
