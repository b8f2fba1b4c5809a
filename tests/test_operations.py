"""docs/operations.md as it is written, on a real server: with SQLite, then with PostgreSQL; and what kills do to it.

The tests of this module follow each other: each does the next section. Only places and ports are others, and what is
of the machine: ``systemctl`` starts what the units say without systemd, and nothing is installed.
"""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, SAMPLE
from guide import Shell, sections
from test_command import files_of

pytestmark = [
    pytest.mark.flow,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        not os.environ.get("COPYDESK_OPERATIONS"),
        reason="starts servers and workers for five minutes: set COPYDESK_OPERATIONS=1 to run the guide",
    ),
]

GUIDE = ROOT / "docs" / "operations.md"
SHIMS = {
    "sudo": 'if [ "$1" = -u ]; then [ "$2" = postgres ] && export PGUSER=postgres; shift 2; fi; exec "$@"',
    "useradd": 'mkdir -p "$GROUND/srv/copydesk"',
    "apt-get": "exit 0",
    "install": 'exec /usr/bin/install $(echo "$@" | sed "s/-g copydesk//")',
    "systemctl": f'exec {sys.executable} {ROOT}/tests/small_systemctl.py "$@"',
}


@dataclass
class Machine:
    """A machine of the guide's: its shell, its places, and what its webhook was told."""

    ground: Path
    shell: Shell
    api: str
    told: list[str]
    text: Callable[[str], str]

    @property
    def dataset(self) -> Path:
        return self.ground / "srv/copydesk/news/dataset"

    @property
    def versions(self) -> list[str]:
        return sorted(path.name for path in (self.dataset / "versions").iterdir())

    def section(self, number: int, first: int = 0, last: int | None = None) -> str:
        """Runs a section's blocks, or some of them."""
        blocks = sections(self.text(GUIDE.read_text(encoding="utf-8")))[number][first:last]
        assert blocks
        return "\n".join(self.shell.run(block) for block in blocks)

    def pid(self, unit: str) -> int:
        return int((self.ground / f"units/{unit}.pid").read_text())

    def ask(self, path: str, body: object) -> Any:
        request = urllib.request.Request(f"{self.api}/{path}", json.dumps(body).encode())
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def runs(self) -> list[dict[str, Any]]:
        """All runs that were due, oldest first."""
        body = {"flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}}, "sort": "EXPECTED_START_TIME_ASC"}
        return list(self.ask("flow_runs/filter", body))

    def states(self) -> list[str]:
        """Their states."""
        return [str(run["state_type"]) for run in self.runs()]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    ground = tmp_path_factory.mktemp("m")
    api, hook, told = _free_port(), _free_port(), []
    places = {
        "/srv/copydesk": str(ground / "srv/copydesk"),
        "/etc/copydesk.env": str(ground / "copydesk.env"),
        "/etc/systemd/system": str(ground / "units"),
        "/var/run/postgresql": str(ground / "postgresql"),
        "/tmp/block.py": str(ground / "block.py"),
        "4200": str(api),
        "8080": str(hook),
    }

    def text(written: str) -> str:
        for place, here in places.items():
            written = written.replace(place, here)
        return written

    _checkout(ground / "srv/copydesk/app", text)
    for folder in ("units", "bin"):
        (ground / folder).mkdir()
    for name, line in SHIMS.items():
        (ground / "bin" / name).write_text(f"#!/bin/bash\n{line}\n")
        (ground / "bin" / name).chmod(0o755)
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "VIRTUAL_ENV"))}
    env = {"PATH": f"{ground / 'bin'}:/usr/local/bin:/usr/bin:/bin", "HOME": str(ground), "NO_COLOR": "1"}
    env |= {"GROUND": str(ground), "SYSTEMD_UNITS": str(ground / "units")}
    webhook = _receiver(hook, told)
    made = Machine(ground, Shell(ground, keep | env), f"http://127.0.0.1:{api}/api", told, text)
    yield made
    webhook.shutdown()
    for unit in ("worker", "schedule", "server"):
        subprocess.run([*_systemctl(), "disable", f"copydesk-{unit}"], env=dict(made.shell.env), check=False)


def test_1_a_project_runs_as_init_makes_it(machine: Machine) -> None:
    assert "articles         3" in machine.section(1)
    assert len(machine.versions) == 1


def test_2_the_server_starts_and_the_doctor_finds_nothing_to_mend(machine: Machine) -> None:
    told = machine.section(2)
    assert "Ready to run" in told
    assert "PREFECT_API_URL" not in told, "the server answers, and is of this version"


def test_3_a_worker_runs_the_deployments(machine: Machine) -> None:
    machine.section(3, 0, 2)
    assert machine.states() == ["COMPLETED", "COMPLETED"]
    names = [str(run["name"]) for run in machine.runs()]
    assert sorted(name.rpartition(" ")[0] for name in names) == ["build dataset", "verify dataset"]
    assert {"progress", "release"} <= {one["key"] for one in machine.ask("artifacts/filter", {})}
    build = next(one for one in machine.ask("deployments/filter", {}) if one["entrypoint"].endswith("build_dataset"))
    assert build["global_concurrency_limit"]["limit"] == 1
    schedules = {one["slug"]: one["parameters"].get("params", {}).get("full", False) for one in build["schedules"]}
    assert schedules == {"nightly": False, "weekly": True}
    form = build["parameter_openapi_schema"]["definitions"]["BuildParams"]["properties"]
    assert all(field.get("description") for field in form.values()), form


