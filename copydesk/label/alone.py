"""Pass one: what a line is sure to be, whatever stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from copydesk.article import Role
from copydesk.label.cues import continuous
from copydesk.label.decide import Decision, Decisions, decide
from copydesk.label.letters import is_small
from copydesk.label.names import behind_separator, byline_names
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine
from copydesk.label.stamps import MOST_WORDS, is_stamp

_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
_PLAYER = re.compile(r"0{1,2}:00|-?\d{1,2}:\d{2}(?::\d{2})?\s*[/|]\s*-?\d{1,2}:\d{2}(?::\d{2})?|\d(?:\.\d{1,2})?[x×]")
_COUNTER = re.compile(r"\(?\d{1,3}\s*(?:/|of|von|de|di|из|sur|van|z)\s*\d{1,3}\)?", re.IGNORECASE)
_SIZE = re.compile(r"(?:X{0,3}[SL]|SM|MD|M|LG|A{1,3}\s?[-+−–]?|А{1,2}\s?[-+−–]?)", re.IGNORECASE)
_MOST_SIZES = 24  # letters of six sizes
_MOST_FIELDS = 40  # words of a line with several fields
_RIGHTS = re.compile(r"(?:©|\(c\)|copyright\b)[^\n]{0,30}?\b(?:19|20)\d\d\b|\b(?:19|20)\d\d\s?©", re.IGNORECASE)

_STOPS = (".", "!", "?", ":", "…", "։")

Check = Callable[[PageLine], Decision | None]


def alone(page: Page, decided: Decisions) -> Decisions:
    """The lines that one of the checks below is sure of; the first sure one wins.

    A line with a picture credit waits for pass two: whether it is a caption or its copy, its neighbours tell.
    """
    found: dict[int, Decision] = {}
    for place, line in enumerate(page):
        if place in decided or line.credit is not None:
            continue
        shape = line.shape
        long = shape.words > MOST_WORDS and shape.ending == "sentence"
        for check in _apt(shape.letters <= _MOST_SIZES, shape.digits > 0, bool(line.hits), long):
            decision = check(line)
            if decision is not None:
                found[place] = decision
                break
    return found


@cache
def _apt(few: bool, figures: bool, told: bool, long: bool) -> tuple[Check, ...]:
    """The checks that may be sure of a line with few letters, with figures in it, with cues, or of a long sentence."""
    may: dict[Check, bool] = {
        symbols: few and not figures,
        sizes: few,
        player: few and figures,
        counter: few and figures,
        rights: figures,
        correction: told,
        contribution: told,
        stamp: (figures or told) and not long,
        byline: not long,
        cue: told,
    }
    return tuple([check for check in CHECKS if may[check]])


def symbols(line: PageLine) -> Decision | None:
    """A line of signs only: a close icon, a rule, a bullet."""
    if line.shape.letters or line.shape.digits:
        return None
    return decide(Role.WIDGET, "alone.symbols", "no letter or digit")


def sizes(line: PageLine) -> Decision | None:
    """Text sizes, alone or in a row: what a font-size control leaves behind."""
    if line.shape.letters > _MOST_SIZES:
        return None
    words = line.text.split()
    if len(words) > 6 or not all(_SIZE.fullmatch(word) for word in words) or line.text in ("A", "I", "M", "S", "L"):
        return None
    return decide(Role.WIDGET, "alone.text_size", "only names of text sizes")


def player(line: PageLine) -> Decision | None:
    """The clock of an audio or video player, or a playing speed."""
    if not line.shape.digits or line.shape.letters > 1 or not _PLAYER.fullmatch(line.text):
        return None
    return decide(Role.WIDGET, "alone.player", "a player's clock")


def counter(line: PageLine) -> Decision | None:
    """Which picture of how many."""
    if not line.shape.digits or line.shape.letters > len("van") or not _COUNTER.fullmatch(line.text):
        return None
    return decide(Role.WIDGET, "alone.counter", "a picture counter")


def cue(line: PageLine) -> Decision | None:
    """A phrase that is sure by itself."""
    if line.sure is None or line.sure.cue.role is None:
        return None
    return decide(line.sure.cue.role, line.sure.cue.id, f"{line.sure.cue.match} {line.sure.phrase!r}", 0.95)


def rights(line: PageLine) -> Decision | None:
    """A copyright line: the sign and a year, in a short line."""
    if line.shape.digits < len("2026") or line.shape.words > 40 or line.shape.sentences > 4:
        return None
    told = "©" in line.key or "copyright" in line.key or "(c)" in line.text.lower()
    if not told or not _RIGHTS.search(line.text):
        return None
    return decide(Role.LEGAL, "alone.copyright", "copyright sign with a year")


def stamp(line: PageLine) -> Decision | None:
    """A date or a time that is the whole line but for a label, or the label of one."""
    seen = is_stamp(line)
    return decide(Role.TIMESTAMP, "alone.timestamp", seen, 0.95) if seen else None


def byline(line: PageLine) -> Decision | None:
    """An opener such as "By", and names behind it."""
    if line.shape.ending == "sentence":
        return None
    if line.shape.words <= _MOST_FIELDS and behind_separator(line.text):
        return decide(Role.BYLINE, "alone.byline", "an opener and a name behind a separator", 0.9)
    names = byline_names(line) if "byline" in line.signals else ()
    return decide(Role.BYLINE, "alone.byline", f"opener {line.phrase('byline')!r} and a name", 0.95) if names else None


def contribution(line: PageLine) -> Decision | None:
    """Who else worked on the story, or which agency it draws on."""
    if "contribution" not in line.signals or line.shape.words > 30 or line.says("said"):
        return None
    if behind_separator(line.text) or (line.shape.prose and not _names_somebody(line.text)):
        return None  # agencies need no name in a few words; a paragraph that names nobody credits nobody
    if line.shape.sentences > 1 and (line.says("unquoted:we") or line.chance >= thresholds().sure_text):
        return None  # who speaks of itself in sentences says how it works, and the article tells more than who wrote it
    if line.says("unquoted:you") and line.shape.ending == "sentence" and not line.likely:
        return None  # nor is a sentence to the reader a credit
    told = line.phrase("contribution")
    if line.says("byline") and (line.phrase("byline") == told or not line.key.startswith(told)) and byline_names(line):
        return None  # "By Ann Ode, with agencies", "Written by Ann Ode"
    return decide(Role.TAIL_CREDIT, "alone.contribution", f"says {line.phrase('contribution')!r}", 0.9)


def _names_somebody(text: str) -> bool:
    """Whether a word within a sentence begins with a capital, or its script has none."""
    return any(
        not is_small(start)
        for before, word in pairwise(text.split())
        if not before.endswith(_STOPS) and (start := next(filter(str.isalpha, word), ""))
    ) or continuous(text)


def correction(line: PageLine) -> Decision | None:
    """A correction note: its opener, and a sentence. The bare word is a link to a page of them."""
    if "correction" not in line.signals or not line.shape.prose:
        return None
    return decide(Role.CORRECTION, "alone.correction", f"opens with {line.phrase('correction')!r}", 0.95)


CHECKS: tuple[Check, ...] = (
    symbols,
    sizes,
    player,
    counter,
    rights,
    correction,
    contribution,
    stamp,
    byline,
    cue,
)
"""In the order of trust. Cues come last: what has the shape of a field is that field, whatever words are in it."""
