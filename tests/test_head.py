"""What heads an article whose page nobody marked up: the last resort, when no candidate was likely."""

from __future__ import annotations

import pytest
from few_lines import FIRST, SECOND, gone, page_of

from copydesk.article import Role
from copydesk.label import head
from copydesk.label.decide import decide

TITLE = "Bridge put off until spring"
BELOW_FURNITURE = f"# Your address\n# Sign up\n{TITLE}\n{FIRST}\n{SECOND}"


def test_the_first_line_that_furniture_leaves_heads_the_article() -> None:
    page, decided = page_of(BELOW_FURNITURE)
    assert gone(head.first, page, decided) == [TITLE]
    assert {role for role, _ in head.first(page, decided).values()} == {Role.HEADLINE}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BELOW_FURNITURE.replace(TITLE, "They met."), id="a sentence"),
        pytest.param(BELOW_FURNITURE.replace(TITLE, "Bridges"), id="a single word"),
        pytest.param(f"# Your address\n{TITLE}\n# Sign up\n{FIRST}", id="furniture between it and the article"),
        pytest.param(f"# Your address\n{FIRST}\n{TITLE}\n{SECOND}", id="a subheading"),
    ],
)
def test_nothing_else_does(text: str) -> None:
    assert gone(head.first, *page_of(text)) == []


def test_no_line_does_that_is_doubted_or_that_a_headline_stands_above() -> None:
    page, decided = page_of(BELOW_FURNITURE)
    assert gone(head.first, *page_of(BELOW_FURNITURE, (TITLE,))) == []
    for known in (Role.HEADLINE, Role.BODY):
        assert gone(head.first, page, {**decided, 0: decide(known, "test.known")}) == []


def test_the_first_line_of_a_page_heads_it_though_the_scorer_doubts_it() -> None:
    text = f"{TITLE}\n{FIRST}\n{SECOND}"
    assert gone(head.top, *page_of(text, (TITLE,))) == [TITLE]
    assert gone(head.top, *page_of(f"They met.\n{FIRST}")) == []
