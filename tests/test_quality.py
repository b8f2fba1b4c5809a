"""Expectations: what is critical stops a version or sends the article to quarantine; what is not is told."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from conftest import ROOT, SAMPLE

from copydesk import partitions, pipeline, tables
from copydesk.build import _not_met, accept, check
from copydesk.bulk import in_memory
from copydesk.cleaning import Knowledge
from copydesk.errors import ConfigError, CopydeskError, NotValid
from copydesk.quality.apart import Validator
from copydesk.quality.model import Outcome
from copydesk.quality.slim import slim
from copydesk.quality.validate import validate
from copydesk.settings import Settings

AS_OF = date(2026, 11, 23)
SUITES = ROOT / "expectations"


@pytest.fixture(scope="module")
def built(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    work = tmp_path_factory.mktemp("built")
    batches = partitions.plan(SAMPLE / "prairie_courier", 100)
    return in_memory(
        pipeline.assemble([pipeline.clean_partition(batch, knowledge, work) for batch in batches], knowledge)
    )


def settings(expectations: Path = SUITES) -> Settings:
    return Settings(SAMPLE, Path("unused"), AS_OF, expectations=expectations)


def replace(parts: dict[str, pa.Table], table: str, column: str, row: int, value: object) -> dict[str, pa.Table]:
    data = parts[table]
    place = data.column_names.index(column)
    values = data[column].to_pylist()
    values[row] = value
    field = data.schema.field(place)
    return parts | {table: data.set_column(place, field, pa.array(values, field.type))}


def test_a_suite_for_every_table_with_a_reason_for_every_expectation() -> None:
    for table in tables.TABLES:
        suite = json.loads((SUITES / f"{table.name}.json").read_text(encoding="utf-8"))
        assert suite["name"] == table.name
        ids = [entry["id"] for entry in suite["expectations"]]
        assert len(set(ids)) == len(ids) > 0
        for entry in suite["expectations"]:
            assert entry["meta"]["why"].endswith("."), entry
            assert entry["severity"] in ("critical", "warning", "info")


def test_the_sample_meets_every_critical_expectation(built: dict[str, pa.Table]) -> None:
    validation = check(built, settings())
    assert not [o for o in validation.outcomes if not o.success and o.severity == "critical"]
    assert {outcome.table for outcome in validation.outcomes} == {table.name for table in tables.TABLES}


def test_no_text_of_an_article_reaches_the_results(built: dict[str, pa.Table]) -> None:
    broken = replace(built, "articles", "raw_sha256", 0, "no hash at all")
    results = json.dumps(validate(broken, SUITES, AS_OF).summary())
    for text in pc.drop_null(built["blocks"]["text"]).to_pylist():
        assert len(text) < 25 or text not in results
    for table in tables.TABLES:
        frame = slim(table, built[table.name], AS_OF)
        assert not {column.name for column in table.columns if column.carries_text} & set(frame.column_names)


def test_a_failing_row_takes_its_article_to_quarantine_with_the_expectations_name(
    built: dict[str, pa.Table], knowledge: Knowledge
) -> None:
    victim = built["articles"]["article_id"][1].as_py()
    block = built["blocks"]["article_id"].to_pylist().index(victim)
    broken = replace(built, "blocks", "confidence", block, 7.0)
    drafted, validation = accept(broken, knowledge, settings())
    parts = drafted.parts
    assert victim not in parts["articles"]["article_id"].to_pylist()
    for name in ("blocks", "captions", "mentions", "dates"):
        assert victim not in parts[name]["article_id"].to_pylist(), name
    row = next(row for row in parts["quarantine"].to_pylist() if row["stage"] == "validate")
    assert row["reason"] == "blocks.confidence_column_values_to_be_between"
    assert row["raw_path"] == built["articles"]["raw_path"][1].as_py()
    assert parts["sources"]["article_count"].to_pylist() == [built["articles"].num_rows - 1]
    assert not validation.blocking


def test_a_critical_failure_with_no_article_to_blame_stops_the_version(
    built: dict[str, pa.Table], knowledge: Knowledge
) -> None:
    broken = replace(built, "sources", "article_count", 0, 0)
    with pytest.raises(NotValid, match=r"sources\.article_count"):
        accept(broken, knowledge, settings())


def test_a_warning_is_told_and_stops_nothing(built: dict[str, pa.Table], knowledge: Knowledge) -> None:
    future = replace(built, "articles", "published_on", 0, date(2031, 1, 1))
    _, validation = accept(future, knowledge, settings())
    assert "published_on_days_ago_column_values_to_be_between" in [
        outcome.expectation for outcome in validation.warnings
    ]


@pytest.mark.parametrize(
    ("suite", "says"),
    [
        ("{", "is no expectation suite"),
        ('{"name": "articles"}', "expectations"),
        ('{"name": "articles", "expectations": [{"type": "expect_the_best", "kwargs": {}}]}', "expect_the_best"),
        (
            '{"name": "articles", "expectations": [{"type": "expect_column_values_to_not_be_null", '
            '"kwargs": {"column": "no_such"}, "severity": "critical"}]}',
            "no_such",
        ),
    ],
)
def test_a_broken_suite_is_named(built: dict[str, pa.Table], tmp_path: Path, suite: str, says: str) -> None:
    shutil.copytree(SUITES, tmp_path / "suites")
    (tmp_path / "suites" / "articles.json").write_text(suite)
    with pytest.raises(ConfigError, match=says) as error:
        check(built, settings(tmp_path / "suites"))
    assert "articles.json" in str(error.value)


def test_a_process_apart_finds_the_same(built: dict[str, pa.Table], tmp_path: Path) -> None:
    broken = replace(built, "blocks", "confidence", 3, 7.0)
    with Validator() as validator:
        assert validator.validate(broken, SUITES, AS_OF) == validate(broken, SUITES, AS_OF)
        with pytest.raises(ConfigError, match=r"articles\.json"):
            validator.validate(built, tmp_path, AS_OF)
        assert validator.validate(built, SUITES, AS_OF).passed == validate(built, SUITES, AS_OF).passed
        validator._process.kill()
        with pytest.raises(CopydeskError, match="came to its end"):
            validator.validate(built, SUITES, AS_OF)


def test_a_missing_suite_is_named(built: dict[str, pa.Table], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"articles\.json"):
        check(built, settings(tmp_path))


def test_the_page_of_great_expectations_is_kept_in_its_words(built: dict[str, pa.Table]) -> None:
    found = validate(replace(built, "articles", "raw_sha256", 0, "no hash at all"), SUITES, AS_OF)
    rows = [(table, *row) for table, page in found.pages.items() for part in page for row in part.rows]
    assert len(rows) == len(found.outcomes), "a row an expectation"
    assert sum(state == "met" for _, state, *_ in rows) == found.passed < len(rows)
    assert any("values must be unique" in told for *_, told, _ in rows)
    assert "no hash at all" not in str(rows), "no value of a row that fails"
    assert found.pages == validate(replace(built, "articles", "raw_sha256", 0, "no hash at all"), SUITES, AS_OF).pages


def test_what_is_not_met_says_of_how_many_rows() -> None:
    """'The language of most articles can be told' was said not to hold where it was told of 24 in 26."""
    for about_rows, more in ((True, " Not so: 2 of 26 rows."), (False, "")):
        told = Outcome("articles", "language", "Of most it is told.", "warning", False, about_rows, 2, (), ())
        assert _not_met(told, 26) == f"articles: Of most it is told.{more}"
