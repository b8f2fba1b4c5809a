"""Numbers that belong together, directly or through others."""

from __future__ import annotations


class Groups:
    """Numbers, joined pair by pair (union-find). The groups are the same for any order of pairs."""

    def __init__(self) -> None:
        self._leader: dict[int, int] = {}  # of those that were joined: what it holds grows with them alone

    def join(self, one: int, other: int) -> None:
        """Makes one group of the groups that two numbers are in."""
        low, high = sorted((self._find(one), self._find(other)))
        self._leader.setdefault(low, low)
        self._leader[high] = low

    def joined(self, one: int, other: int) -> bool:
        """Whether two numbers are in one group."""
        return self._find(one) == self._find(other)

    def groups(self) -> list[list[int]]:
        """The groups of two or more, each sorted, in the order of their smallest."""
        members: dict[int, list[int]] = {}
        for number in sorted(self._leader):
            members.setdefault(self._find(number), []).append(number)
        return [found for found in members.values() if len(found) > 1]

    def _find(self, number: int) -> int:
        while (leader := self._leader.get(number, number)) != number:
            self._leader[number] = self._leader.get(leader, leader)
            number = self._leader[number]
        return number
