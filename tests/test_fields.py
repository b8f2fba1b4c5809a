"""Headline, standfirst, byline and dates, read off invented pages; and that nothing is read where nothing is stated."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from conftest import ROOT
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.article import Article, RawItem, Stated
from copydesk.cleaning import Knowledge, clean
from copydesk.fields import date_order
from copydesk.label import headline
from copydesk.label.casing import name_case
from copydesk.label.names import bare, behind_separator, people, person_like
from copydesk.label.page import read_page
from copydesk.label.stamps import beside_headline, unglued

GOLDEN = ROOT / "tests" / "golden" / "fields"
PROSE = (
    "The ferry at Skarra carried nine hundred lanterns last week, said the keeper of the books, who had hoped for more."
)


def pages(family: str) -> list[Any]:
    cases = tomllib.loads((GOLDEN / f"{family}.toml").read_text(encoding="utf-8"))["page"]
    return [pytest.param(case, id=case["why"]) for case in cases]


def stated(article: Article) -> dict[str, Any]:
    return {
        "headline": article.headline,
        "standfirst": article.standfirst,
        "byline": list(article.byline),
        "published": article.published.on.isoformat() if article.published and article.published.on else None,
        "updated": article.updated.on.isoformat() if article.updated and article.updated.on else None,
    }


def expected(case: dict[str, Any]) -> dict[str, Any]:
    empty = {"headline": None, "standfirst": None, "byline": [], "published": None, "updated": None}
    return {name: case.get(name, value) for name, value in empty.items()}


@pytest.mark.parametrize("case", [*pages("wild"), *pages("synthetic"), *pages("must_not_change")])
def test_fields_are_read_as_a_reader_would(case: dict[str, Any], knowledge: Knowledge) -> None:
    article = clean(case["text"].strip() + "\n", knowledge=knowledge)
    found, wanted = stated(article), expected(case)
    if "standfirst" not in case:
        found["standfirst"] = wanted["standfirst"] = None
    assert found == wanted
    if "captions" in case:
        assert [caption.text for caption in article.captions] == case["captions"]
    if "reason" in case:
        assert article.published_reason == case["reason"]


@pytest.mark.parametrize("case", pages("known_failures"))
def test_known_failures_still_fail(case: dict[str, Any], knowledge: Knowledge) -> None:
    article = clean(case["text"].strip() + "\n", knowledge=knowledge)
    found, wanted = stated(article), expected(case)
    assert found != wanted, "it passes now: move it to another family"
    for name in ("headline", "published"):
        assert found[name] in (wanted[name], None), "a known failure may be empty, never wrong"


@pytest.mark.parametrize("case", pages("wild"))
def test_a_page_without_its_headline_keeps_its_paragraphs(case: dict[str, Any], knowledge: Knowledge) -> None:
    """Only the paragraphs of the article: no line of them may become a headline, a byline or a date."""
    prose = [line for line in case["text"].splitlines() if len(line.split()) > 12 and line.endswith(".")]
    prose = [line for line in prose if line != case.get("standfirst")]
    article = clean("\n\n".join(prose) + "\n", knowledge=knowledge)
    assert stated(article) == expected({})
    assert article.text == "\n\n".join(prose)


@pytest.mark.parametrize("case", pages("wild"))
def test_every_field_line_says_why(case: dict[str, Any], knowledge: Knowledge) -> None:
    for block in clean(case["text"].strip() + "\n", knowledge=knowledge).blocks:
        if block.role in ("headline", "standfirst", "byline", "timestamp"):
            assert block.evidence.rule
            assert block.evidence.seen
            assert 0 < block.evidence.confidence <= 1


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Anna Weber und Karl Lindner", ("Anna Weber", "Karl Lindner")),
        ("Anna Weber, Karl Lindner & Eva van der Meer", ("Anna Weber", "Karl Lindner", "Eva van der Meer")),
        ("JOSÉ DE LA CRUZ", ("José de la Cruz",)),
        ("* Anna Weber", ("Anna Weber",)),
        ("Von Anna Weber", ("Anna Weber",)),
        ("Jane Roe, New York", ("Jane Roe",)),
        ("Jane Roe in London and John Lee in Paris", ("Jane Roe", "John Lee")),
        ("Anna Weber, BR24 Redaktion", ("Anna Weber",)),
        ("Jane Roe, Senior Correspondent", ("Jane Roe",)),
        ("Text: Anna Weber, Fotos: Karl Lindner", ("Anna Weber",)),
        ("Anna Weber (Text) und Karl Lindner (Fotos)", ("Anna Weber",)),
        ("Fotos: Karl Lindner", ()),
        ("Լուսանկար՝ Արամ Պետրոսյան", ()),
        ("Ana Gil Prado / Agencias", ("Ana Gil Prado",)),
        ("Samir al-Qadi", ("Samir al-Qadi",)),
        ("홍길동 선임기자, 김철수 기자", ("홍길동", "김철수")),
        ("山田太郎 特派員", ("山田太郎",)),
        ("뉴스 요약", ()),
        ("BR24 Redaktion", ()),
        ("Web Desk", ()),
        ("Jane Roe for The Harbour Post", ("Jane Roe",)),
        ("Text: Olga Petrova", ("Olga Petrova",)),
        ("Portrait of Anna Weber, Anna Weber", ("Anna Weber",)),
        ("Adam Vidal and AP", ("Adam Vidal", "AP")),
        ("Ulrich ExlerKorrespondent", ("Ulrich Exler",)),
        ("Greg Iarossi@GregIarossi", ("Greg Iarossi",)),
        ("Արամ Պետրոսյան, Անի Սարգսյան", ("Արամ Պետրոսյան", "Անի Սարգսյան")),
        ("Staff", ()),
        ("anna.weber@example.org", ()),
        ("3 minutes ago", ()),
        ("CBC News", ()),
        ("José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Ana Gil, Maria dos Santos e Silva e Rui Melo", ("Ana Gil", "Maria dos Santos e Silva", "Rui Melo")),
        ("Toby Marsden, Local Democracy Reporter", ("Toby Marsden",)),
        ("Anna Weber Korrespondentin", ("Anna Weber",)),
        ("Nkosi Dube (Open Ledger)", ("Nkosi Dube",)),
        ("JANE ROE FOR THE HARBOUR POST", ("Jane Roe",)),
        ("ks. Adam Boński", ("Adam Boński",)),
        ("de Andreea Munteanu", ("Andreea Munteanu",)),
        ("De Smedt Jan", ("De Smedt Jan",)),
    ],
)
def test_names_of_a_byline(line: str, names: tuple[str, ...]) -> None:
    assert people(line) == names


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("SHAUN O'BRIEN", "Shaun O'Brien"),
        ("Bill MCALISTER", "Bill McAlister"),
        ("JOAN MACDONALD", "Joan MacDonald"),
        ("PIA MACHADO", "Pia Machado"),
        ("EVA VON DER AUE", "Eva von der Aue"),
        ("VAN MORROW", "Van Morrow"),
        ("ANNA-LENA D’ORSAY", "Anna-Lena D’Orsay"),
        ("SAMIR EL-QADI", "Samir el-Qadi"),
        ("JD ROE", "JD Roe"),
        ("J.K. ROE", "J.K. Roe"),
        ("LI WEI", "Li Wei"),
        ("PAUL ROE III", "Paul Roe III"),
        ("İPEK IŞIK", "İpek Işık"),
        ("ΑΝΝΑ ΠΑΠΠΑΣ", "Αννα Παππας"),
        ("ИВАН ПЕТРЕНКО", "Иван Петренко"),
        ("ԱՐԱՄ ՊԵՏՐՈՍՅԱՆ", "Արամ Պետրոսյան"),
        ("ანა ბერიძე", "ანა ბერიძე"),
        ("Jean McKay", "Jean McKay"),
    ],
)
def test_names_in_capitals_get_those_that_a_name_has(printed: str, name: str) -> None:
    assert name_case(printed) == name
    assert name_case(name) == name


@pytest.mark.parametrize("names", [2, 50, 51, 2_000])
def test_a_list_of_people_is_nobodys_byline(names: int, knowledge: Knowledge) -> None:
    """However long it is, printed or stated; and reading it takes time in its length."""

    def told(count: int) -> tuple[str, ...]:
        digits = (str(1_000_000 + one) for one in range(count))
        people = tuple(f"Jo {''.join(chr(97 + int(digit)) for digit in number).title()}" for number in digits)
        lines = [
            "Ferry sails again after dry weeks",
            *(f"By {name}" for name in people),
            "",
            PROSE,
            "",
            PROSE + " Yes.",
        ]
        item = RawItem("harbour", "a.txt", "\n".join(lines).encode(), "")
        if count < 100:
            assert clean(replace(item, stated=Stated(byline=people)), knowledge=knowledge).byline in ((), people)
        found = clean(item, knowledge=knowledge).byline
        assert found in ((), people)
        return found

    assert len(told(names)) == (names if names <= 50 else 0)
    assert names < 1_000 or grows_linearly(told, names // 4)


def test_candidates_are_not_sought_in_pages_of_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every candidate is sought in all of the page, which takes time by its square."""
    title = "Ferry sails again after dry weeks"
    page, _ = read_page([f"Home > Sport > {title}", title, "", PROSE, "", PROSE], ("en",))

    def found() -> bool:
        around = headline.surroundings(page, {})
        return "inside" in headline.relations(page, {}, 1, around)

    assert found()
    monkeypatch.setitem(headline.weights().limits, "inside_chars", len(page.keys))  # type: ignore[arg-type]
    assert not found()


