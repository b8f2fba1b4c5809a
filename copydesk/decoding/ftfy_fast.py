"""ftfy, without the work that can change nothing: its own answers, many times faster.

``is_bad`` is ``ftfy.badness.is_bad``, and ``fix_text`` is ``ftfy.fix_text`` in its usual configuration, with or without
straight quotes. ftfy searches every line for every fault. Here a line is first looked at for the characters without
which no step of ftfy does anything, and only lines that have some are given to ftfy's own steps:

- A wrong reading (mojibake) holds a character of ``TELLING``, and what ftfy looks for is at most ``REACH`` characters
  long, so its pattern is tried around those characters only.
- HTML entities begin with ``&``.
- Every other step changes, removes or composes one of the characters of ``_active``. Those beyond the basic plane are
  all looked at.
- The four common quotation marks and the carriage return are one for one, and no other step's affair.

That holds for the ftfy that is installed: a test walks its pattern and asks it about every code point.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import ftfy
from ftfy import chardata, fixes
from ftfy.badness import BADNESS_RE, MOJIBAKE_CATEGORIES

_TELLING_KINDS = ("c1", "bad", "upper_accented", "lower_accented", "currency", "numeric", "box", "law")
TELLING = re.compile("[" + "".join(map(MOJIBAKE_CATEGORIES.__getitem__, _TELLING_KINDS)) + "Ù\u201aЂВГРСΒΓΞΟ]")
"""One of these is in whatever ftfy takes for a wrong reading."""

REACH = 8
"""No wrong reading that ftfy looks for is longer (characters)."""

_LONGEST = ftfy.TextFixerConfig().max_decode_length
_PLAIN = bytes(code for code in range(0x20, 0x7F) if chr(code) != "&") + b"\t\n\f"
"""What no step of ftfy has to do with, alone or beside others of them."""

_QUOTES = (("’", "'"), ("“", '"'), ("”", '"'), ("‘", "'"))
_BEYOND = "\U00010000-\U0010ffff"


def is_bad(text: str) -> bool:
    """Whether ftfy sees a wrong reading in the text."""
    return any(
        BADNESS_RE.search(text, max(0, found.start() - REACH), found.start() + REACH)
        for found in TELLING.finditer(text)
    )


def fix_text(text: str, *, uncurl_quotes: bool = True) -> str:
    """The text as ``ftfy.fix_text`` mends it; ``uncurl_quotes=False`` leaves quotation marks as they are."""
    if len(text) > _LONGEST:  # ftfy cuts it, perhaps inside a line
        return str(ftfy.fix_text(text, ftfy.TextFixerConfig(explain=False, uncurl_quotes=uncurl_quotes)))
    rest = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN).decode("utf-8", "surrogatepass")
    if not rest:
        return text
    if _suspect(uncurl_quotes).search(rest):
        text = _line_by_line(text, uncurl_quotes)
    if uncurl_quotes:
        for curly, straight in _QUOTES:
            text = text.replace(curly, straight)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in rest else text


def _line_by_line(text: str, uncurl_quotes: bool) -> str:
    """The text with its suspect lines mended. From a line with ``<`` on, ftfy takes it for HTML and keeps entities."""
    suspect, tag = _suspect(uncurl_quotes), text.find("<")
    mended: list[str] = []
    done = 0
    while found := suspect.search(text, done):
        start = text.rfind("\n", done, found.start()) + 1 or done
        stop = text.find("\n", start) + 1 or len(text)
        mended += (text[done:start], _segment(text[start:stop], not 0 <= tag < stop, uncurl_quotes))
        done = stop
    return "".join(mended) + text[done:]


def _segment(text: str, unescape: bool, uncurl_quotes: bool) -> str:
    """``ftfy.fix_and_explain``: its steps, in its order, until none changes anything."""
    while True:
        before = text
        if unescape and "&" in text:
            text = fixes.unescape_html(text)
        if is_bad(text):
            text = ftfy.fix_encoding(text)
        if _active().search(text):
            text = fixes.fix_character_width(fixes.fix_latin_ligatures(fixes.fix_c1_controls(text)))
        if uncurl_quotes and not text.isascii():
            text = fixes.uncurl_quotes(text)
        if "\r" in text or _active().search(text):
            text = fixes.fix_surrogates(fixes.fix_line_breaks(text))
            text = fixes.remove_control_chars(fixes.remove_terminal_escapes(text))
            text = unicodedata.normalize("NFC", text)
        if text == before:
            return text


@cache
def _suspect(uncurl_quotes: bool) -> re.Pattern[str]:
    """A character for whose sake a line is looked at."""
    quotes = {
        quote for quote in map(chr, range(0x80, 0x10000)) if uncurl_quotes and fixes.uncurl_quotes(quote) != quote
    }
    rare = _members(quotes.difference(dict(_QUOTES)))
    return re.compile(f"[&{rare}{TELLING.pattern[1:-1]}{_active().pattern[1:-1]}]")


@cache
def _active() -> re.Pattern[str]:
    """A character that some step changes, removes or composes; the quotes and the carriage return are others."""
    tables = {*chardata.LIGATURES, *chardata.WIDTH_MAP, *chardata.CONTROL_CHARS}
    listed = {*map(chr, tables), "\x1b", "\u2028", "\u2029"} - {"\r"}
    pairs = [
        unicodedata.decomposition(char).split()
        for char in map(chr, range(0x10000))
        if not unicodedata.decomposition(char).startswith("<")
    ]
    composing = {chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2}
    unstable = {
        char
        for char in map(chr, range(0x80, 0x10000))
        if unicodedata.combining(char) or not unicodedata.is_normalized("NFC", char)
    }
    jamo = "\u1161-\u1175\u11a7-\u11c2"  # vowels and ends of Hangul syllables compose by rule, not by table
    return re.compile(f"[{_members(listed | composing | unstable)}{jamo}\x80-\x9f\ud800-\udfff{_BEYOND}]")


def _members(chars: Iterable[str]) -> str:
    return "".join(map(re.escape, sorted(char for char in chars if char < "\U00010000")))
