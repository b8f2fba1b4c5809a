"""The text as the matcher sees it: soft differences levelled, with a way back to the offsets of the text itself."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from types import MappingProxyType

# One code point for one code point, so no offsets move.
_LEVEL = MappingProxyType(
    {
        "\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u3000": " ", "\t": " ", "\r": " ",
        "\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u2032": "'", "\uff07": "'", "`": "'",
        "\u2010": "-", "\u2011": "-", "\u2012": "-",
    }
)  # fmt: skip
_PARTING = tuple(char for char in _LEVEL if char.isalnum())
"""Letters by name, and yet levelled to what parts words: the apostrophe of some alphabets."""
_UNEVEN = re.compile(f"[{''.join(map(re.escape, _LEVEL))}]")
_SINGLE_BREAK = re.compile(r"(?<!\n)\n(?! {0,8}\n)")
_BESIDE_LETTERS = (
    r"(?P<nothing>[\u200b-\u200d\u2060\ufeff\u00ad]+)"
    r"|(?P<broken>-(?<=[^\W\d_]-) ?\n ?(?=[^\W\d_]))"
    r"|(?P<note>\[[0-9]{1,3}\])"
    r"|(?P<bracket>[\[\]])"
    r"|(?P<spaces> {2,})"
)
_SOFT = re.compile(rf"(?=[\u200b-\u200d\u2060\ufeff\u00ad\[\] -])(?:{_BESIDE_LETTERS})")
_RARE = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad\[\]](?P<note>(?<=\[)[0-9]{1,3}\])?")
"""The same where no space is doubled and no hyphen ends a line: its first character is quickly looked for."""
_MARKS = re.compile("[\u0300-\u036f]")
_SOFT_AND_MARKS = re.compile(rf"{_BESIDE_LETTERS}|(?P<marks>[^\W\d_][\u0300-\u036f]+)")
_NEEDS_MAP = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad\[\]\u0300-\u036f]")
_SPACING = ("  ", "-\n", "- \n")


@dataclass(frozen=True, slots=True)
class Haystack:
    """``text`` to search in. ``starts`` and ``origins`` are empty where its offsets are those of the original."""

    text: str
    lined: str
    """The same, with its single line breaks still in place."""
    starts: tuple[int, ...] = ()
    origins: tuple[tuple[int, int], ...] = ()
    """For each start: the original offset, and the original length of a replaced piece (-1: copied as it was)."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original text of ``text[start:end]`` (which must not be empty)."""
        if not self.starts:
            return start, end
        return self._first(start), self._last(end - 1)

    def same_words(self, original: str) -> bool:
        """Whether the words of ``text`` stand where they stand in the original."""
        return not self.starts and not any(char in original for char in _PARTING)

    def _first(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        origin, length = self.origins[piece]
        return origin + (at - self.starts[piece]) if length < 0 else origin

    def _last(self, at: int) -> int:
        piece = bisect_right(self.starts, at) - 1
        origin, length = self.origins[piece]
        return origin + (at - self.starts[piece]) + 1 if length < 0 else origin + length


def level(form: str) -> str:
    """A form of the authority, levelled as :func:`haystack` levels a text."""
    if form.isascii() and "`" not in form and form.isprintable() and "  " not in form:
        return form.strip()
    return " ".join(_levelled(unicodedata.normalize("NFC", form)).split())


def haystack(text: str) -> Haystack:
    """Levels ``text``: kinds of space, apostrophe and hyphen; then what changes its length, with a map back.

    Zero-width characters, doubled spaces, hyphens at a line's end, editorial brackets and footnote numbers go, and
    decomposed letters are composed. A single line break counts as a space, a blank line does not.
    """
    levelled = _levelled(text)
    spacing = any(piece in levelled for piece in _SPACING)
    if not (spacing or _NEEDS_MAP.search(levelled)):
        return Haystack(_unbroken(levelled), levelled)
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, int]] = []
    length = copied = 0
    # To look at each letter, or at each space, takes a while.
    soft = _SOFT_AND_MARKS if _MARKS.search(levelled) else _SOFT if spacing else _RARE
    for match in soft.finditer(levelled):
        if match.start() > copied:
            starts.append(length)
            origins.append((copied, -1))
            pieces.append(levelled[copied : match.start()])
            length += match.start() - copied
        new = _soft(match, levelled)
        if new:
            starts.append(length)
            origins.append((match.start(), match.end() - match.start()))
            pieces.append(new)
            length += len(new)
        copied = match.end()
    starts.append(length)
    origins.append((copied, -1))
    pieces.append(levelled[copied:])
    lined = "".join(pieces)
    return Haystack(_unbroken(lined), lined, tuple(starts), tuple(origins))


def _unbroken(lined: str) -> str:
    """The text with a space for each single line break. Most texts have theirs in pairs, and no single one."""
    if lined.count("\n") == 2 * lined.count("\n\n"):
        return lined
    return _SINGLE_BREAK.sub(" ", lined)


def _levelled(text: str) -> str:
    for char in set(_UNEVEN.findall(text)):
        text = text.replace(char, _LEVEL[char])
    return text


def _soft(match: re.Match[str], text: str) -> str:
    kind = match.lastgroup
    if kind == "broken":
        # "Pashi-/nian" is one word broken by the printer; "Nagorno-/Karabakh" had its hyphen before.
        return "" if text[match.end()].islower() else "-"
    if kind in ("note", "spaces"):
        return " "
    if kind == "marks":
        return unicodedata.normalize("NFC", match.group())
    return ""
