"""Pages for people: true to the tables, the same every time, light, and closed to everything that was scraped."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import datasets
import pyarrow as pa
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from site_pages import ATTACKS, DOCUMENTS, hostile_release, large_release, plain_release, write_version

from copydesk.release.model import Release
from copydesk.release.write import write_release
from copydesk.site.charts import bar_chart, spark_chart
from copydesk.site.dataset import dataset_page
from copydesk.site.prose import html_of
from copydesk.site.timeline import PERIODS, articles_over_time, people_over_time
from copydesk.site.version import version_page

LIGHT = 600_000
"""Bytes that a page of 10,000 articles may have."""
LIGHT_CHART = 30_000

VOID = {"meta", "input", "br", "hr", "wbr", "path", "rect"}
ELEMENTS = {
    "html", "head", "body", "meta", "title", "style", "script", "a", "header", "main", "nav", "section", "h1", "h2",
    "h3", "h4", "h5", "h6", "p", "span", "bdi", "b", "em", "strong", "code", "pre", "ul", "ol", "li", "dl", "dt", "dd",
    "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "details", "summary", "figure", "figcaption",
    "label", "input", "button", "svg", "desc", "text", "rect", "path", "blockquote", "br", "hr",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "aria-label", "aria-labelledby",
    "aria-live", "role", "hidden", "tabindex", "scope", "open", "type", "for", "autocomplete", "spellcheck", "download",
    "data-path", "data-web", "data-copy", "viewbox", "preserveaspectratio", "x", "y", "width", "height", "d", "fill",
    "text-anchor", "dominant-baseline", "start",
}  # fmt: skip


class Reader(HTMLParser):
    """Reads a page and fails on what has no place in it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.named: list[str] = []
        self.headings: list[int] = []
        self.elements: Counter[str] = Counter()
        self.headers: list[str | None] = []
        self.captions = 0
        self.policy = ""
        self.sources: dict[str, str] = {}
        self.words: list[str] = []
        self.codes: dict[str, str] = {}
        self.code = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS, tag
        values = {name: value or "" for name, value in attrs}
        assert len(values) == len(attrs) and set(values) <= ATTRIBUTES, (tag, attrs)
        self.elements[tag] += 1
        if tag not in VOID:
            self.stack.append(tag)
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if "href" in values:
            self.links.append(values["href"])
        if "id" in values:
            self.ids.append(values["id"])
        self.named += [name for key in ("aria-labelledby", "for", "data-copy") for name in values.get(key, "").split()]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th":
            self.headers.append(values.get("scope"))
        self.captions += tag == "caption"
        self.code = values.get("id", "") if tag == "code" else self.code

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.stack.pop() == tag
        if tag == "code":
            self.code = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] in ("style", "script"):
            self.sources[self.stack[-1]] = self.sources.get(self.stack[-1], "") + data
        else:
            self.words.append(data)
        if self.code:
            self.codes[self.code] = self.codes.get(self.code, "") + data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def read(page: bytes) -> Reader:
    reader = Reader()
    reader.feed(page.decode())
    reader.close()
    assert not reader.stack
    return reader


def made(release: Release) -> bytes:
    return version_page(release, ())


@pytest.fixture(scope="module")
def hostile() -> Release:
    return hostile_release()


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_version(plain_release(), tmp_path_factory.mktemp("site") / "versions" / "2026.11.0")


def index_of(**notices: Any) -> dict[str, Any]:
    """index.json of four versions; one was withdrawn, one yanked."""
    change = {"first": False, "schema": "none", "docs_only": False, "repackaged": False}
    rows = {"added": 12, "changed": 3, "removed": 0, "unchanged": 1_000}
    rows_changed = {**change, "rows": rows}
    entries = [
        {
            "version": f"2026.{month}.0", "status": "success", "released": f"2026-{month:02}-01",
            "schema_version": "1.0.0",
            "previous": None if month == 8 else f"2026.{month - 1}.0", "content_hash": "sha256:" + "0" * 64,
            "change_class": {**rows_changed, "first": month == 8}, "row_count": {"articles": 1_000 + month},
            "release_sha256": "0" * 64, "sums_sha256": "0" * 64, "path": f"versions/2026.{month}.0",
        }
        for month in (8, 9, 10, 11)
    ]  # fmt: skip
    said = {"withdrawn": 0, "yanked": 3} if not notices else {}
    for status, place in said.items():
        notice = {"status": status, "reason": f"It was {status}.", "date": "2026-11-20", "replacement": "2026.10.0"}
        entries[place] |= {"status": status, "notice": notice}
    return {"format": 1, "versions": entries} | notices


