"""What a text is made of, as comparisons see it: words without case, punctuation or spacing; sentences; quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from unicodedata import normalize

from copydesk.duplicates.pack import Pack

# Thai, Lao, Myanmar, Khmer, kana, Han: no spaces between words, so each character stands for itself.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_UNSPACED_ONE = re.compile(f"[{_UNSPACED}]")
_SENTENCE_END = re.compile(r"(?<=[.!?\u2026\u3002\uff01\uff1f])")
# Single quotation marks are left out: they cannot be told from apostrophes. Newspapers open every paragraph of a long
# quote and close only the last: an opening mark reaches to the end of its line.
_QUOTE = re.compile(
    "\u201c([^\u201c\u201d\n]*)(?:\u201d|$)"
    "|\u201e([^\u201e\u201c\u201d\n]*)[\u201c\u201d]"
    "|\u201d([^\u201c\u201d\n]*)\u201d"
    "|\u00ab([^\u00ab\u00bb\n]*)\u00bb"
    "|\u00bb([^\u00ab\u00bb\n]*)\u00ab"
    "|\u300c([^\u300c\u300d\n]*)\u300d"
    '|"([^"\n]*)"',
    re.MULTILINE,
)


def words_of(text: str) -> list[str]:
    """The words in order, folded (NFKC, no case); in a script without spaces, the characters."""
    folded = text.lower() if text.isascii() else normalize("NFKC", text).casefold()
    return _WORD.findall(folded)


def length(words: Sequence[str], pack: Pack) -> int:
    """How many words that is, with the characters of scripts without spaces counted at their rate."""
    single = sum(word >= "\u0e00" and _UNSPACED_ONE.match(word) is not None for word in words)
    return len(words) - single + single // pack.unspaced_per_word


def paragraphs(text: str) -> list[str]:
    """The lines that hold anything."""
    return [line for line in text.split("\n") if line.strip()]


def digest(words: Sequence[str]) -> bytes:
    """16 bytes that stand for these words in this order (BLAKE2b)."""
    return blake2b(" ".join(words).encode(), digest_size=16).digest()


def sentences(text: str, min_words: int, pack: Pack) -> Iterator[list[str]]:
    """The words of every sentence of that length or more.

    A mark at the end of an abbreviation ends one too: copies are cut in the same places, which is all that counts.
    """
    for piece in _SENTENCE_END.split(text):
        words = words_of(piece)
        if len(words) >= min_words and length(words, pack) >= min_words:
            yield words


def quoted(text: str, pack: Pack) -> dict[bytes, int]:
    """The long quoted sentences, by digest, with their length in words."""
    found: dict[bytes, int] = {}
    for match in _QUOTE.finditer(text):
        inside = match[match.lastindex] if match.lastindex else ""
        for words in sentences(inside, pack.quote_words, pack):
            found[digest(words)] = length(words, pack)
    return found
