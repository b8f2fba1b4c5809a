"""Drills over whole runs: whatever strikes and whenever, no version is lost or half there, and the next run mends it.

A short form runs with the other tests; ``COPYDESK_DRILLS=200`` kills so many times (a quarter of an hour or so).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from drill_child import Runs
from object_server import s3_server
from test_command import files_of

sys.path.insert(0, str(ROOT / "benchmarks"))
from invented_nights import Crawl, Night

from copydesk import load
from copydesk.store.layout import STAGING
from copydesk.verify import verify

KILLS = int(os.environ.get("COPYDESK_DRILLS", "8"))

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600 + 120 * KILLS)]

AS_OF = "2026-11-23"


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    running = Runs()
    yield running
    running.close()


@dataclass
class Place:
    """A crawl, a dataset that drills strike, and one of the same that they don't."""

    folder: Path
    runs: Runs
    crawl: Crawl = field(init=False)

    def __post_init__(self) -> None:
        self.crawl = Crawl(self.folder / "raw")
        self.crawl.begin(12)

    @property
    def dataset(self) -> Path:
        return self.folder / "dataset"

    @property
    def undisturbed(self) -> Path:
        return self.folder / "undisturbed"

    def order(self, dataset: Path, cache: Path | None, **more: Any) -> dict[str, Any]:
        args = ["run", "--plain", "--raw", str(self.folder / "raw"), "--dataset", str(dataset), "--as-of", AS_OF]
        places = [str(place) for place in (dataset, cache) if place]
        env = {"COPYDESK_CACHE": str(cache or "")}
        return {"args": args, "places": places, "told": str(self.folder / "told"), "env": env, **more}

    def run(self, **more: Any) -> int:
        return self.runs.run(self.order(self.dataset, self.folder / "cache", **more))

    def run_undisturbed(self) -> float:
        """Without kept work. The seconds it took."""
        began = time.monotonic()
        assert self.runs.run(self.order(self.undisturbed, None)) == 0, self.told
        return time.monotonic() - began

    @property
    def told(self) -> str:
        return (self.folder / "told").read_text()

    def changes(self) -> int:
        """How many changes to the disk the last run made below the dataset and the cache."""
        found = re.search(r"^changes: (\d+)$", self.told, re.MULTILINE)
        assert found
        return int(found[1])

    def latest(self) -> dict[str, bytes]:
        """The latest version as readers see it, which has to be whole."""
        assert verify(self.dataset) == []
        return files_of((self.dataset / "latest").resolve(strict=True))

    def night(self, number: int) -> None:
        """Two pages come, two change, and one goes."""
        new = 12 + 2 * number
        self.crawl.take(Night((new, new + 1), (number + 1, number + 5), (number,)))

    def check_mended(self) -> None:
        """The next run ends as if nothing had happened, and nothing is left lying about."""
        assert self.run() == 0, self.told
        assert files_of(self.dataset) == files_of(self.undisturbed)
        assert list((self.dataset / STAGING).iterdir()) == []
        cache = self.folder / "cache"
        assert sorted(path.name for path in cache.iterdir()) == ["index.sqlite", "parts"]


@pytest.fixture
def place(tmp_path: Path, runs: Runs) -> Place:
    made = Place(tmp_path, runs)
    made.run_undisturbed()
    made.check_mended()
    return made


