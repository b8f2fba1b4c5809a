"""Files against SHA256SUMS, release.json, datapackage.json and the dataset's index. Reads every byte, not the rows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from copydesk.release import CITATION, CROISSANT, DATACITE, DATAPACKAGE
from copydesk.store.errors import BrokenStore
from copydesk.store.layout import RELEASE, SUMS, VERSIONS
from copydesk.store.plan import parse_version
from copydesk.store.read import folder_reader, read_index
from copydesk.store.sums import compare, parse_sums, read_plain, sha256_of
from copydesk.tables import SCHEMA_VERSION, TABLES, Column, table
from copydesk.verify.finding import Finding

_ALSO_VERSIONED = (DATAPACKAGE, CROISSANT, DATACITE)
_CITED_VERSION = re.compile(r"""^version: *["']?([^"'\n]*?)["']? *$""", re.MULTILINE)
_SCHEMA = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,6})")
_FIELD_TYPES: Mapping[str, str] = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "float64": "number",
    "bool": "boolean",
    "date": "date",
    "timestamp": "datetime",
    "list": "array",
}
"""A column's type in the registry, and what Data Package v2 calls it."""


def check_files(folder: Path) -> list[Finding]:
    """Every file's hash against SHA256SUMS, and nothing missing or added."""
    return [Finding("files", difference.path, difference.what) for difference in compare(folder)]


def check_index(folder: Path) -> list[Finding]:
    """A version that lies in a dataset is the one that the dataset's index lists."""
    if folder.parent.name != VERSIONS:
        return []
    dataset = folder.parent.parent
    try:
        entries = read_index(folder_reader(dataset), str(dataset))
    except BrokenStore as error:
        return [Finding("index", "index.json", str(error))]
    if entries is None:
        return []
    for entry in entries:
        if entry.version == folder.name:
            return [
                Finding("index", name, f"its SHA-256 is not the one that index.json lists for {entry.version}")
                for name, expected in ((RELEASE, entry.release_sha256), (SUMS, entry.sums_sha256))
                if sha256_of(folder / name) != expected
            ]
    return [Finding("index", folder.name, "index.json does not list this version")]


def check_descriptors(folder: Path) -> list[Finding]:
    """release.json against the files and against the other descriptors. The files are as SHA256SUMS says."""
    release, findings = read_json(folder, RELEASE)
    if release is None:
        return findings
    try:
        return [
            *_check_release(folder, release),
            *_check_resources(folder, release),
            *_check_datapackage(folder, release),
            *_check_croissant(folder, release),
            *_check_versions(folder, release["version"]),
        ]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        return [
            Finding("descriptors", RELEASE, f"it has not the shape of a manifest ({type(error).__name__}: {error})")
        ]


def read_json(folder: Path, path: str) -> tuple[dict[str, Any] | None, list[Finding]]:
    """A descriptor, or why there is none."""
    try:
        value = json.loads(read_plain(folder / path))
    except FileNotFoundError:
        return None, [Finding("descriptors", path, "it is not there")]
    except (OSError, ValueError, RecursionError) as error:
        return None, [Finding("descriptors", path, f"it is not JSON: {error}")]
    if not isinstance(value, dict):
        return None, [Finding("descriptors", path, "it is not a JSON object")]
    return value, []


def paths_of(release: Mapping[str, Any], name: str, format_: str) -> list[str]:
    """Where a table's files of one format lie, below the version's folder, in order."""
    return [
        resource["path"]
        for resource in release["resources"]
        if resource["table"] == name and resource["format"] == format_
    ]


