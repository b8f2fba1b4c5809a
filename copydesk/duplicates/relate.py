"""Who belongs together, which of them came first, and how the others relate to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.duplicates.candidates import Pairs, candidates
from copydesk.duplicates.compare import one_text, outlines, overlap
from copydesk.duplicates.corpus import Corpus
from copydesk.duplicates.groups import Groups
from copydesk.duplicates.pack import Pack

_AT_ONCE = 64  # pairs whose texts are in memory


@dataclass(frozen=True, slots=True)
class Relation:
    """To which article an article relates, by number, and how: a category of ``duplicate_relation``."""

    first: int
    kind: str


def relate(corpus: Corpus, pack: Pack) -> dict[int, Relation]:
    """By number, the relations of those that have any."""
    versions, speakers = candidates(
        corpus.keys, corpus.offsets, corpus.places(corpus.standing), corpus.places(corpus.all), pack
    )
    firsts = {number: members[0] for members in _one_text(corpus, versions, pack).groups() for number in members}
    joined = _by_quotes(corpus, speakers, firsts, pack)
    firsts |= {first: first for first in joined.values()}
    sources = {number: source for number, (_, source) in corpus.named(sorted(firsts)).items()}

    def kind(number: int, first: int) -> str:
        if number == first:
            return "first"
        if corpus.same[number] == corpus.same[first]:
            return "same_text"
        return "updated_version" if sources[number] == sources[first] else "wire_copy"

    strong = {number: Relation(first, kind(number, first)) for number, first in firsts.items()}
    return strong | {number: Relation(first, "shared_quotes") for number, first in joined.items()}


def _one_text(corpus: Corpus, candidates: Pairs, pack: Pack) -> Groups:
    """The articles that are versions of one text, directly or through others."""

    groups = Groups()
    for first, numbers in corpus.twins.items():
        for number in numbers[1:]:
            groups.join(first, number)
    for at in range(0, len(candidates), _AT_ONCE):
        pairs = candidates[at : at + _AT_ONCE].tolist()
        wanted = sorted({number for pair in pairs if not groups.joined(*pair) for number in pair})
        seen = dict(zip(wanted, outlines([corpus.text(number) for number in wanted], pack), strict=True))
        for one, other in pairs:
            if groups.joined(one, other):
                continue  # through a third: a comparison would change nothing
            same_day = not corpus.days(one).isdisjoint(corpus.days(other))
            truncated = corpus.truncated(one) or corpus.truncated(other)
            if one_text(overlap(seen[one], seen[other], pack), same_day, truncated, pack):
                groups.join(one, other)
    return groups


def _by_quotes(corpus: Corpus, candidates: Pairs, firsts: Mapping[int, int], pack: Pack) -> dict[int, int]:
    """The first that each article joins which is in no group yet: the one with which it shares the most quoted words.

    It can be the first of a group, or an earlier article that has joined nobody; so that whoever is in a group for its
    quotes shares them with its first. ``firsts``: of those in a group, the group's first.
    """
    partners: dict[int, set[int]] = {}
    for earlier, later in candidates.tolist():
        if later not in firsts:
            partners.setdefault(later, set()).add(firsts.get(earlier, earlier))
        if earlier not in firsts and later in firsts:
            partners.setdefault(earlier, set()).add(firsts[later])
    joined: dict[int, int] = {}
    for number in sorted(partners):
        own = corpus.quotes(number)
        shared = [(-_shared_words(own, corpus.quotes(p), pack), p) for p in partners[number] if p not in joined]
        if shared and min(shared)[0]:
            joined[number] = min(shared)[1]
    return joined


def _shared_words(one: Mapping[int, int], other: Mapping[int, int], pack: Pack) -> int:
    """In how many words of quoted sentences two articles agree; 0 where that is too little to be a relation."""
    both = one.keys() & other.keys()
    words = sum(one[quote] for quote in both)
    return words if len(both) >= pack.quotes_count or words >= pack.quotes_words else 0