def test_nothing_that_was_scraped_becomes_markup(hostile: Release) -> None:
    index = index_of()
    index["versions"][0]["notice"]["reason"] = "; ".join(ATTACKS)
    for page in (made(hostile), dataset_page(hostile.info, index)):
        reader = read(page)
        assert reader.elements["script"] == reader.elements["style"] == 1
        for link in reader.links:
            assert re.fullmatch(r"#[a-z]+|(\.\./\.\./)?[A-Za-z0-9_/.-]+|https://spdx\.org/[A-Za-z0-9./-]+", link), link
        shown = " ".join("".join(reader.words).split())
        assert "<script>attacked = 1</script>" in shown and "javascript:attacked=1" in shown
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00-\x08\x1b\x7f-\x9f]", page.decode())
        assert max(map(len, shown.split())) < 6_000


def test_only_its_own_style_and_script_may_act(version: Path) -> None:
    for page in ((version / "index.html").read_bytes(), dataset_page(plain_release().info, index_of())):
        reader = read(page)
        hashes = {
            name: base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
            for name, source in reader.sources.items()
        }
        assert reader.policy == (
            f"default-src 'none'; style-src 'sha256-{hashes['style']}'; script-src 'sha256-{hashes['script']}'; "
            "base-uri 'none'; form-action 'none'"
        )
        assert not re.search(r"url\(|@import|@font-face|\bfetch\b|XMLHttp|import\(|eval|innerHTML", str(reader.sources))


def test_every_link_leads_to_a_file_of_the_version(version: Path) -> None:
    reader = read((version / "index.html").read_bytes())
    assert len(set(reader.ids)) == len(reader.ids)
    assert set(reader.named) <= set(reader.ids)
    for link in reader.links:
        if link.startswith("#"):
            assert link[1:] in reader.ids
        elif not link.startswith("https://") and link != "../../index.html":
            assert (version / link).is_file(), link
    there = {path.relative_to(version).as_posix() for path in version.rglob("*") if path.is_file()}
    proofs = {path for path in there if path.startswith("proofs/")}
    assert there - proofs - {"index.html"} <= set(reader.links)
    assert proofs <= set(reader.links)


def test_headings_tables_and_landmarks_are_in_order(version: Path, hostile: Release) -> None:
    pages = [(version / "index.html").read_bytes(), made(hostile), dataset_page(plain_release().info, index_of())]
    for reader in map(read, pages):
        assert reader.headings[0] == 1 and reader.headings.count(1) == 1
        for before, after in zip(reader.headings, reader.headings[1:], strict=False):
            assert after <= before + 1
        assert reader.captions >= reader.elements["table"] - 1  # a table of a document's own has none
        assert set(reader.headers) <= {"col", "row"}
        assert reader.elements["main"] == reader.elements["header"] == 1


def test_the_figures_are_those_of_the_tables(version: Path) -> None:
    release = plain_release()
    articles, blocks = release.tables["articles"].to_pylist(), release.tables["blocks"].to_pylist()
    page = (version / "index.html").read_text(encoding="utf-8")
    shown = dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))
    lines = [row for row in blocks if row["role"] != "blank"]
    aside = sum(row["role"] == "newsletter" for row in lines)
    assert aside
    assert shown["articles"] == str(len(articles)) and shown["sources"] == "3" and shown["language"] == "1"
    assert shown["days of publication"] == str(len({row["published_on"] for row in articles} - {None}))
    assert shown["words"] == f"{sum(row['word_count'] for row in articles):,}"
    assert shown["of all lines set aside"] == f"{100 * aside / len(lines):.0f} %"
    for row in articles:
        assert row["headline"].replace('"', "&#34;") in page
    manifest = json.loads((version / "release.json").read_bytes())
    for resource in manifest["resources"]:
        assert f"{resource['sha256']}  {resource['path']}\n" in page


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.dates()), max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_timeline_counts_every_dated_article_once(rows: list[tuple[str, date | None]]) -> None:
    line = articles_over_time(articles_of(rows))
    dated = [(source, day) for source, day in rows if day]
    if not dated:
        assert line is None
        return
    assert line is not None
    assert {row.name: row.total for row in line.rows} == {f"The {s}": n for s, n in Counter(s for s, _ in rows).items()}
    assert {row.name: sum(row.counts) for row in line.rows if any(row.counts)} == {
        f"The {s}": n for s, n in Counter(s for s, _ in dated).items()
    }
    assert len(set(line.periods)) == len(line.periods)
    assert len(line.periods) <= (100 if line.unit == "century" else PERIODS)
    assert all(len(row.counts) == len(line.periods) for row in line.rows)
    column = [sum(row.counts[place] for row in line.rows) for place in range(len(line.periods))]
    assert column[0] and column[-1], "the periods begin with the first date and end with the last"
    assert articles_over_time(articles_of(rows[::-1])) == line


