"""The command line as a person meets it: one sentence an error, a documented exit code, the last version untouched."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE

COPYDESK = [sys.executable, "-m", "copydesk.cli"]


def copydesk(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [*COPYDESK, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=300, check=False)


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything that a reader of a dataset can see."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.relative_to(folder).parts[0].startswith(".")
    }


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("input") / "raw"
    shutil.copytree(SAMPLE / "talkurier", folder / "talkurier")
    return folder


@pytest.fixture(scope="module")
def dataset(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("output") / "dataset"
    done = copydesk("run", "--plain", "--raw", raw, "--dataset", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_run_says_what_it_did_and_how_to_load_it(dataset: Path, raw: Path) -> None:
    done = copydesk("run", "--plain", "--raw", raw, "--dataset", dataset)
    assert done.returncode == 0
    assert "nothing new" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "read_parquet" in line)
    loaded = subprocess.run(
        [sys.executable, "-c", f"{line.strip()}; print(len(articles))"], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "6"


@pytest.mark.parametrize(("asked", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_asked_to_end_leaves_nothing_in_the_temporary_folder(
    raw: Path, tmp_path: Path, asked: signal.Signals, code: int
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [*COPYDESK, "run", "--plain", "--dry-run", "--raw", raw, "--dataset", tmp_path / "dataset"]
    run = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "TMPDIR": str(temporary)}, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not any(temporary.glob("copydesk-*/*/run")) and time.monotonic() < deadline:
            time.sleep(0.01)
        run.send_signal(asked)
        _, told = run.communicate(timeout=60)
    finally:
        run.kill()
    assert (run.returncode, told.splitlines()[-1]) == (code, "copydesk: stopped. The last version is as it was.")
    assert not any(temporary.iterdir())


def test_explain_shows_every_line_with_its_rule(dataset: Path) -> None:
    done = copydesk("explain", "talkurier/001", "--dataset", dataset)
    assert done.returncode == 0, done.stderr
    page = next((SAMPLE / "talkurier").glob("001*")).read_text(encoding="utf-8")
    shown = done.stdout.splitlines()[3:]
    assert len(shown) == sum(bool(line.strip()) for line in page.splitlines())
    assert any("headline" in line and "head" in line for line in shown)


def test_explain_names_what_comes_near(dataset: Path) -> None:
    done = copydesk("explain", "talkurier", "--dataset", dataset)
    assert done.returncode == 3
    assert "6 articles match" in done.stderr


def test_verify_says_that_all_is_well(dataset: Path, raw: Path) -> None:
    done = copydesk("verify", dataset, "--raw", raw)
    assert done.returncode == 0, done.stdout


def test_verify_finds_a_changed_byte(dataset: Path, tmp_path: Path) -> None:
    shutil.copytree(dataset, tmp_path / "copy", symlinks=True)
    target = next((tmp_path / "copy").glob("versions/*/data/articles.parquet"))
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(data)
    done = copydesk("verify", tmp_path / "copy")
    assert done.returncode == 6
    assert "articles.parquet" in done.stdout


def _broken_sources(raw: Path, tmp_path: Path) -> list[str]:
    broken = tmp_path / "sources.toml"
    broken.write_text('[talkurier]\ntimezone = "Mars/Olympus"\n')
    return ["--raw", str(raw), "--sources", str(broken)]


def _broken_authority(raw: Path, tmp_path: Path) -> list[str]:
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "people.toml").write_text("[[entry]]\nid = 1\n")
    return ["--raw", str(raw), "--authority", str(folder)]


def _broken_suite(raw: Path, tmp_path: Path) -> list[str]:
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    (tmp_path / "expectations" / "articles.json").write_text("{")
    return ["--raw", str(raw), "--expectations", str(tmp_path / "expectations")]


def _no_folder(raw: Path, tmp_path: Path) -> list[str]:
    return ["--raw", str(tmp_path / "nowhere")]


def _empty_folder(raw: Path, tmp_path: Path) -> list[str]:
    (tmp_path / "empty").mkdir()
    return ["--raw", str(tmp_path / "empty")]


def _only_bad_files(raw: Path, tmp_path: Path) -> list[str]:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "one.txt").write_bytes(b"")
    (tmp_path / "bad" / "two.txt").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(300))
    return ["--raw", str(tmp_path / "bad")]


def _wrong_date(raw: Path, tmp_path: Path) -> list[str]:
    return ["--raw", str(raw), "--as-of", "yesterday"]


@pytest.mark.parametrize(
    ("arrange", "code", "says"),
    [
        (_broken_sources, 2, "Mars/Olympus"),
        (_broken_authority, 2, "people.toml"),
        (_broken_suite, 2, "articles.json"),
        (_no_folder, 3, "does not exist"),
        (_empty_folder, 3, "holds no files"),
        (_only_bad_files, 3, "binary, empty"),
        (_wrong_date, 2, "yesterday"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_the_last_version(
    arrange: object, code: int, says: str, raw: Path, dataset: Path, tmp_path: Path
) -> None:
    before = files_of(dataset)
    done = copydesk("run", "--plain", "--dataset", dataset, *arrange(raw, tmp_path))  # type: ignore[operator]
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert files_of(dataset) == before


def test_a_broken_dataset_toml_is_named(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "dataset.toml").write_text('name = "Spaces In It"\n')
    done = copydesk("run", "--plain", "--raw", raw, "--dataset", tmp_path)
    assert done.returncode == 2, done.stderr
    assert "dataset.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_dataset_that_cannot_be_a_folder(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = copydesk("run", "--plain", "--raw", raw, "--dataset", tmp_path / "file")
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_leaves_the_last_version(raw: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1100k", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let a test mount a small disk")
    try:
        first = copydesk("run", "--plain", "--raw", raw, "--dataset", disk)
        assert first.returncode == 0, first.stderr
        before = files_of(disk)
        (disk / "filler").write_bytes(bytes(64 * 1024))
        shutil.copytree(raw, tmp_path / "more")
        for copy in range(40):
            shutil.copyfile(next(raw.rglob("*.txt")), tmp_path / "more" / "talkurier" / f"9{copy:02}.txt")
        full = copydesk("run", "--plain", "--raw", tmp_path / "more", "--dataset", disk)
        assert full.returncode == 5, (full.stderr, full.stdout)
        assert "make room" in full.stderr
        assert "Traceback" not in full.stderr
        assert {name: data for name, data in files_of(disk).items() if name != "filler"} == before
    finally:
        subprocess.run(["umount", str(disk)], check=False)


def test_a_folder_without_permission(raw: Path, tmp_path: Path) -> None:
    """Root may write anywhere, so the run is made as nobody."""
    if os.geteuid() != 0:
        target = tmp_path / "closed"
        target.mkdir(mode=0o555)
        done = copydesk("run", "--plain", "--raw", raw, "--dataset", target)
    else:
        target = Path("/proc/copydesk-dataset")
        done = copydesk("run", "--plain", "--raw", raw, "--dataset", target)
    assert done.returncode == 5, done.stderr
    assert "Traceback" not in done.stderr
