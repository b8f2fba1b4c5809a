"""Bytes as text, line by line, with every repair named. ``decode`` is the one entry point.

What the bytes say (``Line.raw``) is never changed; what was meant (``Line.text``) stands beside it.
``write_bytes(decoded.raw,
decoded.encoding)`` gives the bytes back: a byte order mark is the first character of ``raw``, and bytes that the
encoding can't
read are U+DC80 to U+DCFF in it, one each (PEP 383; in UTF-16 and UTF-32 lone surrogates pass, and cut last bytes are
U+DC00 + byte). Only ARMSCII-8, which has some ASCII signs twice, isn't one to one.
"""

from __future__ import annotations

from copydesk.article import Decoded
from copydesk.decoding.bytemaps import read_bytes, write_bytes
from copydesk.decoding.guess import Reading, read
from copydesk.decoding.lines import split_lines
from copydesk.decoding.repair import repaired
from copydesk.decoding.unreadable import UnreadableText, refuse_empty

__all__ = ["UnreadableText", "decode", "read_bytes", "write_bytes"]


def decode(data: bytes | str, *, declared: str | None = None, language: str | None = None) -> Decoded:
    """Bytes (or text) as lines, each as it was read and as it was repaired.

    ``declared`` is the encoding that a header or a record names: it is believed where the bytes bear it out.
    ``language``
    (BCP 47) helps to tell encodings apart. Raises UnreadableText (``empty``, ``binary``, ``undecodable``) and nothing
    else.
    """
    reading = Reading(data, "unicode", "unicode") if isinstance(data, str) else read(bytes(data), declared, language)
    refuse_empty(reading.text)
    lines = repaired(split_lines(reading.text), reading.encoding, language)
    return Decoded(reading.encoding, reading.basis, lines)
