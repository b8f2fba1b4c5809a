"""``datacite.json``: what a registry of DOIs asks of a dataset, ready to be deposited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from copydesk.release.facts import NONE, homepages
from copydesk.release.licenses import known_license
from copydesk.release.manifest import Resource, as_json
from copydesk.release.model import Creator, Release

_SPDX = {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"}


def datacite(release: Release, resources: Sequence[Resource]) -> bytes:
    """``datacite.json``. DataCite Metadata Schema 4.5, as its JSON. Without a DOI there is no ``doi``, and no other."""
    info, found = release.info, release.facts
    issued = release.as_of.isoformat()
    value: dict[str, Any] = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "doi": info.doi,
        "url": info.homepage,
        "creators": [_creator(creator) for creator in info.creators],
        "titles": [{"title": info.title}],
        "publisher": {"name": info.publisher},
        "publicationYear": str(release.as_of.year),
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "News corpus"},
        "subjects": [{"subject": keyword} for keyword in dict.fromkeys(info.keywords)],
        "dates": [{"date": issued, "dateType": "Issued"}],
        "language": next(iter(info.languages or (tag for tag, _ in found.languages if tag != NONE)), None),
        "alternateIdentifiers": [
            {"alternateIdentifier": info.name, "alternateIdentifierType": "Name of the dataset"},
            {"alternateIdentifier": release.content_hash, "alternateIdentifierType": "Hash of its rows and columns"},
        ],
        "relatedIdentifiers": _related(release),
        "relatedItems": [_software(release)],
        "sizes": [
            *(f"{found.rows[name]} {name}" for name in ("articles", "sources")),
            f"{sum(resource.bytes for resource in resources)} bytes",
        ],
        "formats": list(dict.fromkeys(resource.media_type for resource in resources)),
        "version": release.version,
        "rightsList": [_rights(release)],
        "descriptions": [{"description": info.description, "descriptionType": "Abstract"}],
        "fundingReferences": [{"funderName": funder} for funder in dict.fromkeys(info.funding)],
    }
    return as_json({key: item for key, item in value.items() if item not in ([], None)})


def _creator(creator: Creator) -> dict[str, Any]:
    if creator.family_names and creator.given_names:
        value: dict[str, Any] = {
            "name": f"{creator.family_names}, {creator.given_names}",
            "nameType": "Personal",
            "givenName": creator.given_names,
            "familyName": creator.family_names,
        }
    else:
        value = {"name": creator.name, "nameType": "Organizational"}
    if creator.orcid:
        value["nameIdentifiers"] = [
            {
                "nameIdentifier": creator.orcid,
                "nameIdentifierScheme": "ORCID",
                "schemeUri": "https://orcid.org",
            }
        ]
    if creator.affiliation:
        value["affiliation"] = [{"name": creator.affiliation}]
    return value


def _rights(release: Release) -> dict[str, str]:
    info = release.info
    known = known_license(info.license)
    value = {"rights": known.name if known else info.license}
    if info.license_url:
        value["rightsUri"] = info.license_url
    if not info.license.startswith("LicenseRef-"):
        value |= {"rightsIdentifier": info.license, **_SPDX}
    return value


def _related(release: Release) -> list[dict[str, str]]:
    derived = [_link("IsDerivedFrom", page) for page in homepages(release.tables["sources"])]
    if release.previous and release.info.published_at:
        return [_link("IsNewVersionOf", f"{release.info.published_at}versions/{release.previous}/"), *derived]
    return derived


def _link(relation: str, address: str) -> dict[str, str]:
    return {"relatedIdentifier": address, "relatedIdentifierType": "URL", "relationType": relation}


def _software(release: Release) -> dict[str, Any]:
    """The program, as an item of its own: it has no identifier to relate to."""
    value: dict[str, Any] = {
        "relatedItemType": "Software",
        "relationType": "IsSupplementedBy",
        "titles": [{"title": "Copydesk"}],
    }
    version = release.provenance.get("copydesk")
    return value | ({"edition": str(version)} if version else {})
