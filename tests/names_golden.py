"""Reads the golden cases for names: text with ``[[surface|entity-id]]`` marks, and what they mark."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "golden" / "names"
_MARK = re.compile(r"\[\[(\[?[^|]*?)\|([a-z0-9-]+)\]\]")


def cases(family: str) -> list[dict[str, Any]]:
    """The cases of one family, each with ``plain`` (the text without marks) and ``gold`` (start, end, entity id)."""
    found = tomllib.loads((GOLDEN / f"{family}.toml").read_text(encoding="utf-8"))["case"]
    for case in found:
        case["plain"], case["gold"] = unmarked(case["text"])
    return found


def unmarked(text: str) -> tuple[str, list[tuple[int, int, str]]]:
    pieces: list[str] = []
    gold: list[tuple[int, int, str]] = []
    done = length = 0
    for match in _MARK.finditer(text):
        pieces.append(text[done : match.start()])
        length += match.start() - done
        gold.append((length, length + len(match.group(1)), match.group(2)))
        pieces.append(match.group(1))
        length += len(match.group(1))
        done = match.end()
    return "".join(pieces) + text[done:], gold