def test_an_opener_behind_a_separator_makes_a_byline() -> None:
    names = behind_separator("Harbour, News | Published: 5 hours ago | Written by Jane Roe | 3 comments")
    assert names == ("Jane Roe",)


@pytest.mark.parametrize("line", ["K Shares", "Share Comments", "Published Friday", "AP Photo"])
def test_what_only_looks_like_a_name_is_no_byline_by_itself(line: str) -> None:
    assert not bare(line)


@pytest.mark.parametrize(
    ("line", "language", "order"),
    [
        ("Le 04/05/2024", "fr", "dmy"),
        ("04/05/2024", "en", None),
        ("04/25/2024", "en", "mdy"),
        ("25/04/2024", "en", "dmy"),
        ("04/25/2024", "fr", "mdy"),
        ("24/05/04", "hu", "dmy"),
        ("2024", "ja", "ymd"),
    ],
)
def test_the_order_of_figures_is_proven_or_the_languages(line: str, language: str, order: str | None) -> None:
    page, _ = read_page(["A line of text.", line], (language,))
    assert date_order(page) == order


def test_both_orders_on_one_page_prove_nothing() -> None:
    page, _ = read_page(["04/25/2024", "25/04/2024"], ("en",))
    assert date_order(page) is None


def test_every_weight_is_a_feature_and_every_feature_has_a_weight() -> None:
    texts = [
        "Home", "About", "The crane: sold to a museum", "The crane is sold. To a museum.", "By Jo Harper", "The crane",
        "Paul Ostrander", "The crane: sold to a museum", "See it here: the crane: sold to a museum",
        *(f"The crane of the harbour was sold on day {day} to the museum for one coin, it said." for day in range(4)),
        "A long line that goes on and on about the crane of the harbour that was sold to a museum for one single coin",
        "The crane of the harbour that was sold was seen", "The crane of the harbour that was sold was seen (Jo Li/AP)",
        *(f"The crane of the harbour was moved on day {day} to the museum for two coins, it said." for day in range(4)),
    ]  # fmt: skip
    page, _ = read_page(texts, ("en",), recurrence=[0.9] + [0.0] * (len(texts) - 1), telling=True)
    around = headline.surroundings(page, {})
    seen = {name for place in range(len(page)) for name in headline.features(page, {}, place, around, place)}
    assert seen <= set(headline.weights().weights) == set(headline.weights().stated)
    assert {"topic", "topic_words", "short", "stop", "field", "twin", "again", "recurs", "prose_above"} <= seen


