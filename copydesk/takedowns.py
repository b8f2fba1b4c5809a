"""Articles that were taken down: out of what is about to be published, and out of what it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import bulk, pipeline
from copydesk.bulk import Rows, Tables, keep, without_articles
from copydesk.cleaning import Knowledge
from copydesk.errors import NothingToDo, StoreError
from copydesk.loading import load
from copydesk.store import BrokenStore, NoSuchColumn, NoSuchTable, Place, open_files
from copydesk.store.read import read_index, read_takedowns
from copydesk.store.takedowns import Raw, Takedowns

_RAW = ("raw_path", "raw_record")
_SAME_ADDRESS = "same_address"


def leave_out(parts: Tables, takedowns: Takedowns, knowledge: Knowledge) -> Tables:
    """The tables without the articles that were taken down, and without what the quarantine says of their files."""
    if not takedowns:
        return parts
    ids = ids_down(parts, takedowns)
    left = {**without_articles(parts, ids), "quarantine": _quarantine_left(parts, takedowns, ids)}
    if all(left[name].num_rows == parts[name].num_rows for name in parts):
        return parts
    return pipeline.derive(left, knowledge, pipeline.leaving_out(parts, ids))


def apart(before: Tables, takedowns: Takedowns) -> tuple[Tables, frozenset[str]]:
    """The last version's tables without what their quarantine says of pages that were taken down since, and the ids of
    the articles among them."""
    if not takedowns:
        return before, frozenset()
    gone = ids_down(before, takedowns)
    return {**before, "quarantine": _quarantine_left(before, takedowns, gone)}, gone


def ids_down(parts: Tables, takedowns: Takedowns) -> frozenset[str]:
    """The ids of the articles in these tables that were taken down."""
    if not takedowns:
        return frozenset()
    ids = (part["article_id"].to_pylist() for part in bulk.parts(parts["articles"], ["article_id"]))
    return frozenset().union(*map(takedowns.ids_among, ids))


def holds_any(parts: Tables, takedowns: Takedowns) -> bool:
    """Whether the tables hold an article that was taken down, or the quarantine a file of one."""
    if not takedowns:
        return False
    ids = ids_down(parts, takedowns)
    return bool(ids) or _quarantine_left(parts, takedowns, ids).num_rows < parts["quarantine"].num_rows


def raw_of(dataset: Place, article_ids: Iterable[str]) -> list[Raw]:
    """The raw files and records that articles came from, in any version that was not withdrawn.

    Raises NothingToDo for an id that no version has, since a misspelt one would take down nothing; and BrokenStore for
    a version that cannot be read, since a page that only that version names could come back.
    """
    wanted = set(article_ids)
    found: set[str] = set()
    raw: set[Raw] = set()
    files = open_files(dataset)
    down = read_takedowns(files.read, files.name)
    for entry in read_index(files.read, files.name) or ():
        if entry.status == "withdrawn":
            continue
        with _known(files.name, entry.version):
            articles = load(dataset, "articles", entry.version, ["article_id", "raw_path", "raw_record"])
            here = articles.filter(pc.is_in(articles["article_id"], pa.array(sorted(wanted), pa.string())))
            items = set(zip(here["raw_path"].to_pylist(), here["raw_record"].to_pylist(), strict=True))
            found |= set(here["article_id"].to_pylist())
            raw |= items | _named_with(load(dataset, "quarantine", entry.version), _paths(items))
    if missing := sorted(wanted - found - down.ids_among(wanted)):
        raise NothingToDo(
            f"{files.name}: no version has the article {', '.join(missing)}. Copy the article_id from the articles "
            "table; `copydesk explain` finds it by the raw path."
        )
    return sorted(raw, key=lambda item: (item[0], item[1] or ""))


@contextmanager
def _known(place: str, version: str) -> Iterator[None]:
    """Raises BrokenStore where a version was changed so that its rows cannot be had: they are junk, or not all there,
    or hold what is no text."""
    try:
        yield
    except (BrokenStore, NoSuchTable, NoSuchColumn, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        why = str(error) if isinstance(error, StoreError) else f"its tables do not hold what they should: {error}."
        raise BrokenStore(
            f"Version {version} of {place} cannot be read, so that nothing was taken down: the raw files that it names "
            f"would not be known. Put it back from a copy, or withdraw it, and take down again. ({why})"
        ) from error


def find_takedowns(dataset: Place) -> Takedowns:
    """What was taken down of a dataset so far; nothing where there is none yet."""
    files = open_files(dataset)
    return read_takedowns(files.read, files.name)


def _quarantine_left(parts: Tables, takedowns: Takedowns, ids: frozenset[str]) -> Rows:
    """The quarantine without rows of what was taken down, or would have come in its place."""
    out = pa.array(sorted(ids), pa.string())
    articles = bulk.parts(parts["articles"], ["article_id", *_RAW]) if ids else ()
    gone = (part.filter(pc.is_in(part["article_id"], out)) for part in articles)
    items = {item for part in gone for item in _items(part)}
    paths = _paths(items)
    for part in bulk.parts(parts["quarantine"], [*_RAW, "reason", "detail"]) if paths else ():
        items |= _named_with(part, paths)

    def left(part: pa.Table) -> pa.Array:
        return pa.array([item not in items and not takedowns.has_raw(*item) for item in _items(part)], pa.bool_())

    return keep(parts["quarantine"], _RAW, left)


def _items(part: pa.Table) -> Iterator[Raw]:
    return zip(part["raw_path"].to_pylist(), part["raw_record"].to_pylist(), strict=True)


def _paths(items: Iterable[Raw]) -> set[str]:
    """The files that hold one page each: the path of a dump names no article."""
    return {path for path, record in items if record is None}


def _named_with(quarantine: pa.Table, paths: set[str]) -> set[Raw]:
    """Other crawls of the pages: set aside because they have the address of one of these files, which they name."""
    rows = quarantine.select(["raw_path", "raw_record", "reason", "detail"]).to_pylist()
    return {
        (row["raw_path"], row["raw_record"])
        for row in rows
        if row["reason"] == _SAME_ADDRESS and any(f" the address of {path}," in row["detail"] for path in paths)
    }
