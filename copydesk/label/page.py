"""A page as the rules see it: its lines with text, the shape of each, the cues it matches, and its neighbours.

Pass one of labelling ends here: everything in a ``Page`` was read off one line alone, or counted over the source.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple, Self

from copydesk.article import Evidence, Role
from copydesk.label import cues
from copydesk.label.credits import Credit, caption_credit
from copydesk.label.cues import Hit
from copydesk.label.opinion import Opinion, of_texts
from copydesk.label.pack import thresholds

Ending = Literal["sentence", "colon", "ellipsis", "none"]

_TWIN = 20  # characters that twins have in common, at the least
_CLOSERS = "\"'”’»“„›)]}"
_SENTENCE_ENDS = ".!?…։՞՜。！？؟।۔"
_PLAIN_ENDS = tuple(char.encode() for char in _SENTENCE_ENDS if char.isascii())
_OTHERS = re.compile(r"[^\x00-\x7f]")
_LETTERS, _SMALL, _DIGITS = (s.encode() for s in (string.ascii_letters, string.ascii_lowercase, string.digits))
_QUOTED = re.compile(r"“[^“”]*”|„[^„“”]*[“”]|«[^«»]*»|\"[^\"]*\"|「[^「」]*」")
_SPOKEN = frozenset({"we", "you", "ask", "offer", "letter", "salutation", "message", "copying", "permission"})
_AMOUNT = re.compile(r"[$€£¥₽֏₺₾₴₹₩₪₸₼]\s?\d|\d\s?(?:[€£¥₽֏₺₾₴]|USD|EUR|AMD|руб|грн|zł|kr\b)")


@dataclass(frozen=True, slots=True)
class Shape:
    """What one line looks like, in no language."""

    words: int
    """Words; in a script without spaces, half the characters."""
    chars: int
    ending: Ending
    sentences: int
    """How many sentence ends are in it."""
    capital: bool
    """Whether it begins with an upper-case letter, a digit or an opening quote, or its script has no case."""
    upper: bool
    """All its letters are capitals."""
    letters: int
    digits: int
    amount: bool
    """It states an amount of money."""
    prose: bool
    """Long enough and closed like a sentence: what a paragraph looks like."""


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line with text. ``gap`` counts the blank lines before it."""

    text: str
    key: str
    shape: Shape
    hits: tuple[Hit, ...]
    signals: frozenset[str]
    """Signals of its cues; those marked ``unquoted:`` were found outside quotation marks."""
    credit: Credit | None
    """The picture credit that it ends with, or is."""
    gap: int
    number: int
    """Its line in the document, from 1: as a person counts, for the evidence."""
    recurrence: float = 0.0
    """Share of the source's other pages that have this line, 0 where nothing is known of the source."""
    alike: float = 0.0
    """Share of them that have a line which differs in its digits only."""
    chance: float = 1.0
    """How likely the learned scorer takes it for article text."""
    keep_from: float = 0.0
    """From this chance on it counts as article text."""
    apart: float = 0.0
    """How likely it takes it for a headline, a standfirst or a caption."""
    hint: tuple[Role, Evidence] | None = None
    """A role that the page's markup is sure of."""
    dropped_by: str = ""
    """The extractor that left it out; empty where none did."""
    vouched: bool = False
    """An extractor and the scorer both take it for the article."""

    @property
    def likely(self) -> bool:
        """Whether the scorer counts it as article text."""
        return self.chance >= self.keep_from

    def says(self, *signals: str) -> bool:
        return not self.signals.isdisjoint(signals)

    def all_of(self, *signals: str) -> bool:
        return self.signals.issuperset(signals)

    def phrase(self, signal: str) -> str:
        """The phrase that gave the signal, for the evidence."""
        if signal not in self.signals:
            return ""
        return next((hit.phrase for hit in self.hits if hit.cue.signal == signal), "")


