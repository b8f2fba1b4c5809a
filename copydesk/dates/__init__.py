"""Dates: found in running text (``find_dates``), read from publication stamps (``parse_stamp``, ``find_stamp``, and of
a record's column ``stated_stamp``), and inferred where none is stated (``infer_published``)."""

from copydesk.dates.edtf import is_edtf
from copydesk.dates.find import anchor_of, dates_of, find_dates
from copydesk.dates.infer import Inferred, infer_published
from copydesk.dates.stamp import (
    FoundStamp,
    find_stamp,
    find_stamps,
    is_stamp_line,
    label_of,
    parse_stamp,
    stamp_share,
)
from copydesk.dates.stated import stated_stamp
from copydesk.dates.strange import no_stamp_line

__all__ = [
    "FoundStamp",
    "Inferred",
    "anchor_of",
    "dates_of",
    "find_dates",
    "find_stamp",
    "find_stamps",
    "infer_published",
    "is_edtf",
    "is_stamp_line",
    "label_of",
    "no_stamp_line",
    "parse_stamp",
    "stamp_share",
    "stated_stamp",
]
