"""What a check found, and how much of it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from copydesk.printable import briefly

MOST_TOLD = 5
"""How many findings of one kind are told one by one: a thousand say no more than five and their number."""

_LONGEST = 1000  # characters: values of a stranger's are quoted


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as the version says. ``where`` is a path, or a table with a row or column.

    Both are cut short, and hold nothing that rules a terminal.
    """

    check: str
    """Short name of the check: ``files``, ``signature``, ``descriptors``, ``index``, ``columns``, ``csv``, ``keys``,
    ``references``, ``content_hash``, ``lines``, ``text``, ``counts``, ``spans``, ``raw``."""
    where: str
    what: str

    def __post_init__(self) -> None:
        for name in ("where", "what"):
            object.__setattr__(self, name, briefly(getattr(self, name), _LONGEST))

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.what}"


def told(check: str, where: str, whats: Iterable[tuple[str, str]]) -> list[Finding]:
    """Findings of one kind: (row, what) each, the first few in full and the others as a number."""
    findings: list[Finding] = []
    more = 0
    for row, what in whats:
        if len(findings) < MOST_TOLD:
            findings.append(Finding(check, f"{where} {row}", what))
        else:
            more += 1
    return [*findings, Finding(check, where, f"and {more} more like this")] if more else findings
