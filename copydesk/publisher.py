"""What the publisher says of a dataset, and signs with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from copydesk import store
from copydesk.release.channel import check_channel
from copydesk.release.config import read_notes
from copydesk.release.manifest import signature_of
from copydesk.release.model import UNSTATED, ConfigError, DatasetInfo, load_answers, load_info
from copydesk.release.signing import KEY_VARIABLE, Signer, read_signer
from copydesk.settings import Settings
from copydesk.store.place import is_url
from copydesk.tables import SCHEMA_VERSION


def describe(settings: Settings) -> tuple[DatasetInfo, Mapping[str, str]]:
    """What the publisher says of the dataset, and of the datasheet. Raises ConfigError for a broken file."""
    return about(settings.dataset, settings.about, settings.notes)


def about(
    dataset: store.Place, folder: Path | None, notes: Path | None = None
) -> tuple[DatasetInfo, Mapping[str, str]]:
    """The same, from the folder that holds it: the dataset's own, or ``dataset`` where that is a URL.

    ``notes`` is the file of a paragraph on what is new, in place of the one in ``dataset.toml``.
    """
    if folder is not None and not folder.is_dir():
        raise ConfigError(folder, "", "there is no such folder to read dataset.toml from; name another with --about")
    folder = folder or Path("dataset" if is_url(dataset) else dataset)
    path = folder / "dataset.toml"
    if not path.exists():
        return UNSTATED, {}
    info, answers = load_info(path), load_answers(folder / "datasheet")
    if notes:
        info = replace(info, notes=read_notes(notes))
    check_channel(path, info, answers)
    return info, answers


def signer(settings: Settings) -> Signer | None:
    """The key to sign with, where one was named. Raises ConfigError for one that cannot be used."""
    named = settings.sign_key or os.environ.get(KEY_VARIABLE)
    return read_signer(Path(named)) if named else None


def identity_of(info: DatasetInfo, key: Signer | None) -> dict[str, Any]:
    """Entries of release.json that, with the tables, make a version the same as another: the same rows under another
    key, signed at last, or called stable, are a version of their own."""
    identity: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    identity |= {"signature": signature_of(key)} if key else {}
    return identity | ({"channel": "stable"} if info.channel == "stable" else {})
