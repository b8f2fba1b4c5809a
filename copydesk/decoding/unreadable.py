"""What is said of bytes that hold no text."""

from __future__ import annotations

import re
from functools import cache

from copydesk.decoding.bytemaps import pack

_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_BLANK = re.compile(r"\A[\s\ufeff\u200b\u2060\x00]*\Z")


class UnreadableText(ValueError):
    """The bytes hold no text. ``reason`` is a short code (``empty``, ``binary``, ``undecodable``), ``detail`` a
    sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def refuse_magic(data: bytes) -> None:
    """Raises UnreadableText for the first bytes of a known kind of file."""
    for magic, kind in _magic():
        # A short magic number of plain letters may begin a text too: then the file shows NULs or worse soon.
        if data.startswith(magic) and not (len(magic) < 5 and magic.isascii() and _looks_like_text(data[:400])):
            raise UnreadableText(
                "binary", f"The first bytes are those of {kind}: extract its text before, or leave it out."
            )


@cache
def _magic() -> tuple[tuple[bytes, str], ...]:
    return tuple([(bytes.fromhex(magic), str(kind)) for magic, kind in pack("encodings")["binary"]["magic"]])


def _looks_like_text(data: bytes) -> bool:
    return len(data) == len(data.translate(None, _CONTROLS))


def refuse_binary(data: bytes) -> None:
    """Raises UnreadableText where too many bytes are control characters."""
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls > 3 and controls > len(data) * pack("encodings")["binary"]["control_share"]:
        first = next(position for position, byte in enumerate(data) if byte in _CONTROLS)
        detail = (
            f"{controls} of {len(data)} bytes are control characters, the first at byte {first}: "
            "this is no text in any encoding known here. Convert the file to text before, or leave it out."
        )
        raise UnreadableText("binary", detail)


def refuse_empty(text: str) -> None:
    """Raises UnreadableText where there is nothing but white space."""
    if _BLANK.match(text):
        raise UnreadableText("empty", "The document holds nothing but white space: fetch it again, or leave it out.")
