"""What an acronym stands for where a text says it: "X (ACR)". A wrong X is flagged; another body's X rules ACR out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.normalize.names.haystack import level
from copydesk.normalize.names.model import Entry
from copydesk.normalize.names.packs import pack
from copydesk.normalize.names.spot import Document, Spot

_SMALL = frozenset({"of", "the", "and", "for", "on", "in", "to", "de", "des", "du", "la", "et", "&"})
_RUN = re.compile(r"((?:[^\W\d_][^\s()\[\],;:\"]{0,60} ){1,12})\($")
_LETTERS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Expansion:
    """``wrong``: where a wrong expansion of the acronym stands. ``other``: the acronym is another body's here."""

    wrong: tuple[int, int] | None = None
    other: bool = False


def expansions(document: Document, spots: list[Spot]) -> dict[int, Expansion]:
    """For the numbers of acronym spots: what their expansion in this text says about them."""
    found: dict[int, Expansion] = {}
    others: set[str] = set()
    for number, spot in enumerate(spots):
        entry = _acronym(document, spot)
        if (
            entry is None
            or document.text[spot.start - 1 : spot.start] != "("
            or document.text[spot.end : spot.end + 1] != ")"
        ):
            continue
        read = _read(document, spot, entry)
        if read is None:
            continue
        if read.other:
            others.add(spot.form)
        found[number] = read
    if others:
        for number, spot in enumerate(spots):
            if spot.form in others and _acronym(document, spot):
                found[number] = Expansion(other=True)
    return found


def _acronym(document: Document, spot: Spot) -> Entry | None:
    for id_, position in spot.hits:
        if position >= 0 and document.entry(id_).forms[position].kind == "acronym":
            return document.entry(id_)
    return None


def _read(document: Document, spot: Spot, entry: Entry) -> Expansion | None:
    limits = pack("linking")["limits"]
    left = max(0, spot.start - 160)
    match = _RUN.search(document.text[left : spot.start])
    if not match:
        return None
    words: list[tuple[str, int]] = []
    at = left + match.end(1)
    for word in reversed(match.group(1).split(" ")[:-1]):
        at -= len(word) + 1
        if len(words) == limits["expansion_words"] or not (word[0].isupper() or word in _SMALL):
            break
        words.append((word, at))
    while words and words[-1][0].lower() in _SMALL:
        words.pop()
    words.reverse()
    if len([word for word, _ in words if word not in _SMALL]) < 2:
        return None
    known = {level(form.form).lower() for form in entry.forms}
    for skip in range(len(words)):
        if " ".join(word for word, _ in words[skip:]).lower() in known:
            return None
    wanted = _significant(entry.canonical)
    best = min(
        range(len(words)),
        key=lambda skip: (-_shared(words[skip:], wanted), len(words) - skip),
    )
    # A leading word that the canonical name lacks ("Russian-led") is no part of the expansion.
    shared = _shared(words[best:], wanted)
    if wanted and shared >= limits["shared_words"] * len(wanted):
        return Expansion(wrong=(words[best][1], spot.start - 2))
    initials = "".join(word[0] for word, _ in words if word not in _SMALL)
    if spot.form.isascii() and initials.upper().endswith(spot.form.replace(".", "")):
        return Expansion(other=True)
    return None


def _significant(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _LETTERS.findall(name) if word.lower() not in _SMALL)


def _shared(words: list[tuple[str, int]], wanted: frozenset[str]) -> int:
    return len(_significant(" ".join(word for word, _ in words)) & wanted)
