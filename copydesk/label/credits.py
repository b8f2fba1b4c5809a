"""Picture credits: who made a picture, and for which agency."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from copydesk.label.cues import alike

_PARENTHESIS = re.compile(r"\(([^()]{2,90})\)[.\s]*$")
_BRACKET = re.compile(r"\[([^\[\]]{2,90})\][.\s]*$")
_SLASHED = re.compile(r"(?:^|[.!?»”\"…]\s+)([^.!?/\n]{2,60}?\s?/\s?[^.!?/\n]{2,40}?)[.\s]*$")
_AGENCY_FIRST = re.compile(r"(?:^|\s)([A-Z][A-Z-]{1,15}/[^.!?/\n]{2,50}(?:/[^.!?/\n]{2,20})?)[.\s]*$")
_CHAIN = re.compile(r"(?:^|[.!?»”\"…]\s+)([^.!?/\n]{2,30}(?:/[^.!?/\n]{2,40}){2,3})[.\s]*$")
_COPYRIGHT = re.compile(r"(?:^|\s)©\s?([^©\n]{2,60})$")
_SENTENCE = re.compile(r"[^\W\d_]{3}[.!?]\s")
_GIVEN = re.compile(
    r"(?:^|[.!?…]\s+)((?:courtesy (?:of )?|handout by |handout$|(?:photo|photograph|picture|image|illustration)s? by )"
    r"[^.!?\n]{0,60})[.\s]*$",
    re.IGNORECASE,
)
_GIVING = ("courtesy ", "handout", " by ")  # one of them is in whatever the pattern above finds
TAIL = 140
"""So many characters at the end of a line may hold a credit."""
_BRACKETED = re.compile(r"(?:^|[.!?…]\s+)([^.!?()\n]{3,40} \(([^()]{2,20})\))[.\s]*$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LABELS_END = ":=：՝"
_LABEL_END = re.compile(f"[{_LABELS_END}]")
SIGNS = ":=：՝)]/©"
"""One of these is in every credit that no word gives away."""
_SIGNS = re.compile(f"[{re.escape(SIGNS)}]")


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit as printed, and the agency in it, by its usual name."""

    text: str
    agency: str | None


@dataclass(frozen=True, slots=True)
class CreditWords:
    """What stands in a credit and is no person. All casefolded but the platforms."""

    ways: frozenset[str]
    """Words around a name: "photo", "by", "pool", "handout"."""
    given: tuple[str, ...]
    """Phrases before the one who gave the picture."""
    platforms: frozenset[str]
    """Agencies of the pack where anyone publishes."""
    institutions: frozenset[str]
    """Words that tell an office, a company or a force from a person."""


@dataclass(frozen=True, slots=True)
class _Pack:
    labels: re.Pattern[str]
    folded: tuple[str, ...]
    """The labels in the form of keys."""
    agencies: Mapping[str, str]
    agency: re.Pattern[str]
    openers: tuple[str, ...]
    initials: frozenset[str]
    """Their first letters."""
    opening: int
    """Characters of the longest opener."""
    words: frozenset[str]


@cache
def _pack() -> _Pack:
    data = tomllib.loads((Path(__file__).parent / "credits.toml").read_text(encoding="utf-8"))
    agencies = {form.casefold(): name for name, forms in data["agencies"].items() for form in (name, *forms)}
    longest_first = sorted(agencies, key=lambda form: (-len(form), form))
    openers = tuple(opener.casefold() for opener in data["openers"])
    labels = "|".join(re.escape(label) for label in sorted(data["labels"], key=lambda label: (-len(label), label)))
    return _Pack(
        labels=re.compile(rf"(?:^|[\s.(])(?:{labels})\s?[{_LABELS_END}]\s?(\S[^:\n]{{1,90}})$", re.IGNORECASE),
        folded=tuple(alike(label.casefold()) for label in data["labels"]),
        agencies=agencies,
        agency=re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, longest_first))})(?![^\W_])", re.IGNORECASE),
        openers=openers,
        initials=frozenset(opener[0] for opener in openers),
        opening=max(map(len, openers)),
        words=frozenset(data["words"]),
    )


@cache
def credit_words() -> CreditWords:
    """The words of credits that ship with Copydesk."""
    data = tomllib.loads((Path(__file__).parent / "credits.toml").read_text(encoding="utf-8"))
    return CreditWords(
        frozenset((*data["ways"], *data["words"], *data["labels"])),
        tuple(data["given"]),
        frozenset(data["platforms"]),
        frozenset(data["institutions"]),
    )


