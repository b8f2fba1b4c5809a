"""What the grammar finds in a text before anything is resolved: one expression a date, in tokens."""

from __future__ import annotations

from typing import NamedTuple

Parts = tuple[int, int, int]
"""Year, month and day."""


class Expression(NamedTuple):
    """A date as written. ``first`` and ``last`` are token positions, both inclusive.

    ``kind`` says which other fields hold: ``date`` (calendar fields), ``numeric`` (``readings``), ``range`` (the
    fields of its first date, and ``until``), ``weekday``, ``unit`` (``unit`` and ``shift``, from the publication),
    ``later`` (the same, from an earlier date), ``decade`` and ``century`` (``number``), ``season`` (``unit``),
    ``quarter`` and ``half`` (``year`` and ``number``).
    """

    kind: str
    first: int
    last: int
    rule: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    until: Expression | None = None
    number: int | None = None
    unit: str | None = None
    shift: int | None = None
    modifier: str | None = None
    readings: tuple[tuple[str, Parts], ...] = ()
    separator: str = ""
    language: str = "en"
    end: int | None = None
    """Where the surface ends, if that is inside token ``last``: Korean particles stand against the day."""
