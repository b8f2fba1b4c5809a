"""Where versions live: how they are numbered, published, mended, and what is said when a folder cannot take them."""

from __future__ import annotations

import errno
import json
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st
from tiny_version import build_of, hash_of, release_json, write_files

from copydesk.build import prepare
from copydesk.settings import Settings
from copydesk.store import (
    BrokenBuild,
    BrokenStore,
    DatasetNotWritable,
    DiskFull,
    NoSuchDataset,
    NoSuchVersion,
    OutOfOrder,
    Published,
    check_writable,
    heal,
    publish,
)
from copydesk.store.errors import disk_full
from copydesk.store.plan import (
    Listed,
    check_order,
    entries_of,
    index_of,
    latest_of,
    listed,
    parse_version,
    plan_version,
    sorted_versions,
)
from copydesk.store.read import find_version, folder_reader, read_index
from copydesk.store.sums import compare, parse_sums, render_sums

AS_OF = date(2026, 11, 23)
REPOSITORY = Path(__file__).resolve().parent.parent


def put(dataset: Path, content: str, *, as_of: date = AS_OF, **more: object) -> Published:
    return publish(dataset, build_of(content), content_hash=hash_of(content), as_of=as_of, wait_seconds=10, **more)


def snapshot(dataset: Path) -> dict[str, bytes]:
    """Every file that readers may see, and where the link leads."""
    files = {
        path.relative_to(dataset).as_posix(): path.read_bytes()
        for path in dataset.rglob("*")
        if path.is_file() and not path.relative_to(dataset).parts[0].startswith(".")
    }
    return files | {"->": str((dataset / "latest").readlink()).encode()}


def entry(version: str, **more: object) -> Listed:
    """A version as the index lists it."""
    release = json.loads(release_json(version, None, "x", **more))
    return listed(release, release_sha256="a" * 64, sums_sha256="b" * 64)


months = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1))


@given(days=st.lists(months, min_size=1, max_size=30))
def test_versions_are_distinct_and_rise_with_the_runs(days: list[date]) -> None:
    versions: list[str] = []
    for day in sorted(days):
        version = plan_version(day, versions)
        assert version.startswith(f"{day.year}.{day.month}.")
        versions.append(version)
    assert versions == sorted_versions(versions)
    assert len(set(versions)) == len(versions)


def test_numbers_count_within_the_month_and_are_never_used_again() -> None:
    assert plan_version(AS_OF, []) == "2026.11.0"
    assert plan_version(AS_OF, ["2026.11.0", "2026.11.9", "2026.10.30", "notes"]) == "2026.11.10"
    assert plan_version(AS_OF, ["2026.9.4"]) == "2026.11.0"


def test_a_run_dated_before_the_latest_version_is_refused() -> None:
    later = entry("2026.11.1", released="2026-11-24")
    with pytest.raises(OutOfOrder, match=r"2026-11-23.*2026\.11\.1 is of 2026-11-24.*or a later one.*withdraw 2026"):
        check_order(AS_OF, [entry("2026.11.0"), later])
    check_order(date(2026, 11, 24), [later])
    for status in ("yanked", "withdrawn"):
        check_order(AS_OF, [entry("2026.11.0"), replace(later, status=status)])


@pytest.mark.parametrize(
    "name",
    [
        "2026.11",
        "2026.13.0",
        "2026.0.1",
        "2026.01.0",
        "2026.11.00",
        "v2026.11.0",
        "2026.11.0 ",
        "2026.11." + "9" * 5000,
    ],
    ids=lambda name: name[:12],
)
def test_other_names_are_no_versions(name: str) -> None:
    assert parse_version(name) is None


@given(order=st.permutations(["2026.9.0", "2026.10.0", "2026.10.2", "2026.10.10"]))
def test_the_index_is_the_same_whatever_the_order_of_its_versions(order: list[str]) -> None:
    entries = [entry(version) for version in order]
    index = index_of(entries)
    assert [entry["version"] for entry in index["versions"]] == ["2026.9.0", "2026.10.0", "2026.10.2", "2026.10.10"]
    assert index_of(entries_of(index)) == index
    latest = latest_of(entries)
    assert latest is not None
    assert latest.version == "2026.10.10"


def test_a_version_that_is_not_good_is_not_the_latest() -> None:
    entries = [entry("2026.9.0"), entry("2026.10.0", status="withdrawn")]
    latest = latest_of(entries)
    assert latest is not None
    assert latest.version == "2026.9.0"
    assert latest_of(entries[1:]) is None


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1),
        st.text("0123456789abcdef", min_size=64, max_size=64),
    )
)
def test_sums_are_read_as_they_were_written(sums: dict[str, str]) -> None:
    assert parse_sums(render_sums(sums)) == sums


