"""Why a row is other than in the version before: what is known of both versions, asked row by row.

The raw bytes come first: where they differ, nothing else is asked. Where they are the same, the blocks of both versions
tell which rules decided otherwise, and the provenance whether it was the rules, the names, or only the other articles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk import Rows, Tables, parts, side_by_side, unlike

SOURCE_ADDED = "source_added"
SOURCE_UPDATED = "source_updated"
SOURCE_REMOVED = "source_removed"
QUARANTINED = "quarantined"
TAKEDOWN = "takedown"
RULE_CHANGED = "rule_changed"
AUTHORITY_CHANGED = "authority_changed"
REGISTRY_CHANGED = "registry_changed"
CONTEXT_CHANGED = "context_changed"
SCHEMA = "schema"
RECLEANED = "recleaned"

CAUSES: Mapping[str, str] = {
    SOURCE_ADDED: "the raw page is new",
    SOURCE_UPDATED: "the raw page is another",
    SOURCE_REMOVED: "the raw page is gone",
    QUARANTINED: "it is in quarantine now",
    TAKEDOWN: "taken down",
    RULE_CHANGED: "the rules are others",
    AUTHORITY_CHANGED: "the list of names is another",
    REGISTRY_CHANGED: "what is known of the source is another",
    CONTEXT_CHANGED: "other articles changed",
    SCHEMA: "the columns are others",
    RECLEANED: "cleaned anew from the same raw page",
}
"""Every cause, in words. ``recleaned``: the raw bytes are the same, and nothing that is known says more."""

OF_CHANGES = (AUTHORITY_CHANGED, CONTEXT_CHANGED, RECLEANED, RULE_CHANGED, SCHEMA, SOURCE_UPDATED)
"""Those that a row which stays can have; one of ``sources`` can have ``registry_changed`` too."""

_OF_NAMES: Mapping[str, frozenset[str]] = {
    "articles": frozenset({"text_normalized"}),
    "mentions": frozenset({"entity_id", "canonical_name", "type", "method", "confidence", "status", "flags"}),
    "entities": frozenset({"canonical_name", "type", "wikidata_id"}),
}
"""Columns that the list of names alone can change."""

OF_OTHERS: Mapping[str, frozenset[str]] = {
    "articles": frozenset({"duplicate_group", "duplicate_relation"}),
    "captions": frozenset({"articles"}),
    "entities": frozenset({"variants", "mention_count", "article_count"}),
    "sources": frozenset({"article_count", "first_published_on", "last_published_on"}),
}
"""Columns that are worked out from all articles together."""

_OF_PLACE = frozenset({"raw_path", "raw_record"})

_PLACE = ("raw_path", "raw_record")
_DECIDED = ("article_id", "line_start", "line_end", "role", "rule")

ASKED: Mapping[str, tuple[str, ...]] = {
    "articles": ("article_id", *_PLACE, "raw_sha256"),
    "quarantine": (*_PLACE, "raw_sha256"),
    "blocks": _DECIDED,
}
"""The columns by which causes are found."""

_Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Reasons:
    """What is known of two versions: causes by article, and what the versions were made with."""

    articles: Mapping[str, str] = field(default_factory=dict)
    """Causes of articles that are new, gone, or of other raw bytes."""
    quarantine: Mapping[_Place, str] = field(default_factory=dict)
    """The same for rows of the quarantine, by raw path and record."""
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For other articles: the rules whose decisions on their lines differ, sorted."""
    tools_changed: bool = False
    authority_changed: bool = False

    def of(
        self, table: str, row: Mapping[str, Any], columns: Collection[str] = (), emptied: Collection[str] = ()
    ) -> str | None:
        """Why a row was added or removed (no ``columns``), or changed in ``columns``; None for a table not known.

        ``emptied`` are the columns that hold nothing at all in one of the versions: their text is withheld.
        """
        if columns and set(columns) <= set(emptied) and table != "sources":
            return SCHEMA
        if table == "quarantine":
            return self.quarantine.get((row["raw_path"], row["raw_record"])) or self._same_bytes()
        if "article_id" in row:
            return self._of_article(table, row["article_id"], columns)
        return self._of_summary(table, columns) if table in ("entities", "sources") else None

    def _of_summary(self, table: str, columns: Collection[str]) -> str:
        if columns and set(columns) <= OF_OTHERS[table]:
            return CONTEXT_CHANGED
        if table == "entities" and self.authority_changed:
            return AUTHORITY_CHANGED
        if table == "sources" and columns:
            return REGISTRY_CHANGED  # sources.toml has all that is not counted
        return RECLEANED if columns else CONTEXT_CHANGED

    def _of_article(self, table: str, article: str, columns: Collection[str]) -> str:
        if known := self.articles.get(article):
            return known
        if columns and set(columns) <= _OF_PLACE:
            return SOURCE_UPDATED
        names = table == "mentions" if not columns else set(columns) <= _OF_NAMES.get(table, frozenset())
        if names and self.authority_changed:
            return AUTHORITY_CHANGED
        if columns and set(columns) <= OF_OTHERS.get(table, frozenset()):
            return CONTEXT_CHANGED
        if article in self.rules and not self.tools_changed:
            return CONTEXT_CHANGED  # the same rules saw other pages of the site
        return self._same_bytes()

    def _same_bytes(self) -> str:
        return RULE_CHANGED if self.tools_changed else RECLEANED


