"""Cleaned work, kept between runs, so that only what is new or changed is cleaned again.

    <folder>/index.sqlite             looks at files, results of items and comparisons of texts, by key; the last run of
                                      each dataset
    <folder>/parts/<digest>/          the rows of some items, one Arrow file a table; the digest is over the files

A key is a hash over all that a result depends on: the item's content, what is known of its source, the levels at which
its lines recur, the authority, the code and the libraries. So whatever is found is what cleaning would give, and losing
any of it, at any time, costs only time. What is broken is thrown away and made anew. What no run has used for
``KEPT_DAYS`` is pruned.

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
from dataclasses import astuple, dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import pyarrow as pa
from pyarrow import feather

from copydesk.libraries import CLEANING, versions

log = logging.getLogger(__name__)

KEPT_DAYS = 30
_LAYOUT = """
CREATE TABLE IF NOT EXISTS looks (key TEXT PRIMARY KEY, looks TEXT NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS results (
    key TEXT PRIMARY KEY, part TEXT, article_id TEXT, source_id TEXT, words INTEGER, aside INTEGER, rejected TEXT,
    used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
    key TEXT PRIMARY KEY, verdict INTEGER NOT NULL, used INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs (
    dataset TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, told TEXT NOT NULL
) WITHOUT ROWID;
"""
_DROPPED = "".join(f"DROP TABLE IF EXISTS {table};" for table in ("looks", "results", "verdicts", "runs"))
_EDITION = crc32(_LAYOUT.encode()) & 0x7FFFFFFF
"""What the index says of its layout: an index with other columns is of no use."""
_NAME = re.compile(r"[0-9a-f]{64}")
_AT_ONCE = 500  # values in one question to SQLite
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an item: an article whose rows are in a part, or a rejection as JSON."""

    part: str | None = None
    article_id: str | None = None
    source_id: str | None = None
    words: int = 0
    aside: int = 0
    rejected: str | None = None


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

    def looks(self, keys: Sequence[str]) -> dict[str, str]:
        """What was seen in files, as JSON, by key."""
        return dict(self._found("key, looks", "looks", keys))

    def keep_looks(self, looks: Mapping[str, str]) -> None:
        self._change(
            "INSERT OR REPLACE INTO looks VALUES (?, ?, ?)", [(key, value, self._today) for key, value in looks.items()]
        )

    def results(self, keys: Sequence[str]) -> dict[str, Result]:
        """What became of items, by key."""
        columns = "key, part, article_id, source_id, words, aside, rejected"
        return {key: Result(*rest) for key, *rest in self._found(columns, "results", keys)}

    def keep_results(self, rows: Mapping[str, pa.Table], results: Mapping[str, Result]) -> None:
        """Keeps results; ``rows`` holds, by table, the rows of all articles among them, whose part is still None."""
        part = self._write_part(rows)
        self._change(
            "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (key, part if one.article_id else None, *astuple(one)[1:], self._today)
                for key, one in results.items()
                if part or not one.article_id
            ],
        )

    def part(self, name: str, tables: Iterable[str]) -> dict[str, pa.Table] | None:
        """The rows of a part, or None where they are not there or not what they were."""
        if not _NAME.fullmatch(name):
            return None
        folder = self.folder / "parts" / name
        try:
            if _digest(folder) == name:
                return {table: feather.read_table(folder / f"{table}.arrow", memory_map=True) for table in tables}
        except (OSError, pa.ArrowException):
            pass
        log.warning("a part of the cache in %s is gone or broken: its articles are cleaned again", self.folder)
        shutil.rmtree(folder, ignore_errors=True)  # else it would stand in the way of the same part, made anew
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
        for table in ("looks", "results", "verdicts"):
            self._change(f"DELETE FROM {table} WHERE used < ?", [(oldest,)])  # noqa: S608 - no values
        alive = {part for (part,) in self._asked("SELECT DISTINCT part FROM results WHERE part IS NOT NULL", ())}
        with suppress(OSError):
            for folder in (self.folder / "parts").iterdir():
                # A part that another run has just written is not in the index yet.
                if folder.name not in alive and folder.stat().st_mtime < time.time() - _DAY:
                    shutil.rmtree(folder, ignore_errors=True)

    def _write_part(self, rows: Mapping[str, pa.Table]) -> str | None:
        parts = self.folder / "parts"
        try:
            parts.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=parts) as made:  # what a killed run leaves there is pruned
                for table, data in rows.items():
                    feather.write_feather(data, Path(made) / f"{table}.arrow", compression="uncompressed")
                name = _digest(Path(made))
                with suppress(OSError):  # the same part is there
                    Path(made).rename(parts / name)
            return name
        except OSError as error:
            log.warning("the cache in %s cannot be written: %s", self.folder, error.strerror)
            return None

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
        log.warning("the cache in %s cannot be used (%s): work is done again", self.folder, error)
        if not isinstance(error, sqlite3.OperationalError | OSError):  # locked, read-only or full: it may be well again
            with suppress(OSError):
                (self.folder / "index.sqlite").unlink()


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            digest.update(path.name.encode() + b"\0" + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
