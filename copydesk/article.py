"""The data model: what a raw item is, what its lines are, and what an article is. Immutable, and below everything else.

Every offset in Copydesk counts code points, half-open: ``text[start:end]``. Lines are counted from 0, half-open too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple


class Role(StrEnum):
    """What a block of a page is. The value is what the ``blocks`` table holds."""

    # kept, in `text`
    BODY = "body"
    SUBHEADING = "subheading"
    # kept, in a field of their own
    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    BYLINE = "byline"
    TIMESTAMP = "timestamp"
    CAPTION = "caption"
    CORRECTION = "correction"
    TAIL_CREDIT = "tail_credit"
    # set aside, in `blocks` only
    REPEATED_HEADLINE = "repeated_headline"
    REPEATED_CAPTION = "repeated_caption"
    REPEATED_PARAGRAPH = "repeated_paragraph"
    APPEAL = "appeal"
    PAYWALL = "paywall"
    NEWSLETTER = "newsletter"
    ACCOUNT = "account"
    NAVIGATION = "navigation"
    WIDGET = "widget"
    ADVERT = "advert"
    RELATED = "related"
    COMMENTS = "comments"
    TAGS = "tags"
    LEGAL = "legal"
    EMBED = "embed"
    BLANK = "blank"


TEXT_ROLES = frozenset({Role.BODY, Role.SUBHEADING})
FIELD_ROLES = frozenset(
    {Role.HEADLINE, Role.STANDFIRST, Role.BYLINE, Role.TIMESTAMP, Role.CAPTION, Role.CORRECTION, Role.TAIL_CREDIT}
)
KEPT_ROLES = TEXT_ROLES | FIELD_ROLES
SET_ASIDE_ROLES = frozenset(Role) - KEPT_ROLES

REVIEW = "review:"
"""How a flag begins that asks for a person to look at the article."""

PARAGRAPH_BREAK = "\n\n"
"""What stands between the paragraphs of ``Article.text``."""


class Line(NamedTuple):
    """One line of a decoded document: as it was read, as it was repaired, and what ended it.

    ``end`` is ``"\\n"``, another line end, or ``""`` for the document's last line. ``repairs`` names what turned
    ``raw`` into ``text``, in the order it was done; it is empty where the two are equal.
    """

    raw: str
    text: str
    end: str = "\n"
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decoded:
    """Bytes as text, line by line: ``raw`` is what they say in ``encoding``, ``text`` is that after its repairs."""

    encoding: str
    encoding_basis: str
    """``bom``, ``utf-8`` (it decodes strictly), ``declared``, ``guessed``, ``doubtful`` (guessed, but another encoding
    is hardly less likely) or ``unicode`` (it was text already)."""
    lines: tuple[Line, ...]

    @property
    def raw(self) -> str:
        """The document before any repair."""
        return "".join(line.raw + line.end for line in self.lines)

    @property
    def text(self) -> str:
        """The repaired document, its lines ended by ``\\n``."""
        return "\n".join(line.text for line in self.lines)

    @property
    def repairs(self) -> tuple[str, ...]:
        """Each kind of repair made anywhere in the document, sorted."""
        return tuple(sorted({repair for line in self.lines for repair in line.repairs}))


@dataclass(frozen=True, slots=True)
class Stated:
    """What came with an article beside its text: a record's columns or a page's metadata. None: not said."""

    url: str | None = None
    headline: str | None = None
    byline: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    outlets: tuple[str, ...] = ()
    """What it names where authors stand, and calls an organization or its own site. They are among ``byline`` where
    no person is."""
    free: bool | None = None
    """Whether it says that all of the article is there for everybody."""
    repairs: tuple[str, ...] = ()
    """What was done to which of these: ``headline:mojibake:cp1252``."""


@dataclass(frozen=True, slots=True)
class RawItem:
    """One document as it came: where from, its bytes, and what was stated beside them."""

    source_id: str
    path: str
    """Below the raw folder, with ``/``."""
    data: bytes
    sha256: str
    """Of ``data``."""
    record: str | None = None
    """Which record of the file, for files that hold several."""
    stated: Stated = Stated()
    form: Literal["text", "html"] = "text"
    """What ``data`` is: plain text, or a page whose visible text is the document."""
    charset: str | None = None
    """The encoding that came with it, as an HTTP header names it. None: not said."""


class Evidence(NamedTuple):
    """Why a block has its role: a rule's id and what it saw (cue, position, recurrence, neighbour), in words."""

    rule: str
    seen: str = ""
    confidence: float = 1.0


