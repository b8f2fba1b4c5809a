"""Checks a published version against everything that it says of itself: laws 1, 3 and 5, and the descriptors.

In order, each step only where the ones before it found nothing that would make it meaningless:

    files        every byte against SHA256SUMS, nothing missing, nothing added
    index        the dataset's index lists this very version
    signature    the signature of SHA256SUMS, where there should be one, and none where there should be none
    descriptors  release.json and datapackage.json against the files, the registry and each other
    columns      types, required values and categories as in the registry
    csv          the CSV files hold, value by value, what the Parquet files hold
    keys, references, content_hash
    lines, text, counts
                 the raw documents and the texts, rebuilt from the blocks
    spans        names and dates stand where they are said to stand
    raw          the raw files, where they are given
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk.store.download import download
from copydesk.store.errors import BrokenStore
from copydesk.store.layout import RELEASE, SUMS, VERSIONS, version_path
from copydesk.store.notices import WITHDRAWN
from copydesk.store.place import Place, is_url, open_files, split_place
from copydesk.store.plan import sorted_versions
from copydesk.store.read import check_tombstone, find_version, folder_reader, read_index
from copydesk.tables import SCHEMA_VERSION, TABLES
from copydesk.verify.files import check_descriptors, check_files, check_index, read_json
from copydesk.verify.finding import Finding
from copydesk.verify.signed import check_signed
from copydesk.verify.verified import Verified

__all__ = ["Finding", "Verified", "verify", "verify_each", "versions_in"]


def verify(
    folder: Place, *, raw: Path | None = None, public_key: str | None = None, all_versions: bool = False
) -> list[Finding]:
    """Checks one version's folder, or the latest version of a dataset's folder (all of them, if so asked).

    A URL of either is downloaded first, into a temporary folder. ``raw`` is the raw folder that the version was made
    from; ``public_key`` is the publisher's, with which a version then has to be signed. Empty: everything is as it
    says. Raises NoSuchDataset for a place that is neither, and Withdrawn.
    """
    try:
        seen = list(verify_each(folder, raw=raw, public_key=public_key, all_versions=all_versions))
    except BrokenStore as error:
        return [Finding("index", str(folder), str(error))]
    return [finding for one in seen for finding in (one.named if all_versions else one.findings)]


def verify_each(
    folder: Place, *, raw: Path | None = None, public_key: str | None = None, all_versions: bool = False
) -> Iterator[Verified]:
    """What ``verify`` finds, version by version, as each is done. Raises as it does, and BrokenStore."""
    if is_url(folder):
        yield from _each_of_url(folder, raw=raw, public_key=public_key, all_versions=all_versions)
        return
    for version in versions_in(Path(folder), all_versions=all_versions):
        yield _verified(version, raw, public_key)


def _verified(folder: Path, raw: Path | None, public_key: str | None) -> Verified:
    findings = verify_version(folder, raw=raw, public_key=public_key)
    release, _ = read_json(folder, RELEASE) if not findings else (None, ())
    if release is None:
        return Verified(folder.name, tuple(findings))
    signed = "unsigned"
    if release["signed"]:
        signed = f"signed by key {release['signature']['key_id']}"
        if not public_key:
            signed = f"{signed}; whose key that is was not checked (--public-key)"
    return Verified(release["version"], (), schema=release["schema_version"], signed=signed)


def versions_in(folder: Path, *, all_versions: bool = False) -> list[Path]:
    """The folders of versions that a folder stands for: itself, or its latest version, or all that it has.

    With ``all_versions``, those that are listed and gone and those that are there and not listed are among them.
    Raises NoSuchDataset and BrokenStore.
    """
    if (folder / RELEASE).is_file() or (folder / SUMS).is_file():
        return [folder]
    dataset, version = split_place(folder)
    if version is not None:  # a version's folder without its files: withdrawn, or broken
        check_tombstone(folder_reader(Path(dataset)), str(dataset), version)
    read = folder_reader(folder)
    if not all_versions:
        return [folder / version_path(find_version(read, str(folder)).version)]
    if not read_index(read, str(folder)):
        find_version(read, str(folder))  # which says that there is none
    entries = read_index(read, str(folder)) or ()
    listed = {entry.version for entry in entries}
    gone = {entry.version for entry in entries if entry.status == WITHDRAWN}
    there = {path.name for path in (folder / VERSIONS).iterdir()} if (folder / VERSIONS).is_dir() else set()
    return [folder / version_path(version) for version in sorted_versions((listed | there) - gone)]


def _each_of_url(url: Place, *, raw: Path | None, public_key: str | None, all_versions: bool) -> Iterator[Verified]:
    place, named = split_place(url)
    files = open_files(place)
    wanted = [named or "latest"]
    if all_versions and named is None:
        entries = read_index(files.read, files.name) or ()
        wanted = [entry.version for entry in entries if entry.status != WITHDRAWN] or wanted
    for version in wanted:  # one after the other: the disk holds one at a time
        with TemporaryDirectory(prefix="copydesk-verify-") as folder:
            try:
                copy = download(place, Path(folder), version).folder
            except BrokenStore as error:
                yield Verified(version, (Finding("files", files.name, str(error)),))
                continue
            yield _verified(copy, raw, public_key)


def verify_version(folder: Path, *, raw: Path | None = None, public_key: str | None = None) -> list[Finding]:
    """Checks one version's folder."""
    if not folder.is_dir():
        return [Finding("files", str(folder), "the folder of this version is not there")]
    findings = check_files(folder)
    if findings:
        return findings
    findings = check_index(folder) + check_descriptors(folder)
    if not findings:
        findings = check_signed(folder, public_key)
    release, _ = read_json(folder, RELEASE)
    if release is None or findings or release["schema_version"] != SCHEMA_VERSION:
        return findings
    # Only here, because reading rows takes half a second of imports.
    import pyarrow as pa  # noqa: PLC0415

    from copydesk.verify.normalized import check_normalized  # noqa: PLC0415
    from copydesk.verify.raw import check_raw  # noqa: PLC0415
    from copydesk.verify.replay import check_replay  # noqa: PLC0415
    from copydesk.verify.rows import check_rows, read_tables  # noqa: PLC0415
    from copydesk.verify.spans import check_spans  # noqa: PLC0415

    tables, findings = read_tables(folder, release)
    if len(tables) < len(TABLES):
        return findings
    try:
        findings += check_rows(folder, release, tables)
        text = release["text"] != "none"
        if not any(finding.check in {"keys", "references", "columns"} for finding in findings):
            findings += check_replay(tables["articles"], tables["blocks"], text=text)
            for name in ("mentions", "dates"):
                findings += check_spans(name, tables[name], tables["articles"], text=text)
            if text:
                findings += check_normalized(tables["articles"], tables["mentions"])
        if raw is not None:
            findings += check_raw(raw, tables)
    except (OSError, pa.ArrowException) as error:  # in the middle of a file
        findings.append(Finding("columns", "data", str(error)))
    return findings
