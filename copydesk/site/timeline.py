"""What happened when: articles by source, and people by mention, in periods that fit the span of the dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import bulk
from copydesk.bulk import COUNT, Tables, parts, side_by_side

PERIODS = 40
"""At most so many bars in a row: more could not be told apart."""
SOURCES = 12
PEOPLE = 10


@dataclass(frozen=True, slots=True)
class Series:
    """A row of a timeline. ``counts`` has a figure for every period; ``total`` counts what has no date too."""

    name: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows over the same periods. ``unit`` is how long one is, ``left_out`` how many rows there would be more."""

    unit: str
    periods: tuple[str, ...]
    rows: tuple[Series, ...]
    left_out: int

    @property
    def most(self) -> int:
        """The largest figure of any row."""
        return max((count for row in self.rows for count in row.counts), default=0)


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str
    number: Callable[[date], int]
    label: Callable[[int], str]


_UNITS = (
    _Unit("day", date.toordinal, lambda n: date.fromordinal(n).isoformat()),
    _Unit("week", lambda day: (day.toordinal() - 1) // 7, lambda n: f"week of {date.fromordinal(n * 7 + 1)}"),
    _Unit("month", lambda day: day.year * 12 + day.month - 1, lambda n: f"{n // 12:04}-{n % 12 + 1:02}"),
    _Unit("quarter", lambda day: day.year * 4 + (day.month - 1) // 3, lambda n: f"{n // 4:04}-Q{n % 4 + 1}"),
    _Unit("year", lambda day: day.year, lambda n: f"{n:04}"),
    _Unit("decade", lambda day: day.year // 10, lambda n: f"{n:03}0s"),
    _Unit("century", lambda day: day.year // 100, lambda n: f"{n:02}00 to {n:02}99"),
)


def articles_over_time(tables: Tables) -> Timeline | None:
    """Articles by source and period, sources with the most articles first; None where no article has a day."""
    sources = tables["sources"]
    names = dict(zip(sources["source_id"].to_pylist(), sources["name"].to_pylist(), strict=True))
    days = (
        pa.table({"key": part["source_id"], "day": part["published_on"]})
        for part in parts(tables["articles"], ["source_id", "published_on"])
    )
    return _timeline(_tally(days), lambda id_: names.get(id_) or id_, SOURCES)


def people_over_time(tables: Tables) -> Timeline | None:
    """Mentions of the people that are mentioned most, all spellings of a name together; None without any of a day."""
    entities = tables["entities"].select(["entity_id", "type", "canonical_name"])
    people = entities.filter(pc.equal(entities["type"], "person"))
    names = dict(zip(people["entity_id"].to_pylist(), people["canonical_name"].to_pylist(), strict=True))
    found = _tally(_days_of_mentions(tables, people["entity_id"].combine_chunks()))
    return _timeline(found, lambda id_: names[id_], PEOPLE)


def _days_of_mentions(tables: Tables, people: pa.Array) -> Iterator[pa.Table]:
    columns = (["article_id", "entity_id"], ["article_id", "published_on"])
    for mentions, articles in side_by_side([tables["mentions"], tables["articles"]], "article_id", columns):
        linked = mentions.filter(pc.is_in(mentions["entity_id"], value_set=people))
        places = pc.index_in(linked["article_id"], value_set=articles["article_id"].combine_chunks())
        yield pa.table({"key": linked["entity_id"], "day": articles["published_on"].take(places)})


_Tallied = list[tuple[str, date | None, int]]


def _tally(rows: Iterable[pa.Table]) -> _Tallied:
    """How many rows there are of each key and day. No more than that leaves Arrow, whatever the number of rows."""
    return [(row["key"], row["day"], row[COUNT]) for row in bulk.totals(rows, ["key", "day"])]


def _timeline(found: _Tallied, name: Callable[[str], str], limit: int) -> Timeline | None:
    days = [day for _, day, _ in found if day is not None]
    if not days:
        return None
    unit = _fitting(min(days), max(days))
    first, last = unit.number(min(days)), unit.number(max(days))
    totals: Counter[str] = Counter()
    counts: Counter[tuple[str, int]] = Counter()
    for key, day, count in found:
        totals[key] += count
        if day is not None:
            counts[key, unit.number(day)] += count
    ordered = sorted(totals, key=lambda key: (-totals[key], key))
    periods = range(first, last + 1)
    return Timeline(
        unit=unit.name,
        periods=tuple(map(unit.label, periods)),
        rows=tuple(
            Series(name(key), tuple(counts[key, period] for period in periods), totals[key]) for key in ordered[:limit]
        ),
        left_out=max(0, len(ordered) - limit),
    )


def _fitting(first: date, last: date) -> _Unit:
    fits = (unit for unit in _UNITS if unit.number(last) - unit.number(first) < PERIODS)
    return next(fits, _UNITS[-1])
