"""Parquet: a cell that says nothing costs itself, a row that is too much too, and no small file fills the memory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile import story, text

from copydesk.article import RawItem
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected

ROWS = 5


def outcomes(folder: Path, **columns: object) -> list[RawItem | Rejected]:
    """What is read of a file of ROWS rows, each with a text of its own unless one is given."""
    table = pa.table({"text": [text(row) for row in range(ROWS)], **columns})
    pq.write_table(table, folder / "a.parquet")
    return [outcome for file in list_files(folder) for outcome in read(file)]


def whole(value: int, kind: pa.DataType, bits: pa.DataType | None = None) -> pa.Array:
    """A column of that type of ones, and the value in the midst of them."""
    numbers = pa.array([1] * 2 + [value] + [1] * (ROWS - 3), bits or pa.int64())
    return pa.Array.from_buffers(kind, ROWS, numbers.buffers())


BEYOND = {
    "date32": whole(2**31 - 1, pa.date32(), pa.int32()),
    "date64": whole(86_400_000 * 10**8, pa.date64()),
    "milliseconds": whole(2**50, pa.timestamp("ms")),
    "microseconds": whole(-(2**62), pa.timestamp("us", tz="UTC")),
    "time": whole(2**60, pa.time64("us")),
    "duration": whole(2**62, pa.duration("s")),
}


@pytest.mark.parametrize("name", ["date", "id", "x"])
@pytest.mark.parametrize("kind", BEYOND)
def test_a_cell_beyond_the_calendar_says_nothing(kind: str, name: str, tmp_path: Path) -> None:
    found = outcomes(tmp_path, **{name: BEYOND[kind], "title": [f"Ferry {row}" for row in range(ROWS)]})
    items = [one for one in found if isinstance(one, RawItem)]
    if name != "id":  # where rows state one id, the later ones are rejected for that
        assert [one.stated.headline for one in items] == [f"Ferry {row}" for row in range(ROWS)]
        published = [one.stated.published is not None for one in items]
        assert published == ([True, True, False, True, True] if name == "date" else [False] * ROWS)
    assert {one.reason for one in found if isinstance(one, Rejected)} <= {"same_id"}
    assert text(2).encode() in {one.data for one in items}


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../../etc/passwd", None])
def test_a_moment_in_no_zone_is_read_as_the_moment_that_it_is(zone: str | None, tmp_path: Path) -> None:
    """As are parts of a second that Python does not count."""
    kind = pa.timestamp("us", tz=zone) if zone else pa.timestamp("ns", tz="UTC")
    per_second = 10**6 if zone else 10**9
    found = outcomes(tmp_path, date=whole(1_741_083_300 * per_second + 1, kind))
    published = [datetime.fromisoformat(str(one.stated.published)[:19]) for one in found if isinstance(one, RawItem)]
    assert published[2] == datetime(2025, 3, 4, 10, 15)
    assert len(published) == ROWS


def test_a_byte_that_is_no_letter_costs_no_row(tmp_path: Path) -> None:
    data = pa.array([text(row).encode() + b"Z\xfcrich" * (row == 2) for row in range(ROWS)], pa.binary())
    found = outcomes(tmp_path, text=pa.Array.from_buffers(pa.string(), ROWS, data.buffers()))
    assert [one.data for one in found if isinstance(one, RawItem)] == data.to_pylist()


def test_what_lies_within_a_cell_is_read(tmp_path: Path) -> None:
    """Lists, objects, pairs and texts that repeat."""
    authors = [["Una Croy", None], [], None, ["Tam Wicks"], ["Una Croy"]]
    inside = pa.array([{"lang": "en", "when": row, "parts": [{"a": [row]}]} for row in range(ROWS)])
    pairs = pa.array([[("a", row)] for row in range(ROWS)], pa.map_(pa.string(), pa.int64()))
    found = outcomes(
        tmp_path,
        text=pa.array([story(row) for row in range(ROWS)]),
        authors=authors,
        meta=inside,
        data=pairs,
        title=pa.array(["Ferry"] * ROWS).dictionary_encode(),
    )
    items = [one for one in found if isinstance(one, RawItem)]
    assert [one.stated.byline for one in items] == [("Una Croy",), (), (), ("Tam Wicks",), ("Una Croy",)]
    assert {(one.stated.language, one.stated.headline) for one in items} == {("en", "Ferry")}
    assert [one.data.decode() + "\n" for one in items] == [text(row) for row in range(ROWS)]


def test_a_row_that_is_too_much_costs_itself(tmp_path: Path) -> None:
    ends = pa.array([0, 1, 2, 2_500_000, 2_500_001, 2_500_002], pa.int32())
    long = pa.ListArray.from_arrays(ends, pa.nulls(2_500_002, pa.int8()))
    found = outcomes(tmp_path, authors=long, other=long)
    assert [(one.reason, one.record) for one in found if isinstance(one, Rejected)] == [("broken_record", "record 3")]
    assert len(found) == ROWS
    (tmp_path / "deep").mkdir()
    deep = pa.array([1] * ROWS)
    for _ in range(45):
        deep = pa.ListArray.from_arrays(
            pa.array(range(ROWS + 1), pa.int32()), pa.StructArray.from_arrays([deep], ["a"])
        )
    reasons = {one.reason for one in outcomes(tmp_path / "deep", authors=deep) if isinstance(one, Rejected)}
    assert reasons <= {"too_deep", "unreadable"}


def test_a_small_file_of_nothing_is_refused_unread(tmp_path: Path) -> None:
    """Whoever holds the nulls: one row among many, or some columns together."""
    ends = pa.array([0] * ROWS + [20_000_000], pa.int32())
    nulls = pa.ListArray.from_arrays(ends, pa.nulls(20_000_000, pa.int8()))
    found = outcomes(tmp_path, authors=nulls, title=nulls)
    assert [one.reason for one in found if isinstance(one, Rejected)] == ["unpacks_too_far"]
    assert (len(found), (tmp_path / "a.parquet").stat().st_size < 10_000) == (1, True)
    assert len(outcomes(tmp_path, authors=["Una Croy"] * ROWS, x=nulls)) == ROWS


def test_a_table_without_text_says_what_it_has(tmp_path: Path) -> None:
    pq.write_table(pa.table({"tekst": ["Ferry"], "title": ["Ferry"], "n": [1]}), tmp_path / "a.parquet")
    (found,) = (outcome for file in list_files(tmp_path) for outcome in read(file))
    assert isinstance(found, Rejected)
    assert "among tekst, n, title." in found.detail
