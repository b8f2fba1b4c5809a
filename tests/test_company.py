"""Labels and doubtful lines go with what stands beside them, and the article's own lists and letters stay."""

from __future__ import annotations

import pytest
from few_lines import FIRST, SECOND, gone, page_of
from growth import grows_linearly

from copydesk.article import Role
from copydesk.label import company, learned
from copydesk.label.decide import Rule, decide
from copydesk.label.page import Page


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_labels_below_the_last_sentence_are_not_the_articles(gap: str) -> None:
    below = ["A village bakery opens again", "Ferry fares", "34 minutes"]
    page, decided = page_of(gap.join([FIRST, SECOND, *below]))
    assert gone(company.below, page, decided) == below
    assert {page[place].text: role for place, (role, _) in company.below(page, decided).items()} == {
        "A village bakery opens again": Role.RELATED,
        "Ferry fares": Role.NAVIGATION,
        "34 minutes": Role.NAVIGATION,
    }


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{FIRST}\n{SECOND}\nYou need:\n500 g plums\n1 egg", id="what a colon leads to"),
        pytest.param(f"{FIRST}\n{SECOND}\n1. The old well\n2. The new well", id="entries of a list"),
        pytest.param(f"Dear neighbours,\n{FIRST}\n{SECOND}\nYour Ada Firth", id="who signed a letter"),
        pytest.param(f"{FIRST}\nFerry fares", id="too few sentences to know where it ends"),
        pytest.param("Wind over the water\nrope and tar\nrope and tar\nSing.\nSing.\nand home", id="verse"),
        pytest.param(f"{FIRST}\n{SECOND}\nFerry fares\nThey rose on Monday.", id="a subheading"),
    ],
)
def test_what_an_article_may_end_with_stays(text: str) -> None:
    page, decided = page_of(text)
    assert not {
        "500 g plums",
        "1. The old well",
        "2. The new well",
        "Your Ada Firth",
        "Ferry fares",
        "and home",
    }.intersection(gone(company.below, page, decided))


def test_a_label_close_above_furniture_heads_it() -> None:
    page, decided = page_of(f"{FIRST}\n\nMornings with us\nFrom 4 crowns\n# Your address\n\n{SECOND}")
    assert gone(company.above, page, decided) == ["Mornings with us", "From 4 crowns"]
    assert {role for role, _ in company.above(page, decided).values()} == {Role.NEWSLETTER}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{FIRST}\n\nThe piers\n\n# Your address\n\n{SECOND}", id="a blank line between"),
        pytest.param(f"{FIRST}\nYou need:\n500 g plums\n1 egg\n# Your address", id="what a colon leads to"),
        pytest.param(f"{FIRST}\nflour\neggs\nplums\nbutter\n# Your address", id="more than head anything"),
        pytest.param(f"The piers\n# Your address\n{FIRST}", id="the first line of the page"),
        pytest.param(f"{FIRST}\nThey met again.\n# Your address", id="a sentence"),
    ],
)
def test_what_does_not_head_the_furniture_below_stays(text: str) -> None:
    page, decided = page_of(text)
    assert gone(company.above, page, decided) == []


def test_a_doubted_line_goes_with_the_furniture_on_both_sides() -> None:
    text = f"{FIRST}\n# Your address\nOne letter a day.\n# Sign up\n{SECOND}"
    assert gone(company.doubtful, *page_of(text, ("One letter a day.",))) == ["One letter a day."]
    assert gone(company.doubtful, *page_of(text)) == []


def test_furniture_on_one_side_is_enough_where_blank_lines_part_the_page() -> None:
    text = f"{FIRST}\n\n{SECOND}\n\nOne letter a day.\nNo more.\n# Sign up\n\n{FIRST}"
    doubted = ("One letter a day.", "No more.")
    assert gone(company.doubtful, *page_of(text, doubted)) == list(doubted)
    assert gone(company.doubtful, *page_of(text.replace("\n\n", "\n"), doubted)) == []


def test_furniture_on_one_side_of_a_doubted_paragraph_is_not_enough() -> None:
    text = f"{FIRST}\n\n{FIRST}\n\n{SECOND}\n# Sign up\n\n{FIRST}"
    assert gone(company.doubtful, *page_of(text, (SECOND,))) == []
    between = text.replace(SECOND, f"# Your address\n{SECOND}")
    assert gone(company.doubtful, *page_of(between, (SECOND,))) == [SECOND]


def test_a_label_goes_with_its_box() -> None:
    text = f"{FIRST}\n\n{SECOND}\n\n# Your address\nNot now\n\n{FIRST}"
    assert gone(company.box, *page_of(text, ("Not now",))) == ["Not now"]
    assert gone(company.box, *page_of(text)) == []
    assert gone(company.box, *page_of(text.replace("\n\n", "\n"), ("Not now",))) == []


def test_a_box_of_several_lines_goes_whole_where_paragraphs_stand_alone() -> None:
    box = (
        "Mornings with us\nOne letter a day, and a long one on Sundays, when nothing else is on.\nFree\n# Your address"
    )
    text = "\n\n".join([FIRST, SECOND, FIRST, box, SECOND])
    gone_with_it = box.split("\n")[:3]
    assert gone(company.box, *page_of(text)) == gone_with_it
    page, decided = page_of(text)
    assert gone(company.box, page, {**decided, 3: decide(Role.BODY, "test.known")}) == []
    assert gone(company.box, *page_of(text.replace(f"{FIRST}\n\n{SECOND}", f"{FIRST}\n{SECOND}"))) == []
    assert gone(company.box, *page_of(text.replace("Free\n", ""))) == []


@pytest.mark.parametrize("rule", [company.box, company.doubtful, company.above, company.below, learned.furniture])
@pytest.mark.parametrize(
    "pattern",
    [
        "Ferry fares",
        f"Ferry fares\n{FIRST}\n# Sign up",
        "# Sign up\nFerry fares\nOne letter a day.\n\n1. The old well",
        f"{FIRST}\n\nFerry fares\n# Sign up\n",
    ],
)
def test_a_page_of_any_length_takes_linear_time(rule: Rule, pattern: str) -> None:
    made, decided = page_of(pattern, ("One letter a day.", "Ferry fares"))
    lines = [line._replace(apart=0.9, likely=line.text == FIRST) for line in made]

    def work(count: int) -> None:
        page = Page.of(lines * count, made.languages, made.headline, made.telling)
        rule(page, {place + at * len(lines): its for at in range(count) for place, its in decided.items()})

    assert grows_linearly(work, 1_000)
