"""Furniture and articles in several independent voices, for the line scorer to learn from, and to be tested on.

A file of ``voices/`` is the work of one hand in two dozen languages: blocks of furniture, and articles, half of which
are about what furniture is about. A fold holds some publishers and some voices: the model of a fold has seen neither,
and what is of a voice meets only what is of that voice and of its fold's publishers.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import scorer_pages as pages_of
from scorer_pages import BLANK, BODY, FURNITURE, NEUTRAL, Labelled

FOLDER = Path(__file__).parent / "voices"
APART = Path(__file__).parent / "voices_apart"
LAST = Path(__file__).parent / "voices_last"
"""Voices that nothing is learned from: as good as a hand that comes tomorrow, but for rules that came of looking."""
COPIES = 5
"""Made pages of each article of a voice."""
PRESS_COPIES = 2
"""Made pages of each true article with a voice's furniture."""
FRAMES = 1
"""Articles of each voice that a true page is given instead of its own."""
Row = tuple[str, str]


@dataclass(frozen=True)
class Voice:
    """What one hand wrote. ``fold``: the only one whose model has not seen it."""

    name: str
    fold: int
    blocks: tuple[dict[str, Any], ...]
    articles: tuple[dict[str, Any], ...]

    def blocks_of(self, language: str) -> list[list[str]]:
        """The lines of its blocks in a language."""
        return [solid(block["text"]) for block in self.blocks if block["language"] == language]


class Deck:
    """The blocks of a voice in one language, dealt out until each was on a page, and then anew."""

    def __init__(self, blocks: Sequence[list[str]], rng: random.Random) -> None:
        self._blocks, self._rng = list(blocks), rng
        self._left: list[list[str]] = []

    def __len__(self) -> int:
        return len(self._blocks)

    def deal(self, most: int) -> list[list[str]]:
        """So many blocks, each another; fewer where there are no more."""
        many = min(most, len(self))
        if len(self._left) < many:
            self._left = self._rng.sample(self._blocks, len(self))
        dealt, self._left = self._left[:many], self._left[many:]
        return dealt


