"""What people are told of a run that they did not watch: a subject and a body, in plain words."""

from __future__ import annotations

import json
from typing import Any

from copydesk.errors import CopydeskError, StoreError
from copydesk.printable import printable
from copydesk.settings import Report
from copydesk.store import open_files

_LONGEST = 1000  # of a fault's own words: they may hold a page


def finished(run: str, outcome: object) -> tuple[str, str]:
    """Subject and body for a run that came to its end. ``outcome`` is a build's report, or a sentence."""
    if not isinstance(outcome, Report):
        return f"{run}: done", printable(str(outcome or ""))
    what = f"version {outcome.version}" if outcome.new else f"nothing new since version {outcome.version}"
    facts = [
        f"{outcome.articles:,} articles",
        f"{len(outcome.quarantined):,} raw files set aside",
        f"{outcome.passed} of {outcome.expectations} expectations passed",
    ]
    if outcome.review:
        facts.append(f"{len(outcome.review):,} to look at")
    lines = [", ".join(facts) + "."]
    if outcome.new:
        lines += [f"{row['table']}: {_counts(row)}" for row in changes_table(outcome) if _counts(row)]
    lines += [f"Not met: {printable(warning)}" for warning in outcome.warnings]
    lines += [f"Alarm, {alarm['severity']}: {printable(alarm['description'])}" for alarm in outcome.alarms]
    lines += [printable(done) for done in outcome.healed]
    what += ", but look: a critical alarm sounds" if outcome.critical else ""
    return f"{run}: {what}", "\n".join([*lines, printable(str(outcome.folder))])


def failed(run: str, error: BaseException | str) -> tuple[str, str]:
    """Subject and body for a run that did not publish. ``error`` is what ended it, in words where that is all."""
    if isinstance(error, CopydeskError):
        return f"{run}: failed (exit code {error.exit_code})", printable(str(error))[:_LONGEST]
    what = f"{type(error).__name__}: {error}" if isinstance(error, BaseException) else error
    return f"{run}: failed", f"{printable(what)[:_LONGEST]}\nThe last version is as it was."


def changes_table(report: Report) -> list[dict[str, Any]]:
    """What the version changed, one row a table: rows added, changed, removed and as they were.

    Empty where the version's own ``changes/changes.json`` does not say, or is not at hand.
    """
    try:
        said = json.loads(open_files(report.folder).read("changes/changes.json"))
        tables = said["tables"] or {}
        names = ("added", "changed", "removed", "unchanged")
        return [{"table": table, **{name: int(counts[name]) for name in names}} for table, counts in tables.items()]
    except (StoreError, OSError, ValueError, KeyError, TypeError, AttributeError):
        return []


def _counts(row: dict[str, Any]) -> str:
    return ", ".join(f"{row[name]:,} {name}" for name in ("added", "changed", "removed") if row[name])
