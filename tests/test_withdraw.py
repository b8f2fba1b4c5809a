"""Taking back what was published: nothing published changes, everybody is told, and a kill leaves nothing half done."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_release import publish_small, tables_of
from tiny_version import build_of, hash_of

from copydesk import cli
from copydesk.loading import load
from copydesk.store import (
    BrokenStore,
    NoSuchDataset,
    NoSuchVersion,
    Withdrawn,
    YankedWarning,
    heal,
    publish,
    takedown,
    withdraw,
    yank,
)
from copydesk.store.notices import Notice, notice_of, one_line, record, withdrawn_page
from copydesk.store.read import find, find_version, folder_reader, read_index
from copydesk.store.takedowns import Takedowns, as_value, parse, with_articles
from copydesk.verify import verify

DAY = date(2026, 11, 24)
SAID = {"reason": "It is wrong.", "as_of": DAY, "wait_seconds": 5}


def put(dataset: Path, content: str) -> str:
    done = publish(dataset, build_of(content), content_hash=hash_of(content), as_of=DAY, wait_seconds=10)
    return done.version


def snapshot(dataset: Path) -> dict[str, bytes]:
    return {
        path.relative_to(dataset).as_posix(): path.read_bytes()
        for path in dataset.rglob("*")
        if path.is_file() and not path.relative_to(dataset).parts[0].startswith((".", "latest"))
    }


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two tiny versions."""
    for content in ("good", "bad"):
        put(tmp_path / "two", content)
    return tmp_path / "two"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("withdraw") / "dataset"
    publish_small(place, tables_of({"a/one.txt": "One\nIt was one."}))
    publish_small(place, tables_of())
    return place


@pytest.fixture
def dataset(template: Path, tmp_path: Path) -> Path:
    """Two versions with tables."""
    return shutil.copytree(template, tmp_path / "dataset", symlinks=True)


# Yank


def test_a_yanked_version_stays_and_is_not_the_latest(two: Path) -> None:
    before = snapshot(two / "versions")
    done = yank(two, "2026.11.1", **SAID)
    assert (done.new, done.latest) == (True, "2026.11.0")
    assert snapshot(two / "versions") == before, "law 5: a version never changes"
    assert find_version(folder_reader(two), "d").version == "2026.11.0"
    assert (two / "latest").resolve().name == "2026.11.0"
    assert {entry.version: entry.status for entry in read_index(folder_reader(two), "d") or ()} == {
        "2026.11.0": "success",
        "2026.11.1": "yanked",
    }


def test_reading_a_yanked_version_warns_and_refuses_nothing(dataset: Path) -> None:
    yank(dataset, "2026.11.1", **SAID)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(dataset).num_rows == 1
    for place, version in ((dataset, "2026.11.1"), (dataset / "versions/2026.11.1", "latest")):
        with pytest.warns(YankedWarning, match=r"2026\.11\.1 .* was yanked on 2026-11-24: It is wrong\.$"):
            assert load(place, version=version).num_rows == len(tables_of()["articles"])
    assert verify(dataset / "versions/2026.11.1") == []


def test_what_was_yanked_does_not_come_back_under_another_number(two: Path) -> None:
    yank(two, "2026.11.1", **SAID)
    before = snapshot(two)
    with pytest.raises(Withdrawn, match=r"those of version 2026\.11\.1 again.*It is wrong"):
        put(two, "bad")
    assert snapshot(two) == before
    assert put(two, "good") == "2026.11.0"
    assert put(two, "mended") == "2026.11.2"
    assert json.loads((two / "versions/2026.11.2/release.json").read_bytes())["previous"] == "2026.11.0"


def test_yanking_twice_changes_nothing(two: Path) -> None:
    yank(two, "2026.11.1", **SAID)
    before = snapshot(two)
    assert not yank(two, "2026.11.1", reason="Another.", as_of=DAY, wait_seconds=5).new
    assert snapshot(two) == before


