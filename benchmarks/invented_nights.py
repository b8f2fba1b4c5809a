"""A crawl of invented news that grows night by night: what the scheduled run of a real project would find.

Everything follows from a seed: the same seed, size and nights give the same files, byte for byte. A page has the shape
of the sample's: furniture that its outlet prints everywhere around a story of made-up words, with a byline, a date, and
now and then a quote, a caption, a correction or a name that the authority knows.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape
from pathlib import Path

SOURCES = ("harbour_ledger", "prairie_courier", "ararat_dispatch", "radio_meridian", "unlisted_weekly")
"""Outlets of the sample, of which something is known, and one of which nothing is."""

FIRST_DAY = date(2026, 10, 1)
LITTLE = ("the", "of", "and", "in", "to", "a", "that", "was", "for", "it", "with", "on", "by", "at", "had", "from")
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "or", "en")]
NAMES = ("Nikol Pashinyan", "Ilham Aliyev", "Emmanuel Macron", "Recep Tayyip Erdogan", "Ursula von der Leyen")
HEADS = ("Menu", "Sections", "Sign in", "Skip to main content", "Weather", "My account", "Search")
TAILS = (
    "Share this article",
    "Most read",
    "Read {n} comments",
    "Sign up for our newsletter: the week in one letter, every Friday at seven.",
    "All rights reserved. No part of these pages may be reproduced.",
    "If you value our reporting, please support us with {n} a month.",
    "Related: what the council said in May",
)


@dataclass(frozen=True, slots=True)
class Shares:
    """Of the articles that are there: how many a night brings, changes, removes, and how many broken files come."""

    new: float = 0.02
    changed: float = 0.01
    removed: float = 0.002
    broken: float = 0.005


@dataclass(frozen=True, slots=True)
class Night:
    """What a night does, by article number; ``broken``: of which kind each new broken file is."""

    new: tuple[int, ...]
    changed: tuple[int, ...] = ()
    removed: tuple[int, ...] = ()
    broken: tuple[int, ...] = ()


@dataclass(slots=True)
class Crawl:
    """The raw folder, and what lies in it: article number to edition."""

    raw: Path
    seed: int = 1
    editions: dict[int, int] = field(default_factory=dict)
    articles_ever: int = 0
    broken_ever: int = 0

    def begin(self, articles: int) -> None:
        """The crawl as it is on the first day."""
        self.take(Night(tuple(range(articles))))

    def night(self, shares: Shares, chance: random.Random) -> Night:
        """What comes next: at least one new article."""
        there = sorted(self.editions)
        new = max(1, _about(len(there) * shares.new, chance))
        touched = chance.sample(
            there, min(len(there) - 1, _about(len(there) * (shares.changed + shares.removed), chance))
        )
        removed = _about(len(touched) * shares.removed / ((shares.changed + shares.removed) or 1), chance)
        return Night(
            tuple(range(self.articles_ever, self.articles_ever + new)),
            tuple(touched[removed:]),
            tuple(touched[:removed]),
            tuple(chance.randrange(len(BROKEN)) for _ in range(_about(len(there) * shares.broken, chance))),
        )

    def take(self, night: Night) -> None:
        """Writes and deletes the files."""
        for number in (*night.new, *night.changed):
            self.editions[number] = self.editions.get(number, -1) + 1
            path = self.raw / path_of(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(page(number, self.editions[number], self.seed))
        for number in night.removed:
            del self.editions[number]
            (self.raw / path_of(number)).unlink()
        for number, kind in enumerate(night.broken, start=self.broken_ever):
            suffix, make = BROKEN[kind]
            (self.raw / SOURCES[number % len(SOURCES)] / f"broken-{number:04}{suffix}").write_bytes(make(number))
        self.articles_ever = max([self.articles_ever, *(number + 1 for number in night.new)])
        self.broken_ever += len(night.broken)


BROKEN: tuple[tuple[str, Callable[[int], bytes]], ...] = (
    (".txt", lambda number: b" " * (number % 3)),
    (".txt", lambda number: b"\x00" * (9 + number)),
    (".pdf", lambda number: b"%PDF-1.7 " + str(number).encode()),
    (".txt.gz", lambda number: gzip.compress(b"cut off " * 99 + str(number).encode(), mtime=0)[:-9]),
)
"""Files that no article can be read from: suffix, and what is in one."""


def path_of(number: int) -> str:
    """Below the raw folder; every sixth page is kept as HTML."""
    return f"{SOURCES[number % len(SOURCES)]}/{number // 1000:03}/{number:06}{'.html' if number % 6 == 5 else '.txt'}"


def page(number: int, edition: int, seed: int) -> bytes:
    """A page. Another edition has the same story with a changed paragraph, and other counts in its furniture."""
    chance, change = random.Random(f"{seed}/{number}"), random.Random(f"{seed}/{number}/{edition}")
    # A wire story that two outlets carry: the later one takes the words of the one before it.
    story = random.Random(f"{seed}/{number - 1 if number % 25 == 1 else number}/story")
    source = SOURCES[number % len(SOURCES)]
    words = ["".join(story.choices(SYLLABLES, k=story.randint(2, 4))) for _ in range(160)]
    paragraphs = [_paragraph(story, words) for _ in range(story.randint(6, 14))]
    if edition:
        paragraphs[change.randrange(len(paragraphs))] = _paragraph(change, words)
    day = FIRST_DAY - timedelta(days=chance.randrange(300))
    body = [
        *(paragraphs[:2]),
        f"{words[0].capitalize()} by the old quay on Sunday. Photo: Tom {words[1].capitalize()}",
        *(paragraphs[2:]),
    ]
    if chance.random() < 0.1:
        body.append(f"Correction: an earlier version of this article said {words[3]}. It was {words[4]}.")
    tail = [line.replace("{n}", str(change.randint(2, 99))) for line in _printed(TAILS, source, chance)]
    lines = [
        *(f"{line} | {source}" for line in _printed(HEADS, source, chance)),
        " ".join(words[5:12]).capitalize(),
        f"By Orla {words[2].capitalize()}",
        f"Published {day.day} {day:%B} {day.year}, {number % 24:02}:{number % 60:02} GMT",
        *body,
        *tail,
    ]
    return _html(lines).encode() if path_of(number).endswith(".html") else "\n\n".join(lines).encode()


def _printed(lines: tuple[str, ...], source: str, chance: random.Random) -> list[str]:
    """The outlet's lines on one page: most stand on nearly all of its pages, some in a section or two only."""
    usual = random.Random(f"{source}/furniture")
    often = [0.98 if usual.random() < 0.75 else usual.uniform(0.05, 0.95) for _ in lines]
    return [line for line, share in zip(lines, often, strict=True) if chance.random() < share]


