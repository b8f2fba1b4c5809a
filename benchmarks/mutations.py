"""Made pages: clean articles and known furniture, put together by seed; what is lost of one, what goes of the other.

    python benchmarks/mutations.py [--lost] [--left]  print the figures; --lost, --left: the lines too (of dev and seen)

Articles and furniture are those of ``tests/golden/labels``: ``must_not_change.toml`` holds clean articles and
``wild.toml`` furniture in two halves. The half "dev" may be looked at while rules are made; "held" was written before,
and is only counted. ``second.toml`` holds both, by a second hand, in halves that are "seen" and "unseen". The files of
``voices/`` hold both, each by a hand of its own; the shipped weights have seen them, the model of a voice's fold has
not; those of ``voices_apart/`` nobody learned from, and ``voices_last/`` was written when all was there. Every page is
plain text of its own, with no profile of recurring lines.
"""

from __future__ import annotations

import argparse
import random
import textwrap
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scorer_voices import Voice, solid

from copydesk.article import KEPT_ROLES, TEXT_ROLES, Role
from copydesk.cleaning import Knowledge, clean
from copydesk.label.cues import continuous
from copydesk.normalize.names import load_authority

GOLDEN = Path(__file__).parent.parent / "tests" / "golden" / "labels"
SPACINGS = ("blank", "flat", "wrapped")
"""A blank line between paragraphs; none; and lines broken at 72 columns with a blank line between paragraphs."""

WIDTH = 72
LIGHT = 2
"""Lightly dirty pages made of each article, spacing and half."""

FIRST, SECOND = ("dev", "held"), ("seen", "unseen")
"""The halves of the furniture of the first hand and of the second."""

ARTICLE, TITLE, PROSE, LABEL = "article", "title", "prose", "label"
"""What a line is: of the article; its headline; furniture in sentences; other furniture."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a made page, and what it is. ``kind``: of furniture, which; of an article, its genre."""

    text: str
    what: str
    kind: str
    at: str = ""
    """Of furniture: ``head``, ``between`` or ``tail``."""


@dataclass(frozen=True, slots=True)
class Made:
    """One page: its lines (blank ones are None), its language, and whether its story sounds like furniture."""

    rows: tuple[Row | None, ...]
    language: str
    trap: bool
    half: str
    """Where its furniture is from; empty where it has none."""
    second: str = ""
    """Half of an article of the second hand; empty where the first wrote it."""

    @property
    def text(self) -> str:
        return "\n".join(row.text if row else "" for row in self.rows)


VOICE_LIGHT = 1
"""Lightly dirty pages made of each article, spacing and voice."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A line of a page, and the role it was given."""

    page: Made
    row: Row
    role: Role
    rule: str


def golden(name: str, key: str) -> list[dict[str, Any]]:
    """The entries of a golden file under ``key``."""
    data: dict[str, list[dict[str, Any]]] = tomllib.loads((GOLDEN / f"{name}.toml").read_text(encoding="utf-8"))
    return data[key]


def words(text: str) -> int:
    """Words; in a script without spaces, half the letters."""
    return len(text) // 2 + 1 if continuous(text) else len(text.split())


def article_rows(article: dict[str, Any], titled: bool) -> list[Row | None]:
    """The article's lines, its own blank ones None."""
    head = [Row(article["headline"], TITLE, article["genre"]), None] if titled else []
    return head + [
        Row(line, ARTICLE, article["genre"]) if line else None for line in article["text"].strip().split("\n")
    ]


def block_rows(block: dict[str, Any], at: str) -> list[Row]:
    """The block's lines. Of a run, those that end as a sentence and are no mere button are prose."""
    out = []
    for line in block["text"].strip().split("\n"):
        label = block["kind"] == "short" or (block["kind"] == "run" and (words(line) < 7 or line[-1] not in ".?!:։。"))
        out.append(Row(line, LABEL if label else PROSE, block["kind"], at))
    return out


def said_rows(lines: Sequence[str], kind: str, at: str) -> list[Row]:
    """The lines of a voice's block: those of some words that end as a sentence are prose."""
    return [Row(line, PROSE if words(line) >= 7 and line[-1] in ".?!:։。！？…" else LABEL, kind, at) for line in lines]


def spaced(rows: Sequence[Row | None], spacing: str) -> tuple[Row | None, ...]:
    """The same lines under another convention of blank lines. What the article sets close stays close."""
    if spacing == "flat":
        return tuple(row for row in rows if row)
    out: list[Row | None] = []
    for row in rows:
        if row is None or spacing == "blank":
            out.append(row)
            continue
        width = WIDTH // 2 if continuous(row.text) else WIDTH
        out += [
            Row(part, row.what, row.kind, row.at) for part in textwrap.wrap(row.text, width, break_on_hyphens=False)
        ]
    return tuple(out)