def agency_in(text: str) -> str | None:
    """The first agency that the text names, by its usual name."""
    found = _pack().agency.search(text)
    return _pack().agencies[found.group().casefold()] if found else None


def caption_credit(text: str) -> Credit | None:
    """The credit that a caption ends with, or that the whole line is. None where there is none that is sure.

    A parenthesis is a credit when it names an agency together with a person, a way ("via"), or a kind of picture: the
    agency alone, "(Reuters)", closes an article as often as a caption.
    """
    return _closing(text) or (Credit("", None) if _opened(text) else None)


def credited(text: str, key: str, *, signed: bool) -> Credit | None:
    """The same, where more is known of the line: its key, and whether one of ``SIGNS`` is in its tail. Nearly all lines
    have neither a sign nor a word that gives a credit away."""
    told = signed or " by" in key or "courtesy" in key or "handout" in key
    return caption_credit(text) if told or _opened(text) else None


def _opened(text: str) -> bool:
    """Whether the line begins as captions do."""
    pack = _pack()
    first = text[:1].casefold()[:1]
    return first in pack.initials and text[: pack.opening].casefold().startswith(pack.openers)


def _closing(text: str) -> Credit | None:
    return _signed(text) if _SIGNS.search(text, max(len(text) - TAIL, 0)) else _given(text)


def _signed(text: str) -> Credit | None:
    """A credit behind a label or a sign, or in brackets; else one that a word gives away."""
    tail = text[-TAIL:]
    labelled = _pack().labels.search(tail) if _has_label(tail) else None
    if labelled and _nameish(labelled.group(1)) and _SENTENCE.search(labelled.group(1)) is None:
        return Credit(labelled.group(1).strip(" ."), agency_in(labelled.group(1)))
    for pattern in (_PARENTHESIS, _BRACKET):
        found = pattern.search(text[-100:])
        if found and _credits(found.group(1)):
            return Credit(found.group(1).strip(), agency_in(found.group(1)))
    for pattern in (_AGENCY_FIRST, _CHAIN, _SLASHED) if "/" in tail else ():
        found = pattern.search(text[-120:])
        if found and agency_in(found.group(1)) and _nameish(found.group(1)):
            return Credit(found.group(1).strip(), agency_in(found.group(1)))
    return _bare_credit(text)


def _has_label(tail: str) -> bool:
    """Whether a label stands in front of any sign, its letters folded further than the pattern of the labels does."""
    return any(
        alike(tail[: sign.start()].casefold()).rstrip().endswith(_pack().folded) for sign in _LABEL_END.finditer(tail)
    )


def _bare_credit(text: str) -> Credit | None:
    """A credit without a label and without brackets around it."""
    found = _BRACKETED.search(text[-90:]) if ")" in text[-90:] else None
    if found and agency_in(found.group(2)) and _titled(found.group(1)):
        return Credit(found.group(1).strip(), agency_in(found.group(2)))  # "Anna Roe (REUTERS)"
    if given := _given(text):
        return given
    found = _COPYRIGHT.search(text[-70:]) if "©" in text[-70:] else None
    if found and not _YEAR.search(found.group(1)) and (_nameish(found.group(1)) or agency_in(found.group(1))):
        return Credit(found.group(1).strip(), agency_in(found.group(1)))
    return None


def _given(text: str) -> Credit | None:
    """A credit that says in words who made or gave the picture."""
    tail = text[-90:].casefold()
    if not any(word in tail for word in _GIVING):
        return None
    found = _GIVEN.search(text[-90:])
    return Credit(found.group(1).strip(), agency_in(found.group(1))) if found and _nameish(found.group(1)) else None


def _credits(inside: str) -> bool:
    words = {word.strip(".,:").casefold() for word in re.split(r"[\s/–-]+", inside)}
    if words & _pack().words and _nameish(inside):
        return True
    agency = _pack().agency.search(inside)
    return agency is not None and ("/" in inside or " via " in f" {inside} ") and _nameish(inside)


def _nameish(text: str) -> bool:
    """Names and agencies are capitalized (where the script has capitals) and few."""
    rest = _pack().agency.sub(" ", text)
    words = [word for word in re.split(r"[\s/,|–-]+", rest) if any(char.isalpha() for char in word)]
    if not words:
        return rest != text
    capitals = sum(not next(char for char in word if char.isalpha()).islower() for word in words)
    return len(words) <= 12 and capitals * 2 >= len(words)


def _titled(text: str) -> bool:
    """A name and an agency behind it: three to five words, each with a capital."""
    words = text.split()
    return 3 <= len(words) <= 5 and all(not word.strip("(")[:1].islower() for word in words[:-1])
