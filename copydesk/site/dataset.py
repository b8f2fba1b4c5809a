"""The dataset's page: every version that there is or was, and how to load and cite the latest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.release import VERSION
from copydesk.release.citation import reference
from copydesk.release.licenses import known_license
from copydesk.release.model import DatasetInfo
from copydesk.site import PAGE
from copydesk.site.markup import number, render, short

_WORDS = {"success": "published"}
_FIGURES = ("articles", "sources", "entities", "mentions", "dates")
_SCHEMA = {"none": "as before", "additive": "new ones", "breaking": "changed, can break a script"}
_REASON = 500  # code points


@dataclass(frozen=True, slots=True)
class Latest:
    version: str
    released: str
    page: str
    folder: str
    figures: tuple[tuple[str, str], ...]
    cite: str


def dataset_page(info: DatasetInfo, index: Mapping[str, Any]) -> bytes:
    """``index.html`` beside ``index.json``, from what that says: one file in UTF-8. Equal values give equal bytes.

    An entry may have a ``notice`` with ``reason``, ``date`` and ``replacement``: why it was yanked or withdrawn.
    Raises ValueError for an entry whose version is none.
    """
    entries = index["versions"]
    good = [entry for entry in entries if entry["status"] == "success"]
    return render(
        "dataset.html.jinja",
        info=info,
        license=known_license(info.license),
        latest=_latest(info, good[-1]) if good else None,
        versions=[_listed(entry) for entry in reversed(entries)],
        takedowns=index.get("takedowns", 0),
    )


def _latest(info: DatasetInfo, entry: Mapping[str, Any]) -> Latest:
    rows = entry["row_count"]
    folder = f"{_folder(entry)}/"
    return Latest(
        version=entry["version"],
        released=entry["released"],
        page=folder + PAGE,
        folder=folder,
        figures=tuple((name, number(rows[name])) for name in _FIGURES if name in rows),
        cite=reference(info, entry["version"], int(entry["released"][:4]), entry["content_hash"]),
    )


def _listed(entry: Mapping[str, Any]) -> dict[str, Any]:
    notice = entry.get("notice")
    return {
        "version": entry["version"],
        "released": entry["released"],
        "page": f"{_folder(entry)}/{PAGE}",
        "articles": number(entry["row_count"].get("articles", 0)),
        "columns": _SCHEMA.get(entry["change_class"].get("schema", ""), "not compared")
        if entry["previous"]
        else f"schema {entry['schema_version']}",
        "change": _change(entry["change_class"]),
        "status": _WORDS.get(entry["status"], entry["status"]),
        "notice": notice and {**notice, "reason": short(notice["reason"], _REASON)},
    }


def _folder(entry: Mapping[str, Any]) -> str:
    """Where the version is. An index that was tampered with leads nowhere else."""
    if not VERSION.fullmatch(entry["version"]):
        raise ValueError(f"{entry['version']!r} is no version: it should look like 2026.11.0")
    return f"versions/{entry['version']}"


def _change(change: Mapping[str, Any]) -> str:
    if change.get("first"):
        return "the first version"
    if change.get("docs_only"):
        return "none: documents only"
    if change.get("repackaged"):
        return "none: packed anew"
    rows = change.get("rows")
    if not rows:
        return "not compared"
    told = [f"{number(rows[kind])} {kind}" for kind in ("added", "changed", "removed") if rows.get(kind)]
    return ", ".join(told) or "none"
