"""Two versions side by side: what differs is shown, the largest first, and nothing in it acts."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from growth import grows_linearly, least_seconds
from hypothesis import given, settings
from hypothesis import strategies as st
from small_release import DOCUMENTS, changed, publish_small, tables_of, write_small

from copydesk.cli import main
from copydesk.compare import compare, page, terminal
from copydesk.compare.words import word_diff

ATTACK = "<script>alert(1)</script> \x1b[31m\u202e {{ 7*7 }} <del>"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three versions: the second the same rows with one more article, the third with texts that differ."""
    folder = tmp_path_factory.mktemp("compare")
    publish_small(folder, tables_of({path: text for path, text in DOCUMENTS.items() if path != "courier/short.txt"}))
    publish_small(folder, tables_of())
    publish_small(folder, _edited())
    return folder


def _edited() -> Any:
    def edit(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["raw_path"] == "herald/windows.txt":
                row["text"] = (row["text"] or "").replace("Sunday", "Monday")
            if row["raw_path"] == "herald/harbour.txt":
                row["text"] = f"Everything is another text now, {ATTACK}, from its first word to the last."

    return changed(tables_of(), "articles", edit)


def test_the_exit_code_says_whether_they_differ(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--dataset", str(dataset)]
    assert main(["diff", "2026.11.1", "2026.11.1", *at]) == 0
    assert "the same columns and rows" in capsys.readouterr().out
    assert main(["diff", "2026.11.0", "latest", *at]) == 1
    assert main(["diff", str(dataset / "versions/2026.11.0"), str(dataset)]) == 1
    assert capsys.readouterr().err == ""
    broken = write_small(tmp_path / "broken", tables_of())
    (broken / "data" / "articles.parquet").write_bytes(b"junk")
    empty = tmp_path / "empty"
    empty.mkdir()
    for wrong in ("2025.1.0", str(tmp_path / "absent"), str(empty), str(broken)):
        assert main(["diff", "2026.11.0", wrong, *at]) == 2, wrong
        assert capsys.readouterr().err.startswith("copydesk: "), wrong
    assert main(["diff", "2026.11.0", "2026.11.1", *at, "--html", str(tmp_path / "absent" / "page.html")]) == 2


def test_a_fault_is_no_difference(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("copydesk.compare.compare", fail)
    assert main(["diff", "2026.11.0", "2026.11.1", "--dataset", str(dataset)]) == 2


def test_the_largest_change_comes_first(dataset: Path) -> None:
    compared = compare(dataset / "versions/2026.11.1", dataset / "versions/2026.11.2")
    (articles,) = compared.tables
    assert (articles.name, articles.changed, articles.added, articles.removed) == ("articles", 2, 0, 0)
    ids = {row["raw_path"]: row["article_id"] for row in tables_of()["articles"].to_pylist()}
    assert [row.key for row in articles.rows] == [ids["herald/harbour.txt"], ids["herald/windows.txt"]]
    assert articles.rows[1].cells[0].parts == (
        ("same", "The ferry returned on "), ("gone", "Sunday."), ("new", "Monday."), ("same", "\n\nNobody was hurt."),
    )  # fmt: skip


def test_what_is_shown_does_not_act(dataset: Path, tmp_path: Path) -> None:
    compared = compare(dataset / "versions/2026.11.1", dataset / "versions/2026.11.2")
    told = terminal(compared)
    assert "[-Sunday.-]{+Monday.+}" in told
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
    html = page(compared).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}" in html
    assert "<del>Sunday.</del><ins>Monday.</ins>" in html
    assert "\x1b" not in html
    assert "\u202e" not in html
    tags = _Tags()
    tags.feed(html)
    assert tags.seen <= {
        "html", "head", "meta", "title", "style", "body", "header", "main", "section", "p", "h1", "h2", "h3", "bdi",
        "table", "thead", "tbody", "tr", "th", "td", "a", "span", "b", "dl", "dt", "dd", "del", "ins", "ul", "li",
    }  # fmt: skip
    assert page(compared) == page(compare(dataset / "versions/2026.11.1", dataset / "versions/2026.11.2"))


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)


def test_added_and_removed_rows_are_named_with_their_cause(dataset: Path) -> None:
    told = terminal(compare(dataset / "versions/2026.11.0", dataset / "versions/2026.11.1"))
    ids = {row["raw_path"]: row["article_id"] for row in tables_of()["articles"].to_pylist()}
    assert "added: the raw page is new 1" in told
    assert f"added: {ids['courier/short.txt']}" in told


TEXTS = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", "rain", "über"]), max_size=40).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
def test_the_parts_make_both_texts(before: str, after: str) -> None:
    parts = word_diff(before, after)
    if not any("…" in text for _, text in parts):
        assert "".join(text for kind, text in parts if kind != "new") == before
        assert "".join(text for kind, text in parts if kind != "gone") == after
    assert bool({kind for kind, _ in parts} - {"same"}) == (before != after)


HOSTILE: dict[str, tuple[Callable[[int], tuple[str, str]], int]] = {
    "one word at the end": (lambda count: ("a " * count, "a " * (count - 1) + "b"), 12_500),
    "every word": (lambda count: ("a b " * count, "b a " * count), 6_250),
    "one long word": (lambda count: ("x" * count, "y" * count), 125_000),
}


@pytest.mark.parametrize(("texts", "length"), HOSTILE.values(), ids=HOSTILE)
def test_no_length_keeps_it_busy(texts: Callable[[int], tuple[str, str]], length: int) -> None:
    assert grows_linearly(lambda count: word_diff(*texts(count)), length)


def test_the_longest_stretch_whose_words_are_matched_does_not_keep_it_busy() -> None:
    """A longer one is not matched at all, so that this cannot grow. It takes a tenth of a second."""
    assert least_seconds(lambda: word_diff("a " * 590 + "b", "c " + "a " * 589)) < 10
