"""How the version is cited: ``CITATION.cff``, a sentence, and BibTeX."""

from __future__ import annotations

import re
from typing import Any

from copydesk.release.model import Creator, DatasetInfo, Release
from copydesk.release.yaml import to_yaml

_LATEX = re.compile(r"[\\{}$&#^_~%]")


def citation(release: Release) -> bytes:
    """``CITATION.cff``. Citation File Format 1.2.0."""
    info = release.info
    value: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite this version of it.",
        "type": "dataset",
        "title": info.title,
        "abstract": info.description,
        "authors": [_author(creator) for creator in info.creators],
        "version": release.version,
        "date-released": release.as_of.isoformat(),
        "license-url": info.license_url,
    }
    if not info.license.startswith("LicenseRef-"):
        value["license"] = info.license  # the format takes only identifiers that SPDX lists
    if info.homepage:
        value["url"] = info.homepage
    if info.keywords:
        value["keywords"] = info.keywords
    identifiers = [
        {"type": "other", "value": release.content_hash, "description": "Hash of this version's rows and columns"}
    ]
    if info.doi:
        identifiers.insert(0, {"type": "doi", "value": info.doi, "description": "All versions of this dataset"})
    value["identifiers"] = identifiers
    return to_yaml(value).encode()


def sentence(release: Release) -> str:
    """The version in one line, as a list of references has it."""
    return reference(release.info, release.version, release.as_of.year, release.content_hash)


def reference(info: DatasetInfo, version: str, year: int, content_hash: str) -> str:
    """A version of the dataset in one line, from what the dataset's index knows of it."""
    where = f"https://doi.org/{info.doi}" if info.doi else info.homepage
    parts = [
        f"{', '.join(creator.name for creator in info.creators)} ({year}).",
        f"{info.title} (version {version}) [Data set].",
        f"{info.publisher}.",
        where or f"Content {content_hash}.",
    ]
    return " ".join(parts)


def bibtex(release: Release) -> str:
    """The version as a BibTeX entry. Characters that TeX acts on are written so that it does not."""
    info = release.info
    fields = {
        "author": " and ".join("{" + _tex(creator.name) + "}" for creator in info.creators),
        "title": "{" + _tex(info.title) + "}",
        "version": release.version,
        "year": str(release.as_of.year),
        "publisher": _tex(info.publisher),
    }
    if info.doi:
        fields["doi"] = info.doi
    if info.homepage:
        fields["url"] = info.homepage
    key = re.sub(r"[^a-z0-9]+", "-", f"{info.name}-{release.version}")
    return "\n".join([f"@misc{{{key},", *(f"  {name} = {{{value}}}," for name, value in fields.items()), "}"])


def _author(creator: Creator) -> dict[str, str]:
    if creator.family_names and creator.given_names:
        author = {"family-names": creator.family_names, "given-names": creator.given_names}
        if creator.affiliation:
            author["affiliation"] = creator.affiliation
    else:
        author = {"name": creator.name}
    if creator.orcid:
        author["orcid"] = creator.orcid
    return author


def _tex(text: str) -> str:
    return _LATEX.sub(lambda found: "" if found[0] in "\\{}~^" else "\\" + found[0], text)
