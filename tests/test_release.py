"""What a published version says of itself: complete, the same everywhere, the same again, and inert."""

from __future__ import annotations

import csv
import functools
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import date
from importlib.resources import files as package_files
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unicodedata import category

import jsonschema
import mistune
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from awkward_release import (
    AWKWARD,
    INFO,
    VALIDATION,
    awkward_tables,
    empty_tables,
    files_below,
    release_of,
    written,
)
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from copydesk.errors import CopydeskError
from copydesk.formulas import guarded, unguarded
from copydesk.frames import frame
from copydesk.release import OWN, csv_path, parquet_path
from copydesk.release.card import card, size_category
from copydesk.release.changelog import changelog
from copydesk.release.citation import citation
from copydesk.release.data import from_csv, from_parquet, to_csv, to_parquet, write_parquet
from copydesk.release.datapackage import datapackage
from copydesk.release.datasheet import datasheet
from copydesk.release.diff import diff
from copydesk.release.hashing import logical_size
from copydesk.release.licenses import license_file
from copydesk.release.manifest import Resource
from copydesk.release.markdown import code, fenced, inline, plain, prose
from copydesk.release.model import (
    ConfigError,
    Creator,
    DatasetInfo,
    Release,
    content_hash,
    load_answers,
    load_info,
)
from copydesk.release.questions import questions
from copydesk.release.withhold import published_schema, withhold_text
from copydesk.release.write import write_release, write_tables
from copydesk.tables import ARTICLES, BLOCKS, CAPTIONS, QUARANTINE, SCHEMA_VERSION, SOURCES, TABLES, Table

REPOSITORY = Path(__file__).parents[1]
SECTIONS = [
    "Breaking",
    "Added rows",
    "Changed rows",
    "Removed rows",
    "Withdrawn",
    "Rule packs",
    "Known issues",
    "Upgrade notes",
]
COMPUTED = (
    "C1", "C2", "C4", "C6", "C7", "C8", "C9", "L2", "L5", "L8", "P1", "P2", "P3", "D2", "D3", "D4", "T3", "T4", "T6",
)  # fmt: skip
PROSE = ("README.md", "DATASHEET.md", "CHANGELOG.md")


