"""What a text is made of, as comparisons see it: words without case, punctuation or spacing; sentences; quotes."""

from __future__ import annotations

import re

from copydesk.scripts import UNSPACED

WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
WORD_ALONE = re.compile(f"[{UNSPACED}]")
SENTENCE_ENDS = ".!?\u2026\u3002\uff01\uff1f"
"""The mark after an abbreviation ends a sentence too: copies are cut in the same places, which is all that counts."""

# Single quotation marks are left out: they cannot be told from apostrophes. Newspapers open every paragraph of a long
# quote and close only the last: an opening mark reaches to the end of its line.
QUOTE = re.compile(
    "\u201c([^\u201c\u201d\n]*)(?:\u201d|$)"
    "|\u201e([^\u201e\u201c\u201d\n]*)[\u201c\u201d]"
    "|\u201d([^\u201c\u201d\n]*)\u201d"
    "|\u00ab([^\u00ab\u00bb\n]*)\u00bb"
    "|\u00bb([^\u00ab\u00bb\n]*)\u00ab"
    "|\u300c([^\u300c\u300d\n]*)\u300d"
    '|"([^"\n]*)"',
    re.MULTILINE,
)
QUOTE_MARKS = '\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d"'
