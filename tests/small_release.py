"""A small but real release: documents labelled by a rule of thumb, and every table of the registry made from them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk import rows, tables
from copydesk.article import Article, Block, Caption, DateMention, Evidence, Line, Mention, Role, Stamp
from copydesk.decoding.lines import split_lines
from copydesk.derived import entity_table
from copydesk.frames import frame
from copydesk.ingest.reject import Rejected
from copydesk.normalize.names import rewrite
from copydesk.release.hashing import content_hash
from copydesk.release.model import Creator, DatasetInfo, Release
from copydesk.release.withhold import withhold_text
from copydesk.release.write import write_release
from copydesk.segment import segment
from copydesk.store import Published, publish

AS_OF = date(2026, 11, 23)
STAMPED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)

DOCUMENTS = {
    "herald/harbour.txt": (
        "Harbour wall to be raised\n\nBy Ada Quill\nThe council of Westhaven voted on 3 May to raise the wall.\n"
        "  Work begins in spring, Mara Lindqvist said.  \n\n\nSubscribe to our newsletter\n## What it costs\n"
        "=4 million, says the treasurer.\n'It is a lot,' said one.\n"
    ),
    "herald/windows.txt": "Ferry returns\r\n\r\nThe ferry returned on Sunday.\r\nNobody was hurt.",
    "courier/odd.txt": "Rain\rIt rained.\u2028It still rains.\u2029\fThe end.\x0bReally.\n",
    "courier/next.txt": "Snow\x85It snowed in Łódź.\x85Það snjóaði.",
    "courier/short.txt": "Sun",
    "zeitung/preis.txt": (
        '„Preise" steigen\n\n"Ja", sagte sie, "sie steigen"; 1,5 %\n-3 Grad\n\t@morgen\nSubscribe to our newsletter\n'
    ),
}
"""Raw path, to what the file says. Between them they have every line end, quotes, commas and would-be formulas."""

BAD = {"courier/empty.txt": "   \n"}
"""Raw files that no article can be made of."""


def article_of(path: str, text: str, url: str | None = None) -> Article:
    """An article with a role for every line, a name and a date where they can be had."""
    lines = [Line(raw, raw.strip(), end, () if raw == raw.strip() else ("trim",)) for raw, end in split_lines(text)]
    blocks: list[Block] = []
    for unit in segment(lines):
        role = _role(unit.text, first=not any(block.role is Role.HEADLINE for block in blocks))
        evidence = Evidence("rule.of.thumb", unit.text[:10], 0.75)
        blocks.append(
            Block(unit.line_start, unit.line_end, role, evidence, unit.text, unit.raw, unit.end, unit.repairs)
        )
    headline = next((block.text for block in blocks if block.role is Role.HEADLINE), None)
    article = Article(
        article_id=hashlib.sha256(path.encode()).hexdigest()[:16],
        source_id=path.partition("/")[0],
        raw_path=path,
        raw_record=None,
        raw_sha256=hashlib.sha256(text.encode()).hexdigest(),
        encoding="utf-8",
        encoding_basis="utf-8",
        blocks=tuple(blocks),
        url=url,
        headline=headline,
        byline=tuple(block.text.removeprefix("By ") for block in blocks if block.role is Role.BYLINE),
        published=Stamp("2026-11-20T08:30:00Z", date(2026, 11, 20), STAMPED, "minute", "stated"),
        corrections=("An earlier version named the wrong pier.", f"Corrected: {headline}."),
        captions=(Caption(0, f"A picture of {headline}", None, None, None, 1),),
        language="en",
    )
    fields = {"text": article.text, "headline": headline or "", "corrections[1]": article.corrections[1]}
    fields |= {f"byline[{number}]": name for number, name in enumerate(article.byline)}
    found = [(field, *span) for field, value in fields.items() if (span := _last_word(value))]
    mentions = tuple(
        Mention(field, start, end, word, "Q1", "One", "person", "exact", 1.0, "linked", (), "One")
        if field == "text"
        else Mention(field, start, end, word, None, None, "person", "exact", 1.0, "unlinked")
        for field, start, end, word in found
    )
    dates = tuple(
        DateMention(field, start, end, word, None, "day", "unresolved", None, "test")
        for field, start, end, word in found[:2]
    )
    return _with(
        article,
        mentions=mentions,
        dates=dates,
        text_normalized=rewrite(article.text, [one for one in mentions if one.field == "text"]),
    )


def tables_of(documents: Mapping[str, str] = DOCUMENTS, bad: Iterable[str] = tuple(BAD)) -> dict[str, pa.Table]:
    """Every table of the registry."""
    articles = [article_of(path, text) for path, text in documents.items()]
    mention_rows = [row for article in articles for row in rows.mention_rows(article)]
    by_source: dict[str, list[date]] = {}
    for article in articles:
        by_source.setdefault(article.source_id, []).append(AS_OF)
    made: dict[str, Sequence[Mapping[str, Any]]] = {
        "articles": [rows.article_row(article) for article in articles],
        "blocks": [row for article in articles for row in rows.block_rows(article)],
        "captions": [row for article in articles for row in rows.caption_rows(article)],
        "mentions": mention_rows,
        "dates": [row for article in articles for row in rows.date_rows(article)],
        "entities": entity_table(frame(tables.MENTIONS, mention_rows), {"Q1": "Q1"}).to_pylist(),
        "sources": [{"source_id": source, "article_count": len(days)} for source, days in by_source.items()],
        "quarantine": [
            rows.quarantine_row(Rejected(path, None, "empty", "It is empty: fetch it again.", None)) for path in bad
        ],
    }
    return {table.name: frame(table, made[table.name]) for table in tables.TABLES}


def release_of(made: Mapping[str, pa.Table], version: str, previous: str | None, text: str = "full") -> Release:
    info = DatasetInfo(
        name="small", title="A small dataset", description="Articles for tests.", license="CC-BY-4.0",
        license_url="https://creativecommons.org/licenses/by/4.0/", creators=(Creator("Ada Quill"),),
        publisher="The Quill", contact="mail@example.org", text=text,  # type: ignore[arg-type]
    )  # fmt: skip
    published = withhold_text(made) if text == "none" else dict(made)
    return Release(
        info=info, version=version, previous=previous, as_of=AS_OF, tables=published,
        validation={"success": True, "suites": []},
        provenance={
            "copydesk": "0.1.0", "python": "3.11", "libraries": {}, "authority_version": "1", "rules_version": "1",
            "raw": {"files": 7, "bytes": 0, "sha256": "0" * 64}, "configuration": "0" * 64,
        },
        content_hash=content_hash(published),
        extra_files={"quality/validation.json": b"{}\n"},
    )  # fmt: skip


def write_small(folder: Path, made: Mapping[str, pa.Table], text: str = "full", version: str = "2026.11.0") -> Path:
    """The release as one version's folder, outside of any dataset."""
    folder.mkdir(parents=True)
    write_release(release_of(made, version, None, text), folder)
    return folder


