"""How a line is worded: as a report, or as a page that speaks for itself. One number a line, its plea.

What the line speaks of (``concepts``) and the runs of characters and words it is made of are weighed together. The runs
are hashed into a table, so that no language is known here. Vocabulary is a poor judge by itself, as a story about
donations shares it with a plea for them, so this number never decides: the trees weigh it against where the line stands
and how its neighbours are worded. ``benchmarks/fit_scorer.py`` fits the weights.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copydesk.label.scorer import characters as ch
from copydesk.label.scorer.characters import Floats, Ints, Pages

BITS = 17
"""The table has two to the power of so many weights."""
RUN = 4
"""Characters of a run."""
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_LINE, _SPACE, _DIGIT = 10, 32, 48


@dataclass(frozen=True, slots=True)
class Wording:
    """Weights, positive ones for what furniture is worded with."""

    table: NDArray[np.int8]
    scale: float
    """What one unit of the table is worth."""
    concepts: Floats
    bias: float

    @staticmethod
    def of(data: dict[str, Any]) -> Wording:
        """From the file's form: the table packed, as text."""
        table = np.frombuffer(zlib.decompress(base64.b64decode(data["table"])), np.int8)
        if len(table) != 1 << BITS:
            raise ValueError(f"the table of wordings has {len(table)} weights, not {1 << BITS}")
        return Wording(table, data["scale"], np.array(data["concepts"], np.float64), data["bias"])

    def data(self) -> dict[str, Any]:
        """The form that ``of`` reads."""
        packed = base64.b64encode(zlib.compress(self.table.tobytes(), 9)).decode("ascii")
        return {"scale": self.scale, "concepts": self.concepts.tolist(), "bias": self.bias, "table": packed}

    def pleas(self, grams: tuple[Ints, Ints], counted: Floats) -> Floats:
        """The plea of each line. ``grams``: see ``grams``; ``counted``: its concepts, line by concept."""
        line, bucket = grams
        n = len(counted)
        held = np.bincount(line, minlength=n)
        total = np.bincount(line, weights=self.table[bucket], minlength=n)
        # Row by row: a product of matrices adds up in an order that depends on how many rows there are.
        spoken = (counted * self.concepts).sum(axis=1)
        out: Floats = total * self.scale / np.sqrt(np.maximum(held, 1)) + spoken + self.bias
        return out.round(6)


NOTHING = Wording(np.zeros(1 << BITS, np.int8), 0.0, np.zeros(0), 0.0)
"""What no weights are known of."""


def grams(page: Pages) -> tuple[Ints, Ints]:
    """What each line is made of: its runs of characters and its words. For each of them the line and the bucket."""
    if not page.lines:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    line, bucket = _runs(page)
    return np.concatenate((line, page.word_line)), np.concatenate((bucket, _bucket(page.word_hash + np.uint64(77))))


def _bucket(hashes: ch.Hashes) -> Ints:
    mixed = (hashes ^ (hashes >> np.uint64(31))) * _MIX
    out: Ints = ((mixed ^ (mixed >> np.uint64(29))) * _PRIME >> np.uint64(64 - BITS)).astype(np.int64)
    return out


def _runs(page: Pages) -> tuple[Ints, Ints]:
    """Runs of characters inside a line, whose beginning and end count as one. Digits are all the same."""
    bits, codes = page.bits, page.folded
    terms = np.full(len(codes) + 1, _LINE, np.uint64)
    terms[1:] = codes
    terms[1:][bits & ch.DIGIT != 0] = _DIGIT
    terms[1:][(bits & ch.SPACE != 0) & (codes != _LINE)] = _SPACE
    terms *= np.uint64(2)
    terms += np.uint64(1)
    many = max(len(terms) - RUN + 1, 0)
    total = np.full(many, RUN, np.uint64)
    for place in range(RUN):
        total *= _PRIME
        total += terms[place : place + many]
    line = np.repeat(np.arange(page.lines), page.ends - page.starts)
    # A run is of the line that its second character is of: the first may be the end of the line before.
    first, last = line[:many], line[RUN - 2 : RUN - 2 + many]
    whole = first == last
    return first[whole], _bucket(total[whole])
