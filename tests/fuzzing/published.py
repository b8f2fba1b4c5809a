"""Promises of what reads a published dataset: whatever was done to its files, it is told in a sentence.

Datasets come from other hosts too, so that each of their files may say anything.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path

import small_release

from copydesk.errors import CopydeskError
from copydesk.loading import load
from copydesk.store import download
from copydesk.verify import verify
from fuzzing.case import Case, folder, holds

_VERSION = "versions/2026.11.0"
_FILES = (
    "index.json",
    "latest.json",
    f"{_VERSION}/release.json",
    f"{_VERSION}/SHA256SUMS",
    f"{_VERSION}/changes/changes.json",
    "takedowns.json",
)


@cache
def _dataset() -> Path:
    place = folder() / "published"
    small_release.publish_small(place, small_release.tables_of())
    return place


def seeds() -> tuple[str, ...]:
    """Each file of a small dataset that says what the others are, behind a line that names it."""
    paths = ((name, _dataset() / name) for name in _FILES)
    return tuple(f"{name}\n{path.read_text() if path.exists() else '{}'}" for name, path in paths)


def pieces() -> tuple[str, ...]:
    deep = ("[" * 3_000, '{"a":' * 3_000, "9" * 5_000, "1e999", "NaN", "null", '"\\ud800"', "\\u0000", "[]", "{}", '""')
    return (*deep, '"../../../x"', "../../x", "/etc/passwd", '"2026.11.0"', "  ", "-1", '"withdrawn"', '"yanked"')


def files(case: Case) -> bool:
    """One file says something else."""
    name, _, said = case.text.partition("\n")
    name = name if name in _FILES else case.choose(_FILES)
    dataset, copy = _dataset(), folder() / "copy"
    target = dataset / name
    before = target.read_bytes() if target.exists() else None
    target.write_bytes(said.encode("utf-8", "surrogatepass"))
    try:
        return _read(dataset, copy)
    finally:
        target.unlink() if before is None else target.write_bytes(before)
        shutil.rmtree(copy, ignore_errors=True)
        around = {path.name for path in folder().iterdir() if path.is_dir()}
        holds(around <= {"published", "copy"}, f"something was written to {sorted(around)}")


def _read(dataset: Path, copy: Path) -> bool:
    def verified() -> bool:
        return not verify(dataset)

    readers: tuple[Callable[[], object], ...] = (lambda: load(dataset), verified, lambda: download(dataset, copy))
    read = 0
    for reader in readers:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                read += bool(reader())
        except CopydeskError as error:
            holds(len(str(error)) > 20, f"nothing is told: {error}")
    return read == len(readers)