class Block(NamedTuple):
    """Consecutive lines with one role. ``raw`` is those lines as they were read, inner line ends included."""

    line_start: int
    line_end: int
    role: Role
    evidence: Evidence
    text: str
    raw: str
    end: str = "\n"
    repairs: tuple[str, ...] = ()
    language: str | None = None
    """BCP 47 primary tag; None where the text is too short to tell."""


@dataclass(frozen=True, slots=True)
class Caption:
    """One picture's words: the sentence, who took it, and how often the page prints it."""

    block: int
    text: str
    credit: str | None
    photographer: str | None
    agency: str | None
    occurrences: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a field of an article. ``entity_id`` is None where the name could not be linked."""

    field: str
    start: int
    end: int
    surface: str
    entity_id: str | None
    canonical_name: str | None
    type: str | None
    method: str
    confidence: float
    status: str
    """``linked``, ``ambiguous``, ``unlinked`` or ``suppressed``."""
    flags: tuple[str, ...] = ()
    replacement: str | None = None
    """What stands for it in the normalized text; None where it stays as it is written."""


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a field of an article, as EDTF (ISO 8601-2:2019, level 1). ``value`` is None where it is unresolved."""

    field: str
    start: int
    end: int
    surface: str
    value: str | None
    precision: str
    """``day``, ``week``, ``month``, ``season``, ``quarter``, ``year``, ``decade``, ``century`` or ``range``."""
    basis: str
    """``explicit``, ``resolved`` or ``unresolved``."""
    anchor: str | None
    """The date that a resolved value was counted from, and where it came from: ``published:2023-09-26``."""
    rule: str
    modifier: str | None = None
    """``early``, ``mid``, ``late`` or ``about``."""
    candidates: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A publication or update date as the source states it. Nothing in it is filled in.

    ``edtf`` is the stated value, ``at`` is set only where it is stated to the minute with its offset from UTC.
    """

    edtf: str
    on: date | None
    at: datetime | None
    precision: str
    basis: str


@dataclass(frozen=True, slots=True)
class Article:
    """One cleaned document: its labelled blocks, and the fields that are views over them."""

    article_id: str
    source_id: str
    raw_path: str
    raw_record: str | None
    raw_sha256: str
    encoding: str
    encoding_basis: str
    blocks: tuple[Block, ...]
    url: str | None = None
    headline: str | None = None
    standfirst: str | None = None
    byline: tuple[str, ...] = ()
    byline_normalized: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    dateline: str | None = None
    published: Stamp | None = None
    published_reason: str | None = None
    """Why ``published`` is None, where it is."""
    published_evidence: str | None = None
    """The words that state ``published``."""
    published_inferred: str | None = None
    """When it can have been published by its own words, as EDTF; None unless that was asked for."""
    published_inferred_evidence: str | None = None
    updated: Stamp | None = None
    language: str | None = None
    captions: tuple[Caption, ...] = ()
    corrections: tuple[str, ...] = ()
    tail_credit: str | None = None
    completeness: str = "unknown"
    mentions: tuple[Mention, ...] = ()
    dates: tuple[DateMention, ...] = ()
    text_normalized: str = ""
    duplicate_group: str | None = None
    duplicate_relation: str | None = None
    flags: tuple[str, ...] = ()
    stated_repairs: tuple[str, ...] = ()
    """What was done to what came beside the text, each with its field before it."""
    prose_words: int = 0
    """Words in lines that look like paragraphs, and how many of them the rules would set aside, brake or no brake."""
    prose_aside: int = 0

    @property
    def text(self) -> str:
        """Body and subheadings, in order, a blank line between paragraphs."""
        return text_of(self.blocks)

    @property
    def section_headings(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks if block.role is Role.SUBHEADING)

    @property
    def repairs(self) -> tuple[str, ...]:
        found = {repair for block in self.blocks for repair in block.repairs}
        return tuple(sorted(found.union(self.stated_repairs)))


def text_of(blocks: Iterable[Block]) -> str:
    """The article's text as a view over its blocks (law 1)."""
    return PARAGRAPH_BREAK.join(block.text for block in blocks if block.role in TEXT_ROLES)


def raw_of(blocks: Iterable[Block]) -> str:
    """The decoded raw document, rebuilt from its blocks (law 1)."""
    return "".join(block.raw + block.end for block in blocks)
