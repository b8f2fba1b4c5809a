"""What is said of a version that was checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from copydesk.tables import SCHEMA_VERSION
from copydesk.verify.finding import Finding


@dataclass(frozen=True, slots=True)
class Verified:
    """One version, and what was found of it: with no finding it is as it says."""

    version: str
    findings: tuple[Finding, ...]
    schema: str = SCHEMA_VERSION
    """SemVer of its tables. Rows of another schema than this Copydesk's are not looked at: only its files are."""
    signed: str = ""
    """Who signed it, for people; empty where something was found."""

    @property
    def named(self) -> Sequence[Finding]:
        """The findings, with the version in what each says where."""
        return [replace(finding, where=f"{self.version}: {finding.where}") for finding in self.findings]

    @property
    def said(self) -> str:
        """That it is as it says, and how far that was looked at: a sentence."""
        if self.schema == SCHEMA_VERSION:
            return "every file, row and line is as the version says."
        return (
            f"every file is as the version says; its tables are those of schema {self.schema}, whose rows this "
            f"Copydesk, of schema {SCHEMA_VERSION}, does not check."
        )


def said_of_all(seen: Sequence[Verified]) -> str:
    """The same of several that are all as they say: how many, and of which only the files were looked at."""
    older = [one.version for one in seen if one.schema != SCHEMA_VERSION]
    what = f"{len(seen)} {'version' if len(seen) == 1 else 'versions'}: every file, row and line is as they say"
    return f"{what}; of {', '.join(older)}, made by another Copydesk, every file." if older else f"{what}."