def test_a_first_version(tmp_path: Path) -> None:
    dataset = tmp_path / "new" / "dataset"
    assert put(dataset, "one") == Published("2026.11.0", dataset / "versions/2026.11.0", True, None)
    assert json.loads((dataset / "latest.json").read_bytes())["version"] == "2026.11.0"
    assert (dataset / "latest" / "README.md").read_text() == "one"
    assert [entry.version for entry in read_index(folder_reader(dataset), "d") or ()] == ["2026.11.0"]


def test_the_same_content_publishes_nothing_and_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "one")
    put(tmp_path, "two")
    before = snapshot(tmp_path)
    again = put(tmp_path, "two", as_of=date(2027, 1, 1))
    assert (again.version, again.new, again.previous) == ("2026.11.1", False, "2026.11.0")
    assert snapshot(tmp_path) == before


def test_going_back_to_an_older_content_is_a_new_version(tmp_path: Path) -> None:
    versions = [put(tmp_path, content).version for content in ("one", "two", "one")]
    assert versions == ["2026.11.0", "2026.11.1", "2026.11.2"]


def test_the_same_content_with_another_identity_is_a_new_version(tmp_path: Path) -> None:
    put(tmp_path, "one")
    assert not put(tmp_path, "one", identity={"schema_version": "1.0.0"}).new
    assert put(tmp_path, "one", identity={"schema_version": "2.0.0"}).new
    assert put(tmp_path, "one", identity={"nothing of the kind": None}).new


def test_a_published_version_is_never_touched_again(tmp_path: Path) -> None:
    first = put(tmp_path, "one").folder
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in sorted(first.rglob("*"))}
    put(tmp_path, "two", as_of=date(2026, 12, 1))
    assert {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in sorted(first.rglob("*"))} == before


