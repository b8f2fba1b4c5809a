"""An article's fields, read off its labelled blocks and what was stated beside them. Rather null than wrong."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from copydesk.article import TEXT_ROLES, Block, Caption, Role, Stamp, Stated
from copydesk.dates import FoundStamp, find_stamps, stated_stamp
from copydesk.label import cues
from copydesk.label.credits import caption_credit
from copydesk.label.names import (
    bare,
    behind,
    behind_separator,
    is_agency,
    people,
    reporters,
    single_name,
)
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine
from copydesk.label.photographers import photographer
from copydesk.label.stamps import unglued, without_stamps
from copydesk.sources import Source
from copydesk.stated_byline import stated_names

_DATELINE = re.compile(
    r"(?P<place>[^\W\d_][^()—–\n]{1,58}?)\s?(?P<agency>\([^()\n]{2,30}\))?\s?(?:—|–|--|-)\s"
    r"|(?P<spot>[^\W\d_][^()—–:.\n]{1,38}?)\s?(?P<wire>\([^()\n]{2,20}\))\s?[:.—–-]?\s"
)
_CAPITALS = re.compile(r"([^\W\d_]{3,}(?:[ -][^\W\d_]{2,}){0,3})[.:]\s+(?=[^\W\d_])")
_PARAGRAPH = 40  # characters
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST_PARTICLE = 4
_LAYOUT = re.compile(r"^\s*(?:(?:[*+•▪‣◦·>]|#{1,6})\s+|:\s+)?")
_FIGURES = re.compile(r"(\d(?<![\d./-]\d)\d?)[./-](\d{1,2})[./-](?:20\d\d|19\d\d|\d\d)(?![\d./-])")
"""A date in figures, and nothing against it. It begins with its first figure, which is quickly looked for."""
_MORE = re.compile(r"\[\+\d{1,9} chars\]\Z")  # how the service NewsAPI says that it gives the beginning alone
_FEWEST_FIGURES = 4  # as in 1/2/26
_MONTHS = 12
_YEAR_FIRST = frozenset({"ja", "zh", "ko", "hu", "lt"})
_ABOVE, _PARAGRAPHS, _BEHIND = 8, 2, 2


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published and updated, as stated. ``reason`` says why a missing date is missing, ``evidence``
    in which words the publication is stated."""

    published: Stamp | None
    updated: Stamp | None
    reason: str | None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A stamp, what it is called (``""``: nothing), and the line that it stands on."""

    label: str
    stamp: Stamp
    line: str


def headline(blocks: Sequence[Block]) -> str | None:
    """The first headline's text, from all the lines in a row that it is broken over; one may go on with a colon."""
    first = next((at for at, block in enumerate(blocks) if block.role is Role.HEADLINE), len(blocks))
    lines = takewhile(lambda block: block.role is Role.HEADLINE, blocks[first:])
    texts = [block.text for block in lines]
    whole = plain(texts[0]) if texts else ""
    for text in map(str.strip, texts[1:]):
        whole += text if text.startswith((":", "：")) else f" {text}"
    return whole or None


def joined(blocks: Sequence[Block], role: Role, mark: str = " ") -> str | None:
    """The texts of all blocks with that role, as one."""
    return mark.join(plain(block.text) for block in blocks if block.role is role) or None


def plain(text: str) -> str:
    """A field's text without what the page's layout left at its edges: indentation, the mark of a list, a colon."""
    return _LAYOUT.sub("", text, count=1).rstrip() or text


def byline(blocks: Sequence[Block], page: Page, places: Sequence[int], stated: Stated) -> tuple[str, ...]:
    """The authors, in order: those stated beside the page, else those of the byline blocks of its head.

    Where the head has none, those that share a line with its stamp ("27 January 2026 • A. Name"), else the one byline
    that closes the article. Bylines in lists of other stories are never taken, nor more names than wrote any article.
    """
    if stated.byline:
        # A single entry may be a list of names with posts and places; what is no name by itself is one as it stands.
        return _distinct(_signed(stated_names(stated.byline, page)))
    by_place = dict(zip(places, page, strict=True))
    head = _head(blocks, by_place)
    top = next((number for number in head if blocks[number].role is Role.HEADLINE), head.start)
    below, above = range(top, head.stop), range(head.start, top)
    places_of = [(role, where) for role in (Role.BYLINE, Role.TIMESTAMP) for where in (below, above)]
    for role, where in (*places_of, (Role.BYLINE, _tail(blocks))):
        found: list[str] = []
        for number in where:
            if blocks[number].role is role and number in by_place:
                found.extend(_names(by_place[number], role))
        if found:
            return _distinct(_signed(found))
    return ()


