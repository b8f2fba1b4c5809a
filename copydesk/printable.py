"""Text that others wrote, fit for a terminal, a log and a message: one line, and nothing in it that rules a screen."""

from __future__ import annotations

import unicodedata

UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u180e\u200b\u2028-\u202e\u2060-\u2064\u2066-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
)
"""What pages and cards do not show as it is, as what stands between the brackets of a pattern.

Controls but tab and line feed; zero-width space, byte order mark and their like; what turns the direction of the text
around it; surrogates, tags and code points that are no characters. What words need stays: joiners, soft hyphens and the
marks that give one character a direction.
"""
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
