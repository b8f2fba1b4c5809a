"""Which texts are worth comparing: near-linear in their number, and the same in whatever order they come.

The keys of all texts are sorted, a range of them at a time, so that what is held does not grow with the corpus; those
that several texts share are where these meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.duplicates.corpus import Opened
from copydesk.duplicates.pack import Pack
from copydesk.duplicates.tokens import Hashes, Places

KEYS = pa.schema([pa.field("key", pa.uint64(), nullable=False), pa.field("row", pa.uint32(), nullable=False)])
"""Who has which key: sorted by key, ``row`` counts from 0 in the part. The last two bits of a key say what it
is of: a band, a sentence or a quote."""

Pairs = npt.NDArray[np.int64]
"""Two texts by place, the smaller first: one row a pair, each pair once, sorted."""

_KIND = np.uint64(3)
_AT_ONCE = 2_000_000
"""How many keys are sorted at a time: some 100 MB."""


def keyed(signatures: pa.Table) -> pa.Table:
    """The keys of a part's signatures, as a table of ``KEYS``."""
    keys, rows = [], []
    for kind, column in enumerate(("bands", "sentences", "quotes")):
        lists = signatures[column].combine_chunks()
        keys.append(pc.list_flatten(lists).to_numpy() & ~_KIND | np.uint64(kind))
        rows.append(pc.list_parent_indices(lists).to_numpy())
    key, row = np.concatenate(keys), np.concatenate(rows).astype(np.uint32)
    order = np.argsort(key)
    return pa.table([pa.array(key[order]), pa.array(row[order])], schema=KEYS)


def candidates(
    keys: Sequence[Opened], offsets: Sequence[int], versions: Places, speakers: Places, pack: Pack
) -> tuple[Pairs, Pairs]:
    """Pairs that may be versions of one text, and pairs that share a long quoted sentence.

    ``keys`` open those of the parts (``KEYS``), whose rows count from the ``offsets``. ``versions`` and ``speakers``
    give for each row its place among the texts that are compared as versions or for their quotes, in the order of time
    and then of ids; -1 for one that is not. Of many that share a key, each meets its next neighbours only; a sentence
    that very many share is none that they have from each other.
    """
    found: tuple[list[Hashes], list[Hashes]] = ([], [])
    for key, row in _shared(keys, offsets):
        several = len(row)
        for kind, (kept, places, most) in enumerate(
            ((found[0], versions, several), (found[0], versions, pack.sentence_texts), (found[1], speakers, several))
        ):
            chosen = key & _KIND == kind
            kept.append(_meet(key[chosen], places[row[chosen]], pack.neighbours, most))
    compared = np.sort(versions[versions >= 0]).astype(np.uint64)
    if len(compared) <= pack.neighbours + 1:  # so few that all meet: chance could only leave pairs out
        one, other = np.triu_indices(len(compared), 1)
        found[0].append(compared[one] << np.uint64(32) | compared[other])
    return _pairs(found[0]), _pairs(found[1])


def _shared(keys: Sequence[Opened], offsets: Sequence[int]) -> Iterator[tuple[Hashes, Places]]:
    """The keys that stand several times, each time with its row, some at a time."""
    passes = 1 + sum(part().num_rows for part in keys) // _AT_ONCE
    bounds = [(number << 64) // passes for number in range(passes + 1)]
    for low, high in pairwise(bounds):
        found, rows = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for part, offset in zip(keys, offsets, strict=True):
            # Each piece of a part is sorted too, and seen where it lies: whole columns would be copied into memory.
            for piece in part().to_batches():
                key = piece["key"].to_numpy()
                here = slice(np.searchsorted(key, np.uint64(low)), np.searchsorted(key, np.uint64(high - 1), "right"))
                found.append(key[here].copy())
                rows.append(piece["row"].to_numpy()[here] + np.int64(offset))
        key, row = np.concatenate(found), np.concatenate(rows)
        order = np.argsort(key)
        key = key[order]
        again = np.zeros(len(key) + 1, bool)
        again[1:-1] = key[1:] == key[:-1]
        several = again[1:] | again[:-1]
        yield key[several], row[order[several]]


def _meet(key: Hashes, place: Places, neighbours: int, most: int) -> Hashes:
    """The pairs of those that have a key in common and are near each other, each as one number, once. A key that more
    than so many have brings nobody together."""
    key, place = key[place >= 0], place[place >= 0]
    order = np.lexsort((place, key))
    key, place = key[order], place[order]
    new = np.ones(len(key), bool)
    new[1:] = (key[1:] != key[:-1]) | (place[1:] != place[:-1])
    key, place = key[new], place[new].astype(np.uint64)
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.empty(0, np.int64)
    sizes = np.diff(np.append(first, len(key)))
    few = np.repeat(sizes <= most, sizes)
    key, place = key[few], place[few]
    pairs = []
    for step in range(1, neighbours + 1):
        same = key[step:] == key[:-step]
        pairs.append(place[:-step][same] << np.uint64(32) | place[step:][same])
    return np.unique(np.concatenate(pairs))


def _pairs(found: Sequence[Hashes]) -> Pairs:
    pairs = np.unique(np.concatenate(found))
    return np.stack([pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)], axis=1).astype(np.int64)