def changed_tables(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables a day later: the first article gone, one with another text, one from other bytes, one new."""
    rows = tables["articles"].to_pylist()
    rows[1]["text"] = "Cleaned better."
    rows[2] |= {"raw_sha256": "another", "text": "Rewritten by the outlet."}
    rows.append(rows[3] | {"article_id": "article_id-999"})
    return {**tables, "articles": frame(ARTICLES, rows[1:])}


KINDS = {
    "first": lambda: release_of(awkward_tables()),
    "second": lambda: release_of(changed_tables(awkward_tables()), before=awkward_tables()),
    "textless": lambda: release_of(awkward_tables(), info=replace(INFO, text="none")),
    "empty": lambda: release_of(empty_tables()),
    "unknown licence": lambda: release_of(
        awkward_tables(),
        info=replace(INFO, license="LicenseRef-House", license_url="https://small.example/terms", doi="10.5281/z.1"),
        answers={"M1": "Because.", "P1": "And by hand."},
        extra_files={"quality/validation.json": b"{}\n"},
    ),
}


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.replace(" ", "-"))
def version(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Path]:
    release = KINDS[request.param]()
    return release, written(release, tmp_path_factory.mktemp("release") / "version")


# Complete, and the same everywhere


def test_a_version_has_every_file(version: tuple[Release, Path]) -> None:
    release, folder = version
    expected = {*OWN, *release.extra_files}
    expected |= {path for table in TABLES for path in (parquet_path(table.name), csv_path(table.name))}
    assert set(files_below(folder)) == expected


def test_sums_name_every_other_file_once_and_are_sorted(version: tuple[Release, Path]) -> None:
    _, folder = version
    found = files_below(folder)
    lines = found.pop("SHA256SUMS").decode().splitlines()
    assert lines == [f"{hashlib.sha256(data).hexdigest()}  {path}" for path, data in sorted(found.items())]


def test_all_descriptors_agree(version: tuple[Release, Path]) -> None:
    release, folder = version
    found = files_below(folder)
    manifest = json.loads(found["release.json"])
    package = json.loads(found["datapackage.json"])
    cited = yaml.safe_load(found["CITATION.cff"])
    front, text = front_matter(found["README.md"])
    info = release.info

    assert manifest["dataset"] == package["name"] == info.name
    assert manifest["title"] == package["title"] == cited["title"] == front["pretty_name"] == info.title
    assert manifest["version"] == package["version"] == cited["version"] == front["version"] == release.version
    assert f"**Version {release.version}**" in text
    assert manifest["released"] == package["created"][:10] == cited["date-released"] == "2026-11-23"
    assert manifest["license"] == package["licenses"][0]["name"] == info.license
    assert cited.get("license") == (None if info.license == "LicenseRef-House" else info.license)
    assert package["licenses"][0]["path"] == cited["license-url"] == info.license_url
    assert info.license_url in found["LICENSE-DATA"].decode()
    assert front["license"] == {"CC-BY-4.0": "cc-by-4.0"}.get(info.license, "other")
    assert front.get("license_link", info.license_url) == info.license_url
    assert manifest["schema_version"] == package["schema_version"] == SCHEMA_VERSION
    assert manifest["content_hash"] == package["content_hash"] == content_hash(release.tables)
    assert cited["identifiers"][-1]["value"] == manifest["content_hash"]
    assert manifest["text"] == package["text"] == info.text

    described = {resource["path"]: resource for resource in package["resources"]}
    assert len({resource["name"] for resource in package["resources"]}) == len(package["resources"])
    assert set(described) == {resource["path"] for resource in manifest["resources"]}
    for resource in manifest["resources"]:
        data = found[resource["path"]]
        other = described[resource["path"]]
        assert resource["bytes"] == other["bytes"] == len(data)
        assert f"sha256:{resource['sha256']}" == other["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["name"] == other["name"]
        assert resource["rows"] == other["rows"] == manifest["row_count"][resource["table"]]
        assert resource["format"] == other["format"]
        assert resource["media_type"] == other["mediatype"]

    configured = {entry["config_name"]: entry for entry in front["configs"]}
    features = {entry["config_name"]: entry for entry in front["dataset_info"]}
    assert list(configured) == list(features) == [table.name for table in TABLES]
    assert [name for name, entry in configured.items() if entry.get("default")] == ["articles"]
    for table in TABLES:
        rows = manifest["row_count"][table.name]
        path = parquet_path(table.name)
        stored = pq.read_metadata(io.BytesIO(found[path]))
        names = [column.name for column in table.columns]
        assert rows == stored.num_rows == release.tables[table.name].num_rows
        assert configured[table.name]["data_files"] == [{"split": "train", "path": path}]
        assert features[table.name]["splits"][0]["num_examples"] == rows
        assert features[table.name]["download_size"] == len(found[path])
        assert [feature["name"] for feature in features[table.name]["features"]] == names
        assert stored.schema.to_arrow_schema().names == names
        for resource in (described[path], described[csv_path(table.name)]):
            assert [field["name"] for field in resource["schema"]["fields"]] == names
        assert from_csv(folder / csv_path(table.name), table, info.text).equals(
            from_parquet(folder / path, table, info.text)
        )
        assert re.search(rf"\[`{table.name}`\]\(#{table.name}\) \| {rows:,} \|", text)


def test_release_json_follows_its_schema(version: tuple[Release, Path]) -> None:
    _, folder = version
    schema = json.loads(package_files("copydesk.release").joinpath("release.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    validator.validate(json.loads((folder / "release.json").read_bytes()))
    broken = json.loads((folder / "release.json").read_bytes()) | {"status": "failure"}
    assert not validator.is_valid(broken)


def test_datapackage_says_what_the_registry_says(version: tuple[Release, Path]) -> None:
    release, folder = version
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    by_path = {resource["path"]: resource for resource in package["resources"]}
    names = {resource["name"] for resource in package["resources"]}
    for table in TABLES:
        for path in (parquet_path(table.name), csv_path(table.name)):
            resource = by_path[path]
            schema = resource["schema"]
            assert resource["type"] == "table"
            assert [schema.get("primaryKey"), *schema.get("uniqueKeys", [])].count(list(table.key)) == 1
            for field, column in zip(schema["fields"], table.columns, strict=True):
                withheld = release.info.text == "none" and column.carries_text
                assert field["description"].startswith(column.description)
                assert field.get("constraints", {}).get("required", False) == (column.required and not withheld)
                assert tuple(field.get("categories", ())) == column.categories
                assert field.get("unit") == column.unit
            for reference in schema.get("foreignKeys", []):
                assert reference["reference"]["resource"] in names
        assert by_path[csv_path(table.name)]["encoding"] == "utf-8"
        assert by_path[csv_path(table.name)]["dialect"]["delimiter"] == ","
        assert "dialect" not in by_path[parquet_path(table.name)]


def test_citation_has_only_what_its_format_knows(version: tuple[Release, Path]) -> None:
    release, folder = version
    cited = yaml.safe_load((folder / "CITATION.cff").read_bytes())
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert set(cited) <= {
        "abstract", "authors", "cff-version", "date-released", "identifiers", "keywords", "license", "license-url",
        "message", "title", "type", "url", "version",
    }  # fmt: skip
    assert cited["cff-version"] == "1.2.0"
    assert cited["type"] == "dataset"
    assert len(cited["authors"]) == len(release.info.creators)
    for author in cited["authors"]:
        known = {"name", "orcid"} if "name" in author else {"family-names", "given-names", "affiliation", "orcid"}
        assert set(author) <= known
    assert all(entry["type"] in {"doi", "url", "swh", "other"} for entry in cited["identifiers"])


# The same in, the same out


@pytest.mark.parametrize("kind", KINDS)
def test_two_builds_are_the_same_bytes(kind: str, tmp_path: Path) -> None:
    one, two = KINDS[kind](), KINDS[kind]()
    shuffled = replace(
        two,
        tables={name: _in_pieces(two.tables[name]) for name in reversed(two.tables)},
        provenance=MappingProxyType(dict(reversed(two.provenance.items()))),
        validation=dict(reversed(two.validation.items())),
    )
    assert files_below(written(one, tmp_path / "one")) == files_below(written(shuffled, tmp_path / "two"))


def test_another_process_and_time_zone_write_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'tests')\n"
        "from awkward_release import awkward_tables, release_of, written\n"
        "written(release_of(awkward_tables()), Path(sys.argv[1]))"
    )
    environment = os.environ | {"TZ": "Asia/Yerevan", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    environment["PYTHONPATH"] = str(REPOSITORY)
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "there")], cwd=REPOSITORY, env=environment, check=True)
    here = files_below(written(release_of(awkward_tables()), tmp_path / "here"))
    assert files_below(tmp_path / "there") == here


def test_parquet_bytes_do_not_depend_on_chunks() -> None:
    # Long enough for several pages, whose ends would follow the chunks.
    texts = [hashlib.sha256(str(number).encode()).hexdigest() * 40 for number in range(2_500)]
    rows = pa.table({"text": texts, "list": [["x"] * (number % 3) for number in range(2_500)]})
    assert to_parquet(_in_pieces(rows)) == to_parquet(rows)
    assert pq.read_table(io.BytesIO(to_parquet(rows))).equals(rows)


def test_parquet_has_groups_of_one_size() -> None:
    rows = pa.table({"number": pa.array(range(45_000), pa.int32())})
    stored = pq.read_metadata(io.BytesIO(to_parquet(_in_pieces(rows))))
    assert [stored.row_group(number).num_rows for number in range(stored.num_row_groups)] == [20_000, 20_000, 5_000]
    assert stored.metadata is None
    assert {stored.row_group(0).column(0).compression, stored.format_version} == {"ZSTD", "2.6"}


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1) | st.sampled_from(AWKWARD)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, st.none() | TEXTS, st.lists(TEXTS, max_size=3)), max_size=6, unique_by=lambda row: row[0])
)
def test_every_string_survives_both_formats(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str | None, list[str]]]
) -> None:
    entities = next(table for table in TABLES if table.name == "entities")
    data = frame(
        entities,
        (
            {
                "entity_id": key,
                "canonical_name": key,
                "type": "other",
                "wikidata_id": text,
                "variants": items,
                "mention_count": 1,
                "article_count": 1,
            }
            for key, text, items in rows
        ),
    )
    folder = tmp_path_factory.mktemp("round")
    (folder / "table.csv").write_bytes(to_csv(data))
    write_parquet(data, folder / "table.parquet")
    assert from_csv(folder / "table.csv", entities).equals(data)
    assert from_parquet(folder / "table.parquet", entities).equals(data)
    assert content_hash({"entities": from_csv(folder / "table.csv", entities)}) == content_hash({"entities": data})


def test_a_csv_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "blocks.csv").write_bytes(to_csv(awkward_tables()["captions"]))
    with pytest.raises(ValueError, match="columns"):
        from_csv(tmp_path / "blocks.csv", BLOCKS)
    write_parquet(awkward_tables()["captions"], tmp_path / "blocks.parquet")
    with pytest.raises(ValueError, match="columns"):
        from_parquet(tmp_path / "blocks.parquet", BLOCKS)


# The content's hash

CELLS = st.none() | st.text(st.sampled_from("ab:;\x00"), max_size=3)
LISTS = st.none() | st.lists(CELLS, max_size=3)
ROWS = st.lists(st.tuples(CELLS, LISTS, st.none() | st.integers(0, 2), st.none() | st.booleans()), max_size=4)


def _content(rows: list[tuple[Any, ...]]) -> pa.Table:
    types = [pa.string(), pa.list_(pa.string()), pa.int32(), pa.bool_()]
    columns = list(zip(*rows, strict=True)) or [()] * 4
    return pa.table({str(n): pa.array(list(column), types[n]) for n, column in enumerate(columns)})


@settings(max_examples=300, deadline=None)
@given(ROWS, ROWS)
def test_tables_have_one_hash_if_and_only_if_they_are_equal(
    left: list[tuple[Any, ...]], right: list[tuple[Any, ...]]
) -> None:
    one, two = _content(left), _content(right)
    assert (content_hash({"t": one}) == content_hash({"t": two})) == one.equals(two)
    assert content_hash({"t": _in_pieces(one)}) == content_hash({"t": one})
    assert logical_size(_in_pieces(one)) == logical_size(one)


def test_where_one_value_ends_and_the_next_begins_is_content() -> None:
    strings = [["ab", "c"], ["a", "bc"], ["abc", None], [None, "abc"], ["", "abc"]]
    lists = [[["a", "b"], []], [["a"], ["b"]], [["ab"], []], [["a", "b"], None], [["a", "b", None], []], [[None], []]]
    tables = [pa.table({"x": pa.array(values, pa.string())}) for values in strings]
    tables += [pa.table({"x": pa.array(values, pa.list_(pa.string()))}) for values in lists]
    assert len({content_hash({"t": table}) for table in tables}) == len(strings) + len(lists)


def test_names_types_and_the_place_of_a_row_are_content() -> None:
    base = {"t": pa.table({"a": ["x", "y"], "b": ["y", "x"]})}
    others = [
        {"u": base["t"]},
        {"t": base["t"].rename_columns(["a", "c"])},
        {"t": base["t"].select(["b", "a"])},
        {"t": base["t"].take([1, 0])},
        {"t": pa.table({"a": [1, 2], "b": pa.array([1, 2], pa.int32())})},
        {"t": pa.table({"a": [1, 2], "b": [1, 2]})},
        {"t": base["t"], "u": base["t"]},
        {},
    ]
    assert len({content_hash(tables) for tables in [base, *others]}) == len(others) + 1


# What changed


def test_diff_counts_rows_columns_and_causes() -> None:
    before = awkward_tables()
    changes = diff(before, changed_tables(before))
    articles = changes.tables["articles"]
    assert (changes.first, changes.schema, changes.same) == (False, "none", False)
    assert (articles.added, articles.removed, articles.changed) == (1, 1, 2)
    assert articles.unchanged == len(AWKWARD) - 3
    assert articles.columns == {"text": 2, "raw_sha256": 1}
    assert articles.causes == {"recleaned": 1, "source_updated": 1}
    assert articles.added_keys == (("article_id-999",),)
    assert articles.removed_keys == (("article_id-000",),)
    assert [(row.key, row.columns, row.cause) for row in articles.changed_rows] == [
        (("article_id-001",), ("text",), "recleaned"),
        (("article_id-002",), ("text", "raw_sha256"), "source_updated"),
    ]
    assert changes.total("changed") == 2
    assert all(changes.tables[table.name].unchanged == len(AWKWARD) for table in TABLES[1:])


def test_the_same_tables_are_no_change() -> None:
    assert diff(awkward_tables(), {name: _in_pieces(data) for name, data in awkward_tables().items()}).same


def test_with_nothing_before_every_row_is_added() -> None:
    changes = diff(None, awkward_tables())
    assert changes.first
    assert changes.total("added") == len(AWKWARD) * len(TABLES)
    assert changes.total("removed") == changes.total("changed") == changes.total("unchanged") == 0


QUARANTINED = st.dictionaries(
    st.tuples(st.sampled_from(["a", "b", "1:a", "a;"]), st.none() | st.sampled_from(["1", "2", ";-"])),
    st.tuples(st.sampled_from("xy"), st.none() | st.sampled_from("xy")),
)


@settings(max_examples=200, deadline=None)
@given(QUARANTINED, QUARANTINED)
def test_diff_counts_what_a_plain_comparison_counts(old: dict[Any, Any], new: dict[Any, Any]) -> None:
    def rows(values: dict[Any, Any]) -> dict[str, pa.Table]:
        return {
            "quarantine": frame(
                QUARANTINE,
                (
                    {"raw_path": p, "raw_record": r, "stage": "ingest", "reason": a, "detail": "d", "raw_sha256": b}
                    for (p, r), (a, b) in values.items()
                ),
            )
        }

    found = diff(rows(old), rows(new)).tables["quarantine"]
    shared = old.keys() & new.keys()
    changed = [key for key in shared if old[key] != new[key]]
    assert (found.added, found.removed) == (len(new.keys() - shared), len(old.keys() - shared))
    assert (found.changed, found.unchanged) == (len(changed), len(shared) - len(changed))
    assert set(found.added_keys) == new.keys() - shared
    assert {row.key for row in found.changed_rows} == set(changed)
    assert found.columns.get("reason", 0) == sum(old[key][0] != new[key][0] for key in shared)
    assert found.columns.get("raw_sha256", 0) == sum(old[key][1] != new[key][1] for key in shared)


def test_examples_are_the_first_fifty() -> None:
    rows = [{"source_id": f"s{n:04}", "article_count": 1} for n in range(120)]
    changes = diff({"sources": frame(SOURCES, rows[:1])}, {"sources": frame(SOURCES, rows)}).tables["sources"]
    assert changes.added == 119
    assert changes.added_keys == tuple((f"s{n:04}",) for n in range(1, 51))


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        (lambda tables: tables, "none"),
        (lambda tables: tables | {"captions": tables["captions"].drop_columns(["agency"])}, "additive"),
        (lambda tables: {name: data for name, data in tables.items() if name != "captions"}, "additive"),
        (
            lambda tables: tables | {"captions": tables["captions"].append_column("gone", pa.nulls(len(AWKWARD)))},
            "breaking",
        ),
        (lambda tables: tables | {"extra": pa.table({"x": [1]})}, "breaking"),
        (
            lambda tables: (
                tables
                | {
                    "captions": tables["captions"].set_column(
                        2, "position", tables["captions"]["position"].cast(pa.int64())
                    )
                }
            ),
            "breaking",
        ),
        (lambda tables: tables | {"captions": tables["captions"].drop_columns(["caption_id"])}, "additive"),
    ],
)
def test_schema_changes(old: Any, expected: str) -> None:
    tables = awkward_tables()
    changes = diff(old(dict(tables)), tables)
    assert changes.schema == expected
    assert bool(changes.schema_notes) == (expected != "none")


def test_a_column_that_may_be_null_now_is_a_breaking_change() -> None:
    tables = awkward_tables()
    changes = diff(tables, withhold_text(tables))
    assert changes.schema == "breaking"
    assert changes.schema_notes == ("captions.text: was never null, may be now",)


def test_a_key_that_is_not_unique_is_refused() -> None:
    twice = {"captions": pa.concat_tables([awkward_tables()["captions"]] * 2)}
    with pytest.raises(ValueError, match="caption_id of the table 'captions' is not unique"):
        diff(None, twice)


def _class_of(release: Release, tmp_path: Path) -> dict[str, Any]:
    return dict(json.loads((written(release, tmp_path / "class") / "release.json").read_bytes())["change_class"])


def test_change_class_is_computed(tmp_path: Path) -> None:
    found = _class_of(KINDS["second"](), tmp_path)
    assert found["rows"] == {
        "added": 1,
        "changed": 2,
        "removed": 1,
        "withdrawn": 0,
        "unchanged": len(AWKWARD) * len(TABLES) - 3,
    }
    assert found["tables"]["articles"]["changed"] == 2
    assert {cause: count for cause, count in found["values"].items() if count} == {"recleaned": 1, "source_updated": 1}
    assert (found["croissant_bump"], found["datapackage_bump"]) == ("major", "minor")


@pytest.mark.parametrize(
    ("known", "docs_only", "repackaged"),
    [({}, True, False), ({"data/articles.parquet": "0" * 64}, False, True)],
)
def test_the_same_rows_again_are_documents_or_packaging(
    known: dict[str, str], docs_only: bool, repackaged: bool, tmp_path: Path
) -> None:
    release = release_of(awkward_tables(), before=awkward_tables(), previous_files=known)
    found = _class_of(release, tmp_path)
    assert (found["docs_only"], found["repackaged"]) == (docs_only, repackaged)


def test_without_a_difference_nothing_is_claimed(tmp_path: Path) -> None:
    release = replace(release_of(awkward_tables(), before=awkward_tables()), changes=None)
    found = _class_of(release, tmp_path)
    assert (found["schema"], found["rows"], found["tables"]) == ("unknown", None, None)
    assert "not computed" in (tmp_path / "class" / "CHANGELOG.md").read_text()
    assert json.loads((tmp_path / "class" / "changes" / "changes.json").read_bytes())["computed"] is False


def test_the_changelog_has_its_sections_and_the_numbers(version: tuple[Release, Path]) -> None:
    release, folder = version
    text = (folder / "CHANGELOG.md").read_text()
    assert re.findall(r"^### (.+)$", text, re.MULTILINE) == SECTIONS
    assert ("This is the first version" in text) == (release.previous is None)
    if release.previous:
        assert "- `articles`, 2: cleaned anew from the same raw page 1, the raw page is another 1" in text
        assert "  - in `text` 2, `raw_sha256` 1" in text
        assert "`article_id-999`" in text
        assert "`article_id-000`" in text
    changes = json.loads((folder / "changes" / "changes.json").read_bytes())
    assert changes["to"] == release.version
    assert release.changes is not None
    assert {name: table["added"] for name, table in changes["tables"].items()} == {
        name: table.added for name, table in release.changes.tables.items()
    }


# The datasheet


def test_the_questions_are_those_of_the_seven_sections() -> None:
    assert len(questions()) == 59
    letters = Counter(question.id[0] for question in questions())
    assert letters == {"M": 4, "C": 17, "L": 13, "P": 4, "U": 6, "D": 7, "T": 8}
    assert len({question.section for question in questions()}) == 7
    computed = {question.id for question in questions() if question.computed}
    assert computed == set(COMPUTED)


def test_every_question_is_answered_or_said_not_to_be(version: tuple[Release, Path]) -> None:
    release, folder = version
    text = (folder / "DATASHEET.md").read_text()
    parts = re.split(r"^### ([A-Z][0-9]+)\. ", text, flags=re.MULTILINE)[1:]
    answers = dict(zip(parts[::2], parts[1::2], strict=True))
    assert list(answers) == [question.id for question in questions()]
    silent = [id_ for id_, answer in answers.items() if "Not answered by the publisher." in answer]
    assert json.loads((folder / "release.json").read_bytes())["datasheet"]["unanswered"] == silent
    assert silent == [q.id for q in questions() if not q.computed and q.id not in release.answers]
    for question in questions():
        body = answers[question.id].split("\n", 2)[-1].strip()
        assert body
        assert ("*Computed.*" in body) == question.computed
        if question.id in release.answers:
            assert release.answers[question.id] in body
            assert ("The publisher adds:" in body) == question.computed


def test_computed_answers_count_what_is_there(tmp_path: Path) -> None:
    folder = written(release_of(awkward_tables()), tmp_path / "v")
    text = (folder / "DATASHEET.md").read_text()
    blocks = awkward_tables()["blocks"]
    lines = sum(row["line_end"] - row["line_start"] for row in blocks.to_pylist())
    assert f"`blocks`, with their roles: {lines:,} lines" in text
    assert "expect\\_median: 3 of 40 rows" in text


# Without the text


def test_nothing_of_the_text_is_left_where_it_is_withheld(tmp_path: Path) -> None:
    secret = "SECRETSENTENCE"
    tables = {table.name: _with_text(table, secret) for table in TABLES}
    open_ = files_below(written(release_of(tables), tmp_path / "open"))
    assert secret.encode() in open_["csv/articles.csv"]
    assert secret.encode() in open_["README.md"]
    release = release_of(tables, info=replace(INFO, text="none"))
    folder = written(release, tmp_path / "closed")
    assert not [path for path, data in files_below(folder).items() if secret.encode() in data]
    for table in TABLES:
        data = pq.read_table(folder / parquet_path(table.name))
        assert data.column_names == [column.name for column in table.columns]
        for column in table.columns:
            if column.carries_text:
                assert data.column(column.name).null_count == data.num_rows > 0
            else:
                assert data.column(column.name).equals(tables[table.name].column(column.name))
    for name in ("README.md", "DATASHEET.md", "LICENSE-DATA"):
        assert re.search(r"text of the articles is withheld|without the text of the articles", open_or(folder, name))
        assert not re.search(r"is withheld in this|without the text of the articles", open_[name].decode())


def open_or(folder: Path, name: str) -> str:
    return (folder / name).read_text()


def _with_text(table: Table, secret: str) -> pa.Table:
    data = awkward_tables()[table.name]
    for place, column in enumerate(table.columns):
        if column.carries_text:
            value = [secret] if column.type == "list" else secret
            data = data.set_column(
                place, data.schema.field(place), pa.array([value] * data.num_rows, data.schema.field(place).type)
            )
    return data


def test_text_that_should_be_withheld_stops_the_build(tmp_path: Path) -> None:
    release = release_of(awkward_tables(), info=replace(INFO, text="none"))
    leaking = withhold_text(awkward_tables())
    leaking["articles"] = awkward_tables()["articles"]
    with pytest.raises(ValueError, match=r"articles\.text"):
        write_release(replace(release, tables=leaking), tmp_path)
    assert list(tmp_path.iterdir()) == []


# Hostile strings

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></table><h1>owned",
    "<!-- hidden",
    "[click](javascript:alert(1))",
    "![pixel](https://evil.example/p.png)",
    "[ref]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/x",
    "www.evil.example",
    "mail evil@evil.example now",
    "a | b | c",
    "\\| \\` \\",
    "`code` ``more`` ```",
    "``` \n# Heading\n---\nkey: value",
    "line\n\n# Heading\n\n- list\n",
    "---\nlicense: mit\n---",
    "# Heading",
    "- item",
    "1. item",
    "> quote",
    "*strong* __em__ ~~gone~~",
    "$x^2$ $$y$$",
    "&lt;script&gt; &amp; &#60;b&#62;",
    "{{ 7 * 7 }} {% raw %} {# #}",
    "\u202eesrever\u2066 \u2028# line",
    "---",
    "===",
    "[^1] footnote [^1]: https://evil.example",
    ": definition",
    "'\"; DROP TABLE articles; --",
    '=HYPERLINK("https://evil.example")',
    "[x]",
    "<a href='https://evil.example'>x</a>",
)


def _exposed(text: str) -> Release:
    """A release in which one string stands wherever prose could pick up something from outside."""
    tables = awkward_tables()
    article = tables["articles"].slice(1, 1).to_pylist()[0]
    free = [column.name for column in ARTICLES.columns if column.type == "string" and not column.categories]
    article |= dict.fromkeys(free, text) | {"byline": [text], "flags": [text], "repairs": [text]}
    block = tables["blocks"].slice(1, 1).to_pylist()[0] | {"rule": text, "evidence": text}
    source = tables["sources"].slice(1, 1).to_pylist()[0]
    source |= dict.fromkeys(("source_id", "name", "country", "language", "terms"), text)
    item = {"raw_path": text, "stage": "ingest", "reason": text, "detail": text}
    hostile = {
        **tables,
        "articles": frame(ARTICLES, [article]),
        "blocks": frame(BLOCKS, [block]),
        "sources": frame(SOURCES, [source]),
        "quarantine": frame(QUARANTINE, [item]),
    }
    info = DatasetInfo(
        name="small",
        title=text,
        description=text.replace("\n", " "),
        license="CC0-1.0",
        license_url="https://small.example/licence",
        creators=(Creator(text),),
        publisher=text,
        contact=text.replace("\n", " "),
        keywords=(text,),
    )
    suites = [{"table": "articles", "warnings": [text]}]
    before = {**hostile, "articles": frame(ARTICLES, [article | {"article_id": "z"}])}
    return release_of(
        hostile,
        before=before,
        info=info,
        validation={"success": False, "suites": suites},
        answers={"M1": text.replace("\n", " ")},
        provenance={"copydesk": text, "rules_version": text, "authority_version": text, "libraries": {"lib": text}},
    )


@functools.cache
def _prose_of(text: str) -> dict[str, bytes]:
    """The documents of such a release, built without its data files."""
    release = _exposed(text)
    resources = [
        Resource(table.name, table.name, "parquet", "x", 1, path, 1, "0" * 64)
        for table in TABLES
        for path in (parquet_path(table.name), csv_path(table.name))
    ]
    return {
        "README.md": card(release, resources),
        "DATASHEET.md": datasheet(release),
        "CHANGELOG.md": changelog(release),
        "LICENSE-DATA": license_file(release),
        "CITATION.cff": citation(release),
        "datapackage.json": datapackage(release, resources),
    }


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_string_stays_a_string(attack: str) -> None:
    hostile, calm = _prose_of(attack), _prose_of("calm")
    reader = mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url", "footnotes", "math"])
    for name in PROSE:
        text, expected = (found[name].decode().split("\n---\n", 1)[-1] for found in (hostile, calm))
        assert _shape(text) == _calm_shape(expected), name
        # What the publisher wrote may name an address; nothing else may become a link, whatever the reader.
        html = reader(re.sub(r"<https://[^>]*>", "", text))
        assert isinstance(html, str)
        assert not re.search(r"(?i)<(script|img|h1>owned|a [^>]*(javascript|evil)|del|section|div)", html), name
    front, _ = front_matter(hostile["README.md"])
    assert front["pretty_name"] == attack
    assert front["tags"] == ["news", attack]
    assert front["license"] == "cc0-1.0"
    cited = yaml.safe_load(hostile["CITATION.cff"])
    assert cited["title"] == attack
    assert cited["authors"] == [{"name": attack}]
    assert json.loads(hostile["datapackage.json"])["title"] == attack
    # Plain text has no structure to break but its lines.
    assert len(hostile["LICENSE-DATA"].splitlines()) == len(calm["LICENSE-DATA"].splitlines())


def front_matter(card: bytes) -> tuple[dict[str, Any], str]:
    _, front, text = re.split(r"^---$\n", card.decode(), maxsplit=2, flags=re.MULTILINE)
    return yaml.safe_load(front), text


def _shape(text: str) -> list[str]:
    """What a Markdown reader makes of a text, the words themselves left out. Links to web addresses count as words
    only where the text names its own address in angle brackets, as ``prose`` writes them."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    shape: list[str] = []
    for token in reader.parse(text):
        shape.append(f"{token.type} {token.tag} {token.level} {token.info}")
        shape.extend(_inline_shape(token.children or []))
    return shape


_calm_shape = functools.cache(_shape)


def _inline_shape(tokens: list[Token]) -> list[str]:
    kept: list[str] = []
    skip = 0
    for token in tokens:
        if token.type == "link_open" and token.info == "auto":
            skip += 1  # an address that the publisher wrote, shown as itself
        elif token.type == "link_close" and skip:
            skip -= 1
        elif token.type not in {"text", "text_special"} and not skip:
            kept.append(f"{token.type} {token.attrGet('href') or ''}")
    return kept


HIDDEN = "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u202e\u2060\u2066\u2800\u3164\ufe0f\ufeff\ufff9\U000e0041"


def test_no_blank_hides_a_formula(tmp_path: Path) -> None:
    blanks = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x11000), *range(0xE0000, 0xE0080))]
    blanks = [char for char in blanks if char.isspace() or category(char) == "Cc" or char in HIDDEN]
    signs = "=+-@＝＋－＠"
    texts = [before + sign + "1" for before in (*blanks, "'", "''", "' ", "") for sign in signs]
    texts += [" \u200b\xa0=1", "no = formula", " no = formula", "\u201cno\u201d = formula", "'", "' no"]
    schema = published_schema(QUARANTINE, "full")
    data = pa.table([pa.array(texts, field.type) for field in schema], schema)
    (tmp_path / "cells.csv").write_bytes(to_csv(data))
    assert from_csv(tmp_path / "cells.csv", QUARANTINE).equals(data)
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as file:
        cells = [row[0] for row in list(csv.reader(file))[1:]]
    assert cells == [guarded(text) for text in texts]
    assert [unguarded(cell) for cell in cells] == texts
    assert not [cell for cell in cells if cell.lstrip("".join(blanks)).startswith(tuple(signs))]
    assert cells[-6:] == ["' \u200b\xa0=1", *texts[-5:-2], "''", "'' no"]
    assert len(blanks) > 80