def _check_release(folder: Path, release: Mapping[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    version = release["version"]
    if parse_version(version) is None:
        findings.append(Finding("descriptors", RELEASE, f"its version {version!r} is not YYYY.M.N"))
    elif folder.parent.name == VERSIONS and folder.name != version:
        findings.append(Finding("descriptors", RELEASE, f"it is of version {version}, in the folder of {folder.name}"))
    if release["status"] != "success" or release["validation"]["success"] is not True:
        findings.append(Finding("descriptors", RELEASE, "it does not say that the version was valid"))
    if release["schema_version"] != SCHEMA_VERSION and not _is_older(release["schema_version"]):
        what = (
            f"it follows version {release['schema_version']} of the tables, and this copydesk knows {SCHEMA_VERSION}: "
            "its rows were not checked; use a newer copydesk"
        )
        findings.append(Finding("descriptors", RELEASE, what))
    return findings


def _is_older(schema: str) -> bool:
    """A schema of tables before this one: such a version is no worse for it, and whoever reads what is said of it hears
    that its rows were not looked at."""
    found = _SCHEMA.fullmatch(schema)
    return found is not None and [int(part) for part in found.groups()] < [
        int(part) for part in SCHEMA_VERSION.split(".")
    ]


def _check_resources(folder: Path, release: Mapping[str, Any]) -> list[Finding]:
    findings: list[Finding] = []
    sums = parse_sums((folder / SUMS).read_bytes())
    resources: Sequence[Mapping[str, Any]] = release["resources"]
    for kind in ("name", "path"):
        values = [resource[kind] for resource in resources]
        findings.extend(
            Finding("descriptors", RELEASE, f"two resources have the {kind} {value!r}")
            for value in sorted({value for value in values if values.count(value) > 1})
        )
    for resource in resources:
        path = resource["path"]
        if path not in sums:
            findings.append(Finding("descriptors", RELEASE, f"{path} is a resource, and there is no such file"))
            continue
        if resource["sha256"] != sums[path]:
            findings.append(Finding("descriptors", RELEASE, f"{path} has another SHA-256 than it says"))
        if resource["bytes"] != (size := (folder / path).stat().st_size):
            findings.append(
                Finding("descriptors", RELEASE, f"{path} has {size} bytes, and it says {resource['bytes']}")
            )
        if resource["rows"] != release["row_count"].get(resource["table"]):
            findings.append(Finding("descriptors", RELEASE, f"{path}: rows differ from row_count"))
    described = {resource["path"] for resource in resources}
    findings.extend(
        Finding("descriptors", RELEASE, f"{path} is a data file, and no resource describes it")
        for path in sums
        if path.startswith(("data/", "csv/")) and path not in described
    )
    findings.extend(
        Finding("descriptors", RELEASE, f"the table {registered.name} has no {format_} file")
        for registered in (TABLES if release["schema_version"] == SCHEMA_VERSION else ())
        for format_ in ("parquet", "csv")
        if not paths_of(release, registered.name, format_)
    )
    return findings


def _check_datapackage(folder: Path, release: Mapping[str, Any]) -> list[Finding]:
    package, findings = read_json(folder, DATAPACKAGE)
    if package is None:
        return findings
    for key in ("schema_version", "content_hash", "text"):
        if package[key] != release[key]:
            findings.append(Finding("descriptors", DATAPACKAGE, f"{key} is not what {RELEASE} says"))
    ours = {resource["path"]: resource for resource in release["resources"]}
    theirs = {resource["path"]: resource for resource in package["resources"]}
    if list(ours) != list(theirs):
        return [*findings, Finding("descriptors", DATAPACKAGE, f"its resources are not those of {RELEASE}")]
    for path, resource in theirs.items():
        said = (resource["name"], resource["format"], resource["mediatype"], resource["bytes"], resource["rows"])
        meant = tuple(ours[path][key] for key in ("name", "format", "media_type", "bytes", "rows"))
        if said != meant or resource["hash"] != f"sha256:{ours[path]['sha256']}":
            findings.append(Finding("descriptors", DATAPACKAGE, f"{path} is described otherwise than in {RELEASE}"))
        if release["schema_version"] == SCHEMA_VERSION:
            columns = table(ours[path]["table"]).columns
            fields = [(field["name"], field["type"], _required(field)) for field in resource["schema"]["fields"]]
            if fields != [_field(column, release["text"]) for column in columns]:
                findings.append(Finding("descriptors", DATAPACKAGE, f"{path}: its fields are not the table's columns"))
    return findings


def _check_croissant(folder: Path, release: Mapping[str, Any]) -> list[Finding]:
    croissant, findings = read_json(folder, CROISSANT)
    if croissant is None:
        return findings if (folder / CROISSANT).exists() else []
    said = {file["contentUrl"]: file["sha256"] for file in croissant["distribution"]}
    if said != {resource["path"]: resource["sha256"] for resource in release["resources"]}:
        return [Finding("descriptors", CROISSANT, f"its files are not those of {RELEASE}")]
    return []


def _field(column: Column, text: str) -> tuple[str, str, bool]:
    return column.name, _FIELD_TYPES[column.type], column.required and not (column.carries_text and text == "none")


def _required(field: Mapping[str, Any]) -> bool:
    return field.get("constraints", {}).get("required", False) is True


def _check_versions(folder: Path, version: str) -> list[Finding]:
    findings = []
    for path in _ALSO_VERSIONED:
        if (folder / path).is_file():
            descriptor, wrong = read_json(folder, path)
            findings.extend(wrong)
            if descriptor is not None and descriptor.get("version") != version:
                findings.append(Finding("descriptors", path, f"it is not of version {version}"))
    citation = folder / CITATION
    if citation.is_file():
        cited = _CITED_VERSION.findall(citation.read_text(encoding="utf-8", errors="replace"))
        if cited != [version]:
            findings.append(Finding("descriptors", citation.name, f"it is not of version {version}"))
    return findings
