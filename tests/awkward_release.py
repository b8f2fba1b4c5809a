"""A small version made by hand, of every table, with the values that break loaders. For tests of what is published."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk.frames import empty, frame
from copydesk.release.diff import Changes, diff
from copydesk.release.model import Creator, DatasetInfo, Release, content_hash
from copydesk.release.withhold import withhold_text
from copydesk.release.write import write_release
from copydesk.tables import TABLES, Column, Table

AWKWARD = (
    "NA",
    "None",
    "null",
    "NaN",
    "00501",
    "1e5",
    "true",
    "2023-09-26",
    "a,b;c\td",
    'She said "no", twice: ""',
    "two\nlines",
    "two\r\nlines",
    "a lone \r return",
    "=1+1",
    "+374 10 123456",
    "-5 °C",
    "@handle",
    "'quoted' from the start",
    "''",
    "'=already guarded",
    "'",
    "\tindented",
    "  - a list's item",
    "\u00a0=1+1",
    "\ufeff\u200b \x0b＝1+1",
    "' =guarded already",
    "\u201cquoted = not\u201d",
    "\rreturned",
    " spaces around ",
    "back\\slash \\n \\",
    "“Typographic” – quotes’",
    "Հայաստանի Հանրապետություն",
    "Владимир Путин",
    "日本語のテキスト",
    "العربية 123",
    "👩‍🚒 brigade",
    "e\u0301 is two code points, é is one",
    "non\u00a0breaking\u202fspaces\u2028and\u2029ends",
    "# no comment",
    "x" * 40_000,
)

_TIMES = (
    datetime(2023, 9, 26, 14, 5, 0, tzinfo=UTC),
    datetime(2023, 9, 26, 14, 5, 0, 7, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2262, 4, 12, tzinfo=UTC),  # past what nanoseconds can hold
)
_REFERENCES = {table.key[0] for table in TABLES}
_FLOATS = (0.0, 1.0, 0.1, 1 / 3, 1e-9, 0.30000000000000004)

INFO = DatasetInfo(
    name="small-news",
    title="Small news: a test",
    description="A few invented rows.\n\nMore at https://small.example/about, and nowhere else.",
    license="CC-BY-4.0",
    license_url="https://creativecommons.org/licenses/by/4.0/",
    creators=(
        Creator("The Small Desk"),
        Creator(
            "Ani Example",
            given_names="Ani",
            family_names="Example",
            orcid="https://orcid.org/0000-0002-1825-0097",
            affiliation="Example University",
        ),
    ),
    publisher="The Small Desk",
    contact="desk@small.example",
    homepage="https://small.example/",
    keywords=("news", "test: colons # and hashes"),
)

VALIDATION: Mapping[str, Any] = {
    "success": True,
    "suites": [
        {
            "table": "articles",
            "expectations": 3,
            "passed": 2,
            "failed": 1,
            "critical_failed": 0,
            "warnings": ["expect_median: 3 of 40 rows"],
        }
    ],
}

PROVENANCE: Mapping[str, Any] = {
    "copydesk": "0.1.0",
    "python": "3.11",
    "libraries": {"pyarrow": "26.0.1", "ftfy": "6.3.1"},
    "raw": {"files": 3, "bytes": 4096, "sha256": "0" * 64},
    "authority_version": "2026-11-01",
    "rules_version": "1.2.0",
    "configuration": "0" * 64,
}


def awkward_tables() -> dict[str, pa.Table]:
    """Every table with as many rows as there are awkward values, each of which each free column gets once or more."""
    return {table.name: _awkward(table) for table in TABLES}


@functools.cache
def _awkward(table: Table) -> pa.Table:
    return frame(table, [_row(table, number) for number in range(len(AWKWARD))])


def empty_tables() -> dict[str, pa.Table]:
    return {table.name: empty(table) for table in TABLES}


def release_of(
    tables: Mapping[str, pa.Table],
    before: Mapping[str, pa.Table] | None = None,
    info: DatasetInfo = INFO,
    changes: Changes | None = None,
    **more: Any,
) -> Release:
    if info.text == "none":
        tables = withhold_text(tables)
        before = withhold_text(before) if before is not None else None
    return Release(
        info=info,
        version="2026.11.1" if before is not None else "2026.11.0",
        previous="2026.11.0" if before is not None else None,
        as_of=date(2026, 11, 23),
        tables=tables,
        content_hash=content_hash(tables),
        changes=changes or diff(before, tables),
        **({"validation": VALIDATION, "provenance": PROVENANCE} | more),
    )


def written(release: Release, folder: Path) -> Path:
    folder.mkdir()
    write_release(release, folder)
    return folder


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _row(table: Table, number: int) -> dict[str, Any]:
    return {column.name: _value(table, column, number, place) for place, column in enumerate(table.columns)}


def _value(table: Table, column: Column, number: int, place: int) -> Any:
    if not column.required and (number + place) % 5 == 0:
        return None
    if column.name in table.key or column.name in _REFERENCES:
        return number if column.type == "int32" else f"{column.name}-{number:03}"
    awkward = AWKWARD[(number + place) % len(AWKWARD)]
    choices: Mapping[str, Sequence[Any]] = {
        "string": column.categories or (awkward,),
        "list": ([], [awkward], [awkward, AWKWARD[number], "plain"]),
        "date": (date(1899, 12, 30) + timedelta(days=1_237 * number),),
        "timestamp": _TIMES,
        "float64": _FLOATS,
        "int32": (number * 1_000 - 3,),
    }
    chosen = choices[column.type]
    return chosen[number % len(chosen)]
