"""Lines into units: what will be labelled. A unit is one line with text, or a run of blank lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Unit:
    """Lines ``line_start`` to ``line_end`` (exclusive) of a document. ``text`` is empty for blank lines.

    ``raw`` is what was read, inner line ends included; ``end`` is what ended the last line.
    """

    line_start: int
    line_end: int
    text: str
    raw: str
    end: str
    repairs: tuple[str, ...]


def segment(lines: Sequence[Line]) -> tuple[Unit, ...]:
    """Units that cover the lines, each line in exactly one, in order."""
    units: list[Unit] = []
    start = 0
    while start < len(lines):
        stop = start + 1
        if not lines[start].text:
            while stop < len(lines) and not lines[stop].text:
                stop += 1
        units.append(_unit(lines, start, stop))
        start = stop
    return tuple(units)


def _unit(lines: Sequence[Line], start: int, stop: int) -> Unit:
    group = lines[start:stop]
    raw = "".join(line.raw + line.end for line in group[:-1]) + group[-1].raw
    repairs = tuple(dict.fromkeys(repair for line in group for repair in line.repairs))
    end = group[-1].end
    if end in LINE_ENDS:
        repairs = (*repairs, f"line_end:{LINE_ENDS[end]}")
    return Unit(start, stop, group[0].text, raw, end, repairs)
