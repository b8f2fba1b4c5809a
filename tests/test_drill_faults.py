"""Faults that strike a run from outside: raw files that move under it, folders that cannot be written, wrong clocks."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Self

import pyarrow as pa
import pytest
from conftest import ROOT
from test_command import files_of

from copydesk import build, cache, cleaning, glance, load, partitions, pipeline, store
from copydesk.build import run_plain
from copydesk.errors import CopydeskError
from copydesk.quality.model import Validation
from copydesk.quality.validate import validate
from copydesk.settings import Settings
from copydesk.store.lease import lease
from copydesk.store.objects import ObjectStore
from copydesk.verify import verify

pytestmark = pytest.mark.crash

AS_OF = date(2026, 11, 23)
STORY = (
    "The council of {place} voted on Monday to keep the old ferry, its clerk wrote in a long letter to the harbour.\n\n"
    "Two of its members had asked for a bridge of iron, which the engineer thought too narrow for the carts of {place}."
)


class Here:
    """The validator without a process of its own; asked only where ``real``, because it takes longest."""

    real = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def validate(self, data: Mapping[str, pa.Table], suites: Path, as_of: date) -> Validation:
        return validate(data, suites, as_of) if self.real else Validation(())


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "Validator", Here)
    monkeypatch.setattr(Here, "real", False)


def record(place: str, number: int) -> dict[str, str]:
    return {
        "id": f"{place}-{number}",
        "url": f"https://gazette.example/{place}/{number}",
        "title": f"{place} keeps its ferry for another year",
        "text": STORY.format(place=f"{place} {number}"),
    }


def write_records(path: Path, places: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record(place, 1)) + "\n" for place in places), encoding="utf-8")


def write_page(path: Path, place: str, url: str | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    link = f"<link rel=canonical href='https://herald.example/{url or place}'>"
    told = "".join(f"<p>{part}</p>" for part in STORY.format(place=place).split("\n\n"))
    head = f"<title>{place} keeps its ferry</title>{link}"
    path.write_text(
        f"<!doctype html><html><head>{head}</head><body><h1>{place} keeps its ferry</h1>{told}</body></html>"
    )


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    write_records(folder / "gazette" / "dump.jsonl", ["Alder", "Birch", "Cedar"])
    for place in ("Dale", "Elm", "Fern"):
        write_page(folder / "herald" / f"{place}.html", place)
        (folder / "letter").mkdir(exist_ok=True)
        (folder / "letter" / f"{place}.txt").write_text(f"{place} waits\n\n{STORY.format(place=place + 'wick')}")
    return folder


def settings_of(raw: Path, **more: object) -> Settings:
    place = raw.parent
    given = {"dataset": place / "dataset", "cache": place / "cache", "as_of": AS_OF, **more}
    return Settings(raw=raw, **given)  # type: ignore[arg-type]


def vanish(raw: Path) -> None:
    (raw / "letter" / "Dale.txt").unlink()
    (raw / "herald" / "Elm.html").unlink()


def shift(raw: Path) -> None:
    write_records(raw / "gazette" / "dump.jsonl", ["Zinnia", "Alder", "Birch", "Cedar"])


def cut(raw: Path) -> None:
    write_records(raw / "gazette" / "dump.jsonl", ["Alder"])


def grow(raw: Path) -> None:
    write_records(raw / "gazette" / "dump.jsonl", ["Alder", "Birch", "Cedar", "Zinnia"])


def take_the_address_of_another(raw: Path) -> None:
    write_page(raw / "herald" / "Elm.html", "Elm", url="Dale")


def become_another_article(raw: Path) -> None:
    write_page(raw / "herald" / "Elm.html", "Zinnia")


def become_unreadable(raw: Path) -> None:
    (raw / "letter" / "Dale.txt").write_bytes(b"\x00" * 90)


MOVES = (vanish, shift, cut, grow, take_the_address_of_another, become_another_article, become_unreadable)


@pytest.mark.parametrize("kept", ["no cache", "empty cache", "full cache"])
@pytest.mark.parametrize("move", MOVES)
def test_raw_files_that_move_between_survey_and_cleaning(
    move: Callable[[Path], None], kept: str, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version is whole, every article in it is there once, and the next run sees the folder as it is."""
    settings = settings_of(raw, **({"cache": None} if kept == "no cache" else {}), accepted=())
    if kept == "full cache":
        run_plain(settings_of(raw, dataset=tmp_path / "before"))
        write_records(raw / "gazette" / "dump.jsonl", ["Alder", "Birch changed", "Cedar"])  # one of three is to clean
    learn = pipeline.learn

    def meanwhile(*given: object) -> Path:
        move(raw)
        return learn(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "learn", meanwhile)
        patch.setattr(Here, "real", True)
        report = run_plain(settings)
    assert verify(tmp_path / "dataset") == []
    told = load(tmp_path / "dataset", "articles").to_pylist()
    assert len({row["article_id"] for row in told}) == len(told)
    assert len(told) + len(report.quarantined) == 9, "something was dropped without a word, or is there twice"
    run_plain(settings)
    run_plain(settings_of(raw, dataset=tmp_path / "full", cache=None))
    assert verify(tmp_path / "dataset") == []
    assert tables_of(tmp_path / "dataset") == tables_of(tmp_path / "full")


