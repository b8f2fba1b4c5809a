"""Whether a line is the stamp of its publication or update: a date and nothing else but its label."""

from __future__ import annotations

import re

from copydesk.label.page import PageLine
from copydesk.normalize.dates import find_stamps, is_stamp_line

_CLOCK = re.compile(r"\b(?:[01]?\d|2[0-3])[:.][0-5]\d\b")
_MOST_WORDS = 24


def is_stamp(line: PageLine) -> str:
    """What makes the line a stamp, in words; empty where it is none."""
    if line.shape.words > _MOST_WORDS:
        return ""
    label = line.phrase("updated") or line.phrase("published")
    if label and line.key == label:
        return f"the label {label!r}"
    # Which order the numbers are in does not matter here: any date makes the line a stamp.
    found = find_stamps(line.text, date_order="dmy") or find_stamps(line.text, date_order="mdy")
    if found and is_stamp_line(line.text, found):
        said = f" labelled {found[0].label}" if found[0].label else ""
        return f"the date {line.text[found[0].start : found[0].end]!r}{said}"
    if label and _CLOCK.search(line.text) and line.shape.words <= 8:
        return f"the label {label!r} and a time"
    return ""
