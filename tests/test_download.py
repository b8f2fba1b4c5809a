"""Copies over the wire: only what is asked for, nothing believed unchecked, nothing fetched twice."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_release import publish_small, tables_of
from web_server import Web, web_server

from copydesk.loading import load
from copydesk.store import (
    BrokenStore,
    DatasetNotWritable,
    NoSuchDataset,
    NoSuchVersion,
    StoreError,
    Withdrawn,
    YankedWarning,
    download,
    takedown,
    withdraw,
    yank,
)
from copydesk.store.download import _fetch_file
from copydesk.store.folder import FolderStore
from copydesk.store.place import as_place, split_place
from copydesk.store.ranged import RangedFile
from copydesk.store.read import find_version, folder_reader
from copydesk.store.sums import compare, parse_sums, render_sums, unsafe
from copydesk.verify import verify

SAID = {"reason": "It is wrong.", "as_of": date(2026, 11, 24), "wait_seconds": 5}
ARTICLES = "versions/2026.11.1/data/articles.parquet"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("download") / "dataset"
    publish_small(place, tables_of({"a/one.txt": "One\nIt was one."}))
    publish_small(place, tables_of())
    return place


@pytest.fixture
def dataset(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "dataset", symlinks=True)


@pytest.fixture
def web(dataset: Path) -> Iterator[Web]:
    with web_server(dataset) as running:
        yield running


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# Loading over the web


@pytest.mark.parametrize(
    ("ranges", "length", "head"),
    [(True, True, True), (False, True, True), (False, False, True), (True, True, False)],
)
def test_load_over_http_gives_what_the_folder_gives(
    web: Web, dataset: Path, ranges: bool, length: bool, head: bool
) -> None:
    web.ranges, web.length, web.head = ranges, length, head
    for place in (web.url, web.url + "/versions/2026.11.1"):
        assert load(place, "blocks").equals(load(dataset, "blocks"))
    assert load(web.url, version="2026.11.0", columns=["text"]).equals(
        load(dataset, version="2026.11.0", columns=["text"])
    )


def test_only_the_columns_asked_for_come_over_the_wire(dataset: Path, web: Web) -> None:
    """A table with a heavy column and a light one: the heavy one's bytes are never asked for."""
    table = pq.read_table(dataset / ARTICLES)
    noise = [hashlib.sha512(str(row).encode()).hexdigest() * 2000 for row in range(table.num_rows)]
    place = table.column_names.index("text")
    heavy = table.set_column(place, table.schema.field(place), pa.array(noise))
    pq.write_table(heavy, dataset / ARTICLES, compression="none", use_dictionary=False)
    size = (dataset / ARTICLES).stat().st_size
    assert load(web.url, columns=["headline", "language"]).num_columns == 2
    asked = web.of("articles.parquet")
    gets = [(wanted, sent) for method, wanted, sent in asked if method == "GET"]
    assert all(wanted for wanted, _ in gets), "every request names a range"
    assert 1 <= len(gets) <= 4
    assert sum(sent for _, sent in gets) < 70_000 < size / 10
    others = [path for _, path, _, _ in web.asked if path.startswith("versions/") and not path.endswith("s.parquet")]
    assert others == ["versions/2026.11.1/release.json"]


def test_without_ranges_a_file_is_fetched_once(web: Web) -> None:
    web.ranges = False
    load(web.url, columns=["headline"])
    assert [method for method, _, _ in web.of("articles.parquet")] == ["HEAD", "GET"]