def _html(lines: list[str]) -> str:
    head = next(line for line in lines if " | " not in line)
    told = "".join(f"<h1>{escape(line)}</h1>" if line == head else f"<p>{escape(line)}</p>" for line in lines)
    return f"<!doctype html><html lang=en><head><title>{escape(head)}</title></head><body>{told}</body></html>"


def _paragraph(chance: random.Random, words: list[str]) -> str:
    told = [_sentence(chance, words) + "." for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.3:
        who = chance.choice(NAMES) if chance.random() < 0.2 else chance.choice(words).capitalize()
        told.append(f"“{_sentence(chance, words)},” said {who} on {chance.choice(('Monday', 'Friday'))}.")
    return " ".join(told)


def _sentence(chance: random.Random, words: list[str]) -> str:
    chosen = [chance.choice(words if chance.random() < 0.6 else LITTLE) for _ in range(chance.randint(8, 18))]
    return " ".join(chosen).capitalize()


def _about(expected: float, chance: random.Random) -> int:
    """A whole number whose mean is what was expected."""
    return int(expected) + (chance.random() < expected % 1)


def nights(crawl: Crawl, count: int, shares: Shares) -> Iterator[tuple[date, Night]]:
    """The nights' dates and what each brings; the files are not touched before the next is asked for."""
    chance = random.Random(f"{crawl.seed}/nights")
    for number in range(count):
        night = crawl.night(shares, chance)
        crawl.take(night)
        yield FIRST_DAY + timedelta(days=number + 1), night