@pytest.mark.parametrize("show", [inline, prose, code, plain, lambda text: fenced(text, "text")])
def test_what_cannot_be_seen_is_not_there(show: Callable[[str], str]) -> None:
    """The same that a page writes out; joiners and the marks of one character's direction stay, as words need them."""
    unseen = "\x00\x1b\x9f\u200b\u2028\u202e\u2060\u2064\u2066\u206f\ufeff\ufffb\uffff\U000e0041\U000e007f\U0001fffe"
    shown = str(show("a".join(["", *unseen, ""]) + "\u200d\u200e"))
    assert not set(unseen) & set(shown)
    assert shown.count("a") >= len(unseen)
    assert "\u200d\u200e" in shown


def test_only_prose_of_the_publisher_makes_links() -> None:
    assert str(inline("see https://a.example/x")) == "see https\\://a.example/x"
    assert str(prose("see https://a.example/x_y, or not")) == "see <https://a.example/x_y>, or not"
    assert str(prose("javascript:alert(1)")) == "javascript:alert(1)"
    assert str(prose("https://a.example/<script>")) == "<https://a.example/>&lt;script&gt;"


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(codec="utf-8")) | st.sampled_from(ATTACKS) | st.text(st.sampled_from("|\\`*_[]<>&#~- 1.a"))
)
def test_a_cell_shows_all_that_it_was_given(text: str) -> None:
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(f"| a | b |\n|---|---|\n| x{inline(text)} | {inline(text)} |\n")
    cells = [token for token in tokens if token.type == "inline"][2:]
    assert len(cells) == 2
    for cell, before in zip(cells, ("x", ""), strict=True):
        assert {token.type for token in cell.children or []} <= {"text", "text_special"}
        assert "".join(token.content for token in cell.children or []) == before + plain(text)


