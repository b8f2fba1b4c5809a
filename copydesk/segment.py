"""Lines into units: what will be labelled. A unit is a line with text, a paragraph whose lines were broken at a fixed
width (as mails and old dumps are), or a run of blank lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from copydesk.article import Line
from copydesk.scripts import UNSPACED

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
_LEAST_BELOW = 4  # such lines, where others are longer
_HIGHER = 5  # lengths of lines, from the longest down, that are tried as the width
_SENTENCE_END = re.compile(r"[.!?:;…։՞。！？؟।۔][\"'”’»“)\]]*$")
_CONTINUOUS = re.compile(f"[{UNSPACED}]")


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
    """The width that the lines were broken at. None where the document does not look so.

    It is the length of the longest line, but for a headline or another line at the top that nobody broke, and for
    lines of one word, as addresses are.
    """
    widths = sorted({len(text) for text in texts}, reverse=True)[:_HIGHER]
    return next((width for width in widths if width in _WIDTHS and _fits(texts, width, longest=widths[0])), None)


def _fits(texts: Sequence[str], width: int, longest: int) -> bool:
    """Whether nearly every long line ends where its next word would not have fitted, and most of them inside a
    sentence. Where some lines are longer than the width, it takes more of the others, and most of these go on small."""
    long = [place for place, (one, other) in enumerate(pairwise(texts)) if other and len(one) > _REACHES * width]
    full = [place for place in long if _full(texts[place], texts[place + 1], width)]
    inside = sum(not _SENTENCE_END.search(texts[place]) for place in full)
    if len(full) < max(_LEAST, _FULL * len(long)) or 2 * inside < len(full):
        return False
    if width == longest:
        return True
    longer = [place for place, text in enumerate(texts) if len(text) > width]
    small = sum(not texts[place + 1][0].isupper() for place in full)
    at_top = all(place < full[0] or " " not in texts[place] for place in longer)
    return at_top and len(full) >= _LEAST_BELOW and 2 * small >= len(full)


def _full(line: str, following: str, width: int) -> bool:
    """Whether the first word of the following line would not have fitted."""
    first = following.split(maxsplit=1)[:1]
    if not first or len(line) > width:
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
