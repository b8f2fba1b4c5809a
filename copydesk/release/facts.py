"""What can be counted in a version, counted once: the card, the datasheet and the changelog all speak from here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import KEPT_ROLES, TEXT_ROLES, Role
from copydesk.tables import TABLES, Table

Count = tuple[str, int]


@dataclass(frozen=True, slots=True)
class RoleCount:
    role: str
    treatment: str
    """Where its lines went: ``in the text``, ``in a field`` or ``set aside``."""
    blocks: int
    lines: int


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    name: str
    country: str | None
    language: str | None
    articles: int
    first: date | None
    last: date | None
    terms: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts are pairs of a value and how often it occurs, the most frequent first. A null value is ``(none)``."""

    rows: Mapping[str, int]
    roles: tuple[RoleCount, ...]
    lines: int
    lines_set_aside: int
    sources: tuple[Source, ...]
    languages: tuple[Count, ...]
    first: date | None
    last: date | None
    dated: int
    completeness: tuple[Count, ...]
    duplicate_groups: int
    duplicate_relations: tuple[Count, ...]
    flags: tuple[Count, ...]
    repairs: tuple[Count, ...]
    encodings: tuple[Count, ...]
    rules: tuple[Count, ...]
    quarantine: tuple[Count, ...]
    mentions: tuple[Count, ...]
    dates: tuple[Count, ...]
    nulls: Mapping[str, tuple[Count, ...]]
    """By table: columns with at least one null, and how many. A column that holds nothing but null is one too."""
    chars_raw: int
    chars_kept: int
    words: int


NONE = "(none)"
_WEB = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::[0-9]{1,5})?(?:/[A-Za-z0-9/._~%?=&+-]{0,1000})?")


def facts(tables: Mapping[str, pa.Table]) -> Facts:
    """Counts everything in one pass a column."""
    articles, blocks = tables["articles"], tables["blocks"]
    roles = _roles(blocks)
    published = pc.min_max(articles.column("published_on"))
    return Facts(
        rows={table.name: tables[table.name].num_rows for table in TABLES},
        roles=roles,
        lines=sum(role.lines for role in roles),
        lines_set_aside=sum(role.lines for role in roles if role.treatment == "set aside"),
        sources=_sources(tables["sources"]),
        languages=counts(articles.column("language")),
        first=published["min"].as_py(),
        last=published["max"].as_py(),
        dated=articles.num_rows - articles.column("published_on").null_count,
        completeness=counts(articles.column("completeness")),
        duplicate_groups=pc.count_distinct(articles.column("duplicate_group"), mode="only_valid").as_py(),
        duplicate_relations=_stated(counts(articles.column("duplicate_relation"))),
        flags=counts(articles.column("flags")),
        repairs=counts(articles.column("repairs")),
        encodings=counts(articles.column("encoding")),
        rules=counts(blocks.column("rule")),
        quarantine=counts(tables["quarantine"].column("reason")),
        mentions=counts(tables["mentions"].column("status")),
        dates=counts(tables["dates"].column("basis")),
        nulls={table.name: _nulls(table, tables[table.name]) for table in TABLES},
        chars_raw=_sum(articles.column("chars_raw")),
        chars_kept=_sum(articles.column("chars_kept")),
        words=_sum(articles.column("word_count")),
    )


def homepages(sources: pa.Table) -> list[str]:
    """The outlets' addresses, each once, sorted. What is no plain web address is left out: descriptors link to them."""
    return sorted({page for page in sources.column("homepage").to_pylist() if page and _WEB.fullmatch(page)})


def counts(column: pa.ChunkedArray) -> tuple[Count, ...]:
    """How often each value occurs, or each item where the values are lists; ties in the order of the values."""
    if pa.types.is_list(column.type):
        column = pc.list_flatten(column)
    found = ((NONE if item["values"] is None else str(item["values"]), item["counts"]) for item in _tally(column))
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _tally(column: pa.ChunkedArray) -> list[dict[str, Any]]:
    tallied: list[dict[str, Any]] = pc.value_counts(column).to_pylist()
    return tallied


def _stated(values: tuple[Count, ...]) -> tuple[Count, ...]:
    return tuple(pair for pair in values if pair[0] != NONE)


def _sum(column: pa.ChunkedArray) -> int:
    return int(pc.sum(column.cast(pa.int64())).as_py() or 0)


def _roles(blocks: pa.Table) -> tuple[RoleCount, ...]:
    number: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    sizes = pc.subtract(blocks.column("line_end"), blocks.column("line_start"))
    grouped = pa.table({"role": blocks.column("role"), "lines": sizes}).group_by("role", use_threads=False)
    for row in grouped.aggregate([("lines", "count"), ("lines", "sum")]).to_pylist():
        number[row["role"]] = row["lines_count"]
        lines[row["role"]] = row["lines_sum"] or 0
    return tuple(RoleCount(role, _treatment(role), number[role], lines[role]) for role in Role if number[role])


def _treatment(role: Role) -> str:
    if role in TEXT_ROLES:
        return "in the text"
    return "in a field" if role in KEPT_ROLES else "set aside"


def _sources(sources: pa.Table) -> tuple[Source, ...]:
    return tuple(
        Source(
            id=row["source_id"],
            name=row["name"] or row["source_id"],
            country=row["country"],
            language=row["language"],
            articles=row["article_count"],
            first=row["first_published_on"],
            last=row["last_published_on"],
            terms=row["terms"],
        )
        for row in sources.to_pylist()
    )


def _nulls(table: Table, data: pa.Table) -> tuple[Count, ...]:
    found = ((column.name, data.column(column.name).null_count) for column in table.columns)
    return tuple((name, count) for name, count in found if count)