@pytest.mark.parametrize("status", [404, 410])
def test_a_version_that_is_gone_is_withdrawn_where_a_tombstone_says_so(dataset: Path, web: Web, status: int) -> None:
    web.gone = status
    index, latest = ((dataset / name).read_bytes() for name in ("index.json", "latest.json"))
    withdraw(dataset, "2026.11.1", **SAID)
    with pytest.raises(Withdrawn, match=r"http://.*It is wrong"):
        load(web.url, version="2026.11.1")
    (dataset / "index.json").write_bytes(index)  # as a cache on the way may keep it
    (dataset / "latest.json").write_bytes(latest)
    for act in (load, lambda url: download(url, dataset.parent / "copy")):
        with pytest.raises(Withdrawn, match=r"http://.*It is wrong"):
            act(web.url)
    (dataset / "tombstones/2026.11.1.json").unlink()
    with pytest.raises(BrokenStore, match="the index lists the version"):
        load(web.url)


def test_a_server_that_is_not_well_is_named(dataset: Path, web: Web) -> None:
    with pytest.raises(NoSuchDataset, match="no published version in http"):
        load(web.url + "/nowhere")
    web.gone = 500
    with pytest.raises(StoreError, match=r"nowhere/latest\.json cannot be read .*500"):
        load(web.url + "/nowhere")
    with pytest.raises(StoreError, match="cannot be read"):
        load("http://127.0.0.1:9/dataset")


@given(st.binary(max_size=300), st.lists(st.tuples(st.integers(-50, 350), st.integers(-1, 350)), max_size=8))
def test_a_file_far_away_reads_as_one_at_hand(data: bytes, reads: list[tuple[int, int]]) -> None:
    for fetch in (lambda start, end: data[start:end], lambda start, end: data):
        with RangedFile(fetch, len(data)) as file:
            for place, size in reads:
                at = file.seek(place)
                assert at == max(0, place)
                assert file.read(size) == (data[at:] if size < 0 else data[at : at + size])


# Downloading


@pytest.fixture(params=["folder", "file", "http", "memory"])
def source(request: pytest.FixtureRequest, dataset: Path, web: Web) -> Iterator[str]:
    memory = fsspec.filesystem("memory")
    if request.param == "memory":
        for path, data in files_of(dataset).items():
            if not path.startswith((".", "latest/")):
                memory.pipe_file(f"/copy/dataset/{path}", data)
    yield {"folder": str(dataset), "file": dataset.as_uri(), "http": web.url, "memory": "memory://copy/dataset"}[
        request.param
    ]
    if request.param == "memory":
        memory.rm("/copy", recursive=True)


def test_a_copy_is_the_version(source: str, dataset: Path, tmp_path: Path) -> None:
    to = tmp_path / "copy"
    done = download(as_place(source), to)
    assert (done.version, done.folder, done.new, done.notes) == ("2026.11.1", to / "versions/2026.11.1", True, ())
    assert files_of(done.folder) == files_of(dataset / "versions/2026.11.1")
    assert load(to).equals(load(dataset))
    assert verify(to) == []
    assert not download(as_place(source), to).new
    assert download(as_place(source), to, "2026.11.0").new
    assert [path.name for path in sorted((to / "versions").iterdir())] == ["2026.11.0", "2026.11.1"]
    assert (to / "index.json").read_bytes() == (dataset / "index.json").read_bytes()
    assert (to / "latest").resolve().name == "2026.11.1"


def test_one_versions_folder_is_a_source_too(web: Web, tmp_path: Path) -> None:
    assert download(web.url + "/versions/2026.11.0/", tmp_path / "copy").version == "2026.11.0"
    with pytest.raises(NoSuchVersion, match=r"folder of version 2026\.11\.0"):
        download(web.url + "/versions/2026.11.0", tmp_path / "copy", "2026.11.1")