def tables_of(dataset: Path) -> dict[str, bytes]:
    files = files_of((dataset / "latest").resolve())
    return {path: data for path, data in files.items() if path.startswith(("data/", "csv/"))}


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Callable[[Path], None]]:
    """Makes folders read-only for everybody, root too."""
    done: list[Path] = []

    def seal(folder: Path) -> None:
        for command in (["mount", "--bind", str(folder), str(folder)], ["mount", "-o", "remount,bind,ro", str(folder)]):
            if subprocess.run(command, capture_output=True, check=False).returncode:
                pytest.skip("sealing a folder needs root and a kernel that permits it")
            if command[1] == "--bind":
                done.append(folder)

    yield seal
    for folder in done:
        subprocess.run(["umount", str(folder)], check=True)


def test_raw_and_cache_may_be_read_only(raw: Path, tmp_path: Path, sealed: Callable[[Path], None]) -> None:
    kept = tmp_path / "cache"
    run_plain(settings_of(raw))
    write_page(raw / "herald" / "Gorse.html", "Gorse")
    sealed(raw)
    sealed(kept)
    assert run_plain(settings_of(raw)).version == "2026.11.1"
    run_plain(settings_of(raw, dataset=tmp_path / "full", cache=None))
    assert tables_of(tmp_path / "dataset") == tables_of(tmp_path / "full")


