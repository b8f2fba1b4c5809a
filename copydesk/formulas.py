"""Which texts a spreadsheet may take for formulas where they begin a cell of a CSV file, and the guard against it.

Spreadsheets, and what reads files into them, differ: some look at a cell's first character alone, others drop what
stands blank before it. So a sign counts behind blanks, controls and characters that cannot be seen too; and a tab, a
line end and a null count by themselves. Keyboards of the East write the signs in full width.

A text that begins with an apostrophe is guarded as well: so what a cell holds comes back exactly.
"""

from __future__ import annotations

import re

_SIGN = r"=+\-@＝＋－＠"
_BLANKS = (
    *((0x00, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x1680, 0x1680)),
    *((0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F), (0x2800, 0x2800)),
    *((0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB)),
    (0xE0000, 0xE0FFF),
)
"""Code points that leave no mark on paper, first and last."""

_BLANK = "".join(
    rf"\x{first:02x}-\x{last:02x}" if last < 0x100 else f"{chr(first)}-{chr(last)}" for first, last in _BLANKS
)
FORMULA = rf"(['\t\r\n\x00]|[{_BLANK}]*[{_SIGN}])"
"""A pattern of how such a text begins, for Python and for Arrow."""

FIRST_BYTES = frozenset(
    {
        *b"'=+-@",
        *(sign.encode()[0] for sign in "＝＋－＠"),
        *(byte for first, last in _BLANKS for byte in range(chr(first).encode()[0], chr(last).encode()[0] + 1)),
    }
)
"""A text whose first byte in UTF-8 is none of these is no such text."""

FORMULA_GUARD = (
    "A string that begins with =, +, -, @ (in full width too), also behind blanks, controls or characters that cannot "
    "be seen, or with an apostrophe, a tab, a line end or a null has one apostrophe before it, so that no spreadsheet "
    "takes it for a formula. Drop an apostrophe that one of these follows to get the exact string."
)
"""The rule, for whoever reads the files."""

_BEGINS = re.compile(rf"\A{FORMULA}")


def guarded(text: str) -> str:
    """The text as it stands in a cell."""
    return f"'{text}" if _BEGINS.match(text) else text


def unguarded(cell: str) -> str:
    """The text that a cell holds."""
    return cell[1:] if cell[:1] == "'" and _BEGINS.match(cell[1:]) else cell
