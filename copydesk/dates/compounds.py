"""Words of several tokens that stand for one thing: ``كانون الثاني``, ``bazar ertəsi``, ``New Year's Eve``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import compress
from types import MappingProxyType

from copydesk.dates.tokens import Tokens, tokenize

Compound = tuple[str, tuple[str, ...]]
"""The form as the vocabulary has it, and its tokens."""
_STRAIGHT = str.maketrans("’ʼ‘`", "''''")


def compounds_of(forms: Iterable[str]) -> Mapping[str, tuple[Compound, ...]]:
    """Those of ``forms`` that have a space, by their first token, the longest first."""
    heads: dict[str, list[Compound]] = {}
    for form in sorted({form for form in forms if " " in form}, key=lambda form: (-len(form), form)):
        parts = tuple(tokenize(form).folded)
        heads.setdefault(parts[0], []).append((form, parts))
    return MappingProxyType({head: tuple(found) for head, found in heads.items()})


def merged(tokens: Tokens, compounds: Mapping[str, tuple[Compound, ...]]) -> Tokens:
    """The tokens, each compound made one whose folded form is the vocabulary's. Linear in the number of tokens."""
    found: list[tuple[int, int, str]] = []
    end = 0
    for head in compress(range(len(tokens)), map(compounds.__contains__, tokens.folded)):
        if head >= end and (one := _compound_at(tokens, head, compounds[tokens.folded[head]])) is not None:
            end = head + len(one[1])
            found.append((head, end, one[0]))
    if not found:
        return tokens
    folded: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for first, behind, form in [*found, (len(tokens), len(tokens), "")]:
        folded += tokens.folded[done:first]
        starts += tokens.starts[done:first]
        ends += tokens.ends[done:first]
        if first < behind:
            folded.append(form)
            starts.append(tokens.starts[first])
            ends.append(tokens.ends[behind - 1])
        done = behind
    return Tokens(tokens.text, folded, starts, ends)


def _compound_at(tokens: Tokens, head: int, compounds: tuple[Compound, ...]) -> Compound | None:
    for one in compounds:
        spelt = tuple(word.translate(_STRAIGHT) for word in tokens.folded[head : head + len(one[1])])
        if spelt == one[1]:
            return one
    return None