def test_a_read_only_dataset_is_told_at_once(
    raw: Path, tmp_path: Path, sealed: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_plain(settings_of(raw))
    before = files_of(tmp_path / "dataset")
    sealed(tmp_path / "dataset")
    write_page(raw / "herald" / "Gorse.html", "Gorse")
    monkeypatch.setattr(partitions, "plan", None)  # it fails before anything is read
    with pytest.raises(store.DatasetNotWritable, match="Read-only"):
        run_plain(settings_of(raw))
    assert files_of(tmp_path / "dataset") == before


def test_without_a_folder_for_temporary_files_one_sentence_says_so(raw: Path, tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path / "no"), "COPYDESK_CACHE": ""}
    arguments = ["run", "--plain", "--raw", str(raw), "--dataset", str(tmp_path / "dataset")]
    script = (
        "import sys, tempfile; tempfile._candidate_tempdir_list = lambda: ['/proc/1/nowhere']; "
        f"from copydesk.cli import main; sys.exit(main({arguments!r}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert "temporary" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "dataset" / "versions" / "2026.11.0").exists()


@pytest.mark.parametrize("days", [-4000, -40, 40, 4000])
def test_a_clock_that_was_moved_changes_no_byte(
    days: int, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_plain(settings_of(raw))
    write_page(raw / "herald" / "Gorse.html", "Gorse")
    real = time.time
    monkeypatch.setattr(cache.time, "time", lambda: real() + days * 86_400)
    cache.Cache(tmp_path / "cache").prune()
    run_plain(settings_of(raw))
    cache.Cache(tmp_path / "cache").prune()
    monkeypatch.undo()
    monkeypatch.setattr(build, "Validator", Here)
    write_page(raw / "herald" / "Hazel.html", "Hazel")
    run_plain(settings_of(raw))
    run_plain(settings_of(raw, dataset=tmp_path / "full", cache=None))
    assert verify(tmp_path / "dataset", all_versions=True) == []
    assert tables_of(tmp_path / "dataset") == tables_of(tmp_path / "full")


def test_a_kill_while_kept_work_is_written_leaves_no_part_that_is_half_there(tmp_path: Path) -> None:
    """A part appears by one rename; what a killed run was making is pruned once nobody can be at it any more."""
    folder = tmp_path / "cache"
    rows = {"articles": pa.table({"article_id": ["a", "b"]})}
    cache.Cache(folder).keep("results", ("a.txt", "b.txt"), pa.table({"key": ["one", "two"]}), rows)
    (part,) = (folder / "parts").iterdir()
    whole = cache.Cache(folder).files(part.name, rows)
    assert whole is not None
    assert pa.ipc.open_file(whole["articles"]).read_all() == rows["articles"]
    left, making = folder / "parts" / "left", folder / "parts" / "now"
    for place in (left, making):
        shutil.copytree(part, place)
    old = time.time() - 3 * 86_400
    os.utime(left, (old, old))
    cache.Cache(folder).prune()
    assert sorted(path.name for path in (folder / "parts").iterdir()) == sorted([part.name, "now"])
    assert cache.Cache(folder).files(part.name, rows) == whole


def test_a_lease_of_a_dead_writer_whose_clock_was_a_year_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the clock it would hold for a year; that it is not renewed shows that its holder is gone."""
    objects = ObjectStore("memory://clock/ahead")
    stated = {"owner": "x", "pid": 1, "host": "elsewhere", "since": "2027-11-23T00:00:00+00:00", "released": False}
    objects.create(".lock/00000000.json", json.dumps({**stated, "expires": time.time() + 3e7}).encode())
    with pytest.raises(store.StoreBusy, match="process 1 on elsewhere"), lease(objects, 0.2, 1.0):
        pass
    began = time.monotonic()
    with lease(objects, 30.0, 1.0) as still_ours:
        still_ours()
    assert time.monotonic() - began >= 2.0


@pytest.mark.parametrize("ahead", [-3e7, 3e7])
def test_a_living_holder_is_waited_for_whatever_its_clock_says(ahead: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is behind makes its lease look expired: then its holder finds out before it commits anything."""
    objects = ObjectStore(f"memory://clock/living{ahead:.0f}")
    real, holder = time.time, threading.current_thread()
    monkeypatch.setattr(
        time, "time", lambda: real() + (ahead if threading.current_thread() in (holder, *keepers()) else 0.0)
    )
    taken: list[bool] = []

    def other() -> None:
        try:
            with lease(objects, 2.0, 0.5):
                taken.append(True)
        except store.StoreBusy:
            taken.append(False)

    with lease(objects, 5.0, 0.5) as still_ours:
        rival = threading.Thread(target=other)
        rival.start()
        rival.join()
        if taken == [True]:
            with pytest.raises(store.StoreBusy, match="lost its hold"):
                still_ours()
        else:
            still_ours()
    assert taken == [ahead < 0]


def keepers() -> list[threading.Thread]:
    """The first thread that renews a lease is the holder's."""
    return [thread for thread in threading.enumerate() if thread.name == "copydesk-lease"][:1]


def test_the_raw_folder_disappears_under_the_run(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is unmounted: no version that is empty, or nearly."""
    run_plain(settings_of(raw))
    before = files_of(tmp_path / "dataset")
    write_page(raw / "herald" / "Gorse.html", "Gorse")
    learn = pipeline.learn

    def meanwhile(*given: object) -> Path:
        raw.rename(tmp_path / "elsewhere")
        return learn(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "learn", meanwhile)
        with pytest.raises(CopydeskError, match="does not exist"):
            run_plain(settings_of(raw))
    assert files_of(tmp_path / "dataset") == before
    (tmp_path / "elsewhere").rename(raw)
    assert run_plain(settings_of(raw)).version == "2026.11.1"


@pytest.mark.parametrize("stage", ["survey", "clean"])
def test_what_fails_because_of_the_machine_is_not_told_of_the_file(
    stage: str, raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No space for a model that is unpacked: the run stops, rather than set every article aside. None of it is kept."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(*((glance, "rendered") if stage == "survey" else (cleaning, "open_document")), full)
        with pytest.raises(store.DiskFull):
            run_plain(settings_of(raw))
    report = run_plain(settings_of(raw))
    assert (report.articles, len(report.quarantined)) == (9, 0)
    run_plain(settings_of(raw, dataset=tmp_path / "full", cache=None))
    assert tables_of(tmp_path / "dataset") == tables_of(tmp_path / "full")
