"""Withdrawing, takedowns, buckets and downloads as a person meets them: through the command line, on a real build."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet
import pytest
from conftest import ROOT, SAMPLE
from object_server import s3_server

from copydesk import build
from copydesk.build import run_plain
from copydesk.errors import NothingToDo
from copydesk.frames import empty
from copydesk.loading import load
from copydesk.quality.validate import validate
from copydesk.settings import Settings
from copydesk.tables import TABLES

FIRST, LATER = date(2026, 11, 23), date(2026, 11, 25)
SAID = ("--reason", "The author asked for it.", "--as-of", "2026-11-24")


def copydesk(*arguments: str | Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "copydesk.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        check=False,
        env={**os.environ, **(environment or {})},
    )


class Here:
    """The validator in this process, where Great Expectations is loaded once for all runs."""

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    validate = staticmethod(validate)


@pytest.fixture(scope="module", autouse=True)
def validated_here() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "Validator", Here)
        yield


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("input") / "raw"
    shutil.copytree(SAMPLE / "talkurier", folder / "talkurier")
    return folder


@pytest.fixture(scope="module")
def built(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output") / "dataset"
    run_plain(Settings(raw, folder, FIRST))
    return folder


@pytest.fixture
def dataset(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "dataset", symlinks=True)


def test_a_takedown_leaves_no_trace_in_the_next_version(dataset: Path, raw: Path, tmp_path: Path) -> None:
    articles = load(dataset)
    row = articles.to_pylist()[0]
    done = copydesk("takedown", row["article_id"], "--dataset", dataset, *SAID)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("what was named was taken down")
    assert "Articles taken down from all of them: 1" in (dataset / "index.html").read_text(encoding="utf-8")
    assert load(dataset).num_rows == articles.num_rows - 1
    run_plain(Settings(raw, dataset, LATER))
    version = dataset / "versions/2026.11.1"
    assert load(dataset).num_rows == articles.num_rows - 1
    traces = [row["article_id"], row["raw_path"], Path(row["raw_path"]).stem, row["headline"], row["raw_sha256"]]
    for path in version.rglob("*"):
        if path.is_file() and path.suffix != ".parquet":
            text = path.read_text(encoding="utf-8")
            assert not [trace for trace in traces if trace in text], path
    for table in ("articles", "blocks", "captions", "mentions", "dates"):
        assert row["article_id"] not in load(version, table)["article_id"].to_pylist()
    assert row["raw_path"] not in load(version, "quarantine")["raw_path"].to_pylist()
    changes = json.loads((version / "changes/changes.json").read_bytes())["tables"]
    assert changes["articles"]["removed_by_cause"] == {"takedown": 1}
    assert changes["articles"]["removed_keys"] == []
    assert changes["blocks"]["removed_by_cause"]["takedown"] == changes["blocks"]["removed"] > 1
    listed = pyarrow.parquet.read_table(version / "changes/changes.parquet")
    assert not [trace for trace in traces if trace in json.dumps(listed.to_pylist(), default=str)]
    release = json.loads((version / "release.json").read_bytes())
    assert release["change_class"]["tables"]["articles"]["withdrawn"] == 1
    assert "Taken down on request" in (version / "CHANGELOG.md").read_text(encoding="utf-8")
    checked = copydesk("verify", dataset)
    assert checked.returncode == 0, checked.stdout
    older = copydesk("verify", dataset / "versions/2026.11.0")
    assert older.returncode == 0
    assert "1 article was taken down after version 2026.11.0" in older.stderr


def test_a_page_that_was_taken_down_does_not_come_back_in_the_quarantine(
    dataset: Path, raw: Path, tmp_path: Path
) -> None:
    row = load(dataset).to_pylist()[0]
    assert copydesk("takedown", row["article_id"], "--dataset", dataset, *SAID).returncode == 0
    copy = shutil.copytree(raw, tmp_path / "raw")
    (copy / row["raw_path"]).write_bytes(b"\0\0\0\0")
    (copy / "talkurier/bad.txt").write_bytes(b"\0\0\0\0")
    run_plain(Settings(copy, dataset, LATER))
    assert load(dataset, "quarantine")["raw_path"].to_pylist() == ["talkurier/bad.txt"]


def test_an_article_that_no_version_has_is_not_taken_down(dataset: Path) -> None:
    done = copydesk("takedown", "0123456789abcdef", "--dataset", dataset, *SAID)
    assert done.returncode == 3
    assert "no version has the article 0123456789abcdef" in done.stderr
    assert not (dataset / "takedowns.json").exists()


def test_yank_and_withdraw(dataset: Path, raw: Path, tmp_path: Path) -> None:
    article = load(dataset)["article_id"][0]
    done = copydesk("yank", "2026.11.0", "--dataset", dataset, *SAID)
    assert (done.returncode, done.stdout) == (0, "version 2026.11.0 was yanked; the latest version is none\n")
    shown = copydesk("explain", "talkurier/001", "--dataset", dataset, "--version", "2026.11.0")
    assert shown.returncode == 0
    assert shown.stderr.count("was yanked on 2026-11-24") == 1
    taken = copydesk("takedown", article, "--dataset", dataset, *SAID)
    assert taken.returncode == 0
    warned, told = taken.stderr.splitlines()
    assert warned == f"copydesk: Version 2026.11.0 of {dataset} was yanked on 2026-11-24: {SAID[1]}"
    assert "files of versions that are there still hold it" in told
    checked = copydesk("verify", dataset, "--all")  # of which none is good any more, and one is there
    assert checked.returncode == 0, checked.stderr
    assert "version 2026.11.0: every file, row and line" in checked.stdout
    assert "was yanked on 2026-11-24" in checked.stderr
    done = copydesk("withdraw", "2026.11.0", "--dataset", dataset, *SAID)
    assert done.returncode == 0
    assert [path.name for path in (dataset / "versions/2026.11.0").iterdir()] == ["index.html"]
    for command in (("verify", dataset / "versions/2026.11.0"), ("download", dataset, "--version", "2026.11.0")):
        refused = copydesk(*command, *(("--to", tmp_path / "copy") if command[0] == "download" else ()))
        assert refused.returncode == 6
        assert "The author asked for it." in refused.stderr


@pytest.mark.parametrize("command", ["yank", "withdraw", "takedown"])
def test_a_reason_has_to_be_given(command: str, dataset: Path) -> None:
    assert copydesk(command, "2026.11.0", "--dataset", dataset).returncode == 2
    assert copydesk(command, "2026.11.0", "--dataset", dataset, "--reason", " ").returncode == 2


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    with s3_server() as environment:
        yield environment


def test_a_run_into_a_bucket(bucket: dict[str, str], raw: Path, built: Path, tmp_path: Path) -> None:
    about = tmp_path / "about"
    about.mkdir()
    url = "s3://news/dataset"
    command = ("run", "--plain", "--raw", raw, "--dataset", url, "--about", about, "--as-of", "2026-11-23")
    done = copydesk(*command, environment=bucket)
    assert done.returncode == 0, done.stderr
    assert f'copydesk.load("{url}/versions/2026.11.0")' in done.stdout
    copied = copydesk("download", url, "--to", tmp_path / "copy", environment=bucket)
    assert copied.returncode == 0, copied.stderr
    here, there = tmp_path / "copy/versions/2026.11.0", built / "versions/2026.11.0"
    names = sorted(path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file())
    assert all((here / name).read_bytes() == (there / name).read_bytes() for name in names)
    checked = copydesk("verify", url, environment=bucket)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    article = load(built)["article_id"][0].as_py()
    taken = copydesk("takedown", article, "--dataset", url, *SAID, environment=bucket)
    assert taken.returncode == 0, taken.stderr
    assert article not in load(url)["article_id"].to_pylist()
    published = run_plain(Settings(raw, url, LATER, about=about))
    assert (published.version, published.articles) == ("2026.11.1", load(built).num_rows - 1)
    assert not run_plain(Settings(raw, url, LATER, about=about)).new


def test_a_folder_of_which_all_was_taken_down_is_not_called_unreadable(tmp_path: Path) -> None:
    with pytest.raises(NothingToDo, match="all were taken down"):
        build.check({table.name: empty(table) for table in TABLES}, Settings(tmp_path, tmp_path))


def test_a_bucket_that_is_not_there_is_said_before_any_work(bucket: dict[str, str], raw: Path) -> None:
    done = copydesk("run", "--plain", "--raw", raw, "--dataset", "s3://nowhere/x", environment=bucket)
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert "s3://nowhere/x cannot be written" in done.stderr
