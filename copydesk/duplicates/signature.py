"""What is kept of a text to find those like it: some hundred bytes, made from this text alone.

Texts that may be versions of one have a key in common: that of a long sentence, or of a band of their MinHash (Broder
1997; banding as in Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4). The MinHash is one that hashes
each run of words once, with optimal densification (Shrivastava 2017): a bin without a run borrows from another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.duplicates.pack import Pack
from copydesk.duplicates.tokens import Flags, Hashes, Places, Sums, Tokens, mixed, pieces, tokens

SCHEMA = pa.schema(
    [
        pa.field("article_id", pa.string(), nullable=False),
        pa.field("whole", pa.binary(16)),
        pa.field("bands", pa.list_(pa.uint64()), nullable=False),
        pa.field("sentences", pa.list_(pa.uint64()), nullable=False),
        pa.field("quotes", pa.list_(pa.uint64()), nullable=False),
        pa.field("quote_words", pa.list_(pa.int32()), nullable=False),
    ]
)
"""One row an article. ``whole`` is equal for equal texts, and null where there are no words; of a text that is too
short to be like another it is over all that the article says, and it has no keys. ``bands``, ``sentences`` and
``quotes`` are keys, ``quote_words`` the length of each quoted sentence in words."""

_PROBES = 64  # after which a text has so few different runs that any bin will do


def sign(articles: pa.Table, pack: Pack) -> pa.Table:
    """The signatures of articles (a table with ``article_id``, ``text``, ``content_sha256``), row by row."""
    if not articles.num_rows:
        return SCHEMA.empty_table()
    texts, said = articles["text"], articles["content_sha256"].to_pylist()
    wholes: list[bytes | None] = []
    made = [_keys(tokens([]), np.empty(0, bool), 0, pack)]
    for piece in pieces(pc.fill_null(pc.utf8_length(texts), 0).to_pylist()):
        words = tokens([text or "" for text in texts[piece].to_pylist()])
        compared = words.lengths(words.first[:-1], words.first[1:], pack.unspaced_per_word) >= pack.min_words
        wholes += _wholes(words, compared, said[piece])
        made.append(_keys(words, compared, piece.start, pack))
    columns = {"article_id": articles["article_id"].combine_chunks(), "whole": pa.array(wholes, pa.binary(16))}
    for name in made[0]:
        values, owners = (np.concatenate(parts) for parts in zip(*(keys[name] for keys in made), strict=True))
        columns[name] = _lists(values, owners, len(texts))
    return pa.table([columns[field.name].cast(field.type) for field in SCHEMA], schema=SCHEMA)


def _keys(found: Tokens, compared: Flags, offset: int, pack: Pack) -> dict[str, tuple[Hashes, Places]]:
    """The values of each column that holds lists, and the row that each is of; ``offset`` is that of the first text."""
    texts, sums, bounds = np.flatnonzero(compared), Sums(found.hashes), found.sentences()
    bands = _bands(found, sums, texts, pack)
    low, high = found.first[texts], found.first[texts + 1]
    low, high, of_text, _ = _sentences(found, bounds, low, high, pack.sentence_words, pack)
    sentences = sums.spans(low, high)
    quotes, of_quote, words = _quotes(found, sums, bounds, compared, pack)
    return {
        "bands": (bands.ravel(), np.repeat(texts, pack.bands) + offset),
        "sentences": (sentences, texts[of_text] + offset),
        "quotes": (quotes, of_quote + offset),
        "quote_words": (words.astype(np.uint64), of_quote + offset),
    }


def _wholes(found: Tokens, compared: Flags, said: Sequence[str]) -> Iterator[bytes | None]:
    """What is equal for equal texts: 16 bytes over all words (SHA-256), or over all that a short article says."""
    for (low, high), long, digest in zip(pairwise(found.first.tolist()), compared.tolist(), said, strict=True):
        if low == high:
            yield None
        elif long:
            yield sha256(found.hashes[low:high].data).digest()[:16]
        else:
            yield bytes.fromhex(digest)[:16]


def _lists(values: Hashes, owners: Places, count: int) -> pa.ListArray:
    """The values as a list for each of so many owners; they come in the order of their owners."""
    return pa.ListArray.from_arrays(
        pa.array(np.searchsorted(owners, np.arange(count + 1)), pa.int32()), pa.array(values)
    )


def _sentences(
    found: Tokens, bounds: Places, low: Places, high: Places, min_words: int, pack: Pack
) -> tuple[Places, Places, Places, Places]:
    """Of ranges of words, what lies between the ``bounds`` of sentences and has so many words or more.

    Where each begins and ends, its range, and its length in words.
    """
    first = np.searchsorted(bounds, low, side="right") - 1
    count = np.where(high > low, np.searchsorted(bounds, high, side="left") - first, 0)
    of_range, sentence = _runs(first, count)
    low, high = np.maximum(bounds[sentence], low[of_range]), np.minimum(bounds[sentence + 1], high[of_range])
    words = found.lengths(low, high, pack.unspaced_per_word)
    long = np.minimum(words, high - low) >= min_words
    return low[long], high[long], of_range[long], words[long]


def _quotes(found: Tokens, sums: Sums, bounds: Places, compared: Flags, pack: Pack) -> tuple[Hashes, Places, Places]:
    """The long quoted sentences of texts that are compared: the hash of each, its text, its length in words."""
    low, high = found.quotes()
    long = high - low >= pack.quote_words  # most are not
    low, high, _, words = _sentences(found, bounds, low[long], high[long], pack.quote_words, pack)
    of_text = np.searchsorted(found.first, low, side="right") - 1
    kept = compared[of_text]
    return sums.spans(low[kept], high[kept]), of_text[kept], words[kept]


def _bands(found: Tokens, sums: Sums, texts: Places, pack: Pack) -> Hashes:
    """The keys of the texts' bands (a row a text)."""
    if not len(texts):
        return np.empty((0, pack.bands), np.uint64)
    least = _minhash(sums.runs(pack.shingle_words), _owners(found.first, texts, pack.shingle_words), len(texts), pack)
    least = least.reshape(len(texts), pack.bands, pack.band_rows)
    keys = np.broadcast_to(mixed(np.arange(1, pack.bands + 1, dtype=np.uint64)), least.shape[:2])
    for row in range(pack.band_rows):
        keys = mixed(keys ^ least[:, :, row])
    return keys