@pytest.mark.parametrize("ranges", [True, False])
def test_an_interrupted_download_goes_on_where_it_stopped(
    web: Web, dataset: Path, tmp_path: Path, ranges: bool
) -> None:
    web.ranges, to = ranges, tmp_path / "copy"
    path = "data/articles.parquet"
    size = (dataset / "versions/2026.11.1" / path).stat().st_size
    web.break_after = 9000
    with pytest.raises(StoreError, match="cannot be read"):
        download(web.url, to)
    (part,) = to.rglob("*.part")
    assert part.stat().st_size == 9000
    assert not (to / "versions/2026.11.1").exists()
    with pytest.raises(NoSuchDataset):
        load(to)
    asked_before, broken = len(web.asked), part.name.removesuffix(".part")
    done = download(web.url, to)
    assert files_of(done.folder) == files_of(dataset / "versions/2026.11.1")
    again = [(wanted, sent) for method, name, wanted, sent in web.asked[asked_before:] if name.endswith("/" + broken)]
    whole = next((dataset / "versions/2026.11.1").rglob(broken)).stat().st_size
    assert again == [("bytes=9000-", whole - 9000 if ranges else whole)]
    first = {name for _, name, _, _ in web.asked[:asked_before]}
    twice = [name for _, name, _, _ in web.asked[asked_before:] if name in first]
    assert {Path(name).name for name in twice} == {"index.json", "latest.json", "SHA256SUMS", broken}
    assert not list(to.rglob("*.part"))
    assert not list((to / ".download").iterdir())
    assert size


@pytest.mark.parametrize("spoiled", [b"other bytes", b"x" * 100_000])
def test_a_part_of_something_else_is_thrown_away(web: Web, dataset: Path, tmp_path: Path, spoiled: bytes) -> None:
    to = tmp_path / "copy"
    web.break_after = 9000
    with pytest.raises(StoreError):
        download(web.url, to)
    (part,) = to.rglob("*.part")
    part.write_bytes(spoiled)
    assert files_of(download(web.url, to).folder) == files_of(dataset / "versions/2026.11.1")


def test_a_changed_file_is_not_taken(web: Web, dataset: Path, tmp_path: Path) -> None:
    (dataset / ARTICLES).write_bytes(b"something else")
    with pytest.raises(BrokenStore, match=r"articles\.parquet has the SHA-256"):
        download(web.url, tmp_path / "copy")
    assert not (tmp_path / "copy/versions/2026.11.1").exists()
    assert not list((tmp_path / "copy").rglob("articles.parquet*"))
    assert [finding.check for finding in verify(web.url)] == ["files"]


def test_another_version_in_the_place_is_not_overwritten(web: Web, tmp_path: Path) -> None:
    other = tmp_path / "copy"
    publish_small(other, tables_of({"b/two.txt": "Two\nIt was two."}))
    before = files_of(other / "versions")
    with pytest.raises(BrokenStore, match=r"2026\.11\.0 is there and is not this version"):
        download(web.url, other, "2026.11.0")
    assert files_of(other / "versions") == before


def test_a_dataset_is_no_copy_of_itself(dataset: Path) -> None:
    with pytest.raises(DatasetNotWritable, match="is the dataset itself"):
        download(dataset, dataset, "2026.11.0")


def test_what_was_taken_back_stays_so_in_a_copy(web: Web, dataset: Path, tmp_path: Path) -> None:
    to = tmp_path / "copy"
    download(web.url, to)
    article = load(dataset)["article_id"][0].as_py()
    takedown(dataset, [article], **SAID)
    yank(dataset, "2026.11.1", **SAID)
    done = download(web.url, to, "2026.11.1")
    assert done.notes[0].startswith("Version 2026.11.1 of http")
    assert "taken down" in done.notes[1]
    assert files_of(done.folder) == files_of(dataset / "versions/2026.11.1"), "verified as it was published"
    with pytest.warns(YankedWarning, match="It is wrong"):
        assert article not in load(to, version="2026.11.1")["article_id"].to_pylist()
    withdraw(dataset, "2026.11.1", **SAID)
    assert "It is still in" in download(web.url, to, "2026.11.0").notes[-1]


# Hostile servers


