"""Whether a line is the stamp of its publication or update: a date, and beside it only what belongs to a stamp."""

from __future__ import annotations

import re
from functools import lru_cache

from copydesk.dates import FoundStamp, find_stamps, is_stamp_line, no_stamp_line
from copydesk.label.names import people
from copydesk.label.page import PageLine

_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:.][0-5]\d(?!\d)")
_MINUTES = re.compile(r"[:.][0-5]\d")  # what every clock has, and few other figures
_GLUED = re.compile(r"(?<=[^\W\d_]{3})(?=\d)|(?<=\d{4})(?=[^\W\d_年년])|(?<=[^\W\d_])(?=[A-ZÄÖÜ][a-zäöü])")
MOST_WORDS = 24
"""More words than this no stamp has."""
_MOST_GLUED, _MOST_CHARS = 12, 160
_ORDERS = ("dmy", "mdy")


def is_stamp(line: PageLine) -> str:
    """What makes the line a stamp, in words; empty where it is none."""
    if line.shape.words > MOST_WORDS:
        return ""
    label = line.phrase("updated") or line.phrase("published")
    if label and line.key == label:
        return f"the label {label!r}"
    # Which order the numbers are in does not matter here: any date makes the line a stamp.
    found = _found(line.text) if line.shape.digits and not no_stamp_line(line.text) else []
    if found and is_stamp_line(line.text, found):
        said = f" labelled {found[0].label}" if found[0].label else ""
        return f"the date {line.text[found[0].start : found[0].end]!r}{said}"
    if label and _CLOCK.search(line.text) and line.shape.words <= 8:
        return f"the label {label!r} and a time"
    return ""


def beside_headline(line: PageLine) -> str:
    """What makes a line in the head of a page a stamp though other words are in it: a place, names, a counter.

    A date with its time, or a date beside a name, in a short line that is no sentence. Empty where it is none.
    """
    if (
        line.shape.words > _MOST_GLUED
        or line.shape.chars > _MOST_CHARS
        or line.shape.ending == "sentence"
        or line.credit is not None
        or not line.shape.digits
    ):
        return ""
    text = unglued(line.text)
    found = _found(text)
    if not found:
        return ""
    date = text[found[0].start : found[0].end]
    if _CLOCK.search(text):
        return f"the date {date!r} and a time"
    rest = without_stamps(text, found)
    if people(rest) or line.says("byline", "published", "updated"):
        return f"the date {date!r} and a name"
    return ""


def timed(text: str) -> bool:
    """Whether a whole date is in the text with its time: no headline has both."""
    return _MINUTES.search(text) is not None and _CLOCK.search(text) is not None and bool(_found(unglued(text)))


def unglued(text: str) -> str:
    """The text with a space wherever a word was glued to a figure or to the next word ("17:59Lesezeit")."""
    return _GLUED.sub(" ", text)


def without_stamps(text: str, found: list[FoundStamp] | None = None) -> str:
    """The text with each stamp in it made a separator."""
    for one in reversed(_found(text) if found is None else found):
        text = f"{text[: one.start]} | {text[one.end :]}"
    return text


@lru_cache(maxsize=1_024)  # a line is asked about by several rules
def _found(text: str) -> list[FoundStamp]:
    return next((found for order in _ORDERS if (found := find_stamps(text, date_order=order))), [])
