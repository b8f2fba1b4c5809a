"""Every line of an article, with its role, the rule that gave it, and what the rule saw."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import Article, Block, Role
from copydesk.cleaning import clean
from copydesk.decoding import UnreadableText
from copydesk.errors import NothingToDo
from copydesk.ingest import READERS, html, read
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected, called
from copydesk.ingest.streams import kind
from copydesk.label import scorer
from copydesk.loading import load
from copydesk.opened import check_columns, check_values
from copydesk.printable import briefly, printable
from copydesk.report import table
from copydesk.rows import article_row, block_rows
from copydesk.store.errors import BrokenStore
from copydesk.store.place import Place
from copydesk.tables import ARTICLES, BLOCKS, QUARANTINE

_WIDTH = 100
_MOST = 1000  # characters of what a rule saw
_NEAR = 5
_NAMES = ("article_id", "raw_path", "raw_record")
_ASIDE = ("raw_path", "raw_record", "reason", "detail")
_DECIDED = ("article_id", "line_start", "line_end", "role", "rule", "evidence", "text", "raw_text")


def explain(article: str, dataset: Place, version: str = "latest") -> str:
    """The lines of an article: of a published one by id, beginning of an id, or raw path; or of a raw file on disk.

    Nothing in it rules a terminal. Raises NothingToDo where there is no such article, naming what comes near or why it
    was set aside, and for a file that holds none or several; and BrokenStore for rows that cannot be.
    """
    if Path(article).is_file():
        return _of_article(_on_disk(Path(article)))
    found = _find(article, dataset, version, _NAMES)
    rows = _blocks(found, dataset, version, _DECIDED)
    return "\n".join([f"{printable(found['article_id'])}  {_place(found)}", "", *_lines(rows)])


def explain_html(article: str, dataset: Place, version: str = "latest") -> bytes:
    """The proof of an article, as one HTML file in UTF-8: of a published one, or of a raw file on disk, as ``explain``.

    Raises NothingToDo where there is no such article, and for a version that holds no text, and BrokenStore for rows
    that cannot be.
    """
    from copydesk.proofs.page import ARTICLE_COLUMNS, BLOCK_COLUMNS, proof  # noqa: PLC0415 - brings the templates

    if Path(article).is_file():
        cleaned = _on_disk(Path(article))
        return proof({**article_row(cleaned), "raw_path": article}, block_rows(cleaned))
    found = _find(article, dataset, version, ARTICLE_COLUMNS)
    rows = _blocks(found, dataset, version, BLOCK_COLUMNS)
    if all(row["text"] is None for row in rows):
        raise NothingToDo(f"{dataset}: {version} was published without text. Name a raw file instead.")
    return proof(found, rows)


def _on_disk(path: Path) -> Article:
    """The article in a raw file, unpacked and read as a run reads it; what no reader is for is taken for a page.

    Raises NothingToDo where it holds none, or several.
    """
    at = path.resolve()
    name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
    reads = read if kind(at) in READERS else html.read_unnamed
    try:
        found = list(islice(reads(RawFile(at.parent, str(at), name, at.stat().st_size)), 2))
        if len(found) > 1:
            what = "holds several records. Name an article of it by its id, or by its raw path in the dataset"
            raise NothingToDo(f"{path}: {what}.")
        if isinstance(found[0], Rejected):
            raise NothingToDo(f"{path}: is no article ({found[0].reason}). {found[0].detail}")
        return clean(found[0])
    except UnreadableText as error:
        raise NothingToDo(f"{path}: is no article ({error.reason}). {error.detail}") from error
    except OSError as error:
        raise NothingToDo(f"{path}: cannot be read ({error.strerror}). Check its permissions.") from error


def _find(article: str, dataset: Place, version: str, columns: Sequence[str]) -> dict[str, Any]:
    """The row of the one article that is meant. Raises NothingToDo where there is none, or more than one."""
    columns = tuple(dict.fromkeys((*columns, *_NAMES)))
    articles = load(dataset, table="articles", version=version, columns=columns)
    check_columns(f"{dataset}", articles.schema, ARTICLES, columns)
    rows = articles.filter(
        pc.or_(pc.starts_with(articles["article_id"], article), pc.match_substring(articles["raw_path"], article))
    )
    check_values(f"{dataset}", rows, ARTICLES)
    found = rows.to_pylist()
    exact = [row for row in found if article in (row["article_id"], row["raw_path"])] or found
    if not exact and (aside := _set_aside(article, dataset, version)):
        raise NothingToDo(f"{dataset}: {article!r} was set aside, and is no article. {aside}")
    if len(exact) != 1:
        near = ", ".join(f"{row['article_id']}  {_place(row)}" for row in exact[:_NEAR])
        more = f" and {len(exact) - _NEAR:,} more" if len(exact) > _NEAR else ""
        how = "its id" if len({row["raw_path"] for row in exact}) == 1 else "its id or raw path"
        many = f"{len(exact):,} articles match {article!r}: {near}{more}"
        raise NothingToDo(f"{dataset}: {many if exact else f'none matches {article!r}'}. Name one by {how}.")
    only: dict[str, Any] = exact[0]
    return only


def _set_aside(article: str, dataset: Place, version: str) -> str:
    """Why files or records of that raw path stand in quarantine; empty where none does."""
    rows = load(dataset, table="quarantine", version=version, columns=_ASIDE)
    check_columns(f"{dataset}", rows.schema, QUARANTINE, _ASIDE)
    data = rows.filter(pc.match_substring(rows["raw_path"], article))
    check_values(f"{dataset}", data, QUARANTINE)
    found = data.to_pylist()
    exact = [row for row in found if article == row["raw_path"]] or found
    lines = [f"{_place(row)}: {printable(row['reason'])}. {printable(row['detail'])}" for row in exact[:_NEAR]]
    more = len(exact) - _NEAR
    return " ".join([*lines, f"And {more:,} more."] if more > 0 else lines)


def _place(row: Mapping[str, Any]) -> str:
    return printable(called(row["raw_path"], row["raw_record"]))


def _blocks(article: Mapping[str, Any], dataset: Place, version: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    blocks = load(dataset, table="blocks", version=version, columns=columns)
    check_columns(f"{dataset}", blocks.schema, BLOCKS, columns)
    data = blocks.filter(pc.equal(blocks["article_id"], pa.scalar(article["article_id"])))
    check_values(f"{dataset}", data, BLOCKS)
    rows: list[dict[str, Any]] = data.to_pylist()
    _check_lines(rows, dataset, article["article_id"])
    return rows


def _check_lines(rows: Iterable[Mapping[str, Any]], dataset: Place, article: str) -> None:
    """Blocks follow one another line by line, and none has more lines than its text has characters to end them."""
    withheld = all(row["text"] is None and row["raw_text"] is None for row in rows)
    line = 0
    for row in rows:
        lines = row["line_end"] - row["line_start"]
        most = 1 + len(row["raw_text"] or row["text"] or "")
        if row["line_start"] != line or lines < 1 or (lines > most and not withheld):
            raise BrokenStore(
                f"{dataset}: a block of {article} has the lines {row['line_start']} to {row['line_end']}, which cannot "
                "be: `copydesk verify` says more."
            )
        line = row["line_end"]


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
    # Where no text was published, no lines are made of it: how many there should be is a stranger's word.
    there = any(row["text"] for row in rows)
    texts = [
        text for row in rows for text in [row["text"] or "", *[""] * (row["line_end"] - row["line_start"] - 1)] if there
    ]
    cells = [
        (
            str(row["line_start"] + 1),
            _short(printable(row["role"])),
            _short(printable(row["rule"])),
            briefly(_evidence(row, texts), _MOST),
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
