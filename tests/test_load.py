"""Loading what was published: from a folder or a URL, the columns asked for, and errors that name what there is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pandas
import polars
import pyarrow as pa
import pytest
from pyarrow import parquet
from small_release import publish_small, tables_of

from copydesk import tables
from copydesk.loading import load
from copydesk.store import BrokenStore, NoSuchColumn, NoSuchDataset, NoSuchTable, NoSuchVersion

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def first() -> dict[str, pa.Table]:
    return tables_of({"a/one.txt": "One\nIt was one."}, ())


@pytest.fixture(scope="module")
def second() -> dict[str, pa.Table]:
    return tables_of()


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory, first: dict[str, pa.Table], second: dict[str, pa.Table]) -> Path:
    place = tmp_path_factory.mktemp("load") / "dataset"
    publish_small(place, first)
    publish_small(place, second)
    return place


@pytest.fixture
def in_memory(dataset: Path) -> Iterator[str]:
    """The same dataset behind a URL that is no local folder."""
    memory = fsspec.filesystem("memory")
    for path in dataset.rglob("*"):
        if path.is_file() and not path.is_symlink():
            memory.pipe_file(f"/bucket/dataset/{path.relative_to(dataset).as_posix()}", path.read_bytes())
    yield "memory://bucket/dataset"
    memory.rm("/bucket", recursive=True)


@pytest.mark.parametrize("table", [table.name for table in tables.TABLES])
def test_what_is_loaded_is_what_was_published(dataset: Path, second: dict[str, pa.Table], table: str) -> None:
    loaded = load(dataset, table)
    assert loaded.to_pylist() == second[table].to_pylist()
    assert loaded.schema.names == [column.name for column in tables.table(table).columns]


def test_a_version_by_its_name(dataset: Path, first: dict[str, pa.Table], second: dict[str, pa.Table]) -> None:
    assert load(str(dataset), version="2026.11.0").to_pylist() == first["articles"].to_pylist()
    assert load(str(dataset), version="2026.11.1").to_pylist() == second["articles"].to_pylist()


def test_one_versions_folder(dataset: Path, first: dict[str, pa.Table]) -> None:
    folder = dataset / "versions/2026.11.0"
    assert load(folder).num_rows == load(folder, version="2026.11.0").num_rows == first["articles"].num_rows
    with pytest.raises(NoSuchVersion, match=r"folder of version 2026\.11\.0, not 2026\.11\.1"):
        load(folder, version="2026.11.1")


def test_columns_come_in_the_order_asked_for(dataset: Path) -> None:
    assert load(dataset, columns=["text", "article_id"]).column_names == ["text", "article_id"]
    assert load(dataset, columns=()).num_columns == 0


def test_only_the_columns_asked_for_are_read(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    read = parquet.ParquetFile.read

    def spy(self: parquet.ParquetFile, columns: list[str] | None = None) -> pa.Table:
        asked.append(columns)
        return read(self, columns=columns)

    monkeypatch.setattr(parquet.ParquetFile, "read", spy)
    load(dataset, columns=["headline"])
    assert asked == [["headline"]]


def test_a_url_gives_the_same_as_the_folder(dataset: Path, in_memory: str) -> None:
    for place in (in_memory, in_memory + "/", dataset.as_uri()):
        assert load(place, "blocks", columns=["text", "role"]).equals(load(dataset, "blocks", columns=["text", "role"]))
        assert load(place, version="2026.11.0").equals(load(dataset, version="2026.11.0"))
    assert load(in_memory + "/versions/2026.11.0").equals(load(dataset, version="2026.11.0"))


def test_errors_are_the_same_behind_a_url(in_memory: str) -> None:
    with pytest.raises(NoSuchVersion, match=r"there are 2026\.11\.1, 2026\.11\.0"):
        load(in_memory, version="2020.1.0")
    with pytest.raises(NoSuchDataset, match="no published version in memory://nowhere"):
        load("memory://nowhere")
    with pytest.raises(NoSuchDataset, match="scheme 'gopher'"):
        load("gopher://example.org/dataset")


def test_frames_of_pandas_and_polars(dataset: Path, second: dict[str, pa.Table]) -> None:
    headlines = second["articles"]["headline"].to_pylist()
    as_pandas = load(dataset, as_="pandas")
    assert isinstance(as_pandas, pandas.DataFrame)
    assert as_pandas["headline"].tolist() == headlines
    as_polars = load(dataset, as_="polars")
    assert isinstance(as_polars, polars.DataFrame)
    assert as_polars["headline"].to_list() == headlines


def test_there_is_no_other_kind_of_frame(dataset: Path) -> None:
    with pytest.raises(ValueError, match="not 'numpy'"):
        load(dataset, as_="numpy")  # type: ignore[call-overload]


def test_no_dataset_there(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere", str(tmp_path / "nowhere")):
        with pytest.raises(NoSuchDataset, match="There is no published version in"):
            load(place)


def test_no_such_version_names_those_there_are(dataset: Path) -> None:
    with pytest.raises(NoSuchVersion, match=r"no version '2026\.12\.0'; there are 2026\.11\.1, 2026\.11\.0"):
        load(dataset, version="2026.12.0")


@pytest.mark.parametrize("version", ["", "..", "../..", "2026.11.1/", "/etc"])
def test_a_version_is_a_name_and_no_path(dataset: Path, version: str) -> None:
    with pytest.raises(NoSuchVersion):
        load(dataset, version=version)


def test_no_such_table_or_column_names_those_there_are(dataset: Path) -> None:
    with pytest.raises(NoSuchTable, match=r"no table 'article'.*there are articles, blocks, captions"):
        load(dataset, "article")
    with pytest.raises(NoSuchColumn, match="'title', 'body'; there are article_id, source_id"):
        load(dataset, columns=["headline", "title", "body"])


def test_all_of_them_are_lookup_errors() -> None:
    assert all(issubclass(error, LookupError) for error in (NoSuchDataset, NoSuchVersion, NoSuchTable, NoSuchColumn))


def test_a_version_with_a_file_gone(tmp_path: Path, dataset: Path) -> None:
    broken = shutil.copytree(dataset, tmp_path / "dataset", symlinks=True)
    (broken / "versions/2026.11.1/data/articles.parquet").unlink()
    with pytest.raises(BrokenStore, match=r"articles\.parquet is not there"):
        load(broken)
    (broken / "versions/2026.11.1/release.json").write_text("{}")
    with pytest.raises(BrokenStore, match="not a version's manifest"):
        load(broken)
    shutil.rmtree(broken / "versions/2026.11.1")
    with pytest.raises(BrokenStore, match="the index lists the version"):
        load(broken)


def test_the_new_version_is_the_latest_only_once_it_is_listed(tmp_path: Path, dataset: Path) -> None:
    other = shutil.copytree(dataset, tmp_path / "dataset", symlinks=True)
    index = json.loads((other / "index.json").read_bytes())
    index["versions"].pop()
    (other / "index.json").write_text(json.dumps(index))
    with pytest.raises(BrokenStore, match=r"points to '2026\.11\.1', which index\.json does not list"):
        load(other)
    assert load(other, version="2026.11.0").num_rows == 1


def test_importing_it_costs_next_to_nothing() -> None:
    heavy = "{'pyarrow', 'numpy', 'pandas', 'polars', 'fsspec'}"
    script = f"import sys, copydesk.loading; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
