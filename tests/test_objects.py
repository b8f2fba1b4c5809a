"""Datasets in object stores: the same laws as in a folder, where nothing can be renamed and anyone may write."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import fsspec
import pytest
import s3fs
from object_server import Children, after_the_lease, files_of, s3_server, what_readers_see
from tiny_version import build_of, hash_of

from copydesk.store import (
    BrokenStore,
    DatasetNotWritable,
    NoSuchDataset,
    Published,
    StoreBusy,
    heal,
    open_store,
    publish,
)
from copydesk.store.heal import RootFiles
from copydesk.store.lease import lease
from copydesk.store.objects import ObjectStore

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with s3_server() as environment:
        yield environment


@pytest.fixture(params=["memory", "s3"])
def dataset(request: pytest.FixtureRequest, environment: dict[str, str]) -> str:
    name = request.node.name.replace("[", "-").replace("]", "")
    return f"{request.param}://news/{name}"


@pytest.fixture
def bucket(request: pytest.FixtureRequest, environment: dict[str, str]) -> str:
    return f"s3://news/{request.node.name}"


@pytest.fixture(scope="module")
def children(environment: dict[str, str]) -> Iterator[Children]:
    running = Children(environment)
    yield running
    running.close()


def put(dataset: str, content: str, *, wait: float = 10, root_files: RootFiles | None = None) -> Published:
    return publish(
        dataset,
        build_of(content),
        content_hash=hash_of(content),
        as_of=AS_OF,
        wait_seconds=wait,
        root_files=root_files,
    )


def test_a_version_is_the_same_in_a_bucket_as_in_a_folder(tmp_path: Path, dataset: str) -> None:
    for content in ("one", "two"):
        put(str(tmp_path / "folder"), content)
        done = put(dataset, content)
    assert done == Published("2026.11.1", f"{dataset}/versions/2026.11.1", True, "2026.11.0")
    inside = {
        path.relative_to(tmp_path / "folder").as_posix(): path.read_bytes()
        for path in (tmp_path / "folder").rglob("*")
        if path.is_file() and not path.relative_to(tmp_path / "folder").parts[0].startswith((".", "latest/"))
    }
    inside = {path: data for path, data in inside.items() if not path.startswith("latest/")}
    assert files_of(dataset) == inside


def test_the_same_content_publishes_nothing_and_writes_nothing(dataset: str) -> None:
    put(dataset, "one")
    before = files_of(dataset)
    assert not put(dataset, "one").new
    assert files_of(dataset) == before


def test_the_order_of_writing_is_data_sums_release_index_latest(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    call = s3fs.S3FileSystem._call_s3

    async def spy(self: s3fs.S3FileSystem, method: str, *arguments: object, **more: object) -> object:
        if method == "put_object":
            assert "IfNoneMatch" in more or "/versions/" not in str(more["Key"]), "a version's files are created only"
            written.append(str(more["Key"]).partition("/")[2])
        return await call(self, method, *arguments, **more)

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", spy)
    put(bucket, "one", root_files=lambda index: {"index.html": b"page"})
    folder = "versions/2026.11.0/"
    assert [path for path in written if not path.startswith(".")] == [
        *(f"{folder}data/part-{number}.txt" for number in range(3)),
        *(folder + name for name in ("README.md", "SHA256SUMS", "release.json")),
        "index.json", "index.html", "latest.json",
    ]  # fmt: skip


def test_pages_follow_from_the_index_and_are_healed(dataset: str) -> None:
    def page(index: object) -> dict[str, bytes]:
        return {"index.html": repr(index).encode()}

    put(dataset, "one", root_files=page)
    put(dataset, "two", root_files=page)
    store = open_store(dataset)
    first = store.read("index.html")
    assert b"2026.11.1" in first
    store.delete("index.html")
    assert heal(dataset, root_files=page)
    assert store.read("index.html") == first
    assert heal(dataset, root_files=page) == ()


@pytest.mark.parametrize("name", ["index.json", "latest", "versions", "../x", "a/b", ".lock"])
def test_a_page_cannot_take_the_place_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot stand at a dataset's root"):
        put(str(tmp_path / "dataset"), "one", root_files=lambda index: {name: b""})
    assert not (tmp_path / "dataset/index.json").exists()


def test_an_upload_that_changed_on_its_way_is_taken_back(dataset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(dataset, "one")
    before = files_of(dataset)
    monkeypatch.setattr(ObjectStore, "sha256", lambda self, path: "0" * 64)
    with pytest.raises(BrokenStore, match="is not what was uploaded"):
        put(dataset, "two")
    monkeypatch.undo()
    assert files_of(dataset) == before


def test_a_bucket_that_is_not_there(environment: dict[str, str]) -> None:
    with pytest.raises(DatasetNotWritable, match=r"s3://nowhere/x cannot be written .*bucket"):
        put("s3://nowhere/x", "one")
    with pytest.raises(DatasetNotWritable, match="name the folder or the bucket"):
        put("https://example.org/news", "one")
    with pytest.raises(NoSuchDataset, match="scheme 'gopher'"):
        put("gopher://example.org/news", "one")


# Writers at the same time


def test_a_writer_that_died_keeps_others_waiting_until_its_lease_ends(
    bucket: str, children: Children, environment: dict[str, str]
) -> None:
    put(bucket, "old")
    assert children.run(act="publish", url=bucket, content="new", kill_at=5) == -signal.SIGKILL
    with pytest.raises(StoreBusy, match=r"process \d+ on .+, since 20.*ends by itself after 120 s"):
        put(bucket, "new", wait=0)
    after_the_lease(bucket)
    assert put(bucket, "new", wait=0).new


def test_a_lease_ends_by_itself(dataset: str) -> None:
    store = ObjectStore(dataset)
    dead = {"pid": 1, "host": "gone", "since": "2026-11-23", "expires": time.time() + 0.6, "released": False}
    store.create(".lock/00000000.json", json.dumps(dead).encode())
    with pytest.raises(StoreBusy, match="process 1 on gone"), lease(store, 0, 0.5):
        pass
    with lease(store, 5, 0.5) as still_ours:
        assert time.time() > dead["expires"]
        still_ours()


def test_a_lease_is_renewed_while_its_holder_lives(dataset: str) -> None:
    store = ObjectStore(dataset)
    with lease(store, 0, 0.9) as still_ours:
        time.sleep(1.5)
        still_ours()
        with pytest.raises(StoreBusy), lease(store, 0, 0.9):
            pass
    with lease(store, 0, 0.9):
        pass


def test_who_lost_the_lease_commits_nothing(dataset: str) -> None:
    put(dataset, "one")
    before = files_of(dataset)

    def overtaken(folder: Path) -> None:
        after_the_lease(dataset)
        with lease(ObjectStore(dataset), 0, 60):
            pass

    with pytest.raises(StoreBusy, match="lost its hold"):
        publish(dataset, build_of("two", overtaken), content_hash=hash_of("two"), as_of=AS_OF, wait_seconds=0)
    assert files_of(dataset) == before


def test_of_many_that_want_the_lease_one_has_it(dataset: str) -> None:
    inside: list[int] = []
    most: list[int] = []
    refused: list[StoreBusy] = []

    def work(number: int) -> None:
        try:
            with lease(ObjectStore(dataset), 20, 60) as still_ours:
                inside.append(number)
                most.append(len(inside))
                still_ours()
                inside.remove(number)
        except StoreBusy as error:
            refused.append(error)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert most == [1, 1, 1, 1]
    assert not refused


def test_of_two_that_upload_the_same_version_one_wins(dataset: str, tmp_path: Path) -> None:
    """Without a lease, as if it had failed: no file of the one is ever among those of the other."""
    store = ObjectStore(dataset)
    staged = []
    for content in ("mine", "theirs"):
        folder = tmp_path / content
        folder.mkdir()
        build_of(content)("2026.11.0", None, folder)
        staged.append(folder)
    added = ObjectStore.files_below

    def meanwhile(self: ObjectStore, path: str) -> list[str]:
        ObjectStore.files_below = added  # type: ignore[method-assign]
        found = added(self, path)
        store.add_folder(staged[1], "versions/2026.11.0")
        return found

    ObjectStore.files_below = meanwhile  # type: ignore[method-assign]
    try:
        with pytest.raises(StoreBusy, match="at the same time"):
            store.add_folder(staged[0], "versions/2026.11.0")
    finally:
        ObjectStore.files_below = added  # type: ignore[method-assign]
    assert store.read("versions/2026.11.0/README.md") == b"theirs"
    assert {store.read(f"versions/2026.11.0/data/part-{n}.txt") for n in range(3)} == {
        f"{n} theirs\n".encode() for n in range(3)
    }


@pytest.mark.crash
@pytest.mark.parametrize("contents", [("one", "two"), ("same", "same")])
def test_two_processes_at_once(
    bucket: str, children: Children, environment: dict[str, str], contents: tuple[str, str]
) -> None:
    other = Children(environment)
    try:
        for process, content in zip((children, other), contents, strict=True):
            process.begin(act="publish", url=bucket, content=content)
        told = [process.end() for process in (children, other)]
    finally:
        other.close()
    assert [code for code, _ in told] == [0, 0]
    said = [answer for _, answers in told for answer in answers]
    if contents[0] == contents[1]:
        assert sorted((answer["version"], answer["new"]) for answer in said) == [
            ("2026.11.0", False), ("2026.11.0", True),
        ]  # fmt: skip
    else:
        assert sorted((answer["version"], answer["new"]) for answer in said) == [
            ("2026.11.0", True), ("2026.11.1", True),
        ]  # fmt: skip
    what_readers_see(bucket)


def test_a_place_that_cannot_create_exclusively_is_looked_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = fsspec.filesystem("memory")
    plain = type(memory).pipe_file

    def without_modes(self: object, path: str, value: bytes) -> None:
        plain(memory, path, value)

    monkeypatch.setattr(type(memory), "pipe_file", without_modes)
    store = ObjectStore("memory://plain/dataset")
    store.create("once", b"1")
    with pytest.raises(FileExistsError):
        store.create("once", b"2")
    assert store.read("once") == b"1"


def test_nothing_of_the_test_leads_to_a_real_bucket(environment: dict[str, str]) -> None:
    assert os.environ["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
