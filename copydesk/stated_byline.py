"""The names in a byline that is stated beside a text: an entry may be a list, with openers, posts, dates and places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from copydesk.dates import label_of
from copydesk.label import cues
from copydesk.label.names import (
    behind,
    is_particle,
    listed,
    made_pictures,
    names_desk,
    names_post,
    people,
    person_like,
    reporters,
)
from copydesk.label.page import Page
from copydesk.label.stamps import without_stamps

_EDGES = " ,;:.-–—|•·"


def stated_names(byline: Sequence[str], page: Page) -> Iterator[str]:
    """The names in the entries of a stated byline, in order. ``page``: whose languages tell what opens one."""
    parts = (part for entry in byline for part in _without_dates(entry))
    return _named([_unopened(part, page) for part in parts])


def _without_dates(entry: str) -> list[str]:
    """A stated byline's entry, or what there is of it around the dates that stand in it, without their labels."""
    parts = without_stamps(entry) if any(map(str.isdigit, entry)) else entry
    if parts == entry:
        return [entry]
    return [part for one in parts.split("|") if (part := _without_label(one))]


def _without_label(text: str) -> str:
    words = text.strip(_EDGES).split()
    while words and (label_of(words[-1]) or names_desk(words[-1])):
        words.pop()
    return " ".join(words).strip(_EDGES)


def _named(entries: Sequence[str]) -> Iterator[str]:
    """The names in a stated byline. An entry that is none by its form is one as it stands, but for a post, which is
    nobody's name, and a desk or outlet beside people."""
    found = [reporters(entry) or people(entry, opened=True) or listed(entry) for entry in entries]
    for entry, names in zip(entries, found, strict=True):
        if names:
            yield from names
        elif entry and not made_pictures(entry) and not (names_desk(entry) if any(found) else names_post(entry)):
            yield entry


def _unopened(entry: str, page: Page) -> str:
    """A stated byline without its opener ("By A. Name"). "Von Trapp" keeps it, a surname may begin so; and so does what
    only another language than the page's opens with."""
    told = [hit.phrase for hit in cues.hits(entry, page.languages) if hit.cue.signal == "byline"]
    own = [hit.phrase for hit in cues.hits(entry, page.languages[:1]) if hit.cue.signal == "byline"]
    if cues.key(entry) in told:
        return ""  # an element of its own on the page, and an entry of the record
    for phrase in told:
        if cues.key(entry).startswith(f"{phrase} "):
            rest = behind(entry, phrase).strip()
            first = rest.partition(" ")[0]
            if not is_particle(phrase) or (phrase in own and person_like(rest) and not is_particle(first)):
                return rest
    return entry
