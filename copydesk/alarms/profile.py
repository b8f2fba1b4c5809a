"""The profile of a version: what can be counted in it, of all its articles and of those that it has first.

``quality/profile.json``. It holds no text, and is what later versions are held against.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import SET_ASIDE_ROLES, Role
from copydesk.bulk import COUNT, Function, Rows, Tables, keep, parts, side_by_side, totals

PATH = "quality/profile.json"
FORMAT = 1

FIELDS = ("headline", "byline", "published", "language")
"""Columns of articles whose values are counted."""

_COUNTED = ("source_id", "published_on", *FIELDS)
_KEYS = {"articles": ("article_id",), "quarantine": ("raw_path", "raw_record")}


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted of some articles. Lines are those that are not blank."""

    articles: int
    filled: Mapping[str, int]
    """By field: articles that have a value."""
    words: float
    """The median length of a text; 0 without articles."""
    lines: int
    lines_aside: int
    newest: date | None
    """The newest day of publication that is not after the day of the run."""


@dataclass(frozen=True, slots=True)
class Part:
    """All articles of a version, or those that the version before did not have."""

    sources: Mapping[str, Tally]
    roles: Mapping[str, int]
    """Lines by role."""
    rules: Mapping[str, tuple[int, int]]
    """By rule: articles in which it decided a line, and lines."""
    quarantine: Mapping[str, int]
    """Raw files and records by the reason for which they are no article."""

    @property
    def articles(self) -> int:
        return sum(tally.articles for tally in self.sources.values())

    @property
    def newest(self) -> date | None:
        return max((tally.newest for tally in self.sources.values() if tally.newest), default=None)


@dataclass(frozen=True, slots=True)
class Profile:
    """A version in figures. ``new`` is None where there was no version before to tell what is new."""

    as_of: date
    rules_version: str
    whole: Part
    new: Part | None


def profile_of(tables: Tables, before: Tables | None, as_of: date, rules_version: str) -> Profile:
    """The profile of these tables; ``before`` are those of the last version, whatever schema it follows."""
    whole = _part(tables, as_of)
    if before is None or any(_lacks(before.get(name), key) for name, key in _KEYS.items()):
        return Profile(as_of, rules_version, whole, None)
    new = {name: _without(tables[name], before[name], key) for name, key in _KEYS.items()}
    return Profile(as_of, rules_version, whole, _part({**tables, **new}, as_of))


def as_value(profile: Profile) -> dict[str, Any]:
    """The profile as JSON values."""
    return {
        "format": FORMAT,
        "as_of": profile.as_of.isoformat(),
        "rules_version": profile.rules_version,
        "whole": _part_value(profile.whole),
        "new": _part_value(profile.new) if profile.new else None,
    }


def read_profile(data: bytes) -> Profile:
    """A profile from its JSON. Raises ValueError, KeyError, TypeError or AttributeError where it is none."""
    value = json.loads(data)
    if value["format"] != FORMAT:
        raise ValueError(f"a profile in the format {value['format']!r}")
    new = value["new"]
    return Profile(
        date.fromisoformat(value["as_of"]),
        str(value["rules_version"]),
        _read_part(value["whole"]),
        None if new is None else _read_part(new),
    )


def _part(tables: Tables, as_of: date) -> Part:
    lines: Counter[tuple[str, str]] = Counter()
    by_rule: dict[str, tuple[int, int]] = {}
    columns = (["article_id", "source_id"], ["article_id", "role", "rule", "line_start", "line_end"])
    # All blocks of an article come together, so that articles can be counted as they go by.
    for articles, blocks in side_by_side([tables["articles"], tables["blocks"]], "article_id", columns):
        found = _lines(articles, blocks)
        for row in _grouped(found, ["source", "role"], [("lines", "sum")]):
            lines[row["source"], row["role"]] += row["lines_sum"]
        for row in _grouped(found, ["rule"], [("article", "count_distinct"), ("lines", "sum")]):
            before = by_rule.get(row["rule"], (0, 0))
            by_rule[row["rule"]] = (before[0] + row["article_count_distinct"], before[1] + row["lines_sum"])
    aside = {role.value for role in SET_ASIDE_ROLES}
    return Part(
        sources=_tallies(
            tables["articles"],
            _sums((source, count) for (source, _), count in lines.items()),
            _sums((source, count) for (source, role), count in lines.items() if role in aside),
            as_of,
        ),
        roles=_sums((role, count) for (_, role), count in lines.items()),
        rules={rule: by_rule[rule] for rule in sorted(by_rule, key=str)},
        quarantine=_sums(
            (row["reason"], row[COUNT]) for row in totals(parts(tables["quarantine"], ["reason"]), ["reason"])
        ),
    )


