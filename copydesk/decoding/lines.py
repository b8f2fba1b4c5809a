"""Where lines end. Nothing is lost: the lines and their ends, joined, are the document.

A carriage return, a line feed, both, U+2028 and U+2029 always end a line. Three characters do so only in some
documents:

- U+0085 (next line) is most often a byte 0x85 that was never decoded: Windows' ellipsis, or half of a letter. It ends
  a line
  only in a document that has no other line end and no other C1 control, where each begins a line and one follows a
  sentence.
- U+000B and U+000C (vertical tab, form feed) end a line between sentences and beside white space at a line's edge;
  inside a
  sentence they are litter.
"""

from __future__ import annotations

import re

_OTHER_ENDS = ("\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85")
_ALWAYS = re.compile(r"\r\n|[\n\r\u2028\u2029]")
_SOMETIMES = re.compile("[\x0b\x0c\x85]")
_OTHER_C1 = re.compile("[\x80-\x84\x86-\x9f]")
_SENTENCE_END = frozenset(".!?…:;»”\"')]։。！？؟" + "\n\r\u2028\u2029\x0b\x0c")


def split_lines(text: str) -> list[tuple[str, str]]:
    """The lines of a document with what ended each: ``[(line, end), …]``; the last has the end ``""``."""
    if not any(end in text for end in _OTHER_ENDS):
        *ended, last = text.split("\n")
        return [*[(line, "\n") for line in ended], (last, "")]
    ends = _ends(text) if _SOMETIMES.search(text) else [match.span() for match in _ALWAYS.finditer(text)]
    lines = []
    start = 0
    for end_start, end_end in ends:
        lines.append((text[start:end_start], text[end_start:end_end]))
        start = end_end
    lines.append((text[start:], ""))
    return lines


def _ends(text: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _ALWAYS.finditer(text)]
    next_line = not spans and not _OTHER_C1.search(text) and _next_lines(text)
    for match in _SOMETIMES.finditer(text):
        if match[0] == "\x85":
            if next_line:
                spans.append(match.span())
        elif _between_sentences(text, match.start()):
            spans.append(match.span())
    return sorted(spans)


def _next_lines(text: str) -> bool:
    pieces = text.split("\x85")
    return all(_may_begin(piece[:1]) for piece in pieces[1:]) and any(
        piece[-1:] in _SENTENCE_END for piece in pieces[:-1]
    )


def _may_begin(character: str) -> bool:
    return not character or (not character.isspace() and not character.islower())


def _between_sentences(text: str, position: int) -> bool:
    before = text[position - 1 : position]
    return (not before or before in _SENTENCE_END) and _may_begin(
        text[position + 1 : position + 2].lstrip(" \n\r\x0b\x0c")
    )
