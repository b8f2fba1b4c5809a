"""One article's proof: every line of its raw page, in order, with its role and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from copydesk.article import FIELD_ROLES, TEXT_ROLES, Role
from copydesk.proofs.markup import language_tag, render

Row = Mapping[str, Any]
Kind = Literal["text", "field", "aside", "blank"]

_KINDS: Mapping[str, Kind] = {
    **{role.value: "text" for role in TEXT_ROLES},
    **{role.value: "field" for role in FIELD_ROLES},
    Role.BLANK.value: "blank",
}
_FACTS = ("source_id", "raw_path", "raw_record", "published", "language", "encoding", "completeness")
ARTICLE_COLUMNS = ("article_id", "headline", "flags", *_FACTS)
BLOCK_COLUMNS = (
    *("article_id", "line_start", "line_end", "role", "rule", "evidence", "confidence", "text", "raw_text", "repairs"),
)
"""What a proof is made from."""


@dataclass(frozen=True, slots=True)
class Line:
    """A block as the page shows it. ``number`` counts lines from 1, as an editor does."""

    kind: Kind
    anchor: int
    number: str
    role: str
    text: str
    rule: str
    evidence: str
    confidence: str
    repairs: str
    as_read: str | None
    """What was read, where it says something else than the text."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many lines are of a kind, and of each of its roles, most frequent first."""

    kind: Kind
    lines: int
    roles: tuple[tuple[str, int], ...]


def proof(article_row: Row, block_rows: Iterable[Row], *, index: bool = False) -> bytes:
    """The page of an article, from its row of ``articles`` and its rows of ``blocks`` in order. UTF-8, one file.

    ``index`` says that the page stands beside an index, and links to it. The same rows give the same bytes.
    """
    blocks = list(block_rows)
    return render(
        "proof.html.jinja",
        title=title_of(article_row),
        facts=[(name, article_row[name]) for name in _FACTS if article_row.get(name)],
        flags=[*article_row["flags"]],
        language=language_tag(article_row["language"]),
        lines=[_line(row) for row in blocks],
        counts=counts(blocks),
        total=sum(_size(row) for row in blocks if kind_of(row["role"]) != "blank"),
        index=index,
    )


def title_of(article_row: Row) -> str:
    """What a reader knows the article by: its headline, else its raw path, else its id."""
    names = (article_row["headline"], article_row["raw_path"], article_row["article_id"])
    return next((name for name in names if name and name.strip()), "article")


def kind_of(role: str) -> Kind:
    """Whether lines of a role are text, a field of their own, set aside, or blank."""
    return _KINDS.get(role, "aside")


def counts(block_rows: Iterable[Row]) -> tuple[Count, ...]:
    """Lines by kind and role. Every kind is there; blank lines are counted too."""
    by_role: Counter[str] = Counter()
    for row in block_rows:
        by_role[str(row["role"])] += _size(row)
    ordered = sorted(by_role.items(), key=lambda pair: (-pair[1], pair[0]))
    kinds: tuple[Kind, ...] = ("text", "field", "aside", "blank")
    found = {kind: tuple(pair for pair in ordered if kind_of(pair[0]) == kind) for kind in kinds}
    return tuple(Count(kind, sum(lines for _, lines in roles), roles) for kind, roles in found.items())


def _size(row: Row) -> int:
    return int(row["line_end"] - row["line_start"])


def _line(row: Row) -> Line:
    first, last = row["line_start"] + 1, row["line_end"]
    text, raw = row["text"] or "", row["raw_text"]
    # White space at a line's edge, and that of blank lines, is nothing that a reader could see here.
    read = raw if raw and raw.strip() != text.strip() else None
    return Line(
        kind=kind_of(row["role"]),
        anchor=first,
        number=str(first) if last <= first else f"{first}–{last}",
        role=str(row["role"]),
        text=text,
        rule=row["rule"],
        evidence=row["evidence"] or "",
        confidence=f"{row['confidence']:.2f}",
        repairs=", ".join(row["repairs"]),
        as_read=read,
    )
