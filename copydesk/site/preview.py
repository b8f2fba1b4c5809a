"""Some of a version's rows to look at: the newest articles, and those that somebody should look at."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import REVIEW
from copydesk.bulk import Tables, parts
from copydesk.proofs import proof_path
from copydesk.proofs.markup import language_tag
from copydesk.proofs.page import title_of
from copydesk.site.markup import short

ROWS = 200
REVIEWED = 50
_FLAGS = 8  # of an article; a page has a weight
_COLUMNS = ("article_id", "headline", "source_id", "published_on", "language", "word_count", "flags", "raw_path")


@dataclass(frozen=True, slots=True)
class Shown:
    """An article as a list shows it. ``proof`` is its proof's path below the version's folder, where it has one."""

    title: str
    source: str
    day: str
    language: str
    tag: str
    """The language for a ``lang`` attribute; empty where it is not known or no tag."""
    words: int
    flags: tuple[str, ...]
    proof: str | None


def newest(tables: Tables, files: Container[str]) -> tuple[Shown, ...]:
    """Up to 200 articles, the newest first, those without a day last; ``files`` tells which proofs there are."""
    order = [("published_on", "descending"), ("article_id", "ascending")]
    found = _none(tables)
    for part in parts(tables["articles"], _COLUMNS):
        both = pa.concat_tables([found, part])
        found = both.take(pc.sort_indices(both, order)[:ROWS])
    return _shown(tables, found, files)


def for_review(tables: Tables, files: Container[str]) -> tuple[int, tuple[Shown, ...]]:
    """How many articles have a flag that begins with ``review:``, and up to 50 of them, with these flags only."""
    count, found = 0, [_none(tables)]
    for part in parts(tables["articles"], _COLUMNS):
        flags = part["flags"].combine_chunks()
        asks = pc.starts_with(pc.list_flatten(flags), REVIEW)
        rows = pc.list_parent_indices(flags).filter(asks).unique()
        if count < REVIEWED:
            found.append(part.take(rows[: REVIEWED - count]))
        count += len(rows)
    return count, _shown(tables, pa.concat_tables(found), files, REVIEW)


def _none(tables: Tables) -> pa.Table:
    return tables["articles"].schema.empty_table().select(_COLUMNS)


def _shown(tables: Tables, chosen: pa.Table, files: Container[str], kind: str = "") -> tuple[Shown, ...]:
    """The articles, with the flags that begin with ``kind``."""
    sources = tables["sources"]
    names = dict(zip(sources["source_id"].to_pylist(), sources["name"].to_pylist(), strict=True))
    rows: Sequence[Mapping[str, Any]] = chosen.to_pylist()
    return tuple(
        Shown(
            title=short(title_of(row)),
            source=short(names.get(row["source_id"]) or row["source_id"], 40),
            day=str(row["published_on"] or ""),
            language=short(row["language"] or "", 20),
            tag=language_tag(row["language"]),
            words=row["word_count"],
            flags=tuple(short(flag.removeprefix(kind), 60) for flag in row["flags"] if flag.startswith(kind))[:_FLAGS],
            proof=path if (path := proof_path(row["article_id"])) in files else None,
        )
        for row in rows
    )
