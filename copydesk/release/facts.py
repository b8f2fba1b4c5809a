"""What can be counted in a version, counted once: the card, the datasheet and the changelog all speak from here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import KEPT_ROLES, TEXT_ROLES, Role
from copydesk.bulk import COUNT, Rows, Tables, parts, totals
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
    days: int
    """Days on which at least one article was published."""
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


def facts(tables: Tables) -> Facts:
    """Counts everything in one pass a table."""
    counted = {table.name: _counted(table, tables[table.name]) for table in TABLES}
    articles, blocks = counted["articles"], counted["blocks"]
    roles = _roles(tables["blocks"])
    return Facts(
        rows={table.name: tables[table.name].num_rows for table in TABLES},
        roles=roles,
        lines=sum(role.lines for role in roles),
        lines_set_aside=sum(role.lines for role in roles if role.treatment == "set aside"),
        sources=_sources(tables["sources"]),
        languages=articles.values("language"),
        first=articles.first,
        last=articles.last,
        days=len(articles.days),
        dated=tables["articles"].num_rows - articles.nulls["published_on"],
        completeness=articles.values("completeness"),
        duplicate_groups=pc.count_distinct(tables["articles"].column("duplicate_group"), mode="only_valid").as_py(),
        duplicate_relations=_stated(articles.values("duplicate_relation")),
        flags=articles.values("flags"),
        repairs=articles.values("repairs"),
        encodings=articles.values("encoding"),
        rules=blocks.values("rule"),
        quarantine=counted["quarantine"].values("reason"),
        mentions=counted["mentions"].values("status"),
        dates=counted["dates"].values("basis"),
        nulls={table.name: _nulls(table, counted[table.name]) for table in TABLES},
        chars_raw=articles.sums["chars_raw"],
        chars_kept=articles.sums["chars_kept"],
        words=articles.sums["word_count"],
    )


def homepages(sources: pa.Table) -> list[str]:
    """The outlets' addresses, each once, sorted. What is no plain web address is left out: descriptors link to them."""
    return sorted({page for page in sources.column("homepage").to_pylist() if page and _WEB.fullmatch(page)})


_VALUES: Mapping[str, tuple[str, ...]] = {
    "articles": ("language", "completeness", "duplicate_relation", "flags", "repairs", "encoding"),
    "blocks": ("rule",),
    "quarantine": ("reason",),
    "mentions": ("status",),
    "dates": ("basis",),
}
"""By table: the columns whose values are counted, or their items where the values are lists."""

_SUMS = ("chars_raw", "chars_kept", "word_count")


@dataclass(slots=True)
class _Counted:
    """What is counted of a table while it goes by."""

    nulls: Counter[str] = field(default_factory=Counter)
    tallies: dict[str, Counter[str]] = field(default_factory=dict)
    sums: Counter[str] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)

    @property
    def first(self) -> date | None:
        return min(self.days, default=None)

    @property
    def last(self) -> date | None:
        return max(self.days, default=None)

    def values(self, column: str) -> tuple[Count, ...]:
        """How often each value occurs; ties in the order of the values."""
        return tuple(sorted(self.tallies[column].items(), key=lambda pair: (-pair[1], pair[0])))


def _counted(table: Table, data: Rows) -> _Counted:
    found = _Counted(tallies={name: Counter() for name in _VALUES.get(table.name, ())})
    for part in parts(data):
        for name in part.column_names:
            found.nulls[name] += part[name].null_count
        for name, tally in found.tallies.items():
            tally.update(_tally(part[name]))
        if table.name == "articles":
            found.sums.update({name: int(pc.sum(part[name].cast(pa.int64())).as_py() or 0) for name in _SUMS})
            found.days.update(pc.drop_null(part["published_on"]).unique().to_pylist())
    return found


def _tally(column: pa.ChunkedArray) -> dict[str, int]:
    if pa.types.is_list(column.type):
        column = pc.list_flatten(column)
    found = pc.value_counts(column).to_pylist()
    return {NONE if item["values"] is None else str(item["values"]): item["counts"] for item in found}


def _stated(values: tuple[Count, ...]) -> tuple[Count, ...]:
    return tuple(pair for pair in values if pair[0] != NONE)


def _roles(blocks: Rows) -> tuple[RoleCount, ...]:
    found = {row["role"]: row for row in totals(_sizes(blocks), ["role"], [("lines", "sum")])}
    return tuple(
        RoleCount(role, _treatment(role), found[role][COUNT], found[role]["lines_sum"] or 0)
        for role in Role
        if role in found
    )


def _sizes(blocks: Rows) -> Iterator[pa.Table]:
    for part in parts(blocks, ["role", "line_start", "line_end"]):
        yield pa.table({"role": part["role"], "lines": pc.subtract(part["line_end"], part["line_start"])})


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


def _nulls(table: Table, counted: _Counted) -> tuple[Count, ...]:
    found = ((column.name, counted.nulls[column.name]) for column in table.columns)
    return tuple((name, count) for name, count in found if count)
