"""What heads an article whose page nobody marked up: the last resort, when no candidate was likely."""

from __future__ import annotations

import pytest
from few_lines import FIRST, SECOND, gone, page_of

from copydesk.article import Role
from copydesk.cleaning import clean
from copydesk.label import head, headline, learned
from copydesk.label.decide import decide
from copydesk.label.page import Page, read_page

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


BOX = "Our evening on the quay"
STORY = (
    "The council of Brandle met on Monday and put the new bridge over the Wend off until the spring.\n\n"
    "Its mayor, Ada Firth, said that divers would look at the piers before any crane came near them.\n\n"
    "The old bridge has been closed to lorries since a barge struck it in the floods of January."
)


def doubted(text: str, *, chance: float = 0.02, scored: bool = True) -> Page:
    """The text's lines, sure to be the article but for ``BOX``, which looks like a field."""
    page, _ = read_page(text.split("\n"), ["en"])
    lines = [
        line._replace(chance=chance, apart=0.7, likely=False)
        if line.text == BOX
        else line._replace(chance=0.95, keep_from=0.3, likely=True, apart=0.3)
        for line in page
    ]
    return Page.of(lines, page.languages, page.headline, page.telling, scored)


@pytest.mark.parametrize(
    ("page", "strange"),
    [
        pytest.param(doubted(f"{BOX}\nBook a seat\n\n{FIRST}\n{SECOND}"), True, id="the head of a box"),
        pytest.param(doubted(f"{BOX}\nBy Ada Firth\n\n{FIRST}\n{SECOND}"), False, id="above who wrote the article"),
        pytest.param(doubted(f"{BOX}\n\n{FIRST}\n{SECOND}"), False, id="by itself"),
        pytest.param(
            doubted(f"{BOX}\nBook a seat\n\n{FIRST}\nThe quay was full."), False, id="the article has a word of it"
        ),
        pytest.param(doubted(f"{BOX}\nBook a seat\n\n{FIRST}", chance=0.2), False, id="not quite unlikely"),
        pytest.param(doubted(f"{BOX}\nBook a seat\n\n{FIRST}", scored=False), False, id="markup tells better"),
    ],
)
def test_what_heads_a_box_of_which_the_article_has_no_word_is_not_its_headline(page: Page, strange: bool) -> None:
    assert headline.strange(page, {}, 0) is strange
    roles = {role for role, _ in learned.furniture(page, {1: decide(Role.WIDGET, "test.known")}).values()}
    assert (Role.CAPTION not in roles) is (page.strange(0))


PAGES = (
    "Who pays for the Wharfside Courier\nReaders do, and nobody else.\nGive 3 pounds a month",
    "Ein Abend mit der Redaktion\nMittwoch im Alten Speicher, der Eintritt ist frei.\nPlatz sichern",
    "En kiosque cette semaine\nLe numéro d'automne, avec un cahier sur les vergers.\nCommander",
)


@pytest.mark.parametrize("box", PAGES)
def test_an_article_without_a_headline_is_given_none_from_the_box_above(box: str) -> None:
    article = clean(f"{box}\n\n{STORY}")
    assert article.headline is None
    assert article.text == STORY
