"""The one registry of tables and columns. Every schema, descriptor, card and document derives from it.

A column says what it holds, in which unit, and where the value comes from (``page``: the raw document says it;
``derived``: computed from the page; ``registry``: from what is known of the source; ``run``: from the build itself).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from copydesk.article import Role

SCHEMA_VERSION = "1.1.0"
"""SemVer of the tables: columns, types, meaning, keys and categories."""

Type = Literal["string", "int32", "int64", "float64", "bool", "date", "timestamp", "list"]
"""``list`` is a list of strings (JSON in CSV); ``timestamp`` is in UTC, to the microsecond."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: Type
    description: str
    unit: str | None = None
    source: Literal["page", "derived", "registry", "run"] = "derived"
    required: bool = False
    categories: tuple[str, ...] = ()
    carries_text: bool = False
    """Holds copyrighted text of the page: left out where a dataset is published without it."""


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name!r} has no column {name!r}")


_PRECISIONS = ("second", "minute", "day", "week", "month", "season", "quarter", "year", "decade", "century", "range")


def _article_id(description: str = "The article.") -> Column:
    return Column("article_id", "string", description, required=True)


def _span(what: str) -> tuple[Column, ...]:
    return (
        Column("field", "string", "The articles column that holds the span.", required=True),
        Column("start", "int32", f"Where the {what} begins in that field.", unit="code points", required=True),
        Column("end", "int32", f"Where the {what} ends, exclusive.", unit="code points", required=True),
        Column("surface", "string", "The span as it is written.", source="page", required=True),
    )


ARTICLES = Table(
    "articles",
    "One row an article: its fields and its text, without what is not the article.",
    ("article_id",),
    (
        _article_id("Stable id, from the source and the page's URL, else from the source and the raw path or record."),
        Column("source_id", "string", "The outlet: key of the sources table.", source="registry", required=True),
        Column("url", "string", "The page's canonical address, where it is stated.", source="page"),
        Column("headline", "string", "The headline as printed.", source="page", carries_text=True),
        Column("standfirst", "string", "The summary under the headline.", source="page", carries_text=True),
        Column("byline", "list", "The authors, in the order given.", source="page"),
        Column("byline_normalized", "list", "The people among them, each in one form; agencies stand apart."),
        Column("agencies", "list", "The agencies that byline, tail credit and dateline name, each in one form."),
        Column("dateline", "string", "Place and agency that open the first paragraph.", source="page"),
        Column(
            "published", "string", "When it was published, as EDTF (ISO 8601-2), as precisely as stated.", source="page"
        ),
        Column("published_at", "timestamp", "The same instant, where time and zone are stated.", unit="UTC"),
        Column("published_on", "date", "The calendar day of publication, in the zone that was stated."),
        Column("published_precision", "string", "How precisely it is stated.", categories=_PRECISIONS),
        Column("published_basis", "string", "How the value was found; where it is null, why."),
        Column("published_evidence", "string", "The words that state it.", source="page"),
        Column(
            "published_inferred",
            "string",
            "Where no date is stated and the source asks for it: the days on which the article can have been published "
            "by its own words, as EDTF. Nothing is counted from it.",
        ),
        Column("published_inferred_evidence", "string", "The words that it was inferred from, and what each bounds."),
        Column("updated", "string", "When it was last updated, as EDTF.", source="page"),
        Column("updated_on", "date", "The calendar day of the update."),
        Column("language", "string", "Language of the text, as BCP 47; null where it could not be told."),
        Column("section_headings", "list", "The subheadings, in order.", source="page", carries_text=True),
        Column(
            "text", "string", "Body and subheadings; a blank line between paragraphs.", source="page", carries_text=True
        ),
        Column("text_normalized", "string", "The text with linked names in their canonical form.", carries_text=True),
        Column("word_count", "int32", "Words in the text.", unit="words", required=True),
        Column("paragraph_count", "int32", "Body paragraphs in the text.", unit="paragraphs", required=True),
        Column(
            "completeness",
            "string",
            "Whether the page holds the whole article.",
            required=True,
            categories=("complete", "truncated", "unknown"),
        ),
        Column("corrections", "list", "Correction and clarification notes.", source="page", carries_text=True),
        Column("tail_credit", "string", "Who else contributed, as the tail says.", source="page", carries_text=True),
        Column("duplicate_group", "string", "The same value for articles that are versions of one text."),
        Column(
            "duplicate_relation",
            "string",
            "How this article relates to the first of its group.",
            categories=("first", "same_text", "wire_copy", "updated_version", "shared_quotes"),
        ),
        Column("flags", "list", "What a careful user may want to look at.", required=True),
        Column("encoding", "string", "The encoding that the bytes were read with.", required=True),
        Column(
            "repairs",
            "list",
            "Kinds of repair made to the raw text; after the name of a field, to what was stated beside it.",
            required=True,
        ),
        Column("chars_raw", "int32", "Length of the decoded document.", unit="code points", required=True),
        Column(
            "chars_kept",
            "int32",
            "Length of all blocks kept, in the text or in a field.",
            unit="code points",
            required=True,
        ),
        Column("raw_path", "string", "The raw file, below the raw folder.", source="run", required=True),
        Column("raw_record", "string", "The record in that file, for files with several.", source="run"),
        Column("raw_sha256", "string", "SHA-256 of the raw bytes.", source="run", required=True),
        Column("content_sha256", "string", "SHA-256 of headline, standfirst and text, as UTF-8.", required=True),
    ),
)

