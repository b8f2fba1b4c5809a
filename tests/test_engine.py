"""Engines: the same outcomes on each, whatever becomes of a worker; and partitions of whatever size."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from copydesk import engine as engines
from copydesk import partitions, pipeline, rounds
from copydesk.build import run_plain
from copydesk.cleaning import Knowledge
from copydesk.costs import estimate
from copydesk.engine import Here, open_engine, work_off
from copydesk.engine.pool import Pool, WorkerDied
from copydesk.errors import StoreError
from copydesk.knowing import know
from copydesk.pace import Pace, now_and_then
from copydesk.release.data import to_parquet
from copydesk.settings import Settings
from copydesk.stages import begin


def double(value: int) -> int:
    return 2 * value


def refuse(value: int) -> int:
    raise OSError(value, "no such luck", "somewhere")


def die_once(marker: Path) -> int:
    """Killed the first time, as by a machine that is short of memory."""
    if not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def loaded() -> list[str]:
    return sorted(name for name in sys.modules if name in ("prefect", "great_expectations", "copydesk.cli"))


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    environment = pytest.MonkeyPatch()
    environment.setenv("PYTHONPATH", str(Path(__file__).parent))
    with Pool(2) as pool:
        yield pool
    environment.undo()


def test_outcomes_come_in_order_and_each_end_is_told(pool: Pool) -> None:
    for engine in (Here(), pool):
        told: list[int] = []
        assert work_off(engine, double, [(number,) for number in range(9)], told.append) == list(range(0, 18, 2))
        assert sorted(told) == list(range(9))


def test_workers_load_what_they_use_and_no_more(pool: Pool) -> None:
    assert pool.submit(loaded).result(60) == []


def test_what_a_stage_raises_is_raised_here_and_says_where(pool: Pool) -> None:
    with pytest.raises(OSError, match="no such luck") as raised:
        pool.submit(refuse, 5).result(60)
    assert raised.value.errno == 5
    assert "in refuse" in "".join(raised.value.__notes__)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pool.submit(lambda: None).result(60)


def test_a_killed_worker_costs_its_partition_a_second_try(pool: Pool, tmp_path: Path) -> None:
    assert pool.submit(die_once, tmp_path / "marker").result(60) != os.getpid()
    assert pool.submit(double, 4).result(60) == 8


def test_a_partition_that_kills_its_workers_ends_the_run_with_a_sentence(pool: Pool) -> None:
    with pytest.raises(WorkerDied, match=r"killed at the die, and so was the next.* --workers"):
        pool.submit(die).result(60)
    assert pool.submit(double, 4).result(60) == 8


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_the_run_in_the_midst_of_a_partition(tmp_path: Path, end: signal.Signals) -> None:
    script = (
        "import sys, time\nfrom copydesk.engine.pool import Pool\nfrom test_engine import forever\n"
        "with Pool(1) as pool:\n    pool.submit(forever, sys.argv[1])\n    time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", script, str(tmp_path / "pid")]
    run = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        _until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
        worker = int((tmp_path / "pid").read_text())
        # As a terminal does, to all of them; a kill meets the run alone.
        (os.killpg if end is signal.SIGINT else os.kill)(run.pid, end)
        _, told = run.communicate(timeout=60)
    finally:
        run.kill()
    _until(lambda: not _alive(worker))
    assert told.count("KeyboardInterrupt") == (end is signal.SIGINT), "a worker has said something, too"


def forever(told: str) -> None:
    Path(told).write_text(str(os.getpid()))
    time.sleep(600)


def _alive(process: int) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def _until(holds: object, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)


# --- partitions -------------------------------------------------------------------------------------------------------


def story(number: int) -> dict[str, object]:
    day = ("Monday", "Friday")[number % 2]
    text = (
        f"Harbour {number} votes\n\nThe council of Harbour {number} voted on {day} to keep its ferry, its clerk wrote."
    )
    return {"id": f"a{number % 37}", "title": f"Harbour {number} votes", "text": f"{text}\n\nAll rights reserved."}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Dumps that no partition holds, with ids that come again and rows that cannot be read, and small files between."""
    folder = tmp_path / "raw" / "gazette"
    folder.mkdir(parents=True)
    lines = [json.dumps({**story(number), "page": "x" * 1_000}) for number in range(40)]
    lines[7], lines[11] = "{", json.dumps({"id": "no text"})
    (folder / "b.jsonl").write_text("\n".join(lines) + "\n")
    (folder / "c.json.gz").write_bytes(gzip.compress(json.dumps([story(number) for number in range(50, 70)]).encode()))
    rows = [story(number) for number in range(80, 100)]
    cells = "".join(f'{row["id"]},"{row["text"]}"\n' for row in rows)
    (folder / "d.csv").write_text(f"id,text\n{cells}")
    for name in ("a.txt", "e.txt"):
        (folder / name).write_text(str(story(len(name))["text"]))
    return tmp_path / "raw"


def built(raw: Path, work: Path, knowledge: Knowledge, articles: int, *, split: bool) -> dict[str, bytes]:
    work.mkdir()
    planned = partitions.plan(raw, articles)
    if split:
        large = [one for one in planned if one.large]
        planned = partitions.cut(planned, [pipeline.split(one, knowledge.sources, articles, work) for one in large])
    surveys = [pipeline.survey_partition(one, knowledge.sources, work) for one in planned]
    known = pipeline.recall(knowledge, pipeline.learn(surveys, work))
    made = pipeline.assemble([pipeline.clean_partition(one, known, work) for one in planned], known)
    return {name: to_parquet(table) for name, table in made.items()}


