"""What is kept of a text to find those like it: a few hundred bytes, made from this text alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from copydesk.duplicates.pack import Pack
from copydesk.duplicates.words import digest, length, paragraphs, quoted, sentences, words_of


@dataclass(frozen=True, slots=True)
class Signature:
    """``length`` in words. ``whole``: digest of all words. ``sentences``: digests of the long ones. ``quotes``: digest
    of each long quoted sentence, to its length in words. The last two are empty for a text that is too short to be
    like another."""

    length: int
    long_enough: bool
    whole: str
    sentences: frozenset[bytes]
    quotes: Mapping[bytes, int]


def sign(text: str, pack: Pack) -> Signature:
    """The signature of a text."""
    words = words_of(text)
    count, whole = length(words, pack), digest(words).hex()
    if count < pack.min_words:
        return Signature(count, False, whole, frozenset(), {})
    found = frozenset(
        digest(sentence) for line in paragraphs(text) for sentence in sentences(line, pack.sentence_words, pack)
    )
    return Signature(count, True, whole, found, quoted(text, pack))


def shingles(text: str, pack: Pack) -> list[bytes]:
    """Every run of words of the pack's length, each once, in the order of the text."""
    words = words_of(text)
    size = pack.shingle_words
    runs = dict.fromkeys(" ".join(words[at : at + size]) for at in range(max(1, len(words) - size + 1)))
    return [run.encode() for run in runs]
