"""Pages for the rules of pass two: a few lines, each with a chance, of which some are decided."""

from __future__ import annotations

from copydesk.article import Role
from copydesk.label.decide import Decision, Decisions, Rule, decide
from copydesk.label.page import Page, read_page

FIRST = "The council met on Monday and put the new bridge off until the spring."
SECOND = "Its mayor said that the piers would be looked at by divers first."
PLAIN, DOUBTED = 0.95, 0.4
SET_ASIDE = decide(Role.NEWSLETTER, "test.furniture")


def page_of(text: str, doubted: tuple[str, ...] = ()) -> tuple[Page, dict[int, Decision]]:
    """The page of these lines, and as decided those that are marked ``#``. The scorer doubts the ``doubted``."""
    given = [line.strip() for line in text.strip().splitlines()]
    page, _ = read_page([line.removeprefix("# ") for line in given], ["en"])
    marked = [line.startswith("# ") for line in given if line]
    scored = [line._replace(chance=DOUBTED if line.text in doubted else PLAIN, likely=True) for line in page]
    decided = {place: SET_ASIDE for place, one in enumerate(marked) if one}
    return Page.of(scored, page.languages, page.headline, page.telling), decided


def gone(rule: Rule, page: Page, decided: Decisions) -> list[str]:
    return [page[place].text for place in sorted(rule(page, decided))]
