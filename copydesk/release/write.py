"""Writes a version into an empty folder. The only module here that touches files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import pyarrow as pa
from pyarrow.csv import CSVWriter

from copydesk import release as files
from copydesk.bulk import Rows, Tables
from copydesk.release import data
from copydesk.release.card import card
from copydesk.release.changelog import changelog, changes_file, changes_rows
from copydesk.release.citation import citation
from copydesk.release.croissant import croissant
from copydesk.release.datacite import datacite
from copydesk.release.datapackage import datapackage
from copydesk.release.datasheet import datasheet
from copydesk.release.hashing import encoded_size, header_size
from copydesk.release.licenses import license_file
from copydesk.release.manifest import CSV_MEDIA_TYPE, PARQUET_MEDIA_TYPE, Resource, manifest
from copydesk.release.model import Release
from copydesk.release.signing import trusted_comment
from copydesk.release.sums import HashedFile, files_of, render_sums, sha256_of
from copydesk.release.withhold import carries_text, published_schema
from copydesk.tables import TABLES

Pages = Callable[[Release, Sequence[Resource]], Mapping[str, bytes]]
"""From a version and its tables as they were written to further files, by their paths below the version's folder."""


def write_release(release: Release, folder: Path, pages: Pages | None = None) -> None:
    """Writes every file of the version into ``folder``, which is there and empty.

    Equal releases give equal bytes. Raises ValueError as ``write_tables`` and ``write_documents`` do.
    """
    _check_paths(release.extra_files)
    write_documents(release, write_tables(release.tables, release.info.text, folder), folder, pages)


def write_tables(
    tables: Tables, text: str, folder: Path, wanted: Callable[[], bool] = lambda: True
) -> tuple[Resource, ...]:
    """Writes the files of the tables, which is most of a version, into ``folder``, which is there and empty.

    They follow from nothing else. ``wanted`` is asked now and then. Raises ValueError for tables that are not the
    registry's, and for text in a version that is to be published without it (``text`` is its policy); CancelledError
    where the tables are not ``wanted`` any more.
    """
    _check_tables(tables, text, folder)
    with ThreadPoolExecutor(1) as aside:
        written = [_write_table(table.name, tables[table.name], folder, aside, wanted) for table in TABLES]
    return tuple(resource for both in written for resource in both)


def write_documents(
    release: Release, resources: tuple[Resource, ...], folder: Path, pages: Pages | None = None
) -> None:
    """Writes every other file of the version beside its tables, which are ``resources``; sums and signature last.

    ``pages`` makes what has to know the size and hash of the tables. Raises ValueError for an extra file or page that
    would stand in the way of one of ours.
    """
    further = pages(release, resources) if pages else {}
    for more in (release.extra_files, further):
        _check_paths(more)
    for path, content in sorted(_descriptors(release, resources).items()):
        _write(folder, path, content)
    for path, content in sorted({**release.extra_files, **further}.items()):
        _write(folder, path, content)
    known = {resource.path: resource.sha256 for resource in resources}
    listing = render_sums({path: known.get(path) or sha256_of(folder / path) for path in files_of(folder)})
    _write(folder, files.SUMS, listing)
    if release.signer:
        comment = trusted_comment(release.info.name, release.version)
        _write(folder, files.SIGNATURE, release.signer.sign(listing, comment))


def _descriptors(release: Release, resources: tuple[Resource, ...]) -> dict[str, bytes]:
    return {
        files.README: card(release, resources),
        files.DATASHEET: datasheet(release),
        files.CHANGELOG: changelog(release),
        files.LICENSE: license_file(release),
        files.CITATION: citation(release),
        files.DATAPACKAGE: datapackage(release, resources),
        files.CROISSANT: croissant(release, resources),
        files.DATACITE: datacite(release, resources),
        files.CHANGES: changes_file(release),
        files.CHANGED_ROWS: changes_rows(release),
        files.MANIFEST: manifest(release, resources),
    }


def _write_table(
    name: str, rows: Rows, folder: Path, aside: Executor, wanted: Callable[[], bool]
) -> tuple[Resource, Resource]:
    """Both files of a table, whose rows are read once: while one thread packs a group, another writes its lines."""
    paths = files.parquet_path(name), files.csv_path(name)
    size = header_size(rows.schema)
    with (
        HashedFile(_make_way(folder, paths[0])) as parquet_file,
        HashedFile(_make_way(folder, paths[1])) as csv_file,
        data.parquet_writer(parquet_file.target, rows.schema) as parquet,
        data.csv_writer(csv_file.target, rows.schema) as csv,
    ):
        for group in data.groups(rows):
            if not wanted():
                raise CancelledError
            lines = aside.submit(_write_lines, csv, group)
            try:
                parquet.write_table(group, row_group_size=data.ROWS_IN_A_GROUP)
                size += encoded_size(group)
            finally:
                lines.result()
    kinds = (name, "parquet", PARQUET_MEDIA_TYPE, parquet_file), (f"{name}-csv", "csv", CSV_MEDIA_TYPE, csv_file)
    first, second = (
        Resource(title, name, kind, media, rows.num_rows, path, file.bytes, file.sha256, size)
        for path, (title, kind, media, file) in zip(paths, kinds, strict=True)
    )
    return first, second


def _write_lines(csv: CSVWriter, group: pa.Table) -> None:
    csv.write_table(data.as_cells(group))


def _check_tables(tables: Tables, text: str, folder: Path) -> None:
    if not folder.is_dir() or any(folder.iterdir()):
        raise ValueError(f"{folder} should be an empty folder")
    expected = [table.name for table in TABLES]
    if sorted(tables) != sorted(expected):
        raise ValueError(f"a version has the tables {', '.join(expected)}, not {', '.join(tables)}")
    for table in TABLES:
        schema = tables[table.name].schema
        if schema != published_schema(table, text):
            raise ValueError(f"the table {table.name!r} is not as the registry has it: {schema}")
    if text == "none" and (carriers := carries_text(tables)):
        raise ValueError(f"the text is to be withheld, but {', '.join(carriers)} still hold it")


def _check_paths(paths: Iterable[str]) -> None:
    for path in paths:
        parts = PurePosixPath(path)
        if not parts.parts or parts.is_absolute() or ".." in parts.parts or parts.as_posix() != path or "\\" in path:
            raise ValueError(f"the extra file {path!r} does not stand below the version's folder")
        if parts.parts[0] in {"data", "csv"} or path in (*files.OWN, files.SIGNATURE):
            raise ValueError(f"the extra file {path!r} stands in the way of one of the version's own")


def _make_way(folder: Path, path: str) -> Path:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _write(folder: Path, path: str, content: bytes) -> None:
    with _make_way(folder, path).open("xb") as target:
        target.write(content)
