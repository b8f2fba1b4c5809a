"""What a validation found: plain values, so that it can be published, quarantined from, and printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CRITICAL = "critical"
EXAMPLES = 20
"""Of so many rows that fail an expectation, it is told which they are."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One expectation of one table: how many rows ``failed``, the keys of the first, and all articles that they are of
    where it is critical (a third of a million may fail one that is not)."""

    table: str
    expectation: str
    """Its name, for people: what must hold, as ``text_chars_between``."""
    description: str
    severity: str
    success: bool
    about_rows: bool
    failed: int
    failed_rows: tuple[str, ...]
    failed_articles: tuple[str, ...]
    observed: Any = None

    @property
    def blocks(self) -> bool:
        """Whether it stops the publication: critical, failed, and no row to take out instead."""
        return self.severity == CRITICAL and not self.success and not self.failed_articles


@dataclass(frozen=True, slots=True)
class Section:
    """What Great Expectations' page says of one column, or of the table as a whole."""

    heading: str
    rows: tuple[tuple[str, str, str], ...]
    """State, expectation and what was observed, in its words."""


@dataclass(frozen=True, slots=True)
class Validation:
    """All expectations of all tables, and the page that Great Expectations makes of each table's."""

    outcomes: tuple[Outcome, ...]
    pages: Mapping[str, tuple[Section, ...]] = field(default_factory=dict)

    @property
    def passed(self) -> int:
        return sum(outcome.success for outcome in self.outcomes)

    @property
    def blocking(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.blocks)

    @property
    def warnings(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if not outcome.success and outcome.severity != CRITICAL)

    def failed_articles(self) -> Mapping[str, tuple[str, ...]]:
        """Articles that a critical expectation took out, each with the names of those that it failed."""
        found: dict[str, list[str]] = {}
        for outcome in self.outcomes:
            if outcome.severity == CRITICAL and not outcome.success:
                for article in outcome.failed_articles:
                    found.setdefault(article, []).append(f"{outcome.table}.{outcome.expectation}")
        return {article: tuple(dict.fromkeys(names)) for article, names in sorted(found.items())}

    def summary(self) -> dict[str, Any]:
        """As JSON values: what a version publishes of its validation. It holds no text of any article."""
        tables = sorted({outcome.table for outcome in self.outcomes})
        return {
            "success": not self.blocking,
            "expectations": len(self.outcomes),
            "passed": self.passed,
            "suites": [_suite(table, [o for o in self.outcomes if o.table == table]) for table in tables],
        }


def _suite(table: str, outcomes: list[Outcome]) -> dict[str, Any]:
    return {
        "table": table,
        "expectations": len(outcomes),
        "passed": sum(outcome.success for outcome in outcomes),
        "failed": sum(not outcome.success for outcome in outcomes),
        "critical_failed": sum(not o.success and o.severity == CRITICAL for o in outcomes),
        "warnings": [o.expectation for o in outcomes if not o.success and o.severity != CRITICAL],
        "results": [
            {
                "expectation": outcome.expectation,
                "description": outcome.description,
                "severity": outcome.severity,
                "success": outcome.success,
                "failed_rows": outcome.failed,
                "examples": list(outcome.failed_rows),
                "observed": outcome.observed,
            }
            for outcome in outcomes
        ],
    }
