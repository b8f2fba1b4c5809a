"""``croissant.json``: the version for loaders of machine-learning data, in Croissant 1.1 with its RAI vocabulary.

``mlcroissant`` hands text that it reads from Parquet on as bytes; the card says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from copydesk.release.citation import bibtex
from copydesk.release.facts import NONE, Facts, homepages
from copydesk.release.manifest import Resource, as_json
from copydesk.release.model import Creator, DatasetInfo, Release
from copydesk.release.responsible import responsible
from copydesk.tables import TABLES, Column, Table

CONFORMS_TO = ("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0")

_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "prov": "http://www.w3.org/ns/prov#",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {
    name: f"cr:{name}"
    for name in (
        "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
        "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
        "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
        "source", "subField", "transform",
    )
}  # fmt: skip
"""All of it, used or not: mlcroissant warns of every term that is left out."""

_TYPES: Mapping[str, str] = {
    "string": "sc:Text",
    "int32": "cr:Int32",
    "int64": "cr:Int64",
    "float64": "cr:Float64",
    "bool": "sc:Boolean",
    "date": "sc:Date",
    "timestamp": "sc:DateTime",
    "list": "sc:Text",
}


def croissant(release: Release, resources: Sequence[Resource]) -> bytes:
    """``croissant.json``. Croissant Format Specification, version 1.1."""
    info, found = release.info, release.facts
    value: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": list(CONFORMS_TO),
        "name": info.name,
        "alternateName": info.title,
        "description": info.description,
        "version": release.version,
        "license": info.license_url or info.license,
        "url": _url(info),
        "creator": [_creator(creator) for creator in info.creators],
        "publisher": {"@type": "sc:Organization", "name": info.publisher},
        "datePublished": release.as_of.isoformat(),
        "keywords": list(info.keywords),
        "inLanguage": list(info.languages) or sorted(tag for tag, _ in found.languages if tag != NONE),
        "temporalCoverage": f"{found.first}/{found.last}" if found.first else None,
        "citeAs": bibtex(release),
        "isLiveDataset": False,
        "prov:wasDerivedFrom": [{"@id": page} for page in homepages(release.tables["sources"])],
        "distribution": [_file(resource) for resource in resources],
        "recordSet": [_record_set(table, resources, info, found) for table in TABLES],
        **responsible(release, found),
    }
    return as_json({key: item for key, item in value.items() if item not in ([], None)})


def _url(info: DatasetInfo) -> str:
    """The dataset's page. The format wants one: where none was given it is the card beside this file."""
    return info.homepage or (f"https://doi.org/{info.doi}" if info.doi else "README.md")


def _creator(creator: Creator) -> dict[str, Any]:
    value: dict[str, Any] = {"@type": "sc:Person" if creator.family_names else "sc:Organization", "name": creator.name}
    if creator.family_names:
        value |= {"givenName": creator.given_names, "familyName": creator.family_names}
    if creator.orcid:
        value["identifier"] = creator.orcid
    if creator.affiliation:
        value["affiliation"] = {"@type": "sc:Organization", "name": creator.affiliation}
    return value


def _file(resource: Resource) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": resource.path,
        "name": resource.name,
        "contentUrl": resource.path,
        "contentSize": f"{resource.bytes} B",
        "encodingFormat": _FORMATS[resource.format],
        "sha256": resource.sha256,
    }


_FORMATS: Mapping[str, str] = {"parquet": "application/x-parquet", "csv": "text/csv"}
"""mlcroissant reads Parquet under this name alone, not under the registered one."""


def _record_set(table: Table, resources: Sequence[Resource], info: DatasetInfo, found: Facts) -> dict[str, Any]:
    file = next(resource for resource in resources if resource.table == table.name and resource.format == "parquet")
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": f"{table.description} Rows: {found.rows[table.name]}.",
        "key": [{"@id": f"{table.name}/{name}"} for name in table.key],
        "field": [_field(column, table, file.path, info.text) for column in table.columns],
    }


def _field(column: Column, table: Table, file: str, text: str) -> dict[str, Any]:
    description = column.description + (f" Unit: {column.unit}." if column.unit else "")
    value: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": description + (" Withheld: always empty." if column.carries_text and text == "none" else ""),
        "dataType": _TYPES[column.type],
        "source": {"fileObject": {"@id": file}, "extract": {"column": column.name}},
    }
    if column.type == "list":
        value |= {"isArray": True, "arrayShape": "-1"}
    # No `references`: mlcroissant would join the tables instead of reading the one that is asked for.
    return value
