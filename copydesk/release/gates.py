"""What stops a version until a person has looked: a difference to the last version that is seldom meant.

A gate compares two versions, so a first version meets none. A person accepts one by its name with a reason, which is
published.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import SET_ASIDE_ROLES
from copydesk.bulk import COUNT, Rows, Stored, Tables, parts, totals
from copydesk.errors import ConfigError, NotAccepted
from copydesk.release.diff import Changes

GATES = (
    "breaking_schema",
    "rows_removed",
    "rows_changed",
    "source_rows",
    "fill_rate",
    "median_length",
    "set_aside",
)
"""Their names; all but the first have a threshold of the same name."""

_TOLD = 5  # columns, sources or rules that are named; the rest is a number


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate that is shut: what was found, and why a person let the version pass, if one did."""

    name: str
    found: str
    accepted: str | None = None


@cache
def default_thresholds() -> Mapping[str, float]:
    """The thresholds of the shipped pack, by name."""
    data = tomllib.loads(files("copydesk.release").joinpath("gates.toml").read_text(encoding="utf-8"))
    return MappingProxyType(data["thresholds"])


def shut_gates(changes: Changes, old: Tables, new: Tables, thresholds: Mapping[str, float]) -> tuple[Gate, ...]:
    """The gates that the step from ``old`` to ``new`` shuts, in the order of ``GATES``.

    ``thresholds`` go before the shipped ones.
    """
    limits = {**default_thresholds(), **thresholds}
    found: dict[str, list[str]] = {}
    if changes.schema == "breaking":
        found["breaking_schema"] = list(changes.schema_notes)
    articles = old.get("articles")
    if articles is not None and articles.num_rows >= limits["articles_at_least"]:
        for name, said in _statistics(changes, old, new, limits):
            found.setdefault(name, []).append(said)
    return tuple(Gate(name, _told(found[name])) for name in GATES if name in found)


def accept(shut: Sequence[Gate], reasons: Mapping[str, str]) -> tuple[Gate, ...]:
    """The same gates with the reasons given. Raises NotAccepted where one has none, ConfigError for no gate's name."""
    for name in reasons:
        if name not in GATES:
            raise ConfigError(f"There is no gate {name!r} to accept; there are {', '.join(GATES)}.")
    if still := [gate for gate in shut if gate.name not in reasons]:
        listing = " ".join(f"{gate.name}: {gate.found}." for gate in still)
        accepts = " ".join(f'--accept {gate.name} --reason "..."' for gate in still)
        raise NotAccepted(
            f"Nothing was published, because it differs from the last version in a way that is seldom meant. {listing} "
            f"Mend the cause; or, where it is meant, run again with {accepts}: the reason is published."
        )
    return tuple(Gate(gate.name, gate.found, reasons[gate.name]) for gate in shut)


def _statistics(changes: Changes, old: Tables, new: Tables, limits: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    counted, before = changes.tables["articles"], old["articles"].num_rows
    for name, rows, what in (
        ("rows_removed", counted.removed - counted.removed_causes.get("takedown", 0), "are gone"),
        ("rows_changed", counted.changed, "are other than they were"),
    ):
        if rows > limits[name] * before:
            yield name, f"{rows:,} of {before:,} articles {what}, {_percent(rows / before)}"
    was, is_ = _by_source(old["articles"]), _by_source(new["articles"])
    for source in sorted(was):
        lost = was[source] - is_.get(source, 0)
        # A source counts by itself only where it has enough articles, as the whole does.
        if was[source] >= limits["articles_at_least"] and lost > limits["source_rows"] * was[source]:
            yield "source_rows", f"{source!r} has {is_.get(source, 0):,} articles, and had {was[source]:,}"
    both = [name for name in old["articles"].column_names if name in new["articles"].column_names]
    was_filled, is_filled = (fill_rates(tables["articles"], both) for tables in (old, new))
    yield from _moved("fill_rate", "values of", was_filled, is_filled, limits)
    lengths = [_median(tables["articles"].column("word_count")) for tables in (old, new)]
    if abs(lengths[1] - lengths[0]) > limits["median_length"] * lengths[0]:
        yield "median_length", f"the median text has {lengths[1]:,.0f} words, and had {lengths[0]:,.0f}"
    if {"blocks"} <= old.keys() & new.keys():
        yield from _moved("set_aside", "lines set aside by", _aside(old["blocks"]), _aside(new["blocks"]), limits)


def _moved(
    name: str, what: str, was: Mapping[str, float], is_: Mapping[str, float], limits: Mapping[str, float]
) -> Iterator[tuple[str, str]]:
    """What moved by more points than the limit, the largest first."""
    moves = [(abs(is_.get(key, 0.0) - was.get(key, 0.0)), key) for key in sorted({*was, *is_})]
    for move, key in sorted(moves, key=lambda pair: (-pair[0], pair[1])):
        if move > limits[name]:
            yield name, f"{what} {key}: {_percent(is_.get(key, 0.0))}, and were {_percent(was.get(key, 0.0))}"


def _by_source(articles: Rows) -> dict[str, int]:
    return {row["source_id"]: row[COUNT] for row in totals(parts(articles, ["source_id"]), ["source_id"])}


def fill_rates(articles: Rows, names: Sequence[str]) -> dict[str, float]:
    """The share of rows with a value, by column: an empty list is none. Only what may be empty is looked into."""
    fields = [articles.schema.field(name) for name in names]
    nulls = {field.name: 0 for field in fields if not field.nullable and not pa.types.is_list(field.type)}
    nulls = {**(articles.nulls if isinstance(articles, Stored) else {}), **nulls}
    asked = [name for name in names if name not in nulls]
    filled = {name: 0 if name in asked else articles.num_rows - nulls[name] for name in names}
    for part in parts(articles, asked) if asked else ():
        for name in asked:
            filled[name] += _filled(part[name])
    return {name: count / max(articles.num_rows, 1) for name, count in filled.items()}


def _filled(column: pa.ChunkedArray) -> int:
    if pa.types.is_list(column.type):
        return int(pc.sum(pc.greater(pc.list_value_length(column), 0)).as_py() or 0)
    return len(column) - int(column.null_count)


def _median(column: pa.ChunkedArray) -> float:
    return float(pc.quantile(column, 0.5)[0].as_py() or 0)


def _aside(blocks: Rows) -> dict[str, float]:
    """By rule: the share of all lines that it sets aside."""
    rows = totals(_lines(blocks), ["rule", "aside"], [("lines", "sum")])
    whole = max(sum(row["lines_sum"] for row in rows), 1)
    return {row["rule"]: row["lines_sum"] / whole for row in rows if row["aside"]}


def _lines(blocks: Rows) -> Iterator[pa.Table]:
    roles = pa.array(sorted(SET_ASIDE_ROLES), pa.string())
    for part in parts(blocks, ["rule", "role", "line_start", "line_end"]):
        lines = pc.subtract(part["line_end"], part["line_start"])
        yield pa.table({"rule": part["rule"], "aside": pc.is_in(part["role"], value_set=roles), "lines": lines})


def _told(said: Sequence[str]) -> str:
    more = f"; and {len(said) - _TOLD} more" if len(said) > _TOLD else ""
    return "; ".join(said[:_TOLD]) + more


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
