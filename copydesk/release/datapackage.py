"""``datapackage.json``: every file, column, unit, key and constraint, in the words of Data Package v2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from copydesk.formulas import FORMULA_GUARD
from copydesk.release.licenses import known_license
from copydesk.release.manifest import Resource, as_json
from copydesk.release.model import DatasetInfo, Release
from copydesk.tables import SCHEMA_VERSION, TABLES, Column, Table, table

_TYPES: Mapping[str, Mapping[str, str]] = {
    "string": {"type": "string"},
    "int32": {"type": "integer"},
    "int64": {"type": "integer"},
    "float64": {"type": "number"},
    "bool": {"type": "boolean"},
    "date": {"type": "date"},
    "timestamp": {"type": "datetime"},
    "list": {"type": "array"},
}

_DIALECT = {
    "header": True,
    "delimiter": ",",
    "lineTerminator": "\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "skipInitialSpace": False,
}


def datapackage(release: Release, resources: Sequence[Resource]) -> bytes:
    """``datapackage.json``. Data Package Standard, version 2.0."""
    info = release.info
    known = known_license(info.license)
    value: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": info.name,
        "title": info.title,
        "description": info.description,
        "version": release.version,
        "created": f"{release.as_of.isoformat()}T00:00:00Z",
        "licenses": [{"name": info.license, "path": info.license_url, "title": known.name if known else info.license}],
        "contributors": _contributors(info),
        "keywords": list(info.keywords),
        "sources": _sources(release),
        "resources": [_resource(resource, info) for resource in resources],
        "schema_version": SCHEMA_VERSION,
        "content_hash": release.content_hash,
        "text": info.text,
    }
    if info.homepage:
        value["homepage"] = info.homepage
    if info.doi:
        value["id"] = f"https://doi.org/{info.doi}"
    return as_json({key: item for key, item in value.items() if item not in ([], None)})


def _contributors(info: DatasetInfo) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = []
    for creator in info.creators:
        person: dict[str, Any] = {"title": creator.name, "roles": ["creator"]}
        if creator.family_names and creator.given_names:
            person |= {"givenName": creator.given_names, "familyName": creator.family_names}
        if creator.orcid:
            person["path"] = creator.orcid
        if creator.affiliation:
            person["organization"] = creator.affiliation
        people.append(person)
    return [*people, {"title": info.publisher, "roles": ["publisher"]}]


def _sources(release: Release) -> list[dict[str, str]]:
    rows = release.tables["sources"].select(["source_id", "name", "homepage"]).to_pylist()
    return [
        {"title": row["name"] or row["source_id"]} | ({"path": row["homepage"]} if row["homepage"] else {})
        for row in rows
    ]


def _resource(resource: Resource, info: DatasetInfo) -> dict[str, Any]:
    registered = table(resource.table)
    value: dict[str, Any] = {
        "name": resource.name,
        "type": "table",
        "title": registered.name,
        "description": registered.description,
        "path": resource.path,
        "format": resource.format,
        "mediatype": resource.media_type,
        "bytes": resource.bytes,
        "hash": f"sha256:{resource.sha256}",
        "rows": resource.rows,
    }
    if resource.format == "csv":
        value |= {"encoding": "utf-8", "dialect": _DIALECT, "formula_guard": FORMULA_GUARD}
    return value | {"schema": _schema(registered, resource.format, info.text)}


def _schema(registered: Table, format_: str, text: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column, registered, text) for column in registered.columns]}
    if all(registered.column(name).required for name in registered.key):
        schema["primaryKey"] = list(registered.key)
    else:
        # The standard takes every part of a primary key to be required; this key may have an empty part.
        schema["uniqueKeys"] = [list(registered.key)]
    suffix = "-csv" if format_ == "csv" else ""
    if references := _references(registered, suffix):
        schema["foreignKeys"] = references
    return schema | {"missingValues": [""]}


def _field(column: Column, registered: Table, text: str) -> dict[str, Any]:
    withheld = column.carries_text and text == "none"
    constraints: dict[str, Any] = {}
    if column.required and not withheld:
        constraints["required"] = True
    if registered.key == (column.name,):
        constraints["unique"] = True
    description = column.description + (" Withheld in this version: always empty." if withheld else "")
    field: dict[str, Any] = {"name": column.name, **_TYPES[column.type], "description": description}
    if column.type == "list":
        # Not the standard's `jsonSchema` constraint: frictionless, its own validator, does not know it on arrays.
        field["arrayItem"] = {"type": "string"}
    if column.categories:
        field["categories"] = list(column.categories)
        constraints["enum"] = list(column.categories)
    if constraints:
        field["constraints"] = constraints
    if column.unit:
        field["unit"] = column.unit
    return field | {"source": column.source}


def _references(registered: Table, suffix: str) -> list[dict[str, Any]]:
    """A column that is named like another table's whole key refers to it."""
    names = {column.name for column in registered.columns}
    return [
        {"fields": [other.key[0]], "reference": {"resource": other.name + suffix, "fields": [other.key[0]]}}
        for other in TABLES
        if other.name != registered.name and len(other.key) == 1 and other.key[0] in names
    ]
