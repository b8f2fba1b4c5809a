"""The repairs of a document, in order: lines in an encoding of their own, JSON escapes, HTML entities, wrong readings,
then, line by line, litter, Unicode's composed form (NFC) and white space at the edges."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from copydesk.article import Line
from copydesk.decoding import escapes, second_opinion
from copydesk.decoding.litter import clear
from copydesk.decoding.mojibake import repair_lines
from copydesk.decoding.recode import recode_lines

Repaired = Mapping[int, tuple[str, tuple[str, ...]]]
_EDGE = " \t\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\r\n\v\f\x1c\x1d\x1e\x1f"
_OPENS_BLOCK = frozenset(":{([;,>\\=}")
_CODE_END = re.compile(r"[;{}]\s*\Z|\A\s+(?:[-*+#•]|[0-9]+[.)])\s")


def repaired(lines: list[tuple[str, str]], encoding: str, language: str | None = None) -> tuple[Line, ...]:
    """The lines of a document (text and end, as read in ``encoding``) with their repairs."""
    texts = [line for line, _ in lines]
    repairs: dict[int, list[str]] = {}

    def take(found: Repaired) -> None:
        for number, (text, names) in found.items():
            texts[number] = text
            repairs.setdefault(number, []).extend(names)

    take(recode_lines(texts, encoding, language))
    raws = [line for line, _ in lines]
    ends = [end for _, end in lines]
    if escapes.is_json_escaped(texts) and not repairs:
        parts = [_json_parts(line, end) for line, end in lines]
        raws, ends = [raw for part in parts for raw, _ in part], [end for part in parts for _, end in part]
        texts = list(raws)
        take(_without_escapes(texts))
    take(escapes.repair_entities(texts))
    take(repair_lines(texts))
    take(second_opinion.mend(texts))
    _finish(texts, repairs)
    return tuple([Line(raw, texts[n], ends[n], tuple(repairs.get(n, ()))) for n, raw in enumerate(raws)])


def _json_parts(line: str, end: str) -> list[tuple[str, str]]:
    parts = escapes.split_at_escaped_ends(line)
    return [*parts[:-1], (parts[-1][0], end)]


def _without_escapes(lines: list[str]) -> Repaired:
    whole = "\n".join(lines).strip()
    quoted = len(whole) > 1 and whole[0] == whole[-1] == '"' and whole[-2:] != '\\"'
    found = {}
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    last = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), 0)
    for number, line in enumerate(lines):
        body = line
        if quoted and number == first:
            body = body.lstrip()[1:]
        if quoted and number == last:
            body = body.rstrip()[:-1]
        text = escapes.unescape_json(body)
        if text != line:
            found[number] = (text, ("json-escapes",))
    return found


def _finish(texts: list[str], repairs: dict[int, list[str]]) -> None:
    indented = False
    before = ""
    for number, line in enumerate(texts):
        if line.isascii() and line.isprintable() and line[:1] != " " and line[-1:] != " ":
            before, indented = line or before, False if line else indented
            continue
        text, names = clear(line)
        done = list(names)
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        if composed != text:
            done.append("nfc")
        trimmed = composed.rstrip(_EDGE)
        body = trimmed.lstrip(_EDGE)
        indented = body != trimmed and (indented or before[-1:] in _OPENS_BLOCK or bool(_CODE_END.search(trimmed)))
        if not indented:
            trimmed = body
        if trimmed.isspace():  # of the spaces that may begin a line, such as the ideographic one
            trimmed = ""
        if trimmed != composed:
            done.append("trim")
        texts[number] = trimmed
        if done:
            repairs.setdefault(number, []).extend(done)
        before = trimmed or before
