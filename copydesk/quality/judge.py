"""One suite against one slim table, however long: what is said of the whole, of the keys, and of rows one by one.

A table that is short is shown as it is. Of a longer one, an expectation about single rows is shown each kind of row
once (blocks are of a few thousand kinds), and all rows only where a kind fails it, to name them; the one that keys are
unique is shown neighbours with equal keys, because the rows are sorted; any other is shown the whole columns that it
needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk import Rows, parts, regroup
from copydesk.errors import ConfigError
from copydesk.quality.model import CRITICAL, EXAMPLES, Outcome
from copydesk.quality.slim import ARTICLE, KEY
from copydesk.quality.suites import Entry, columns_of, of_the_key, row_by_row

AT_ONCE = 50_000
"""Rows that are shown together, where all are."""
_BYTES = 64 << 20
_PLACE = "place"

Ask = Callable[[Sequence[Entry], pa.Table], Any]
"""Expectations and rows, to the result that Great Expectations has of a suite, in which rows are told by place."""
Asked = tuple[Any, pa.Table]
"""Such a result, and the rows that it is of."""


def judge(table: str, suite: Path, stated: Sequence[Entry], data: Rows, ask: Ask) -> tuple[list[Outcome], Any]:
    """What holds of a table, in the order in which its suite states it; and Great Expectations' own result, in which an
    expectation that was asked of several parts has that of the first which fails it. Raises ConfigError."""
    placed = [{**entry, "meta": {**(entry.get("meta") or {}), _PLACE: place}} for place, entry in enumerate(stated)]
    if data.num_rows <= AT_ONCE:
        return _together(table, suite, placed, [_asked(ask, placed, _whole(data, data.column_names))])
    single = [entry for entry in placed if row_by_row(entry)]
    keys = [entry for entry in placed if of_the_key(entry)]
    rest = [entry for entry in placed if entry not in single and entry not in keys]
    results = [_asked(ask, rest, _whole(data, _names(rest, data)))] if rest else []
    results += [_asked(ask, keys, _neighbours(data))] if keys else []
    failing = single
    if single and (kinds := _kinds(data, sorted(columns_of(single, data.column_names)))) is not None:
        result = ask(single, kinds)
        met = {_place(entry) for entry in result.results if entry.success}
        failing = [entry for entry in single if entry["meta"][_PLACE] not in met]
        result.results = [entry for entry in result.results if _place(entry) in met]
        results.append((result, kinds))
    if failing:
        rows = regroup(parts(data, _names(failing, data)), AT_ONCE, _BYTES)
        results += [_asked(ask, failing, part) for part in rows]
    return _together(table, suite, placed, results)


def _asked(ask: Ask, stated: Sequence[Entry], rows: pa.Table) -> Asked:
    return ask(stated, rows), rows


def _together(table: str, suite: Path, placed: Sequence[Entry], results: Sequence[Asked]) -> tuple[list[Outcome], Any]:
    outcomes: dict[int, list[Outcome]] = {}
    shown: dict[int, Any] = {}
    for entry, rows in ((entry, rows) for result, rows in results for entry in result.results):
        place = _place(entry)
        outcomes.setdefault(place, []).append(_outcome(table, entry, suite, rows))
        if place not in shown or (shown[place].success and not entry.success):
            shown[place] = entry
    whole, _ = results[0]
    whole.results = [shown[place] for place in range(len(placed))]
    return [_one(outcomes[place]) for place in range(len(placed))], whole


def _place(entry: Any) -> int:
    """Which expectation of the suite a result is of."""
    return int(entry.expectation_config.meta[_PLACE])


def _names(entries: Sequence[Entry], data: Rows) -> list[str]:
    wanted = columns_of(entries, data.column_names) | {KEY, ARTICLE}
    return [name for name in data.column_names if name in wanted]


def _whole(data: Rows, names: Sequence[str]) -> pa.Table:
    return pa.concat_tables([data.schema.empty_table().select(names), *parts(data, names)])


def _kinds(data: Rows, names: Sequence[str]) -> pa.Table | None:
    """Each combination of values in these columns once; None where most rows are of a kind of their own."""
    held = [data.schema.empty_table().select(names)]
    for part in parts(data, names) if names else ():
        held.append(part.group_by(names, use_threads=False).aggregate([]))
        if sum(kinds.num_rows for kinds in held) > AT_ONCE:
            held = [pa.concat_tables(held).group_by(names, use_threads=False).aggregate([])]
            if held[0].num_rows > AT_ONCE:
                return None
    return pa.concat_tables(held)


def _neighbours(data: Rows) -> pa.Table:
    """The rows that have the key of the row before them or after them."""
    names = [name for name in (KEY, ARTICLE) if name in data.column_names]
    found = [data.schema.empty_table().select(names)]
    last = found[0]
    no = pa.array([False])
    for part in parts(data, names):
        rows = pa.concat_tables([last, part]).combine_chunks()
        keys = rows[KEY].combine_chunks()
        same = pc.equal(keys.slice(1), keys.slice(0, len(keys) - 1))
        if pc.any(same).as_py():
            found.append(rows.filter(pc.or_(pa.concat_arrays([no, same]), pa.concat_arrays([same, no]))))
        last = part.slice(part.num_rows - 1)
    return pa.concat_tables(found)


def _one(outcomes: Sequence[Outcome]) -> Outcome:
    """One expectation, asked of several parts of a table."""
    if len(outcomes) == 1:
        return outcomes[0]
    return replace(
        outcomes[0],
        success=all(outcome.success for outcome in outcomes),
        failed=sum(outcome.failed for outcome in outcomes),
        failed_rows=tuple(dict.fromkeys(row for outcome in outcomes for row in outcome.failed_rows))[:EXAMPLES],
        failed_articles=tuple(dict.fromkeys(row for outcome in outcomes for row in outcome.failed_articles)),
    )


def _outcome(table: str, entry: Any, path: Path, rows: pa.Table) -> Outcome:
    config = entry.expectation_config
    # With an exception the information is keyed by metric; a missing column must not look like a plain failure.
    if not entry.success and "raised_exception" not in entry.exception_info:
        first: Any = next(iter(entry.exception_info.values()), None)
        reason = first["exception_message"] if isinstance(first, dict) else "no reason given"
        raise ConfigError(f"{path}: {config.type} could not be checked: {reason}. Correct the suite.")
    failed = pa.array(entry.result.get("unexpected_index_list") or [], pa.int64())
    column = config.kwargs.get("column", "")
    severity = str(getattr(config.severity, "value", config.severity))
    return Outcome(
        table=table,
        expectation="_".join(part for part in (column, config.type.removeprefix("expect_")) if part),
        description=str((config.meta or {}).get("why", "")),
        severity=severity,
        success=bool(entry.success),
        about_rows="unexpected_index_list" in entry.result or "unexpected_count" in entry.result,
        failed=len(failed),
        failed_rows=tuple(_of_rows(rows, KEY, failed.slice(0, EXAMPLES))),
        failed_articles=tuple(dict.fromkeys(_of_rows(rows, ARTICLE, failed))) if severity == CRITICAL else (),
        observed=entry.result.get("observed_value"),
    )


def _of_rows(rows: pa.Table, name: str, places: pa.Array) -> list[str]:
    """What a column says of rows, where there is such a column."""
    said: list[str] = rows[name].take(places).to_pylist() if name in rows.column_names else []
    return said
