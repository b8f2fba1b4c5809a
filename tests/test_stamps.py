"""Stamps: what a source states of its publication, and nothing more."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from growth import grows_linearly
from hypothesis import given
from hypothesis import strategies as st

from copydesk.dates import find_stamp, find_stamps, is_edtf, is_stamp_line, parse_stamp, stamp_share

GOLDEN = Path(__file__).parent / "golden" / "dates" / "stamps.toml"
CASES: list[dict[str, Any]] = tomllib.loads(GOLDEN.read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["line"][:50])
def test_golden(case: dict[str, Any]) -> None:
    stamp = parse_stamp(case["line"])
    assert (stamp.edtf if stamp else "") == case["edtf"]
    if stamp is not None:
        assert (find_stamps(case["line"])[0].label or "") == case["label"]


@pytest.mark.parametrize("case", [case for case in CASES if case["edtf"]], ids=lambda case: case["line"][:50])
def test_a_moment_is_set_only_where_the_zone_is_stated(case: dict[str, Any]) -> None:
    stamp = parse_stamp(case["line"])
    assert stamp is not None
    assert is_edtf(stamp.edtf)
    assert (stamp.at is not None) == ("T" in stamp.edtf and len(stamp.edtf) > len("2023-09-26T14:05:00"))
    assert (stamp.on is None) == (stamp.precision == "month")
    if stamp.on is not None:
        assert stamp.edtf.startswith(stamp.on.isoformat())


def test_the_order_of_a_numeric_date_is_stated_or_proven_or_left_open() -> None:
    assert parse_stamp("9/3/2023") is None
    american = parse_stamp("9/3/2023", date_order="mdy")
    british = parse_stamp("9/3/2023", date_order="dmy")
    proven = parse_stamp("9/26/2023", date_order="dmy")
    by_weekday = parse_stamp("Wednesday 9/6/2023")
    assert american and american.on == date(2023, 9, 3) and american.basis == "stated+date_order:mdy"
    assert british and british.on == date(2023, 3, 9) and british.basis == "stated+date_order:dmy"
    assert proven and proven.on == date(2023, 9, 26) and proven.basis == "stated+proof:day>12"
    assert by_weekday and by_weekday.on == date(2023, 9, 6)


def test_a_zone_name_of_many_offsets_needs_the_sources_own_zone() -> None:
    line = "Published: 26 Sep 2023 14:05 IST"
    alone = parse_stamp(line)
    indian = parse_stamp(line, timezone="Asia/Kolkata")
    elsewhere = parse_stamp(line, timezone="Europe/Berlin")
    assert alone and alone.at is None
    assert indian and indian.at and indian.at.astimezone(UTC) == datetime(2023, 9, 26, 8, 35, tzinfo=UTC)
    assert elsewhere and elsewhere.at is None


def test_the_sources_zone_never_fills_in_what_is_not_stated() -> None:
    stamp = parse_stamp("26 Sep 2023 14:05", timezone="Europe/Berlin")
    assert stamp and stamp.at is None


def test_a_wrong_weekday_is_told() -> None:
    stamp = parse_stamp("Monday, September 26, 2023")
    assert stamp and stamp.basis == "stated+weekday_mismatch"


def test_a_line_may_hold_two_stamps() -> None:
    line = "Published 26 Sep 2023 14:05, updated 27 Sep 2023 08:00"
    found = find_stamps(line)
    assert [(one.label, one.stamp.edtf) for one in found] == [
        ("published", "2023-09-26T14:05:00"),
        ("updated", "2023-09-27T08:00:00"),
    ]
    assert is_stamp_line(line, found)


def test_prose_is_told_from_a_stamp_line() -> None:
    prose = "The minister left on 26 September 2023 after the talks had failed."
    found = find_stamp(prose)
    assert found is not None
    assert prose[found[1] : found[2]] == "26 September 2023"
    assert not is_stamp_line(prose, find_stamps(prose))
    assert stamp_share(prose, find_stamps(prose)) < 0.4
    line = "26 September 2023, 14:05"
    assert stamp_share(line, find_stamps(line)) == 1.0


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2049, 12, 31)),
    st.integers(-11 * 4, 14 * 4),
    st.sampled_from(["Published: ", "", "Stand: ", "Обновлено: "]),
)
def test_iso_stamps_come_back_exactly(moment: datetime, quarters: int, label: str) -> None:
    offset = timedelta(minutes=15 * quarters)
    sign = "-" if offset < timedelta(0) else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    stamp = parse_stamp(f"{label}{moment:%Y-%m-%dT%H:%M:%S}{sign}{hours:02d}:{minutes:02d}")
    assert stamp is not None and stamp.at is not None
    assert stamp.at.replace(tzinfo=None) == moment.replace(microsecond=0)
    assert stamp.at.utcoffset() == offset
    assert stamp.on == moment.date()


@given(st.text(alphabet="0123456789:/.-, |()TZUhrPubliséеlà年月日APM+", max_size=120))
def test_no_line_breaks_the_parser_and_offsets_hold(line: str) -> None:
    for order in (None, "mdy", "dmy"):
        last = 0
        for one in find_stamps(line, date_order=order):
            assert last <= one.start < one.end <= len(line)
            assert is_edtf(one.stamp.edtf)
            last = one.end


@pytest.mark.parametrize("piece", ["1:1 ", "2023 ", "1/1/", " | ", "Uhr ", "26 Sep 2023 ", "at at ", "1" * 50])
def test_hostile_lines_take_linear_time(piece: str) -> None:
    """A line of 396 characters is nearly the longest that is read: a thousand readings, since one takes no time."""

    def read(length: int, times: int) -> None:
        for _ in range(times):
            parse_stamp((piece * length)[:length])

    assert grows_linearly(lambda length: read(length, 1_000), 99)
    assert grows_linearly(lambda length: read(length, 1), 25_000)