def hostile(dataset: Path, change: Callable[[dict[str, str]], None]) -> None:
    """SHA256SUMS with other paths, and an index that lists them."""
    folder = dataset / "versions/2026.11.1"
    sums = parse_sums((folder / "SHA256SUMS").read_bytes())
    change(sums)
    (folder / "SHA256SUMS").write_bytes(render_sums(sums))
    index = json.loads((dataset / "index.json").read_bytes())
    index["versions"][1]["sums_sha256"] = hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest()
    (dataset / "index.json").write_text(json.dumps(index))


PATHS = [
    "../evil", "../../evil", "/tmp/evil", "a/../../../evil", "./x", "a//b", "C:/evil", "..\\evil", "a\\b", "~", "x\x1b",
    "SHA256SUMS", "release.json/x", "data", "README.md.part", "data/../../x", "a/", ".",
]  # fmt: skip


@pytest.mark.parametrize("path", [path for path in PATHS if path != "~"])
def test_a_path_that_leads_elsewhere_stops_the_download(web: Web, dataset: Path, tmp_path: Path, path: str) -> None:
    hostile(dataset, lambda sums: sums.update({path: "0" * 64}))
    with pytest.raises(BrokenStore, match="nothing was downloaded"):
        download(web.url, tmp_path / "copy")
    assert not [name for name in files_of(tmp_path / "copy") if not name.startswith(".lock")]
    assert not [path for _, path, _, _ in web.asked if "evil" in path]


def test_sums_that_the_index_does_not_list_are_refused(web: Web, dataset: Path, tmp_path: Path) -> None:
    path = dataset / "versions/2026.11.1/SHA256SUMS"
    path.write_bytes(path.read_bytes().replace(b"README", b"README2"))
    with pytest.raises(BrokenStore, match=r"not the file that index\.json lists"):
        download(web.url, tmp_path / "copy")


@given(st.text(max_size=30))
def test_a_safe_path_stays_below_its_folder(path: str) -> None:
    if not unsafe(path):
        place = (Path("/somewhere/version") / path).resolve()
        assert place.is_relative_to("/somewhere/version")
        assert place != Path("/somewhere/version")


def test_symlinks_are_not_followed(dataset: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    shutil.copy(dataset / "versions/2026.11.1/README.md", tmp_path / "readme")
    (dataset / "versions/2026.11.1/README.md").unlink()
    (dataset / "versions/2026.11.1/README.md").symlink_to(tmp_path / "readme")
    with pytest.raises(BrokenStore, match="is a symlink"):
        download(dataset, tmp_path / "copy")


def test_symlinks_in_what_was_begun_are_not_followed(web: Web, dataset: Path, tmp_path: Path) -> None:
    entry = find_version(folder_reader(dataset), "d")
    outside = tmp_path / "outside"
    outside.mkdir()
    begun = tmp_path / "begun"
    begun.mkdir()
    (begun / "data").symlink_to(outside)
    (begun / "README.md.part").symlink_to(outside / "target")
    sums = parse_sums((dataset / "versions/2026.11.1/SHA256SUMS").read_bytes())
    with pytest.raises(BrokenStore, match="leads out of"):
        _fetch_file(FolderStore(dataset), entry, "data/articles.parquet", sums["data/articles.parquet"], begun)
    with pytest.raises(OSError, match="symbolic"):
        _fetch_file(FolderStore(dataset), entry, "README.md", sums["README.md"], begun)
    assert list(outside.iterdir()) == []


# Verifying a URL


def test_verify_takes_a_url(web: Web, source: str) -> None:
    assert verify(as_place(source), all_versions=True) == []
    assert verify(as_place(source + "/versions/2026.11.0")) == []


def test_places(tmp_path: Path) -> None:
    assert split_place("s3://b/d/versions/2026.11.0/") == ("s3://b/d", "2026.11.0")
    assert split_place("s3://b/versions/x") == ("s3://b/versions/x", None)
    assert split_place(tmp_path / "versions/2026.11.0") == (tmp_path, "2026.11.0")
    assert compare(tmp_path)
