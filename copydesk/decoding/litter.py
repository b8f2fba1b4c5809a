"""Characters that are no part of a text: what was never meant to be seen, and what no longer means anything.

What a script needs stays: joiners in Indic scripts, Persian and emoji, direction marks in Hebrew and Arabic lines,
the zero-width space where Thai or Khmer words part.
"""

from __future__ import annotations

import re
import unicodedata

SUSPECT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc"
    "\ud800-\udfff]"
)
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_ANSI = re.compile("\x1b\\[[0-9;]{0,20}[A-Za-z]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u206a-\u206f\ufff9-\ufffc]")
_C1 = re.compile("[\x80-\x9f]")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_SEPARATOR = re.compile("[\u2028\u2029]")
_JOINER = re.compile("[\u200c\u200d]+")
_SPACE = re.compile("[\u180e\u200b\u2060-\u2064\ufeff]+")
_WORDS_PART = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u0f00-\u0fff]")
_JOINING = (
    (0x0600, 0x08FF), (0x0900, 0x0DFF), (0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x18AF), (0x1B00, 0x1C4F),
    (0xA800, 0xA8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC), (0x10A00, 0x11FFF),
)  # fmt: skip


def clear(text: str) -> tuple[str, tuple[str, ...]]:
    """A line without its litter, and what was taken out."""
    if not SUSPECT.search(text):
        return text, ()
    done: list[str] = []

    def step(name: str, new: str) -> None:
        nonlocal text
        if new != text:
            done.append(name)
            text = new

    if _LONE.search(text):
        step("surrogate-pair", _PAIR.sub(_joined, text))
        step("lone-surrogate", _LONE.sub("", text))
    if text.startswith("\ufeff"):
        step("bom", text.lstrip("\ufeff"))
    step("nul", text.replace("\0", ""))
    step("control", _ANSI.sub("", text))
    step("c1", _C1.sub(_windows, text))
    step("control", _CONTROL.sub("", text))
    step("line-separator", _SEPARATOR.sub("\n", text))
    step("soft-hyphen", text.replace("\xad", ""))
    step("zero-width", _SPACE.sub(lambda match: _kept_space(match, text), text))
    step("zero-width", _JOINER.sub(lambda match: _kept_joiner(match, text), text))
    if not _RIGHT_TO_LEFT.search(text):
        step("zero-width", _DIRECTION.sub("", text))
    return text, tuple(dict.fromkeys(done))


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _windows(match: re.Match[str]) -> str:
    """A C1 control is a byte of Windows-1252 that was read as latin-1, where that has a sign for it."""
    return bytes([ord(match[0])]).decode("cp1252", "ignore")


def _kept_space(match: re.Match[str], text: str) -> str:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    parts = "\u200b" in match[0] and _WORDS_PART.match(before) and _WORDS_PART.match(after)
    return "\u200b" if parts else ""


def _kept_joiner(match: re.Match[str], text: str) -> str:
    before = _base_before(text, match.start())
    after = text[match.end() : match.end() + 1]
    if match[0] == "\u200d" and _is_emoji(before) and _is_emoji(after):
        return "\u200d"
    if before and _is_joining(before) and (not after or _is_joining(after) or after in " .,;:!?«»()-،؛؟"):
        return match[0][0]
    return match[0][0] if after and before == "" and _is_joining(after) else ""


def _base_before(text: str, position: int) -> str:
    position -= 1
    while position >= 0 and (text[position] in "\ufe0e\ufe0f" or "\U0001f3fb" <= text[position] <= "\U0001f3ff"):
        position -= 1
    return text[position] if position >= 0 else ""


def _is_emoji(character: str) -> bool:
    return bool(character) and (
        unicodedata.category(character) in ("So", "Sm") or "\U0001f000" <= character <= "\U0001faff"
    )


def _is_joining(character: str) -> bool:
    number = ord(character)
    return any(first <= number <= last for first, last in _JOINING)
