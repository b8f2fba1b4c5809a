"""Which texts are worth comparing: near-linear in their number, and the same in whatever order they come.

Two texts meet where they share a long sentence, or where MinHash says that many of their word runs are the same
(Broder 1997; banding as in Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4). MinHash is datasketch's,
with its SHA-1 hash and fixed permutations: the same text has the same signature on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from copydesk.duplicates.pack import Pack
from copydesk.duplicates.signature import Signature, shingles

Pair = tuple[int, int]
"""Two texts by number, the smaller number first."""


def candidates(texts: Sequence[str], signatures: Sequence[Signature], pack: Pack) -> list[Pair]:
    """Pairs that may be versions of one text, sorted. The texts must come in the order of time, then of ids: of many
    that share a feature, each meets its next neighbours only."""
    long_enough = [number for number, signature in enumerate(signatures) if signature.long_enough]
    pairs = set(_meet(_by_feature((n, signatures[n].sentences) for n in long_enough), pack.neighbours))
    # So few that all meet within one bucket: MinHash could only leave pairs out, and takes a second to load.
    few = len(long_enough) <= pack.neighbours + 1
    pairs.update(_meet([long_enough] if few else _by_minhash(texts, long_enough, pack), pack.neighbours))
    return sorted(pairs)


def quote_candidates(signatures: Sequence[Signature], pack: Pack) -> list[Pair]:
    """Pairs that share a long quoted sentence, sorted; in the same order as ``candidates``."""
    by_quote = _by_feature((number, signature.quotes) for number, signature in enumerate(signatures))
    return sorted(set(_meet(by_quote, pack.neighbours)))


def _by_feature(features: Iterable[tuple[int, Iterable[bytes]]]) -> Iterator[Sequence[int]]:
    having: dict[bytes, list[int]] = {}
    for number, found in features:
        for feature in found:
            having.setdefault(feature, []).append(number)
    yield from (numbers for numbers in having.values() if len(numbers) > 1)


def _by_minhash(texts: Sequence[str], numbers: Sequence[int], pack: Pack) -> Iterator[Sequence[int]]:
    """The texts whose MinHash agrees in a whole band, band by band: sorting a band at a time takes 0.5 kB a text, where
    datasketch's own index, which holds all bands at once, takes 20 kB."""
    import numpy as np  # noqa: PLC0415
    from datasketch import MinHash  # noqa: PLC0415  (imports scipy)

    runs = (shingles(texts[number], pack) for number in numbers)
    made = MinHash.generator(runs, num_perm=pack.bands * pack.band_rows, seed=1, scheme="affine32")
    hashes = np.array([minhash.hashvalues for minhash in made], np.uint32)
    hashes = hashes.reshape(len(numbers), pack.bands, pack.band_rows)
    for band in range(pack.bands):
        _, bucket, sizes = np.unique(hashes[:, band], axis=0, return_inverse=True, return_counts=True)
        shared = np.flatnonzero(sizes[bucket] > 1)
        by_bucket = shared[np.argsort(bucket[shared], kind="stable")]
        for bucketful in np.split(by_bucket, np.flatnonzero(np.diff(bucket[by_bucket])) + 1):
            yield [numbers[place] for place in bucketful.tolist()]


def _meet(buckets: Iterable[Sequence[int]], neighbours: int) -> Iterator[Pair]:
    for bucket in buckets:
        for place, number in enumerate(bucket):
            for other in bucket[place + 1 : place + 1 + neighbours]:
                yield number, other