def _owners(first: Places, texts: Places, size: int) -> Places:
    """For every run of so many words, its place among these texts; behind the last for one of no text or of two."""
    place = np.full(len(first) - 1, len(texts))
    place[texts] = np.arange(len(texts))
    of_word = np.repeat(place, np.diff(first))
    of_word[np.maximum(first[1:, None] - np.arange(1, size), 0)] = len(texts)
    return of_word[: len(of_word) - size + 1]


def _minhash(shingles: Hashes, of_text: Places, count: int, pack: Pack) -> Hashes:
    """For each text, the least of the hashes that fall into each bin (a row a text, a column a bin); those of the text
    behind the last are left out."""
    bins = pack.bands * pack.band_rows
    half, empty = np.uint64(32), np.uint64(1 << 32)
    least = np.full((count + 1, bins), empty)
    place = (shingles >> half) * np.uint64(bins) >> half
    place += (of_text * bins).view(np.uint64)
    np.minimum.at(least.ravel(), place.view(np.int64), shingles & (empty - np.uint64(1)))
    least = least[:count]
    full = least.copy()
    text, bin_ = np.nonzero(least == empty)
    for probe in _probes(bins):
        borrowed = least[text, probe[bin_]]
        full[text, bin_] = borrowed
        text, bin_ = text[borrowed == empty], bin_[borrowed == empty]
        if not len(text):
            return full
    full[text, bin_] = least.min(axis=1)[text]
    return full


@cache
def _probes(bins: int) -> Places:
    """From which bin each bin borrows, try by try."""
    tries = mixed(np.arange(1, _PROBES * bins + 1, dtype=np.uint64)) % np.uint64(bins)
    return tries.astype(np.int64).reshape(_PROBES, bins)


def _runs(first: Places, count: Places) -> tuple[Places, Places]:
    """Of ranges of so many numbers each, all numbers, each after that of its range."""
    of_range = np.repeat(np.arange(len(first)), count)
    return of_range, np.arange(len(of_range)) + (first - np.cumsum(count) + count)[of_range]
