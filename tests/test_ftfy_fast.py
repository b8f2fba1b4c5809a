"""The short way to ftfy's answers gives ftfy's answers: by its own pattern, by every code point, and by chance."""

from __future__ import annotations

import os
import random
import re
import sys
from collections.abc import Iterable, Iterator
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import ftfy
import pytest
from conftest import SAMPLE
from ftfy import badness
from ftfy.badness import BADNESS_RE
from hypothesis import given
from hypothesis import strategies as st

from copydesk.article import Decoded
from copydesk.decoding import UnreadableText, decode, second_opinion
from copydesk.decoding.ftfy_fast import REACH, TELLING, fix_text, is_bad

KEPT = ftfy.TextFixerConfig(explain=False, uncurl_quotes=False)
PATTERN = parser.parse(BADNESS_RE.pattern, BADNESS_RE.flags)
FOREIGN = (
    "café “déjà vu” — naïve",
    "Ærøskøbing’s €5",
    "Привет, мир…",
    "Ελλάδα",
    "日本語",
    "São Tomé",
    "Erdoğan’s",
    "가각",
)
READINGS = ("cp1252", "latin-1", "mac-roman", "cp1251", "cp1253", "cp1250", "iso-8859-2", "cp437", "utf-8")
ODD = (
    *"ab &;<>#x\n\r\t\f\x1b‘’“”–—…\xa0\u201a\u201e\u02bc\u0301\u1161\u11a8가\x85\u2028\ud83d\udca9ﬁＡ😀𝐀",
    *("&amp;", "&rsquo;", "&#39;", "&lt;", "\x1b[0m", "\r\n"),
)


def assert_same(text: str) -> None:
    assert is_bad(text) == badness.is_bad(text), ascii(text)
    assert fix_text(text) == ftfy.fix_text(text), ascii(text)
    assert fix_text(text, uncurl_quotes=False) == ftfy.fix_text(text, KEPT), ascii(text)


def read(page: bytes) -> Decoded | None:
    try:
        return decode(page)
    except UnreadableText:
        return None


def takes_telling(sequence: Iterable[tuple[Any, Any]]) -> bool:
    """Whether whatever this part of a parsed pattern matches holds a telling character."""
    return any(item_takes_telling(kind, value) for kind, value in sequence)


def item_takes_telling(kind: Any, value: Any) -> bool:
    if kind is kinds.LITERAL:
        return TELLING.match(chr(value)) is not None
    if kind is kinds.IN:
        return all(member_is_telling(*member) for member in value)
    if kind is kinds.BRANCH:
        return all(takes_telling(branch) for branch in value[1])
    if kind is kinds.SUBPATTERN:
        return takes_telling(value[3])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        return value[0] > 0 and takes_telling(value[2])
    return False


def member_is_telling(kind: Any, value: Any) -> bool:
    if kind is kinds.LITERAL:
        return TELLING.match(chr(value)) is not None
    return kind is kinds.RANGE and all(TELLING.match(chr(code)) for code in range(value[0], value[1] + 1))


def test_every_pattern_of_ftfy_takes_a_telling_character() -> None:
    """What follows from the installed ftfy's own pattern; if an upgrade breaks this, ``TELLING`` has to grow."""
    assert takes_telling(PATTERN)
    assert not takes_telling(parser.parse("[aé]¤?")), "the walk finds what it should"


def test_no_pattern_of_ftfy_is_longer_or_looks_further_than_the_reach() -> None:
    assert PATTERN.getwidth()[1] < REACH
    looks_around = re.compile(r"\(\?(?:<?[=!]|\()|(?<!\\)\$|\\[bBAZz]|\\\d")
    assert not looks_around.search(BADNESS_RE.pattern)


def code_points() -> Iterator[int]:
    """All of them where that is asked for, as it takes minutes. Else one of many where thousands are alike: ideographs,
    syllables of Hangul, and what lies beyond the basic plane, of which every character is looked at."""
    every = "COPYDESK_EVERY_CODE_POINT" in os.environ
    alike = (range(0x3400, 0xA000), range(0xAC00, 0xD7A4), range(0xE000, 0xF900), range(0x10000, sys.maxunicode + 1))
    for code in range(sys.maxunicode + 1):
        if every or not code % 97 or not any(code in block for block in alike):
            yield code


def test_every_code_point_fares_as_in_ftfy() -> None:
    for code in code_points():
        text = f"a{chr(code)}b"
        assert fix_text(text) == ftfy.fix_text(text), ascii(text)


@pytest.mark.parametrize("between", ["{}", "é{}’\n“{}", "Ã{}¤ &amp;\r{}\u0301"])
def test_every_code_point_of_alphabets_fares_as_in_ftfy_whatever_is_beside_it(between: str) -> None:
    for code in range(0x2800):
        text = between.replace("{}", chr(code))
        assert fix_text(text) == ftfy.fix_text(text), ascii(text)


def test_misread_texts_fare_as_in_ftfy() -> None:
    chance = random.Random(3)
    for _ in range(3_000):
        text = chance.choice(FOREIGN) * chance.randrange(1, 3)
        for _ in range(chance.randrange(0, 3)):
            text = text.encode("utf-8", "surrogatepass").decode(chance.choice(READINGS), "replace")
        place = chance.randrange(len(text) + 1)
        assert_same(text[:place] + chance.choice(ODD) + chance.choice(("", "\n", " \n")) + text[place:])


@given(st.lists(st.sampled_from((*ODD, *"ÙЂВГРСΒΓΞΟâÃ¢€¼")) | st.characters(), max_size=30).map("".join))
def test_any_text_fares_as_in_ftfy(text: str) -> None:
    assert_same(text)


def test_a_text_that_ftfy_cuts_is_cut_alike() -> None:
    text = "e" * 999_999 + "\u0301é"
    assert fix_text(text) == ftfy.fix_text(text) != ftfy.fix_text(text[1:])


def test_the_sample_is_read_alike_with_plain_ftfy(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [path.read_bytes() for path in sorted(SAMPLE.glob("*/*")) if path.suffix in (".txt", ".html")]
    fast = [read(page) for page in pages]
    asked: list[str] = []
    monkeypatch.setenv(second_opinion.REPAIR, "reference")
    monkeypatch.setattr(badness, "is_bad", lambda text, ask=badness.is_bad: asked.append(text) or ask(text))
    assert [read(page) for page in pages] == fast
    assert asked, "no line of the sample came to ftfy"
