"""Every kind of input through the same line: pages, dumps, packed or not, mixed in one folder."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from conftest import ROOT

from copydesk import partitions, pipeline
from copydesk.article import raw_of
from copydesk.bulk import in_memory
from copydesk.cleaning import Knowledge, clean
from copydesk.errors import ConfigError
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected
from copydesk.sources import load_sources

STORY = (
    "The ferry to Skarra will sail twice a day from May, the county council said on Monday.\n\n"
    "“Islanders have asked for it since the bridge closed,” said its chair, Una Croy, after the vote.\n\n"
    "The second boat costs £1.2m a year. Fares stay as they are until the autumn timetable is printed."
)
RECORD = {
    "id": "a-1",
    "title": "Second ferry for Skarra",
    "url": "https://harbour.example/skarra-ferry?utm_source=x",
    "date_publish": "2025-03-04T10:15:00+00:00",
    "authors": ["Orla Penhallow"],
    "maintext": STORY,
    "language": "en",
}


def build(raw: Path, work: Path, knowledge: Knowledge) -> dict[str, list[dict[str, object]]]:
    work.mkdir()
    batches = partitions.plan(raw, 2)
    surveys = [pipeline.survey_partition(batch, knowledge.sources, work) for batch in batches]
    known = pipeline.recall(knowledge, pipeline.learn(surveys, work))
    parts = in_memory(pipeline.assemble([pipeline.clean_partition(batch, known, work) for batch in batches], known))
    return {name: table.to_pylist() for name, table in parts.items()}


def write(folder: Path, kind: str) -> None:
    folder.mkdir(parents=True)
    line = json.dumps(RECORD).encode() + b"\n"
    if kind == "jsonl":
        (folder / "dump.jsonl").write_bytes(line)
    elif kind == "jsonl.gz":
        (folder / "dump.jsonl.gz").write_bytes(gzip.compress(line, mtime=0))
    elif kind == "jsonl.zst":
        (folder / "dump.jsonl.zst").write_bytes(zstandard.compress(line))
    elif kind == "csv":
        with (folder / "dump.csv").open("w", newline="", encoding="utf-8-sig") as file:
            rows = csv.DictWriter(file, RECORD.keys(), delimiter=";")
            rows.writeheader()
            rows.writerow(RECORD)
    else:
        pq.write_table(pa.Table.from_pylist([RECORD]), folder / "dump.parquet")


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "parquet"])
def test_a_dump_of_a_common_scraper_fits_unasked(kind: str, tmp_path: Path, knowledge: Knowledge) -> None:
    write(tmp_path / "raw" / "harbour", kind)
    built = build(tmp_path / "raw", tmp_path / "work", knowledge)
    assert built["quarantine"] == []
    (article,) = built["articles"]
    assert article["headline"] == "Second ferry for Skarra"
    assert article["byline"] == ["Orla Penhallow"]
    assert article["published_on"] == date(2025, 3, 4)
    assert article["text"] == STORY
    assert article["raw_record"] == "a-1"
    assert article["source_id"] == "harbour"


def test_a_dump_with_columns_of_its_own(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "raw" / "odd"
    folder.mkdir(parents=True)
    record = {"nr": 5, "rubrik": "Second ferry for Skarra", "brodtext": STORY, "text": "Not this one.", "kalla": "x"}
    (folder / "dump.jsonl").write_text(json.dumps(record))
    (tmp_path / "sources.toml").write_text(
        '[odd]\nname = "Odd"\n[odd.columns]\ntext = "brodtext"\nheadline = "rubrik"\nid = "nr"\n'
    )
    known = replace(knowledge, sources=load_sources(tmp_path / "sources.toml"))
    (article,) = build(tmp_path / "raw", tmp_path / "work", known)["articles"]
    assert (article["headline"], article["text"], article["raw_record"]) == ("Second ferry for Skarra", STORY, "5")


def test_a_column_for_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[odd.columns]\nbody = "brodtext"\n')
    with pytest.raises(ConfigError, match="body"):
        load_sources(tmp_path / "sources.toml")


def test_one_broken_record_sets_itself_aside(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "raw" / "harbour"
    folder.mkdir(parents=True)
    good = [json.dumps(RECORD | {"id": f"a-{n}", "url": f"https://harbour.example/{n}"}) for n in range(3)]
    lines = [good[0], '{"id": "broken", ', good[1], "[1, 2]", json.dumps({"id": "none", "title": "No text"}), good[2]]
    lines += [good[0]]
    (folder / "dump.jsonl").write_text("\n".join(lines))
    built = build(tmp_path / "raw", tmp_path / "work", knowledge)
    assert sorted(str(row["raw_record"]) for row in built["articles"]) == ["a-0", "a-1", "a-2"]
    reasons = {str(row["raw_record"]): row["reason"] for row in built["quarantine"]}
    assert reasons == {
        "record 2": "broken_record",
        "record 4": "broken_record",
        "record 5": "no_text",
        "record 7": "same_id",
    }


def test_two_crawls_of_one_address_are_one_article(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "raw" / "harbour"
    folder.mkdir(parents=True)
    again = RECORD | {"id": "b-7", "url": "https://HARBOUR.example/skarra-ferry#top"}
    (folder / "a.jsonl").write_text(json.dumps(RECORD))
    (folder / "b.jsonl").write_text(json.dumps(again))
    built = build(tmp_path / "raw", tmp_path / "work", knowledge)
    assert len(built["articles"]) == 1
    assert [(row["raw_path"], row["reason"]) for row in built["quarantine"]] == [("harbour/b.jsonl", "same_address")]


def test_a_csv_that_is_not_utf8_is_read_cell_by_cell(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "raw" / "talkurier"
    folder.mkdir(parents=True)
    text = (
        "Die Genossenschaft trifft sich am Montag in der Käserei, sagte Obmann Jörg Grüner. Über Löhne wird abgestimmt."
    )
    (folder / "dump.csv").write_bytes(f'title,text\n"Käse für alle","{text}"\n'.encode("cp1252"))
    (article,) = build(tmp_path / "raw", tmp_path / "work", knowledge)["articles"]
    assert (article["headline"], article["text"]) == ("Käse für alle", text)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("torn.jsonl.gz", gzip.compress(json.dumps(RECORD).encode() * 50)[:-20], "broken_archive"),
        ("bomb.txt.gz", gzip.compress(bytes(64 * 1024 * 1024), 9), "too_large"),
        ("bomb.jsonl.gz", gzip.compress((b" " * 9999 + b"\n") * 20_000, 9), "unpacks_too_far"),
        ("no.parquet", b"PAR1 but not really", "broken_file"),
        ("huge.txt", b"a" * (33 * 1024 * 1024), "too_large"),
        ("page.pdf", b"%PDF-1.7", "unknown_format"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_file_is_rejected_with_its_reason(name: str, data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    outcomes = [outcome for file in list_files(tmp_path) for outcome in read(file)]
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, Rejected)] == [reason]
    assert name in str(outcomes[-1].detail if isinstance(outcomes[-1], Rejected) else "")


PAGES = sorted((ROOT / "tests" / "golden" / "html").glob("*.html"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_is_its_visible_text_and_nothing_of_it_is_lost(path: Path, knowledge: Knowledge) -> None:
    from copydesk.html import render  # noqa: PLC0415

    article = clean(path.read_bytes(), knowledge=knowledge)
    assert raw_of(article.blocks) == "\n".join(render(path.read_bytes()).lines)


def test_a_page_says_who_wrote_it_and_when(tmp_path: Path, knowledge: Knowledge) -> None:
    folder = tmp_path / "raw" / "harbour"
    folder.mkdir(parents=True)
    paragraphs = "".join(f"<p>{part}</p>" for part in STORY.split("\n\n"))
    metadata = {
        "@type": "NewsArticle",
        "headline": "Second ferry for Skarra",
        "datePublished": "2025-03-04T10:15:00Z",
        "author": {"@type": "Person", "name": "Orla Penhallow"},
    }
    (folder / "page.html").write_text(
        f'<!doctype html><html lang="en"><head><title>Second ferry | Harbour</title><script type="application/ld+json">'
        f"{json.dumps(metadata)}</script></head><body><nav><a>News</a> <a>Sport</a></nav><article>"
        f"<h1>Second ferry for Skarra</h1>{paragraphs}</article><footer>© 2025 Harbour</footer></body></html>"
    )
    (article,) = build(tmp_path / "raw", tmp_path / "work", knowledge)["articles"]
    assert (article["headline"], article["byline"]) == ("Second ferry for Skarra", ["Orla Penhallow"])
    assert str(article["published_at"]) == "2025-03-04 10:15:00+00:00"
    assert article["text"] == STORY


HTML_STORY = "".join(f"<p>{paragraph}</p>\n" for paragraph in STORY.split("\n\n"))
PAGE = f"<html lang=en><head><title>Ferry</title></head><body><h1>Second ferry</h1>{HTML_STORY}</body></html>"
GUIDE = (
    "Pages of the web begin with <!DOCTYPE html>, then <html> and <head>.\n\nA <p> is ended by a </p>, said Una Croy."
)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (PAGE.encode(), "html"),
        (f"\ufeff<?xml version='1.0'?>\n<!-- saved -->\n<!DOCTYPE html>\n{PAGE}".encode(), "html"),
        (PAGE.encode("utf-16"), "html"),
        (f"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n<!doctype html>{PAGE}\n".encode(), "html"),
        (PAGE[:500].encode(), "html"),  # a download that broke off
        (HTML_STORY.encode(), "html"),
        (STORY.encode(), "text"),
        (GUIDE.encode(), "text"),
        (f"<p> is not dead\n\n{GUIDE}".encode(), "text"),
        (f"<html> turns thirty\n\n{GUIDE}".encode(), "text"),
        (f"{STORY}\n\nIts makers wrote {PAGE} and left.".encode(), "text"),
        (f"{STORY}\n<br>\nMore <b>here</b>\n<!-- ad -->".encode(), "text"),
    ],
)
def test_a_saved_page_is_a_page_whatever_its_name_and_a_text_that_speaks_of_tags_is_a_text(
    data: bytes, form: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    for name in ("page", "page.txt", "page.TEXT"):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "page.txt.gz").write_bytes(gzip.compress(data))
    found = [item for file in list_files(tmp_path) for item in read(file)]
    assert [None if isinstance(item, Rejected) else item.form for item in found] == [form] * 4
    text = clean(data, knowledge=knowledge).text
    assert text == clean(replace(found[0], path=""), knowledge=knowledge).text  # type: ignore[arg-type]
    assert "<" not in text or form == "text"
