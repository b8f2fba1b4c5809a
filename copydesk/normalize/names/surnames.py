"""The surname rule: a family name alone is the person whose full name the text gave before, if that is one person."""

from __future__ import annotations

from dataclasses import dataclass, field

from copydesk.normalize.names.fold import same_given
from copydesk.normalize.names.haystack import level
from copydesk.normalize.names.model import Entry
from copydesk.normalize.names.packs import words
from copydesk.normalize.names.resolve import by_context
from copydesk.normalize.names.spot import Before, Decision, Document, Spot


@dataclass(frozen=True, slots=True)
class Introduced:
    """Who was given a full name: entry id to where first, and the titles before it; and unknown people, by the entries
    whose family name they have."""

    known: dict[str, int] = field(default_factory=dict)
    titles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class People:
    """The first reading of a text: what stands before each person's name, and whom the text introduces where."""

    seen: Introduced
    elsewhere: Introduced
    before: dict[int, Before]
    titles: dict[int, str]

    def introduced(self, id_: str, at: int) -> bool:
        """Whether ``id_`` was given a full name before offset ``at``, or in another field."""
        return id_ in self.elsewhere.known or self.seen.known.get(id_, at) < at

    def other_people(self, id_: str, at: int | None) -> bool:
        """Whether an unknown person with that family name was introduced (before ``at``; None: anywhere)."""
        where = self.seen.unknown.get(id_)
        return id_ in self.elsewhere.unknown or (where is not None and (at is None or where < at))

    def titled(self, id_: str, title: str) -> bool:
        """Whether the full name had this title, in this text or another field."""
        last = title.lower().split(" ")[-1]
        known = self.seen.titles.get(id_, ()) + self.elsewhere.titles.get(id_, ())
        return any(one.lower().split(" ")[-1] == last for one in known)


def read_people(document: Document, spots: list[Spot], elsewhere: Introduced) -> People:
    """Reads all of a text for full names, known and unknown, before any family name is decided."""
    people = People(Introduced(), elsewhere, {}, {})
    spans = {
        number: (spot.start, spot.end)
        for number, spot in enumerate(spots)
        if any(position >= 0 and document.entry(id_).type != "person" for id_, position in spot.hits)
    }
    for number, spot in enumerate(spots):
        persons = [(id_, position) for id_, position in spot.hits if document.entry(id_).type == "person"]
        if not persons or document.compound(spot):
            continue
        last = spans.get(number - 1)
        before = document.before(spot, (last,) if last else ())
        people.before[number] = before
        named = [hit for hit in persons if hit[1] >= 0 and not _is_bare(document.entry(hit[0]), hit[1])]
        if len(named) > 1:
            # Two namesakes: who of them is meant decides whom the text introduces.
            named = by_context(document, spot, named) or named
        full = [id_ for id_, _ in named]
        if full:
            if before.title or before.honorific:
                people.titles[spot.start] = before.title or before.honorific.title()
            for id_ in full:
                people.seen.known.setdefault(id_, spot.start)
                if before.title:
                    people.seen.titles[id_] = (*people.seen.titles.get(id_, ()), before.title)
            continue
        if before.given or before.particle:
            ids = [id_ for id_, _ in persons]
            matching = [id_ for id_ in ids if _given_fits(document.entry(id_), before) in ("exact", "alike")]
            for id_ in matching:
                people.seen.known.setdefault(id_, before.start)
            if not matching and not before.weak and not _only_initials(before):
                for id_ in ids:
                    people.seen.unknown.setdefault(id_, before.start)
    return people


def _is_bare(entry: Entry, position: int) -> bool:
    form = entry.forms[position]
    return form.family == form.form


def _only_initials(before: Before) -> bool:
    return bool(before.given) and all(
        len(one.rstrip(".").replace(".", "").replace("-", "")) <= 2 and one.endswith(".") for one in before.given
    )


def _given_fits(entry: Entry, before: Before) -> str:
    """How the given names before a name fit an entry's: ``exact``, ``alike`` (a suggestion), ``initial`` or empty."""
    if before.particle:
        return ""
    own = entry.given or tuple(
        form.form.split(" ")[0] for form in entry.forms if form.family and form.form != form.family
    )
    given = [level(one) for one in before.given]
    if _only_initials(before):
        return "initial" if any(one[:1] == given[0][:1] for one in own) else ""
    firsts = {level(one) for one in own}
    if given and (given[0] in firsts or " ".join(given) in firsts):
        return "exact"
    return "alike" if given and any(same_given(given[0], one) for one in firsts) else ""