@pytest.mark.parametrize(
    ("first", "last", "unit", "periods"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), "day", ("2026-11-23",)),
        (date(2026, 11, 1), date(2026, 12, 10), "day", ("2026-11-01", "2026-12-10")),
        (date(2026, 1, 1), date(2026, 3, 1), "week", ("week of 2025-12-29", "week of 2026-02-23")),
        (date(2024, 2, 29), date(2026, 11, 23), "month", ("2024-02", "2026-11")),
        (date(2019, 2, 1), date(2026, 11, 23), "quarter", ("2019-Q1", "2026-Q4")),
        (date(1999, 2, 1), date(2026, 11, 23), "year", ("1999", "2026")),
        (date(1899, 2, 1), date(2026, 11, 23), "decade", ("1890s", "2020s")),
        (date(1, 1, 1), date(9999, 12, 31), "century", ("0000 to 0099", "9900 to 9999")),
    ],
)
def test_periods_fit_the_span(first: date, last: date, unit: str, periods: tuple[str, ...]) -> None:
    line = articles_over_time(articles_of([("a", first), ("a", last)]))
    assert line is not None and line.unit == unit
    assert (line.periods[0], line.periods[-1]) == (periods[0], periods[-1])


def test_all_spellings_of_a_name_count_together() -> None:
    tables = dict(plain_release().tables)
    surfaces = set(tables["mentions"]["surface"].to_pylist())
    line = people_over_time(tables)
    assert line is not None and len(surfaces) > 1
    assert [(row.name, row.total) for row in line.rows] == [("One", tables["mentions"].num_rows)]


def test_without_text_no_text_appears() -> None:
    full, none = plain_release(), plain_release("none")
    page = made(none).decode()
    assert "The text of the articles is withheld" in page and "withheld</td>" in page
    shown = " ".join("".join(read(made(none)).words).split())
    for text in DOCUMENTS.values():
        for line in filter(None, map(str.strip, text.splitlines())):
            assert len(line) < 12 or line not in shown, line
    for headline in full.tables["articles"]["headline"].to_pylist():
        assert len(headline) < 5 or headline not in shown
    assert "herald/harbour.txt" in page, "an article is known by its raw path then"
    assert 'href="proofs/' not in page


def test_the_same_release_gives_the_same_bytes() -> None:
    code = (
        "import sys, hashlib; sys.path.insert(0, 'tests'); from site_pages import *; "
        "from copydesk.site.version import version_page; "
        "print(*(hashlib.sha256(version_page(r, ())).hexdigest() for r in (plain_release(), hostile_release())))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Yerevan"))
    }  # fmt: skip
    assert len(printed) == 1


def test_a_page_is_light() -> None:
    page = version_page(large_release(), ())
    assert 100_000 < len(page) < LIGHT
    charts = re.findall(r"<svg.*?</svg>", page.decode(), re.DOTALL)
    assert len(charts) > 10 and max(map(len, charts)) < LIGHT_CHART


def test_a_chart_is_shapes_and_text_with_a_name() -> None:
    pairs = [(plain_label, number) for number, plain_label in enumerate(["a", "<b>", "x" * 90, "a\u202eb", "$x^2$"])]
    for chart in (
        bar_chart("one", "Title & more", "a 0; b 1", pairs, "field"),
        spark_chart("two", "Title", "told", [0, 3, 0, 9], 9, "stroke"),
    ):
        reader = read(chart.encode())
        assert set(reader.elements) <= {"svg", "title", "desc", "text", "rect"}
        assert set(reader.named) == set(reader.ids)
        assert re.findall(r'fill="([^"]*)"', chart) and set(re.findall(r'fill="([^"]*)"', chart)) <= {
            "currentColor", "var(--field)", "var(--stroke)",
        }  # fmt: skip
    heights = [
        float(height) for height in re.findall(r' height="([0-9.]+)"', spark_chart("s", "t", "d", [3, 9], 9, "x"))
    ]
    assert heights[1] == pytest.approx(3 * heights[0], rel=0.01)
    row = spark_chart("s", "t", "d", [1] * 40, 1, "x")
    places = [float(x) for x in re.findall(r' x="([0-9.]+)"', row)]
    assert places[0] < 10 and places[-1] > 230, "the bars have the whole width"
    assert "$x^2$" in bar_chart("one", "t", "d", pairs, "field")