def reasons(
    old: Tables,
    new: Tables,
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    taken_down: Collection[str] = (),
) -> Reasons:
    """What is known of two versions, from their tables and from the provenance that their release.json has.

    ``taken_down`` are the ids of articles that were removed on request.
    """
    tools = ("copydesk", "rules_version", "packs")
    if not {"articles", "quarantine"} <= old.keys() & new.keys():
        return Reasons()
    tools_changed = any(before.get(tool) != now.get(tool) for tool in tools)
    known = Reasons(
        tools_changed=tools_changed, authority_changed=before.get("authority_version") != now.get("authority_version")
    )
    gone, come, updated = _articles(old["articles"], new["articles"])
    asked = {*gone.values(), *come.values(), *_in_quarantine(old), *_in_quarantine(new)}
    was, is_ = _places(old, asked), _places(new, asked)
    down = frozenset(taken_down)
    articles = dict.fromkeys(updated, SOURCE_UPDATED)
    for article, place in gone.items():
        articles[article] = TAKEDOWN if article in down else _of_gone(place, was, is_) or known._same_bytes()
    for article, place in come.items():
        articles[article] = _of_new(place, was, is_) or known._same_bytes()
    quarantine: dict[_Place, str] = {}
    for place in {*_in_quarantine(old), *_in_quarantine(new)}:
        cause = _of_new(place, was, is_) if place in is_ else SOURCE_REMOVED
        if cause:
            quarantine[place] = cause
    return Reasons(
        articles=articles,
        quarantine=quarantine,
        rules=_rules(old, new, articles),
        tools_changed=known.tools_changed,
        authority_changed=known.authority_changed,
    )


def _articles(old: Rows, new: Rows) -> tuple[dict[str, _Place], dict[str, _Place], list[str]]:
    """Articles that are gone and that are new, each with its place, and those that are of other raw bytes."""
    gone: dict[str, _Place] = {}
    come: dict[str, _Place] = {}
    updated: list[str] = []
    columns = ["article_id", *_PLACE, "raw_sha256"]
    for left, right in side_by_side([old, new], "article_id", [columns, columns]):
        ids = left["article_id"].combine_chunks(), right["article_id"].combine_chunks()
        place = pc.index_in(ids[1], value_set=ids[0])
        gone |= _ids(left.filter(pc.invert(pc.is_in(ids[0], value_set=ids[1]))))
        come |= _ids(right.filter(pc.is_null(place)))
        both = right.filter(pc.is_valid(place))
        other = pc.not_equal(left["raw_sha256"].take(place.drop_null()), both["raw_sha256"])
        updated += both["article_id"].filter(pc.fill_null(other, True)).to_pylist()
    return gone, come, updated


def _places(tables: Tables, asked: Collection[_Place]) -> dict[_Place, tuple[str, str | None]]:
    """Those of the raw paths and records that are there, to the table where it went and the hash of the raw bytes."""
    places: dict[_Place, tuple[str, str | None]] = {}
    wanted = pa.array(sorted({path for path, _ in asked}), pa.string())
    for name in ("quarantine", "articles") if asked else ():
        for part in parts(tables[name], [*_PLACE, "raw_sha256"]):
            there = part.filter(pc.is_in(part["raw_path"], value_set=wanted))
            for path, record, sha256 in zip(*(column.to_pylist() for column in there.columns), strict=True):
                if (path, record) in asked:
                    places[path, record] = (name, sha256)
    return places


def _ids(articles: pa.Table) -> dict[str, _Place]:
    columns = (articles.column(column).to_pylist() for column in ("article_id", *_PLACE))
    return {article: (path, record) for article, path, record in zip(*columns, strict=True)}


def _in_quarantine(tables: Tables) -> Iterator[_Place]:
    for part in parts(tables["quarantine"], _PLACE):
        yield from zip(*(column.to_pylist() for column in part.columns), strict=True)


def _of_gone(place: _Place, was: Mapping[_Place, Any], is_: Mapping[_Place, Any]) -> str | None:
    if place not in is_:
        return SOURCE_REMOVED
    if was[place][1] != is_[place][1]:
        return SOURCE_UPDATED
    return QUARANTINED if is_[place][0] == "quarantine" else None


def _of_new(place: _Place, was: Mapping[_Place, Any], is_: Mapping[_Place, Any]) -> str | None:
    if place not in was:
        return SOURCE_ADDED
    return SOURCE_UPDATED if was[place][1] != is_[place][1] else None


def _rules(old: Tables, new: Tables, told: Collection[str]) -> dict[str, tuple[str, ...]]:
    """By article: the rules of lines that have another role or rule in the two versions."""
    if not {"blocks"} <= old.keys() & new.keys():
        return {}
    found: dict[str, set[str]] = {}
    for stretch in side_by_side([old["blocks"], new["blocks"]], "article_id", [_DECIDED, _DECIDED]):
        left, right, _ = unlike(stretch[0], stretch[1], _DECIDED[:2])
        decisions = _decisions(left), _decisions(right)
        for blocks, mine, others in ((left, *decisions), (right, *reversed(decisions))):
            differing = blocks.filter(pc.invert(pc.is_in(mine, value_set=others)))
            for article, rule in zip(differing["article_id"].to_pylist(), differing["rule"].to_pylist(), strict=True):
                if article not in told:
                    found.setdefault(article, set()).add(rule)
    return {article: tuple(sorted(found[article])) for article in sorted(found)}


def _decisions(blocks: pa.Table) -> pa.Array:
    """One string a block that says what was decided of which lines."""
    columns = [blocks.column(name).combine_chunks().cast(pa.string()) for name in _DECIDED]
    return pc.binary_join_element_wise(*columns, "\x1f")