def surname(  # noqa: PLR0911  (the rules in their order of precedence, one a line)
    document: Document, spot: Spot, number: int, ids: list[str], people: People, flags: tuple[str, ...]
) -> Decision | None:
    """A family name that is no full form here. None where it is most likely no name at all."""
    before = people.before.get(number) or Before(start=spot.start)
    common = spot.form.lower() in words("common_surnames")
    first, _ = document.next_words(spot.end)
    if before.given or before.particle:
        return _after_given(document, spot, ids, before, flags, common)
    entries = [document.entry(id_) for id_ in ids]
    follows = [entry for entry in entries if first in {level(one) for one in entry.given}]
    if len(follows) == 1:
        end = spot.end + 1 + len(first)
        return Decision(spot.start, end, "linked", "given-name", follows[0].id, -2, flags, spot.capitals)
    if not spot.capitals and (first in words("longer_names") or first in words("generations")):
        return Decision(spot.start, spot.end, "suppressed", "surname-rule", flags=(*flags, "in_longer_name"))
    evidence = bool(before.title or before.honorific)
    if (
        common
        and not evidence
        and (
            spot.capitals
            or first[:1].isupper()
            or (spot.form.lower() not in words("frequent_surnames") and document.sentence_initial(spot.start))
            or document.title_case(spot.start)
        )
    ):
        return None
    word = common and not evidence and spot.form.lower() in words("english_names")
    if word and "possessive" not in flags and first not in words("reporting_verbs"):
        return None
    if before.title or before.honorific:
        flags = (*flags, f"title:{before.title or before.honorific.title()}")
    fitting = [entry for entry in entries if not (before.gender and entry.gender and before.gender != entry.gender)]
    introduced = [entry for entry in fitting if people.introduced(entry.id, spot.start)]
    stranger = any(people.other_people(entry.id, spot.start) for entry in entries)
    if len(introduced) > 1 and before.title:
        introduced = [entry for entry in introduced if people.titled(entry.id, before.title)] or introduced
    if len(introduced) == 1:
        if not stranger or (before.title and people.titled(introduced[0].id, before.title)):
            return _linked(spot, introduced[0], flags, "surname-rule")
        return Decision(spot.start, spot.end, "ambiguous", "surname-rule", flags=flags)
    if introduced:
        return Decision(spot.start, spot.end, "ambiguous", "surname-rule", flags=flags)
    alone = [entry for entry in fitting if entry.surname_only == "yes"]
    others = any(people.other_people(entry.id, None) for entry in entries) or any(
        people.introduced(entry.id, len(document.text) + 1) for entry in entries if entry not in alone
    )
    if len(alone) == 1 and not others and (not common or evidence):
        return _linked(spot, alone[0], flags, "surname-alone")
    if common and not evidence:
        return None
    status = "ambiguous" if len(alone) > 1 else "unlinked"
    return Decision(spot.start, spot.end, status, "surname-rule", flags=flags)


def _linked(spot: Spot, entry: Entry, flags: tuple[str, ...], basis: str) -> Decision:
    return Decision(spot.start, spot.end, "linked", "surname-rule", entry.id, -1, flags, spot.capitals, basis)


def _after_given(
    document: Document, spot: Spot, ids: list[str], before: Before, flags: tuple[str, ...], common: bool
) -> Decision | None:
    """A family name with given names before it that are no listed form together."""
    fits = {id_: _given_fits(document.entry(id_), before) for id_ in ids}
    for how, method in (("exact", "given-name"), ("initial", "initial")):
        fitting = [id_ for id_, fit in fits.items() if fit == how]
        if len(fitting) == 1 and (how == "exact" or (not common and document.entry(fitting[0]).surname_only == "yes")):
            return Decision(before.start, spot.end, "linked", method, fitting[0], -2, flags, spot.capitals)
        if fitting:
            return Decision(before.start, spot.end, "ambiguous", method, flags=flags)
    if any(fit == "alike" for fit in fits.values()):
        return Decision(before.start, spot.end, "unlinked", "fuzzy-suggestion", flags=flags)
    if common:
        return None
    return Decision(before.start, spot.end, "suppressed", "surname-rule", flags=(*flags, "other_person"))