def test_3_a_schedule_without_a_worker(machine: Machine) -> None:
    machine.section(3, 2, 3)
    _until(lambda: _served(machine) is not None)
    served = _served(machine)
    assert [one["schedule"]["cron"] for one in served["schedules"]] == ["0 3 * * *"]
    machine.ask(f"deployments/{served['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})
    _until(lambda: machine.states() == ["COMPLETED"] * 3)
    machine.section(3, 3, 4)
    log = (machine.ground / "units/copydesk-schedule.log").read_text()
    assert "Traceback" not in log, log[-3000:]
    _until(lambda: _served(machine)["paused"])  # nothing is due that nobody would run


def test_4_a_webhook_is_told_of_success_and_of_failure(machine: Machine) -> None:
    machine.section(4)
    assert "nothing new since version" in machine.told[-1]
    shutil.move(machine.dataset.parent / "raw", machine.dataset.parent / "away")
    machine.shell.run("prefect deployment run build-dataset/news --watch || true")
    shutil.move(machine.dataset.parent / "away", machine.dataset.parent / "raw")
    assert machine.states()[-1] == "FAILED"
    assert "failed (exit code 3)" in machine.told[-1]
    assert "does not exist" in machine.told[-1]


def test_a_run_whose_process_is_killed_is_told_of_by_its_worker(machine: Machine) -> None:
    params = json.dumps({"raw": str(SAMPLE), "dataset": "other", "full": True, "notify": "custom-webhook/copydesk"})
    machine.shell.run(f"prefect deployment run build-dataset/news --param params='{params}'")
    _until(lambda: _working(machine.dataset.parent / "other"))
    for pid in _family(machine.pid("copydesk-worker"))[:-1]:
        os.kill(pid, signal.SIGKILL)
    _until(lambda: "build other" in machine.told[-1])
    assert "failed" in machine.told[-1]
    assert "The last version is as it was." in machine.told[-1]
    assert list((machine.dataset.parent / "other/versions").iterdir()) == []


def test_a_worker_and_its_run_killed_leave_the_last_version_and_the_next_run_heals(machine: Machine) -> None:
    raw, before = machine.dataset.parent / "raw", files_of(machine.dataset)
    shutil.copytree(SAMPLE / "talkurier", raw / "talkurier")
    params = json.dumps({"raw": "raw", "dataset": "dataset", "partition": 1})
    machine.shell.run(f"prefect deployment run build-dataset/news --param params='{params}'")
    _until(lambda: _working(machine.dataset))
    for pid in _family(machine.pid("copydesk-worker")):
        os.kill(pid, signal.SIGKILL)
    time.sleep(1.0)
    assert files_of(machine.dataset) == before
    assert list((machine.dataset / ".staging").iterdir()), "the run was killed at its work, and could not clean up"
    machine.shell.run("sudo systemctl restart copydesk-worker")
    done = machine.shell.run("copydesk run --raw raw --dataset dataset")
    assert "Removed what an unfinished run had left" in " ".join(done.split())
    assert len(machine.versions) == 2
    assert "as the version says" in machine.shell.run("copydesk verify dataset")
    assert not list((machine.dataset / ".staging").iterdir())


def test_a_run_outlives_its_server(machine: Machine) -> None:
    shutil.copytree(SAMPLE / "harbour_ledger", machine.dataset.parent / "raw/harbour_ledger")
    done: list[str] = []
    run = "PREFECT_CLIENT_MAX_RETRIES=0 copydesk run --raw raw --dataset dataset --partition 1"
    thread = threading.Thread(target=lambda: done.append(machine.shell.run(run)))
    thread.start()
    _until(lambda: _working(machine.dataset))
    os.killpg(machine.pid("copydesk-server"), signal.SIGKILL)
    thread.join(240)
    assert "went away" in done[0]
    assert "Traceback" not in done[0]
    assert len(machine.versions) == 3
    assert "as the version says" in machine.shell.run("copydesk verify dataset")
    # Restart=on-failure and Restart=always of the units: a worker gives up after a while without its server.
    machine.shell.run("sudo systemctl restart copydesk-server")
    _until(lambda: _answers(f"{machine.api}/health"))
    machine.shell.run("sudo systemctl restart copydesk-worker")


def test_5_the_same_on_postgresql(machine: Machine) -> None:
    with _postgresql(machine.ground / "postgresql"):
        (machine.ground / "state.sh").open("a").write(f"export PGHOST={machine.ground / 'postgresql'}\n")
        machine.section(5)
        assert machine.states() == ["COMPLETED"]
        assert "nothing new since version" in machine.told[-1]
        log = (machine.ground / "units/copydesk-server.log").read_text()
        said = log.rpartition("systemctl: started")[2]  # the one before, on SQLite, may stumble as it stops
        assert "Traceback" not in said, said[-3000:]
        machine.shell.run("sudo systemctl disable --now copydesk-worker; sudo systemctl disable --now copydesk-server")


def test_6_when_a_run_failed(machine: Machine) -> None:
    before = json.loads((machine.dataset / "latest.json").read_bytes())["version"]
    (machine.ground / "copydesk.env").write_text("")  # the server was stopped with its database
    told = machine.section(6, 1, 2)
    assert "headline" in told
    told = machine.section(6, 2)
    assert f"{before} was yanked" in told
    assert json.loads((machine.dataset / "latest.json").read_bytes())["version"] != before


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze on this machine")
    for unit in (ROOT / "docs/systemd").glob("*.service"):
        (tmp_path / unit.name).write_text(unit.read_text().replace("/srv/copydesk/app/.venv/bin/", "/bin/true "))
    units = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def _checkout(app: Path, text: Callable[[str], str]) -> None:
    """The checkout with its environment: this one's, under other names."""
    (app / ".venv/bin").mkdir(parents=True)
    for path in ROOT.iterdir():
        if path.name not in (".venv", "docs", ".git"):
            (app / path.name).symlink_to(path)
    shutil.copytree(ROOT / "docs", app / "docs")
    for path in (app / "docs/systemd").iterdir():
        path.write_text(text(path.read_text(encoding="utf-8")), encoding="utf-8")
    with (app / "docs/systemd/copydesk.env").open("a") as settings:
        settings.write(
            "PREFECT_WORKER_QUERY_SECONDS=1\nPREFECT_RUNNER_POLL_FREQUENCY=1\n"
        )  # a test need not wait so long
    for path in (*Path(sys.prefix).iterdir(), *(Path(sys.prefix) / "bin").iterdir()):
        here = app / ".venv" / path.relative_to(sys.prefix)
        if not here.exists():
            here.symlink_to(path)
    if not (app / ".venv/bin/prefect").exists():
        (app / ".venv/bin/prefect").write_text(f'#!/bin/sh\nexec {app}/.venv/bin/python -m prefect "$@"\n')
        (app / ".venv/bin/prefect").chmod(0o755)
    script = app / ".venv/bin/copydesk"
    script.unlink(missing_ok=True)
    script.write_text(f'#!/bin/sh\nexec {app}/.venv/bin/python -m copydesk.cli "$@"\n')
    script.chmod(0o755)
    (app / ".venv/run.stamp").unlink(missing_ok=True)
    (app / ".venv/run.stamp").touch()


def _receiver(port: int, told: list[str]) -> ThreadingHTTPServer:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _postgresql:  # noqa: N801 - it is used like a function
    """A cluster of its own, on a socket alone, by whichever user may run one."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets

    def __enter__(self) -> None:
        homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        found = shutil.which("initdb") or (str(homes[-1] / "initdb") if homes else None)
        if found is None:
            pytest.skip("there is no PostgreSQL on this machine")
        self._home = Path(found).resolve().parent
        self._data = Path(tempfile.mkdtemp(prefix="copydesk-pg-"))
        self._socket = Path(tempfile.mkdtemp(prefix="copydesk-pgs-"))
        self._sockets.symlink_to(self._socket)
        self._as: list[str] = []
        if os.geteuid() == 0:
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError:
                pytest.skip("root may not run PostgreSQL, and there is no user postgres")
            for folder in (self._data, self._socket):
                os.chown(folder, owner.pw_uid, owner.pw_gid)
            self._as = ["runuser", "-u", "postgres", "--"]
        self._socket.chmod(0o755)
        self._run("initdb", "-D", str(self._data), "-U", "postgres", "-A", "trust", "--no-sync")
        self._run("pg_ctl", "-D", str(self._data), "-w", "-l", str(self._data / "log"),
                  "-o", f"-k {self._socket} -c listen_addresses='' -c fsync=off", "start")  # fmt: skip

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop")
        for folder in (self._data, self._socket):
            shutil.rmtree(folder, ignore_errors=True)

    def _run(self, command: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as, str(self._home / command), *arguments], cwd="/", stdout=subprocess.DEVNULL, check=True
        )


def _served(machine: Machine) -> Any:
    found = [one for one in machine.ask("deployments/filter", {}) if one["name"] == "news-served"]
    return found[0] if found else None


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _working(dataset: Path) -> bool:
    """Whether a run has begun to write what it cleans."""
    return any((dataset / ".staging").glob("*/*"))


def _family(pid: int) -> list[int]:
    """A process and all that it has started, the youngest first."""
    found = [pid]
    for parent in found:
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], stdout=subprocess.PIPE, check=False)
        found += [int(child) for child in listed.stdout.split()]
    return found[::-1]


def _until(holds: Callable[[], object], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.1)


def _systemctl() -> list[str]:
    return [sys.executable, str(ROOT / "tests/small_systemctl.py")]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
