"""Facts that pages state, on invented pages whose facts are known: headline, byline, days, dateline.

A file of ``heads/`` is the work of one hand in two dozen languages: pages as scrapers leave them, with what a careful
reader would say of each. The headline's weights are fitted on them (fit_headline.py); those of ``heads_apart/`` are
kept for measuring, and at those of ``heads_unseen/`` nobody looked when the rules were made. A headline may be stated
in several ways, or not at all; of a byline, only the people count, unless it names none.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copydesk.article import Article
from copydesk.cleaning import Knowledge, clean
from copydesk.label.names import is_agency
from copydesk.normalize.bylines import agency

FOLDER = Path(__file__).parent / "heads"
APART = Path(__file__).parent / "heads_apart"
UNSEEN = Path(__file__).parent / "heads_unseen"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Stated:
    """A page, and what it states. Days are ISO 8601; None where the page does not say one, and no headlines where it
    has none."""

    name: str
    site: str
    language: str
    text: str
    headlines: tuple[str, ...]
    byline: tuple[str, ...]
    published: str | None
    updated: str | None
    dateline: str | None


@cache
def hands(folder: Path = FOLDER) -> dict[str, tuple[Stated, ...]]:
    """The pages of each hand, by its name."""
    return {path.stem: tuple(map(_stated, _pages(path))) for path in sorted(folder.glob("*.toml"))}


def _pages(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads(path.read_text(encoding="utf-8"))["page"]
    return found


def _stated(row: dict[str, object]) -> Stated:
    said = {key: value for key, value in row.items() if key not in ("headline", "or")}
    headlines = (row["headline"], *row.get("or", ())) if "headline" in row else ()  # type: ignore[misc]
    facts = {key: said.get(key) for key in ("published", "updated", "dateline")}
    return Stated(headlines=headlines, **{**said, **facts, "byline": tuple(row["byline"])})  # type: ignore[arg-type]


def loose(text: str | None) -> str:
    """The words of a text, in small letters."""
    return " ".join(_WORD.findall((text or "").casefold()))


def figures(folder: Path, name: str, knowledge: Knowledge) -> Iterator[tuple[str, float]]:
    """How often the facts of the pages of all hands of a folder are right, or wrongly stated."""
    pages = [page for hand in hands(folder).values() for page in hand]
    counts: Counter[str] = Counter()
    authors = 0.0
    signed = 0
    for page in pages:
        article = clean(page.text, source=page.site, knowledge=knowledge)
        counts.update(_found(page, article))
        wanted, found = _people(page.byline), _people(article.byline)
        if wanted or found:
            signed += 1
            authors += 2 * len(wanted & found) / (len(wanted) + len(found))
    yield f"{name}.title~", counts["title"] / max(sum(bool(page.headlines) for page in pages), 1)
    yield f"{name}.title_wrong", counts["title_wrong"] / len(pages)
    yield f"{name}.author_f1", authors / max(signed, 1)
    yield f"{name}.date_ok", counts["date"] / max(sum(page.published is not None for page in pages), 1)
    yield f"{name}.false_date", counts["date_wrong"] / len(pages)


def _found(page: Stated, article: Article) -> Iterator[str]:
    headline = loose(article.headline)
    if headline:
        yield "title" if headline in map(loose, page.headlines) else "title_wrong"
    day = article.published.on.isoformat() if article.published and article.published.on else None
    if day:
        yield "date" if day == page.published else "date_wrong"


def _people(byline: tuple[str, ...]) -> frozenset[str]:
    """Who signs: the people, or where none does, the agencies."""
    people = [name for name in byline if not is_agency(name) and agency(name) is None]
    return frozenset(map(loose, people or byline))
