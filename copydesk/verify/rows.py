"""The tables themselves: columns as in the registry, CSV equal to Parquet, keys, references, and the content's hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from copydesk.bulk import Rows, Tables, parts, side_by_side
from copydesk.release.data import stored_parquet
from copydesk.release.hashing import TableHash, combined
from copydesk.store.layout import RELEASE
from copydesk.tables import TABLES, Table
from copydesk.verify.checked import CheckedColumn, CheckedCsv, CheckedKey
from copydesk.verify.files import paths_of
from copydesk.verify.finding import Finding, told

_SIDE_BY_SIDE = 2  # tables that are checked at the same time
_SMALL = 128 << 20
"""Bytes of a version's tables, so few that they are read once and kept."""

_OF_ARTICLES = ("blocks", "captions", "mentions", "dates")


def read_tables(folder: Path, release: Mapping[str, Any]) -> tuple[dict[str, Rows], list[Finding]]:
    """Every table of its Parquet files, and why one could not be read."""
    tables: dict[str, Rows] = {}
    findings = []
    small = _is_small(release)
    for registered in TABLES:
        paths = paths_of(release, registered.name, "parquet")
        try:
            if paths:
                found = stored_parquet([folder / path for path in paths], registered, release["text"])
                tables[registered.name] = found.table() if small else found
        except (ValueError, OSError) as error:
            findings.append(Finding("columns", ", ".join(paths), str(error)))
    return tables, findings


def check_rows(folder: Path, release: Mapping[str, Any], tables: Tables) -> list[Finding]:
    """Everything that can be said of the tables without replaying the articles."""
    hashes = {table.name: TableHash(tables[table.name].schema) for table in TABLES}
    # Arrow leaves the interpreter alone while it works; but of a large version, one table at a time is held enough.
    with ThreadPoolExecutor(_SIDE_BY_SIDE if _is_small(release) else 1) as pool:
        checked = [
            pool.submit(_check_table, folder, release, table, tables[table.name], hashes[table.name])
            for table in sorted(TABLES, key=lambda table: -tables[table.name].num_rows)
        ]
        findings = [finding for found in checked for finding in found.result()]
    findings.extend(_check_references(tables))
    if (actual := combined(hashes)) != release["content_hash"]:
        what = f"the rows have {actual}, and it says {release['content_hash']}"
        findings.append(Finding("content_hash", RELEASE, what))
    return findings


def _is_small(release: Mapping[str, Any]) -> bool:
    size: int = sum(resource["bytes"] for resource in release["resources"] if resource["format"] == "csv")
    return size <= _SMALL


def _check_table(
    folder: Path, release: Mapping[str, Any], registered: Table, data: Rows, hashes: TableHash
) -> list[Finding]:
    """One table, read once: its columns, its key, and the CSV files beside it. What it holds is added to ``hashes``."""
    columns = [
        CheckedColumn(registered.name, column, withheld=release["text"] == "none") for column in registered.columns
    ]
    key = CheckedKey(registered)
    csv = CheckedCsv(folder, release, registered)
    for part in parts(data):
        for column in columns:
            column.add(part[column.name])
        key.add(part)
        hashes.add(part)
        csv.add(part)
    findings = []
    if data.num_rows != (said := release["row_count"][registered.name]):
        findings.append(Finding("columns", registered.name, f"{data.num_rows} rows, and {RELEASE} says {said}"))
    return [
        *findings,
        *(finding for column in columns for finding in column.findings()),
        *key.findings(),
        *csv.findings(),
    ]


def _check_references(tables: Tables) -> list[Finding]:
    findings = []
    for table, column in (("articles", "source_id"), ("mentions", "entity_id")):
        other = "sources" if column == "source_id" else "entities"
        named: set[str] = set()
        for part in parts(tables[table], [column]):
            named.update(pc.drop_null(part[column].unique()).to_pylist())
        missing = sorted(named.difference(tables[other].column(column).to_pylist()))
        findings.extend(_missing(table, column, missing, other))
    for table in _OF_ARTICLES:
        lost: set[str] = set()
        ids = [["article_id"], ["article_id"]]
        for rows, articles in side_by_side([tables[table], tables["articles"]], "article_id", ids):
            found = rows["article_id"].unique()
            known = pc.is_in(found, value_set=articles["article_id"].combine_chunks())
            lost.update(found.filter(pc.invert(known)).to_pylist())
        findings.extend(_missing(table, "article_id", sorted(lost), "articles"))
    return findings


def _missing(table: str, column: str, values: Sequence[str], other: str) -> list[Finding]:
    return told("references", f"{table}.{column}", ((value, f"it is no row of {other}") for value in values))
