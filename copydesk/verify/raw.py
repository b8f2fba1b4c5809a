"""A version against the raw files that it was made from: nothing is missing, and nothing was changed since."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa

from copydesk.bulk import Tables, parts
from copydesk.errors import NothingToDo
from copydesk.ingest import list_files
from copydesk.store.sums import sha256_of
from copydesk.verify.finding import Finding, told

_PACKED = (".gz", ".zst", ".bz2")
_CHUNK = 1 << 20


def check_raw(raw: Path, tables: Tables) -> list[Finding]:
    """Every raw file is in articles or quarantine, and every row's raw file is there, with the hash that it had.

    Only rows that stand for a whole file have its hash; for the records of a file, the file has to be there.
    """
    try:
        files = {file.name: file.path for file in list_files(raw)}
    except NothingToDo as error:
        return [Finding("raw", str(raw), str(error))]
    hashes: dict[str, str] = {}
    named: set[str] = set()
    for name in ("articles", "quarantine"):
        for part in parts(tables[name], ["raw_path", "raw_record", "raw_sha256"]):
            for path, record, sha256 in zip(*(column.to_pylist() for column in part.columns), strict=True):
                named.add(path)
                if record is None and sha256 is not None:
                    hashes[path] = sha256
    findings = told(
        "raw",
        str(raw),
        ((path, "no article and no row of quarantine is from it") for path in files if path not in named),
    )
    findings += told(
        "raw", str(raw), ((path, "rows are from it, and it is not there") for path in sorted(named - files.keys()))
    )
    changed = (
        (path, "its SHA-256 is not the one that it had when the version was made")
        for path, sha256 in sorted(hashes.items())
        if path in files and not _has_hash(files[path], sha256)
    )
    return findings + told("raw", str(raw), changed)


def _has_hash(path: Path, sha256: str) -> bool:
    """Of the file's bytes, or of what a packed file holds."""
    try:
        if sha256_of(path) == sha256:
            return True
        return path.suffix in _PACKED and _unpacked_sha256(path) == sha256
    except (OSError, ValueError):  # also for what is no plain file
        return False


def _unpacked_sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with pa.input_stream(str(path), compression="detect") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
