"""The second text, replayed: ``text_normalized`` is the text with every replacement of its mentions made."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk import Rows, side_by_side
from copydesk.verify.finding import Finding, told


def check_normalized(articles: Rows, mentions: Rows) -> list[Finding]:
    """Every article's ``text_normalized`` against its text and the mentions in it that have a replacement."""
    columns = (["article_id", "text", "text_normalized"], ["article_id", "field", "start", "end", "replacement"])
    stretches = side_by_side([articles, mentions], "article_id", columns)
    return told("text", "articles.text_normalized", (bad for stretch in stretches for bad in _others(*stretch)))


def _others(articles: pa.Table, mentions: pa.Table) -> Iterator[tuple[str, str]]:
    chosen = mentions.filter(pc.and_(pc.equal(mentions["field"], "text"), pc.is_valid(mentions["replacement"])))
    columns = (chosen[name].to_pylist() for name in ("article_id", "start", "end", "replacement"))
    replaced: dict[str, list[tuple[int, int, str]]] = {}
    for id_, start, end, new in zip(*columns, strict=True):
        replaced.setdefault(id_, []).append((start, end, new))
    for id_, text, normalized in zip(*(column.to_pylist() for column in articles.columns), strict=True):
        if _replayed(text or "", sorted(replaced.get(id_, ()))) != (normalized or ""):
            yield id_, "text_normalized is not the text with the replacements of its mentions"


def _replayed(text: str, replacements: list[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, new in replacements:
        pieces += (text[done:start], new)
        done = end
    return "".join(pieces) + text[done:]
