"""An article's fields, read off its labelled blocks and what was stated beside them. Rather null than wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.article import TEXT_ROLES, Block, Caption, Role, Stamp, Stated
from copydesk.label import cues
from copydesk.label.credits import caption_credit
from copydesk.label.names import people
from copydesk.label.page import Page
from copydesk.normalize.dates import find_stamps, parse_stamp
from copydesk.sources import Source

_DATELINE = re.compile(
    r"(?P<place>[^\W\d_][^()—–\n]{1,58}?)\s?(?P<agency>\([^()\n]{2,30}\))?\s?(?:—|–|--|-)\s"
    r"|(?P<spot>[^\W\d_][^()—–:.\n]{1,38}?)\s?(?P<wire>\([^()\n]{2,20}\))\s?[:.—–-]?\s"
)


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published and updated, as stated. ``reason`` says why a missing date is missing."""

    published: Stamp | None
    updated: Stamp | None
    reason: str | None


def first_text(blocks: Sequence[Block], role: Role) -> str | None:
    """The text of the first block with that role."""
    return next((block.text for block in blocks if block.role is role), None)


def joined(blocks: Sequence[Block], role: Role, mark: str = " ") -> str | None:
    """The texts of all blocks with that role, as one."""
    return mark.join(block.text for block in blocks if block.role is role) or None


def byline(blocks: Sequence[Block], page: Page, places: Sequence[int], stated: Stated) -> tuple[str, ...]:
    """The authors, in order: those stated beside the page, else those of its byline blocks."""
    if stated.byline:
        return tuple(dict.fromkeys(name for entry in stated.byline for name in people(entry) or ()))
    found: list[str] = []
    by_place = dict(zip(places, page.lines, strict=True))
    for number, block in enumerate(blocks):
        if block.role is Role.BYLINE and number in by_place:
            line = by_place[number]
            opener = line.phrase("byline")
            found.extend(people(_behind(block.text, opener)))
    return tuple(dict.fromkeys(found))


def dates(blocks: Sequence[Block], page: Page, places: Sequence[int], stated: Stated, source: Source) -> Published:
    """Publication and update, from what was stated beside the page, else from its timestamp blocks and no other.

    A label ("Updated:") counts for the stamp on its line, or on the next one where it stands alone.
    """
    if stated.published:
        stamp = parse_stamp(stated.published, date_order=source.date_order, timezone=source.timezone)
        updated = parse_stamp(stated.updated, date_order=source.date_order) if stated.updated else None
        return Published(stamp, updated, None if stamp else "unreadable_stamp")
    found: dict[str, list[Stamp]] = {"published": [], "updated": [], "": []}
    unread = False
    label = ""
    by_place = dict(zip(places, page.lines, strict=True))
    for number, block in enumerate(blocks):
        if block.role is Role.BLANK:
            continue
        if block.role is not Role.TIMESTAMP:
            label = ""
            continue
        stamps = find_stamps(
            block.text, date_order=source.date_order, timezone=source.timezone, language=source.language
        )
        if stamps:
            for one in stamps:
                found[one.label or label].append(one.stamp)
            label = ""
            continue
        line = by_place[number]
        label = "updated" if line.says("updated") else "published" if line.says("published") else label
        unread = unread or line.shape.digits > 0
    return _chosen(found, unread)


def captions(blocks: Sequence[Block]) -> tuple[Caption, ...]:
    """The captions, in order, each once; a line that is only a credit belongs to the caption above it."""
    found: list[Caption] = []
    for number, block in enumerate(blocks):
        if block.role is not Role.CAPTION:
            continue
        credit = caption_credit(block.text)
        copies = sum(other.role is Role.REPEATED_CAPTION and _alike(other.text, block.text) for other in blocks)
        found.append(
            Caption(
                number,
                block.text,
                (credit.text or None) if credit else None,
                credit.agency if credit else None,
                1 + copies,
            )
        )
    return tuple(found)


def dateline(blocks: Sequence[Block]) -> str | None:
    """Place and agency that open the first paragraph. They stay in the text too."""
    first = next((block.text for block in blocks if block.role in TEXT_ROLES), "")
    found = _DATELINE.match(first[:100])
    if found is None:
        return None
    agency = found.group("agency") or found.group("wire")
    place = (found.group("place") or found.group("spot")).strip()
    if agency is None and not place.split(",")[0].isupper():
        return None
    return f"{place} {agency}".strip() if agency else place


def completeness(blocks: Sequence[Block], page: Page) -> str:
    """``truncated`` where the page says that the rest is for others, ``complete`` where an article has its end."""
    if any(line.says("truncated") for line in page):
        return "truncated"
    kept = [block for block in blocks if block.role in TEXT_ROLES]
    if not kept:
        return "unknown"
    last = kept[-1].text
    if last.endswith(("…", "...")):
        return "truncated"
    paywalled = any(block.role is Role.PAYWALL and block.line_start > kept[-1].line_start for block in blocks)
    return "unknown" if paywalled else "complete"


def _chosen(found: dict[str, list[Stamp]], unread: bool) -> Published:
    plain = found["published"] or found[""]
    distinct = {stamp.on for stamp in plain}
    updated = found["updated"][-1] if found["updated"] else None
    if not plain:
        return Published(None, updated, "unreadable_stamp" if unread else "not_stated")
    if len(distinct) > 1 and not found["published"]:
        return Published(None, updated, "several_stamps")
    return Published(max(plain, key=lambda stamp: (len(stamp.edtf), stamp.edtf)), updated, None)


def _alike(copy: str, text: str) -> bool:
    first, second = cues.key(copy), cues.key(text)
    return first == second or first.startswith(second) or second.startswith(first)


def _behind(text: str, opener: str) -> str:
    folded = text.casefold()
    return text[len(opener) :] if opener and folded.startswith(opener) else text