def dates(blocks: Sequence[Block], page: Page, places: Sequence[int], stated: Stated, source: Source) -> Published:
    """Publication and update, from what was stated beside the page, each that is none from its own text: from the
    timestamp blocks of its head.

    There a label ("Updated:") counts for the stamp on its line, or on the next one where it stands alone. Of several
    unlabelled days the one nearest below the headline counts, else the nearest above. A page whose head has no stamp
    may have a labelled one elsewhere, if it is the only one.
    """
    order = source.date_order or date_order(page)
    published, updated = (
        stated_stamp(told, order, source.timezone) if told else None for told in (stated.published, stated.updated)
    )
    if published:
        return Published(published, updated, None, stated.published)
    shown = _shown(blocks, page, places, order, source)
    if shown.published:
        return replace(shown, updated=updated or shown.updated)
    reason = "unreadable_stamp" if stated.published else shown.reason
    return Published(None, updated or shown.updated, "only_updated" if updated and reason == "not_stated" else reason)


def _shown(blocks: Sequence[Block], page: Page, places: Sequence[int], order: str | None, source: Source) -> Published:
    """Publication and update as the page's own text has them."""
    by_place = dict(zip(places, page, strict=True))
    head = _head(blocks, by_place)
    top = next((number for number in head if blocks[number].role is Role.HEADLINE), head.start)
    below, unread_below = _stamps(blocks, by_place, range(top, head.stop), order, source)
    above, unread_above = _stamps(blocks, by_place, range(head.start, top), order, source)
    found = below + above[::-1]
    if found:
        return _chosen(found)
    rest = [*range(head.start), *range(head.stop, len(blocks))]
    labelled = [one for one in _stamps(blocks, by_place, rest, order, source)[0] if one.label]
    days = {one.stamp.on for one in labelled if one.label == "published"}
    if len(days) == 1:
        return _chosen(labelled)
    return Published(None, None, "unreadable_stamp" if unread_below or unread_above else "not_stated")


def date_order(page: Page) -> str | None:
    """The order of dates in figures, for a source of which nothing is known: as the page's own dates prove it, else as
    its language has it. None for English, where 9/26 and 26/9 are both at home."""
    firsts, seconds = set(), set()
    for line in page:
        if line.shape.digits < _FEWEST_FIGURES:
            continue
        for first, second in _FIGURES.findall(line.text):
            firsts.add(int(first) > _MONTHS)
            seconds.add(int(second) > _MONTHS)
    if (True in firsts) != (True in seconds):
        return "dmy" if True in firsts else "mdy"
    language = page.languages[0]
    if language in _YEAR_FIRST:
        return "ymd"
    return None if language == "en" else "dmy"


def captions(blocks: Sequence[Block]) -> tuple[Caption, ...]:
    """The captions, in order, each once; a line that is only a credit belongs to the caption above it."""
    found: list[Caption] = []
    repeated = _Prints(cues.key(block.text) for block in blocks if block.role is Role.REPEATED_CAPTION)
    for number, block in enumerate(blocks):
        if block.role is not Role.CAPTION:
            continue
        credit = caption_credit(block.text)
        copies = repeated.alike(cues.key(block.text))
        found.append(
            Caption(
                number,
                plain(block.text),
                (credit.text or None) if credit else None,
                photographer(credit.text) if credit else None,
                credit.agency if credit else None,
                1 + copies,
            )
        )
    return tuple(found)


def dateline(blocks: Sequence[Block]) -> str | None:
    """Place and agency that open the first paragraph. They stay in the text too."""
    texts = [block.text for block in blocks if block.role in TEXT_ROLES]
    paragraphs = [block.text for block in blocks if block.role is Role.BODY and len(block.text) >= _PARAGRAPH]
    opens = [*texts[:1], *paragraphs[:2]]  # a kicker and a standfirst may stand above the first
    return next((place for text in opens if (place := _place(text, texts))), None)


def _place(text: str, texts: Sequence[str]) -> str | None:
    """The place, and the agency, that a paragraph opens with."""
    if found := _DATELINE.match(text[:100]):
        agency = found.group("agency") or found.group("wire")
        place = (found.group("place") or found.group("spot")).strip()
        place = place.rstrip(".") if place.isupper() else place
        signed = agency is not None and _LETTER.search(agency) and not any(map(_is_small, place.split()))
        if signed or place.split(",")[0].isupper():
            return f"{place} {agency}" if agency else place
    if (found := _CAPITALS.match(text[:100])) and found.group(1).isupper():
        # "UPDATE: " opens a paragraph too, but no story speaks of it as of a place.
        named = re.compile(rf"(?<!\w){re.escape(found.group(1))}(?!\w)", re.IGNORECASE)
        again = (match.group() for other in texts for match in named.finditer(other))
        return found.group(1) if any(name.istitle() for name in again) else None
    return None


def _is_small(word: str) -> bool:
    """Whether a word is none of a place's name: in small letters, and no particle or month."""
    return word[0].islower() and len(word) > _LONGEST_PARTICLE


def completeness(blocks: Sequence[Block], page: Page, stated: Stated) -> str:
    """``truncated`` where the page says that the rest is for others, ``complete`` where an article has its end, and
    nothing states that not all of it is for everybody."""
    if any(line.says("truncated") or _MORE.search(line.text) for line in page):
        return "truncated"
    kept = [block for block in blocks if block.role in TEXT_ROLES]
    if not kept:
        return "unknown"
    last = kept[-1].text
    if last.endswith(("…", "...")):
        return "truncated"
    paywalled = any(block.role is Role.PAYWALL and block.line_start > kept[-1].line_start for block in blocks)
    return "unknown" if paywalled or stated.free is False else "complete"


