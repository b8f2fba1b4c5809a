"""Taking something back, killed before each change to the disk: all of it or nothing, and the next mends it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tiny_version import build_of, hash_of, take_back

from copydesk.store import publish
from copydesk.store.read import find_version, folder_reader, read_index
from copydesk.store.sums import compare

pytestmark = pytest.mark.crash

CHILD = Path(__file__).with_name("tiny_version.py")


@pytest.fixture(scope="module")
def children() -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "PYTHONPATH": str(CHILD.parent.parent)}
    command = [sys.executable, str(CHILD), "serve"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as running:
        yield running
        running.kill()


def run(children: subprocess.Popen[str], *arguments: object) -> int:
    assert children.stdin is not None
    assert children.stdout is not None
    children.stdin.write(json.dumps([str(argument) for argument in arguments]) + "\n")
    children.stdin.flush()
    return int(json.loads(children.stdout.readline())["code"])


def snapshot(dataset: Path) -> dict[str, bytes]:
    return {
        path.relative_to(dataset).as_posix(): path.read_bytes()
        for path in dataset.rglob("*")
        if path.is_file() and not path.relative_to(dataset).parts[0].startswith((".", "latest"))
    }


@pytest.mark.parametrize("act", ["yank", "withdraw", "takedown"])
def test_a_kill_before_any_change_to_the_disk_leaves_all_or_nothing(
    tmp_path: Path, children: subprocess.Popen[str], act: str
) -> None:
    two = tmp_path / "two"
    for content in ("good", "bad"):
        publish(two, build_of(content), content_hash=hash_of(content), as_of=date(2026, 11, 23), wait_seconds=10)
    done = shutil.copytree(two, tmp_path / "done", symlinks=True)
    take_back(done, act)
    kills = 0
    for number in range(200):
        dataset = shutil.copytree(two, tmp_path / "dataset", symlinks=True)
        code = run(children, dataset, "-", "kill-at", number, act)
        status = {}
        for entry in read_index(folder_reader(dataset), "d") or ():
            status[entry.version] = entry.status
            if entry.status != "withdrawn":
                assert compare(dataset / "versions" / entry.version) == []
        seen = find_version(folder_reader(dataset), "d").version
        assert status[seen] == "success"
        if code == 0:
            break
        assert code == -signal.SIGKILL
        kills += 1
        take_back(dataset, act)
        if act == "takedown":  # its salt is its own
            assert json.loads((dataset / "index.json").read_bytes())["takedowns"] == 1
            assert set(snapshot(dataset)) == set(snapshot(done))
        else:
            assert snapshot(dataset) == snapshot(done)
        assert (dataset / "latest").readlink() == (done / "latest").readlink()
        assert list((dataset / ".staging").iterdir()) == []
        shutil.rmtree(dataset)
    assert kills >= 15, "too few moments were tried"
    print(f"{act}: {kills} kills")
