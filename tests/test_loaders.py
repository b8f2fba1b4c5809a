"""What a stranger loads is what was published: every table, with every loader that the card names."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from awkward_release import awkward_tables, empty_tables, release_of, written

from copydesk.frames import arrow_schema
from copydesk.release import csv_path, parquet_path
from copydesk.release.data import from_csv, from_parquet
from copydesk.tables import TABLES, Table

EVERY_TABLE = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)

DUCK_TYPES = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "float64": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "list": "VARCHAR[]",
}
POLARS_TYPES = {
    "string": pl.String(),
    "int32": pl.Int32(),
    "float64": pl.Float64(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us", "UTC"),
    "list": pl.List(pl.String()),
}


@pytest.fixture(scope="module")
def source() -> dict[str, pa.Table]:
    return awkward_tables()


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory, source: dict[str, pa.Table]) -> Path:
    return written(release_of(source), tmp_path_factory.mktemp("loaders") / "version")


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(release_of(empty_tables()), tmp_path_factory.mktemp("loaders") / "nothing")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Hugging Face datasets without a network, its cache in a folder of the test."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    import datasets  # noqa: PLC0415

    datasets.disable_progress_bars()
    yield lambda folder, name, **more: datasets.load_dataset(
        str(folder), name, split="train", cache_dir=str(tmp_path / "cache"), **more
    )


@EVERY_TABLE
def test_parquet_in_pyarrow(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    loaded = pq.read_table(version / parquet_path(table.name))
    assert loaded.schema.equals(arrow_schema(table))
    assert loaded.schema.metadata is None
    assert loaded.equals(source[table.name])
    assert from_parquet(version / parquet_path(table.name), table).equals(source[table.name])


@EVERY_TABLE
def test_csv_comes_back_typed(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    loaded = from_csv(version / csv_path(table.name), table)
    assert loaded.schema.equals(arrow_schema(table))
    assert loaded.equals(source[table.name])


@EVERY_TABLE
def test_parquet_in_pandas(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    loaded = pd.read_parquet(version / parquet_path(table.name), dtype_backend="pyarrow")
    for field in arrow_schema(table):
        assert loaded[field.name].dtype == pd.ArrowDtype(field.type)
    assert pa.Table.from_pandas(loaded, schema=arrow_schema(table), preserve_index=False).equals(source[table.name])


@EVERY_TABLE
def test_parquet_in_polars(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    loaded = pl.read_parquet(version / parquet_path(table.name))
    assert dict(loaded.schema) == {column.name: POLARS_TYPES[column.type] for column in table.columns}
    assert loaded.rows(named=True) == source[table.name].to_pylist()


@EVERY_TABLE
def test_parquet_in_duckdb(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    with duckdb.connect() as connection:
        loaded = connection.sql(f"SELECT * FROM '{version / parquet_path(table.name)}'")
        types = dict(zip(loaded.columns, map(str, loaded.types), strict=True))
        assert types == {column.name: DUCK_TYPES[column.type] for column in table.columns}
        assert loaded.to_arrow_table().cast(arrow_schema(table)).equals(source[table.name])


@EVERY_TABLE
def test_the_card_in_hugging_face_datasets(version: Path, source: dict[str, pa.Table], table: Table, hub: Any) -> None:
    loaded = hub(version, table.name)
    assert loaded.features.arrow_schema.names == arrow_schema(table).names
    assert loaded.features.arrow_schema.types == arrow_schema(table).types
    assert loaded.with_format("arrow")[:].cast(arrow_schema(table)).equals(source[table.name])


def test_articles_is_the_default_in_hugging_face_datasets(version: Path, source: dict[str, pa.Table], hub: Any) -> None:
    assert hub(version, None).num_rows == source["articles"].num_rows
    assert hub(version, None).column_names == source["articles"].column_names


@EVERY_TABLE
def test_csv_in_pandas_as_documented(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    loaded = pd.read_csv(version / csv_path(table.name), dtype=str, keep_default_na=False)
    assert list(loaded.columns) == source[table.name].column_names
    cells = _plain(loaded.values.tolist(), table)
    assert cells == _cells(source[table.name], table, null="")


@EVERY_TABLE
def test_csv_in_polars_as_documented(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    loaded = pl.read_csv(version / csv_path(table.name), infer_schema=False)
    assert loaded.columns == source[table.name].column_names
    cells = _plain(loaded.rows(), table)
    assert cells == _cells(source[table.name], table, null=None)


@EVERY_TABLE
def test_csv_in_duckdb_as_documented(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    loaded = duckdb.read_csv(
        str(version / csv_path(table.name)), all_varchar=True, header=True, delimiter=",", quotechar='"', escapechar='"'
    )
    assert loaded.columns == source[table.name].column_names
    cells = _plain(loaded.fetchall(), table)
    assert cells == _cells(source[table.name], table, null=None)


@EVERY_TABLE
def test_csv_in_the_standard_library(version: Path, source: dict[str, pa.Table], table: Table) -> None:
    data = (version / csv_path(table.name)).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")
    with (version / csv_path(table.name)).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    assert header == source[table.name].column_names
    assert _plain(rows, table) == _cells(source[table.name], table, null="")


def test_no_csv_cell_begins_like_a_formula(version: Path) -> None:
    # Numbers may: only what a spreadsheet would read as a formula over text is dangerous.
    for table in TABLES:
        free = [number for number, column in enumerate(table.columns) if column.type in {"string", "list"}]
        with (version / csv_path(table.name)).open(encoding="utf-8", newline="") as file:
            for row in list(csv.reader(file))[1:]:
                assert not [row[number] for number in free if _looks_like_a_formula(row[number])]


def _looks_like_a_formula(cell: str) -> bool:
    """Also for what drops blanks, and what cannot be seen, before it looks."""
    return cell[:1] in set("\t\r\n") or cell.lstrip(" \n\t\r\x0b\xa0\u200b\ufeff")[:1] in set("=+-@＝＋－＠")


# As the data package says it.
_UNDONE = re.compile(r"\A'(?=['\t\r\n\0]|[\s\x0b\xa0\u200b\ufeff]*[=+\-@＝＋－＠])")


@EVERY_TABLE
def test_an_empty_table_loads_too(nothing: Path, table: Table, hub: Any) -> None:
    parquet, text = nothing / parquet_path(table.name), nothing / csv_path(table.name)
    names = [column.name for column in table.columns]
    assert pq.read_table(parquet).schema.equals(arrow_schema(table))
    assert from_csv(text, table).equals(arrow_schema(table).empty_table())
    assert list(pd.read_parquet(parquet, dtype_backend="pyarrow").columns) == names
    assert list(pd.read_csv(text, dtype=str, keep_default_na=False).columns) == names
    assert pl.read_parquet(parquet).shape == pl.read_csv(text, infer_schema=False).shape == (0, len(names))
    assert duckdb.sql(f"SELECT * FROM '{parquet}'").columns == names
    # Hugging Face datasets knows no split without rows; the card says to stream such a table.
    streamed = hub(nothing, table.name, streaming=True)
    assert streamed.column_names == names
    assert list(streamed) == []


def _plain(rows: Iterable[Iterable[str | None]], table: Table) -> list[list[str | None]]:
    """Cells as they were loaded, without the guard, and floats as Python writes them."""
    kinds = [column.type for column in table.columns]
    return [[_undone(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows]


def _undone(cell: str | None, kind: str) -> str | None:
    if not cell:
        return cell
    return repr(float(cell)) if kind == "float64" else _UNDONE.sub("", cell)


def _cells(data: pa.Table, table: Table, null: str | None) -> list[list[str | None]]:
    kinds = [column.type for column in table.columns]
    return [
        [null if value is None else _cell(value, kind) for value, kind in zip(row.values(), kinds, strict=True)]
        for row in data.to_pylist()
    ]


def _cell(value: Any, kind: str) -> str:
    match kind:
        case "list":
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        case "timestamp":
            assert isinstance(value, datetime)
            return value.isoformat().replace("+00:00", "Z")
        case "date":
            return str(value.isoformat())
        case _:
            return str(value)
