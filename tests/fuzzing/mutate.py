"""Cases from seeds: cut, doubled, spliced, damaged. The same seed, target and number give the same case, anywhere."""

from __future__ import annotations

import random
from collections.abc import Sequence

ODD = (
    *"\0\t\n\r\x0b\x0c\x1b\x1f \"'&<>=+-@\\/|`[](){}*_#~,;:.!?%^$0123456789aZ",
    *"\x80\x85\xa0\xad\xbf\xff\u0130\u0131\u017f\u0301\u0345\u034f\u0531\u0587\u0660\u061c\u070f\u200b\u200d\u200e",
    *"\u2028\u2029\u202e\u2066\u2069\u20ac\u2160\u2460\u3000\u3400\uac00\ud800\udbff\udc00\udc80\udcff\udfff\ufb01",
    *"\ufdfa\ufeff\uff11\uff21\ufffc\ufffd\uffff\U0001d400\U0001f1e6\U0001f468\U000e0041\U0010ffff",
)
"""Characters that programs trip over: controls, marks, directions, halves, what changes its length with its case."""

TEXT_PIECES = (
    "\r\n", "\n\n", "e\u0301" * 3, "\ufeff", "&amp;amp;", "&#x110000;", "â€™", "Ã©", "\\u0041", "\\ud83d", "00:00",
    "9999-12-31", "31/12/9999", "0000-00-00", "29 February 1900", "٣١", "१२", "-", "–", "’s", "“", "”", "A.", "Mr.",
    "İ", "ß", "ǆ", "ﬁ", "ŉ", "ΐ", "0" * 4_400, "(", ")", "[",
    "]", "1e999", "NaN", "null", "true", "{", "}", ",", '"', "'", "<", ">",
)  # fmt: skip


class Mutator:
    """Makes cases from ``seeds`` (all text or all bytes), with ``pieces`` to put in that matter to the target.

    ``cut``: how many of the long seeds are cut short at first, as most faults need little; of what has a form, few
    should be. ``longest``: so many characters a case has at the most.
    """

    def __init__(
        self,
        seeds: Sequence[bytes | str],
        pieces: Sequence[bytes | str] = (),
        *,
        cut: float = 0.6,
        longest: int = 20_000,
    ) -> None:
        self._seeds, self._cut, self._longest = [seed for seed in seeds if seed], cut, longest
        self._bytes = isinstance(seeds[0], bytes)
        usual: Sequence[bytes | str] = TEXT_PIECES
        if self._bytes:
            usual = [piece.encode("utf-8", "surrogatepass") for piece in TEXT_PIECES]
        self._pieces = [*usual, *pieces]

    def case(self, pick: random.Random, head: int) -> bytes:
        """A case: so many bytes for choices in front, and a seed after a few changes."""
        data = self._seed(pick)
        for _ in range(min(pick.randrange(1, 7), pick.randrange(1, 7))):
            data = self._changed(data, pick)[: self._longest]
        made = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
        return pick.randbytes(head) + made

    def _seed(self, pick: random.Random) -> bytes | str:
        seed = pick.choice(self._seeds)
        if len(seed) > 400 and pick.random() < self._cut:
            start = pick.randrange(len(seed))
            return seed[start : start + pick.randrange(1, 400)]
        return seed

    def _unit(self, pick: random.Random) -> bytes | str:
        """One byte or character."""
        if self._bytes:
            return bytes((pick.choice((0, 9, 10, 13, 32, 34, 39, 60, 127, 128, 255, pick.randrange(256))),))
        return pick.choice(ODD) if pick.random() < 0.8 else chr(pick.randrange(0x110000))

    def _changed(self, data, pick: random.Random):  # type: ignore[no-untyped-def]  # noqa: PLR0911
        """Bytes from bytes, text from text, after one change of a kind."""
        at, end = sorted((pick.randrange(len(data) + 1), pick.randrange(len(data) + 1)))
        if pick.random() < 0.7:
            end = min(end, at + pick.randrange(1, 20))
        span, before, after = data[at:end], data[:at], data[end:]
        match pick.randrange(12):
            case 0 | 1:
                return before + self._unit(pick) + data[at:]
            case 2:
                return before + self._unit(pick) + after
            case 3:
                return before + after
            case 4:
                return before + span + span + after
            case 5:
                return before + self._many(span or self._unit(pick), len(data), pick) + after
            case 6:
                other = pick.choice(self._seeds)
                start = pick.randrange(len(other))
                return before + other[start : start + pick.randrange(1, 200)] + data[at:]
            case 7 | 8:
                return before + pick.choice(self._pieces) + data[pick.choice((at, end)) :]
            case 9:
                return before if pick.random() < 0.5 else after
            case 10:
                return before + (span.upper() if pick.random() < 0.5 else span.lower()) + after
        lines = data.splitlines(keepends=True)
        pick.shuffle(lines)
        return data[:0].join(lines)

    def _many(self, span, length: int, pick: random.Random):  # type: ignore[no-untyped-def]
        """The span many times over, now and then to the longest that a case may be: what is not linear shows then."""
        room = self._longest - length
        most = max(1, room // len(span))
        return span * (most if pick.random() < 0.05 else min(most, pick.choice((2, 3, 10, 60))))
