"""Kept work changes nothing but the time: whatever happened before, a run publishes what a full one would."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk import build, cleaning, outcomes, partitions, pipeline, reuse
from copydesk import cache as kept_work
from copydesk.article import Article, RawItem
from copydesk.build import run_plain
from copydesk.bulk import Tables, in_memory
from copydesk.cache import Cache
from copydesk.cleaning import Knowledge, clean_items
from copydesk.ingest import list_files
from copydesk.loading import load
from copydesk.project import shipped
from copydesk.release.data import to_parquet
from copydesk.settings import Settings
from copydesk.sources import Source
from copydesk.store import Withdrawn, yank

FOOTERS = ("All rights reserved by the Gazette", "Read 12 comments", "Most read today", "Weather: fair, 12 degrees")


def page(number: int, edition: int) -> str:
    """A page of invented news: its own story, and some of the lines that its source prints everywhere."""
    rng = random.Random(number * 1000 + edition)
    story = [
        f"The council of Harbour {number} voted on {day} to {verb} the {thing}, its clerk wrote ({rng.randint(1, 3)})."
        for day, verb, thing in (
            ("Monday", rng.choice(("keep", "sell", "paint")), rng.choice(("bridge", "ferry", "library"))),
            ("Friday", rng.choice(("open", "close", "move")), rng.choice(("market", "archive", "school"))),
        )
    ]
    footers = [line.replace("12", str(rng.randint(2, 99))) for line in FOOTERS if rng.random() < 0.8]
    return "\n\n".join([f"Harbour {number} votes again", *story, *footers])


def write(raw: Path, number: int, edition: int) -> None:
    """Page ``number`` as a file of its own, or a record among others; every eleventh cannot be read."""
    source = ("gazette", "herald", "unknown")[number % 3]
    path = raw / source / f"{number:03}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x00" * 9 if number % 11 == 10 else page(number, edition).encode())


def remove(raw: Path, number: int) -> None:
    for path in raw.glob(f"*/{number:03}.txt"):
        path.unlink()


def tables(raw: Path, work: Path, knowledge: Knowledge, cache: Cache | None, articles: int = 4) -> Tables:
    """The stages of a build, with or without kept work."""
    work.mkdir(parents=True)
    batches = partitions.plan(raw, articles)
    surveys = [pipeline.survey_partition(batch, knowledge.sources, work, cache) for batch in batches]
    known = pipeline.recall(knowledge, pipeline.learn(surveys, work))
    return in_memory(
        pipeline.assemble([pipeline.clean_partition(batch, known, work, cache) for batch in batches], known, cache)
    )


def as_bytes(made: Tables) -> dict[str, bytes]:
    return {name: to_parquet(data) for name, data in made.items()}


NIGHTS = st.lists(
    st.lists(
        st.tuples(st.sampled_from(("write", "write", "remove")), st.integers(0, 12), st.integers(0, 2)), max_size=6
    ),
    min_size=2,
    max_size=4,
)


@settings(max_examples=12, deadline=None)
@given(nights=NIGHTS, articles=st.integers(1, 6))
def test_an_incremental_build_is_a_full_one(
    nights: list[list[tuple[str, int, int]]],
    articles: int,
    knowledge: Knowledge,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("nights")
    raw = folder / "raw"
    write(raw, 1, 0)
    for number, night in enumerate(nights):
        for what, page_number, edition in night:
            if what == "write":
                write(raw, page_number, edition)
            elif page_number != 1:
                remove(raw, page_number)
        kept = tables(raw, folder / f"kept-{number}", knowledge, Cache(folder / "cache"), articles)
        full = tables(raw, folder / f"full-{number}", knowledge, None)
        assert as_bytes(kept) == as_bytes(full)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths of the items that were cleaned."""
    cleaned: list[str] = []

    def counting(items: Sequence[RawItem], knowledge: Knowledge) -> list[Article | Exception]:
        cleaned.extend(item.path for item in items)
        return clean_items(items, knowledge)

    monkeypatch.setattr(outcomes, "clean_items", counting)
    yield cleaned


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    for number in range(10):
        write(tmp_path / "raw", number, 0)
    return tmp_path / "raw"


