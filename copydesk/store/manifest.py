"""A version's release.json, as far as whoever reads its files has to rely on it. It may be a stranger's."""

from __future__ import annotations

import json
from typing import Any

from copydesk.store.sums import unsafe


def parse_manifest(data: bytes) -> dict[str, Any]:
    """The manifest. Raises ValueError where it is none, or where it names a file outside of the version's folder."""
    try:
        release = json.loads(data)
        said = [release["version"]]
        for resource in release["resources"]:
            said += (resource["table"], resource["format"], resource["path"])
        provenance = release.get("provenance") or {}
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it has not the shape of a manifest ({type(error).__name__}: {error})") from error
    if not all(isinstance(value, str) for value in said) or not isinstance(provenance, dict):
        raise ValueError("it has not the shape of a manifest: a value is of another type")
    for resource in release["resources"]:
        if unsafe(resource["path"]):
            raise ValueError(f"it names {resource['path']!r}, which is no place for a file of a version")
    manifest: dict[str, Any] = release
    return manifest
