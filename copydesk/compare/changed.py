"""What differs between two published versions, with the values of the rows that differ most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk import Rows, Tables, parts, side_by_side
from copydesk.compare.words import Part, distance, word_diff
from copydesk.errors import CopydeskError, NothingToDo
from copydesk.opened import check_columns
from copydesk.predecessor import Version, read_version
from copydesk.release.causes import ASKED
from copydesk.release.diff import Changes, diff, key_texts
from copydesk.store import open_files
from copydesk.store.errors import BrokenStore
from copydesk.store.layout import RELEASE, version_path
from copydesk.store.read import find_version, folder_reader
from copydesk.tables import TABLES

SHOWN = 30
"""Changed rows of each table that are shown with their values, and keys of added and removed rows."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that differs."""

    column: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row that differs. ``size`` is how many words of it do; it only serves to sort."""

    key: str
    cause: str | None
    rules: tuple[str, ...]
    size: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TableComparison:
    name: str
    added: int
    changed: int
    removed: int
    unchanged: int
    columns: Mapping[str, int]
    causes: Mapping[str, Mapping[str, int]]
    """By kind: rows by cause."""
    rules: Mapping[str, int]
    rows: tuple[Row, ...]
    """Those of the changed rows that differ most, the largest first."""
    keys: Mapping[str, tuple[str, ...]]
    """By kind, the first keys of rows that were added and removed."""

    @property
    def share(self) -> float:
        """How much of the table differs, from 0 to 1."""
        touched = self.added + self.changed + self.removed
        return touched / max(touched + self.unchanged, 1)


@dataclass(frozen=True, slots=True)
class Comparison:
    old: str
    new: str
    dataset: str
    changes: Changes
    tables: tuple[TableComparison, ...]
    """The tables that differ, those that differ most first."""

    @property
    def same(self) -> bool:
        """Whether columns and rows of both are the same."""
        return self.changes.same


def find(given: str, dataset: Path) -> Path:
    """The folder of a version: of a path to it or to a dataset (then its latest), else of a version of ``dataset``.

    Raises NoSuchDataset, NoSuchVersion or BrokenStore.
    """
    path = Path(given)
    if (path / RELEASE).is_file():
        return path
    if path.is_dir():
        return path / version_path(find_version(folder_reader(path), given).version)
    return dataset / version_path(find_version(folder_reader(dataset), str(dataset), given).version)


def compare(old: Path, new: Path) -> Comparison:
    """Compares two versions' folders. Raises NothingToDo for a folder that holds no version that can be read, and
    BrokenStore for one whose rows cannot be those of a version."""
    left, right = _read(old), _read(new)
    with _comparable(old, new):
        changes = diff(left.tables, right.tables, before=left.provenance, now=right.provenance)
        compared = [_table(name, changes, left.tables, right.tables) for name in changes.tables]
    return Comparison(
        old=str(left.release["version"]),
        new=str(right.release["version"]),
        dataset=str(right.release.get("title", "")),
        changes=changes,
        tables=tuple(sorted((table for table in compared if table.share), key=lambda table: -table.share)),
    )


def _read(folder: Path) -> Version:
    try:
        version = read_version(open_files(folder))
    except BrokenStore as error:
        raise NothingToDo(
            f"{folder} holds no version that can be read ({error}): `copydesk verify` says more."
        ) from error
    for registered in TABLES:
        if (data := version.tables.get(registered.name)) is not None:
            # A version of another schema may have another key: then no row of it can be followed.
            keys = [name for name in registered.key if name in data.column_names]
            check_columns(f"{folder}", data.schema, registered, [*keys, *ASKED.get(registered.name, ())])
    return version


@contextmanager
def _comparable(old: Path, new: Path) -> Iterator[None]:
    """Rows that only a version that was tampered with can have: a key twice, no value where each row has one."""
    try:
        yield
    except CopydeskError:
        raise
    except (OSError, ValueError, LookupError, TypeError, pa.ArrowException) as error:
        what = f"{type(error).__name__}: {error}"
        raise BrokenStore(
            f"{old} and {new} cannot be compared ({what}): `copydesk verify` says which of them is not as it says."
        ) from error


def _table(name: str, changes: Changes, old: Tables, new: Tables) -> TableComparison:
    counted = changes.tables[name]
    return TableComparison(
        name=name,
        added=counted.added,
        changed=counted.changed,
        removed=counted.removed,
        unchanged=counted.unchanged,
        columns=counted.columns,
        causes={"added": counted.added_causes, "changed": counted.causes, "removed": counted.removed_causes},
        rules=counted.rules,
        rows=_rows(name, _listed(changes, name, "changed"), old[name], new[name]) if counted.changed else (),
        keys={kind: _keys(_listed(changes, name, kind)) for kind in ("added", "removed")},
    )


def _listed(changes: Changes, table: str, kind: str) -> Iterator[pa.Table]:
    """The rows of one kind that a table has in the list of changes, a part at a time."""
    for part in parts(changes.rows):
        yield part.filter(pc.and_(pc.equal(part["table"], table), pc.equal(part["kind"], kind)))


def _keys(listed: Iterable[pa.Table]) -> tuple[str, ...]:
    keys = (key for part in listed for key in part["key"].to_pylist())
    return tuple(islice(keys, SHOWN))


def _rows(name: str, listed: Iterable[pa.Table], old: Rows, new: Rows) -> tuple[Row, ...]:
    """The rows that differ most: both versions are gone through with the list, which is in the same order."""
    registered = next(table for table in TABLES if table.name == name)
    found: list[Sized] = []
    rows = chain.from_iterable(part.to_pylist() for part in listed)
    row = next(rows, None)
    for stretch in side_by_side([old, new], registered.key[0]):
        places = [{key: place for place, key in enumerate(key_texts(registered, data))} for data in stretch]
        here = []
        while row is not None and row["key"] in places[1]:
            here.append(row)
            row = next(rows, None)
        was, is_ = (
            data.take([where[row["key"]] for row in here]).to_pylist()
            for data, where in zip(stretch, places, strict=True)
        )
        found += (_sized(*each) for each in zip(here, was, is_, strict=True))
        found = sorted(found, key=lambda item: item[:2])[:SHOWN]
        if row is None:
            break
    return tuple(
        Row(
            key=row["key"],
            cause=row["cause"],
            rules=tuple(row["rules"]),
            size=-size,
            cells=tuple(Cell(column, word_diff(was, is_)) for column, was, is_ in pairs),
        )
        for size, _, row, pairs in found
    )


Sized = tuple[int, str, Mapping[str, Any], list[tuple[str, str, str]]]


def _sized(row: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]) -> Sized:
    pairs = [(column, _text(before[column]), _text(after[column])) for column in row["columns"]]
    return -sum(max(distance(was, is_), 1) for _, was, is_ in pairs), row["key"], row, pairs


def _text(value: object) -> str:
    """A value as text; what is not there is nothing."""
    if isinstance(value, list):
        return " | ".join(map(str, value))
    return "" if value is None else str(value)
