"""Runs the expectation suites: one JSON file a table, in Great Expectations' own format."""

from __future__ import annotations

import json
import logging
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk import tables
from copydesk.errors import ConfigError
from copydesk.quality.docs import sections
from copydesk.quality.model import Outcome, Section, Validation
from copydesk.quality.slim import ARTICLE, KEY, slim

_LOUD = {
    "great_expectations": logging.WARNING,
    "great_expectations.data_context.types.base": logging.WARNING,  # sets its own level
    "great_expectations.core.expectation_suite": logging.CRITICAL,  # prints a traceback for what we say in a sentence
}


def validate(data: Mapping[str, pa.Table], suites: Path, as_of: date) -> Validation:
    """Every table against the suite of its name in the folder ``suites``.

    ``as_of`` is the only clock of a run. Raises ConfigError for a suite that is missing, is not JSON, or names an
    expectation or a column that does not exist.
    """
    return run_suites({table.name: slim(table, data[table.name], as_of) for table in tables.TABLES}, suites, as_of)


def run_suites(slimmed: Mapping[str, pa.Table], suites: Path, as_of: date) -> Validation:
    """The same, for tables that ``slim`` has made already."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _run(slimmed, suites, as_of)


def warm_up() -> None:
    """Loads Great Expectations, which takes three seconds."""
    import great_expectations  # noqa: F401, PLC0415


def _run(slimmed: Mapping[str, pa.Table], suites: Path, as_of: date) -> Validation:
    import great_expectations as gx  # noqa: PLC0415 - see warm_up
    from great_expectations.core.run_identifier import RunIdentifier  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    for name, level in _LOUD.items():
        logging.getLogger(name).setLevel(level)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("build")
    run_id = RunIdentifier(run_name="build", run_time=datetime.combine(as_of, time(), UTC))
    outcomes: list[Outcome] = []
    pages: dict[str, tuple[Section, ...]] = {}
    for name, table in slimmed.items():
        suite = context.suites.add(_suite(gx, suites / f"{name}.json", name))
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
        check = context.validation_definitions.add(gx.ValidationDefinition(name=name, data=batch, suite=suite))
        result = check.run(
            batch_parameters={"dataframe": table.to_pandas()},
            result_format={"result_format": "COMPLETE", "unexpected_index_column_names": _keys(table.column_names)},
            run_id=run_id,
        )
        outcomes.extend(_outcome(name, entry, suites / f"{name}.json") for entry in result.results)
        pages[name] = sections(result)
    return Validation(tuple(outcomes), pages)


def _keys(columns: Sequence[str]) -> list[str]:
    return [name for name in (KEY, ARTICLE) if name in columns]


def _suite(gx: Any, path: Path, table: str) -> Any:
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        suite = gx.ExpectationSuite(
            name=stated["name"], expectations=stated["expectations"], meta=stated.get("meta"), notes=stated.get("notes")
        )
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no suite for the table {table}. Put one there; see docs.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, gx.exceptions.GreatExpectationsError) as error:
        raise ConfigError(f"{path}: is no expectation suite: {error}. Correct the file.") from error
    # What Great Expectations does not know, it leaves out and goes on; what nobody checks would look like a pass.
    known = Counter(expectation.expectation_type for expectation in suite.expectations)
    if left_out := Counter(entry["type"] for entry in stated["expectations"]) - known:
        raise ConfigError(
            f"{path}: no such expectation, or wrong arguments: {', '.join(sorted(left_out))}. Correct the file."
        )
    return suite


def _outcome(table: str, entry: Any, path: Path) -> Outcome:
    config = entry.expectation_config
    # With an exception the information is keyed by metric; a missing column must not look like a plain failure.
    if not entry.success and "raised_exception" not in entry.exception_info:
        first: Any = next(iter(entry.exception_info.values()), None)
        reason = first["exception_message"] if isinstance(first, dict) else "no reason given"
        raise ConfigError(f"{path}: {config.type} could not be checked: {reason}. Correct the suite.")
    failed = entry.result.get("unexpected_index_list") or []
    column = config.kwargs.get("column", "")
    return Outcome(
        table=table,
        expectation="_".join(part for part in (column, config.type.removeprefix("expect_")) if part),
        description=str((config.meta or {}).get("why", "")),
        severity=str(getattr(config.severity, "value", config.severity)),
        success=bool(entry.success),
        about_rows="unexpected_index_list" in entry.result or "unexpected_count" in entry.result,
        failed_rows=tuple(str(row[KEY]) for row in failed),
        failed_articles=tuple(dict.fromkeys(str(row[ARTICLE]) for row in failed if ARTICLE in row)),
        observed=entry.result.get("observed_value"),
    )
