"""What a new version comes after: a last one that is damaged or of a later day stops the run, which says what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import fsspec
import pytest
from small_release import tables_of
from test_alarms import Desk, copied, documents, drafted, grown, new_desk, publish

from copydesk import build, cli, load, rounds, store
from copydesk.quality.model import Validation
from copydesk.setup import outputs
from copydesk.setup.model import Project
from copydesk.store.layout import INDEX
from copydesk.store.read import Found, find, notes_on

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
    made = grown(0, each=10)
    monkeypatch.setattr(build, "make", lambda settings, *_: (drafted(made, settings), Validation(())))
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


@pytest.mark.parametrize(
    ("damage", "file", "why"),
    [
        (lose, "data/dates.parquet", "data/dates.parquet: it is not there"),
        (flip, "data/blocks.parquet", "data/blocks.parquet: its SHA-256 is not"),
        (lose, "release.json", "its release.json or SHA256SUMS is not the one"),
        (shutil.rmtree, "", "delete index.json to go on without it"),
    ],
)
def test_a_damaged_last_version_is_told_before_any_work(
    two: Desk, tmp_path: Path, damage: Callable[[Path], None], file: str, why: str
) -> None:
    desk = copied(two, tmp_path / "dataset")
    rounds.plan(desk.settings(2))
    damage(desk.dataset / LAST / file)
    with pytest.raises(store.BrokenStore, match=why):
        rounds.plan(desk.settings(2))
    assert [one.what for one in outputs.pointers(Project(desk.raw, desk.dataset)) if why in one.what]
    with pytest.raises(store.BrokenStore, match=why):
        rounds.plan(replace(desk.settings(2), dataset=f"file://{desk.dataset}"))
    if damage is flip:
        store.withdraw(desk.dataset, LAST[-9:], reason="Its disk broke.", as_of=date(2026, 11, 9), wait_seconds=5)
        rounds.plan(desk.settings(2))


def test_a_copy_that_followed_links_is_told_before_any_work(two: Desk, tmp_path: Path) -> None:
    """It was cleaned, validated, and then refused."""
    copy = shutil.copytree(two.dataset, tmp_path / "dataset", symlinks=False)
    with pytest.raises(store.BrokenStore, match=r"latest is a folder where a pointer belongs: move it away"):
        build.prepare(replace(two.settings(2), dataset=copy))
    assert [one.level for one in outputs.pointers(Project(two.raw, copy))] == ["mend"]


def test_the_same_where_the_versions_are_in_a_bucket(two: Desk) -> None:
    url = "memory://last/dataset"
    files = fsspec.filesystem("memory")
    files.put(f"{two.dataset}/versions", "/last/dataset/versions", recursive=True)
    for name in ("index.json", "latest.json"):
        files.put(f"{two.dataset}/{name}", f"/last/dataset/{name}")
    files.pipe(f"/last/dataset/{LAST}/data/blocks.parquet", b"PAR1")
    settings = Desk(two.raw, two.dataset).settings(2)
    there = replace(settings, dataset=url, about=two.dataset)
    with pytest.raises(store.BrokenStore, match=r"data/blocks.*: it has 4 bytes, and release\.json says"):
        rounds.plan(there)  # before any work, as far as it can be seen without fetching the tables
    with pytest.raises(store.BrokenStore, match=r"2026\.11\.1 of memory://last/dataset cannot be read \(data/blocks"):
        publish(grown(0, each=41), there)
    assert sorted(Path(path).name for path in files.ls("/last/dataset/versions", detail=False)) == [
        "2026.11.0",
        "2026.11.1",
    ]


def test_a_version_of_a_day_to_come_is_told_at_once_and_can_be_taken_back(
    two: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = copied(two, tmp_path / "dataset")
    ahead, made = replace(desk.settings(0), as_of=date(2936, 11, 1)), dict(grown(0, each=41))
    told: list[str] = []
    rounds.plan(ahead, told.append)
    assert [line for line in told if "the clock says" in line]
    publish(made, ahead)
    command = ["run", "--plain", "--raw", str(desk.raw), "--dataset", str(desk.dataset), "--as-of", "2026-11-09"]
    for more in ([], ["--dry-run"]):
        assert cli.main([*command, *more]) == 5
        said = capsys.readouterr().err
        assert "version 2936.11.0 is of 2936-11-01" in said
        assert "copydesk withdraw 2936.11.0" in said
        assert "raw files in" not in said, "work was done before it was said"
    index = (desk.dataset / "index.json").read_bytes()
    withdraw = ["withdraw", "2936.11.0", "--dataset", str(desk.dataset), "--as-of", "2026-11-09"]
    assert cli.main([*withdraw, "--reason", "The clock was wrong."]) == 0
    (desk.dataset / "index.json").write_bytes(index)  # as a withdrawal leaves it that was killed
    told.clear()
    rounds.plan(desk.settings(8), told.append)
    assert not [line for line in told if "the clock says" in line]
    assert desk.publish(8, made).version == "2026.11.2", "what was taken back for its date comes under its own"
    assert publish(grown(0, each=42), ahead).version == "2936.11.1"


def test_a_day_before_the_last_versions_is_refused_within_a_month_too(two: Desk, tmp_path: Path) -> None:
    desk = copied(two, tmp_path / "dataset")
    with pytest.raises(store.OutOfOrder, match=r"2026-11-01, but version 2026\.11\.1 is of 2026-11-02"):
        desk.publish(0, grown(0, each=41))
    assert not desk.publish(0, grown(0, each=40)).new, "the same again is nothing new, whatever the day"
    assert desk.publish(1, grown(0, each=41)).version == "2026.11.2"


def test_a_version_made_after_a_takedown_of_its_own_day_is_not_said_to_be_older(two: Desk, tmp_path: Path) -> None:
    desk = copied(two, tmp_path / "dataset")
    files, day = store.open_files(desk.dataset), desk.settings(1).as_of
    first, second = (row for row in load(desk.dataset).to_pylist() if row["raw_path"][-7:] in ("000.txt", "001.txt"))

    def take_down(row: dict[str, str]) -> None:
        raw = [(row["raw_path"], None)]
        store.takedown(desk.dataset, [row["article_id"]], raw, reason="Asked for.", as_of=day, wait_seconds=5)

    take_down(first)
    assert "1 article was taken down after version 2026.11.1" in notes_on(files)[0]
    with pytest.raises(store.StoreBusy, match="was taken down while this run was at work"):
        desk.publish(1, grown(0, each=41))
    left = documents(40)
    del left[first["raw_path"]]
    assert desk.publish(1, tables_of(left)).version == "2026.11.2"
    assert notes_on(files) == ()
    take_down(second)
    assert "1 article was taken down after version 2026.11.2" in notes_on(files)[0]

    index = json.loads(whole := files.read(INDEX))
    for entry in index["versions"]:
        del entry["takedowns"]
    (desk.dataset / INDEX).write_text(json.dumps(index))  # as a Copydesk writes it that does not know of this
    assert "2 articles were taken down" in notes_on(files)[0], "by the day, where it is not said"
    store.heal(desk.dataset)
    assert files.read(INDEX) == whole
    found = find(files.read, files.name)
    assert Found(replace(found.entry, takedowns=None), found.takedowns).notes("d") != found.notes("d")
