"""Runs the expectation suites: one JSON file a table, in Great Expectations' own format."""

from __future__ import annotations

import json
import logging
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk import tables
from copydesk.bulk import Rows, Spool, Tables, parts
from copydesk.errors import ConfigError
from copydesk.frames import empty
from copydesk.quality.docs import sections
from copydesk.quality.judge import judge
from copydesk.quality.model import Outcome, Section, Validation
from copydesk.quality.slim import ARTICLE, KEY, slim, slim_names
from copydesk.quality.suites import Entry, columns_of, entries

_LOUD = {
    "great_expectations": logging.WARNING,
    "great_expectations.data_context.types.base": logging.WARNING,  # sets its own level
    "great_expectations.core.expectation_suite": logging.CRITICAL,  # prints a traceback for what we say in a sentence
}


def validate(data: Tables, suites: Path, as_of: date) -> Validation:
    """Every table against the suite of its name in the folder ``suites``.

    ``as_of`` is the only clock of a run. Raises ConfigError for a suite that is missing, is not JSON, or names an
    expectation or a column that does not exist.
    """
    slimmed = {}
    for table in tables.TABLES:
        schema, made = slimmer(table, suites, as_of)
        spool = Spool(schema)
        for part in parts(data[table.name]):
            spool.add(made(part))
        slimmed[table.name] = spool.done()
    return run_suites(slimmed.items(), suites, as_of)


def slimmer(table: tables.Table, suites: Path, as_of: date) -> tuple[pa.Schema, Callable[[pa.Table], pa.Table]]:
    """What makes slim rows of a table's rows, with no more columns than its suite speaks of; and their schema."""
    wanted: Collection[str] | None
    try:
        wanted = columns_of(entries(suites / f"{table.name}.json"), slim_names(table))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        wanted = None  # what is wrong with the suite is said where it is read to be run
    schema = slim(table, empty(table), as_of, wanted).schema
    return schema, lambda part: slim(table, part, as_of, wanted)


def run_suites(slimmed: Iterable[tuple[str, Rows]], suites: Path, as_of: date) -> Validation:
    """The same, for tables by name that ``slim`` has made already. Each is judged before the next is asked for."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _run(slimmed, suites, as_of)


def wrong_suites(suites: Path) -> list[str]:
    """What is wrong with the suites in a folder, a sentence for each; a run ends at the first of them."""
    import great_expectations as gx  # noqa: PLC0415 - see warm_up

    _hush()
    wrong = []
    for table in tables.TABLES:
        try:
            _stated(gx, suites / f"{table.name}.json", table.name)
        except ConfigError as error:
            wrong.append(str(error))
    if not wrong:  # that their columns exist shows when they are asked, even of no rows
        try:
            validate({table.name: empty(table) for table in tables.TABLES}, suites, date.min)
        except ConfigError as error:
            wrong.append(str(error))
    return wrong


def _hush() -> None:
    for name, level in _LOUD.items():
        logging.getLogger(name).setLevel(level)


def warm_up() -> None:
    """Loads Great Expectations, which takes three seconds."""
    import great_expectations  # noqa: F401, PLC0415


def _run(slimmed: Iterable[tuple[str, Rows]], suites: Path, as_of: date) -> Validation:
    import great_expectations as gx  # noqa: PLC0415 - see warm_up
    from great_expectations.core.run_identifier import RunIdentifier  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    _hush()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("build")
    run_id = RunIdentifier(run_name="build", run_time=datetime.combine(as_of, time(), UTC))
    outcomes: list[Outcome] = []
    pages: dict[str, tuple[Section, ...]] = {}
    for name, table in slimmed:
        path = suites / f"{name}.json"
        stated = _stated(gx, path, name)
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")

        def ask(entries: Sequence[Entry], frame: pa.Table, *, name: str = name, batch: Any = batch) -> Any:
            suite = gx.ExpectationSuite(name=name, expectations=[dict(entry) for entry in entries])
            check = gx.ValidationDefinition(name=name, data=batch, suite=context.suites.add_or_update(suite))
            # Rows are told by their places: their keys take Great Expectations a tenth of a millisecond a row.
            unasked = {KEY, ARTICLE} - columns_of(entries, frame.column_names)
            shown = [column for column in frame.column_names if column not in unasked]
            return context.validation_definitions.add_or_update(check).run(
                batch_parameters={"dataframe": frame.select(shown or [KEY]).to_pandas()},
                result_format={"result_format": "COMPLETE"},
                run_id=run_id,
            )

        found, result = judge(name, path, stated, table, ask)
        outcomes.extend(found)
        pages[name] = sections(result)
    return Validation(tuple(outcomes), pages)


def _stated(gx: Any, path: Path, table: str) -> list[Entry]:
    """The expectations of a suite, each of which Great Expectations knows."""
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        suite = gx.ExpectationSuite(
            name=stated["name"], expectations=stated["expectations"], meta=stated.get("meta"), notes=stated.get("notes")
        )
        known = Counter(expectation.expectation_type for expectation in suite.expectations)
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no suite for the table {table}. Put one there.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, gx.exceptions.GreatExpectationsError) as error:
        raise ConfigError(f"{path}: is no expectation suite: {error}. Correct the file.") from error
    # What Great Expectations does not know, it leaves out and goes on; what nobody checks would look like a pass.
    if left_out := Counter(entry["type"] for entry in stated["expectations"]) - known:
        raise ConfigError(
            f"{path}: no such expectation, or wrong arguments: {', '.join(sorted(left_out))}. Correct the file."
        )
    return list(stated["expectations"])