class Page(tuple[PageLine, ...]):
    """The lines with text of one document, in order."""

    languages: tuple[str, ...]
    headline: str | None
    """The headline that came with the page, where one did."""
    telling: bool
    """Whether the source has pages enough for a recurrence to say something."""

    @classmethod
    def of(cls, lines: Iterable[PageLine], languages: tuple[str, ...], headline: str | None, telling: bool) -> Self:
        page = cls(lines)
        page.languages, page.headline, page.telling = languages, headline, telling
        return page

    @cached_property
    def positions(self) -> Mapping[str, tuple[int, ...]]:
        """Each line's key, to the places where it stands."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self):
            found.setdefault(line.key, []).append(index)
        return {key: tuple(places) for key, places in found.items()}

    @cached_property
    def told_apart(self) -> bool:
        """Whether the opinion on this page knows fields (headline, standfirst, caption) from other lines."""
        return any(line.apart > 0 for line in self)

    @cached_property
    def keys(self) -> str:
        """The keys of all lines, one a line: to look for one in the others at once."""
        return "\n".join([line.key for line in self])

    @cached_property
    def twins(self) -> frozenset[int]:
        """Places of the lines one of whose neighbours begins with the same words: a caption with and without its
        credit."""
        found: set[int] = set()
        for place, (line, other) in enumerate(pairwise(self)):
            if line.key[:_TWIN] == other.key[:_TWIN] and min(len(line.key), len(other.key)) >= _TWIN:
                shorter, longer = sorted((line.key, other.key), key=len)
                if longer.startswith(shorter):
                    found.update((place, place + 1))
        return frozenset(found)

    @cached_property
    def prose(self) -> tuple[int, ...]:
        """Places of the lines that look like paragraphs and do not speak to the reader."""
        return tuple(
            index
            for index, line in enumerate(self)
            if line.shape.prose and not line.says("unquoted:you", "unquoted:ask")
        )


def read_page(
    texts: Sequence[str],
    languages: Sequence[str],
    *,
    numbers: Sequence[int] | None = None,
    headline: str | None = None,
    recurrence: Sequence[float] | None = None,
    alike: Sequence[float] | None = None,
    telling: bool = False,
    opinion: Opinion | None = None,
) -> tuple[Page, tuple[int, ...]]:
    """The page, and for each of its lines the place among ``texts`` (blank ones are ``""``).

    ``numbers`` says on which line of the document, from 0, each text begins; by default each is one line. ``opinion``
    speaks of the texts; without it, the text scorer is asked.
    """
    thought = opinion or of_texts([texts], [recurrence])[0]
    spoken = tuple(languages)
    lines: list[PageLine] = []
    places = tuple([place for place, text in enumerate(texts) if text])
    below = 0
    for place in places:
        lines.append(
            PageLine(
                *_read_line(texts[place], spoken),
                gap=place - below,
                number=(numbers[place] if numbers else place) + 1,
                recurrence=recurrence[place] if recurrence else 0.0,
                alike=alike[place] if alike else 0.0,
                chance=thought.chance[place],
                keep_from=thought.keep_from[place],
                apart=thought.apart[place],
                hint=thought.hints[place],
                dropped_by=thought.dropped_by[place],
                vouched=thought.vouched[place],
            )
        )
        below = place + 1
    return Page.of(lines, spoken, headline, telling), places


def shape_of(text: str) -> Shape:
    """The line's shape."""
    # ASCII characters are counted as bytes, many at once; only the others are looked at one by one.
    plain = text.encode("ascii", "ignore")
    others = _OTHERS.findall(text) if len(plain) < len(text) else []
    letters = len(plain) - len(plain.translate(None, _LETTERS)) + sum(map(str.isalpha, others))
    digits = len(plain) - len(plain.translate(None, _DIGITS)) + sum(map(str.isdigit, others))
    stripped = text.rstrip(_CLOSERS + " \u00a0")
    last = stripped[-1:] or text[-1:]
    words = letters // 2 + 1 if cues.continuous(text) else len(text.split())
    ending = _ending(stripped, last)
    return Shape(
        words=words,
        chars=len(text),
        ending=ending,
        sentences=sum(map(plain.count, _PLAIN_ENDS)) + sum(map(_SENTENCE_ENDS.__contains__, others)),
        capital=not is_small(next(filter(str.isalnum, text), "")),
        upper=len(plain.translate(None, _SMALL)) == len(plain) and _in_capitals(text),
        letters=letters,
        digits=digits,
        amount=digits > 0 and _AMOUNT.search(text) is not None,
        prose=words >= thresholds().prose_words and ending != "none",
    )


def titled(text: str) -> float:
    """Share of the text's words that begin with a capital."""
    starts = [start for word in text.split() if (start := next(filter(str.isalpha, word), ""))]
    return sum(not is_small(start) for start in starts) / len(starts) if starts else 0.0


def is_small(char: str) -> bool:
    """Whether the letter is a small one. Georgian ones count as small, but nobody writes names with the capitals."""
    return char.islower() and not "\u10d0" <= char <= "\u10ff"


def outside_quotes(text: str) -> str:
    """The text without what stands between quotation marks."""
    return _QUOTED.sub(" ", text)


def _ending(stripped: str, last: str) -> Ending:
    if stripped.endswith(("...", "…")):
        return "ellipsis"
    if last in _SENTENCE_ENDS:
        return "sentence"
    return "colon" if last in ":：՝" else "none"


def _in_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return any(char.isupper() for char in letters) and not any(char.islower() for char in letters)


class _Read(NamedTuple):
    """What can be read off a line itself: the first fields of ``PageLine``."""

    text: str
    key: str
    shape: Shape
    hits: tuple[Hit, ...]
    signals: frozenset[str]
    credit: Credit | None


@lru_cache(maxsize=4_096)  # a source prints the same furniture on each of its pages
def _read_line(text: str, languages: tuple[str, ...]) -> _Read:
    form = cues.key(text)
    found = cues.hits(text, languages, form=form)
    signals = {hit.cue.signal for hit in found if hit.cue.signal}
    if signals & _SPOKEN or any(hit.cue.role for hit in found):
        bare = outside_quotes(text)
        again = found if bare == text else cues.hits(bare, languages)
        signals |= {f"unquoted:{hit.cue.signal}" for hit in again if hit.cue.signal}
        # What stands in quotation marks is said by somebody: it makes nothing furniture, unless it is all there is.
        found = tuple(hit for hit in found if hit.cue.role is None or hit.cue.match == "exact" or hit in again)
    return _Read(text, form, shape_of(text), found, frozenset(signals), caption_credit(text))
