"""Articles that are versions of one text: relations between them, never deletions."""

from __future__ import annotations

import pyarrow as pa


def mark(articles: pa.Table) -> pa.Table:
    """The articles with ``duplicate_group`` and ``duplicate_relation`` set: those of equal content are one group.

    A group is named by its first article in the order of ids, which no order of files or shards can change.
    """
    groups: dict[str, list[str]] = {}
    for article_id, digest in zip(
        articles["article_id"].to_pylist(), articles["content_sha256"].to_pylist(), strict=True
    ):
        groups.setdefault(digest, []).append(article_id)
    first = {member: members[0] for members in groups.values() if len(members) > 1 for member in members}
    ids = articles["article_id"].to_pylist()
    relation = {member: "first" if member == group else "same_text" for member, group in first.items()}
    grouped = _with(articles, "duplicate_group", [first.get(article_id) for article_id in ids])
    return _with(grouped, "duplicate_relation", [relation.get(article_id) for article_id in ids])


def _with(table: pa.Table, column: str, values: list[str | None]) -> pa.Table:
    place = table.column_names.index(column)
    return table.set_column(place, table.schema.field(place), pa.array(values, pa.string()))
