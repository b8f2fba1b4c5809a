"""``CHANGELOG.md`` and ``changes/changes.json``: what changed since the last version, in numbers."""

from __future__ import annotations

from typing import Any

from copydesk.release.diff import EXAMPLES, RECLEANED, SOURCE_UPDATED, ChangedRow, Changes, TableChanges
from copydesk.release.facts import facts
from copydesk.release.manifest import as_json
from copydesk.release.markdown import render
from copydesk.release.model import Release
from copydesk.tables import SCHEMA_VERSION, table

_CAUSES = {SOURCE_UPDATED: "the raw page is another", RECLEANED: "cleaned anew from the same raw page"}
_SHOWN = 10  # keys in the changelog; changes.json has more


def changelog(release: Release) -> bytes:
    """``CHANGELOG.md``. Its sections are the same in every version."""
    known = release.changes is not None or release.previous is None
    return render(
        "CHANGELOG.md.jinja",
        release=release,
        info=release.info,
        first=release.previous is None,
        known=known,
        changes=release.changes,
        facts=facts(release.tables),
        shown=_SHOWN,
        causes=_CAUSES,
        schema_version=SCHEMA_VERSION,
        warnings=[
            (suite.get("table", ""), warning)
            for suite in release.validation.get("suites", [])
            for warning in suite.get("warnings", [])
        ],
    )


def changes_file(release: Release) -> bytes:
    """``changes/changes.json``: counts by table, and up to 50 keys of each kind, in the order of the keys."""
    value: dict[str, Any] = {
        "dataset": release.info.name,
        "from": release.previous,
        "to": release.version,
        "examples_at_most": EXAMPLES,
    }
    if release.changes is None:
        return as_json(value | {"computed": False, "schema": None, "tables": None})
    return as_json(value | {"computed": True} | _changes(release.changes))


def _changes(changes: Changes) -> dict[str, Any]:
    return {
        "first": changes.first,
        "schema": changes.schema,
        "schema_notes": list(changes.schema_notes),
        "tables": {name: _table(name, counted) for name, counted in changes.tables.items()},
    }


def _table(name: str, counted: TableChanges) -> dict[str, Any]:
    return {
        "key": _key_names(name),
        "added": counted.added,
        "removed": counted.removed,
        "withdrawn": counted.withdrawn,
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "changed_by_column": dict(counted.columns),
        "changed_by_cause": dict(counted.causes),
        "withdrawn_by_cause": {"takedown": counted.withdrawn} if counted.withdrawn else {},
        "added_keys": [list(key) for key in counted.added_keys],
        "removed_keys": [list(key) for key in counted.removed_keys],
        "changed_rows": [_row(row) for row in counted.changed_rows],
    }


def _row(row: ChangedRow) -> dict[str, Any]:
    return {"key": list(row.key), "columns": list(row.columns)} | ({"cause": row.cause} if row.cause else {})


def _key_names(name: str) -> list[str] | None:
    try:
        return list(table(name).key)
    except KeyError:  # a table of an earlier schema
        return None
