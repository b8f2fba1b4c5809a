"""Where a project's hand-edited files are: beside the raw folder, else what ships with Copydesk."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent
_SHIPPED = {"expectations": "expectations", "authority": "raw/authority"}


def cache_folder() -> Path | None:
    """Where work is kept between runs: ``COPYDESK_CACHE`` (empty: nowhere), else ``copydesk`` in the user's cache
    folder (XDG Base Directory Specification 0.8)."""
    chosen = os.environ.get("COPYDESK_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    base = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "copydesk"
    except RuntimeError:  # no home
        return None


def shipped(name: str) -> Path:
    """The folder that ships under that name: inside the installed package, or at the top of a checkout."""
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / _SHIPPED[name]


def beside(raw: Path, name: str) -> Path | None:
    """A file or folder of that name in the raw folder, or next to it; None where there is none."""
    return next((place for place in (raw / name, raw.resolve().parent / name) if place.exists()), None)


def inside(raw: Path, dataset: Path) -> str:
    """What is wrong with a dataset in its raw folder: the next run would take its files for articles. Else nothing."""
    place, root = dataset.resolve(), raw.resolve()
    if not place.is_relative_to(root) or any(part.startswith(".") for part in place.relative_to(root).parts):
        return ""
    return (
        f"The dataset {dataset} lies in the raw folder {raw}, and its files would be read as articles. Name another "
        "place with --dataset, or with --raw the folder that holds nothing but articles."
    )