def dirtied(
    rows: list[Row | None], blocks: Sequence[dict[str, Any]], rng: random.Random, *, voice: bool = False
) -> list[Row | None]:
    """The article with each block at its head, between two paragraphs or at its tail."""
    for block in blocks:
        at = rng.choice(("head", "between", "tail", "tail"))
        breaks = [place for place, row in enumerate(rows) if row is None]
        run: list[Row | None] = [
            *(said_rows(solid(block["text"]), block["kind"], at) if voice else block_rows(block, at))
        ]
        if at == "head":
            rows = [*run, None, *rows]
        elif at == "tail" or not breaks:
            rows = [*rows, None, *run]
        else:
            place = rng.choice(breaks)
            rows = [*rows[:place], None, *run, *rows[place:]]
    return rows


def pages() -> Iterator[Made]:
    """Every made page: each article clean, then with one or two blocks of its language, from one half at a time.

    The second hand's furniture goes into all articles but those of its own other half.
    """
    blocks = [*golden("wild", "block"), *golden("second", "block")]
    articles = [*golden("must_not_change", "article"), *golden("second", "article")]
    for number, article in enumerate(articles):
        language, trap, second = article["language"], article.get("trap", False), article.get("half", "")
        for spacing in SPACINGS:
            for titled in (False, True):
                yield Made(spaced(article_rows(article, titled), spacing), language, trap, "", second)
            for half in (second,) if second else FIRST + SECOND:
                known = [block for block in blocks if (block["language"], block["half"]) == (language, half)]
                for turn in range(LIGHT if known else 0):
                    rng = random.Random(f"{number} {spacing} {half} {turn}")
                    chosen = rng.sample(known, min(len(known), rng.choice((1, 1, 2))))
                    rows = dirtied(article_rows(article, rng.random() < 0.5), chosen, rng)
                    yield Made(spaced(rows, spacing), language, trap, half, second)


def voice_pages(voice: Voice) -> Iterator[Made]:
    """The voice's articles clean, and those and the clean ones of the first hand with one or two of its blocks."""
    for number, article in enumerate([*voice.articles, *golden("must_not_change", "article")]):
        language, trap, own = article["language"], article.get("trap", False), number < len(voice.articles)
        known = [block for block in voice.blocks if block["language"] == language]
        for spacing in SPACINGS:
            rng = random.Random(f"{voice.name} {number} {spacing}")
            if own:
                rows = article_rows(article, rng.random() < 0.5)
                yield Made(spaced(rows, spacing), language, trap, "", voice.name)
            for _ in range(VOICE_LIGHT if known else 0):
                chosen = rng.sample(known, min(len(known), rng.choice((1, 1, 2))))
                rows = dirtied(article_rows(article, rng.random() < 0.5), chosen, rng, voice=True)
                yield Made(spaced(rows, spacing), language, trap, voice.name, voice.name)


def voice_figures(lines: Sequence[Judged], name: str) -> Iterator[tuple[str, float]]:
    """The figures of one voice's pages (``name``): see ``figures``."""
    own = [line for line in lines if line.row.what in (ARTICLE, TITLE)]
    for part, trap in (("", False), ("trap.", True)):
        yield f"{name}.{part}lines_lost", share([line for line in own if line.page.trap is trap], SET_ASIDE)
    junk = [line for line in lines if line.row.at]
    yield f"{name}.prose_gone", share([line for line in junk if line.row.what == PROSE], SET_ASIDE)
    yield f"{name}.furniture_gone", share(junk, SET_ASIDE)


def judge(page: Made, knowledge: Knowledge) -> tuple[list[Judged], tuple[str, ...]]:
    """Each line of the page with the role it was given; and the article's flags."""
    article = clean(page.text, knowledge=knowledge)
    found = {line: block for block in article.blocks for line in range(block.line_start, block.line_end)}
    told = [
        Judged(page, row, found[place].role, found[place].evidence.rule) for place, row in enumerate(page.rows) if row
    ]
    return told, article.flags


def share(lines: Sequence[Judged], roles: frozenset[Role], *, weighed: bool = False) -> float:
    """The share of the lines, or of their words, whose role is one of ``roles``."""
    sizes = [words(line.row.text) if weighed else 1 for line in lines]
    return sum(size for line, size in zip(lines, sizes, strict=True) if line.role in roles) / max(sum(sizes), 1)


