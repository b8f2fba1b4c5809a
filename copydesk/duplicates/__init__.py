"""Articles that are versions of one text: relations between them, never deletions.

A signature is made of each text; those that share a long sentence or many runs of words are compared, paragraph by
paragraph; what is connected is a group. Every number that this goes by stands in ``duplicates.toml``.

- ``first`` is the earliest of its group: by day and time of publication (unknown last), then by update (none first),
  then by id. The others are told by how they relate to it.
- ``same_text`` has the same words in the same order; otherwise ``updated_version`` is from the same source and
  ``wire_copy`` from another. So is an article that is like the first only by way of a third version.
- ``shared_quotes`` is for an article that is no version of any other: it joins the first (or an earlier article
  without a group) with which it shares the most words of long quoted sentences, and brings nobody along.
- ``duplicate_group`` is the smallest article id of the group.
- A text of fewer than 50 words is compared only as a whole, with its headline and standfirst. One without words is
  compared with nothing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from copydesk.duplicates.pack import Pack, pack
from copydesk.duplicates.relate import Version, relate
from copydesk.duplicates.signature import sign

_COLUMNS = (
    *("article_id", "source_id", "text", "content_sha256", "completeness"),
    *("published_on", "published_at", "updated_on", "updated"),
)


def mark(articles: pa.Table) -> pa.Table:
    """The ``articles`` table with ``duplicate_group`` and ``duplicate_relation`` set anew: the same rows in the same
    order. Neither the order of the rows nor how the table is cut into chunks changes what is found."""
    rules = pack()
    rows = sorted(articles.select(_COLUMNS).to_pylist(), key=_when)
    versions = [version for version in (_version(row, rules) for row in rows) if version.signature.length]
    relations = relate(versions, rules)

    named: dict[int, str] = {}
    for number, relation in relations.items():
        article_id = versions[number].article_id
        named[relation.first] = min(named.get(relation.first, article_id), article_id)
    group = {versions[number].article_id: named[relation.first] for number, relation in relations.items()}
    kind = {versions[number].article_id: relation.kind for number, relation in relations.items()}
    ids = articles["article_id"].to_pylist()
    grouped = _with(articles, "duplicate_group", [group.get(article_id) for article_id in ids])
    return _with(grouped, "duplicate_relation", [kind.get(article_id) for article_id in ids])


def _when(row: dict[str, Any]) -> tuple[Any, ...]:
    """Where an article stands in time: earlier is smaller, and no two are equal."""
    at = row["published_at"] or datetime.max.replace(tzinfo=UTC)
    return row["published_on"] or date.max, at, row["updated_on"] or date.min, row["updated"] or "", row["article_id"]


def _version(row: dict[str, Any], rules: Pack) -> Version:
    text = row["text"] or ""
    signature = sign(text, rules)
    return Version(
        article_id=row["article_id"],
        source_id=row["source_id"],
        text=text,
        published_on=row["published_on"],
        truncated=row["completeness"] == "truncated",
        signature=signature,
        same=signature.whole if signature.long_enough else row["content_sha256"],
    )


def _with(table: pa.Table, column: str, values: list[str | None]) -> pa.Table:
    place = table.column_names.index(column)
    return table.set_column(place, table.schema.field(place), pa.array(values, pa.string()))
