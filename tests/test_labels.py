"""Clean articles lose nothing, whatever their language; lines broken at a fixed width are read as paragraphs."""

from __future__ import annotations

import textwrap
import tomllib
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.article import KEPT_ROLES, TEXT_ROLES, Line, Role, raw_of
from copydesk.cleaning import Knowledge, clean
from copydesk.segment import UNWRAPPED, segment

GOLDEN = ROOT / "tests" / "golden" / "labels"


def golden(name: str) -> list[dict[str, Any]]:
    data: dict[str, list[dict[str, Any]]] = tomllib.loads((GOLDEN / f"{name}.toml").read_text(encoding="utf-8"))
    return next(iter(data.values()))


PLAIN = [article for article in golden("must_not_change") if not article.get("trap")]
STORY = next(article["text"].strip() for article in PLAIN if article["language"] == "en")
VERSE = """Pull, Jenny, pull,
the tide waits for no man,
pull, Jenny, pull,
the master's asleep,
pull, Jenny, pull,
we row while we can."""


@pytest.mark.parametrize("article", PLAIN, ids=lambda article: f"{article['language']} {article['genre']}")
def test_a_clean_article_loses_no_line(article: dict[str, Any], knowledge: Knowledge) -> None:
    spaced = article["text"].strip()
    for text in (spaced, spaced.replace("\n\n", "\n")):
        found = clean(text, knowledge=knowledge)
        lost = [block.text for block in found.blocks if block.role not in KEPT_ROLES and block.role is not Role.BLANK]
        assert lost == []


@pytest.mark.parametrize("case", golden("hard"), ids=lambda case: case["why"])
def test_a_line_that_was_hard_to_judge_is_judged_right(case: dict[str, Any], knowledge: Knowledge) -> None:
    found = clean(case["text"].strip(), knowledge=knowledge)
    role = next(block.role for block in found.blocks if block.text == case["line"])
    assert (role in TEXT_ROLES) == (case["what"] == "article")


@pytest.mark.parametrize("width", [60, 72, 80])
def test_paragraphs_broken_at_a_width_are_whole_again(width: int, knowledge: Knowledge) -> None:
    paragraphs = STORY.split("\n\n")
    broken = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    article = clean(broken, knowledge=knowledge)
    assert [block.text for block in article.blocks if block.text] == paragraphs
    assert raw_of(article.blocks) == broken
    assert any(UNWRAPPED in block.repairs for block in article.blocks)


@pytest.mark.parametrize("width", [60, 72, 80])
def test_a_headline_longer_than_the_width_leaves_paragraphs_whole(width: int, knowledge: Knowledge) -> None:
    title = "Second ferry for Skarra to sail twice a day from May, the county council decides"[: width + 12]
    address = "https://harbour.example/" + "skarra-ferry-" * 8
    paragraphs = STORY.split("\n\n")
    broken = "\n\n".join([title, *(textwrap.fill(paragraph, width) for paragraph in paragraphs), address])
    article = clean(broken, knowledge=knowledge)
    assert [block.text for block in article.blocks if block.text] == [title, *paragraphs, address]
    assert article.text == STORY and article.headline == title
    listed = "\n".join(f"{word} of the second ferry for Skarra and its two masters" for word in ("Tales", "Songs") * 3)
    alone = [Line(line, line) for line in (*broken[: width + 12].split("\n"), *listed.split("\n"))]
    assert [unit.text for unit in segment(alone) if unit.text] == [line.text for line in alone if line.text]


@pytest.mark.parametrize("text", [VERSE, STORY, STORY.replace("\n\n", "\n")])
def test_lines_that_end_where_they_do_are_left_alone(text: str) -> None:
    units = segment([Line(line, line) for line in text.split("\n")])
    assert [unit.text for unit in units] == text.split("\n")


@given(st.lists(st.text(alphabet="abc .,", max_size=90).map(str.strip), max_size=30))
@settings(max_examples=80, deadline=None)
def test_units_cover_every_line_once(texts: list[str]) -> None:
    units = segment([Line(text, text) for text in texts])
    assert [line for unit in units for line in range(unit.line_start, unit.line_end)] == list(range(len(texts)))
    assert "".join(unit.raw + unit.end for unit in units) == "".join(text + "\n" for text in texts)
