"""A version's page: what it is, in figures and pictures; its rows, columns, files, checks and documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import release as files
from copydesk.article import SET_ASIDE_ROLES, Role
from copydesk.bulk import Rows, Tables, parts, totals
from copydesk.proofs import FOLDER as PROOFS
from copydesk.proofs import INDEX as PROOFS_INDEX
from copydesk.release.changelog import changelog
from copydesk.release.citation import bibtex, sentence
from copydesk.release.datasheet import datasheet
from copydesk.release.facts import NONE, Count, Facts
from copydesk.release.licenses import known_license
from copydesk.release.manifest import Resource
from copydesk.release.model import Release
from copydesk.site import checks
from copydesk.site.charts import bar_chart, spark_chart
from copydesk.site.markup import number, render, short
from copydesk.site.preview import ROWS, for_review, newest
from copydesk.site.prose import html_of
from copydesk.site.timeline import Timeline, articles_over_time, people_over_time
from copydesk.tables import SCHEMA_VERSION, TABLES

BARS = 12
"""Bars in a chart; the table beside it has the rest."""
LISTED = 60
"""Rows of a table of counts, and alarms."""
_ALARM = 400  # code points

_PLURALS = {"day of publication": "days of publication"}
_TOLD = {
    files.README: "the card",
    files.DATASHEET: "the datasheet",
    files.CHANGELOG: "what changed",
    files.LICENSE: "the terms",
    files.CITATION: "how to cite it",
    files.DATAPACKAGE: "for programs: Data Package",
    files.MANIFEST: "for programs: the manifest",
    files.SUMS: "the SHA-256 of every file",
    files.CHANGES: "for programs: what changed",
    "croissant.json": "for programs: Croissant",
    "quality/validation.json": "for programs: what the checks found",
    checks.PATH: "what the checks found",
    "quality/review.json": "for programs: what to look at",
    "quality/alarms.json": "for programs: what is unlike the versions before",
    "quality/profile.json": "for programs: the version in figures, for those after it",
    "quality/profiles.parquet": "which lines came back, by source",
}

Loaders = Mapping[str, Mapping[str, str]]
"""What each loader makes of each type of column: by loader, then by type, in words."""


def version_page(
    release: Release, resources: Sequence[Resource], *, loaders: Loaders | None = None, dataset: str | None = None
) -> bytes:
    """``index.html`` of a version: one file in UTF-8. Equal values give equal bytes.

    ``resources`` are the version's tables as they were written, ``loaders`` what was found when they were read back,
    and ``dataset`` is the relative address of the dataset's own page, where there is one.
    """
    found = release.facts
    asides = _set_aside(release.tables["blocks"])
    review_count, review = for_review(release.tables, release.extra_files)
    return render(
        "version.html.jinja",
        release=release,
        info=release.info,
        dataset=dataset,
        schema_version=SCHEMA_VERSION,
        license=known_license(release.info.license),
        withheld=release.info.text == "none",
        facts=found,
        figures=_figures(found),
        pictures=_pictures(found, asides),
        timelines=_timelines(release.tables, found),
        rows=newest(release.tables, release.extra_files),
        most_rows=ROWS,
        review=review,
        review_count=review_count,
        tables=TABLES,
        downloads=_downloads(resources),
        sums="".join(f"{resource.sha256}  {resource.path}\n" for resource in resources),
        documents=_documents(release),
        checks=checks.PATH if checks.PATH in release.extra_files else None,
        suites=[_suite(suite) for suite in release.validation.get("suites", [])],
        alarms=[
            (alarm["severity"], short(alarm["description"], _ALARM))
            for alarm in release.alarms.get("alarms", [])[:LISTED]
        ],
        loaders=loaders,
        proofs=f"{PROOFS}/{PROOFS_INDEX}" if f"{PROOFS}/{PROOFS_INDEX}" in release.extra_files else None,
        datasheet=html_of(datasheet(release), 1),
        changes=html_of(changelog(release), 1),
        cite=sentence(release),
        bibtex=bibtex(release),
    )


def _figures(found: Facts) -> list[tuple[str, str]]:
    words = [role for role in found.roles if role.role != Role.BLANK]
    lines = sum(role.lines for role in words)
    aside = sum(role.lines for role in words if role.treatment == "set aside")
    counted = [
        ("article", found.rows["articles"]),
        ("source", found.rows["sources"]),
        ("day of publication", found.days),
        ("language", sum(tag != NONE for tag, _ in found.languages)),
        ("word", found.words),
    ]
    told = [(name if count == 1 else _PLURALS.get(name, f"{name}s"), number(count)) for name, count in counted]
    return [*told, ("of all lines set aside", f"{100 * aside / lines:.0f} %" if lines else "0 %")]


def _set_aside(blocks: Rows) -> tuple[Count, ...]:
    """Lines set aside, by the rule that did it, most first. Blank lines are neither kept nor set aside."""
    rows = totals(_lines_aside(blocks), ["rule"], [("lines", "sum")])
    return tuple(sorted(((row["rule"], row["lines_sum"]) for row in rows), key=lambda pair: (-pair[1], pair[0])))


def _lines_aside(blocks: Rows) -> Iterator[pa.Table]:
    roles = pa.array(sorted(role.value for role in SET_ASIDE_ROLES - {Role.BLANK}))
    for part in parts(blocks, ["role", "rule", "line_start", "line_end"]):
        chosen = part.filter(pc.is_in(part["role"], value_set=roles))
        lines = pc.subtract(chosen["line_end"], chosen["line_start"])
        yield pa.table({"rule": chosen["rule"], "lines": lines})


def _pictures(found: Facts, rules: Sequence[Count]) -> list[dict[str, Any]]:
    roles = [
        (role.role.replace("_", " "), role.lines)
        for role in found.roles
        if role.treatment == "set aside" and role.role != Role.BLANK
    ]
    by_lines = sorted(roles, key=lambda pair: (-pair[1], pair[0]))
    return [
        _picture("roles", "What the lines set aside were", "Role", "Lines", by_lines, "stroke"),
        _picture("rules", "Which rules set them aside", "Rule", "Lines", rules, "stroke"),
        _picture("whole", "Whether the article is whole", "Completeness", "Articles", found.completeness, "field"),
    ]


def _picture(name: str, title: str, what: str, unit: str, pairs: Sequence[Count], colour: str) -> dict[str, Any]:
    shown = pairs[:BARS]
    told = "; ".join(f"{value} {number(count)}" for value, count in shown) or "Nothing."
    return {
        "name": name,
        "title": title,
        "what": what,
        "unit": unit,
        "pairs": [(short(value), count) for value, count in pairs[:LISTED]],
        "more": max(0, len(pairs) - LISTED),
        "chart": bar_chart(name, f"{title}, {unit.lower()}", told, shown, colour) if shown else None,
        "hidden": max(0, len(pairs) - BARS),
    }


def _timelines(tables: Tables, found: Facts) -> list[dict[str, Any]]:
    undated = found.rows["articles"] - found.dated
    made = [
        ("articles", "Articles by source and {}", "Source", "Articles", articles_over_time(tables), "field"),
        ("people", "People most mentioned, by {}", "Person", "Mentions", people_over_time(tables), "field"),
    ]
    return [
        {
            "name": name,
            "title": title.format(line.unit),
            "what": what,
            "figure": figure,
            "line": line,
            "undated": undated,
            "rows": [
                (
                    short(row.name, 40),
                    row,
                    spark_chart(
                        f"{name}{place}",
                        f"{short(row.name, 40)}: {figure.lower()} by {line.unit}",
                        _told(row.counts, line),
                        row.counts,
                        line.most,
                        colour,
                    ),
                )
                for place, row in enumerate(line.rows)
            ],
        }
        for name, title, what, figure, line, colour in made
        if line
    ]


def _told(counts: Sequence[int], line: Timeline) -> str:
    most = max(counts)
    if not most:
        return "None has a date."
    return f"From {line.periods[0]} to {line.periods[-1]}. Most: {number(most)}, {line.periods[counts.index(most)]}."


def _downloads(resources: Sequence[Resource]) -> list[tuple[str, int, list[Resource]]]:
    """By table: its name, its rows, its files."""
    by_table: dict[str, list[Resource]] = {}
    for resource in resources:
        by_table.setdefault(resource.table, []).append(resource)
    return [(table, sum(r.rows for r in found if r.format == "parquet"), found) for table, found in by_table.items()]


def _documents(release: Release) -> list[tuple[str, str]]:
    """The files beside the tables, and what each is."""
    extra = [path for path in release.extra_files if not path.startswith(f"{PROOFS}/") and path not in files.OWN]
    return [(path, _TOLD.get(path, "")) for path in (*files.OWN, *sorted(extra))]


def _suite(suite: Mapping[str, Any]) -> dict[str, Any]:
    results = [result for result in suite.get("results", []) if not result["success"]]
    return {
        "table": suite.get("table", ""),
        "expectations": suite.get("expectations", 0),
        "passed": suite.get("passed", 0),
        "failed": suite.get("failed", 0),
        "unmet": [
            (
                short(result.get("description") or result["expectation"]),
                result["severity"],
                result.get("failed_rows", 0),
            )
            for result in results
        ],
    }
