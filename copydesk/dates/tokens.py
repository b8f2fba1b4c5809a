"""Text as words, numbers and signs with their offsets. Digits and letters are parted: ``25th`` is two tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

_TOKEN = re.compile(r"(\d+|[^\W\d_]+|\n+|[^\s\w]|_+)")
_SENTENCE_ENDS = frozenset(".!?…։。！？\n")
_MARKS = str.maketrans({"\u0307": None, "ı": "i"})


def fold(word: str) -> str:
    """Lower case, with the dotted and the dotless i as one letter: EYLÜL and Aralık look the same in every locale."""
    word = word.lower()
    return word.translate(_MARKS) if "ı" in word or "\u0307" in word else word


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of ``text``; vocabulary is looked up by ``folded``, ``starts`` and ``ends`` count code points."""

    text: str
    words: list[str]
    folded: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def tight(self, index: int) -> bool:
        """Whether nothing stands between this token and the next."""
        return index + 1 < len(self.words) and self.ends[index] == self.starts[index + 1]

    def at(self, index: int) -> str:
        """The folded token, or nothing outside the text."""
        return self.folded[index] if 0 <= index < len(self.words) else ""

    def breaks_line(self, first: int, last: int) -> bool:
        """Whether a line ends between two tokens."""
        return last < len(self.words) and "\n" in self.text[self.ends[first] : self.starts[last]]

    def is_number(self, index: int) -> bool:
        return 0 <= index < len(self.words) and self.words[index].isdecimal()

    def is_capitalized(self, index: int) -> bool:
        return 0 <= index < len(self.words) and self.words[index][:1].isupper()

    def ends_sentence(self, index: int) -> bool:
        """Whether the token closes a sentence: its mark is followed by space and no lower-case word or digit."""
        word = self.words[index]
        if word[0] not in _SENTENCE_ENDS:
            return False
        if word != ".":
            return True
        follower = self.words[index + 1] if index + 1 < len(self.words) else "\n"
        abbreviation = index > 0 and self.words[index - 1].isalpha() and len(self.words[index - 1]) <= 2
        return not (self.tight(index) or follower[0].islower() or follower[0].isdecimal() or abbreviation)

    def opens_sentence(self, index: int) -> bool:
        """Whether the token is the first word of the text, a line or a sentence; an opening quote may precede it."""
        before = index - 1
        while before >= 0 and not self.words[before][0].isalnum() and self.words[before][0] not in _SENTENCE_ENDS:
            before -= 1
        return before < 0 or self.words[before][0] in _SENTENCE_ENDS


def tokenize(text: str) -> Tokens:
    """The tokens of ``text``, in order; a run of line ends is one token."""
    pieces = _TOKEN.split(text)  # what stands between tokens, and the tokens, in turn
    places = list(accumulate(map(len, pieces)))
    words = pieces[1::2]
    # No token has a space: all of them are folded at once, and each as it would be alone.
    folded = fold(" ".join(words)).split(" ") if words else []
    return Tokens(text, words, folded, places[0:-1:2], places[1::2])