def test_code_shows_what_it_was_given() -> None:
    for text in ("plain", "a`b", "``", "`", "a``b`c", "x|y"):
        rendered = MarkdownIt("commonmark").enable("table").render(f"|c|\n|-|\n|{code(text)}|\n")
        shown = re.search(r"<td><code>(.*)</code></td>", rendered)
        assert shown
        assert shown[1] == text


@pytest.mark.parametrize("unit", ["https://", "`", "\\", "www.", "a.", "<", "\n\n", "1.", "https://a.example/?", " x"])
def test_escaping_takes_linear_time(unit: str) -> None:
    def escape(length: int) -> None:
        text = unit * (length // len(unit))
        inline(text)
        code(text)
        prose(text)

    assert grows_linearly(escape, 50_000)


# What the publisher writes


def test_what_is_shipped_loads_and_is_complete() -> None:
    info = load_info(REPOSITORY / "dataset" / "dataset.toml")
    assert info.name == "copydesk-sample"
    assert info.license == "CC0-1.0"
    assert info.license_url == "https://creativecommons.org/publicdomain/zero/1.0/"
    answers = load_answers(REPOSITORY / "dataset" / "datasheet")
    open_ = [q.id for q in questions() if not q.computed and q.id not in answers]
    assert open_ == ["M4", "C17", "L13", "U6", "D7", "T8"]  # the "anything else" of each section, and nothing more


GOOD = """
name = "n"
title = "T"
description = "D"
license = "CC0-1.0"
publisher = "P"
contact = "C"
[[creators]]
name = "A"
"""


@pytest.mark.parametrize(
    ("replaced", "by", "key", "what"),
    [
        ('name = "n"\n', "", "name", "is missing"),
        ('name = "n"\n', 'name = "News 2026"\n', "name", "lower-case"),
        ('title = "T"', 'title = ""', "title", "should be text"),
        ('title = "T"', "title = 3", "title", "should be text"),
        ('title = "T"', 'title = "a\\nb"', "title", "one line"),
        ('title = "T"', 'title = "[More Information Needed]"', "title", "still says"),
        ('license = "CC0-1.0"', 'license = "my own"', "license", "SPDX"),
        ('license = "CC0-1.0"', 'license = "LicenseRef-X"', "license_url", "give the address"),
        ('license = "CC0-1.0"', 'license = "MIT"\nlicense_url = "ftp://x"', "license_url", "https://"),
        ('contact = "C"', 'contact = "C"\ntext = "some"', "text", '"none"'),
        ('contact = "C"', 'contact = "C"\nkeyword = ["x"]', "keyword", "is not known"),
        ('contact = "C"', 'contact = "C"\nkeywords = "x"', "keywords", "should be a list"),
        ('contact = "C"', 'contact = "C"\nlanguages = ["english please"]', "languages", "BCP 47"),
        ('contact = "C"', 'contact = "C"\ndoi = "x"', "doi", "a DOI"),
        ('[[creators]]\nname = "A"', "creators = []", "creators", "at least one"),
        ('[[creators]]\nname = "A"', '[[creators]]\nnick = "A"', "creators[0].nick", "is not known"),
        ('[[creators]]\nname = "A"', '[[creators]]\norcid = "1"', "creators[0].name", "is missing"),
        ('name = "A"', 'name = "A"\norcid = "1"', "creators[0].orcid", "0000-0002-1825-0097"),
        ('name = "A"', 'name = "A"\ngiven_names = "A"', "creators[0].family_names", "or neither"),
        ('publisher = "P"', 'publisher = "P', "", "is not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(replaced: str, by: str, key: str, what: str, tmp_path: Path) -> None:
    path = tmp_path / "dataset.toml"
    path.write_text(GOOD)
    assert load_info(path).publisher == "P"
    assert replaced in GOOD
    path.write_text(GOOD.replace(replaced, by))
    with pytest.raises(ConfigError) as caught:
        load_info(path)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, CopydeskError)
    assert caught.value.key == key
    assert str(path) in str(caught.value)
    assert what in str(caught.value)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load_info(tmp_path / "dataset.toml")
    (tmp_path / "dataset.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(ConfigError, match="UTF-8"):
        load_info(tmp_path / "dataset.toml")


def test_answers_to_no_question_or_twice_are_refused(tmp_path: Path) -> None:
    assert load_answers(tmp_path / "nowhere") == {}
    (tmp_path / "a.toml").write_text('M1 = """\nFirst\nline.\n\nSecond."""')
    assert load_answers(tmp_path) == {"M1": "First line.\n\nSecond."}
    (tmp_path / "b.toml").write_text('M1 = "Again."')
    with pytest.raises(ConfigError, match="another file"):
        load_answers(tmp_path)
    (tmp_path / "b.toml").write_text('M99 = "What?"')
    with pytest.raises(ConfigError, match="no question"):
        load_answers(tmp_path)
    (tmp_path / "b.toml").write_text('M2 = "TODO"')
    with pytest.raises(ConfigError, match="still says"):
        load_answers(tmp_path)


# What cannot be a version


def test_what_is_no_version_is_refused() -> None:
    for number in ("2026.11", "2026.011.0", "2026.13.0", "2026.11.0\n", "v2026.11.0", "2026.11.00"):
        with pytest.raises(ValueError, match="is no version"):
            replace(release_of(empty_tables()), version=number)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../x", "a/../../x", "README.md", "data/more.parquet", "csv/x.csv", "a//b", "a\\b", "", "."]
)
def test_an_extra_file_stays_in_its_place(path: str, tmp_path: Path) -> None:
    release = release_of(empty_tables(), extra_files={path: b""})
    with pytest.raises(ValueError, match="extra file"):
        write_release(release, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ValueError, match="empty folder"):
        write_release(release_of(empty_tables()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_tables_that_nobody_wants_any_more_are_not_written_on(tmp_path: Path) -> None:
    """So that a run that is stopped, or not let through a gate, ends at once however much there is to write."""
    wanted = iter([True, True, False])
    with pytest.raises(CancelledError):
        write_tables(awkward_tables(), "full", tmp_path, lambda: next(wanted))
    assert len([path for path in tmp_path.rglob("*.parquet") if path.stat().st_size]) < len(awkward_tables())


def test_tables_other_than_the_registrys_are_refused(tmp_path: Path) -> None:
    tables = awkward_tables()
    for wrong in (
        {name: data for name, data in tables.items() if name != "dates"},
        tables | {"captions": tables["captions"].drop_columns(["agency"])},
        tables | {"captions": tables["captions"].set_column(2, "position", pa.array(["x"] * len(AWKWARD)))},
        withhold_text(tables),
    ):
        release = replace(release_of(tables), tables=wrong, changes=None)
        with pytest.raises(ValueError, match=r"registry|has the tables"):
            write_release(release, tmp_path)
    assert list(tmp_path.iterdir()) == []


# The card


def test_the_cards_own_lines_run(tmp_path: Path) -> None:
    folder = written(release_of(awkward_tables()), tmp_path / "2026.11.0")
    script = re.findall(r"^```python\n(.*?)^```$", (folder / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert len(script) == 1
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    environment["HF_DATASETS_CACHE"] = str(tmp_path / "cache")
    lines = script[0] + f"\nassert articles.num_rows == len(articles_csv) == {len(AWKWARD)}\n"
    done = subprocess.run(
        [sys.executable, "-c", lines], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_card_documents_every_column_and_speaks_to_everyone(version: tuple[Release, Path]) -> None:
    release, folder = version
    _, text = front_matter((folder / "README.md").read_bytes())
    for reader in ("social scientists", "journalists", "NLP engineers"):
        assert f"**For {reader}.**" in text
    for loader in ("pd.read_parquet", "pl.read_parquet", "duckdb.sql", "load_dataset", "arrow::read_parquet"):
        assert loader in text
    assert "dtype=str, keep_default_na=False" in text
    for table in TABLES:
        section = text.split(f"### {table.name}\n")[1].split("\n### ")[0]
        for column in table.columns:
            assert f"| `{column.name}` | {column.type} |" in section
    assert f"{sum(role_lines(release).values()):,} lines" in text
    if not release.tables["articles"].num_rows:  # the awkward rows say so themselves
        assert not re.search(r"\{\{|\{%|\bNone\b|Undefined", text.split("## How to cite")[0])


def role_lines(release: Release) -> Counter[str]:
    lines: Counter[str] = Counter()
    for row in release.tables["blocks"].select(["role", "line_start", "line_end"]).to_pylist():
        lines[row["role"]] += row["line_end"] - row["line_start"]
    return lines


def test_what_was_set_aside_is_counted(tmp_path: Path) -> None:
    rows = [
        {"line_start": 0, "line_end": 3, "role": "body"},
        {"line_start": 3, "line_end": 4, "role": "appeal"},
        {"line_start": 4, "line_end": 9, "role": "appeal"},
        {"line_start": 9, "line_end": 10, "role": "headline"},
    ]
    blocks = frame(
        BLOCKS,
        (
            {"article_id": "a", "block": number, "rule": "r", "confidence": 1.0, "repairs": [], **row}
            for number, row in enumerate(rows)
        ),
    )
    text = (written(release_of(empty_tables() | {"blocks": blocks}), tmp_path / "v") / "README.md").read_text()
    assert "Of 10 lines, 6 are\nset aside." in text
    assert "| `appeal` | set aside | 2 | 6 |" in text
    assert "| `body` | in the text | 1 | 3 |" in text
    assert "| `headline` | in a field | 1 | 1 |" in text


@pytest.mark.parametrize(
    ("rows", "word"),
    [(0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (10**6, "1M<n<10M"), (10**7, "10M<n<100M"), (10**8, "100M<n<1B")],
)
def test_size_categories(rows: int, word: str) -> None:
    assert size_category(rows) == word


def test_a_failed_check_is_said_aloud(tmp_path: Path) -> None:
    failed = release_of(awkward_tables(), validation={**VALIDATION, "success": False})
    assert "did not pass its checks" in (written(failed, tmp_path / "v") / "README.md").read_text()
    passed = release_of(awkward_tables())
    assert "did not pass its checks" not in (written(passed, tmp_path / "w") / "README.md").read_text()


def test_every_date_is_the_release_s_own(tmp_path: Path) -> None:
    release = replace(release_of(empty_tables()), as_of=date(2031, 2, 3), version="2031.2.0")
    folder = written(release, tmp_path / "v")
    for name in (*PROSE, "CITATION.cff", "datapackage.json", "release.json"):
        found = set(re.findall(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}(?![0-9])", (folder / name).read_text()))
        assert found - {"2026-11-01"} == {"2031-02-03"}, name


def _in_pieces(data: pa.Table) -> pa.Table:
    """The same rows in chunks of odd sizes, cut out of a longer table."""
    if data.num_rows < 2:
        return data
    longer = pa.concat_tables([data.slice(0, 1), data])
    return pa.concat_tables([longer.slice(start, 7) for start in range(1, longer.num_rows, 7)])


def test_captions_may_only_lack_their_text_where_it_is_withheld() -> None:
    assert CAPTIONS.column("text").required
    assert withhold_text(awkward_tables())["captions"].schema.field("text").nullable
    assert not awkward_tables()["captions"].schema.field("text").nullable
