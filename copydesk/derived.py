"""What can be counted only when all articles are there: sources, entities, and how many articles carry a caption.

Rows are counted as they go by: what is held is a number for each source, each spelling of an entity and each caption.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk import rows, tables
from copydesk.bulk import COUNT, Function, Rows, parts, side_by_side, totals
from copydesk.cleaning import Knowledge
from copydesk.frames import frame


def source_table(articles: Rows, knowledge: Knowledge) -> pa.Table:
    """The ``sources`` of these articles."""
    days = parts(articles, ["source_id", "published_on"])
    found = totals(days, ["source_id"], [("published_on", "min"), ("published_on", "max")])
    return frame(
        tables.SOURCES,
        (
            rows.source_row(
                knowledge.source(row["source_id"]), row[COUNT], row["published_on_min"], row["published_on_max"]
            )
            for row in found
        ),
    )


def entity_table(mentions: Rows, wikidata: Mapping[str, str | None]) -> pa.Table:
    """The ``entities`` that these mentions link to; ``wikidata`` has the items of those that have one."""
    spellings: dict[str, dict[str, int]] = {}
    for row in totals(_linked(mentions), ["entity_id", "surface"]):
        spellings.setdefault(row["entity_id"], {})[row["surface"]] = row[COUNT]
    first: list[tuple[str, Function]] = [("canonical_name", "first"), ("type", "first")]
    named = {row["entity_id"]: row for row in totals(_linked(mentions), ["entity_id"], first)}
    articles = {row["entity_id"]: row[COUNT] for row in totals(_articles_of(mentions), ["entity_id"])}
    return frame(
        tables.ENTITIES,
        (
            rows.entity_row(
                entity_id,
                named[entity_id]["canonical_name_first"],
                named[entity_id]["type_first"],
                wikidata.get(entity_id),
                spelled,
                articles[entity_id],
            )
            for entity_id, spelled in spellings.items()
        ),
    )


def caption_counts(captions: Rows) -> pa.Array:
    """For each caption, in how many articles one of the same words stands."""
    digests = bytearray()
    first = bytearray()  # whether it is the first of its words in its article
    for (part,) in side_by_side([captions], "article_id", [["article_id", "text"]]):
        seen: set[tuple[str, str]] = set()
        for pair in zip(part["article_id"].to_pylist(), part["text"].to_pylist(), strict=True):
            digests += blake2b(pair[1].encode(), digest_size=16).digest()
            first.append(pair not in seen)
            seen.add(pair)
    if not digests:
        return pa.array([], pa.int32())
    _, alike = np.unique(np.frombuffer(digests, "V16"), return_inverse=True)
    return pa.array(np.bincount(alike, np.frombuffer(first, np.uint8))[alike], pa.int32())


def _linked(mentions: Rows) -> Iterator[pa.Table]:
    names = ["entity_id", "article_id", "canonical_name", "type", "surface", "status"]
    for part in parts(mentions, names):
        yield part.filter(_is_linked(part))


def _articles_of(mentions: Rows) -> Iterator[pa.Table]:
    """Entities with the articles that mention them, each pair once."""
    for (part,) in side_by_side([mentions], "article_id", [["article_id", "entity_id", "status"]]):
        yield part.filter(_is_linked(part)).group_by(["entity_id", "article_id"], use_threads=False).aggregate([])


def _is_linked(mentions: pa.Table) -> pa.Array:
    return pc.and_(pc.is_valid(mentions["entity_id"]), pc.equal(mentions["status"], "linked"))
