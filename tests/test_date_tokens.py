"""A text is taken apart into the same tokens whichever way is taken, and each is folded as it would be alone."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.dates import tokens
from copydesk.dates.tokens import fold

CHARACTERS = st.one_of(
    st.characters(),
    st.sampled_from("aZé9٣½Ⅷ_ \t\r\n\n\x0b\x1c\u2028\xa0.,-–’'İıΣς\u0307\u0301\U0001f600\ud800中年"),
)


@given(st.text(CHARACTERS, min_size=1, max_size=60))
@settings(max_examples=400, deadline=None)
def test_both_ways_give_the_same_tokens(text: str) -> None:
    line, whole = tokens._of_line(text), tokens._of_text(text)
    assert (whole.folded, list(whole.starts), list(whole.ends)) == (line.folded, line.starts, line.ends)
    words = re.findall(r"\d+|[^\W\d_]+|\n+|[^\s\w]|_+", text)
    assert [whole.word(index) for index in range(len(whole))] == words
    assert whole.folded == [fold(word) for word in words]