BLOCKS = Table(
    "blocks",
    "Every line of every raw document, in exactly one block, with its role and the rule that gave it.",
    ("article_id", "block"),
    (
        _article_id(),
        Column("block", "int32", "Position of the block in the document, from 0.", required=True),
        Column("line_start", "int32", "First line, from 0.", unit="lines", required=True),
        Column("line_end", "int32", "Last line, exclusive.", unit="lines", required=True),
        Column("role", "string", "What the block is.", required=True, categories=tuple(Role)),
        Column("rule", "string", "Id of the rule that gave the role.", required=True),
        Column("evidence", "string", "What the rule saw.", carries_text=True),
        Column("confidence", "float64", "How sure the rule is, from 0 to 1.", required=True),
        Column("language", "string", "The block's language, as BCP 47; null for fewer than 60 letters."),
        Column(
            "text", "string", "The block's text after repairs; null for blank lines.", source="page", carries_text=True
        ),
        Column("raw_text", "string", "The text before repairs, where it differs.", source="page", carries_text=True),
        Column(
            "repairs",
            "list",
            "What was repaired, in order. What begins with line_end says how the block ends if not with LF; what "
            "begins with lone says where raw_text has U+FFFD for a code point that no file can hold.",
            required=True,
        ),
    ),
)

CAPTIONS = Table(
    "captions",
    "Picture captions, each once an article.",
    ("caption_id",),
    (
        Column("caption_id", "string", "The article's id and the caption's position.", required=True),
        _article_id(),
        Column("position", "int32", "Order in the article, from 0.", required=True),
        Column("text", "string", "The caption, credit included.", source="page", required=True, carries_text=True),
        Column("credit", "string", "Who made or owns the picture, as printed.", source="page"),
        Column("photographer", "string", "The person in the credit who made the picture, where it names one."),
        Column("agency", "string", "The agency in the credit, where one is known."),
        Column("occurrences", "int32", "How often the page prints it.", unit="lines", required=True),
        Column("articles", "int32", "How many articles of this version carry it.", unit="articles", required=True),
    ),
)

MENTIONS = Table(
    "mentions",
    "Names found in the articles' fields.",
    ("mention_id",),
    (
        Column("mention_id", "string", "The article's id and the mention's position.", required=True),
        _article_id(),
        *_span("name"),
        Column("entity_id", "string", "The entity, where the name was linked."),
        Column("canonical_name", "string", "The entity's canonical name.", source="registry"),
        Column(
            "type",
            "string",
            "What kind of name it is.",
            categories=("person", "place", "organization", "other"),
        ),
        Column("method", "string", "How it was found.", required=True),
        Column("confidence", "float64", "How sure the link is, from 0 to 1.", required=True),
        Column(
            "status",
            "string",
            "Whether the name was linked.",
            required=True,
            categories=("linked", "ambiguous", "unlinked", "suppressed"),
        ),
        Column(
            "replacement",
            "string",
            "What stands for it in the article's text_normalized; null where the name stays as it is written.",
        ),
        Column("flags", "list", "What a careful user may want to look at.", required=True),
    ),
)

