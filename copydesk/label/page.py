"""A page as the rules see it: its lines with text, the shape of each, the cues it matches, and its neighbours.

Pass one of labelling ends here: everything in a ``Page`` was read off one line alone, or counted over the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise, repeat
from typing import Any, NamedTuple, Self

from copydesk.article import Evidence, Role
from copydesk.label.credits import Credit
from copydesk.label.cues import Hit
from copydesk.label.letters import is_small
from copydesk.label.lines import Line, read_pages
from copydesk.label.opinion import Opinion, of_texts
from copydesk.label.pack import thresholds
from copydesk.label.shapes import Shape

_TWIN = 20  # characters that twins have in common, at the least


class PageLine(NamedTuple):
    """One line with text: what it is by itself (see ``copydesk.label.lines.Line``), then what it is on its page."""

    text: str
    key: str
    shape: Shape
    stems: str
    """What it is about: the beginnings of its longer words, with a blank between."""
    hits: tuple[Hit, ...]
    sure: Hit | None
    """The first of its cues that is sure of a role."""
    signals: frozenset[str]
    """Signals of its cues; those marked ``unquoted:`` were found outside quotation marks."""
    credit: Credit | None
    """The picture credit that it ends with, or is."""
    gap: int
    """How many blank lines are before it."""
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
    likely: bool = True
    """Whether the scorer counts it as article text."""

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

    scored: bool
    """Whether what is thought of the lines is the text scorer's, and not told by a page's markup."""

    @classmethod
    def of(
        cls,
        lines: Iterable[PageLine],
        languages: tuple[str, ...],
        headline: str | None,
        telling: bool,
        scored: bool = True,
    ) -> Self:
        page = cls(lines)
        page.languages, page.headline, page.telling, page.scored = languages, headline, telling, scored
        return page

    @cached_property
    def positions(self) -> Mapping[str, tuple[int, ...]]:
        """Each line's key, to the places where it stands."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self):
            found.setdefault(line.key, []).append(index)
        return {key: tuple(places) for key, places in found.items()}

    @cached_property
    def repeated(self) -> tuple[tuple[int, ...], ...]:
        """The places of each line that stands on the page several times."""
        return tuple([places for places in self.positions.values() if len(places) > 1])

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
        for place, (one, other) in enumerate(pairwise([line.key for line in self])):
            if (one.startswith(other) or other.startswith(one)) and min(len(one), len(other)) >= _TWIN:
                found.update((place, place + 1))
        return frozenset(found)

    def strange(self, place: int) -> bool:
        """Whether nothing ties the line to the article: the scorer takes it for furniture, it stands close above
        something, and no likely line has a word of it. So it is no headline and no caption."""
        line = self[place]
        if not self.scored or line.chance >= thresholds().beside_from or place + 1 == len(self) or self[place + 1].gap:
            return False
        return bool(line.stems) and self.about((place,)).isdisjoint(self.told)

    @cached_property
    def told(self) -> frozenset[str]:
        """What its likely lines are about."""
        return self.about([place for place, line in enumerate(self) if line.likely])

    def about(self, places: Iterable[int]) -> frozenset[str]:
        """What the lines at these places are about, together: their stems."""
        return frozenset(" ".join([self[place].stems for place in places]).split())

    @cached_property
    def signals(self) -> frozenset[str]:
        """What any of the lines signals: what none does need not be looked for."""
        return frozenset().union(*[line.signals for line in self if line.signals])

    @cached_property
    def likely_prose(self) -> tuple[int, ...]:
        """Places of the lines that look like paragraphs and that the scorer counts as article text."""
        return tuple([place for place, line in enumerate(self) if line.shape.prose and line.likely])

    @cached_property
    def paragraphs(self) -> tuple[int, ...]:
        """Places of the lines that look like the article's paragraphs: ``prose`` that is no caption."""
        return tuple([place for place in self.prose if self[place].credit is None and place not in self.twins])

    @cached_property
    def stretches(self) -> dict[tuple[int, ...], tuple[int, tuple[int, ...]]]:
        """What is known of the page's stretches of prose: see ``headline.paragraphs``."""
        return {}

    @cached_property
    def prose(self) -> tuple[int, ...]:
        """Places of the lines that look like paragraphs and do not speak to the reader."""
        return tuple(
            [
                index
                for index, line in enumerate(self)
                if line.shape.prose and not line.says("unquoted:you", "unquoted:ask")
            ]
        )


def read_page(  # noqa: PLR0913  (what is known of a page, one thing a name)
    texts: Sequence[str],
    languages: Sequence[str],
    *,
    numbers: Sequence[int] | None = None,
    headline: str | None = None,
    recurrence: Sequence[float] | None = None,
    alike: Sequence[float] | None = None,
    telling: bool = False,
    opinion: Opinion | None = None,
    lines: Sequence[Line] | None = None,
) -> tuple[Page, tuple[int, ...]]:
    """The page, and for each of its lines the place among ``texts`` (blank ones are ``""``).

    ``numbers`` says on which line of the document, from 0, each text begins; by default each is one line. ``opinion``
    speaks of the texts; without it, the text scorer is asked. ``lines`` is what was read off those that are not blank,
    where they were read already, with those of other pages.
    """
    thought = opinion or of_texts([texts], [recurrence])[0]
    spoken = tuple(languages)
    places = tuple([place for place, text in enumerate(texts) if text])
    read = read_pages([texts], [spoken])[0] if lines is None else lines
    told: list[Sequence[Any] | None] = [recurrence, alike, thought.chance, thought.keep_from, thought.apart]
    told += [thought.hints, thought.dropped_by, thought.vouched]
    columns = [map(column.__getitem__, places) if column else repeat(0.0, len(places)) for column in told]
    likely = [thought.chance[place] >= thought.keep_from[place] for place in places]
    gaps = [place - before - 1 for before, place in pairwise([-1, *places])]
    counted = [(numbers[place] if numbers else place) + 1 for place in places]
    made = [
        PageLine._make(line + more)
        for line, more in zip(read, zip(gaps, counted, *columns, likely, strict=True), strict=True)
    ]
    return Page.of(made, spoken, headline, telling, thought.scored), places


def titled(text: str) -> float:
    """Share of the text's words that begin with a capital."""
    starts = [start for word in text.split() if (start := next(filter(str.isalpha, word), ""))]
    return sum(not is_small(start) for start in starts) / len(starts) if starts else 0.0
