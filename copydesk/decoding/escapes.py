"""HTML entities and JSON escapes that were left in a text, undone where the whole document says so.

An escaped document is consistent: it holds no bare ``<`` and, where ``&quot;`` or ``\\"`` stand in it, no bare
quotation marks.
A document that speaks of escapes is not: it names them, quotes them, or holds bare signs beside them.
"""

from __future__ import annotations

import html
import json
import re
from html.entities import html5
from typing import Any

from copydesk.decoding.bytemaps import named, pack

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});)")
_QUOTE_BEFORE = frozenset("\"'`“„«‘(")
_QUOTE_AFTER = frozenset("\"'`”“»’)")
_UNICODE_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}")
_ESCAPED_WORD = re.compile(r"(?:[^\W\d_]|(?<=[0-9a-f]))\\u[0-9a-fA-F]{4}|\\u[0-9a-fA-F]{4}(?=[^\W\d_]|\\u)")
_ESCAPED_END = re.compile(
    r'(?<=[^\s\\])(?:\\r)?\\n(?=(?:\\r|\\n|\\t|\\"|\\u[0-9a-fA-F]{4}|[^\Wa-z\d_]|["«“„¿¡–—(0-9-])|$)'
)
_ESCAPED_QUOTES = re.compile(r'\\"[^"\\]{1,400}\\"|\\"(?=\w)')
JSON_END = re.compile(r"((?<!\\)(?:\\\\)*)((?:\\r)?\\n|\\r|\\u2028|\\u2029)")


def settings() -> Any:
    return pack("escapes")


def repair_entities(lines: list[str]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The lines of a document whose HTML entities were left in: their number, their text and the repairs."""
    if "&" not in "\n".join(lines):
        return {}
    texts = list(lines)
    counts: dict[int, int] = {}
    for _ in range(settings()["entities"]["passes"]):
        holding = [number for number, line in enumerate(texts) if "&" in line and _ENTITY.search(line)]
        if not holding or _about_entities(texts, holding):
            break
        changed = False
        for number in holding:
            text = _ENTITY.sub(_unescaped, texts[number])
            if text != texts[number]:
                texts[number] = text
                counts[number] = counts.get(number, 0) + 1
                changed = True
        if not changed:
            break
    return {n: (texts[n], ("entities" if count == 1 else f"entities*{count}",)) for n, count in counts.items()}


def _unescaped(match: re.Match[str]) -> str:
    name = match[0][1:]
    return match[0] if name[0] != "#" and name not in html5 else html.unescape(match[0])


def _about_entities(lines: list[str], holding: list[int]) -> bool:
    if any("<" in line for line in lines):
        return True
    found = quoted = 0
    names = set()
    for number in holding:
        line = lines[number]
        for match in _ENTITY.finditer(line):
            found += 1
            names.add(match[0])
            before, after = line[match.start() - 1 : match.start()], line[match.end() : match.end() + 1]
            quoted += before in _QUOTE_BEFORE and after in _QUOTE_AFTER and bool(before) and bool(after)
    rule = settings()["entities"]
    if quoted > found * rule["quoted"]:
        return True
    if not any(named("escapes", "entities").search(_ENTITY.sub(" ", line)) for line in lines):
        return False
    bare = any(_BARE_AMPERSAND.search(line) for line in lines)
    bare = bare or ("&quot;" in names and any('"' in line for line in lines))
    return found < rule["few"] or bare


def is_json_escaped(lines: list[str]) -> bool:
    """Whether a document is the inside of a JSON string that was never unescaped (or such a string, quoted)."""
    if "\\" not in "\n".join(lines):
        return False
    bodies = [unquoted(line) for line in lines if line.strip()]
    if not all(_loads(body) is not None for body in bodies):
        return False
    rule = settings()["json"]
    escapes = inside = marks = 0
    for body in bodies:
        found = _UNICODE_ESCAPE.findall(body)
        escapes += len(found)
        inside += len(_ESCAPED_WORD.findall(body)) + sum(
            [chr(int(text.removeprefix("\\u"), base=16)) in rule["typographic"] for text in found]
        )
        marks += len(_ESCAPED_END.findall(body))
        marks += sum([2 if pair.endswith('"') and len(pair) > 2 else 1 for pair in _ESCAPED_QUOTES.findall(body)])
    if inside + marks < rule["few"] and any(named("escapes", "json").search(body) for body in bodies):
        return False
    whole = len(bodies) == 1 and bodies[0] != lines[0].strip() and escapes + marks > 0
    return whole or (inside > 0 and inside >= escapes * rule["share"]) or marks >= rule["marks"]


def unquoted(line: str) -> str:
    """A line without the quotation marks of a JSON string, if they stand around all of it."""
    body = line.strip()
    if len(body) > 1 and body[0] == body[-1] == '"' and _loads(body[1:-1]) is not None:
        return body[1:-1]
    return body


def _loads(body: str) -> str | None:
    if '"' in body.replace('\\"', "") or any(c < " " and c != "\t" for c in body):
        return None
    try:
        return str(json.loads('"' + body.replace("\t", "\\t") + '"'))
    except ValueError:
        return None


def split_at_escaped_ends(line: str) -> list[tuple[str, str]]:
    """A line of a JSON-escaped document as the lines it holds, each with the escape that ends it."""
    parts = []
    start = 0
    for match in JSON_END.finditer(line):
        parts.append((line[start : match.start(2)], match[2]))
        start = match.end()
    return [*parts, (line[start:], "")]


def unescape_json(line: str) -> str:
    """A line of a JSON-escaped document without its escapes; as it is where it holds half an escape."""
    text = _loads(line)
    return line if text is None else text
