"""What our own proof leaves: ftfy's judgement on lines that still look misread.

Our repairs need the wrong reading to be reversible. ftfy also knows what was damaged on the way, as when the no-break
space inside a misread letter became a plain one. It is asked last, line by line, and only about encodings: quotes,
ligatures, width and normalization are left alone. Its own steps are recorded. Whether it sees a wrong reading at all
is found out the short way (``ftfy_fast``), unless the reference is asked for.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from copydesk.decoding.bytemaps import may_be_misread, named, utf8_prefilter

REPAIR = "COPYDESK_REPAIR"
"""Set to ``reference``, lines are judged by plain ftfy: slower, and the same. For those who want to see that it is."""

_CITED = re.compile("[“„\"«‘'`(][^\\s“”„\"«»‘’'`()]{1,4}[”“\"»’'`)]")
"""A letter or two between quotation marks: what a text about letters has."""


def mend(lines: list[str]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The lines that ftfy reads otherwise: number, text, and its steps as a repair (``ftfy:latin-1,utf-8``).

    A document that speaks of wrong readings is left as it is.
    """
    if not may_be_misread(lines) or any(named("mojibake", "subject").search(line) for line in lines):
        return {}
    search = utf8_prefilter().search
    suspects = [number for number, line in enumerate(lines) if not line.isascii() and search(line)]
    from ftfy import fix_encoding_and_explain  # noqa: PLC0415 - few documents need it

    is_bad = _judge()
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for number in suspects:
        if not is_bad(_CITED.sub(" ", lines[number])):
            continue
        text, steps = fix_encoding_and_explain(lines[number], _config())
        if text != lines[number] and not is_bad(text) and steps:
            names = ",".join(step.parameter for step in steps)
            found[number] = (text, (f"ftfy:{names}",))
    return found


def _judge() -> Callable[[str], bool]:
    from ftfy import badness  # noqa: PLC0415

    from copydesk.decoding import ftfy_fast  # noqa: PLC0415

    judge: Callable[[str], bool] = badness.is_bad if os.environ.get(REPAIR) == "reference" else ftfy_fast.is_bad
    return judge


@cache
def _config() -> Any:
    from ftfy import TextFixerConfig  # noqa: PLC0415

    return TextFixerConfig(
        uncurl_quotes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        fix_line_breaks=False,
        unescape_html=False,
        normalization=None,
    )
