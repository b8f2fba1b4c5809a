"""What stands in the columns of dumps, in all the shapes in which scrapers, spreadsheets and databases leave it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from copydesk import clean
from copydesk.article import Article, RawItem
from copydesk.ingest import list_files, read

HEAD, WHO, WHEN = "Skarra keeps its library", "Orla Penhallow", "2025-03-04"
PARAGRAPHS = (
    "The council of Skarra voted on Tuesday evening to keep the last library of the island open for another year.",
    "“We came here to say that books matter,” said Ellen Marsh, who collected signatures at the quay for six weeks.",
    "A decision on the harbour wall is expected in the spring, and until then the library keeps its usual hours.",
)
TEXT = "\n\n".join(PARAGRAPHS)


def one(folder: Path, name: str, data: str) -> Article:
    """The one article of a dump in which nothing is rejected."""
    (folder / name).write_text(data, encoding="utf-8", newline="")
    (item,) = [outcome for file in list_files(folder) for outcome in read(file)]
    assert isinstance(item, RawItem), item
    return clean(item)


def of_record(folder: Path, **record: object) -> Article:
    return one(folder, "a.jsonl", json.dumps({"title": HEAD, "author": WHO, "date": WHEN, "text": TEXT, **record}))


def table(*rows: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


@pytest.mark.parametrize(
    "authors",
    [
        ["\n  ", WHO, "\n"],
        ["By", WHO],
        [f"By\n  {WHO}"],
        {"first_name": "Orla", "last_name": "Penhallow"},
        [{"givenName": "Orla", "familyName": "Penhallow"}],
        [{"original": f"By {WHO}"}],
        f"orla@skarra.example ({WHO})",
        f"{WHO} <orla@skarra.example>",
        f'<a href="/staff/orla">{WHO}</a>',
        "{'Orla Penhallow'}",
        '{"Orla Penhallow"}',
        f"{WHO}, Political Editor",
        [WHO, "Political Editor"],
    ],
)
def test_an_author_however_a_scraper_wrapped_the_name(authors: object, tmp_path: Path) -> None:
    assert of_record(tmp_path, author=authors).byline == (WHO,)


@pytest.mark.parametrize(
    ("title", "repairs"),
    [
        (["\n\t", HEAD, " "], ()),
        ([HEAD, HEAD], ()),
        ({"rendered": HEAD}, ()),
        ("<h1>Skarra keeps its <em>library</em></h1>", ("headline:markup",)),
    ],
)  # fmt: skip
def test_a_headline_however_a_scraper_wrapped_it(title: object, repairs: tuple[str, ...], tmp_path: Path) -> None:
    article = of_record(tmp_path, title=title)
    assert (article.headline, article.repairs) == (HEAD, repairs)


def test_a_headline_that_speaks_of_tags_keeps_them(tmp_path: Path) -> None:
    article = of_record(tmp_path, title="Why <blink> and <b> went out of fashion")
    assert (article.headline, article.repairs) == ("Why <blink> and <b> went out of fashion", ())


@pytest.mark.parametrize(
    "when",
    [
        "2025-03-04T08:00:00Z",
        {"$date": "2025-03-04T08:00:00Z"},
        {"$date": {"$numberLong": "1741075200000"}},
        ["", "2025-03-04T08:00:00Z"],
    ],
)
def test_a_date_however_a_database_wrapped_it(when: object, tmp_path: Path) -> None:
    for column in ("date", "publish_time", "published_time"):
        published = of_record(tmp_path, **{"date": None, column: when}).published
        assert published and published.edtf == "2025-03-04T08:00:00+00:00"


@pytest.mark.parametrize(
    "body",
    [
        "<br><br>".join(PARAGRAPHS),
        "<br />\n".join(PARAGRAPHS),
        "<p>".join(PARAGRAPHS),
        f"{PARAGRAPHS[0]}<p>{PARAGRAPHS[1]}</p>\n<p>{PARAGRAPHS[2]}</p>",
        TEXT.replace("harbour", "<b>harbour</b>").replace("quay", '<a href="/q">quay</a>'),
        "<b>" + TEXT.replace(" council", "</b> council", 1).replace("quay", '<a href="/q">quay</a>'),
        "\r\n".join(PARAGRAPHS).replace("quay", '<a href="/q">quay</a>').replace("hours", '<a href="/h">hours</a>'),
    ],
)  # fmt: skip
def test_markup_in_a_column_of_text_is_read_as_a_page_is(body: str, tmp_path: Path) -> None:
    assert of_record(tmp_path, text=body).text == TEXT
    assert one(tmp_path, "a.jsonl", json.dumps({"content": body})).text == TEXT


def test_a_text_that_speaks_of_tags_is_a_text(tmp_path: Path) -> None:
    story = TEXT.replace("books", "the tags <p> and <br>").replace("the library", "what stands between <b> and </b>")
    assert of_record(tmp_path, text=story).text == story


def test_the_whole_text_is_taken_where_another_column_has_its_beginning(tmp_path: Path) -> None:
    for start in (f"{TEXT[:90]}…", f"{TEXT[:90]}... [+212 chars]", TEXT[:100]):
        assert of_record(tmp_path, text=start, content=TEXT).text == TEXT
    other = "Another story altogether, which is as long as it is and ends where it ends, with a full stop."
    assert of_record(tmp_path, text=other, content=TEXT).text == other
    assert of_record(tmp_path, text=TEXT, content=f"{TEXT}\n\nSubscribe to the Skarra Post.").text == TEXT


@pytest.mark.parametrize(
    "around",
    ['{"response": {"results": [%s]}}', '{"response": {"docs": [%s]}}', '{"hits": {"total": 1, "hits": [%s]}}'],
)
def test_what_an_interface_answered_is_a_list_of_articles(around: str, tmp_path: Path) -> None:
    article = one(tmp_path, "a.json", around % json.dumps({"webTitle": HEAD, "_source": {"body": TEXT}}))
    assert (article.headline, article.text) == (HEAD, TEXT)


def test_a_text_with_a_list_beside_it_is_the_article(tmp_path: Path) -> None:
    told = {"text": TEXT, "results": [{"text": "A poll.", "share": 3}]}
    assert one(tmp_path, "a.json", json.dumps(told)).text == TEXT


ROW = (HEAD, WHO, WHEN, TEXT)
NAMES = ("title", "author", "date", "text")


@pytest.mark.parametrize(
    "written",
    [
        table(NAMES, (*ROW, "", "")),
        table(NAMES, ROW, ("",) * 4, ("",) * 7),
        table((*NAMES, "title", "text"), (*ROW, "", " ")),
        table(("title", *NAMES), ("", *ROW)),
        table(NAMES, ROW).replace("\r\n", "\r"),
    ],
)
def test_what_spreadsheets_write_around_the_cells_costs_nothing(written: str, tmp_path: Path) -> None:
    article = one(tmp_path, "a.csv", written)
    assert (article.headline, article.byline, article.text) == (HEAD, (WHO,), TEXT)


def test_a_row_with_more_in_it_than_the_header_names_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(table(NAMES, (*ROW, "more")))
    (found,) = [outcome for file in list_files(tmp_path) for outcome in read(file)]
    assert not isinstance(found, RawItem)


def test_quotes_in_cells_are_doubled_or_have_a_backslash(tmp_path: Path) -> None:
    said = f'{TEXT} He wrote "No", twice: "never".'
    escaped = said.replace('"', '\\"')
    assert one(tmp_path, "a.csv", f'title,text\n"{HEAD}","{escaped}"\n').text == said
    for told in (said, f"{TEXT} In C:\\"):
        assert one(tmp_path, "a.csv", table(("title", "text"), (HEAD, told))).text == told


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_file_that_was_unpacked_on_the_way_is_read(suffix: str, tmp_path: Path) -> None:
    assert one(tmp_path, f"a.jsonl.{suffix}", json.dumps({"title": HEAD, "text": TEXT})).text == TEXT


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"title": HEAD, "text": TEXT}, indent=1),
        json.dumps([{"title": HEAD, "text": TEXT}], indent=1),
        "[" + json.dumps({"title": HEAD, "text": TEXT}) + "]",
        json.dumps({"title": HEAD, "text": TEXT}) + ",\r\n\r\n",
    ],
)
def test_json_that_is_not_a_line_a_record_is_read_all_the_same(written: str, tmp_path: Path) -> None:
    article = one(tmp_path, "a.jsonl", written)
    assert (article.headline, article.text) == (HEAD, TEXT)


def test_what_stands_behind_a_list_is_not_lost(tmp_path: Path) -> None:
    lists = "".join(json.dumps([{"id": number, "text": TEXT}]) + "\n" for number in range(3))
    for name in ("a.json", "b.jsonl"):
        (tmp_path / name).write_text(lists)
    found = [outcome.record for file in list_files(tmp_path) for outcome in read(file) if isinstance(outcome, RawItem)]
    assert found == ["0", "1", "2"] * 2


def test_articles_that_stand_under_their_ids_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"0": {"text": TEXT}, "x2": {"id": "own", "text": TEXT}}))
    found = [outcome.record for file in list_files(tmp_path) for outcome in read(file) if isinstance(outcome, RawItem)]
    assert found == ["0", "own"]
