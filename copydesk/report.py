"""A run's report as text: for the terminal, and as Markdown for the run's page. Scraped text in it stays text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from copydesk.article import SET_ASIDE_ROLES, Role
from copydesk.printable import printable
from copydesk.release.markdown import inline
from copydesk.settings import Report
from copydesk.store.place import Place, is_url

_MOST_ROWS = 100


def terminal(report: Report) -> str:
    """The report as a short table, the folder, and the line of Python that loads it."""
    kept = {role: count for role, count in report.lines_by_role.items() if Role(role) not in SET_ASIDE_ROLES}
    aside = {role: count for role, count in report.lines_by_role.items() if Role(role) in SET_ASIDE_ROLES}
    facts = [
        ("articles", f"{report.articles:,}"),
        ("lines kept", f"{sum(kept.values()):,}  ({_counts(kept)})"),
        ("lines set aside", f"{sum(aside.values()):,}  ({_counts(aside)})" if aside else "0"),
        ("quarantined", _quarantine(report)),
        ("expectations", f"{report.passed} of {report.expectations} passed"),
        ("version", report.version if report.new else f"{report.version} (nothing new: it holds the same already)"),
    ]
    if report.review:
        where = "that ask for a look: quality/review.json lists them, and why"
        facts.insert(4, ("for review", f"{len(report.review):,} articles {where}"))
    lines = [f"  {name:<16} {value}" for name, value in facts]
    lines += [f"  {'not met':<16} {printable(warning)}" for warning in report.warnings]
    alarms = ((f"alarm: {alarm['severity']}", alarm["description"]) for alarm in report.alarms)
    lines += [f"  {name:<16} {printable(told)}" for name, told in alarms]
    lines += [f"  {'healed':<16} {printable(done)}" for done in report.healed]
    return "\n".join(
        ["", *_wrapped(lines), "", f"  {printable(str(report.folder))}", f"  {load_line(report.folder)}", ""]
    )


def markdown(report: Report) -> str:
    """The report as Markdown."""
    rows = {
        "articles": f"{report.articles:,}",
        "quarantined": f"{len(report.quarantined):,}",
        "expectations passed": f"{report.passed} of {report.expectations}",
        "new": "yes" if report.new else "no",
    }
    facts = "\n".join(f"| {name} | {value} |" for name, value in rows.items())
    roles = "\n".join(f"| {role} | {count:,} |" for role, count in report.lines_by_role.items())
    warnings = "\n".join(f"- {shown(warning)}" for warning in report.warnings) or "none"
    alarms = "\n".join(f"- {alarm['severity']}: {shown(alarm['description'])}" for alarm in report.alarms) or "none"
    load = f"```python\n{load_line(report.folder)}\n```"
    return (
        f"# Version {report.version}\n\n| | |\n|---|---|\n{facts}\n\n## Lines by role\n\n| role | lines |\n|---|---|\n"
        f"{roles}\n\n## Expectations not met\n\n{warnings}\n\n## Alarms\n\n{alarms}\n\n## Load it\n\n{load}\n"
    )


def quarantine_table(report: Report) -> list[dict[str, str]]:
    """The first hundred rows of the quarantine, as Markdown."""
    columns = ("raw_path", "raw_record", "stage", "reason", "detail")
    return [{name: shown(row[name] or "") for name in columns} for row in report.quarantined[:_MOST_ROWS]]


def review_table(report: Report) -> list[dict[str, str]]:
    """The first hundred articles for review, as Markdown."""
    columns = ("article_id", "source_id", "raw_path", "raw_record")
    return [
        {name: shown(row[name] or "") for name in columns} | {"flags": shown(", ".join(row["flags"]))}
        for row in report.review[:_MOST_ROWS]
    ]


def alarms_table(report: Report) -> list[dict[str, str]]:
    """The first hundred alarms, the gravest first, as Markdown."""
    columns = ("severity", "alarm", "subject", "description")
    return [{name: shown(alarm[name]) for name in columns} for alarm in report.alarms[:_MOST_ROWS]]


def shown(text: str) -> str:
    """A value for the run's page. Prefect reads the cells of a table as Markdown too: a picture would be fetched."""
    return str(inline(printable(text)))


def load_line(folder: Place) -> str:
    """One line of Python that loads the articles."""
    if is_url(folder):
        return f'import copydesk; articles = copydesk.load("{printable(str(folder))}")'
    path = printable(str(Path(folder).resolve()))
    return f'import pandas; articles = pandas.read_parquet(r"{path}/data/articles.parquet")'


def table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    """Rows as lines with aligned columns; the last column is left as it is."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]) - 1)] if rows else []
    for row in rows:
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()


def _counts(by_role: dict[str, int]) -> str:
    return ", ".join(f"{role} {count:,}" for role, count in by_role.items())


def _quarantine(report: Report) -> str:
    reasons = sorted({row["reason"] for row in report.quarantined})
    return f"{len(report.quarantined):,}" + (f"  ({printable(', '.join(reasons))})" if reasons else "")


def _wrapped(lines: Iterable[str], width: int = 110, indent: int = 19) -> Iterable[str]:
    for line in lines:
        rest = line
        while len(rest) > width and (cut := rest.rfind(" ", indent + 1, width)) > 0:
            yield rest[:cut]
            rest = " " * indent + rest[cut + 1 :]
        yield rest