def test_others_may_read_what_is_published_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        folder = put(tmp_path / "dataset", "one").folder
    finally:
        os.umask(before)
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o755}
    files = [path for path in folder.rglob("*") if path.is_file()] + [tmp_path / "dataset" / "index.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o644}
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o755


@pytest.mark.parametrize("error", [ValueError("a bad table"), KeyboardInterrupt(), PermissionError(errno.EACCES, "no")])
def test_a_build_that_fails_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    put(tmp_path, "one")
    before = snapshot(tmp_path)

    def build(version: str, previous: str | None, folder: Path) -> None:
        (folder / "half").write_text("written")
        raise error

    with pytest.raises(type(error)) as raised:
        publish(tmp_path, build, content_hash="sha256:x", as_of=AS_OF, wait_seconds=1)
    assert raised.value is error
    assert snapshot(tmp_path) == before
    assert list((tmp_path / ".staging").iterdir()) == []


def spoiled(how: str, version: str, previous: str | None, folder: Path) -> None:
    build_of("two")(version, previous, folder)
    if how == "changed":
        (folder / "README.md").write_text("other")
    elif how == "missing":
        (folder / "README.md").unlink()
    elif how == "extra":
        (folder / "more").write_text("")
    elif how == "no sums":
        (folder / "SHA256SUMS").unlink()
    else:
        shutil.rmtree(folder)
        folder.mkdir()
        release = {
            "another version": release_json("2026.11.7", previous, "two"),
            "another previous": release_json(version, "2026.1.0", "two"),
            "another content": release_json(version, previous, "three"),
            "failed": release_json(version, previous, "two", status="failure"),
            "no json": b"{",
            "no object": b"[]",
            "gaps": b"{}",
        }[how]
        write_files(folder, {"release.json": release})


@pytest.mark.parametrize(
    "how",
    ["changed", "missing", "extra", "no sums", "another version", "another previous", "another content", "failed",
     "no json", "no object", "gaps"],
)  # fmt: skip
def test_a_build_that_is_not_whole_is_not_published(tmp_path: Path, how: str) -> None:
    put(tmp_path, "one")
    before = snapshot(tmp_path)
    with pytest.raises(BrokenBuild, match="nothing was published"):
        publish(
            tmp_path,
            lambda *arguments: spoiled(how, *arguments),
            content_hash=hash_of("two"),
            as_of=AS_OF,
            wait_seconds=1,
        )
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("lost", [["latest.json"], ["latest"], ["index.json"], ["index.json", "latest.json", "latest"]])
def test_pointers_are_derived_anew(tmp_path: Path, lost: list[str]) -> None:
    put(tmp_path, "one")
    put(tmp_path, "two")
    before = snapshot(tmp_path)
    for name in lost:
        (tmp_path / name).unlink()
    assert heal(tmp_path)
    assert snapshot(tmp_path) == before
    assert heal(tmp_path) == ()


def test_a_stale_staging_folder_goes_and_a_live_one_stays(tmp_path: Path) -> None:
    check_writable(tmp_path)
    staging = tmp_path / ".staging"
    for name in ("dead", "unlocked", "live"):
        (staging / name / "version").mkdir(parents=True)
    (staging / "dead.lock").touch()
    (staging / "stray").touch()
    with FileLock(staging / "live.lock"):
        assert len(put(tmp_path, "one").healed) == 3
        assert sorted(path.name for path in staging.iterdir()) == ["live", "live.lock"]
    assert len(heal(tmp_path)) == 1
    assert list(staging.iterdir()) == []


def test_what_killed_runs_left_goes_before_a_run_asks_for_room(tmp_path: Path) -> None:
    """It went when the next run published, which one that found no room for it never did."""
    raw, dataset = tmp_path / "raw", tmp_path / "dataset"
    raw.mkdir()
    (raw / "one.txt").write_text("One.", encoding="utf-8")
    check_writable(dataset)
    (dataset / ".staging/killed/work").mkdir(parents=True)
    with FileLock(dataset / ".lock"):  # somebody publishes, and sweeps
        assert prepare(Settings(raw=raw, dataset=dataset)) == ()
    assert prepare(Settings(raw=raw, dataset=dataset)) == (
        "Removed what an unfinished run had left in .staging/killed.",
    )
    assert not list((dataset / ".staging").iterdir())


def test_a_reader_does_not_see_a_version_that_is_not_listed(tmp_path: Path) -> None:
    put(tmp_path, "one")
    index = (tmp_path / "index.json").read_bytes()
    put(tmp_path, "two")
    (tmp_path / "index.json").write_bytes(index)
    with pytest.raises(NoSuchVersion, match=r"no version '2026\.11\.1'; there are 2026\.11\.0"):
        find_version(folder_reader(tmp_path), "d", "2026.11.1")


def test_a_folder_without_a_version_is_no_dataset(tmp_path: Path) -> None:
    check_writable(tmp_path)
    (tmp_path / "file").touch()
    for place in (tmp_path, tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(NoSuchDataset, match="no published version"):
            find_version(folder_reader(place), str(place))


@pytest.mark.parametrize(
    "index",
    [b"", b"{", b"[]", b"{}", b'{"format": 9, "versions": []}', b'{"format": 1, "versions": [{}]}', b"\xff", b"null"],
)
def test_an_index_that_is_none_is_said_to_be_one_to_delete(tmp_path: Path, index: bytes) -> None:
    put(tmp_path, "one")
    (tmp_path / "index.json").write_bytes(index)
    with pytest.raises(BrokenStore, match=r"index\.json is not an index of versions.*delete it"):
        put(tmp_path, "two")
    with pytest.raises(BrokenStore):
        find_version(folder_reader(tmp_path), "d")
    (tmp_path / "index.json").unlink()
    assert put(tmp_path, "two").version == "2026.11.1"


@pytest.mark.parametrize("pointer", [b"{", b"[]", b"{}", b'"x"'])
def test_a_pointer_that_is_none_is_written_anew(tmp_path: Path, pointer: bytes) -> None:
    put(tmp_path, "one")
    (tmp_path / "latest.json").write_bytes(pointer)
    with pytest.raises(BrokenStore, match=r"latest\.json"):
        find_version(folder_reader(tmp_path), "d")
    put(tmp_path, "one")
    assert find_version(folder_reader(tmp_path), "d").version == "2026.11.0"


def test_a_version_that_was_changed_stops_the_next_run(tmp_path: Path) -> None:
    folder = put(tmp_path, "one").folder
    (folder / "release.json").write_bytes((folder / "release.json").read_bytes() + b" ")
    with pytest.raises(BrokenStore, match=r"2026\.11\.0 was changed after it was published.*from a copy"):
        put(tmp_path, "two")


def test_a_version_that_is_gone_stops_the_next_run(tmp_path: Path) -> None:
    shutil.rmtree(put(tmp_path, "one").folder)
    with pytest.raises(BrokenStore, match=r"lists version 2026\.11\.0, and versions/2026\.11\.0 is not there"):
        put(tmp_path, "two")


def test_a_folder_that_somebody_put_among_the_versions_stops_the_next_run(tmp_path: Path) -> None:
    put(tmp_path, "one")
    (tmp_path / "versions/2026.10.0").mkdir()
    with pytest.raises(BrokenStore, match=r"2026\.10\.0 is not listed in index\.json and is not a whole version"):
        put(tmp_path, "two")


def test_a_copy_under_another_number_is_not_adopted(tmp_path: Path) -> None:
    folder = put(tmp_path, "one").folder
    shutil.copytree(folder, folder.with_name("2026.11.5"))
    with pytest.raises(BrokenStore, match=r"2026\.11\.5.*of something else"):
        put(tmp_path, "two")


@pytest.mark.parametrize("name", ["latest", "latest.json", "index.json"])
def test_a_folder_in_the_place_of_a_pointer_is_named_before_anything_is_built(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir(parents=True)
    with pytest.raises(BrokenStore, match=f"{name} is a folder where a pointer belongs"):
        put(tmp_path, "one")
    assert list((tmp_path / "versions").iterdir()) == []


def test_symlinks_in_a_version_are_found(tmp_path: Path) -> None:
    folder = put(tmp_path, "one").folder
    (folder / "README.md").rename(tmp_path / "elsewhere")
    (folder / "README.md").symlink_to(tmp_path / "elsewhere")
    assert [(difference.kind, difference.path) for difference in compare(folder)] == [("changed", "README.md")]


# Folders that cannot take a version


def test_a_file_in_the_place_of_the_dataset(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "dataset"):
        with pytest.raises(DatasetNotWritable, match="is a file"):
            check_writable(place)


def test_a_folder_without_permission() -> None:
    """Permissions do not bind root, so that as root the child becomes another user once it has imported everything."""
    script = (
        "import os, sys, tempfile; from pathlib import Path; from copydesk.store import check_writable, StoreError\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: check_writable(Path(sys.argv[1]))\n"
        "except StoreError as error: print(type(error).__name__, error)"
    )
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        for dataset in (Path(place) / "dataset", Path(place) / "closed" / "dataset"):
            dataset.mkdir(mode=0o555, parents=True)
            (dataset.parent / "closed").mkdir(mode=0o000, exist_ok=True)
            done = subprocess.run(
                [sys.executable, "-c", script, str(dataset)], cwd=REPOSITORY, capture_output=True, text=True, check=True
            )
            assert re.match("DatasetNotWritable .* cannot be written .Permission denied.: make", done.stdout)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MB, in memory."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root and a kernel that permits it")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_read_only_disk(small_disk: Path) -> None:
    put(small_disk / "dataset", "one")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(DatasetNotWritable, match="Read-only file system"):
        check_writable(small_disk / "dataset")
    with pytest.raises(DatasetNotWritable, match="Read-only file system"):
        put(small_disk / "elsewhere", "two")
    assert find_version(folder_reader(small_disk / "dataset"), "d").version == "2026.11.0"


def fill_plainly(folder: Path) -> None:
    (folder / "large").write_bytes(b"x" * 4_000_000)


def fill_with_parquet(folder: Path) -> None:
    pq.write_table(pa.table({"noise": [os.urandom(1000) for _ in range(4000)]}), folder / "large.parquet")


@pytest.mark.parametrize("fill", [fill_plainly, fill_with_parquet])
def test_a_full_disk_leaves_the_last_version_as_it_was(small_disk: Path, fill: object) -> None:
    dataset = small_disk / "dataset"
    put(dataset, "one")
    before = snapshot(dataset)
    with pytest.raises(DiskFull, match="No space is left for a new version"):
        publish(dataset, build_of("two", fill), content_hash=hash_of("two"), as_of=AS_OF, wait_seconds=1)
    assert snapshot(dataset) == before
    assert list((dataset / ".staging").iterdir()) == []
    assert put(dataset, "two").version == "2026.11.1"


@pytest.mark.parametrize("fill", [fill_plainly, fill_with_parquet])
def test_a_file_that_may_not_become_so_large_is_told_like_a_full_disk(tmp_path: Path, fill: object) -> None:
    put(tmp_path, "one")
    before = snapshot(tmp_path)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, usual[1]))
    try:
        with pytest.raises(DiskFull, match=r"larger than one may be: raise the limit \(ulimit -f\) and run again"):
            publish(tmp_path, build_of("two", fill), content_hash=hash_of("two"), as_of=AS_OF, wait_seconds=1)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert snapshot(tmp_path) == before


def test_a_disk_that_is_full_before_the_run(small_disk: Path) -> None:
    dataset = small_disk / "dataset"
    put(dataset, "one")
    before = snapshot(dataset)
    with (small_disk / "filler").open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(b"x" * 4096)
    with pytest.raises(DiskFull):
        put(dataset, "two")
    assert snapshot(dataset) == before


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_recognized_behind_another_error(tmp_path: Path, number: int) -> None:
    with pytest.raises(DiskFull), disk_full(tmp_path):
        try:
            raise OSError(number, "full")
        except OSError as error:
            raise RuntimeError("the writer failed") from error


def test_reading_needs_neither_pyarrow_nor_the_lock() -> None:
    script = "import sys, copydesk.store; print({'pyarrow', 'numpy', 'filelock', 'asyncio'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
