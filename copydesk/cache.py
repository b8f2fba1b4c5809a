"""Work that is kept between runs, so that only what is new or changed is done again.

    <folder>/index.sqlite             which parts there are; comparisons of texts, by key; the last run of each dataset
    <folder>/parts/<digest>/          a part: what was done together, by key, as a table; and rows that go with it, one
                                      Arrow file a table. The digest is over the first, which has those of the others

A key is a hash over all that a result depends on: the item's content, what is known of its source, the levels at which
its lines recur, the authority, the code and the libraries. So whatever is found is what cleaning would give, and losing
any of it, at any time, costs only time. What is broken is thrown away and made anew. What no run has used for
``KEPT_DAYS`` is pruned. Parts are looked through by column: that nothing has changed of very many articles is seen
without looking at one.

Nothing here reaches a version: not even the clock, which only says when something was last used.
"""

from __future__ import annotations

import hashlib
import logging
import platform
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import bulk
from copydesk.libraries import CLEANING, versions

log = logging.getLogger(__name__)

KEPT_DAYS = 30
_LAYOUT = """
CREATE TABLE IF NOT EXISTS parts (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
    key TEXT PRIMARY KEY, verdict INTEGER NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    dataset TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, told TEXT NOT NULL
) WITHOUT ROWID;
"""
_DROPPED = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("parts", "verdicts", "runs"))
_EDITION = crc32(_LAYOUT.encode()) & 0x7FFFFFFF
"""What the index says of its layout: an index with other columns is of no use."""
_NAME = re.compile(r"[0-9a-f]{64}")
_TABLE = "kept.arrow"
_AT_ONCE = 500  # values in one question to SQLite
_DAY = 86_400

Span = tuple[str, str]
"""The names of the first and the last file of which something was kept, or is asked for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a part has of what was asked for."""

    part: str
    table: pa.Table


