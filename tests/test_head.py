"""What heads an article whose page nobody marked up: the last resort, when no candidate was likely."""

from __future__ import annotations

import pytest
from few_lines import FIRST, SECOND, gone, page_of

from copydesk.article import Role
from copydesk.cleaning import clean
from copydesk.label import head, learned
from copydesk.label.decide import decide
from copydesk.label.page import Page

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


@pytest.mark.parametrize(
    ("below", "role"),
    [
        ([Role.BYLINE, Role.TIMESTAMP], Role.HEADLINE),
        ([Role.CAPTION, Role.REPEATED_CAPTION], Role.HEADLINE),
        ([Role.BYLINE, Role.NEWSLETTER], Role.CAPTION),
        ([Role.WIDGET], Role.CAPTION),
        ([], Role.CAPTION),
    ],
)
def test_what_looks_like_a_field_above_others_is_the_headline_that_nobody_knew(below: list[Role], role: Role) -> None:
    lines = [TITLE, *(f"Field {number}" for number in range(len(below))), FIRST, SECOND]
    plain, _ = page_of("\n".join(lines))
    field = plain[0]._replace(chance=0.1, apart=0.8, likely=False)
    page = Page.of([field, *plain[1:]], plain.languages, plain.headline, plain.telling)
    decided = {place: decide(its, "test.known") for place, its in enumerate(below, 1)}
    assert learned.furniture(page, decided)[0][0] is role
    known = {**decided, len(lines) - 1: decide(Role.HEADLINE, "test.known")}
    assert learned.furniture(page, known)[0][0] is Role.CAPTION


BY = "By Jo Harper"


@pytest.mark.parametrize(
    ("above", "headline"),
    [
        pytest.param(
            "Last ferry of Hale harbour\n: Sold to a museum",
            "Last ferry of Hale harbour: Sold to a museum",
            id="two lines",
        ),
        pytest.param(
            "4. The last ferry is sold\n\nThe end at Hale The last ferry is sold",
            "The end at Hale The last ferry is sold",
            id="a numbered step of a path",
        ),
        pytest.param(
            "Port HaleThe last ferry is sold\nPort Hale / The last ferry is sold",
            "Port Hale / The last ferry is sold",
            id="run together, and not",
        ),
        pytest.param(
            "Port Hale: The last ferry is sold | The Hale Gazette\nThe last ferry is sold",
            "The last ferry is sold",
            id="the title of the page, with the site's name",
        ),
    ],
)
def test_of_what_a_headline_is_printed_as_the_whole_of_it_is_taken_and_nothing_else(above: str, headline: str) -> None:
    story = f"The last ferry of Hale was sold to the museum.\n\n{FIRST}\n\n{SECOND}"
    assert clean(f"The Hale Gazette\n\n{above}\n\n{BY}\n\n{story}\n").headline == headline


def test_a_page_whose_markup_tells_its_headline_has_no_other() -> None:
    page, _ = page_of(f"Bridges and other buildings of the town\n{TITLE}\n{FIRST}\n{SECOND}")
    assert head.headline(page, {}), "without that there is one"
    assert head.headline(page, {1: decide(Role.HEADLINE, "html.headline")}) == {}
