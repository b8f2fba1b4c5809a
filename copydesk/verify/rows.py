"""The tables themselves: columns as in the registry, CSV equal to Parquet, keys, references, and the content's hash."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.frames import sort
from copydesk.release.data import from_csv, from_parquet
from copydesk.release.hashing import content_hash
from copydesk.store.layout import RELEASE
from copydesk.tables import TABLES, Column, Table
from copydesk.verify.files import paths_of
from copydesk.verify.finding import Finding, told

Tables = Mapping[str, pa.Table]

_SIDE_BY_SIDE = 2  # tables; each is held twice while it is compared
_REFERENCES = (
    ("articles", "source_id", "sources"),
    ("blocks", "article_id", "articles"),
    ("captions", "article_id", "articles"),
    ("mentions", "article_id", "articles"),
    ("mentions", "entity_id", "entities"),
    ("dates", "article_id", "articles"),
)


def read_tables(folder: Path, release: Mapping[str, Any]) -> tuple[dict[str, pa.Table], list[Finding]]:
    """Every table from its Parquet files, and why one could not be read."""
    tables: dict[str, pa.Table] = {}
    findings = []
    for registered in TABLES:
        paths = paths_of(release, registered.name, "parquet")
        try:
            parts = [from_parquet(folder / path, registered, release["text"]) for path in paths]
        except (ValueError, OSError) as error:
            findings.append(Finding("columns", ", ".join(paths), str(error)))
            continue
        if parts:
            tables[registered.name] = pa.concat_tables(parts).combine_chunks()
    return tables, findings


def check_rows(folder: Path, release: Mapping[str, Any], tables: Tables) -> list[Finding]:
    """Everything that can be said of the tables without replaying the articles."""
    findings = []
    withheld = release["text"] == "none"
    # Reading CSV leaves the interpreter alone, and takes longer than all else: the rest is done meanwhile.
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        csv = [pool.submit(_check_csv, folder, release, table, tables[table.name]) for table in TABLES]
        for registered in TABLES:
            data = tables[registered.name]
            if data.num_rows != release["row_count"][registered.name]:
                what = f"{data.num_rows} rows, and {RELEASE} says {release['row_count'][registered.name]}"
                findings.append(Finding("columns", registered.name, what))
            for column in registered.columns:
                findings.extend(_check_column(registered.name, column, data[column.name], withheld=withheld))
            findings.extend(_check_key(registered, data))
        findings.extend(_check_references(tables))
        if (actual := content_hash(tables)) != release["content_hash"]:
            what = f"the rows have {actual}, and it says {release['content_hash']}"
            findings.append(Finding("content_hash", RELEASE, what))
        for differing in csv:
            findings.extend(differing.result())
    return findings


def key_of(registered: Table, data: pa.Table, row: int) -> str:
    """A row's key, for people."""
    return " ".join(str(data[name][row].as_py()) for name in registered.key)


def _check_column(table: str, column: Column, values: pa.ChunkedArray, *, withheld: bool) -> list[Finding]:
    where = f"{table}.{column.name}"
    if column.carries_text and withheld:
        if values.null_count < len(values):
            return [Finding("columns", where, "it holds text, in a version that is said to have none")]
        return []
    findings = []
    if column.required and values.null_count:
        findings.append(Finding("columns", where, f"{values.null_count} rows have no value, and each should"))
    if column.type == "string":
        if pc.any(pc.equal(pc.binary_length(values), 0)).as_py():
            findings.append(Finding("columns", where, "it holds an empty string, where there should be null"))
        if column.categories:
            others = set(values.unique().to_pylist()) - {None, *column.categories}
            if others:
                what = f"it holds {', '.join(sorted(others)[:3])}, which is none of its categories"
                findings.append(Finding("columns", where, what))
    return findings


def _check_key(registered: Table, data: pa.Table) -> list[Finding]:
    keys = data.select(registered.key)
    findings = []
    if keys.group_by(list(registered.key)).aggregate([]).num_rows != keys.num_rows:
        findings.append(Finding("keys", registered.name, f"two rows have the same {', '.join(registered.key)}"))
    if not sort(registered, keys).equals(keys):
        findings.append(Finding("keys", registered.name, f"its rows are not sorted by {', '.join(registered.key)}"))
    return findings


def _check_csv(folder: Path, release: Mapping[str, Any], registered: Table, data: pa.Table) -> list[Finding]:
    paths = paths_of(release, registered.name, "csv")
    where = ", ".join(paths)
    try:
        read = pa.concat_tables([from_csv(folder / path, registered, release["text"]) for path in paths])
    except (ValueError, OSError) as error:
        return [Finding("csv", where, f"it cannot be read as the table {registered.name}: {error}")]
    if read.num_rows != data.num_rows:
        return [Finding("csv", where, f"it has {read.num_rows} rows, and the Parquet file {data.num_rows}")]
    findings = []
    for column in registered.columns:
        ours, theirs = data[column.name], read[column.name]
        if not theirs.equals(ours):
            rows = (row for row in range(len(ours)) if ours[row] != theirs[row])
            whats = ((key_of(registered, data, row), f"{column.name} is not what Parquet holds") for row in rows)
            findings.extend(told("csv", where, whats))
    return findings


def _check_references(tables: Tables) -> list[Finding]:
    findings = []
    for table, column, other in _REFERENCES:
        values = tables[table][column].combine_chunks()
        known = pc.is_in(values, value_set=tables[other][column].combine_chunks())
        lost = np.flatnonzero(pc.and_(pc.is_valid(values), pc.invert(known)).to_numpy(zero_copy_only=False))
        missing = sorted(set(values.take(pa.array(lost)).to_pylist()))
        whats = ((value, f"it is no row of {other}") for value in missing)
        findings.extend(told("references", f"{table}.{column}", whats))
    return findings
