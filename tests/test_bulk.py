"""Tables that are read a part at a time say what they would say in memory, however they are cut."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_release import AS_OF, tables_of

from copydesk import bulk, tables
from copydesk.frames import frame, sort
from copydesk.quality import judge
from copydesk.quality.validate import validate
from copydesk.release.diff import diff
from copydesk.release.facts import facts
from copydesk.release.hashing import content_hash

SUITES = ROOT / "expectations"
TABLE = tables.DATES

ROWS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 99), st.text(max_size=30), st.lists(st.text(max_size=9), max_size=3)),
    max_size=40,
    unique_by=lambda row: row[:2],
)


def dates(rows: list[tuple[int, int, str, list[str]]]) -> pa.Table:
    return frame(
        TABLE,
        [
            {
                "date_id": f"a{article}-d{number:02}", "article_id": f"a{article}", "field": "text", "start": number,
                "end": 99, "surface": f"x{surface}", "basis": "explicit", "rule": "r", "candidates": [], "flags": flags,
            }
            for article, number, surface, flags in rows
        ],
    )  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, cuts=st.lists(st.integers(1, 9), max_size=6), most=st.tuples(st.integers(1, 9), st.integers(1, 400)))
def test_where_a_table_is_cut_leaves_no_trace(
    tmp_path: Path, rows: list[tuple[int, int, str, list[str]]], cuts: list[int], most: tuple[int, int]
) -> None:
    whole = dates(rows)
    files, start = [], 0
    for number, count in enumerate([*cuts, max(whole.num_rows, 1)]):
        # Every file has some rows of everywhere, as a partition of the raw files has.
        part = sort(TABLE, whole.take(pa.array(range(number, whole.num_rows, len(cuts) + 1), pa.int64())))
        files.append(tmp_path / f"{number}.arrow")
        bulk.write_stored([part], part.schema, files[-1], most_rows=count)
        start += count
    merged = bulk.merge(TABLE, files, tmp_path / "merged.arrow")
    assert merged.table().equals(whole)
    assert bulk.read_stored(tmp_path / "merged.arrow").num_rows == whole.num_rows
    small = bulk.write_stored([whole], whole.schema, tmp_path / "small.arrow", most_rows=cuts[0] if cuts else 1)
    assert content_hash({"t": small}) == content_hash({"t": whole})
    groups = [list(map(pa.Table.to_pylist, bulk.regroup(bulk.parts(data), *most))) for data in (small, whole)]
    assert groups[0] == groups[1]
    for (stretch,) in bulk.side_by_side([small], "article_id"):
        assert len(set(stretch["article_id"].to_pylist()) & ids_elsewhere(whole, stretch)) == 0


def ids_elsewhere(whole: pa.Table, stretch: pa.Table) -> set[str]:
    """The articles of rows that are not in a stretch."""
    here = set(stretch["date_id"].to_pylist())
    return {row["article_id"] for row in whole.to_pylist() if row["date_id"] not in here}


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, pa.Table], dict[str, bulk.Stored]]:
    """The tables of a small version, in memory and on disk in parts of three rows."""
    made, folder = tables_of(), tmp_path_factory.mktemp("stored")
    return made, {
        name: bulk.write_stored([data], data.schema, folder / f"{name}.arrow", most_rows=3)
        for name, data in made.items()
    }


def test_what_is_counted_and_compared_is_the_same_from_disk(
    stored: tuple[dict[str, pa.Table], dict[str, bulk.Stored]],
) -> None:
    made, there = stored
    assert facts(made) == facts(there)
    language = pa.array(["xx", *made["articles"]["language"].to_pylist()[1:]], pa.string())
    gone = made["articles"]["article_id"][1].as_py()
    now = bulk.without_articles({**made, "articles": bulk.with_column(made["articles"], "language", language)}, [gone])
    later = bulk.without_articles(
        {**there, "articles": bulk.with_column(there["articles"], "language", language)}, [gone]
    )
    one, other = diff(made, now), diff(there, later)
    assert one.tables == other.tables
    assert one.tables["articles"].changed == one.tables["articles"].removed == 1
    assert one.rows.to_pylist() == other.rows.to_pylist()


def test_a_long_table_is_judged_as_a_short_one_is(
    stored: tuple[dict[str, pa.Table], dict[str, bulk.Stored]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = dict(stored[0])
    blocks = made["blocks"]
    confidence = pa.array([7.0 if row == 4 else 1.0 for row in range(blocks.num_rows)])
    made["blocks"] = bulk.with_column(blocks, "confidence", confidence)
    made["blocks"] = pa.concat_tables([made["blocks"], made["blocks"].slice(blocks.num_rows - 1)])  # a key twice
    short = validate(made, SUITES, AS_OF)
    monkeypatch.setattr(judge, "AT_ONCE", 5)
    long = validate(made, SUITES, AS_OF)
    assert [outcome.failed_rows for outcome in long.outcomes] == [outcome.failed_rows for outcome in short.outcomes]
    assert [outcome.success for outcome in long.outcomes] == [outcome.success for outcome in short.outcomes]
    assert [outcome.failed for outcome in long.outcomes] == [outcome.failed for outcome in short.outcomes]
    assert long.failed_articles() == short.failed_articles() != {}


KEYED = st.dictionaries(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 3)),
    st.tuples(st.sampled_from([None, "x", "y"]), st.sampled_from([None, [], ["x"], ["x", "y"], ["y"]])),
)


@given(one=KEYED, other=KEYED, rekeyed=st.booleans(), shuffled=st.booleans())
def test_what_two_tables_have_in_common_is_left_out_and_nothing_else(
    one: dict[tuple[str, int], object], other: dict[tuple[str, int], object], rekeyed: bool, shuffled: bool
) -> None:
    """What is left out stands in both, at the same place of as many rows under one first key; tables out of order are
    given back whole."""
    rows = [[(*key, *found[key]) for key in sorted(found, reverse=shuffled)] for found in (one, other)]
    kinds = (pa.string(), pa.int32(), pa.string(), pa.list_(pa.string()))
    schema = pa.schema(list(zip(("id", "place", "word", "list"), kinds, strict=True)))
    left, right = (
        pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in side], schema) for side in rows
    )
    left, right, same = bulk.unlike(left, right, ("id", "place") if not rekeyed else ("id",))
    under = [{key: [row for row in side if row[0] == key] for key, *_ in side} for side in rows]
    as_long = [key for key, mine in under[0].items() if len(under[1].get(key, ())) == len(mine)]
    both = [row for key in as_long for row, twin in zip(under[0][key], under[1][key], strict=True) if row == twin]
    assert same in ((0, len(both)) if shuffled or rekeyed else (len(both),))
    for data, side in ((left, rows[0]), (right, rows[1])):
        assert [tuple(row.values()) for row in data.to_pylist()] == [row for row in side if not same or row not in both]


def test_whoever_holds_a_column_holds_no_other(tmp_path: Path) -> None:
    long = pa.table({"key": pa.array(range(20_000)), "text": pa.array(["x" * 1_000] * 20_000)})
    stored, spool = bulk.write_stored([long], long.schema, tmp_path / "long.arrow"), bulk.Spool(long.schema)
    spool.add(long)
    for table in (stored, spool.done()):
        before = pa.total_allocated_bytes()
        held = table.select(["key"])
        assert held["key"].to_pylist() == list(range(20_000))
        assert pa.total_allocated_bytes() - before < 2 * held.nbytes