def _chosen(found: Sequence[_Seen]) -> Published:
    """The publication among labelled stamps, likeliest first: the first that is called so, else the first plain one."""
    updated = next((one.stamp for one in found if one.label == "updated"), None)
    named = [one for one in found if one.label == "published"]
    stated = named or [one for one in found if not one.label]
    if not stated:
        return Published(None, updated, "only_updated")
    # The same day may be printed twice, once with its time.
    same_day = [one for one in stated if one.stamp.on == stated[0].stamp.on]
    chosen = max(same_day, key=lambda one: (len(one.stamp.edtf), one.stamp.edtf))
    return Published(chosen.stamp, updated, None, chosen.line)


def _stamps(
    blocks: Sequence[Block], lines: Mapping[int, PageLine], where: Iterable[int], order: str | None, source: Source
) -> tuple[list[_Seen], bool]:
    """The stamps of those blocks with their labels ("": none), and whether one of them could not be read."""
    found: list[_Seen] = []
    unread = False
    label = ""
    for number in where:
        block = blocks[number]
        if block.role not in (Role.TIMESTAMP, Role.BYLINE):
            label = label if block.role is Role.BLANK else ""
            continue
        stamps = read_stamps(block.text, order, source)
        found.extend(_Seen(one.label or label, one.stamp, block.text) for one in stamps)
        line = lines[number]
        said = "updated" if line.says("updated") else "published" if line.says("published") else label
        label = "" if stamps else said
        unread = unread or (block.role is Role.TIMESTAMP and not stamps and line.shape.digits > 0)
    return found, unread


def read_stamps(text: str, order: str | None, source: Source) -> list[FoundStamp]:
    """The stamps in a line, also where a word is glued to one."""

    def read(form: str) -> list[FoundStamp]:
        return find_stamps(form, date_order=order, timezone=source.timezone, language=source.language)

    plain, apart = read(text), unglued(text)
    parted = plain if apart == text else read(apart)
    return parted if len(parted) > len(plain) else plain


def _head(blocks: Sequence[Block], lines: Mapping[int, PageLine]) -> range:
    """The blocks around the headline, to the second paragraph below it: where an article's fields stand."""
    top = next((number for number, block in enumerate(blocks) if block.role is Role.HEADLINE), None)
    seen = start = 0
    if top is not None:
        start = top
        while start > 0 and seen < _ABOVE:
            start -= 1
            seen += blocks[start].role is not Role.BLANK
    paragraphs = 0
    for number in range(top or 0, len(blocks)):
        paragraphs += blocks[number].role is Role.BODY and lines[number].shape.prose
        if paragraphs == _PARAGRAPHS:
            return range(start, number)
    return range(start, len(blocks))


def _tail(blocks: Sequence[Block]) -> range:
    """The two blocks behind the article's last paragraph."""
    least = thresholds().repeat_chars
    last = len(blocks) - 1
    while last >= 0 and not (blocks[last].role is Role.BODY and len(blocks[last].text) >= least):
        last -= 1
    if last < 0:
        return range(0)
    stop, seen = last + 1, 0
    while stop < len(blocks) and seen < _BEHIND:
        seen += blocks[stop].role is not Role.BLANK
        stop += 1
    return range(last + 1, stop)


def _signed(names: Iterable[str]) -> tuple[str, ...]:
    """The people; the agency or outlet that signs only where no person does."""
    found = tuple(dict.fromkeys(names))
    persons = tuple(name for name in found if not is_agency(name))
    return persons or found


def _names(line: PageLine, role: Role) -> tuple[str, ...]:
    """The names in a byline or beside a stamp. Beside a stamp, labels look like names too: no cue may be in them."""
    opener = line.phrase("byline")
    text = without_stamps(unglued(line.text) if role is Role.TIMESTAMP else line.text)
    names = behind_separator(line.text) or people(behind(text, opener) if opener else text)
    names = (reporters(text) if role is Role.BYLINE else ()) or names
    if role is Role.TIMESTAMP:
        names = tuple(name for name in names if bare(name))
    alone = single_name(text, opener)
    return names or ((alone,) if alone else ())


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once, whatever the case it was printed in; none where there are more than wrote any article."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.casefold(), name)
    if len(first) > thresholds().byline_names:
        return ()
    return tuple(name for name in first.values() if not any(name.endswith(f" {other}") for other in first.values()))


class _Prints:
    """Lines by their keys, to count those of which one begins with the other: a page may have thousands."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._sorted = sorted(keys)
        self._counted = Counter(self._sorted)
        self._sizes = sorted({len(key) for key in self._counted})

    def alike(self, key: str) -> int:
        """How many begin with ``key``, or are a beginning of it."""
        longer = bisect_left(self._sorted, key + "\U0010ffff") - bisect_left(self._sorted, key)
        return longer + sum(self._counted[key[:size]] for size in self._sizes if size < len(key))
