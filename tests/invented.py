"""Articles of invented words, and what editors do to them. For tests of what compares articles."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from copydesk.frames import arrow_schema
from copydesk.identity import content_sha256
from copydesk.tables import ARTICLES

FUNCTION_WORDS = ("the", "of", "and", "in", "to", "a", "that", "was", "for", "it", "with", "on", "by", "at")
COLUMNS = (
    *("article_id", "source_id", "headline", "text", "content_sha256", "completeness"),
    *("published_on", "published_at", "updated_on", "updated", "duplicate_group", "duplicate_relation"),
)


def article_row(article_id: str, text: str | None, source: str = "gazette", **more: Any) -> dict[str, Any]:
    """A row with what ``duplicates.mark`` reads; ``more`` overrides."""
    row = {
        **dict.fromkeys(COLUMNS),
        "article_id": article_id,
        "source_id": source,
        "text": text,
        "completeness": "complete",
        "published_on": date(2025, 3, 1),
        **more,
    }
    return {**row, "content_sha256": content_sha256(row["headline"], None, text or "")}


def articles_table(rows: Sequence[Mapping[str, Any]], pieces: int = 1) -> pa.Table:
    """The rows as they come, in that many chunks."""
    schema = pa.schema([arrow_schema(ARTICLES).field(name) for name in COLUMNS])
    size = max(1, -(-len(rows) // pieces))
    parts = [pa.Table.from_pylist(list(rows[at : at + size]), schema) for at in range(0, len(rows), size)]
    return pa.concat_tables(parts) if parts else schema.empty_table()


def vocabulary(rng: random.Random, size: int = 160) -> list[str]:
    """Words that no other article has, but for chance."""
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai", "or", "en")]
    return ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(size)]


def sentence(rng: random.Random, words: Sequence[str]) -> str:
    """Eight to eighteen words."""
    chosen = [rng.choice(words if rng.random() < 0.6 else FUNCTION_WORDS) for _ in range(rng.randint(8, 18))]
    return " ".join(chosen).capitalize()


def story(rng: random.Random) -> list[str]:
    """The paragraphs of an article, one to three sentences each, some of them quotes or with a number."""
    words = vocabulary(rng)
    found = []
    for _ in range(rng.randint(6, 14)):
        told = [sentence(rng, words) + "." for _ in range(rng.randint(1, 3))]
        if rng.random() < 0.3:
            told.append(f"“{sentence(rng, words)},” said {rng.choice(words).capitalize()}.")
        if rng.random() < 0.3:
            told.append(f"It cost {rng.randint(3, 900)} {rng.choice(words)} in {rng.randint(1990, 2030)}.")
        found.append(" ".join(told))
    return found


def lightly_edited(rng: random.Random, paragraphs: Sequence[str]) -> list[str]:
    """What a second desk does: changes a word here and there, drops, merges or adds a paragraph, names the agency."""
    new = vocabulary(rng, 40)
    edited = [
        " ".join(rng.choice(new) if rng.random() < 0.03 else word for word in paragraph.split(" "))
        for paragraph in paragraphs
    ]
    if rng.random() < 0.5:
        del edited[rng.randrange(1, len(edited))]
    if rng.random() < 0.3:
        at = rng.randrange(len(edited) - 1)
        edited[at : at + 2] = [f"{edited[at]} {edited[at + 1]}"]
    if rng.random() < 0.3:
        edited = [paragraph.replace("“", '"').replace("”", '"') for paragraph in edited]
    if rng.random() < 0.5:
        edited[0] = f"{rng.choice(new).upper()} (LNA) – {edited[0]}"
    if rng.random() < 0.4:
        edited.append(f"{rng.choice(new).capitalize()} contributed to this report.")
    return edited