@cache
def code() -> str:
    """A hash over Copydesk's own code and data, and the versions of what it depends on."""
    here = Path(__file__).parent
    digest = hashlib.sha256(repr((platform.python_version(), versions(CLEANING))).encode())
    for path in sorted(here.rglob("*")):
        if path.suffix in (".py", ".toml", ".json", ".npz"):
            digest.update(path.relative_to(here).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """A key over values whose ``repr`` says all, and over the code."""
    return hashlib.sha256(repr((code(), *parts)).encode("utf-8", "surrogatepass")).hexdigest()


class Cache:
    """The kept work of a folder. Every method does its best and raises nothing: without it, work is done again."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        """``fresh``: finds nothing, and keeps what is done now."""
        self.folder = folder
        self._fresh = fresh
        self._today = int(time.time()) // _DAY

    def find(self, kind: str, span: Span, column: str, keys: pa.Array) -> list[Kept]:
        """What was kept as of this kind and has one of the keys in this column, by part; each key in one part only."""
        found: list[Kept] = []
        question = "SELECT name FROM parts WHERE kind = ? AND first <= ? AND last >= ? ORDER BY used DESC, name"
        for (name,) in () if self._fresh else self._asked(question, (self._kind(kind), span[1], span[0])):
            if not len(keys):
                break
            if (table := self._table(name)) is None or column not in table.column_names:
                continue
            rows = table.filter(pc.is_in(table[column], value_set=keys))
            if rows.num_rows:
                found.append(Kept(name, rows))
                keys = keys.filter(pc.invert(pc.is_in(keys, value_set=rows[column].combine_chunks())))
        self._use([kept.part for kept in found])
        return found

    def files(self, part: str, tables: Iterable[str]) -> dict[str, Path] | None:
        """The Arrow files of the rows that go with a part, or None where they are not there or not what they were."""
        try:
            if (kept := self._table(part)) is None:
                return None
            said = kept.schema.metadata or {}
            return {name: _checked(self._file(part, name), said[name.encode()].decode()) for name in tables}
        except (OSError, ValueError, KeyError, pa.ArrowException):
            self._broken_part(part)
            return None

    def keep(self, kind: str, span: Span, table: pa.Table, rows: Mapping[str, pa.Table] | None = None) -> None:
        """Keeps what was done together, with the rows that go with it by table."""
        parts = self.folder / "parts"
        try:
            parts.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=parts) as made:  # what a killed run leaves there is pruned
                said = {name: _write(data, Path(made) / f"{name}.arrow") for name, data in (rows or {}).items()}
                name = _write(table.replace_schema_metadata(said), Path(made) / _TABLE)
                with suppress(OSError):  # the same part is there
                    Path(made).rename(parts / name)
        except OSError as error:
            _warn(f"the cache in {self.folder} cannot be written: {error.strerror}")
            return
        self._change(
            "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?)", [(name, self._kind(kind), *span, self._today)]
        )

    def note(self, kind: str, name: str, table: pa.Table) -> None:
        """Keeps a table by its name."""
        self.keep(kind, (name, name), table)

    def noted(self, kind: str, name: str) -> pa.Table | None:
        """The table that was kept of this kind by this name."""
        question = "SELECT name FROM parts WHERE kind = ? AND first = ? AND last = ?"
        for (part,) in () if self._fresh else self._asked(question, (self._kind(kind), name, name)):
            if (table := self._table(part)) is not None:
                self._use([part])
                return table
        return None

    def verdicts(self, pairs: Sequence[str]) -> dict[str, int]:
        """What came of comparing two texts, by what stands for the two."""
        keys = {key_of("verdict", pair): pair for pair in pairs}
        return {keys[key]: verdict for key, verdict in self._found("key, verdict", "verdicts", list(keys))}

    def keep_verdicts(self, verdicts: Mapping[str, int]) -> None:
        self._change(
            "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)",
            [(key_of("verdict", pair), verdict, self._today) for pair, verdict in verdicts.items()],
        )

    def last_run(self, dataset: str) -> tuple[str, str] | None:
        """The fingerprint of the last run that published into the dataset, and what it told."""
        if self._fresh:
            return None
        found = list(self._asked("SELECT fingerprint, told FROM runs WHERE dataset = ?", (dataset,)))
        return (found[0][0], found[0][1]) if found else None

    def keep_run(self, dataset: str, fingerprint: str, told: str) -> None:
        self._change("INSERT OR REPLACE INTO runs VALUES (?, ?, ?)", [(dataset, fingerprint, told)])

    def prune(self) -> None:
        """Lets go of what was not used for so long, and of parts that nothing refers to."""
        oldest = self._today - KEPT_DAYS
        for table in ("parts", "verdicts"):
            self._change(f"DELETE FROM {table} WHERE used < ?", [(oldest,)])  # noqa: S608 - no values
        alive = {part for (part,) in self._asked("SELECT name FROM parts", ())}
        with suppress(OSError):
            for folder in (self.folder / "parts").iterdir():
                # A part that another run has just written is not in the index yet.
                if folder.name not in alive and folder.stat().st_mtime < time.time() - _DAY:
                    shutil.rmtree(folder, ignore_errors=True)

    def _use(self, parts: Sequence[str]) -> None:
        rows = [(self._today, self._today, part) for part in parts]
        self._change("UPDATE parts SET used = ? WHERE used < ? AND name = ?", rows)

    def _kind(self, kind: str) -> str:
        """Of another Copydesk nothing can be used: it need not be looked through."""
        return f"{kind} {code()}"

    def _file(self, part: str, table: str) -> Path:
        return self.folder / "parts" / part / f"{table}.arrow"

    def _table(self, part: str) -> pa.Table | None:
        """What was kept in a part, by key; None where it is not there or not what it was."""
        if not _NAME.fullmatch(part):
            return None
        try:
            return pa.ipc.open_file(_read(self.folder / "parts" / part / _TABLE, part)).read_all()
        except (OSError, ValueError, pa.ArrowException):
            self._broken_part(part)
            return None

    def _broken_part(self, part: str) -> None:
        log.warning("a part of the cache in %s is gone or broken: its work is done again", self.folder)
        shutil.rmtree(self.folder / "parts" / part, ignore_errors=True)  # else it would stand in the way of itself
        self._change("DELETE FROM parts WHERE name = ?", [(part,)])

    def _found(self, columns: str, table: str, keys: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Rows by key; those that are found count as used."""
        for start in range(0, 0 if self._fresh else len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            found = self._asked(f"SELECT {columns} FROM {table} WHERE key IN ({marks})", some)  # noqa: S608 - no values
            yield from found
            used = f"UPDATE {table} SET used = ? WHERE used < ? AND key IN ({marks})"  # noqa: S608
            keys_found = [row[0] for row in found] + [""] * (len(some) - len(found))
            self._change(used, [(self._today, self._today, *keys_found)])

    def _asked(self, question: str, values: Sequence[str]) -> list[tuple[Any, ...]]:
        try:
            with closing(self._open()) as index:
                return index.execute(question, values).fetchall()
        except (sqlite3.DatabaseError, OSError) as error:
            self._broken(error)
            return []

    def _change(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Does the statement once for each row of values, all or none."""
        try:
            with closing(self._open()) as index, index:
                index.executemany(statement, rows)
        except (sqlite3.DatabaseError, OSError) as error:
            self._broken(error)

    def _open(self) -> sqlite3.Connection:
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
        index = sqlite3.connect(self.folder / "index.sqlite", timeout=60)
        if index.execute("PRAGMA user_version").fetchone()[0] != _EDITION:  # new, or of another Copydesk: begun anew
            index.executescript(f"BEGIN IMMEDIATE; {_DROPPED} {_LAYOUT} PRAGMA user_version = {_EDITION}; COMMIT;")
        return index

    def _broken(self, error: sqlite3.DatabaseError | OSError) -> None:
        _warn(f"the cache in {self.folder} cannot be used ({error}): work is done again")
        if not isinstance(error, sqlite3.OperationalError | OSError):  # locked, read-only or full: it may be well again
            with suppress(OSError):
                (self.folder / "index.sqlite").unlink()


@cache
def _warn(what: str) -> None:
    """Says it once a process: every part that is looked for, or kept, meets the same disk."""
    log.warning("%s", what)


def _write(data: pa.Table, path: Path) -> str:
    """Returns the digest of what was written: parts as short as those of files that are to be merged."""
    bulk.write_stored([data], data.schema, path, most_bytes=bulk.MERGED_BYTES)
    return _digest(path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(path: Path, digest: str) -> Path:
    """The file; raises ValueError where it is not what was written."""
    if _digest(path) != digest:
        raise ValueError(f"{path} is not what it was")
    return path


def _read(path: Path, digest: str) -> bytes:
    """Raises ValueError where what is read is not what was written. It is held in memory: what is mapped could be cut
    while it is in use."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(f"{path} is not what it was")
    return data
