"""Who belongs together, which of them came first, and how the others relate to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from copydesk.duplicates.candidates import candidates, quote_candidates
from copydesk.duplicates.compare import Outline, one_text, outline, overlap
from copydesk.duplicates.groups import Groups
from copydesk.duplicates.pack import Pack
from copydesk.duplicates.signature import Signature


@dataclass(frozen=True, slots=True)
class Version:
    """What the comparisons need of an article. ``same``: equal for articles that have the same text."""

    article_id: str
    source_id: str
    text: str
    published_on: date | None
    truncated: bool
    signature: Signature
    same: str


@dataclass(frozen=True, slots=True)
class Relation:
    """To which article an article relates, by number, and how: a category of ``duplicate_relation``."""

    first: int
    kind: str


def relate(versions: Sequence[Version], pack: Pack) -> Mapping[int, Relation]:
    """By number, the relations of those that have any. The articles must come in the order of time."""
    strong = {
        number: Relation(members[0], _kind(versions[members[0]], versions[number]))
        for members in _one_text(versions, pack).groups()
        for number in members
    }
    joined = _by_quotes(versions, {number: relation.first for number, relation in strong.items()}, pack)
    weak = {number: Relation(first, "shared_quotes") for number, first in joined.items()}
    new_firsts = {first: Relation(first, "first") for first in sorted(set(joined.values())) if first not in strong}
    return strong | weak | new_firsts


def _kind(first: Version, other: Version) -> str:
    if first.article_id == other.article_id:
        return "first"
    if first.same == other.same:
        return "same_text"
    return "updated_version" if first.source_id == other.source_id else "wire_copy"


def _one_text(versions: Sequence[Version], pack: Pack) -> Groups:
    """The articles that are versions of one text, directly or through others."""
    same: dict[str, list[int]] = {}
    for number, version in enumerate(versions):
        same.setdefault(version.same, []).append(number)
    numbers = list(same.values())
    standing = [versions[found[0]] for found in numbers]  # of those that have the same text, one stands for all
    days = [{versions[number].published_on for number in found} - {None} for found in numbers]
    truncated = [any(versions[number].truncated for number in found) for found in numbers]

    @lru_cache(maxsize=1024)
    def seen(place: int) -> Outline:
        return outline(standing[place].text, pack)

    groups = Groups(len(versions))
    for found in numbers:
        for other in found[1:]:
            groups.join(found[0], other)
    for one, other in candidates([v.text for v in standing], [v.signature for v in standing], pack):
        if groups.joined(numbers[one][0], numbers[other][0]):
            continue  # through a third: a comparison would change nothing
        same_day = not days[one].isdisjoint(days[other])
        if one_text(overlap(seen(one), seen(other), pack), same_day, truncated[one] or truncated[other], pack):
            groups.join(numbers[one][0], numbers[other][0])
    return groups


def _by_quotes(versions: Sequence[Version], firsts: Mapping[int, int], pack: Pack) -> dict[int, int]:
    """The first that each article joins which is in no group yet: the one with which it shares the most quoted words.

    It can be the first of a group, or an earlier article that has joined nobody; so that whoever is in a group for its
    quotes shares them with its first. ``firsts``: of those in a group, the group's first.
    """
    partners: dict[int, set[int]] = {}
    for earlier, later in quote_candidates([version.signature for version in versions], pack):
        if later not in firsts:
            partners.setdefault(later, set()).add(firsts.get(earlier, earlier))
        if earlier not in firsts and later in firsts:
            partners.setdefault(earlier, set()).add(firsts[later])
    joined: dict[int, int] = {}
    for number in sorted(partners):
        shared = [(-_shared_words(versions[number], versions[p], pack), p) for p in partners[number] if p not in joined]
        if shared and min(shared)[0]:
            joined[number] = min(shared)[1]
    return joined


def _shared_words(one: Version, other: Version, pack: Pack) -> int:
    """In how many words of quoted sentences two articles agree; 0 where that is too little to be a relation."""
    both = one.signature.quotes.keys() & other.signature.quotes.keys()
    words = sum(one.signature.quotes[quote] for quote in both)
    return words if len(both) >= pack.quotes_count or words >= pack.quotes_words else 0
