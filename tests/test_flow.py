"""The flow: on an embedded server, on a running one, and the same bytes as without either."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE
from test_command import files_of

from copydesk.partitions import plan

pytestmark = pytest.mark.flow

AS_OF = "2026-11-23"


def environment(home: Path, **more: str) -> dict[str, str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return keep | {"PREFECT_HOME": str(home), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"} | more


def run(dataset: Path, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "copydesk.cli", "run", "--raw", str(SAMPLE / "talkurier")]
    command += ["--dataset", str(dataset), "--as-of", AS_OF, "--partition", "2", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=env, timeout=400, check=False)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain")
    done = run(folder / "dataset", environment(folder / "home"), "--plain")
    assert done.returncode == 0, done.stderr
    return folder / "dataset"


def test_an_embedded_server_and_two_workers_give_the_same_bytes_and_a_clean_screen(plain: Path, tmp_path: Path) -> None:
    done = run(tmp_path / "dataset", environment(tmp_path / "not yet" / "there"), "--workers", "2")
    assert done.returncode == 0, done.stderr
    told = done.stderr.splitlines()
    assert told[0] == "copydesk: 6 raw files in 3 partitions; workers: 2"
    assert told[-1] == "copydesk: checking expectations, then publishing"
    assert all(line.startswith("copydesk: ") for line in told), "something else wrote to the screen"
    assert "Traceback" not in done.stdout
    assert files_of(tmp_path / "dataset") == files_of(plain)


def test_a_bad_folder_is_one_sentence_through_the_flow_too(tmp_path: Path) -> None:
    env = environment(tmp_path / "home")
    command = [
        sys.executable,
        "-m",
        "copydesk.cli",
        "run",
        "--raw",
        str(tmp_path / "no"),
        "--dataset",
        str(tmp_path / "d"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=400, check=False)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1, done.stderr
    assert "does not exist" in done.stderr


def test_only_faults_of_copydesk_are_logged_to_the_terminal(tmp_path: Path) -> None:
    """The embedded server's connections complain where they are cut off, which is when a slow machine stops it."""
    code = (
        "from copydesk.flows.local import quiet; quiet()\n"
        "import logging, prefect.logging.configuration\n"
        "prefect.logging.configuration.setup_logging()\n"
        "for name in ('sqlalchemy.pool.impl.AsyncAdaptedQueuePool', 'asyncio', 'copydesk.glance'):\n"
        "    logging.getLogger(name).error('said by %s', name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment(tmp_path), timeout=400, check=True
    )
    assert "said by copydesk.glance" in done.stderr
    assert done.stderr.count("said by") == 1, done.stderr


def test_a_server_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    done = run(tmp_path / "dataset", environment(tmp_path / "home", PREFECT_API_URL="http://127.0.0.1:9/api"))
    assert done.returncode == 7
    assert done.stderr.count("\n") == 1, done.stderr
    assert "--plain" in done.stderr


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A Prefect server of its own on the loopback interface."""
    home = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    api = f"http://127.0.0.1:{port}/api"
    deadline = time.monotonic() + 180
    while not _answers(f"{api}/health"):
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail("the Prefect server did not start")
        time.sleep(0.5)
    yield api, home
    process.terminate()
    process.wait(60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _post(url: str, body: object) -> list[dict[str, object]]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return list(json.load(answer))


def test_running_server_shows_the_run_its_tasks_and_its_artifacts(
    plain: Path, server: tuple[str, Path], tmp_path: Path
) -> None:
    api, home = server
    done = run(tmp_path / "dataset", environment(home, PREFECT_API_URL=api))
    assert done.returncode == 0, done.stderr
    assert files_of(tmp_path / "dataset") == files_of(plain)
    runs = _post(f"{api}/flow_runs/filter", {})
    assert [run["state_type"] for run in runs] == ["COMPLETED"]
    tasks = sorted(str(task["name"]) for task in _post(f"{api}/task_runs/filter", {}))
    assert [name.partition("-")[0] for name in tasks].count("clean") == len(plan(SAMPLE / "talkurier", 2)) > 2
    artifacts = {str(one["key"]): one for one in _post(f"{api}/artifacts/filter", {})}
    assert "| articles | 6 |" in str(artifacts["release"]["data"])
    assert "quarantine" not in artifacts  # nothing was
