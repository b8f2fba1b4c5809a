"""Text that others wrote, fit for a terminal, a log and a message: one line, and nothing in it that rules a screen."""

from __future__ import annotations

import unicodedata

_UNFIT = ("Cc", "Cf", "Cs", "Zl", "Zp")


def printable(text: str) -> str:
    """The text without control characters and direction tricks: a file's name must not rule a terminal or a log."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if unicodedata.category(char) not in _UNFIT else f"\\u{ord(char):04x}" for char in text)


def briefly(text: str, most: int) -> str:
    """The same, and at most so many characters of it."""
    shown = printable(text[: most + 1])
    return shown if len(text) <= most and len(shown) <= most else f"{shown[: most - 1]}…"
