"""Numbers that belong together, directly or through others."""

from __future__ import annotations


class Groups:
    """The numbers below ``count``, joined pair by pair (union-find). The groups are the same for any order of pairs."""

    def __init__(self, count: int) -> None:
        self._leader = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Makes one group of the groups that two numbers are in."""
        low, high = sorted((self._find(one), self._find(other)))
        self._leader[high] = low

    def joined(self, one: int, other: int) -> bool:
        """Whether two numbers are in one group."""
        return self._find(one) == self._find(other)

    def groups(self) -> list[list[int]]:
        """The groups of two or more, each sorted, in the order of their smallest."""
        members: dict[int, list[int]] = {}
        for number in range(len(self._leader)):
            members.setdefault(self._find(number), []).append(number)
        return [found for found in members.values() if len(found) > 1]

    def _find(self, number: int) -> int:
        while self._leader[number] != number:
            self._leader[number] = self._leader[self._leader[number]]
            number = self._leader[number]
        return number
