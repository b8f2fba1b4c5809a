"""Which words of a text differ. Bounded in time, whatever the two texts are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

Part = tuple[Literal["same", "gone", "new"], str]

_WORD = re.compile(r"\s+|\S+")
_MOST = 600  # words compared one by one: the comparison may take the cube of it
_AROUND = 8  # words shown on each side of a difference


def word_diff(before: str, after: str) -> tuple[Part, ...]:
    """The text in parts: what both have, what is gone and what is new; long stretches of both are cut short."""
    left, right = _WORD.findall(before), _WORD.findall(after)
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    middle = _middle(left[start : len(left) - end], right[start : len(right) - end])
    parts: list[Part] = [("same", "".join(left[:start])), *middle, ("same", "".join(left[len(left) - end :]))]
    parts = [part for part in parts if part[1]]
    last = len(parts) - 1
    return tuple(_cut(part, first=place == 0, last=place == last) for place, part in enumerate(parts))


def distance(before: str, after: str) -> int:
    """How many words only one of the two has, wherever they stand: a measure that costs nothing, to sort by."""
    left, right = Counter(before.split()), Counter(after.split())
    return ((left - right) + (right - left)).total()


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    pairs = zip(left, right, strict=False)
    return next((place for place, (one, two) in enumerate(pairs) if one != two), min(len(left), len(right)))


def _middle(left: Sequence[str], right: Sequence[str]) -> Iterator[Part]:
    if max(len(left), len(right)) > 2 * _MOST:
        yield "gone", "".join(left)
        yield "new", "".join(right)
        return
    for what, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            yield "same", "".join(left[a:b])
        else:
            yield "gone", "".join(left[a:b])
            yield "new", "".join(right[c:d])


def _cut(part: Part, *, first: bool, last: bool) -> Part:
    kind, text = part
    words = _WORD.findall(text)
    if kind != "same" or len(words) <= 4 * _AROUND:
        return part
    head = "" if first else "".join(words[: 2 * _AROUND])
    tail = "" if last else "".join(words[-2 * _AROUND :])
    return kind, f"{head} … {tail}"
