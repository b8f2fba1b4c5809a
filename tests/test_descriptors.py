"""The descriptors that other people's programs read: each by its own standard's tool, and all of one mind."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas
import pytest
from awkward_release import INFO, awkward_tables, empty_tables, release_of, written

from copydesk.release import csv_path, parquet_path
from copydesk.release.model import Release
from copydesk.tables import TABLES

FULL = replace(
    INFO,
    doi="10.5281/zenodo.123",
    published_at="https://small.example/corpus/",
    funding=("A Fund",),
    languages=("en", "hy"),
)
ANSWERS = {"L1": "By a scraper.", "C15": "Writers can be.", "U5": "Not for profiling.", "T1": "The Small Desk."}


def _full() -> Release:
    tables = awkward_tables()
    return release_of(tables, before=tables, info=FULL, answers=ANSWERS)


RELEASES = {
    "full": _full,
    "first": lambda: release_of(awkward_tables()),
    "textless": lambda: release_of(awkward_tables(), info=replace(FULL, text="none")),
    "house licence": lambda: release_of(
        awkward_tables(), info=replace(INFO, license="LicenseRef-House", license_url="https://small.example/terms")
    ),
    "empty": lambda: release_of(empty_tables()),
}


@pytest.fixture(scope="module", params=RELEASES, ids=lambda kind: kind.replace(" ", "-"))
def version(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Path]:
    release = RELEASES[request.param]()
    return release, written(release, tmp_path_factory.mktemp("descriptors") / "version")


def _json(folder: Path, name: str) -> dict[str, Any]:
    return dict(json.loads((folder / name).read_bytes()))


# Croissant


def test_mlcroissant_validates_without_a_warning_and_loads_every_table(
    version: tuple[Release, Path], caplog: pytest.LogCaptureFixture
) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: pip install -e '.[dev]'")
    release, folder = version
    with caplog.at_level(logging.WARNING):
        dataset = mlcroissant.Dataset(jsonld=str(folder / "croissant.json"))
        assert not dataset.metadata.issues.errors
        assert not dataset.metadata.issues.warnings
        for table in TABLES:
            records = list(dataset.records(table.name))
            rows = release.tables[table.name].to_pylist()
            assert len(records) == len(rows)
            for record, row in zip(records, rows, strict=True):
                assert set(record) == {f"{table.name}/{column.name}" for column in table.columns}
                for column in table.columns:
                    _same(record[f"{table.name}/{column.name}"], row[column.name], column.type)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def _same(loaded: Any, value: Any, kind: str) -> None:
    if value is None:
        assert pandas.isna(loaded)
    elif kind == "string":
        assert loaded == value.encode()
    elif kind == "list":
        assert list(loaded) == [item.encode() for item in value]
    elif kind == "date":
        assert loaded.date() == value
    else:
        assert loaded == value


def test_mlcroissant_refuses_a_file_that_is_not_the_one_described(tmp_path: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed: pip install -e '.[dev]'")
    folder = written(release_of(awkward_tables()), tmp_path / "version")
    path = folder / parquet_path("sources")
    path.write_bytes((folder / parquet_path("entities")).read_bytes())
    with pytest.raises(mlcroissant.GenerationError):
        list(mlcroissant.Dataset(jsonld=str(folder / "croissant.json")).records("sources"))


def test_croissant_has_what_its_standard_requires(version: tuple[Release, Path]) -> None:
    release, folder = version
    croissant = _json(folder, "croissant.json")
    assert croissant["@type"] == "sc:Dataset"
    assert croissant["conformsTo"] == [
        "http://mlcommons.org/croissant/1.1",
        "http://mlcommons.org/croissant/RAI/1.0",
    ]
    assert {"samplingRate", "equivalentProperty"} <= set(croissant["@context"])
    required = {"name", "description", "license", "url", "creator", "datePublished", "distribution"}
    assert required <= {key for key, value in croissant.items() if value}
    assert croissant["citeAs"].startswith("@misc{")
    assert [record_set["@id"] for record_set in croissant["recordSet"]] == [table.name for table in TABLES]
    for record_set, table in zip(croissant["recordSet"], TABLES, strict=True):
        assert [key["@id"] for key in record_set["key"]] == [f"{table.name}/{name}" for name in table.key]
    for file in croissant["distribution"]:
        assert (folder / file["contentUrl"]).is_file()
    paths = {path for table in TABLES for path in (parquet_path(table.name), csv_path(table.name))}
    assert {file["contentUrl"] for file in croissant["distribution"]} == paths
    for key in ("rai:dataCollection", "rai:dataPreprocessingProtocol", "rai:dataReleaseMaintenancePlan"):
        assert croissant[key]
    assert ("rai:personalSensitiveInformation" in croissant) == ("C15" in release.answers)
    for id_, answer in release.answers.items():
        assert answer in (folder / "croissant.json").read_text(), id_


# DataCite


def test_datacite_follows_its_schema(version: tuple[Release, Path]) -> None:
    schema45 = pytest.importorskip("datacite.schema45", reason="datacite is not installed: pip install -e '.[dev]'")
    release, folder = version
    record = _json(folder, "datacite.json")
    schema45.validator.validate(record)
    assert not schema45.validator.is_valid(record | {"types": {"resourceTypeGeneral": "Corpus"}})
    assert record.get("doi") == release.info.doi
    related = {item["relationType"]: item["relatedIdentifier"] for item in record.get("relatedIdentifiers", [])}
    assert related.get("IsNewVersionOf") == (
        "https://small.example/corpus/versions/2026.11.0/" if release.previous else None
    )
    assert [item["relationType"] for item in record["relatedItems"]] == ["IsSupplementedBy"]


def test_only_plain_addresses_of_outlets_are_linked(tmp_path: Path) -> None:
    tables = awkward_tables()
    rows = tables["sources"].to_pylist()
    pages = ["https://herald.example/", "javascript:alert(1)", "https://a.example/ b", "https://herald.example/"]
    for row, page in zip(rows, pages, strict=False):
        row["homepage"] = page
    sources = tables["sources"].from_pylist(rows, schema=tables["sources"].schema)
    folder = written(release_of({**tables, "sources": sources}), tmp_path / "version")
    derived = [item["relatedIdentifier"] for item in _json(folder, "datacite.json")["relatedIdentifiers"]]
    assert derived == ["https://herald.example/"]
    assert _json(folder, "croissant.json")["prov:wasDerivedFrom"] == [{"@id": "https://herald.example/"}]
