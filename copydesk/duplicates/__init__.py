"""Articles that are versions of one text: relations between them, never deletions.

A signature is made of each text, where the text is at hand; those that share a long sentence or many runs of words are
compared, paragraph by paragraph; what is connected is a group. Every number that this goes by stands in
``duplicates.toml``. However many articles there are, only those that are compared are read again, and what is held is
some hundred bytes an article.

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

from collections.abc import Collection, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.duplicates import signature
from copydesk.duplicates.candidates import keyed
from copydesk.duplicates.corpus import Corpus, Part
from copydesk.duplicates.pack import pack
from copydesk.duplicates.relate import Kept, relate

RELATIONS = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("duplicate_group", pa.string(), nullable=False),
        pa.field("duplicate_relation", pa.string(), nullable=False),
    ]
)

__all__ = ["RELATIONS", "Kept", "Part", "joined", "keyed", "mark", "marked", "relations", "sign"]


def sign(articles: pa.Table) -> pa.Table:
    """The signatures of articles, row by row: see ``signature.SCHEMA``."""
    return signature.sign(articles, pack())


def joined(signatures: Sequence[pa.Table]) -> pa.Table:
    """Signatures as one table, sorted by id."""
    return pa.concat_tables(signatures).sort_by("article_id").combine_chunks()


def relations(parts: Sequence[Part], left_out: Collection[str] = (), kept: Kept | None = None) -> pa.Table:
    """The articles of all parts that are in a group, as a table of ``RELATIONS`` sorted by id.

    Neither the order of the rows nor how the articles are cut into parts changes what is found; ids that are left out
    are as if they were not there. What is ``kept`` of earlier comparisons saves time, and changes nothing."""
    if not parts:
        return RELATIONS.empty_table()
    corpus = Corpus(parts, left_out)
    found = relate(corpus, pack(), kept)
    ids = {number: article_id for number, (article_id, _) in corpus.named(sorted(found)).items()}
    smallest: dict[int, str] = {}
    for number, relation in found.items():
        smallest[relation.first] = min(smallest.get(relation.first, ids[number]), ids[number])
    rows = sorted((ids[number], smallest[relation.first], relation.kind) for number, relation in found.items())
    return pa.Table.from_pylist([dict(zip(RELATIONS.names, row, strict=True)) for row in rows], RELATIONS)


def marked(articles: pa.Table, found: pa.Table) -> pa.Table:
    """The ``articles`` table, or a part of it, with what was found set anew: the same rows in the same order."""
    rows = pc.index_in(articles["article_id"], found["article_id"])
    for column in ("duplicate_group", "duplicate_relation"):
        place = articles.column_names.index(column)
        articles = articles.set_column(place, articles.schema.field(place), found[column].take(rows))
    return articles


def mark(articles: pa.Table) -> pa.Table:
    """The ``articles`` table with its relations set anew: all in one, for tables that are in memory."""
    signatures = sign(articles)
    return marked(articles, relations([Part.held(articles, signatures, keyed(signatures))]))