def test_a_dump_in_pieces_gives_the_bytes_of_the_whole(raw: Path, tmp_path: Path, knowledge: Knowledge) -> None:
    whole = built(raw, tmp_path / "whole", knowledge, 10_000, split=False)
    sizes = []
    for articles in (1, 7, 16):
        assert built(raw, tmp_path / f"of {articles}", knowledge, articles, split=True) == whole
        sizes.append(len(list((tmp_path / f"of {articles}").glob("cleaned-*"))))
    assert sizes[0] == 82 and sizes == sorted(sizes, reverse=True) and sizes[-1] > 3


def test_the_same_bytes_from_one_two_and_five_workers(raw: Path, tmp_path: Path) -> None:
    found = []
    for workers, articles in ((1, 10_000), (2, 20), (5, 100)):
        work = tmp_path / f"{workers} workers"
        work.mkdir()
        settings = Settings(raw, tmp_path / "dataset", partition=articles, workers=workers, cache=None)
        job = begin(settings, work)
        planned = partitions.plan(raw, articles)
        with open_engine(settings, planned) as engine:
            assert engine.width == min(workers, len(planned))
            run = partial(work_off, engine)
            planned = rounds.split_large(run, job, planned, unheard)
            surveys = rounds.survey_all(run, job, planned, unheard)
            cleaned = rounds.clean_all(run, job, planned, surveys, unheard)
        made = pipeline.assemble(cleaned.folders, know(job.settings, cleaned.learned, cleaned.braked))
        found.append({name: to_parquet(table) for name, table in made.items()})
    assert found[0] == found[1] == found[2]


def unheard(share: float, sentence: str) -> None:
    """Nobody listens."""


def test_every_file_is_in_one_partition_and_no_partition_is_too_large(raw: Path) -> None:
    planned = partitions.plan(raw, 6)
    names = [file.name for one in planned for file in one.files]
    assert names == sorted(set(names))
    assert [one.number for one in planned] == list(range(len(planned)))
    assert {file.name for one in planned if one.large for file in one.files} == {"gazette/b.jsonl"}


# --- progress ---------------------------------------------------------------------------------------------------------


def test_what_is_left_is_reckoned_from_what_was_done() -> None:
    now = [0.0]
    said: list[tuple[float, str]] = []
    pace = Pace("cleaned", [100, 100, 600], "articles", lambda *heard: said.append(heard), lambda: now[0])
    for number, at in enumerate((1.0, 10.0, 50.0)):
        now[0] = at
        pace.done(number)
    assert said == [
        (0.125, "cleaned 1 of 3 partitions"),
        (0.25, "cleaned 2 of 3 partitions, 20 articles a second; about 30 s left of it"),
        (1.0, "cleaned 3 of 3 partitions, 16 articles a second"),
    ]


def test_a_person_hears_of_it_now_and_then() -> None:
    now = [0.0]
    said: list[str] = []
    hears = now_and_then(said.append, lambda: now[0])
    for at, share in ((1.0, 0.1), (6.0, 0.2), (7.0, 0.3), (8.0, 1.0)):
        now[0] = at
        hears(share, f"at {at}")
    assert said == ["at 6.0", "at 8.0"]


# --- what a run will take ---------------------------------------------------------------------------------------------


def test_more_raw_files_take_more_and_more_workers_take_less_time(raw: Path) -> None:
    files = [file for one in partitions.plan(raw, 100) for file in one.files]
    one, two, less = estimate(files, 1), estimate(files, 2), estimate(files[:1], 1)
    assert one.articles > less.articles == 1
    assert one.seconds > two.seconds and two.memory > one.memory
    assert one.temporary > less.temporary and one.final > less.final
    assert str(two).startswith(f"{two.articles} articles or so, about ")


def test_a_run_that_surely_does_not_fit_is_not_begun(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(raw, tmp_path / "dataset", cache=None)
    _, reckoned = rounds.plan(settings)
    said: list[str] = []
    for share, told in ((1.1, 0), (0.7, 1)):
        free = int(share * (reckoned.temporary + reckoned.final))
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        rounds.plan(settings, said.append)
        assert len(said) == told
    assert "it may not fit" in said[0]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=reckoned.final // 4))
    with pytest.raises(StoreError, match=r"make room, or name another place\. Nothing was begun"):
        run_plain(settings)
    assert not list((tmp_path / "dataset").glob("versions/*"))


def test_a_night_with_little_new_starts_processes_only_once_it_proves_long(
    raw: Path, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_WORTH_BYTES", 100)
    monkeypatch.setattr(engines, "cores", lambda: 2)
    settings = Settings(raw, tmp_path / "dataset", cache=tmp_path / "cache")
    planned = [replace(one, large=False) for one in partitions.plan(raw, 6)]
    assert isinstance(open_engine(settings, planned), Pool)
    for one in planned:
        pipeline.survey_partition(one, knowledge.sources, tmp_path, settings.kept())
    with open_engine(settings, planned) as engine:
        assert engine.submit(os.getpid).result() == os.getpid()
        assert engine.width == 1
        monkeypatch.setattr(engines, "_WORTH_SECONDS", -1.0)
        assert engine.submit(os.getpid).result() != os.getpid()
        assert engine.width == 2
    with open_engine(replace(settings, workers=2), planned) as engine:
        assert isinstance(engine, Pool), "who names a number gets it"
