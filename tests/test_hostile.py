"""Everything scraped is hostile: the run ends, what is good is published, what is bad is set aside with its reason."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import hostile
import pytest
from conftest import ROOT

import copydesk

FILES = 400
MOST_MEMORY = 1 << 30
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[2:])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024))
sys.exit(done.returncode)
"""
"""Runs a command, and writes the bytes of memory that its largest process took."""


@pytest.fixture(scope="module")
def ran(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[dict[str, list[int]], Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("hostile")
    made = hostile.make(folder / "raw", FILES)
    command = [sys.executable, "-c", MEASURED, str(folder / "memory")]
    command += [sys.executable, "-m", "copydesk.cli", "run", "--plain", "--raw", str(folder / "raw")]
    command += ["--dataset", str(folder / "dataset"), "--partition", "100"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=500, check=False)
    return made, folder / "dataset", done


def test_each_kind_becomes_what_it_should(ran: tuple[dict[str, list[int]], Path, object]) -> None:
    made, dataset, done = ran
    assert done.returncode == 0, done.stderr  # type: ignore[attr-defined]
    assert len(made) >= 40
    assert hostile.failures(made, copydesk.load(dataset), copydesk.load(dataset, table="quarantine")) == []


def test_it_takes_no_more_than_a_gigabyte(ran: tuple[object, Path, object]) -> None:
    assert 0 < int((ran[1].parent / "memory").read_text()) < MOST_MEMORY


def test_nothing_of_it_rules_the_screen(ran: tuple[object, object, subprocess.CompletedProcess[str]]) -> None:
    shown = ran[2].stdout + ran[2].stderr
    assert all(line.isprintable() for line in shown.split("\n"))
    assert "Traceback" not in shown


def test_no_cell_of_it_is_a_formula(ran: tuple[object, Path, object]) -> None:
    csv.field_size_limit(1 << 30)
    for path in (ran[1] / "latest" / "csv").glob("*.csv"):
        for row in csv.reader(path.read_text(encoding="utf-8").splitlines(keepends=True)):
            assert not [cell for cell in row if cell.startswith(tuple("=+@＝＋－＠\t\r\n\0"))], path


def test_no_page_of_it_runs_or_leads_anywhere(ran: tuple[object, Path, object]) -> None:
    from lxml import html  # noqa: PLC0415

    pages = [*(ran[1] / "latest").rglob("*.html")]
    assert pages
    for path in pages:
        tree = html.parse(str(path))
        own = [script for script in tree.iter("script") if "alert" in (script.text or "")]
        assert own == []
        for element in tree.iter():
            assert not [name for name in element.attrib if name.startswith("on")], path
            for name in ("href", "src", "action"):
                assert not element.get(name, "").strip().lower().startswith(("javascript:", "data:text", "//")), path


def test_verify_finds_nothing_amiss(ran: tuple[object, Path, object]) -> None:
    raw = ran[1].parent / "raw"
    command = [sys.executable, "-m", "copydesk.cli", "verify", str(ran[1]), "--raw", str(raw)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_nothing_was_written_outside(ran: object) -> None:
    assert not Path("/tmp/owned").exists()
    assert os.path.getsize("/etc/passwd") > 0  # noqa: PTH202


@pytest.mark.parametrize(
    ("stated", "says"),
    [
        ("[limits]\nrecords = 0\n", "records"),
        ("[limits]\nrecords = 1.5\n", "records"),
        ("[limits]\nrecords = true\n", "records"),
        ("[limits]\nmemory = 3\n", "memory"),
        ("records = 3\n", r"\[limits\]"),
        ("limits = 3\n", r"\[limits\]"),
        ("[limits\n", "TOML"),
        ("[limits]\nrecords = 1\nrecords = 2\n", "TOML"),
        ("a = " + "[" * 5000, "TOML"),
    ],
)
def test_limits_that_are_none_are_named(stated: str, says: str, tmp_path: Path) -> None:
    from copydesk.errors import ConfigError  # noqa: PLC0415
    from copydesk.limits import load_limits  # noqa: PLC0415

    (tmp_path / "limits.toml").write_text(stated)
    with pytest.raises(ConfigError, match=says):
        load_limits(tmp_path / "limits.toml")


def test_limits_of_a_folder_hold_and_are_on_record(tmp_path: Path) -> None:
    raw = tmp_path / "raw" / "harbour"
    raw.mkdir(parents=True)
    (raw / "long.txt").write_text("One line of many.\n" * 60)
    (raw / "short.txt").write_text(hostile.text(1))
    command = [sys.executable, "-m", "copydesk.cli", "run", "--plain", "--raw", str(raw.parent)]
    command += ["--dataset", str(tmp_path / "dataset")]
    # What an earlier run kept, under other limits, must not be taken for what these give.
    for stated in ("", "[limits]\ndocument_lines = 50\n"):
        (tmp_path / "limits.toml").write_text(stated)
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
    (row,) = copydesk.load(tmp_path / "dataset", table="quarantine").to_pylist()
    assert (row["raw_path"], row["reason"]) == ("harbour/long.txt", "too_many_lines")
    assert "50 lines" in row["detail"]
    release = json.loads((tmp_path / "dataset" / "latest" / "release.json").read_text())
    assert release["provenance"]["limits"] == {"document_lines": 50}
