"""The proofs of a version: which articles, their pages, and the index of them."""

from __future__ import annotations

import hashlib
import re
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.article import REVIEW
from copydesk.bulk import Rows, Tables, parts
from copydesk.proofs import FOLDER, INDEX, proof_path
from copydesk.proofs.markup import language_tag, render
from copydesk.proofs.page import Row, counts, proof, title_of

COUNT = 60
"""How many articles of a version have a proof, where nothing else is asked for."""

_NAME = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in the index. Blank lines are neither kept nor set aside."""

    file: str
    title: str
    raw_path: str
    language: str
    flags: tuple[str, ...]
    kept: int
    aside: int


def sample_of(articles: Rows, count: int = COUNT) -> list[str]:
    """The ids of up to ``count`` articles that show a version well, whatever the order of its rows.

    Each source gives one article before any gives its second. Of a source those flagged for review come first, then
    those with another flag, then the others, by the SHA-256 of the id: like a draw by lot, but the same every time,
    and an article more or less changes little.
    """
    by_source: dict[str, list[tuple[int, str, str]]] = {}
    names = ("article_id", "source_id", "flags")
    for part in parts(articles, names) if count > 0 else ():
        for id_, source, flags in zip(*(part[name].to_pylist() for name in names), strict=True):
            key = _rank(flags), hashlib.sha256(id_.encode()).hexdigest(), id_
            # No source gives more than all together.
            held = by_source.setdefault(source, [])
            if len(held) < count or key < held[-1]:
                insort(held, key)
                del held[count:]
    placed = [(place, *key) for keys in by_source.values() for place, key in enumerate(keys)]
    return [id_ for *_, id_ in sorted(placed)[: max(count, 0)]]


def proof_files(tables: Tables, count: int = COUNT) -> Mapping[str, bytes]:
    """``proofs/<article_id>.html`` of a sample and ``proofs/index.html``, by their paths below the version's folder.

    Empty for a ``count`` of 0, and for tables whose text is withheld: a proof is nothing but text. Raises ValueError
    for an article id that is no file name.
    """
    if not any(part["text"].null_count < part.num_rows for part in parts(tables["blocks"], ["text"])):
        return {}
    chosen = sample_of(tables["articles"], count)
    if not chosen:
        return {}
    article_rows = _rows(tables["articles"], chosen)
    by_article: dict[str, list[Row]] = {id_: [] for id_ in chosen}
    for row in sorted(_rows(tables["blocks"], chosen), key=lambda row: int(row["block"])):
        by_article[row["article_id"]].append(row)
    names: dict[str, str | None] = dict(
        zip(*(tables["sources"][name].to_pylist() for name in ("source_id", "name")), strict=True)
    )
    article_rows.sort(key=lambda row: (row["source_id"], row["raw_path"], row["raw_record"] or "", row["article_id"]))
    groups: dict[str, list[Entry]] = {}
    files: dict[str, bytes] = {}
    for row in article_rows:
        lines = by_article[row["article_id"]]
        groups.setdefault(row["source_id"], []).append(_entry(row, lines))
        files[proof_path(_file_name(row["article_id"]))] = proof(row, lines, index=True)
    page = render(
        "index.html.jinja",
        groups=[(source, names.get(source), entries) for source, entries in groups.items()],
        shown=len(chosen),
        articles=tables["articles"].num_rows,
    )
    return {f"{FOLDER}/{INDEX}": page, **files}


def _rank(flags: Sequence[str]) -> int:
    if any(flag.startswith(REVIEW) for flag in flags):
        return 0
    return 1 if flags else 2


def _rows(table: Rows, ids: Sequence[str]) -> list[dict[str, Any]]:
    wanted = pa.array(ids)
    found = (part.filter(pc.is_in(part["article_id"], value_set=wanted)) for part in parts(table))
    return [row for part in found for row in part.to_pylist()]


def _file_name(article_id: str) -> str:
    if not _NAME.fullmatch(article_id) or article_id.lower() == "index":
        raise ValueError(f"the article id {article_id!r} can name no file")
    return article_id


def _entry(row: Row, lines: Sequence[Row]) -> Entry:
    by_kind = {count.kind: count.lines for count in counts(lines)}
    return Entry(
        file=f"{row['article_id']}.html",
        title=title_of(row),
        raw_path=row["raw_path"],
        language=language_tag(row["language"]),
        flags=tuple(row["flags"]),
        kept=by_kind["text"] + by_kind["field"],
        aside=by_kind["aside"],
    )
