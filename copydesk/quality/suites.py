"""The suites as they are written: which columns each looks at, and which expectations look at one row at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from copydesk.errors import ConfigError
from copydesk.quality.slim import KEY
from copydesk.tables import TABLES

Entry = Mapping[str, Any]
"""An expectation, as a suite states it."""

_UNIQUE = "expect_column_values_to_be_unique"
_ROW_BY_ROW = frozenset(
    {
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_null",
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_not_match_regex",
        "expect_column_values_to_match_regex_list",
        "expect_column_values_to_not_match_regex_list",
        "expect_column_value_lengths_to_be_between",
        "expect_column_value_lengths_to_equal",
        "expect_column_pair_values_a_to_be_greater_than_b",
        "expect_column_pair_values_to_be_equal",
        "expect_column_pair_values_to_be_in_set",
        "expect_multicolumn_sum_to_equal",
    }
)
"""What they say of a row depends on this row only."""


def entries(path: Path) -> list[Entry]:
    """The expectations that a suite states. Raises OSError, ValueError, KeyError or TypeError for what is none."""
    stated: list[Entry] = json.loads(path.read_text(encoding="utf-8"))["expectations"]
    return stated


def check_suites(folder: Path) -> None:
    """Raises ConfigError where a table has no suite there, or one that is no JSON: what can be told without Great
    Expectations, and so before any work."""
    for table in TABLES:
        path = folder / f"{table.name}.json"
        try:
            entries(path)
        except FileNotFoundError as error:
            raise ConfigError(f"{path}: there is no suite for the table {table.name}. Put one there.") from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}: is no expectation suite: {error}. Correct the file.") from error


def columns_of(stated: Sequence[Entry], names: Collection[str]) -> set[str]:
    """Those of the columns that expectations speak of: all, where one is about the columns themselves."""
    if any(entry["type"].startswith("expect_table_column") for entry in stated):
        return set(names)
    return {said for entry in stated for said in _strings(entry.get("kwargs", {}))} & set(names)


def row_by_row(entry: Entry) -> bool:
    """Whether an expectation holds of all rows if it holds of each kind of row, however many there are of it."""
    return entry["type"] in _ROW_BY_ROW and float(entry.get("kwargs", {}).get("mostly", 1.0)) == 1.0


def of_the_key(entry: Entry) -> bool:
    """Whether it says that no key comes twice."""
    kwargs = entry.get("kwargs", {})
    return entry["type"] == _UNIQUE and kwargs.get("column") == KEY and float(kwargs.get("mostly", 1.0)) == 1.0


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
