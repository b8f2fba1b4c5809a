"""Small ways in: files that were edited by hand, cells and names that do something where they are shown, records
without end."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from copydesk import reuse
from copydesk.article import RawItem
from copydesk.build import look
from copydesk.errors import ConfigError, CopydeskError
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected
from copydesk.limits import load_limits, shipped_limits
from copydesk.normalize.names import Cluster, load_authority
from copydesk.normalize.names.queue import from_csv, to_csv
from copydesk.normalize.names.record import Book
from copydesk.printable import printable
from copydesk.release.config import read_info
from copydesk.report import alarms_table, markdown, quarantine_table, review_table, terminal
from copydesk.settings import Report, Settings
from copydesk.sources import load_sources

ODD = {
    "lists within lists": "a = " + "[" * 5000,
    "tables within tables": "a = " + "{b = " * 3000 + "1" + "}" * 3000,
    "a name of many parts": "a." * 3000 + "b = 1",
    "a table of many parts": "[" + "a." * 5000 + "b]",
    "a number without end": "a = " + "9" * 5000,
    "half a character": 'a = "\\ud800"',
    "no UTF-8": "a = \udcff",
    "a key twice": "a = 1\na = 2",
    "a text without end": 'a = "x',
    "a control": 'a = "\x01"',
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("sources.toml", load_sources),
        ("limits.toml", load_limits),
        ("dataset.toml", read_info),
        ("people.toml", load_authority),
        ("decisions.toml", lambda path: Book(path.parent, "ada", date(2026, 11, 23)).standing()),
    ],
)
def test_toml_that_is_none_is_told_in_a_sentence(
    name: str, reader: Callable[[Path], object], text: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(CopydeskError, match=name):
        reader(path)


def test_a_folder_in_place_of_the_description_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        read_info(tmp_path / "dataset.toml")


def test_no_cell_of_the_names_to_decide_on_is_a_formula(tmp_path: Path) -> None:
    (tmp_path / "people.toml").write_text('[[entry]]\nid = "a"\ncanonical = "Ada Berg"\ntype = "person"\n')
    spellings = (("=Orla Croy", 2), ("@Orla Kroy", 1))
    cluster = Cluster("=Orla Croy", spellings, ("+Orla Croy left",), (("a", "near"),), ("=cmd|' /C calc'!A0", "-b"))
    written = to_csv([cluster], [{"id": "d1", "spellings": ["'-x", "+y"], "decision": "later"}], printable)
    rows = list(csv.reader(io.StringIO(written)))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    filled = written.replace(",,\n", ",not-a-name,\n")
    assert filled != written
    book = Book(tmp_path, "ada", date(2026, 11, 23))
    ((_, verdict), _) = from_csv(filled.encode(), "queue.csv", book, ["a"])
    assert verdict is not None
    assert verdict.spellings == ("=Orla Croy", "@Orla Kroy")


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv"])
def test_records_without_end_are_read_so_far(suffix: str, tmp_path: Path) -> None:
    records = [{"id": f"r{number}", "text": f"The ferry sailed {number} times."} for number in range(9)]
    lines = {
        ".jsonl": "\n".join(map(json.dumps, records)),
        ".json": json.dumps(records),
        ".csv": "id,text\n" + "".join(f"{one['id']},{one['text']}\n" for one in records),
    }
    (tmp_path / f"dump{suffix}").write_text(lines[suffix])
    (file,) = list_files(tmp_path, replace(shipped_limits(), records=5))
    *kept, told = read(file)
    assert [one.record for one in kept if isinstance(one, RawItem)] == [f"r{number}" for number in range(5)]
    assert isinstance(told, Rejected)
    assert (told.reason, told.detail) == (
        "too_many_records",
        f"dump{suffix}: has more than 5 records; the rest was not read. Split it.",
    )


def test_what_its_size_alone_refuses_is_not_even_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither by the look for anything new nor by a reader: to read a hole of a terabyte takes half an hour."""
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "ferry.txt").write_text("The ferry sailed on Monday.\n")
    holes = [f"hole{suffix}" for suffix in (".txt", ".jsonl", ".json.gz", ".csv", ".parquet", ".warc")]
    for name in holes:
        with (raw / name).open("wb") as file:
            file.truncate(1 << 40)
    hashed: list[str] = []

    def digest(path: Path) -> str:
        hashed.append(path.name)
        return ""

    monkeypatch.setattr(reuse, "_digest", digest)
    chosen = Settings(raw, tmp_path / "dataset", as_of=date(2026, 11, 2), cache=tmp_path / "cache")
    assert look(chosen) is not None, "a run with nothing new is found out all the same"
    assert hashed == ["ferry.txt"]
    told = [outcome for file in list_files(raw) for outcome in read(file) if isinstance(outcome, Rejected)]
    assert sorted(one.path for one in told) == sorted(holes)
    assert {one.reason for one in told} == {"too_large"}
    assert all(one.path in one.detail and "bytes" in one.detail for one in told)


HOSTILE = (
    "![x](https://x.example/pixel.png) [y](javascript:alert(1)) <img src=x onerror=alert(1)> | `a` \x1b[31m\u202e\n# b"
)


def test_what_was_scraped_does_nothing_on_the_page_of_a_run() -> None:
    """Prefect shows an artifact as Markdown, and so each cell of a table."""
    row = dict.fromkeys(("raw_path", "raw_record", "stage", "reason", "detail", "article_id", "source_id"), HOSTILE)
    alarm = {"severity": "critical", "alarm": "stale", "subject": HOSTILE, "description": HOSTILE}
    review = {**row, "flags": [HOSTILE]}
    done = Report("2026.11.0", Path("d"), True, 1, {}, [row], 1, 0, (HOSTILE,), [review], (HOSTILE,), (alarm,))
    from copydesk.flows import verify  # noqa: PLC0415 - Prefect takes a second
    from copydesk.verify import Finding  # noqa: PLC0415

    left: list[list[dict[str, Any]]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verify, "create_table_artifact", lambda rows, key, description: left.append(rows))
        verify.tell_findings.fn([Finding("sums", HOSTILE, HOSTILE)])
    cells = [cell for rows in (quarantine_table(done), review_table(done), alarms_table(done), *left) for cell in rows]
    texts = [str(value) for row in cells for value in row.values()]
    assert len(texts) > 12
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for text in [*texts, markdown(done)]:
        shown = reader.render(text)
        assert not any(mark in shown for mark in ("<img", "<a ", 'javascript:alert(1)"', "<del"))
        assert not any(char in shown for char in "\x1b\u202e")
    assert all(reader.render(text).count("<") == 2 for text in texts)  # a paragraph, and nothing in it
    assert all(line.isprintable() for line in terminal(done).split("\n"))


def test_one_strange_file_does_not_make_a_run_look_too_large(tmp_path: Path) -> None:
    from copydesk.costs import estimate  # noqa: PLC0415

    raw = tmp_path / "raw"
    raw.mkdir()
    outside = tmp_path / "outside.jsonl"
    for path in (raw / "hole.txt", raw / "hole.jsonl", outside):
        with path.open("wb") as file:
            file.truncate(1 << 36)  # a hole: no byte of it is on the disk
    (raw / "link.jsonl").symlink_to(outside)
    records = b'{"id": 1, "text": "The ferry sailed again."}\n' * 1_000_000
    (raw / "dump.jsonl").write_bytes(records)
    reckoned = estimate(list_files(raw), 2)
    assert len(records) < reckoned.temporary < 10 * len(records)
