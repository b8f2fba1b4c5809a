"""Labels: a role for every line of a page, and the rule that gave it.

Pass one (``FIRST``) knows a line by itself; pass two (``SECOND``) knows its neighbours, its place on the page, and what
stood there before. Both are lists of rules, run in order; the first rule to decide a line wins, and what nobody decides
stays in the article. Pass three looks once more at what stays though nobody was sure of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from copydesk.article import REVIEW, Block, Evidence, Role
from copydesk.label import alone, body, brake, bylines, company, head, learned, loose, remains, repeats, runs
from copydesk.label.decide import Decision, Rule, run
from copydesk.label.lines import Line
from copydesk.label.opinion import Opinion
from copydesk.label.page import Page, read_page
from copydesk.segment import Unit

FIRST: tuple[Rule, ...] = (learned.marked, alone.alone)
SECOND: tuple[Rule, ...] = (
    head.headline,
    repeats.copies,
    bylines.stamps,
    bylines.bylines,
    head.standfirst,
    repeats.twins,
    repeats.credited,
    body.clocks,
    body.speakers,
    body.cut,
    runs.choices,
    runs.asks,
    runs.contacts,
    runs.teasers,
    runs.rights,
    runs.authors,
    repeats.copies,
    repeats.paragraphs,
    repeats.contents,
    body.recurrent,
    body.results,
    body.scores,
    body.signed,
    body.recurrent_shape,
    body.listed,
    body.lineups,
    body.continued,
    body.beside,
    body.told,
    head.top,
    learned.furniture,
    repeats.copies,
    company.box,
    repeats.lines,
    company.doubtful,
    company.above,
    company.below,
    head.first,
    body.paragraph,
    body.subheading,
    body.default,
)

_BLANK = Evidence("blank", "no text", 1.0)


def decisions(page: Page) -> dict[int, Decision]:
    """What the three passes decide of each line of the page."""
    return loose.reviewed(page, remains.reviewed(page, run(SECOND, page, run(FIRST, page, {}))))


def rules_version() -> str:
    """Names the rules and packs in force: SHA-256 over the package's modules and data, the first 16 digits."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".toml", ".npz", ".json"):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A page's blocks, and what a reader of them should know."""

    blocks: tuple[Block, ...]
    page: Page
    """What the rules saw: the lines with text."""
    places: tuple[int, ...]
    """For each line of the page, its block."""
    prose: brake.Prose
    """What the rules decided of its prose, before any brake."""
    flags: tuple[str, ...] = ()


def label(  # noqa: PLR0913  (what is known of a page, one thing a name)
    units: Sequence[Unit],
    *,
    languages: Sequence[str] = ("en",),
    headline: str | None = None,
    recurrence: Sequence[float] | None = None,
    alike: Sequence[float] | None = None,
    telling: bool = False,
    opinion: Opinion | None = None,
    opinion_alone: Opinion | None = None,
    braked: bool = False,
    spoken: Sequence[str | None] | None = None,
    lines: Sequence[Line] | None = None,
) -> Labelled:
    """A role for every unit.

    ``languages`` (BCP 47 primary tags) say whose cue packs count in full. ``headline`` is what came with the page.
    ``recurrence`` gives, for each unit, the share of the source's other pages that have its line, ``alike`` the share
    that has it with other digits, and ``telling`` says whether there are pages enough. ``opinion`` speaks of the units,
    where more is known of them than their text, and ``opinion_alone`` says the same without a thought of the source's
    other pages; where either is not given, the text scorer is asked. ``braked``: too much of the source's prose was
    set aside, so none of this page's is. ``spoken`` is the language that each unit is in, for its block. ``lines`` is
    what was read off those units that are not blank (copydesk.label.lines), where it was for many pages at once.
    """
    read = partial(
        read_page,
        [unit.text for unit in units],
        languages,
        numbers=[unit.line_start for unit in units],
        headline=headline,
        lines=lines,
    )
    page, places = read(recurrence=recurrence, alike=alike, telling=telling, opinion=opinion)
    decided = decisions(page)
    prose = brake.prose(page, decided)
    over = brake.document_over_cap(page, decided, prose)
    if over or braked:
        alone = decided
        if any(recurrence or ()) or any(alike or ()):
            page, _ = read(opinion=opinion_alone)
            alone = decisions(page)
        decided = brake.kept(page, decided, alone, "brake.document" if over else "brake.source")
    flags = [REVIEW + name for name, on in (("set_aside_cap", over), ("source_cap", braked)) if on]
    by_place = {places[place]: decision for place, decision in decided.items()}
    nothing = (Role.BLANK, _BLANK)
    tags = spoken or [None] * len(units)
    blocks = [
        Block._make((start, stop, *by_place.get(place, nothing), text, raw, end, repairs, tag))
        for place, ((start, stop, text, raw, end, repairs), tag) in enumerate(zip(units, tags, strict=True))
    ]
    return Labelled(tuple(blocks), page, places, prose, tuple(flags))
