"""Who belongs together, which of them came first, and how the others relate to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol

from copydesk.duplicates.candidates import Pairs, candidates
from copydesk.duplicates.compare import holds, outlines, overlap, verdict
from copydesk.duplicates.corpus import Corpus
from copydesk.duplicates.groups import Groups
from copydesk.duplicates.pack import Pack

_AT_ONCE = 64  # pairs whose texts are in memory
_ASKED = 8_192  # pairs that are looked up at a time


class Kept(Protocol):
    """What came of comparing two texts in earlier runs, by what stands for the two: nothing else decides it."""

    def verdicts(self, pairs: Sequence[str]) -> Mapping[str, int]:
        """Of these, what is known (``compare.verdict``)."""
        ...

    def keep_verdicts(self, verdicts: Mapping[str, int]) -> None: ...


@dataclass(frozen=True, slots=True)
class Relation:
    """To which article an article relates, by number, and how: a category of ``duplicate_relation``."""

    first: int
    kind: str


def relate(corpus: Corpus, pack: Pack, kept: Kept | None = None) -> dict[int, Relation]:
    """By number, the relations of those that have any."""
    versions, speakers = candidates(
        corpus.keys, corpus.offsets, corpus.places(corpus.standing), corpus.places(corpus.all), pack
    )
    firsts = {number: members[0] for members in _one_text(corpus, versions, pack, kept).groups() for number in members}
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


def _one_text(corpus: Corpus, candidates: Pairs, pack: Pack, kept: Kept | None) -> Groups:
    """The articles that are versions of one text, directly or through others."""
    groups = Groups()
    for first, numbers in corpus.twins.items():
        for number in numbers[1:]:
            groups.join(first, number)
    for at in range(0, len(candidates), _ASKED):
        some = candidates[at : at + _ASKED]
        names = list(map("/".join, zip(corpus.said(some[:, 0]), corpus.said(some[:, 1]), strict=True)))
        named = {(one, other): name for (one, other), name in zip(some.tolist(), names, strict=True)}
        known = dict(kept.verdicts(names)) if kept else {}
        new = _compare(corpus, named, known, pack, groups)
        if kept and new:
            kept.keep_verdicts(new)
    return groups


def _compare(
    corpus: Corpus, named: Mapping[tuple[int, int], str], known: Mapping[str, int], pack: Pack, groups: Groups
) -> dict[str, int]:
    """Joins the pairs that are versions of one text; ``named`` says what stands for each. Returns what was not known of
    them before."""

    def join(one: int, other: int, found: int) -> None:
        if found and not groups.joined(one, other):
            same_day = not corpus.days(one).isdisjoint(corpus.days(other))
            if holds(found, same_day, corpus.truncated(one) or corpus.truncated(other)):
                groups.join(one, other)

    new: dict[str, int] = {}
    for pair, name in named.items():
        join(*pair, known.get(name, 0))
    left = [(pair, name) for pair, name in named.items() if name not in known]
    for at in range(0, len(left), _AT_ONCE):
        # What is joined, if only through a third, needs no comparison: it would change nothing.
        batch = [(pair, name) for pair, name in left[at : at + _AT_ONCE] if not groups.joined(*pair)]
        wanted = sorted({number for pair, _ in batch for number in pair})
        seen = dict(zip(wanted, outlines([corpus.text(number) for number in wanted], pack), strict=True))
        for (one, other), name in batch:
            if not groups.joined(one, other):
                new[name] = verdict(overlap(seen[one], seen[other], pack), pack)
                join(one, other, new[name])
    return new


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
    quotes = corpus.quotes(sorted({*partners, *chain.from_iterable(partners.values())}))
    joined: dict[int, int] = {}
    for number in sorted(partners):
        own = quotes(number)
        shared = [(-_shared_words(own, quotes(p), pack), p) for p in partners[number] if p not in joined]
        if shared and min(shared)[0]:
            joined[number] = min(shared)[1]
    return joined


def _shared_words(one: Mapping[int, int], other: Mapping[int, int], pack: Pack) -> int:
    """In how many words of quoted sentences two articles agree; 0 where that is too little to be a relation."""
    both = one.keys() & other.keys()
    words = sum(one[quote] for quote in both)
    return words if len(both) >= pack.quotes_count or words >= pack.quotes_words else 0