SET_ASIDE = frozenset(Role) - KEPT_ROLES
OUT_OF_TEXT = frozenset(Role) - TEXT_ROLES


def figures(lines: Sequence[Judged]) -> Iterator[tuple[str, float]]:
    """What is held by floors. Names that end in ``gone`` should be high, the others low."""
    told = [line for line in lines if not line.page.second and line.page.half not in SECOND]
    own = [line for line in told if line.row.what in (ARTICLE, TITLE)]
    for name, mine in (
        ("clean", [line for line in own if not line.page.half and not line.page.trap]),
        ("light", [line for line in own if line.page.half and not line.page.trap]),
        ("trap", [line for line in own if line.page.trap]),
        *((half, [line for line in lines if line.page.second == half and not line.row.at]) for half in SECOND),
    ):
        yield f"made.{name}.lines_lost", share(mine, SET_ASIDE)
        yield f"made.{name}.words_lost", share(mine, SET_ASIDE, weighed=True)
        moved = [line for line in mine if line.row.what == ARTICLE]
        yield f"made.{name}.words_out_of_text", share(moved, OUT_OF_TEXT, weighed=True)
    for half in FIRST + SECOND:
        junk = [line for line in lines if line.page.half == half and line.row.what in (PROSE, LABEL)]
        yield f"made.{half}.prose_gone", share([line for line in junk if line.row.what == PROSE], SET_ASIDE)
        yield f"made.{half}.furniture_gone", share(junk, SET_ASIDE)


def table(title: str, lines: Sequence[Judged], by: str) -> str:
    """Shares set aside by language, genre or kind: a row each, those of articles beside those of furniture."""
    value = {
        "language": lambda line: line.page.language,
        "kind": lambda line: line.row.kind,
        "at": lambda line: line.row.at,
        "spacing": lambda line: "flat" if all(line.page.rows) else "parted",
    }[by]
    names = sorted({value(line) for line in lines})
    parts = {name: [line for line in lines if value(line) == name] for name in names}
    rows = [
        f"  {name:12} {len(mine):5} lines {share(mine, SET_ASIDE):.3f} words {share(mine, SET_ASIDE, weighed=True):.3f}"
        for name, mine in parts.items()
    ]
    return "\n".join([title, *rows])


def measure() -> tuple[list[Judged], Counter[str], int]:
    """Every line judged; how often each flag was raised; and how many pages were made."""
    knowledge = Knowledge(load_authority(None))
    lines: list[Judged] = []
    flags: Counter[str] = Counter()
    count = 0
    for count, page in enumerate(pages(), 1):  # noqa: B007 - the number of the last one is told
        told, raised = judge(page, knowledge)
        lines += told
        flags.update(raised)
    return lines, flags, count


def report(lines: Sequence[Judged]) -> str:
    """The tables: articles set aside by language and genre, furniture by language, kind and place."""
    own = [line for line in lines if line.row.what in (ARTICLE, TITLE)]
    parts = [table(f"article lines set aside, by {by}", own, by) for by in ("language", "kind", "spacing")]
    for half in FIRST + SECOND:
        prose = [line for line in lines if line.page.half == half and line.row.what == PROSE]
        junk = [line for line in lines if line.page.half == half and line.row.what in (PROSE, LABEL)]
        parts += [
            table(f"furniture in sentences gone, {half}, by {by}", prose, by) for by in ("language", "at", "spacing")
        ]
        parts.append(table(f"furniture gone, {half}, by kind", junk, "kind"))
    return "\n\n".join(parts)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--lost", action="store_true", help="print the article lines that did not stay in the text")
    ask.add_argument("--left", action="store_true", help="print the furniture of the dev half that stayed")
    args = ask.parse_args()
    lines, flags, count = measure()
    print(report(lines))
    shown = [line for line in lines if not {line.page.half, line.page.second} & {"held", "unseen"}]
    lost = [line for line in shown if line.row.what == ARTICLE and line.role not in TEXT_ROLES]
    left = [line for line in shown if line.row.at and line.role in KEPT_ROLES]
    for wanted, some in ((args.lost, lost), (args.left, left)):
        told = Counter((line.page.language, line.role.value, line.rule, line.row.text) for line in some if wanted)
        print("".join(f"{n:4} {' '.join(key)}\n" for key, n in told.most_common()))
    print(f"\n{count} pages; flags raised: {dict(sorted(flags.items())) or 'none'}")
    print("\n".join(f"{name:32} {value:.4f}" for name, value in figures(lines)))


if __name__ == "__main__":
    main()