def test_where_no_good_version_is_left(two: Path) -> None:
    yank(two, "2026.11.1", **SAID)
    assert withdraw(two, "2026.11.0", **SAID).latest is None
    assert not (two / "latest.json").exists()
    assert not (two / "latest").is_symlink()
    with pytest.raises(NoSuchVersion, match="no good version"):
        find_version(folder_reader(two), "d")
    assert find_version(folder_reader(two), "d", "2026.11.1").status == "yanked"
    assert heal(two) == ()
    assert put(two, "new") == "2026.11.2"


# Withdraw


def test_a_withdrawn_version_leaves_a_tombstone_and_a_page(two: Path) -> None:
    folder = two / "versions/2026.11.1"
    was = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    entry = find_version(folder_reader(two), "d", "2026.11.1")
    done = withdraw(two, "2026.11.1", replacement="2026.11.0", **SAID)
    assert (done.new, done.latest) == (True, "2026.11.0")
    assert [path.name for path in folder.iterdir()] == ["index.html"]
    assert b"It is wrong." in (folder / "index.html").read_bytes()
    tombstone = json.loads((two / "tombstones/2026.11.1.json").read_bytes())
    assert {key: tombstone[key] for key in ("version", "status", "reason", "date", "replacement")} == {
        "version": "2026.11.1", "status": "withdrawn", "reason": "It is wrong.", "date": "2026-11-24",
        "replacement": "2026.11.0",
    }  # fmt: skip
    listed = dict(reversed(line.split("  ")) for line in was["SHA256SUMS"].decode().splitlines())
    assert tombstone["removed"] == listed
    assert tombstone["entry"]["sums_sha256"] == entry.sums_sha256


def test_reading_a_withdrawn_version_says_why_and_what_instead(dataset: Path) -> None:
    withdraw(dataset, "2026.11.1", replacement="2026.11.0", **SAID)
    why = r"2026\.11\.1 of .* was withdrawn on 2026-11-24: It is wrong\. Use version 2026\.11\.0 instead\."
    assert load(dataset).num_rows == 1
    for place, version in ((dataset, "2026.11.1"), (dataset / "versions/2026.11.1", "latest")):
        with pytest.raises(Withdrawn, match=why):
            load(place, version=version)
    with pytest.raises(Withdrawn, match=why):
        verify(dataset / "versions/2026.11.1")
    assert verify(dataset, all_versions=True) == []


def test_a_reader_with_an_older_index_learns_it_from_the_tombstone(dataset: Path) -> None:
    index, latest = ((dataset / name).read_bytes() for name in ("index.json", "latest.json"))
    withdraw(dataset, "2026.11.1", **SAID)
    (dataset / "index.json").write_bytes(index)
    (dataset / "latest.json").write_bytes(latest)
    with pytest.raises(Withdrawn, match="It is wrong"):
        load(dataset)


def test_a_number_is_never_used_again(two: Path) -> None:
    withdraw(two, "2026.11.1", **SAID)
    with pytest.raises(Withdrawn):
        put(two, "bad")
    assert put(two, "new") == "2026.11.2"
    for name in ("index.json", "latest.json"):
        (two / name).unlink()
    before = snapshot(two)
    assert heal(two)
    assert {**before, **snapshot(two)} == snapshot(two)
    assert find_version(folder_reader(two), "d", "2026.11.1").status == "withdrawn"


@pytest.mark.parametrize("replacement", ["2026.11.1", "2026.11.7", "2026.10.0"])
def test_a_replacement_is_another_good_version(two: Path, replacement: str) -> None:
    before = snapshot(two)
    with pytest.raises(NoSuchVersion):
        withdraw(two, "2026.11.1", replacement=replacement, **SAID)
    assert snapshot(two) == before


def test_nothing_is_made_where_there_is_no_dataset(tmp_path: Path) -> None:
    for act in (yank, withdraw):
        with pytest.raises(NoSuchDataset):
            act(tmp_path / "nowhere", "2026.11.0", **SAID)
    with pytest.raises(NoSuchDataset):
        takedown(tmp_path / "nowhere", ["a"], **SAID)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("act", [yank, withdraw])
