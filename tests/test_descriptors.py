"""The descriptors that other people's programs read: each by its own standard's tool, and all of one mind."""

from __future__ import annotations

import json
import logging
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas
import pyarrow.parquet as pq
import pytest
import yaml
from awkward_release import INFO, PROVENANCE, VALIDATION, awkward_tables, empty_tables, release_of, written
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.release import csv_path, parquet_path
from copydesk.release.diff import diff
from copydesk.release.model import Release, content_hash
from copydesk.release.withhold import withhold_text
from copydesk.store.sums import files_of, parse_sums, sha256_of
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


# All of one mind


NAMES = st.from_regex(r"[a-z0-9](?:[a-z0-9._-]{0,20}[a-z0-9])?", fullmatch=True)
LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split()) or "x"
)
LICENSES = st.sampled_from(
    [
        ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC0-1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        ("LicenseRef-House", "https://small.example/terms"),
    ]
)
VERSIONS = st.builds("{}.{}.{}".format, st.integers(1000, 9999), st.integers(1, 12), st.integers(0, 99))


@st.composite
def releases(draw: st.DrawFn) -> Release:
    license_, url = draw(LICENSES)
    info = replace(
        INFO,
        name=draw(NAMES),
        title=draw(LINES),
        description=draw(LINES),
        license=license_,
        license_url=url,
        keywords=tuple(draw(st.lists(LINES, max_size=3))),
        doi=draw(st.none() | st.just("10.5281/zenodo.7")),
        text=draw(st.sampled_from(["full", "none"])),
        notes=draw(st.none() | LINES),
    )
    many = draw(st.dictionaries(st.sampled_from([table.name for table in TABLES]), st.integers(0, 35)))
    tables = {name: data.slice(0, many.get(name, 3)) for name, data in awkward_tables().items()}
    if info.text == "none":
        tables = withhold_text(tables)
    before = draw(st.booleans())
    return Release(
        info=info,
        version=draw(VERSIONS),
        previous=draw(VERSIONS) if before else None,
        as_of=draw(st.dates(date(1000, 1, 1), date(9999, 12, 31))),
        tables=tables,
        validation=VALIDATION,
        provenance=PROVENANCE,
        content_hash=content_hash(tables),
        changes=diff(tables, tables) if before else diff(None, tables),
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases())
def test_every_descriptor_says_the_same(release: Release) -> None:
    with TemporaryDirectory() as place:
        folder = written(release, Path(place) / "version")
        _agree(release, folder)


def _agree(release: Release, folder: Path) -> None:
    info = release.info
    manifest, package = _json(folder, "release.json"), _json(folder, "datapackage.json")
    croissant, datacite = _json(folder, "croissant.json"), _json(folder, "datacite.json")
    cited = yaml.safe_load((folder / "CITATION.cff").read_bytes())
    front = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("\n---\n")[0].removeprefix("---\n"))
    heading = re.search(r"^## (.+), (.+)$", (folder / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    sums = parse_sums((folder / "SHA256SUMS").read_bytes())

    assert manifest["dataset"] == package["name"] == croissant["name"] == info.name
    assert datacite["alternateIdentifiers"][0]["alternateIdentifier"] == info.name
    titles = (manifest["title"], package["title"], croissant["alternateName"], cited["title"], front["pretty_name"])
    assert {*titles, datacite["titles"][0]["title"]} == {info.title}
    versions = (manifest["version"], package["version"], croissant["version"], datacite["version"], cited["version"])
    assert heading is not None
    assert {*versions, front["version"], heading[1]} == {release.version}
    days = (manifest["released"], package["created"][:10], croissant["datePublished"], cited["date-released"])
    assert {*days, datacite["dates"][0]["date"], heading[2]} == {release.as_of.isoformat()}
    licences = (manifest["license"], package["licenses"][0]["name"], cited.get("license", info.license))
    assert {*licences, datacite["rightsList"][0].get("rightsIdentifier", info.license)} == {info.license}
    links = (package["licenses"][0]["path"], croissant["license"], cited["license-url"])
    assert {*links, datacite["rightsList"][0]["rightsUri"], front.get("license_link", info.license_url)} == {
        info.license_url
    }
    hashes = (manifest["content_hash"], package["content_hash"], cited["identifiers"][-1]["value"])
    assert {*hashes, datacite["alternateIdentifiers"][1]["alternateIdentifier"]} == {content_hash(release.tables)}

    files = {path: sha256_of(folder / path) for path in files_of(folder) if path != "SHA256SUMS"}
    assert sums == files
    data = {path: sha256 for path, sha256 in files.items() if path.startswith(("data/", "csv/"))}
    assert {resource["path"]: resource["sha256"] for resource in manifest["resources"]} == data
    assert {each["path"]: each["hash"].removeprefix("sha256:") for each in package["resources"]} == data
    assert {file["contentUrl"]: file["sha256"] for file in croissant["distribution"]} == data
    assert {each["path"]: each["bytes"] for each in package["resources"]} == {
        file["contentUrl"]: int(file["contentSize"].removesuffix(" B")) for file in croissant["distribution"]
    }

    described = {each["path"]: each for each in package["resources"]}
    records = {record_set["name"]: record_set for record_set in croissant["recordSet"]}
    features = {each["config_name"]: each for each in front["dataset_info"]}
    for table in TABLES:
        stored = pq.read_metadata(folder / parquet_path(table.name))
        rows, columns = stored.num_rows, stored.schema.to_arrow_schema().names
        assert rows == release.tables[table.name].num_rows == manifest["row_count"][table.name]
        assert features[table.name]["splits"][0]["num_examples"] == rows
        assert records[table.name]["description"].endswith(f" Rows: {rows}.")
        assert [field["name"] for field in records[table.name]["field"]] == columns
        assert [feature["name"] for feature in features[table.name]["features"]] == columns
        for path in (parquet_path(table.name), csv_path(table.name)):
            assert described[path]["rows"] == rows
            assert [field["name"] for field in described[path]["schema"]["fields"]] == columns
    assert datacite["sizes"][0] == f"{manifest['row_count']['articles']} articles"
