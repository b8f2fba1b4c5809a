"""The rules of one document, in reading order: who was introduced, what an acronym stands for, what is no name here."""

from __future__ import annotations

import re
from functools import cache

from copydesk.normalize.names.expansion import Expansion, expansions
from copydesk.normalize.names.fold import given_row
from copydesk.normalize.names.packs import words
from copydesk.normalize.names.resolve import by_context, forbidden
from copydesk.normalize.names.spot import Decision, Document, Spot
from copydesk.normalize.names.surnames import Introduced, People, read_people, surname

_WORD_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_a-z][^\W\d_A-Z][^\W\d_]*) \Z")
_STATE_AFTER = re.compile(r", ([^\W\d_a-z][^\W\d_]+(?: [^\W\d_a-z][^\W\d_]+)?)")
_CAPITALISED_RUN = re.compile(r"(?: [^\W\d_a-z][^\W\d_]+){2,4}")


def decide(
    document: Document, spots: list[Spot], elsewhere: Introduced, compounds: bool
) -> tuple[list[Decision], Introduced]:
    """One decision a spot, and whom the text introduces. ``elsewhere``: who other fields of the document introduce."""
    people = read_people(document, spots, elsewhere)
    spelled = expansions(document, spots)
    decisions: list[Decision] = []
    for number, spot in enumerate(spots):
        expansion = spelled.get(number)
        decision = _decide(document, spot, number, people, expansion, compounds)
        if decision is None:
            continue
        if expansion and expansion.wrong and decision.status == "linked":
            start, end = expansion.wrong
            while decisions and decisions[-1].end > start:
                decisions.pop()
            flags = ("expansion_mismatch",)
            decisions.append(
                Decision(start, end, "linked", "acronym", decision.entity, decision.form, flags, basis="expansion")
            )
        while decisions and decisions[-1].end > decision.start:
            decisions.pop()
        decisions.append(decision)
    return decisions, people.seen


def _decide(
    document: Document, spot: Spot, number: int, people: People, expansion: Expansion | None, compounds: bool
) -> Decision | None:
    flags: tuple[str, ...] = ("possessive",) if document.possessive(spot) else ()
    inside = document.compound(spot)
    if inside and not compounds:
        return Decision(spot.start, spot.end, "suppressed", "exact", flags=(*flags, "in_compound"))
    if inside:
        flags = (*flags, "in_compound")
    if expansion and expansion.other:
        return Decision(spot.start, spot.end, "suppressed", "acronym", flags=(*flags, "other_expansion"))
    full = [(id_, position) for id_, position in spot.hits if position >= 0]
    bare = [id_ for id_, position in spot.hits if position < 0]
    before = people.before.get(number)
    if bare and (not full or (before and (before.honorific or before.title or before.given))):
        decision = surname(document, spot, number, bare, people, flags)
        if decision is None or decision.status == "linked" or not full:
            return decision
        if before and before.given:
            return decision
    return _full(document, spot, full, people, flags)


def _full(
    document: Document, spot: Spot, full: list[tuple[str, int]], people: People, flags: tuple[str, ...]
) -> Decision | None:
    """A form that stands for itself: an exact name, told apart by context where entries share it."""
    possible: list[tuple[str, int]] = []
    for id_, position in full:
        entry = document.entry(id_)
        form = entry.forms[position]
        if form.standalone == "if-introduced" and not people.introduced(id_, spot.start):
            continue
        if form.standalone == "if-context" and not by_context(document, spot, [(id_, position)]):
            continue
        if not forbidden(document, spot, entry):
            possible.append((id_, position))
    if not possible:
        return None
    method, basis = "exact", ""
    if len({id_ for id_, _ in possible}) > 1:
        possible = by_context(document, spot, possible)
        basis = "context"
        if len({id_ for id_, _ in possible}) != 1:
            return Decision(spot.start, spot.end, "ambiguous", "exact", flags=flags)
    id_, position = possible[0]
    entry = document.entry(id_)
    if entry.forms[position].kind == "acronym":
        method = "acronym"
    other = _other_name(document, spot, entry.type)
    if other:
        return Decision(spot.start, spot.end, "suppressed", method, flags=(*flags, other))
    if spot.capitals:
        basis = "capitals"
    title = people.titles.get(spot.start, "")
    if title:
        flags = (*flags, f"title:{title}")
    return Decision(spot.start, spot.end, "linked", method, id_, position, flags, spot.capitals, basis)


@cache
def _no_family_names() -> frozenset[str]:
    return words("starters") | words("title_words") | words("demonyms")


def _other_name(document: Document, spot: Spot, type_: str) -> str:  # noqa: PLR0911  (one ground a line)
    """Why the form is only a part of another name here ("Prague Declaration", "Jordan Peterson"), or ""."""
    if spot.capitals or type_ not in ("person", "place"):
        return ""
    first, both = document.next_words(spot.end)
    if first in words("longer_names") or both in words("longer_names") or _runs_on(document, spot):
        return "in_longer_name"
    if type_ == "person":
        return "other_person" if first in words("generations") else ""
    if spot.form in words("given_name_places") and first[:1].isupper() and first.lower() not in _no_family_names():
        return "person_name"
    called = _called_so(document, spot)
    if called:
        return called
    state = _STATE_AFTER.match(document.text, spot.end)
    if state and state.group(1) in words("states") and spot.form not in words("american_places"):
        return "in_longer_name"
    left = document.text[max(0, spot.start - 16) : spot.start]
    if left.endswith(tuple(f" {word} " for word in words("other_places"))) or left in {
        f"{word} " for word in words("other_places")
    }:
        return "in_longer_name"
    return ""


def _runs_on(document: Document, spot: Spot) -> bool:
    """Whether capitalised words lead on to the end of a longer name: "Moscow State Linguistic University"."""
    run = _CAPITALISED_RUN.match(document.text, spot.end)
    return bool(
        run
        and any(word in words("longer_names") for word in run.group().split(" ")[2:])
        and not document.title_case(spot.start)
    )


def _called_so(document: Document, spot: Spot) -> str:
    """Why a capitalised word before a place makes it another name: "Denzel Washington", "Spartak Moscow"."""
    before = _WORD_BEFORE.search(document.text, max(0, spot.start - 32), spot.start)
    if not before or not before.group(1)[0].isupper():
        return ""
    word = before.group(1).lower()
    if word in _no_family_names() or word in words("english_names") or word in words("place_adjectives"):
        return ""
    if given_row(word) is not None:
        return "person_name"
    if document.sentence_initial(before.start(1)) or document.title_case(spot.start):
        return ""
    return "in_longer_name"
