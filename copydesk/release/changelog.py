"""``CHANGELOG.md`` and ``changes/changes.json``: what changed since the last version, in numbers."""

from __future__ import annotations

from typing import Any

from copydesk.release.causes import CAUSES
from copydesk.release.data import to_parquet
from copydesk.release.diff import EXAMPLES, ROWS, Changes, TableChanges
from copydesk.release.follow import ChangedRow
from copydesk.release.manifest import as_json
from copydesk.release.markdown import render
from copydesk.release.model import Release
from copydesk.tables import SCHEMA_VERSION, table

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
        facts=release.facts,
        shown=_SHOWN,
        tools=_tools(release),
        packs=_packs(release),
        causes=CAUSES,
        schema_version=SCHEMA_VERSION,
        warnings=[
            (suite.get("table", ""), warning)
            for suite in release.validation.get("suites", [])
            for warning in suite.get("warnings", [])
        ],
    )


def _tools(release: Release) -> list[tuple[str, str, str | None]]:
    """What the version was made with: a name, the version of it, and the one before where it was another."""
    now, before = release.provenance, release.previous_provenance
    return [
        (name, str(now[key]), str(before[key]) if before.get(key) not in (None, now[key]) else None)
        for key, name in (("rules_version", "Rules"), ("authority_version", "names"), ("copydesk", "Copydesk"))
        if now.get(key)
    ]


def _packs(release: Release) -> list[tuple[str, str | None, str | None]]:
    """Packs that are others than in the version before: the name, what it was, what it is."""
    now, before = release.provenance.get("packs"), release.previous_provenance.get("packs")
    if not now or not before:
        return []
    return [
        (name, before.get(name), now.get(name)) for name in sorted({*now, *before}) if before.get(name) != now.get(name)
    ]


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


def changes_rows(release: Release) -> bytes:
    """``changes/changes.parquet``: every row that was added, changed or removed, and why (``diff.ROWS``).

    Without rows for a first version, in which every row is new.
    """
    return to_parquet(release.changes.rows if release.changes else ROWS.empty_table())


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
        "changed": counted.changed,
        "unchanged": counted.unchanged,
        "changed_by_column": dict(counted.columns),
        "changed_by_rule": dict(counted.rules),
        "changed_by_cause": dict(counted.causes),
        "added_by_cause": dict(counted.added_causes),
        "removed_by_cause": dict(counted.removed_causes),
        "added_keys": [list(key) for key in counted.added_keys],
        "removed_keys": [list(key) for key in counted.removed_keys],
        "changed_rows": [_row(row) for row in counted.changed_rows],
    }


def _row(row: ChangedRow) -> dict[str, Any]:
    value: dict[str, Any] = {"key": list(row.key), "columns": list(row.columns)}
    return value | ({"cause": row.cause} if row.cause else {}) | ({"rules": list(row.rules)} if row.rules else {})


def _key_names(name: str) -> list[str] | None:
    try:
        return list(table(name).key)
    except KeyError:  # a table of an earlier schema
        return None
