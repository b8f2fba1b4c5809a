"""What a new version is held against: a last version that is damaged stops the run, and says what of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from test_alarms import Desk, copied, grown, new_desk

from copydesk import build, cli, store
from copydesk.cleaning import Knowledge
from copydesk.normalize.names import load_authority
from copydesk.quality.model import Validation

LAST = "versions/2026.11.1"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A dataset of two versions, the last one with forty articles."""
    desk = new_desk(tmp_path_factory.mktemp("two"))
    for day, articles in enumerate((39, 40)):
        desk.publish(day, grown(0, each=articles))
    return desk


def state(folder: Path) -> dict[str, bytes | None]:
    """All of it, what runs leave behind too; the lock says who held it last."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
        if path.name != ".lock"
    }


def lose(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    """One bit in the middle, where the rows are: a reader of Parquet may see nothing of it."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "case",
    [
        (lose, "data/dates.parquet", "data/dates.parquet: it is not there"),
        (cut, "data/articles.parquet", "data/articles.parquet: its SHA-256 is not"),
        (flip, "data/articles.parquet", "data/articles.parquet: its SHA-256 is not"),
        (lose, "release.json", "its release.json or SHA256SUMS is not the one"),
    ],
)
def test_a_damaged_last_version_stops_the_run_in_place_of_its_gates(
    two: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    case: tuple[Callable[[Path], None], str, str],
) -> None:
    damage, file, why = case
    desk = copied(two, tmp_path / "dataset")
    made = (dict(grown(0, each=10)), Validation(()), Knowledge(load_authority(None), {}))
    monkeypatch.setattr(build, "make", lambda *_: made)
    command = ["run", "--plain", "--raw", str(desk.raw), "--dataset", str(desk.dataset), "--as-of", "2026-11-09"]
    whole = (desk.dataset / LAST / file).read_bytes()
    damage(desk.dataset / LAST / file)
    before = state(desk.dataset)
    assert cli.main(command) == 6
    said = capsys.readouterr().err
    assert "2026.11.1" in said
    assert why in said
    assert "from a copy" in said
    assert state(desk.dataset) == before, "something half-published stays"
    (desk.dataset / LAST / file).write_bytes(whole)
    assert cli.main(command) == 8
    assert "rows_removed" in capsys.readouterr().err
    if file == "data/articles.parquet":
        damage(desk.dataset / LAST / file)
        assert cli.main(["withdraw", "2026.11.1", "--dataset", str(desk.dataset), "--reason", "Its disk broke."]) == 0
        assert cli.main(command) == 8, "it is held against the version before"


def test_the_same_where_the_versions_are_in_a_bucket(two: Desk) -> None:
    url = "memory://last/dataset"
    files = fsspec.filesystem("memory")
    files.put(f"{two.dataset}/versions", "/last/dataset/versions", recursive=True)
    for name in ("index.json", "latest.json"):
        files.put(f"{two.dataset}/{name}", f"/last/dataset/{name}")
    files.pipe(f"/last/dataset/{LAST}/data/blocks.parquet", b"PAR1")
    settings = Desk(two.raw, two.dataset).settings(2)
    there = replace(settings, dataset=url, about=two.dataset)
    with pytest.raises(store.BrokenStore, match=r"2026\.11\.1 of memory://last/dataset cannot be read \(data/blocks"):
        build.publish(dict(grown(0, each=41)), Validation(()), Knowledge(load_authority(None), {}), there)
    assert sorted(Path(path).name for path in files.ls("/last/dataset/versions", detail=False)) == [
        "2026.11.0",
        "2026.11.1",
    ]
