"""``release.json``: what this version is, for programs. Its shape is ``release.schema.json`` beside this file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from copydesk.release import SIGNATURE
from copydesk.release.causes import OF_CHANGES, TAKEDOWN
from copydesk.release.datasheet import unanswered
from copydesk.release.diff import Changes, diff
from copydesk.release.model import Release
from copydesk.release.signing import Signer
from copydesk.tables import SCHEMA_VERSION, TABLES

PARQUET_MEDIA_TYPE = "application/vnd.apache.parquet"
CSV_MEDIA_TYPE = "text/csv"


@dataclass(frozen=True, slots=True)
class Resource:
    """One data file of a version, as it was written."""

    name: str
    """Unique in the version: the table's name for Parquet, with ``-csv`` for CSV."""
    table: str
    format: str
    media_type: str
    rows: int
    path: str
    bytes: int
    sha256: str
    logical_bytes: int = 0
    """Of the values, as ``hashing.logical_size`` has them."""


def manifest(release: Release, resources: Sequence[Resource]) -> bytes:
    """``release.json``."""
    return as_json(
        {
            "dataset": release.info.name,
            "title": release.info.title,
            "version": release.version,
            "schema_version": SCHEMA_VERSION,
            "previous": release.previous,
            "status": "success",
            "released": release.as_of.isoformat(),
            "license": release.info.license,
            "text": release.info.text,
            "change_class": change_class(release, resources),
            "row_count": {table.name: release.tables[table.name].num_rows for table in TABLES},
            "content_hash": release.content_hash,
            "takedowns": release.takedowns,
            "resources": [
                {
                    "name": resource.name,
                    "table": resource.table,
                    "path": resource.path,
                    "format": resource.format,
                    "bytes": resource.bytes,
                    "sha256": resource.sha256,
                    "media_type": resource.media_type,
                    "rows": resource.rows,
                }
                for resource in resources
            ],
            "channel": release.info.channel,
            "notes": release.info.notes,
            "gates": [{"gate": gate.name, "found": gate.found, "accepted": gate.accepted} for gate in release.gates],
            "datasheet": {"unanswered": list(unanswered(release))},
            "validation": ordered(release.validation),
            "provenance": ordered(release.provenance),
            "signed": release.signer is not None,
            "signature": signature_of(release.signer),
        }
    )


def signature_of(signer: Signer | None) -> dict[str, str] | None:
    """What release.json says of the signature, before it is made: the sums that are signed cover release.json."""
    return {"path": SIGNATURE, "key_id": signer.key_id, "public_key": signer.public_key} if signer else None


def change_class(release: Release, resources: Sequence[Resource]) -> dict[str, Any]:
    """What kind of change this version is, computed from the difference to the one before it.

    ``schema`` is ``unknown``, and the counts are null, where there is a version before but no difference was given.
    """
    changes = release.changes
    if changes is None and release.previous is not None:
        return _UNKNOWN
    changes = changes or diff(None, release.tables)
    repackaged = changes.same and any(
        release.previous_files.get(resource.path, resource.sha256) != resource.sha256 for resource in resources
    )
    articles = changes.tables.get("articles")
    causes: Mapping[str, int] = articles.causes if articles else {}
    return {
        "first": changes.first,
        "schema": changes.schema,
        "rows": {
            "added": changes.total("added"),
            "changed": changes.total("changed"),
            "removed": changes.total("removed"),
            "withdrawn": changes.withdrawn,
            "unchanged": changes.total("unchanged"),
        },
        "tables": {
            name: {
                "added": table.added,
                "changed": table.changed,
                "removed": table.removed,
                "withdrawn": table.removed_causes.get(TAKEDOWN, 0),
                "unchanged": table.unchanged,
            }
            for name, table in changes.tables.items()
        },
        "values": {cause: causes.get(cause, 0) for cause in sorted(OF_CHANGES)},
        "docs_only": changes.same and not repackaged,
        "repackaged": repackaged,
        "croissant_bump": _croissant(changes, repackaged),
        "datapackage_bump": _datapackage(changes, repackaged),
    }


_UNKNOWN = {
    "first": False,
    "schema": "unknown",
    "rows": None,
    "tables": None,
    "values": None,
    "docs_only": False,
    "repackaged": False,
    "croissant_bump": None,
    "datapackage_bump": None,
}


def _croissant(changes: Changes, repackaged: bool) -> str | None:
    """Croissant 1.1, Versioning: data that was there and is other now is a major change, more of it a minor one."""
    if changes.first:
        return None
    if changes.schema == "breaking" or changes.total("changed") or changes.total("removed"):
        return "major"
    if changes.schema == "additive" or changes.total("added"):
        return "minor"
    return "patch" if repackaged else "none"


def _datapackage(changes: Changes, repackaged: bool) -> str | None:
    """Data Package, Data Package Version: another schema is major, other rows are minor, mended values a patch."""
    if changes.first:
        return None
    if changes.schema != "none":
        return "major"
    if changes.total("added") or changes.total("removed"):
        return "minor"
    return "patch" if changes.total("changed") or repackaged else "none"


def ordered(value: Any) -> Any:
    """A JSON value with the keys of every mapping sorted: equal values, equal bytes."""
    if isinstance(value, Mapping):
        return {key: ordered(value[key]) for key in sorted(value)}
    return [ordered(item) for item in value] if isinstance(value, (list, tuple)) else value


def as_json(value: Any) -> bytes:
    """A descriptor as indented UTF-8 JSON, its keys in the order given. Raises ValueError for NaN or infinity."""
    return (json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()
