"""Words and quotes of many texts at once are those that one text at a time has."""

from __future__ import annotations

from itertools import chain
from unicodedata import normalize

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.duplicates.tokens import quoted, tokens
from copydesk.duplicates.words import QUOTE, QUOTE_MARKS, WORD

CHANGING = (
    "\u2026\xa0\ufb01\u2460\u00bd\xaa\u2047\u203c\uff01\uff02\uff0c\uff21\uff62"
    "\u0301\u0345\u1161\u11a8\u1100\u00c5e\u2126\uac00"
)
"""Characters that NFKC replaces, or joins to the one before."""

texts = st.lists(
    st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(CHANGING + "ab. \n")), max_size=40),
    min_size=1,
    max_size=4,
)
marks = st.text(st.sampled_from(QUOTE_MARKS + "\u201c\u201d\n" * 3), max_size=60)


def words_of(text: str) -> list[str]:
    return WORD.findall(normalize("NFKC", text).casefold())


@settings(deadline=None)  # the tables are made once
@given(texts)
def test_words_are_told_apart_as_they_are_one_by_one(found: list[str]) -> None:
    made = tokens(found)
    words = [words_of(text) for text in found]
    assert np.diff(made.first).tolist() == [len(some) for some in words]
    numbers: dict[str, int] = {}
    for word, number in zip(chain.from_iterable(words), made.hashes.tolist(), strict=True):
        assert numbers.setdefault(word, number) == number
    assert len(set(numbers.values())) == len(numbers)


def test_words_of_every_character_are_those_of_its_normal_form() -> None:
    chars = [chr(code) for code in range(0x30000) if not 0xD800 <= code < 0xE000]
    for context in ("a{}b", "e {}. ", "\u1100{}\u11a8"):
        one, other = (
            tokens([context.format(normal(char)) for char in chars]) for normal in (str, lambda c: normalize("NFKC", c))
        )
        assert np.array_equal(one.first, other.first)
        assert np.array_equal(one.hashes, other.hashes)
        assert np.array_equal(one.sentences(), other.sentences())


@given(marks)
def test_quotes_are_those_of_the_expression(signs: str) -> None:
    signs = f"\n{signs}\n"
    begins, ends = quoted(np.array([ord(sign) for sign in signs]))
    expected = [match.span(match.lastindex) for match in QUOTE.finditer(signs) if match.lastindex]
    assert [(begin + 1, end) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)] == expected
