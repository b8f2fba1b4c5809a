"""Law 3 for everything that is published: two machines, as far as one can play two, make the same dataset.

And that dataset, behind a plain web server, is loaded by the address that never changes.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest
from conftest import ROOT, SAMPLE

from copydesk.tables import TABLES


def built(place: Path, environment: dict[str, str], *arguments: str) -> Path:
    """A project's dataset, made where it lies, from inside of it."""
    shutil.copytree(SAMPLE, place / "raw" / "sample")
    for file in ("raw/sources.toml", "dataset/dataset.toml"):
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, place / file)
    done = subprocess.run(
        [sys.executable, "-m", "copydesk.cli", "run", "--plain", "--as-of", "2026-11-23", *arguments],
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return place / "dataset"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = {"PYTHONHASHSEED": "1", "TZ": "America/St_Johns", "LANG": "C", "LC_ALL": "C", "HOME": "/nonexistent"}
    return built(tmp_path_factory.mktemp("one"), here | {"COPYDESK_CACHE": ""}, "--raw", "raw/sample")


def files(dataset: Path) -> dict[str, bytes]:
    """Every file of the dataset but those of its writer; the link to the latest version is followed."""
    found = {}
    for folder, folders, names in os.walk(dataset, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder) / name
            if not name.startswith("."):
                found[path.relative_to(dataset).as_posix()] = path.read_bytes()
    return found


def test_two_machines_make_the_same_files(dataset: Path, tmp_path: Path) -> None:
    there = {"PYTHONHASHSEED": "2", "TZ": "Asia/Kathmandu", "LANG": "C.UTF-8", "COPYDESK_CACHE": str(tmp_path / "kept")}
    place = tmp_path / "a longer way, with blanks" / "two"
    other = built(place, there, "--partition", "7", "--workers", "2", "--raw", str(place / "raw" / "sample"))
    first, second = files(dataset), files(other)
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []
    assert {"index.html", "index.json", "latest.json", "latest/index.html", "latest/croissant.json"} <= first.keys()


@pytest.fixture(scope="module")
def web(dataset: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=dataset)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_pandas_loads_the_latest_version_over_the_web(web: str, dataset: Path, table: str) -> None:
    there = pandas.read_parquet(f"{web}/latest/data/{table}.parquet")
    pandas.testing.assert_frame_equal(there, pandas.read_parquet(dataset / "latest" / "data" / f"{table}.parquet"))
    cells = pandas.read_csv(f"{web}/latest/csv/{table}.csv", dtype=str, keep_default_na=False)
    assert len(cells) == len(there)
