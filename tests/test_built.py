"""The version that the main job builds, loaded for real by the tools that its readers use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE
from test_command import copydesk

import copydesk as library
from copydesk import tables
from copydesk.verify import verify


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dataset = tmp_path_factory.mktemp("built") / "dataset"
    done = copydesk("run", "--plain", "--raw", SAMPLE, "--dataset", dataset, "--as-of", "2026-11-23")
    assert done.returncode == 0, done.stderr
    return dataset / "versions" / "2026.11.0"


@pytest.fixture(scope="module")
def rows(version: Path) -> dict[str, int]:
    return {
        table.name: pq.read_metadata(version / "data" / f"{table.name}.parquet").num_rows for table in tables.TABLES
    }


def test_nothing_is_found_wrong_with_it(version: Path) -> None:
    assert verify(version, raw=SAMPLE) == []


def test_the_sample_is_in_it(version: Path, rows: dict[str, int]) -> None:
    assert rows["articles"] == 61
    assert rows["quarantine"] == 3
    assert rows["sources"] == 10
    release = json.loads((version / "release.json").read_text())
    assert release["row_count"] == rows
    assert release["validation"]["success"] is True


def test_copydesk_load(version: Path, rows: dict[str, int]) -> None:
    for table in tables.TABLES:
        assert library.load(version.parent.parent, table=table.name).num_rows == rows[table.name]


def test_pandas(version: Path, rows: dict[str, int]) -> None:
    for name, count in rows.items():
        assert len(pandas.read_parquet(version / "data" / f"{name}.parquet")) == count
        cells = pandas.read_csv(version / "csv" / f"{name}.csv", dtype=str, keep_default_na=False)
        assert len(cells) == count
    articles = pandas.read_parquet(version / "data" / "articles.parquet")
    text = pandas.read_csv(version / "csv" / "articles.csv", dtype=str, keep_default_na=False)["text"]
    assert text.tolist() == articles["text"].tolist()


def test_polars(version: Path, rows: dict[str, int]) -> None:
    for name, count in rows.items():
        parquet = polars.read_parquet(version / "data" / f"{name}.parquet")
        assert parquet.height == count
        csv = polars.read_csv(version / "csv" / f"{name}.csv", infer_schema=False)
        assert (csv.height, csv.columns) == (count, parquet.columns)


def test_duckdb(version: Path, rows: dict[str, int]) -> None:
    for name, count in rows.items():
        parquet = duckdb.sql(f"SELECT count(*) FROM '{version}/data/{name}.parquet'").fetchall()
        options = "all_varchar=true, header=true, delim=',', quote='\"', escape='\"'"
        csv = duckdb.sql(f"SELECT count(*) FROM read_csv('{version}/csv/{name}.csv', {options})").fetchall()
        assert parquet == csv == [(count,)]
    people = duckdb.sql(
        f"SELECT canonical_name FROM '{version}/data/entities.parquet' WHERE entity_id = 'nikol-pashinyan'"
    ).fetchall()
    assert people == [("Nikol Pashinyan",)]


def test_hugging_face_datasets(version: Path, rows: dict[str, int], tmp_path: Path) -> None:
    """In a process of its own, which may reach no hub."""
    code = (
        "import datasets, json, sys; "
        "print(json.dumps({name: datasets.load_dataset(sys.argv[1], name, split='train').num_rows "
        "for name in json.loads(sys.argv[2])}))"
    )
    names = [name for name, count in rows.items() if count]
    done = subprocess.run(
        [sys.executable, "-c", code, str(version), json.dumps(names)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(tmp_path), "HF_HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {name: rows[name] for name in names}


def test_dates_of_captions_and_appeals_are_no_publication_dates(version: Path) -> None:
    """Every publication day stands in a timestamp block of its article."""
    days = duckdb.sql(f"""
        SELECT a.raw_path, a.published_on, count(b.block)
        FROM '{version}/data/articles.parquet' a
        LEFT JOIN '{version}/data/blocks.parquet' b ON a.article_id = b.article_id AND b.role = 'timestamp'
        WHERE a.published_on IS NOT NULL GROUP BY ALL
    """).fetchall()
    assert len(days) >= 40
    assert all(count for _, _, count in days)