def test_only_what_changed_is_cleaned_again(
    raw: Path, tmp_path: Path, knowledge: Knowledge, counted: list[str]
) -> None:
    cache = Cache(tmp_path / "cache")
    tables(raw, tmp_path / "one", knowledge, cache)
    assert len(counted) == 10
    counted.clear()
    tables(raw, tmp_path / "again", knowledge, cache, articles=3)
    assert counted == []
    own = "A heron was seen on the roof of the town hall on Sunday, and nobody in the street below could say why.\n"
    (raw / "unknown" / "002.txt").write_text(own)
    tables(raw, tmp_path / "changed", knowledge, cache)
    assert "unknown/002.txt" in counted
    assert not any(path.startswith(("gazette", "herald")) for path in counted)  # their profiles are what they were


def test_what_a_result_depends_on_is_in_its_key(
    raw: Path, tmp_path: Path, knowledge: Knowledge, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    tables(raw, tmp_path / "one", knowledge, cache)
    before = sorted(counted)
    counted.clear()
    other = Knowledge(knowledge.authority, {**knowledge.sources, "gazette": Source("gazette", date_order="mdy")})
    tables(raw, tmp_path / "two", other, cache)
    assert sorted(counted) == [path for path in before if path.startswith("gazette")]
    counted.clear()
    monkeypatch.setattr(kept_work, "code", lambda: "another version of a rule")
    tables(raw, tmp_path / "three", knowledge, cache)
    assert sorted(counted) == before


def wipe(folder: Path) -> None:
    shutil.rmtree(folder)


def garble_index(folder: Path) -> None:
    (folder / "index.sqlite").write_bytes(b"This is no database. " * 200)


def garble_parts(folder: Path) -> None:
    for path in folder.rglob("articles.arrow"):
        garble(path)


def garble_results(folder: Path) -> None:
    for path in folder.rglob("kept.arrow"):
        garble(path)


def garble(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_parts(folder: Path) -> None:
    for path in folder.rglob("blocks.arrow"):
        path.write_bytes(path.read_bytes()[:100])


def lose_parts(folder: Path) -> None:
    shutil.rmtree(folder / "parts")


def garble_names(folder: Path) -> None:
    with sqlite3.connect(folder / "index.sqlite") as index:
        index.execute("UPDATE parts SET name = '../../elsewhere/' || name")


def age_index(folder: Path) -> None:
    """The index of another Copydesk, with other columns."""
    with sqlite3.connect(folder / "index.sqlite") as index:
        index.executescript("DROP TABLE parts; CREATE TABLE parts (key TEXT, part TEXT); PRAGMA user_version = 1")


@pytest.mark.parametrize(
    "harm", [wipe, garble_index, age_index, garble_parts, garble_results, cut_parts, lose_parts, garble_names]
)
def test_a_broken_cache_costs_only_time(
    harm: Callable[[Path], None], raw: Path, tmp_path: Path, knowledge: Knowledge, counted: list[str]
) -> None:
    cache = Cache(tmp_path / "cache")
    full = as_bytes(tables(raw, tmp_path / "one", knowledge, cache))
    harm(tmp_path / "cache")
    assert as_bytes(tables(raw, tmp_path / "two", knowledge, cache)) == full
    assert len(counted) == 20
    counted.clear()
    assert as_bytes(tables(raw, tmp_path / "three", knowledge, cache)) == full
    assert counted == []


def test_a_cache_that_cannot_even_be_opened_costs_only_time(tmp_path: Path) -> None:
    """As on a disk that is full, or locked: what asks it and what changes it goes on, in the run's last step too."""
    (tmp_path / "cache" / "index.sqlite").mkdir(parents=True)
    cache = Cache(tmp_path / "cache")
    cache.keep("results", ("a", "b"), pa.table({"key": ["one"]}), {})
    cache.keep_verdicts({"one": 3})
    cache.keep_run("dataset", "fingerprint", "{}")
    cache.prune()
    assert cache.find("results", ("a", "b"), "key", pa.array(["one"])) == []
    assert cache.verdicts(["one"]) == {}
    assert cache.last_run("dataset") is None


def test_a_file_is_read_again_only_where_it_may_have_changed(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even a writer who sets size and time back goes unseen; and what was just written is not taken for settled."""
    cache, read = Cache(tmp_path / "cache"), []
    digest = reuse._digest
    monkeypatch.setattr(reuse, "_digest", lambda path: read.append(path.name) or digest(path))

    def keys() -> dict[str, str | None]:
        read.clear()
        return reuse.file_keys(list_files(raw), {}, cache=cache)

    first = keys()
    assert keys() == first
    assert len(read) == 10
    monkeypatch.setattr(reuse, "_SETTLED_NS", -(10**9))
    assert keys() == first
    assert keys() == first
    assert read == []
    path = raw / "gazette" / "000.txt"
    about, text = path.stat(), path.read_bytes()
    path.write_bytes(text[::-1])
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
    changed = keys()
    assert read == ["000.txt"]
    assert [name for name in first if changed[name] != first[name]] == ["gazette/000.txt"]
    path.unlink()
    path.symlink_to(raw / "gazette" / "003.txt")
    assert keys() == reuse.file_keys(list_files(raw), {})


def test_a_fault_is_not_kept(raw: Path, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(tmp_path / "cache")

    def fails(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(cleaning, "open_document", fails)
        broken = tables(raw, tmp_path / "one", knowledge, cache)
    assert set(broken["quarantine"]["reason"].to_pylist()) == {"fault"}
    assert tables(raw, tmp_path / "two", knowledge, cache)["articles"].num_rows == 10


def test_a_file_that_changes_under_the_run_is_not_kept_as_what_it_was(
    raw: Path, tmp_path: Path, knowledge: Knowledge
) -> None:
    cache = Cache(tmp_path / "cache")
    work = tmp_path / "work"
    work.mkdir()
    (batch,) = partitions.plan(raw, 100)
    known = pipeline.recall(knowledge, pipeline.learn([pipeline.survey_partition(batch, {}, work, cache)], work))
    before = (raw / "gazette" / "000.txt").read_bytes()
    write(raw, 0, 7)
    pipeline.clean_partition(batch, known, work, cache)
    (raw / "gazette" / "000.txt").write_bytes(before)
    again = as_bytes(tables(raw, tmp_path / "again", knowledge, cache))
    assert again == as_bytes(tables(raw, tmp_path / "full", knowledge, None))


def test_where_files_come_and_go_the_others_stay_together(tmp_path: Path) -> None:
    for number in range(0, 800, 2):
        (tmp_path / f"{number:03}.txt").write_text("A page.", encoding="utf-8")

    def planned() -> set[tuple[str, ...]]:
        found = partitions.plan(tmp_path, 10)
        assert all(5 <= len(one.files) <= 10 for one in found[:-1])
        return {tuple(file.name for file in one.files) for one in found}

    before = planned()
    for number in (101, 333, 555):
        (tmp_path / f"{number:03}.txt").write_text("A page.", encoding="utf-8")
    (tmp_path / "700.txt").unlink()
    assert len(before - planned()) <= 8  # of fifty: those of the four files, and here and there the next


def test_what_nobody_used_is_pruned(
    raw: Path, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    tables(raw, tmp_path / "one", knowledge, Cache(folder))
    Cache(folder).prune()
    assert any((folder / "parts").iterdir())
    later = kept_work.time.time() + (kept_work.KEPT_DAYS + 2) * 86_400
    monkeypatch.setattr(kept_work.time, "time", lambda: later)
    Cache(folder).prune()
    assert not any((folder / "parts").iterdir())
    index = sqlite3.connect(folder / "index.sqlite")
    assert index.execute("SELECT count(*) FROM parts").fetchone() == (0,)


def test_many_small_parts_become_one(raw: Path, tmp_path: Path, knowledge: Knowledge, counted: list[str]) -> None:
    cache = Cache(tmp_path / "cache")
    for number in range(12):
        write(raw, number, number + 1)
        tables(raw, tmp_path / f"{number}", knowledge, cache, articles=100)
    counted.clear()
    full = as_bytes(tables(raw, tmp_path / "full", knowledge, None))
    counted.clear()
    assert as_bytes(tables(raw, tmp_path / "last", knowledge, cache, articles=100)) == full
    assert counted == []
    index = sqlite3.connect(tmp_path / "cache" / "index.sqlite")
    assert index.execute("SELECT count(*) FROM parts WHERE kind LIKE 'results %'").fetchone()[0] > 8


def test_a_run_with_nothing_new_ends_at_once(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before any page is read and any table made; whatever changes that a table follows from, it is a run again."""
    chosen = Settings(raw, tmp_path / "dataset", as_of=date(2026, 11, 2), cache=tmp_path / "cache")
    first = run_plain(chosen)

    class Ran(Exception):
        pass

    def ran(*_: object) -> None:
        raise Ran

    monkeypatch.setattr(build, "make", ran)
    again = run_plain(replace(chosen, as_of=date(2026, 11, 3)))
    assert again == replace(first, new=False)
    expectations = shutil.copytree(shipped("expectations"), tmp_path / "edited" / "expectations")
    suite = expectations / "captions.json"
    suite.write_text(suite.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    authority = shutil.copytree(shipped("authority"), tmp_path / "edited" / "authority")
    next(authority.glob("*.toml")).unlink()
    for other in (
        replace(chosen, full=True),
        replace(chosen, cache=None),
        replace(chosen, dataset=tmp_path / "other"),
        replace(chosen, expectations=expectations),
        replace(chosen, authority=authority),
    ):
        with pytest.raises(Ran):
            run_plain(other)
    page_before = (raw / "gazette" / "000.txt").read_bytes()
    write(raw, 0, 7)
    with pytest.raises(Ran):
        run_plain(chosen)
    (raw / "gazette" / "000.txt").write_bytes(page_before)
    assert not run_plain(chosen).new
    (raw / "gazette" / "000.txt").rename(raw / "gazette" / "renamed.txt")
    with pytest.raises(Ran):
        run_plain(chosen)
    (raw / "gazette" / "renamed.txt").rename(raw / "gazette" / "000.txt")
    yank(chosen.dataset, first.version, reason="A test.", as_of=date(2026, 11, 3), wait_seconds=1)
    with pytest.raises((Ran, Withdrawn)):
        run_plain(chosen)


def test_a_second_run_finds_its_work_and_publishes_nothing_new(
    raw: Path, tmp_path: Path, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = Settings(raw, tmp_path / "dataset", as_of=date(2026, 11, 2), cache=tmp_path / "cache")
    first = run_plain(chosen)
    counted.clear()
    with monkeypatch.context() as patch:
        patch.setattr(build, "nothing_new_since", lambda *_: None)  # as where what the last run went by was lost
        again = run_plain(chosen)
    assert (again.version, again.new, counted) == (first.version, False, [])
    full = run_plain(replace(chosen, full=True, dataset=tmp_path / "full"))
    assert sorted(counted) == sorted(row["raw_path"] for row in load(first.folder).select(["raw_path"]).to_pylist())
    for path in sorted(first.folder.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (full.folder / path.relative_to(first.folder)).read_bytes(), path
