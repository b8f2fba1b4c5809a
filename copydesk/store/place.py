"""From what a person wrote to the place that it means: a folder, a web server, or an object store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from copydesk.store.errors import DatasetNotWritable
from copydesk.store.folder import FolderStore
from copydesk.store.layout import VERSIONS
from copydesk.store.plan import parse_version

if TYPE_CHECKING:
    from copydesk.store.files import Files, Store

Place = str | Path
"""A folder, or a URL: ``file://``, ``https://``, ``s3://`` or any other that fsspec knows."""


def is_url(place: Place) -> bool:
    return isinstance(place, str) and "://" in place


def as_place(text: str) -> Place:
    """What a person typed, as a place."""
    return text if is_url(text) else Path(text)


def open_files(place: Place) -> Files:
    """The place for reading. Raises NoSuchDataset for a scheme that nobody knows."""
    if is_url(place) and urlsplit(str(place)).scheme in ("http", "https"):
        from copydesk.store.web import WebFiles  # noqa: PLC0415 - readers of a folder have no use for it

        return WebFiles(str(place))
    return _store(place)


def open_store(place: Place) -> Store:
    """The place for writing. Raises DatasetNotWritable for a web server, and NoSuchDataset as ``open_files``."""
    if is_url(place) and urlsplit(str(place)).scheme in ("http", "https"):
        raise DatasetNotWritable(
            f"{place} cannot be written: name the folder or the bucket that the web server shows (s3://…)."
        )
    return _store(place)


def split_place(place: Place) -> tuple[Place, str | None]:
    """The dataset, and the version where the place is one version's folder in it (``…/versions/2026.11.0``)."""
    if is_url(place):
        dataset, _, version = str(place).rstrip("/").rpartition(f"/{VERSIONS}/")
        return (dataset, version) if parse_version(version) else (place, None)
    folder = Path(place).resolve()  # the link to the latest version is one version's folder too
    return (folder.parent.parent, folder.name) if _is_version(folder) else (place, None)


def _is_version(folder: Path) -> bool:
    return folder.parent.name == VERSIONS and parse_version(folder.name) is not None


def _store(place: Place) -> Store:
    if not is_url(place):
        return FolderStore(Path(place))
    parts = urlsplit(str(place))
    if parts.scheme == "file":
        return FolderStore(Path(unquote(parts.path)))
    from copydesk.store.objects import ObjectStore  # noqa: PLC0415

    return ObjectStore(str(place))