def test_kills_at_random_moments_of_whole_runs(place: Place) -> None:
    """Half by the clock, half right before a random change to the disk; the cache is never the worse for it."""
    chance = random.Random(20261123)
    took, changes, struck = 2.0, place.changes(), {"old": 0, "new": 0}
    for turn in range(KILLS // 4):
        old = place.latest()
        place.night(turn)
        took = place.run_undisturbed()
        new = files_of((place.undisturbed / "latest").resolve())
        assert new != old
        for kill in range(4):
            if kill % 2:
                code = place.run(die_at=chance.randrange(changes))
            else:
                code = place.run(kill_after=chance.uniform(0.0, took))
            seen = place.latest()
            assert seen in (old, new), "readers saw something else"
            assert code in (-signal.SIGKILL, 0)
            struck["new" if seen == new else "old"] += code != 0
        place.check_mended()
        changes = max(changes, place.changes())
    print(f"killed {struck['old']} times before the new version was there, {struck['new']} times after")
    assert sum(struck.values()) >= KILLS / 4, "too few runs were killed"


def test_a_killed_command_leaves_no_process_and_no_half_version(place: Place) -> None:
    """The same as a person's own command, with its second process, which must not live on."""
    chance = random.Random(7)
    for turn in range(max(1, KILLS // 10)):
        old = place.latest()
        place.night(turn)
        place.run_undisturbed()
        new = files_of((place.undisturbed / "latest").resolve())
        order = place.order(place.dataset, place.folder / "cache")
        command = [sys.executable, "-m", "copydesk.cli", *order["args"]]
        struck = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **order["env"]}, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(chance.uniform(0.3, 6.0))
        struck.kill()
        struck.wait(timeout=60)
        until = time.monotonic() + 30
        while left := in_session(struck.pid):
            assert time.monotonic() < until, f"processes live on: {left}"
            time.sleep(0.1)
        assert place.latest() in (old, new)
        place.check_mended()


def in_session(session: int) -> list[int]:
    """The living processes of a session (Linux)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[3]) == session:
            found.append(int(stat.parent.name))
    return found


def test_no_space_from_any_change_on(place: Place) -> None:
    """As if the disk were full from the n-th change on: survey, cache, batches, version, pointers."""
    changes = place.changes()
    old = place.latest()
    place.night(0)
    place.run_undisturbed()
    new = files_of((place.undisturbed / "latest").resolve())
    step = max(1, 4 * changes // KILLS)
    shutil.copytree(place.dataset, place.folder / "before", symlinks=True)
    for number in range(0, 2 * changes, step):
        code = place.run(full_at=number)
        seen = place.latest()
        assert seen in (old, new)
        assert code in (0, 5), place.told
        if code:
            assert "No space is left" in place.told
            assert "Traceback" not in place.told
        place.check_mended()
        shutil.rmtree(place.dataset)
        shutil.copytree(place.folder / "before", place.dataset, symlinks=True)


@pytest.mark.timeout(3600)
@pytest.mark.skipif(
    not os.environ.get("COPYDESK_DRILLS"), reason="waits for leases to end: set COPYDESK_DRILLS=8 to run it"
)
def test_two_hosts_run_at_once_into_one_bucket(place: Place, runs: Runs) -> None:
    """They share nothing but the bucket. First both live; then one is killed, and the other waits for its lease."""
    chance, bucket = random.Random(3), "s3://news/hosts"
    with s3_server() as environment:
        other = Runs()

        def run(host: Runs, name: str, **more: Any) -> int:
            order = place.order(place.dataset, place.folder / f"cache-{name}", **more)
            order["args"][order["args"].index("--dataset") + 1] = bucket
            order["told"] = str(place.folder / f"told-{name}")
            order["env"] |= environment
            return host.run(order)

        try:
            for turn in range(max(2, KILLS // 50)):
                place.night(turn)
                place.run_undisturbed()
                struck = {"kill_after": chance.uniform(0.5, 6.0)} if turn else {}
                with ThreadPoolExecutor(2) as hosts:
                    ends = [hosts.submit(run, runs, "one"), hosts.submit(run, other, "two", **struck)]
                codes = [end.result() for end in ends]
                assert codes[0] == 0, (place.folder / "told-one").read_text()
                assert codes[1] in (0, -signal.SIGKILL) if turn else codes[1] == 0
                assert verify(bucket, all_versions=True) == []
                for table in ("articles", "blocks", "quarantine"):
                    assert load(bucket, table).equals(load(place.undisturbed, table)), table
        finally:
            other.close()