@given(
    st.lists(
        st.sampled_from(["Home", "A crane is sold", "By Jo Harper", "3 May 2024", "", "It rained. " * 4]), max_size=12
    )
)
@settings(max_examples=60, deadline=None)
def test_no_line_is_lost_whatever_stands_around_it(lines: list[str]) -> None:
    article = clean("\n".join(["A crane is sold", *lines]) + "\n")
    assert [block.line_start for block in article.blocks] == sorted(block.line_start for block in article.blocks)
    assert all(first.line_end == second.line_start for first, second in pairwise(article.blocks))
    assert article.headline is None or article.headline in {"A crane is sold", *lines}


def test_the_same_page_gives_the_same_headline_with_blank_lines_doubled(knowledge: Knowledge) -> None:
    text = pages("wild")[0].values[0]["text"].strip()
    once, twice = clean(text, knowledge=knowledge), clean(text.replace("\n\n", "\n\n\n\n"), knowledge=knowledge)
    assert stated(once) == stated(twice)


@pytest.mark.parametrize("piece", ["A a ", "12:", "von ", ", ; | ", "A.B-"])
def test_hostile_lines_are_read_in_linear_time(piece: str) -> None:
    def read(length: int) -> None:
        line = piece * (length // len(piece))
        page, _ = read_page([line, line], ("en",))
        people(line)
        person_like(line)
        unglued(line)
        beside_headline(page[0])
        headline.best(page, {})

    assert grows_linearly(read, 25_000)


@pytest.mark.parametrize(
    ("opens", "place"),
    [
        ("PORT HALE - The ferry sails again", "PORT HALE"),
        ("PORT HALE (Reuters) - The ferry sails again", "PORT HALE (Reuters)"),
        ("PORT HALE, Maine. (AP) — The ferry sails again", "PORT HALE, Maine. (AP)"),
        ("SANTO TOMÉ.- The ferry sails again", "SANTO TOMÉ"),
        ("HALEBORG. The ferry sails again", "HALEBORG"),
        ("HALEBORG: The ferry sails again", "HALEBORG"),
        ("UPDATE: The ferry sails again", None),
        ("The ferry sailed on Tuesday (22) after it had lain idle again", None),
        ("The ferry sails again", None),
    ],
)
def test_a_dateline_opens_the_first_paragraph(opens: str, place: str | None) -> None:
    text = f"Ferry sails after dry weeks\n\nHarbour\n\n{opens} from the pier of Haleborg, where it lay for weeks.\n\n"
    article = clean(text + "It carries forty people and two cars, and the price is what it was before the summer.\n")
    assert article.dateline == place


def test_a_headline_that_came_with_the_page_wins() -> None:
    lines = ["Towns and villages", "Ferry sails again after dry weeks", "By Jo Harper"]
    page, _ = read_page(lines, ("en",), headline="Towns and Villages")
    from copydesk.label import head  # noqa: PLC0415

    assert list(head.headline(page, {})) == [0]


@pytest.mark.parametrize("more", ["… [+2345 chars]", "...\n\n[+12 chars]"])
def test_a_text_that_says_how_much_more_there_is_of_it_is_cut(more: str, knowledge: Knowledge) -> None:
    story = (
        "The ferry to Skarra will sail twice a day from May, the county council said on Monday.\n\nIslanders have asked"
    )
    assert clean(story + more, knowledge=knowledge).completeness == "truncated"
    assert clean(f"{story} for [+12 chars] of it.", knowledge=knowledge).completeness == "complete"