def _lines(articles: pa.Table, blocks: pa.Table) -> pa.Table:
    """The blocks of these articles that are not blank: of which source, and how many lines."""
    place = pc.index_in(blocks["article_id"], value_set=articles["article_id"].combine_chunks())
    ours = pc.and_(pc.is_valid(place), pc.not_equal(blocks["role"], Role.BLANK.value))
    return pa.table(
        {
            "article": place,
            "source": pc.take(articles["source_id"], place),
            "role": blocks["role"],
            "rule": blocks["rule"],
            "lines": pc.subtract(blocks["line_end"], blocks["line_start"]),
        }
    ).filter(ours)


def _grouped(rows: pa.Table, by: Sequence[str], wanted: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.group_by(by, use_threads=False).aggregate(wanted).to_pylist()
    return found


def _tallies(articles: Rows, lines: Mapping[str, int], aside: Mapping[str, int], as_of: date) -> Mapping[str, Tally]:
    wanted: list[tuple[str, Function]] = [*((name, "sum") for name in FIELDS), ("day", "max")]
    words = _medians(articles)
    rows = totals((_counted(part, as_of) for part in parts(articles, _COUNTED)), ["source"], wanted)
    return {
        row["source"]: Tally(
            articles=row[COUNT],
            filled={name: row[f"{name}_sum"] for name in FIELDS},
            words=words[row["source"]],
            lines=lines.get(row["source"], 0),
            lines_aside=aside.get(row["source"], 0),
            newest=row["day_max"],
        )
        for row in sorted(rows, key=lambda row: str(row["source"]))
    }


def _counted(part: pa.Table, as_of: date) -> pa.Table:
    days = part["published_on"]
    day = pc.if_else(pc.less_equal(days, pa.scalar(as_of)), days, None)
    filled = {name: pc.cast(_filled(part[name]), pa.int64()) for name in FIELDS}
    return pa.table({"source": part["source_id"], "day": day, **filled})


def _medians(articles: Rows) -> dict[str, float]:
    """By source: the median length of a text in words."""
    found = articles.select(["source_id", "word_count"])
    sources = found["source_id"].combine_chunks().dictionary_encode()
    codes, words = sources.indices.to_numpy(zero_copy_only=False), found["word_count"].to_numpy()
    by_source = words[np.argsort(codes, kind="stable")]
    ends = np.cumsum(np.bincount(codes, minlength=len(sources.dictionary)))[:-1]
    return {
        source: float(np.median(some))
        for source, some in zip(sources.dictionary.to_pylist(), np.split(by_source, ends), strict=bool(len(codes)))
    }


def _filled(column: pa.ChunkedArray) -> Any:
    if pa.types.is_list(column.type):
        return pc.fill_null(pc.greater(pc.list_value_length(column), 0), False)
    return pc.is_valid(column)


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for name, count in pairs:
        found[name] += count
    return {name: found[name] for name in sorted(found, key=str)}


def _lacks(rows: Rows | None, columns: tuple[str, ...]) -> bool:
    return rows is None or not set(columns) <= set(rows.column_names)


def _without(rows: Rows, before: Rows, key: tuple[str, ...]) -> Rows:
    had = _keys(before.select(list(key)), key).combine_chunks()
    return keep(rows, key, lambda part: pc.invert(pc.is_in(_keys(part, key), value_set=had)))


def _keys(rows: pa.Table, key: Iterable[str]) -> pa.ChunkedArray:
    parts = [pc.fill_null(pc.cast(rows[name], pa.string()), "") for name in key]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "\0")


def _part_value(part: Part) -> dict[str, Any]:
    return {
        "articles": part.articles,
        "quarantine": dict(part.quarantine),
        "roles": dict(part.roles),
        "rules": {rule: {"articles": articles, "lines": lines} for rule, (articles, lines) in part.rules.items()},
        "sources": {
            source: {
                "articles": tally.articles,
                "filled": dict(tally.filled),
                "median_words": tally.words,
                "lines": tally.lines,
                "lines_aside": tally.lines_aside,
                "newest": tally.newest.isoformat() if tally.newest else None,
            }
            for source, tally in part.sources.items()
        },
    }


def _read_part(value: Mapping[str, Any]) -> Part:
    return Part(
        sources={source: _read_tally(tally) for source, tally in value["sources"].items()},
        roles=_integers(value["roles"]),
        rules={rule: (int(found["articles"]), int(found["lines"])) for rule, found in value["rules"].items()},
        quarantine=_integers(value["quarantine"]),
    )


def _read_tally(value: Mapping[str, Any]) -> Tally:
    return Tally(
        articles=int(value["articles"]),
        filled={name: int(value["filled"][name]) for name in FIELDS},
        words=float(value["median_words"]),
        lines=int(value["lines"]),
        lines_aside=int(value["lines_aside"]),
        newest=date.fromisoformat(value["newest"]) if value["newest"] else None,
    )


def _integers(value: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(count) for name, count in value.items()}