def solid(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


@cache
def voices(folder: Path = FOLDER) -> tuple[Voice, ...]:
    """All voices of a folder by name, dealt out to the folds in turn."""
    out = []
    for place, path in enumerate(sorted(folder.glob("*.toml"))):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        out.append(Voice(path.stem, place % pages_of.FOLDS, tuple(data["block"]), tuple(data.get("article", ()))))
    return tuple(out)


def fold_of(publishers: Sequence[str]) -> dict[str, int]:
    """A fold for each publisher and each voice (under its name)."""
    return pages_of.folds(publishers, pages_of.FOLDS) | {voice.name: voice.fold for voice in voices()}


def boxed(body: Sequence[Sequence[str]], title: str, blocks: Sequence[Sequence[str]], rng: random.Random) -> list[Row]:
    """The article with boxes at its head, between paragraphs and at its tail, under one convention of blank lines:
    none, between paragraphs and boxes, or between all lines."""
    parts: list[list[Row]] = [[(line, BODY) for line in part] for part in body]
    if title:
        parts.insert(0, [(title, NEUTRAL)])
    for block in blocks:
        at = rng.choice((0, 1, len(parts), len(parts), *(rng.randrange(len(parts) + 1) for _ in range(3))))
        parts.insert(at, [(line, FURNITURE) for line in block])
    spacing = rng.choice(("none", "boxes", "boxes", "all"))
    rows: list[Row] = []
    for part in parts:
        for place, row in enumerate(part):
            if rows and (spacing == "all" or (spacing == "boxes" and place == 0)):
                rows.append(("", BLANK))
            rows.append(row)
    return rows


def told(body: Sequence[str], rng: random.Random) -> list[list[str]]:
    """The article's paragraphs, each a part; now and then told a sentence a line, or with verses, lists or times among
    them, whose lines stand close or apart."""
    style = rng.random()
    if style < 0.6:
        return [[line] for line in body]
    rows = [(line, BODY) for line in body]
    if style < 0.7:
        lines = [line for line, _ in pages_of._talk(rows, rng)]
        return [[line] for line in lines if line]
    lines = [line for line, _ in pages_of._told_short(rows, rng) if line]
    if rng.random() < 0.5:
        return [[line] for line in lines]
    out: list[list[str]] = []
    for line in lines:  # short lines stand close
        short = len(line) < 60
        if out and short and len(out[-1][-1]) < 60:
            out[-1].append(line)
        else:
            out.append([line])
    return out


def _page(name: str, publisher: str, language: str, shape: str, rows: Sequence[Row], rng: random.Random) -> Labelled:
    lines, kinds = tuple(line for line, _ in rows), tuple(kind for _, kind in rows)
    # Now and then the source is known: of furniture some recurs there, of the article nothing.
    shares = tuple(rng.choice((0.0, 0.0, 1.0)) if kind == FURNITURE else 0.0 for kind in kinds)
    return Labelled(name, publisher, language, shape, lines, kinds, shares if rng.random() < 0.15 else None)


def framed(page: Labelled, article: dict[str, Any], name: str, rng: random.Random) -> Labelled:
    """The true page with another article in its place: what stands above, below and now and then among it is true."""
    at = [place for place, kind in enumerate(page.kinds) if kind == BODY]
    blank = 2 * sum(page.kinds[place + 1] == BLANK for place in at[:-1]) > len(at) - 1
    title = page.gold["title"] if page.gold else ""
    rows = [
        (article["headline"] if kind == NEUTRAL and line.strip() == title else line, kind)
        for line, kind in zip(page.lines, page.kinds, strict=True)
    ]
    among = [row for row in rows[at[0] : at[-1]] if row[1] in (FURNITURE, NEUTRAL)]
    parts: list[Row] = [(line, BODY) for line in solid(article["text"])]
    if among and rng.random() < 0.5:
        place = rng.randint(1, len(parts) - 1)
        parts[place:place] = among[: rng.randint(1, 3)]
    middle = [row for part in parts for row in ((part, ("", BLANK)) if blank else (part,))]
    return _page(
        f"{page.id}={name}", page.publisher, page.lang, "framed", [*rows[: at[0]], *middle, *rows[at[-1] + 1 :]], rng
    )


def made(press: Sequence[Labelled], seed: int) -> list[Labelled]:
    """The articles of the voices alone and with boxes; true articles (``press``: pages in the shape "text") with boxes
    of the voices of their publisher's fold, and articles of those in the place of the true ones."""
    fold = pages_of.folds((page.publisher for page in press), pages_of.FOLDS)
    out = []
    for voice in voices():
        decks = {
            language: Deck(voice.blocks_of(language), pages_of._rng(voice.name, language, seed))
            for language in {entry["language"] for entry in (*voice.blocks, *voice.articles)}
        }
        for number, article in enumerate(voice.articles):
            deck = decks[article["language"]]
            body = solid(article["text"])
            for turn in range(COPIES):
                rng = pages_of._rng(voice.name, number, turn, seed)
                some = body if rng.random() < 0.7 else body[: rng.randint(2, len(body))]
                blocks = deck.deal(rng.choice((0, 0, 0, 1, 1, 2, 2, 3, 4)))
                title = article["headline"] if rng.random() < 0.5 else ""
                shape = "trap" if article.get("trap") else "story"
                rows = boxed(told(some, rng), title, blocks, rng)
                out.append(_page(f"{voice.name}-{number}-{turn}", voice.name, article["language"], shape, rows, rng))
        for page in press:
            if fold[page.publisher] != voice.fold or not page.gold:
                continue
            deck = decks.get(page.lang)
            others = [article for article in voice.articles if article["language"] == page.lang]
            for number, article in enumerate(others[:FRAMES] if BODY in page.kinds else ()):
                rng = pages_of._rng(page.id, voice.name, number, seed)
                out.append(framed(page, article, f"{voice.name}{number}", rng))
            for turn in range(PRESS_COPIES if deck else 0):
                rng = pages_of._rng(page.id, turn, seed)
                body = [" ".join(text.split()) for text in page.gold["body"] if text.strip()]
                size = min(len(body), rng.randint(3, 14))
                start = rng.choice((0, rng.randrange(len(body) - size + 1)))
                blocks = deck.deal(rng.choice((1, 1, 2, 2, 3, 5)))
                title = page.gold["title"] if rng.random() < 0.5 else ""
                rows = boxed(told(body[start : start + size], rng), title, blocks, rng)
                out.append(_page(f"{page.id}+{voice.name}{turn}", page.publisher, page.lang, "boxed", rows, rng))
    return out
