"""Lines into units: what will be labelled. A unit is a line with text, a paragraph whose lines were broken at a fixed
width (as mails and old dumps are), or a run of blank lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from copydesk.article import Line

LINE_ENDS: Mapping[str, str] = {
    "\r\n": "crlf",
    "\r": "cr",
    "\u2028": "ls",
    "\u2029": "ps",
    "\x85": "nel",
    "\f": "ff",
    "\v": "vt",
}
"""Line ends other than LF, and the name under which a block's repairs record them."""


UNWRAPPED = "unwrapped"
"""The repair of a unit whose lines were broken at a fixed width: its text is the lines with a space between."""

_WIDTHS = range(30, 101)  # columns that lines are broken at
_REACHES = 0.6  # a line this long, measured by the longest, could have held more words
_FULL = 0.8  # share of such lines whose next word did not fit
_LEAST = 2
_SENTENCE_END = re.compile(r"[.!?:;…։՞。！？؟।۔][\"'”’»“)\]]*$")
_CONTINUOUS = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")  # scripts without spaces


class Unit(NamedTuple):
    """Lines ``line_start`` to ``line_end`` (exclusive) of a document. ``text`` is empty for blank lines.

    ``raw`` is what was read, inner line ends included; ``end`` is what ended the last line.
    """

    line_start: int
    line_end: int
    text: str
    raw: str
    end: str
    repairs: tuple[str, ...]


def segment(lines: Sequence[Line], *, unwrap: bool = True) -> tuple[Unit, ...]:
    """Units that cover the lines, each line in exactly one, in order.

    ``unwrap``: whether lines that were broken at a fixed width make one unit; it takes a document whose lines show it.
    """
    units: list[Unit] = []
    texts = [line.text for line in lines]
    width = _broken_at(texts) if unwrap else None
    start = 0
    while start < len(lines):
        stop = start + 1
        if not texts[start]:
            while stop < len(lines) and not texts[stop]:
                stop += 1
        elif width:
            while stop < len(lines) and _full(texts[stop - 1], texts[stop], width):
                stop += 1
        units.append(_unit(lines, start, stop))
        start = stop
    return tuple(units)


def _broken_at(texts: Sequence[str]) -> int | None:
    """The width that the lines were broken at: nearly every long line ends where its next word would not have fitted,
    and most of them inside a sentence. None where the document does not look so."""
    longest = max(map(len, texts), default=0)
    if longest not in _WIDTHS:
        return None
    long = [(one, other) for one, other in pairwise(texts) if other and len(one) > _REACHES * longest]
    full = [(one, other) for one, other in long if _full(one, other, longest)]
    inside = sum(not _SENTENCE_END.search(one) for one, _ in full)
    if len(full) < max(_LEAST, _FULL * len(long)) or 2 * inside < len(full):
        return None
    return longest


def _full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line would not have fitted."""
    first = following.split(maxsplit=1)[:1]
    if not first:
        return False
    space = 2 if _CONTINUOUS.search(following) else len(first[0])
    return len(line) + 1 + space > width


def _unit(lines: Sequence[Line], start: int, stop: int) -> Unit:
    first = lines[start]
    if stop - start == 1 and not first.repairs and first.end not in LINE_ENDS:
        return Unit(start, stop, first.text, first.raw, first.end, ())
    raw, text, end, repairs = first
    if stop - start > 1:
        group = lines[start:stop]
        end = group[-1].end
        raw = "".join(line.raw + line.end for line in group[:-1]) + group[-1].raw
        repairs = tuple([repair for line in group for repair in line.repairs])
        if text:
            text = ("" if _CONTINUOUS.search(text) else " ").join([line.text for line in group])
            repairs = (*repairs, UNWRAPPED)
    if repairs:
        repairs = tuple(dict.fromkeys(repairs))
    if end in LINE_ENDS:
        repairs = (*repairs, f"line_end:{LINE_ENDS[end]}")
    return Unit(start, stop, text, raw, end, repairs)
