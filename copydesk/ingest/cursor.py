"""A stretch of a file with a cursor that can be set back, to look for where the next record begins."""

from __future__ import annotations

from collections.abc import Callable

from copydesk.ingest.members import Stretch

_STEP = 1 << 20
_LINE = 64  # bytes of a line that say whether a record begins with it

Begins = Callable[[bytes, bool], bool]
"""Whether a record begins with these bytes, and whether they begin a line."""


class Cursor:
    """Where in a stretch reading is. What is behind the cursor is held for a while, what was asked for ahead too.

    Every byte is read once, and looked at a few times, however often the cursor goes back to what is held; ``back_to``
    says what else costs.
    """

    def __init__(self, stretch: Stretch, opening: bytes) -> None:
        self._stretch, self._stream, self._opening = stretch, stretch.open(), opening
        self._held, self._at, self._base, self._over = bytearray(), 0, 0, False
        self.broken: Exception | None = None
        """What ended the stretch before its end. What was read before it is good."""
        self.read_again = False
        """Whether the cursor went back to what was no longer held."""

    @property
    def place(self) -> int:
        """Bytes from the beginning of the stretch."""
        return self._base + self._at

    def ahead(self, size: int) -> int:
        """How many of so many bytes there are behind the cursor; they are then held."""
        while len(self._held) - self._at < size and not self._over:
            try:
                data = self._stream.read1(_STEP)  # a longer read would lose what it had when the archive broke
            except (OSError, ValueError) as error:
                data, self.broken = b"", error
            self._held += data
            self._over = not data
        return min(size, len(self._held) - self._at)

    def peek(self, size: int, behind: int = 0) -> bytes:
        """So many bytes, or what there is of them, from so many behind the cursor on."""
        self.ahead(behind + size)
        begin = self._at + behind
        with memoryview(self._held) as held:
            return bytes(held[begin : begin + size])

    def move(self, size: int) -> None:
        """The cursor forward, within what is held. Of what it leaves, the last _STEP bytes stay."""
        self._at += size
        if self._at > 2 * _STEP:
            gone = self._at - _STEP
            del self._held[:gone]
            self._base, self._at = self._base + gone, _STEP

    def line(self, most: int) -> bytes:
        """The line at the cursor, or its first bytes; the cursor goes behind them."""
        have = 0
        while (end := self._held.find(b"\n", self._at + have, self._at + most)) < 0:
            have = min(len(self._held) - self._at, most)
            if have == most or self.ahead(have + 1) == have:
                end = self._at + have - 1
                break
        line = self.peek(end + 1 - self._at)
        self.move(len(line))
        return line

    def skip(self, end: int) -> None:
        """The cursor to that place, or to the end of the stretch."""
        while self.place < end and (there := self.ahead(min(end - self.place, _STEP))):
            self.move(there)

    def back_to(self, place: int) -> None:
        """The cursor to where it stood before. What is no longer held is read again, from the stretch's beginning."""
        if place < self._base:
            base = max(place - 1, 0)  # with the byte that tells whether a line begins there
            self._stream, self._held, self._base = self._stretch.open(base), bytearray(), base
            self._over, self.broken, self.read_again = False, None, True
            self.ahead(place - base)
        self._at = place - self._base

    def search(self, begins: Begins, size: int) -> int | None:
        """How many bytes behind the cursor the first record begins, of so many; they must be held."""
        at = self._at - 1
        stop = self._at + size + len(self._opening) - 1
        while (at := self._held.find(self._opening, at + 1, stop)) >= 0:
            first = at + self._base == 0 or (at > 0 and self._held[at - 1] == ord("\n"))
            if begins(bytes(self._held[at : at + _LINE]), first):
                return at - self._at
        return None

    def find(self, begins: Begins, end: int | None = None) -> bool:
        """The cursor to where the next record begins; if none does, to that place, or to the end of the stretch."""
        while end is None or self.place < end:
            there = self.ahead(_STEP + _LINE)
            sure = there if there < _STEP + _LINE else _STEP
            sure = sure if end is None else min(sure, end - self.place)
            at = self.search(begins, sure)
            self.move(sure if at is None else at)
            if at is not None:
                return True
            if not sure:
                break
        return False
