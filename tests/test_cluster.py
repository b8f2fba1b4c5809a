"""Dask: a scheduler and two workers in processes of their own give the bytes of one process, though one is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import distributed
import pytest
from conftest import ROOT
from object_server import files_of, s3_server
from test_engine import raw, story  # noqa: F401 - a fixture

from copydesk import partitions, pipeline, rounds
from copydesk.engine import Here, work_off
from copydesk.engine.cluster import Cluster
from copydesk.errors import ConfigError
from copydesk.knowing import know
from copydesk.release.data import to_parquet
from copydesk.rounds import Run
from copydesk.settings import Settings
from copydesk.stages import WrongWorker, begin

Made = tuple[str, list["subprocess.Popen[bytes]"]]


@contextmanager
def processes(folder: Path, environment: dict[str, str] | None = None) -> Iterator[Made]:
    """The address of a scheduler on the loopback interface, and its two workers, as people start them."""
    started: list[subprocess.Popen[bytes]] = []

    def start(what: str, *arguments: str) -> None:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard", *arguments]
        with (folder / f"{what}-{len(started)}.log").open("wb") as log:
            started.append(
                subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env={**os.environ, **(environment or {})})
            )

    try:
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(folder / "scheduler.json"))
        for _ in range(2):
            start("worker", "--scheduler-file", str(folder / "scheduler.json"), "--nthreads", "1", "--no-nanny")
        with distributed.Client(scheduler_file=str(folder / "scheduler.json"), timeout="90s") as client:
            client.wait_for_workers(2, timeout="90s")
            address = client.scheduler.address
        yield address, started[1:]
    finally:
        for process in started:
            process.kill()
            process.wait(60)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    with processes(tmp_path_factory.mktemp("cluster")) as made:
        yield made


def built(run: Run, settings: Settings, work: Path, hears: object) -> dict[str, bytes]:
    work.mkdir()
    job = begin(settings, work)
    planned = rounds.split_large(run, job, partitions.plan(settings.raw, settings.partition), unheard)
    surveys = rounds.survey_all(run, job, planned, unheard)
    cleaned = rounds.clean_all(run, job, planned, surveys, hears)  # type: ignore[arg-type]
    made = pipeline.assemble(cleaned.folders, know(settings, cleaned.learned, cleaned.braked))
    return {name: to_parquet(table) for name, table in made.items()}


def unheard(share: float, sentence: str) -> None:
    """Nobody listens."""


def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(
    raw: Path,  # noqa: F811
    tmp_path: Path,
    cluster: Made,
) -> None:
    address, workers = cluster
    settings = Settings(raw, tmp_path / "dataset", partition=4, cache=None)
    alone = built(partial(work_off, Here()), replace(settings, partition=1000), tmp_path / "alone", unheard)
    killed: list[float] = []

    def kill(share: float, sentence: str) -> None:
        if not killed:
            killed.append(share)
            workers[0].kill()

    with Cluster(1, address) as engine:
        assert engine.width == 2
        together = built(partial(work_off, engine), settings, tmp_path / "together", kill)
        assert 0 < killed[0] < 1
        assert together == alone

        # A worker with other code, or one that does not see the run's folder, makes no rows.
        (piece, *_) = partitions.plan(raw, 4)
        job = begin(settings, tmp_path / "alone")
        for wrong, why in (
            (replace(job, code="another"), "another Copydesk"),
            (replace(job, work=tmp_path / "elsewhere"), "does not exist on"),
        ):
            with pytest.raises(WrongWorker, match=why):
                work_off(engine, rounds.stages.survey, [(wrong, piece)])


def test_a_scheduler_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.engine.cluster._PATIENCE", "1s")
    with (
        pytest.raises(ConfigError, match=r"--scheduler tcp://127.0.0.1:9: no scheduler"),
        Cluster(1, "tcp://127.0.0.1:9"),
    ):
        pass


@pytest.mark.timeout(2400)
@pytest.mark.skipif(not os.environ.get("COPYDESK_CLUSTER"), reason="minutes: COPYDESK_CLUSTER=1 asks for it")
def test_whole_runs_on_a_cluster_into_a_bucket(raw: Path, tmp_path: Path) -> None:  # noqa: F811
    """The command, with and without Prefect, from one raw folder: a folder of versions, and two in an object store."""
    prefect = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "500"}
    with s3_server() as environment, processes(tmp_path, environment) as (address, workers):
        for place, arguments in (
            (str(tmp_path / "dataset"), ("--plain", "--workers", "1")),
            ("s3://news/plain", ("--plain", "--scheduler", address, "--work", str(tmp_path), "--partition", "4")),
            ("s3://news/flow", ("--scheduler", address, "--work", str(tmp_path), "--partition", "4")),
        ):
            command = [sys.executable, "-m", "copydesk.cli", "run", "--raw", str(raw), "--as-of", "2026-11-23"]
            run = subprocess.Popen(
                [*command, "--dataset", place, *arguments],
                cwd=tmp_path,
                env={**os.environ, **environment, **prefect, "PYTHONPATH": str(ROOT)},
                stderr=subprocess.PIPE,
                text=True,
            )
            if place == "s3://news/plain":
                assert run.stderr is not None
                while "cleaned" not in (line := run.stderr.readline()):
                    assert line, "the run ended before it cleaned anything"
                workers[0].kill()
            _, told = run.communicate(timeout=600)
            assert run.returncode == 0, told
        folder = tmp_path / "dataset"
        there = {path.relative_to(folder).as_posix(): path for path in folder.glob("versions/**/*") if path.is_file()}
        for place in ("s3://news/plain", "s3://news/flow"):
            found = {name: data for name, data in files_of(place).items() if name.startswith("versions/")}
            assert found == {name: path.read_bytes() for name, path in there.items()}