def test_markdown_is_text_tables_and_honest_links() -> None:
    shown = html_of(
        b"# Title\n\n## Section\n\n<b>x</b> <!-- c --> [a](javascript:x) [b](data:text/html,x) [c](//host/x) "
        b"![p](https://host/p.png) <https://host.example/x> [d](DATASHEET.md) [e](#articles)\n\n"
        b"| a | b |\n|---|--:|\n| 1 | 2 |\n\n<script>x</script>\n",
        1,
    )
    reader = read(shown.encode())
    assert reader.links == ["https://host/p.png", "https://host.example/x", "DATASHEET.md", "#articles"]
    assert reader.headings == [3] and "Title" not in shown
    assert set(reader.elements) <= {"h3", "p", "a", "table", "thead", "tbody", "tr", "th", "td"}
    assert 'class="figure"' in shown and "style" not in shown


def test_the_dataset_lists_every_version_and_loads_the_last_good_one() -> None:
    info = plain_release().info
    page = dataset_page(info, index_of(takedowns=7)).decode()
    assert "taken down from all of them: 7" in page
    page = dataset_page(info, index_of()).decode()
    assert page.index(">2026.11.0</a></th>") < page.index(">2026.10.0</a></th>") < page.index(">2026.8.0</a></th>")
    for told in ("withdrawn", "yanked", "It was yanked.", "Use 2026.10.0.", "12 added, 3 changed", "the first version"):
        assert told in page
    reader = read(page.encode())
    assert "versions/2026.10.0/data/articles.parquet" in reader.codes["load-pandas"]
    assert "version 2026.10.0" in reader.codes["sentence"]
    assert {link for link in reader.links if link.startswith("versions/")} == {
        f"versions/2026.{month}.0/index.html" for month in (8, 9, 10, 11)
    }
    assert dataset_page(info, index_of()) == page.encode()
    gone = index_of()
    for entry in gone["versions"]:
        entry |= {
            "status": "withdrawn",
            "notice": {"status": "withdrawn", "reason": "x", "date": "d", "replacement": None},
        }
    assert "No version to use" in dataset_page(info, gone).decode()
    assert "load-pandas" not in dataset_page(info, {"format": 1, "versions": []}).decode()
    with pytest.raises(ValueError, match="is no version"):
        dataset_page(info, {"versions": [{**index_of()["versions"][0], "version": "../../x"}]})


def test_the_lines_load_what_they_say(version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = read((version / "index.html").read_bytes()).codes
    monkeypatch.chdir(version)
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "datasets")
    rows = plain_release().tables["articles"].num_rows
    for name in ("pandas", "polars", "duckdb", "datasets", "copydesk"):
        loaded: dict[str, Any] = {}
        exec(codes[f"load-{name}"], loaded)
        assert len(loaded["articles"]) == rows, name


def test_loaders_are_shown_where_they_are_given() -> None:
    release = plain_release()
    assert "Read back" not in made(release).decode()
    page = version_page(release, (), loaders={"polars <b>": {"articles": "equal", "blocks": "failed"}}).decode()
    assert "polars &lt;b&gt;" in page and "<td>equal</td><td>failed</td>" in page


def test_pages_may_not_stand_in_the_way(tmp_path: Path) -> None:
    release = replace(plain_release(), extra_files={})
    for bad in ("../x.html", "data/x.html", "release.json", "/x.html"):
        folder = tmp_path / hashlib.sha256(bad.encode()).hexdigest()
        folder.mkdir()
        with pytest.raises(ValueError, match="extra file"):
            write_release(release, folder, lambda release, resources, bad=bad: {bad: b""})


def test_what_draws_and_reads_is_loaded_only_for_a_page() -> None:
    code = "import sys, copydesk.site.version, copydesk.build; print({'ziaplot', 'markdown_it'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def articles_of(rows: Iterable[tuple[str, date | None]]) -> Mapping[str, pa.Table]:
    listed = list(rows)
    return {
        "articles": pa.table(
            {
                "source_id": pa.array([source for source, _ in listed], pa.string()),
                "published_on": pa.array([day for _, day in listed], pa.date32()),
            }
        ),
        "sources": pa.table({"source_id": [*"abcd"], "name": [f"The {source}" for source in "abcd"]}),
    }
