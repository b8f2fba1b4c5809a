"""Every line of an article, with its role, the rule that gave it, and what the rule saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import Article, Block, Role
from copydesk.cleaning import clean
from copydesk.errors import NothingToDo
from copydesk.label import scorer
from copydesk.loading import load
from copydesk.printable import printable
from copydesk.report import table
from copydesk.rows import article_row, block_rows
from copydesk.store.place import Place

_WIDTH = 100


def explain(article: str, dataset: Place, version: str = "latest") -> str:
    """The lines of an article: of a published one by id, beginning of an id, or raw path; or of a raw file on disk.

    Raises NothingToDo where there is no such article, naming what comes near.
    """
    if Path(article).is_file():
        return _of_article(clean(Path(article).read_bytes()))
    found = _find(article, dataset, version, ["article_id", "raw_path"])
    rows = _blocks(found, dataset, version)
    return "\n".join([f"{found['article_id']}  {printable(found['raw_path'])}", "", *_lines(rows)])


def explain_html(article: str, dataset: Place, version: str = "latest") -> bytes:
    """The proof of an article, as one HTML file in UTF-8: of a published one, or of a raw file on disk, as ``explain``.

    Raises NothingToDo where there is no such article, and for a version that holds no text.
    """
    from copydesk.proofs.page import proof  # noqa: PLC0415 - brings the templates

    if Path(article).is_file():
        cleaned = clean(Path(article).read_bytes())
        return proof({**article_row(cleaned), "raw_path": article}, block_rows(cleaned))
    found = _find(article, dataset, version)
    rows = _blocks(found, dataset, version)
    if all(row["text"] is None for row in rows):
        raise NothingToDo(f"{dataset}: {version} was published without text. Name a raw file instead.")
    return proof(found, rows)


def _find(article: str, dataset: Place, version: str, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """The row of the one article that is meant. Raises NothingToDo where there is none, or more than one."""
    articles = load(dataset, table="articles", version=version, columns=columns)
    found = articles.filter(
        pc.or_(pc.starts_with(articles["article_id"], article), pc.match_substring(articles["raw_path"], article))
    ).to_pylist()
    exact = [row for row in found if article in (row["article_id"], row["raw_path"])] or found
    if len(exact) != 1:
        near = ", ".join(f"{row['article_id']} ({printable(row['raw_path'])})" for row in exact[:5]) or "none"
        raise NothingToDo(
            f"{dataset}: {len(exact)} articles match {article!r}: {near}. Name one by its id or raw path."
        )
    only: dict[str, Any] = exact[0]
    return only


def _blocks(article: Mapping[str, Any], dataset: Place, version: str) -> list[dict[str, Any]]:
    blocks = load(dataset, table="blocks", version=version)
    rows: list[dict[str, Any]] = blocks.filter(
        pc.equal(blocks["article_id"], pa.scalar(article["article_id"]))
    ).to_pylist()
    return rows


def _of_article(article: Article) -> str:
    return "\n".join(_lines([_row(block) for block in article.blocks]))


def _row(block: Block) -> dict[str, Any]:
    return {
        "line_start": block.line_start,
        "line_end": block.line_end,
        "role": block.role.value,
        "rule": block.evidence.rule,
        "evidence": block.evidence.seen,
        "text": block.text,
    }


def _lines(rows: Sequence[dict[str, Any]]) -> Iterable[str]:
    """One line a block; lines are counted from 1 here, as an editor does."""
    texts = [text for row in rows for text in [row["text"] or "", *[""] * (row["line_end"] - row["line_start"] - 1)]]
    cells = [
        (
            str(row["line_start"] + 1),
            row["role"],
            row["rule"],
            printable(_evidence(row, texts)),
            _short(printable(row["text"] or "")),
        )
        for row in rows
        if row["role"] != Role.BLANK.value
    ]
    return table([("line", "role", "rule", "evidence", "text"), *cells])


def _evidence(row: dict[str, Any], texts: Sequence[str]) -> str:
    """What the rule saw; for the learned scorer also what mattered to it, in words."""
    seen = str(row["evidence"] or "")
    if not row["rule"].startswith("learned.") or not any(texts):  # without its text a page tells the scorer nothing
        return seen
    return f"{seen}: {scorer.explain(texts, row['line_start'])}"


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
