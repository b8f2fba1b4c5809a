"""The inferred publication: an interval that holds the true day, from the body alone, only where it is asked for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import clean
from copydesk.article import Article
from copydesk.dates import infer_published, is_edtf
from copydesk.errors import ConfigError
from copydesk.rows import article_row
from copydesk.sources import Source, load_sources

DAYS = st.dates(date(1960, 1, 1), date(2040, 12, 31))


def long(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def holds(value: str, day: date) -> bool:
    first, _, last = value.partition("/")
    last = last or first
    return (first == ".." or first <= day.isoformat()) and (last == ".." or day.isoformat() <= last)


def sentences(day: date) -> st.SearchStrategy[str]:
    """A sentence that a paper of ``day`` may hold."""
    before = st.integers(0, 4000).map(lambda days: long(day - timedelta(days=days)))
    after = st.integers(0, 4000).map(lambda days: long(day + timedelta(days=days)))
    of_week = st.integers(0, 6).map(lambda days: day - timedelta(days=day.weekday() + 7 - days))
    elsewhere = DAYS.map(long)
    return st.one_of(
        st.just(f"The ferry sank yesterday, {long(day - timedelta(days=1))}, off the cape."),
        st.just(f"The bridge opens today, {day:%A}, at noon."),
        of_week.map(lambda one: f"The guild met last week, on {long(one)}, in the old mill."),
        before.map(lambda words: f"The mill burned down on {words}, and was never rebuilt."),
        after.map(lambda words: f"The court will rule on {words}, a clerk said."),
        elsewhere.map(lambda words: f"“We left yesterday, {words}, by the back door,” she wrote in her diary."),
        elsewhere.map(lambda words: f"The mayor announced a vote on {words}."),
        elsewhere.map(lambda words: f"The trial was postponed until {words}."),
        elsewhere.map(lambda words: f'He said: "The dam will be ready on {words}."'),
        st.just("On Monday the rain came back, as it did last week and in May."),
    )


@given(DAYS, st.data())
@settings(max_examples=300, deadline=None)
def test_the_true_day_is_among_the_inferred_ones(day: date, data: st.DataObject) -> None:
    paragraphs = data.draw(st.lists(sentences(day), max_size=8))
    found = infer_published(paragraphs, "en-US")
    if found is not None:
        assert is_edtf(found.value)
        assert holds(found.value, day), found
        assert found.evidence


@given(DAYS)
@settings(deadline=None)
def test_yesterday_beside_a_date_gives_the_day(day: date) -> None:
    found = infer_published([f"The ferry sank yesterday, {long(day - timedelta(days=1))}, off the cape."], "en-US")
    assert found is not None
    assert found.value == day.isoformat()


def test_a_week_and_a_weekday_give_the_day_and_say_why() -> None:
    paragraphs = ["They met last week, on September 19, 2023.", "The talks go on today, Tuesday, in Oslo."]
    found = infer_published(paragraphs, "en-US")
    assert found is not None
    assert found.value == "2023-09-26"
    assert "last week, on September 19, 2023" in found.evidence
    assert "today, Tuesday" in found.evidence


def test_german_is_read_too() -> None:
    found = infer_published(["Gestern, am 25. September 2023, trat er zurück."], "de")
    assert found is not None
    assert found.value == "2023-09-26"


def test_the_update_is_an_upper_bound() -> None:
    found = infer_published(["The mill burned down on May 5, 2021."], "en-US", not_after=date(2021, 6, 1))
    assert found is not None
    assert found.value == "2021-05-05/2021-06-01"


def test_contradictions_give_nothing() -> None:
    paragraphs = ["It fell yesterday, May 5, 2021, at dawn.", "It opened yesterday, May 9, 2022, at noon."]
    assert infer_published(paragraphs, "en-US") is None


def test_where_nothing_tells_nothing_is_inferred() -> None:
    assert infer_published([], "en-US") is None
    assert infer_published(["It rained on Monday, and on May 3."], None) is None


BODY = (
    "The council of the valley met for three hours and agreed on nothing that anyone could name afterwards.",
    "Nobody in the hall was willing to say more than that, and the crowd outside had long gone home by then.",
)
FURNITURE = (
    "Council\n\n{0}\n\nThe council yesterday, May 25, 2023, in the valley. (A. Person/Valley Photo)\n\n{1}\n",
    "Council\n\n{0}\n\nFILE - The council meets yesterday, May 25, 2023. (Valley Photo/A. Person)\n\n{1}\n",
    "Council\n\n{0}\n\n{1}\n\nSupport our work: yesterday, July 1, 2024, we stopped showing adverts. Donate now.\n",
    "Council\n\n{0}\n\n{1}\n\n© 2024 Valley Paper. All rights reserved. Updated terms of May 5, 2024.\n",
)


def read(page: str, *, asked: bool) -> Article:
    return clean(page, source=Source("valley", language="en-US", infer_dates=asked))


@pytest.mark.parametrize("page", FURNITURE)
def test_captions_appeals_and_copyright_lines_tell_nothing(page: str) -> None:
    article = read(page.format(*BODY), asked=True)
    assert article.published is None
    assert article.published_inferred is None


DATED = (
    "Council\n\n{0}\n\nThe hall burned down yesterday, May 4, 2021, after a storm. It will reopen next year.\n\n{1}\n"
)


def test_it_is_inferred_only_where_the_source_asks_and_never_fills_the_date() -> None:
    page = DATED.format(*BODY)
    silent, asked = (article_row(read(page, asked=asked)) for asked in (False, True))
    assert silent["published_inferred"] is None
    assert silent["published_inferred_evidence"] is None
    assert asked["published_inferred"] == "2021-05-05"
    assert "yesterday, May 4, 2021" in asked["published_inferred_evidence"]
    same = [name for name in silent if not name.startswith("published_inferred")]
    assert [silent[name] for name in same] == [asked[name] for name in same]
    assert asked["published"] is None


def test_what_hangs_on_the_day_stays_open() -> None:
    (year,) = [one for one in read(DATED.format(*BODY), asked=True).dates if one.surface == "next year"]
    assert (year.value, year.basis) == (None, "unresolved")


def test_a_stated_date_leaves_nothing_to_infer_and_names_its_words() -> None:
    page = DATED.format(*BODY).replace("Council\n", "Council\n\nPublished: May 7, 2021\n", 1)
    article = read(page, asked=True)
    assert article.published is not None
    assert (article.published.edtf, article.published_evidence) == ("2021-05-07", "Published: May 7, 2021")
    assert article.published_inferred is None


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("false", False)])
def test_the_registry_of_sources_says_where(tmp_path: Path, written: str, meant: bool) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(f"[valley]\ninfer_dates = {written}\n", encoding="utf-8")
    assert load_sources(path)["valley"].infer_dates is meant


def test_the_registry_takes_no_text_for_it(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[valley]\ninfer_dates = "yes"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="infer_dates must be true or false"):
        load_sources(path)


@pytest.mark.parametrize("piece", ["yesterday, May 5, 2021, ", "on May 5, 2021 ", "“", "today, Tuesday ", "told "])
def test_hostile_paragraphs_take_linear_time(piece: str) -> None:
    assert grows_linearly(lambda length: infer_published([(piece * length)[:length]], "en-US"), 20_000)
