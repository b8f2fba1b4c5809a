"""All or nothing (law 4), shown by killing real processes and by running two at once."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from tiny_version import build_of, hash_of

from copydesk.store import NoSuchDataset, StoreBusy, publish
from copydesk.store.layout import LATEST, LATEST_LINK, STAGING, VERSIONS
from copydesk.store.read import find_version, folder_reader, read_index
from copydesk.store.sums import compare

pytestmark = pytest.mark.crash

AS_OF = date(2026, 11, 23)
REPOSITORY = Path(__file__).resolve().parent.parent
CHILD = Path(__file__).with_name("tiny_version.py")


def start(dataset: Path, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(CHILD), str(dataset), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )


def publish_here(dataset: Path, content: str) -> str:
    published = publish(dataset, build_of(content), content_hash=hash_of(content), as_of=AS_OF, wait_seconds=30)
    return published.version


def what_readers_see(dataset: Path) -> str | None:
    """The latest version's content, None where there is no version; everything that is listed has to be whole."""
    read = folder_reader(dataset)
    for entry in read_index(read, "dataset") or ():
        assert compare(dataset / VERSIONS / entry.version) == []
    if (dataset / LATEST).exists():
        json.loads((dataset / LATEST).read_bytes())
    if (dataset / LATEST_LINK).is_symlink():
        target = (dataset / LATEST_LINK).resolve(strict=True)
        assert target.name in {entry.version for entry in read_index(read, "dataset") or ()}
        assert compare(target) == []
    try:
        latest = find_version(read, "dataset")
    except NoSuchDataset:
        return None
    folder = dataset / VERSIONS / latest.version
    contents = {(folder / "README.md").read_text()} | {
        path.read_text().split(maxsplit=1)[1].strip() for path in (folder / "data").iterdir()
    }
    assert len(contents) == 1
    return contents.pop()


def test_a_kill_before_any_change_to_the_disk_leaves_the_old_version_or_the_new(tmp_path: Path) -> None:
    """Every rename, mkdir, symlink, chmod, removal and opening for writing of a publish is a moment to die at."""
    template = tmp_path / "template"
    publish_here(template, "old")
    seen = []
    for number in range(200):
        dataset = tmp_path / "dataset"
        shutil.copytree(template, dataset, symlinks=True)
        child = start(dataset, "new", "kill-at", number)
        child.communicate(timeout=60)
        readers_saw = what_readers_see(dataset)
        assert readers_saw in {"old", "new"}
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL
        seen.append(readers_saw)
        assert publish_here(dataset, "new") == "2026.11.1"
        assert what_readers_see(dataset) == "new"
        assert (dataset / LATEST_LINK).resolve().name == "2026.11.1"
        assert sorted(path.name for path in (dataset / VERSIONS).iterdir()) == ["2026.11.0", "2026.11.1"]
        assert list((dataset / STAGING).iterdir()) == []
        shutil.rmtree(dataset)
    assert len(seen) >= 24, "too few moments were tried"
    assert seen == sorted(seen, reverse=True), "once the new version is seen, it stays"
    assert set(seen) == {"old", "new"}


def test_a_kill_while_the_first_version_is_made_leaves_none_or_the_first(tmp_path: Path) -> None:
    for number in range(0, 60, 4):
        dataset = tmp_path / f"dataset-{number}"
        child = start(dataset, "first", "kill-at", number)
        child.communicate(timeout=60)
        if dataset.exists():
            assert what_readers_see(dataset) in {None, "first"}
        assert publish_here(dataset, "first") == "2026.11.0"
        assert what_readers_see(dataset) == "first"


def test_kills_at_random_moments_of_a_process_that_publishes_without_end(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    publish_here(dataset, "before")
    chance = random.Random(20261123)
    latest = "2026.11.0"
    for turn in range(24):
        child = start(dataset, f"turn-{turn}", "loop")
        assert child.stdout is not None
        assert child.stdout.readline() == "started\n"
        time.sleep(chance.uniform(0.0, 0.06))
        child.kill()
        told, _ = child.communicate(timeout=60)
        assert child.returncode == -signal.SIGKILL
        what_readers_see(dataset)
        listed = [entry.version for entry in read_index(folder_reader(dataset), "dataset") or ()]
        said = [json.loads(line)["version"] for line in told.splitlines()]
        assert set(said) <= set(listed), "what was said to be published is there"
        assert latest in listed, "no version is lost"
        latest = publish_here(dataset, f"after-{turn}")
        assert what_readers_see(dataset) == f"after-{turn}"
        assert list((dataset / STAGING).iterdir()) == []


def test_readers_see_whole_versions_only_while_a_process_publishes(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    publish_here(dataset, "before")
    child = start(dataset, "new", "loop")
    assert child.stdout is not None
    child.stdout.readline()
    try:
        seen = set()
        until = time.monotonic() + 2.0
        while time.monotonic() < until:
            entry = find_version(folder_reader(dataset), "dataset")
            folder = dataset / VERSIONS / entry.version
            assert compare(folder) == []
            assert compare((dataset / LATEST_LINK).resolve(strict=True)) == []
            seen.add(entry.version)
    finally:
        child.kill()
        child.communicate()
    assert len(seen) > 3, "the test saw nothing change"


def test_two_processes_with_two_contents_make_two_versions(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    children = [start(dataset, content) for content in ("one", "two")]
    told = [json.loads(child.communicate(timeout=60)[0]) for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert sorted(said["version"] for said in told) == ["2026.11.0", "2026.11.1"]
    assert all(said["new"] for said in told)
    assert what_readers_see(dataset) == next(said["content"] for said in told if said["version"] == "2026.11.1")


def test_two_processes_with_one_content_make_one_version(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    children = [start(dataset, "same") for _ in range(2)]
    told = [json.loads(child.communicate(timeout=60)[0]) for child in children]
    assert [said["version"] for said in told] == ["2026.11.0", "2026.11.0"]
    assert sorted(said["new"] for said in told) == [False, True]


def test_a_run_that_is_refused_says_who_is_publishing(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    child = start(dataset, "slow", "wait")
    assert child.stdout is not None
    assert child.stdout.readline() == "holding\n"
    try:
        with pytest.raises(StoreBusy, match=rf"process {child.pid} on .+, since 20"):
            publish(dataset, build_of("mine"), content_hash=hash_of("mine"), as_of=AS_OF, wait_seconds=0)
    finally:
        child.communicate("go on\n", timeout=60)
    assert child.returncode == 0
    assert what_readers_see(dataset) == "slow"
    assert publish_here(dataset, "mine") == "2026.11.1"
