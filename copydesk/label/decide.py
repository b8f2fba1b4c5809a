"""What a rule returns, and how rules are run one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from copydesk.article import SET_ASIDE_ROLES, Evidence, Role
from copydesk.label.page import Page

Decision = tuple[Role, Evidence]
Decisions = Mapping[int, Decision]
"""Places in a page, to what was decided there."""

Rule = Callable[[Page, Decisions], Decisions]
"""Looks at a page and what has been decided so far, and decides more. It never changes what was decided before it."""


FURNITURE = SET_ASIDE_ROLES - {Role.REPEATED_HEADLINE, Role.REPEATED_CAPTION, Role.REPEATED_PARAGRAPH}
"""What is set aside for what it says, and not as a copy."""


def decide(role: Role, rule: str, seen: str = "", confidence: float = 1.0) -> Decision:
    """One decision. ``seen`` is for a person to read."""
    return role, Evidence(rule, seen, confidence)


def run(rules: Sequence[Rule], page: Page, decided: Decisions) -> dict[int, Decision]:
    """All decisions after the rules were run in order; the first to decide a line wins.

    What the extractor and the scorer both take for the article, no rule makes furniture, unless it is a copy.
    """
    known = dict(decided)
    for rule in rules:
        for place, decision in rule(page, known).items():
            if not (page[place].vouched and decision[0] in FURNITURE):
                known.setdefault(place, decision)
    return known


def role_at(decided: Decisions, place: int) -> Role | None:
    """The role decided at that place, None where nothing was (or there is no such line)."""
    decision = decided.get(place)
    return decision[0] if decision else None