def test_no_such_version_and_no_reason(two: Path, act: object) -> None:
    assert callable(act)
    with pytest.raises(NoSuchVersion, match=r"there are 2026\.11\.1, 2026\.11\.0"):
        act(two, "2026.1.0", **SAID)
    with pytest.raises(ValueError, match="reason"):
        act(two, "2026.11.1", reason=" \x1b ", as_of=DAY, wait_seconds=1)


def test_a_spoiled_record_is_named(two: Path) -> None:
    withdraw(two, "2026.11.1", **SAID)
    path = two / "tombstones/2026.11.1.json"
    value = json.loads(path.read_bytes())
    for spoiled in (b"{", b"[]", json.dumps({**value, "entry": {}}).encode()):
        path.write_bytes(spoiled)
        with pytest.raises(BrokenStore, match=r"tombstones/2026\.11\.1\.json is not"):
            heal(two)


@given(st.text(), st.text())
def test_a_reason_rules_no_terminal_and_no_page(reason: str, version: str) -> None:
    line = one_line(reason)
    assert line == one_line(line)
    assert line.isprintable() or not line.replace(" ", "").isascii()
    assert len(line.splitlines()) <= 1
    notice = Notice("withdrawn", line, "2026-11-24", None)
    assert notice_of(json.loads(json.dumps(record(version, notice)))) == notice
    page = withdrawn_page("2026.11.0", Notice("withdrawn", "<script>" + line, "2026-11-24", "<b>")).decode()
    assert "<script>" not in page
    assert "<b>" not in page


# Takedown


def test_a_takedown_is_honoured_in_every_version_and_table(dataset: Path) -> None:
    everything = load(dataset)
    row = everything.filter(pa.compute.equal(everything["raw_path"], "herald/harbour.txt")).to_pylist()[0]
    before = snapshot(dataset / "versions")
    assert takedown(dataset, [row["article_id"]], [("herald/harbour.txt", None)], **SAID).new
    assert snapshot(dataset / "versions") == before
    for table in ("articles", "blocks", "captions", "mentions", "dates"):
        kept = load(dataset, table)
        assert row["article_id"] not in kept["article_id"].to_pylist()
        whole = pa.parquet.read_table(dataset / f"versions/2026.11.1/data/{table}.parquet")
        gone = whole.filter(pa.compute.equal(whole["article_id"], row["article_id"]))
        assert kept.num_rows == whole.num_rows - gone.num_rows < whole.num_rows
    assert load(dataset, columns=["headline"]).column_names == ["headline"]
    assert row["headline"] not in load(dataset, columns=["headline"])["headline"].to_pylist()
    assert load(dataset / "versions/2026.11.1").num_rows == everything.num_rows - 1
    assert load(dataset / "latest").num_rows == everything.num_rows - 1
    assert load(dataset, version="2026.11.0").num_rows == 1
    assert verify(dataset) == []
    said = (dataset / "takedowns.json").read_text()
    assert not any(str(row[name]) in said for name in ("article_id", "raw_path", "headline"))
    notes = find(folder_reader(dataset), "d").notes("d")
    assert len(notes) == 1
    assert "1 article was taken down" in notes[0]


