"""Stamps that the packs of running text don't read: ctime, and the months of further languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from copydesk.dates.tokens import fold

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class PlainDate:
    """A whole date at ``text[start:end]``; ``clock`` is its time of day with the zone, where that stands inside."""

    on: date
    start: int
    end: int
    clock: str


@dataclass(frozen=True, slots=True)
class _Forms:
    months: Mapping[str, int]
    day_first: re.Pattern[str]
    year_first: re.Pattern[str]
    ctime: re.Pattern[str]


def plain_dates(text: str) -> Iterator[PlainDate]:
    """The dates in these forms, in order. Days that no month has are left out."""
    if not _YEAR.search(text):
        return
    # Folding keeps the length of all but a few letters: where it doesn't, places would be wrong.
    forms, folded = _forms(), fold(text)
    if len(folded) != len(text):
        return
    matches = [match for form in (forms.ctime, forms.day_first, forms.year_first) for match in form.finditer(folded)]
    for match in sorted(matches, key=lambda match: match.start()):
        try:
            on = date(int(match["year"]), forms.months[match["month"]], int(match["day"]))
        except ValueError:
            continue
        yield PlainDate(
            on, match.start(), match.end(), text[slice(*match.span("clock"))] if match.re is forms.ctime else ""
        )


@cache
def _forms() -> _Forms:
    data = tomllib.loads(files("copydesk.dates.packs").joinpath("stamps.toml").read_text(encoding="utf-8"))
    months = {
        fold(form): number
        for names in data["months"].values()
        for number, forms in enumerate(names, start=1)
        for form in forms.split("|")
    }
    any_month = "|".join(re.escape(name) for name in sorted(months, key=lambda name: (-len(name), name)))
    year = r"(?P<year>(?:19|20)\d\d)(?!\d)"
    return _Forms(
        months=months,
        day_first=re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})\.?\s?(?P<month>{any_month})\.?,?\s{year}\.?"),
        year_first=re.compile(
            rf"(?<!\d){year}\.?\s(?:gada\s)?(?:(?P<month>{any_month})\.?\s(?P<day>\d{{1,2}})(?!\d)\.?)"
        ),
        ctime=re.compile(
            rf"\b(?:mon|tue|wed|thu|fri|sat|sun)\s(?P<month>{any_month})\s{{1,2}}(?P<day>\d{{1,2}})\s"
            rf"(?P<clock>\d\d:\d\d:\d\d(?:\s[a-z]{{1,5}}|\s[+-]\d{{4}})?)\s{year}"
        ),
    )
