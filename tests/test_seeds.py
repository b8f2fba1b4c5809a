"""The five pages that the project was created for: every line as a careful reader would label it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, gold_roles

from copydesk.article import Article, Role
from copydesk.cleaning import Knowledge, clean

GOLD = sorted((ROOT / "tests" / "golden" / "seed_roles").glob("*.tsv"))


@pytest.fixture(scope="module")
def pages(shared: Path, knowledge: Knowledge) -> dict[str, Article]:
    return {
        path.stem: clean(path.read_bytes(), knowledge=knowledge) for path in sorted((shared / "seeds").glob("*.txt"))
    }


@pytest.mark.parametrize("gold", GOLD, ids=lambda path: path.stem)
def test_every_line_has_the_role_that_a_reader_gives_it(gold: Path, pages: dict[str, Article]) -> None:
    found = {block.line_start: block.role.value for block in pages[gold.stem].blocks if block.role is not Role.BLANK}
    assert found == gold_roles(gold)


def test_all_article_lines_are_in_the_text_and_nothing_else(pages: dict[str, Article]) -> None:
    lines = [line for page in pages.values() for line in page.text.splitlines() if line]
    assert len(lines) == 81
    assert len(set(lines)) == 81


def test_dates_are_read_from_stamps_and_from_nothing_else(pages: dict[str, Article]) -> None:
    published = {name[:3]: page.published and page.published.on for name, page in pages.items()}
    assert published == {"000": None, "001": None, "002": None, "003": date(2023, 9, 26), "004": None}
    updated = pages[next(name for name in pages if name.startswith("003"))].updated
    assert updated is not None
    assert updated.on == date(2023, 9, 27)
    assert updated.at is None


def test_a_page_of_paragraphs_only_has_no_head(pages: dict[str, Article]) -> None:
    page = pages[next(name for name in pages if name.startswith("000"))]
    assert (page.headline, page.standfirst, page.byline, page.published) == (None, None, (), None)
    assert page.published_reason == "not_stated"


def test_captions_stand_once_with_their_credits(pages: dict[str, Article]) -> None:
    printed = {
        name[:3]: [(caption.agency, caption.occurrences) for caption in page.captions] for name, page in pages.items()
    }
    assert printed == {
        "000": [],
        "001": [(None, 2)],
        "002": [("Facebook", 1)],
        "003": [("Photolure", 1), ("Twitter", 2), ("Getty Images", 2)],
        "004": [(None, 2)],
    }


def test_the_byline_is_a_person(pages: dict[str, Article]) -> None:
    assert [page.byline for page in pages.values() if page.byline] == [("Adam Morrow",)]