DATES = Table(
    "dates",
    "Dates found in the articles' fields.",
    ("date_id",),
    (
        Column("date_id", "string", "The article's id and the date's position.", required=True),
        _article_id(),
        *_span("date"),
        Column("value", "string", "The date as EDTF (ISO 8601-2, level 1); null where it is unresolved."),
        Column("precision", "string", "How precise the value is.", categories=_PRECISIONS),
        Column(
            "basis",
            "string",
            "How the value came about.",
            required=True,
            categories=("explicit", "resolved", "unresolved"),
        ),
        Column("anchor", "string", "The date that a resolved value was counted from, and its source."),
        Column("rule", "string", "Id of the rule that read it.", required=True),
        Column("modifier", "string", "Which part of the period.", categories=("early", "mid", "late", "about")),
        Column("candidates", "list", "Possible values, where it is ambiguous.", required=True),
        Column("flags", "list", "What a careful user may want to look at.", required=True),
    ),
)

ENTITIES = Table(
    "entities",
    "The people, places and organizations that the mentions link to.",
    ("entity_id",),
    (
        Column("entity_id", "string", "Stable id.", source="registry", required=True),
        Column("canonical_name", "string", "The name used in text_normalized.", source="registry", required=True),
        Column(
            "type",
            "string",
            "What kind of entity.",
            source="registry",
            required=True,
            categories=("person", "place", "organization", "other"),
        ),
        Column("wikidata_id", "string", "The Wikidata item, where it is sure.", source="registry"),
        Column("variants", "list", "Spellings seen in this version, most frequent first.", required=True),
        Column("mention_count", "int32", "Linked mentions.", unit="mentions", required=True),
        Column("article_count", "int32", "Articles with at least one.", unit="articles", required=True),
    ),
)

SOURCES = Table(
    "sources",
    "The outlets, with what is known of each.",
    ("source_id",),
    (
        Column("source_id", "string", "Stable id: the raw folder's name.", source="registry", required=True),
        Column("name", "string", "The outlet's name.", source="registry"),
        Column("homepage", "string", "Its address.", source="registry"),
        Column("country", "string", "ISO 3166-1 alpha-2.", source="registry"),
        Column("language", "string", "Main language, as BCP 47.", source="registry"),
        Column("timezone", "string", "IANA time zone of its dates.", source="registry"),
        Column("date_order", "string", "Order of numeric dates.", source="registry", categories=("mdy", "dmy", "ymd")),
        Column("terms", "string", "Terms of reuse.", source="registry"),
        Column("article_count", "int32", "Articles in this version.", unit="articles", required=True),
        Column("first_published_on", "date", "Earliest known day of publication."),
        Column("last_published_on", "date", "Latest known day of publication."),
    ),
)

QUARANTINE = Table(
    "quarantine",
    "What did not make it into the dataset, and why.",
    ("raw_path", "raw_record"),
    (
        Column("raw_path", "string", "The raw file, below the raw folder.", source="run", required=True),
        Column("raw_record", "string", "The record in that file, for files with several.", source="run"),
        Column(
            "stage", "string", "Where it failed.", required=True, categories=("ingest", "decode", "clean", "validate")
        ),
        Column("reason", "string", "Short code of the reason, or the expectation that failed.", required=True),
        Column("detail", "string", "What was wrong, and what to do.", required=True),
        Column("raw_sha256", "string", "SHA-256 of the raw bytes, where they could be read.", source="run"),
    ),
)

TABLES = (ARTICLES, BLOCKS, CAPTIONS, MENTIONS, DATES, ENTITIES, SOURCES, QUARANTINE)
"""In the order in which they are published."""


def table(name: str) -> Table:
    """The table of that name. Raises KeyError with the names there are."""
    for candidate in TABLES:
        if candidate.name == name:
            return candidate
    raise KeyError(f"no table {name!r}; there are {', '.join(t.name for t in TABLES)}")