def other_bytes(path: Path, was: bytes, now: bytes) -> None:
    data = pq.read_table(path)
    pq.write_table(
        data, path, compression="none", use_dictionary=False, column_encoding="PLAIN", write_statistics=False
    )
    path.write_bytes(path.read_bytes().replace(was, now))


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("articles", lambda path: path.unlink()),
        ("articles", lambda path: path.write_bytes(path.read_bytes()[:-9])),
        ("articles", lambda path: other_bytes(path, b"herald/harbour.txt", b"herald/harbour\xff\xff\xff\xff")),
        ("quarantine", lambda path: other_bytes(path, b"raw_record", b"raw_re\xff\xffrd")),
        ("quarantine", lambda path: pq.write_table(pq.read_table(path).drop_columns("reason"), path)),
    ],
    ids=["lost", "cut", "no text", "no name", "without a column"],
)
def test_a_version_that_cannot_be_read_is_named_and_nothing_is_taken_down(
    dataset: Path, capsys: pytest.CaptureFixture[str], table: str, damage: Callable[[Path], None]
) -> None:
    publish_small(dataset, tables_of({"herald/harbour.txt": "Harbour\nIt was raised."}))
    damage(dataset / f"versions/2026.11.1/data/{table}.parquet")
    harbour = next(row for row in load(dataset).to_pylist() if row["raw_path"] == "herald/harbour.txt")
    command = ["takedown", harbour["article_id"], "--dataset", str(dataset), "--reason", "Asked for."]
    assert cli.main(command) == 6
    said = capsys.readouterr().err
    assert said.startswith(f"copydesk: Version 2026.11.1 of {dataset} cannot be read, so that nothing was taken down")
    assert "withdraw it, and take down again" in said
    assert said.count("\n") == 1
    assert not (dataset / "takedowns.json").exists()
    assert cli.main(["withdraw", "2026.11.1", "--dataset", str(dataset), "--reason", "Its disk broke."]) == 0
    assert cli.main(command) == 0


def test_a_file_in_quarantine_is_left_out_too(dataset: Path) -> None:
    assert load(dataset, "quarantine")["raw_path"].to_pylist() == ["courier/empty.txt"]
    takedown(dataset, [], [("courier/empty.txt", "7")], **SAID)
    assert load(dataset, "quarantine").num_rows == 1, "another record of the file"
    takedown(dataset, ["x"], [("courier/empty.txt", None)], **SAID)
    assert load(dataset, "quarantine").num_rows == 0
    assert load(dataset, "quarantine", columns=["reason"]).num_rows == 0


def test_takedowns_are_added_and_never_changed(dataset: Path) -> None:
    takedown(dataset, ["a"], **SAID)
    first = json.loads((dataset / "takedowns.json").read_bytes())
    assert not takedown(dataset, ["a"], reason="Again.", as_of=DAY, wait_seconds=5).new
    takedown(dataset, ["b", "a"], reason="Another.", as_of=DAY, wait_seconds=5)
    then = json.loads((dataset / "takedowns.json").read_bytes())
    assert then["articles"][:1] == first["articles"]
    assert (then["salt"], len(then["articles"])) == (first["salt"], 2)
    assert json.loads((dataset / "index.json").read_bytes())["takedowns"] == 2


def test_a_list_that_is_gone_or_spoiled_lets_nothing_through(dataset: Path) -> None:
    takedown(dataset, ["a"], **SAID)
    (dataset / "takedowns.json").write_text("{}")
    with pytest.raises(BrokenStore, match="not a list of takedowns"):
        load(dataset)
    (dataset / "takedowns.json").unlink()
    with pytest.raises(BrokenStore, match=r"takedowns\.json is not there"):
        load(dataset)


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5), st.text())
def test_a_list_of_takedowns_is_read_as_it_was_written(first: list[str], second: list[str], other: str) -> None:
    raw = [(path, None) for path in first]
    known = with_articles(Takedowns(), first, raw, reason="one", date="2026-11-24", salt="ab" * 16)
    both = with_articles(known, second, [], reason="two", date="2026-11-25", salt="cd" * 16)
    assert parse(json.dumps(as_value(both)).encode()) == both
    assert both.articles[: len(known.articles)] == known.articles
    assert both.ids_among([*first, *second, other]) == {*first, *second} | ({other} & {*first, *second})
    assert all(both.has_raw(path, None) and not both.has_raw(path, "1") for path in first)
    assert with_articles(both, [*second, *first], [], reason="x", date="y", salt="z") == both


def test_the_salt_of_another_dataset_finds_nothing() -> None:
    lists = [with_articles(Takedowns(), ["a"], [], reason="r", date="d", salt=salt) for salt in ("ab" * 16, "cd" * 16)]
    assert lists[0].hashes.isdisjoint(lists[1].hashes)
