"""What common scrapers write fits unasked: one record of each shape, with the names that it uses. Stories invented."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from copydesk.article import RawItem, Stated
from copydesk.cleaning import Knowledge, clean
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected

PARTS = [
    "The ferry to Skarra will sail twice a day from May, the county council said on Monday.",
    "“Islanders have asked for it since the bridge closed,” said its chair, Una Croy, after the vote.",
]
TEXT = "\n\n".join(PARTS)
URL = "https://harbour.example/skarra-ferry"
HEAD, DAY, WHO = "Second ferry for Skarra", "2025-03-04", "Orla Penhallow"
MARKUP = "".join(f"<p>{part}</p>" for part in PARTS)
NEWS = {"title": HEAD, "url": URL}

SHAPES: Mapping[str, dict[str, Any]] = {
    "trafilatura": {
        "title": HEAD,
        "author": f"{WHO}; Bo Lind",
        "hostname": "harbour.example",
        "date": DAY,
        "fingerprint": "a1",
        "id": None,
        "license": None,
        "comments": "",
        "raw_text": "Not this one.",
        "text": TEXT,
        "language": None,
        "source": URL,
        "source-hostname": "Harbour",
        "excerpt": "Not this.",
        "categories": "",
        "tags": "",
    },
    "newspaper": {
        **NEWS,
        "source_url": "https://harbour.example",
        "text": TEXT,
        "authors": [WHO],
        "publish_date": f"{DAY} 10:15:00",
        "summary": "Not this one.",
        "keywords": ["ferry"],
        "meta_lang": "en",
        "html": f"<html><body>{MARKUP}</body></html>",
    },
    "news-please": {
        **NEWS,
        "maintext": TEXT,
        "authors": [WHO],
        "date_download": "2025-06-01 00:00:00",
        "date_modify": None,
        "date_publish": f"{DAY} 10:15:00",
        "description": "Not this.",
        "language": "en",
        "source_domain": "harbour.example",
    },
    "fundus": {
        "title": HEAD,
        "authors": [WHO],
        "publishing_date": f"{DAY} 10:15:00+00:00",
        "topics": ["Ferries"],
        "body": {"summary": PARTS[:1], "sections": [{"headline": [], "paragraphs": PARTS[1:]}]},
        "lang": "en",
    },
    "scrapy": {"url": [URL], "title": [HEAD], "author": [WHO], "body": PARTS, "date": [DAY]},
    "cc_news": {
        **NEWS,
        "text": TEXT,
        "domain": "harbour.example",
        "date": f"{DAY} 10:15:00",
        "description": "Not this.",
        "image_url": "",
    },
    "media cloud": {
        "id": "9f",
        **NEWS,
        "indexed_date": "2025-06-01",
        "language": "en",
        "media_name": "Harbour",
        "media_url": "harbour.example",
        "publish_date": DAY,
        "text": TEXT,
    },
    "gdelt": {**NEWS, "seendate": "20250601T000000Z", "language": "English", "sourcecountry": "UK", "text": TEXT},
    "realnews": {
        **NEWS,
        "url_used": URL,
        "text": TEXT,
        "summary": None,
        "authors": [WHO],
        "publish_date": "03-14-2025",
        "domain": "harbour.example",
        "warc_date": "2025-06-01T00:00:00Z",
        "split": "train",
    },
    "mind": {"news_id": "N7", "category": "news", **NEWS, "abstract": "Not this.", "body": TEXT},
    "news_articles": {
        "": 5,
        **NEWS,
        "publication": "Harbour",
        "author": WHO,
        "date": DAY,
        "year": 2025.0,
        "content": TEXT,
    },
    "press archive": {"headline": HEAD, "body": TEXT, "byline": f"By {WHO}", "pubdate": DAY, "orig_url": URL},
    "feed": {"title": HEAD, "link": URL, "summary": TEXT, "published": "Tue, 04 Mar 2025 10:15:00 GMT", "author": WHO},
    "feed with contents": {
        "title": HEAD,
        "link": URL,
        "summary": "Not this.",
        "authors": [{"name": WHO}],
        "id": URL,
        "content": [{"type": "text/html", "value": MARKUP}],
        "published": "Tue, 04 Mar 2025 10:15:00 GMT",
    },
    "interface": {
        "source": {"id": "hb", "name": "Harbour"},
        "author": WHO,
        **NEWS,
        "content": TEXT,
        "publishedAt": f"{DAY}T10:15:00Z",
    },
    "editing system": {
        "id": 17,
        "date": f"{DAY}T10:15:00",
        "link": URL,
        "title": {"rendered": HEAD},
        "content": {"rendered": MARKUP, "protected": False},
    },
    "within": {
        "fetched": "2025-06-01",
        "article": {"title": HEAD, "text": PARTS, "authors": [{"name": WHO}], "url": URL},
    },
    "index": {"_index": "news", "_id": "x1", "_source": {**NEWS, "text": TEXT, "date": DAY}},
    "beside": {"text": TEXT, "meta": {**NEWS, "date": DAY}},
    "seconds": {**NEWS, "text": TEXT, "published": 1741083300},
}
FLAT = ("trafilatura", "cc_news", "media cloud", "realnews", "mind", "news_articles", "press archive", "feed")


def only(folder: Path) -> RawItem:
    (outcome,) = (outcome for file in list_files(folder) for outcome in read(file))
    assert isinstance(outcome, RawItem), outcome
    return outcome


@pytest.mark.parametrize("shape", SHAPES)
def test_a_record_of_each_shape(shape: str, tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(SHAPES[shape]))
    item = only(tmp_path)
    article = clean(item, knowledge=knowledge)
    assert article.text == TEXT
    assert (article.headline, article.url) == (HEAD, URL if shape != "fundus" else None)
    told = json.dumps(SHAPES[shape])
    assert article.byline[:1] == ((WHO,) if WHO in told else ())
    stated = article.published.on.isoformat() if article.published and article.published.on else None
    # When a page was fetched or indexed is never when it was published.
    assert stated == (None if shape in ("gdelt", "mind", "within") else "2025-03-14" if shape == "realnews" else DAY)


@pytest.mark.parametrize("shape", FLAT)
def test_the_same_as_csv_and_parquet(shape: str, tmp_path: Path) -> None:
    record = {name: value for name, value in SHAPES[shape].items() if name}
    for kind in ("csv", "parquet", "jsonl"):
        (tmp_path / kind).mkdir()
    with (tmp_path / "csv" / "a.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, record.keys())
        table.writeheader()
        table.writerow(record)
    pq.write_table(pa.Table.from_pylist([record]), tmp_path / "parquet" / "a.parquet")
    (tmp_path / "jsonl" / "a.jsonl").write_text(json.dumps(record))
    found = [only(tmp_path / kind) for kind in ("csv", "parquet", "jsonl")]
    assert len({(item.data, item.stated, item.form) for item in found}) == 1


@pytest.mark.parametrize(
    "write",
    [
        json.dumps,
        lambda records: json.dumps(records, indent=2),
        lambda records: "\n".join(json.dumps(one, indent=1) for one in records),
        lambda records: json.dumps({"status": "ok", "articles": records}),
        lambda records: "\ufeff " + json.dumps(records) + "\n",
    ],
)
def test_json_files_of_every_make(write: Any, tmp_path: Path) -> None:
    records = [{"url": f"{URL}/{number}", "text": f"{TEXT} {number}" * 400} for number in range(40)]
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(write(records).encode()))
    found = [outcome for file in list_files(tmp_path) for outcome in read(file)]
    assert [item.stated.url for item in found if isinstance(item, RawItem)] == [one["url"] for one in records]


@pytest.mark.parametrize("text", ["[", '[{"text": "a"}', '{"text": ', "nothing", "[" * 100_000, '[{"text": "a"} x'])
def test_json_that_is_none_is_rejected(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    found = [outcome for file in list_files(tmp_path) for outcome in read(file)]
    assert isinstance(found[-1], Rejected)
    assert found[-1].reason == ("too_deep" if text.startswith("[[") else "broken_file")


def test_records_of_one_file_may_differ_in_their_columns(tmp_path: Path) -> None:
    first = {"url": f"{URL}/1", "text": TEXT}
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, (first, {**NEWS, "date": DAY, "maintext": TEXT}))))
    found = [outcome for file in list_files(tmp_path) for outcome in read(file)]
    assert [item.stated.published for item in found if isinstance(item, RawItem)] == [None, DAY]


def test_the_addresses_of_a_site_are_not_those_of_its_articles(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "source_url": "https://harbour.example/"}))
    assert only(tmp_path).stated.url is None


TOLD = {"@type": "NewsArticle", "headline": "Of the page", "datePublished": "2025-03-05", "author": {"name": WHO}}
PAGE = (
    f'<!doctype html><html lang="en"><head><link rel="canonical" href="{URL}"><script type="application/ld+json">'
    f"{json.dumps(TOLD)}</script></head><body><article><h1>Of the page</h1>{MARKUP}</article></body></html>"
)


@pytest.mark.parametrize("kind", ["jsonl", "csv", "parquet"])
def test_a_record_with_a_page_is_filled_from_it_and_wins(kind: str, tmp_path: Path) -> None:
    record = {"title": HEAD, "html": PAGE}
    if kind == "csv":
        with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([record.keys(), record.values()])
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist([record]), tmp_path / "a.parquet")
    else:
        (tmp_path / "a.jsonl").write_text(json.dumps(record))
    item = only(tmp_path)
    assert item.form == "html"
    assert item.stated == Stated(URL, HEAD, (WHO,), "2025-03-05", None, "en")


def test_a_page_beside_a_text_fills_what_the_record_leaves_open(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "html": PAGE, "date": DAY}))
    item = only(tmp_path)
    assert (item.form, item.data.decode()) == ("text", TEXT)
    assert (item.stated.headline, item.stated.published, item.stated.url) == ("Of the page", DAY, URL)


def test_a_plain_text_with_a_tag_in_it_stays_one(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT + "\n\n<p>Read more</p>"}))
    assert only(tmp_path).form == "text"


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("By Orla Penhallow", WHO),
        ("BY ORLA PENHALLOW", WHO),
        ("Von Trapp", "Von Trapp"),
        ("Di Marco Bo", "Di Marco Bo"),
    ],
)
def test_a_stated_byline_goes_without_its_opener(stated: str, name: str, tmp_path: Path, knowledge: Knowledge) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": TEXT, "byline": stated}))
    assert clean(only(tmp_path), knowledge=knowledge).byline == (name,)