def publish_small(dataset: Path, made: Mapping[str, pa.Table]) -> Published:
    def build(version: str, previous: str | None, folder: Path) -> None:
        write_release(release_of(made, version, previous), folder)

    return publish(dataset, build, content_hash=content_hash(made), as_of=AS_OF, wait_seconds=10)


def write_raw(folder: Path) -> Path:
    for path, text in {**DOCUMENTS, **BAD}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())
    return folder


def changed(
    made: Mapping[str, pa.Table], table: str, change: Callable[[list[dict[str, Any]]], object]
) -> dict[str, pa.Table]:
    """The tables with a change made to the rows of one. The rows are not sorted again."""
    changed_rows = made[table].to_pylist()
    change(changed_rows)
    return {**made, table: pa.Table.from_pylist(changed_rows, schema=made[table].schema)}


def _role(text: str, *, first: bool) -> Role:
    if not text:
        return Role.BLANK
    if first:
        return Role.HEADLINE
    for start, role in (("By ", Role.BYLINE), ("Subscribe", Role.NEWSLETTER), ("##", Role.SUBHEADING)):
        if text.startswith(start):
            return role
    return Role.BODY


def _last_word(text: str) -> tuple[int, int, str] | None:
    words = text.split()
    if not words:
        return None
    start = text.rindex(words[-1])
    return start, start + len(words[-1]), words[-1]


def _with(article: Article, **values: object) -> Article:
    return replace(article, **values)  # type: ignore[arg-type]
