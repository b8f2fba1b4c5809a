"""Loads a table of a published version. Importing this module is cheap: pyarrow comes with the first call."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from copydesk.store.layout import RELEASE, version_path
from copydesk.store.manifest import parse_manifest
from copydesk.store.notices import one_line, sentence

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from copydesk.store.files import Files
    from copydesk.store.takedowns import Takedowns

As = Literal["arrow", "pandas", "polars"]


@overload
def load(
    dataset: str | Path,
    table: str = ...,
    version: str = ...,
    columns: Sequence[str] | None = ...,
    as_: Literal["arrow"] = ...,
) -> pyarrow.Table: ...
@overload
def load(
    dataset: str | Path,
    table: str = ...,
    version: str = ...,
    columns: Sequence[str] | None = ...,
    *,
    as_: Literal["pandas"],
) -> pandas.DataFrame: ...
@overload
def load(
    dataset: str | Path,
    table: str = ...,
    version: str = ...,
    columns: Sequence[str] | None = ...,
    *,
    as_: Literal["polars"],
) -> polars.DataFrame: ...


def load(
    dataset: str | Path,
    table: str = "articles",
    version: str = "latest",
    columns: Sequence[str] | None = None,
    as_: As = "arrow",
) -> Any:
    """A table of a dataset's version: a pyarrow Table, or a pandas or polars DataFrame, its rows sorted by key.

    ``dataset`` is the dataset's folder, one version's folder, or a URL of either (``https://…``, ``s3://…``, any that
    fsspec can read). Only the ``columns`` asked for are read, and they come in the order asked for. Rows of articles
    that were taken down are left out, also of versions that were made before.

    Warns (YankedWarning) of a version that was yanked. Raises NoSuchDataset, NoSuchVersion, NoSuchTable and
    NoSuchColumn (LookupErrors, which name what there is), Withdrawn (a NoSuchVersion, which says why), BrokenStore, and
    ImportError where pandas, polars or a plugin of fsspec is needed and not installed.
    """
    if as_ not in ("arrow", "pandas", "polars"):
        raise ValueError(f"as_ is 'arrow', 'pandas' or 'polars', not {as_!r}")
    data = _read(_find(dataset, version), table, columns)
    if as_ == "pandas":
        return data.to_pandas()
    if as_ == "polars":
        import polars  # noqa: PLC0415

        return polars.from_arrow(data)
    return data


@dataclass(frozen=True, slots=True)
class _Version:
    """A version, wherever it is."""

    files: Files
    below: str
    """Its folder and a slash, or nothing where the files are the version's own."""
    release: Mapping[str, Any]
    takedowns: Takedowns


def _read(version: _Version, table: str, columns: Sequence[str] | None) -> pyarrow.Table:
    import pyarrow  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from copydesk.store.errors import NoSuchColumn, NoSuchTable  # noqa: PLC0415

    release, files = version.release, version.files
    paths = [
        resource["path"]
        for resource in release["resources"]
        if resource["table"] == table and resource["format"] == "parquet"
    ]
    if not paths:
        there_are = ", ".join(dict.fromkeys(resource["table"] for resource in release["resources"]))
        raise NoSuchTable(f"{files.name} has no table {table!r} in {release['version']}; there are {there_are}.")
    parts = []
    for path in paths:
        with _present(version, path), _readable(version, path), files.open(version.below + path) as file:
            parquet = pq.ParquetFile(file, pre_buffer=True)
            names = parquet.schema_arrow.names
            unknown = [column for column in columns or () if column not in names]
            if unknown:
                what = ", ".join(map(repr, unknown))
                raise NoSuchColumn(f"The table {table!r} has no column {what}; there are {', '.join(names)}.")
            wanted = None if columns is None else list(columns)
            if wanted is not None and version.takedowns:
                wanted += [name for name in _TELLING if name in names and name not in wanted]
            data = _left(parquet.read(columns=wanted), version.takedowns)
            parts.append(data if columns is None else data.select(list(columns)))
    with _readable(version, ", ".join(paths)):
        return pyarrow.concat_tables(parts)


@contextmanager
def _readable(version: _Version, path: str) -> Iterator[None]:
    """A file that is not the table that it should be: junk, a column twice, parts with other columns."""
    import pyarrow  # noqa: PLC0415

    from copydesk.store.errors import BrokenStore  # noqa: PLC0415

    try:
        yield
    except FileNotFoundError:
        raise
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
        raise BrokenStore(
            f"{version.files.name}/{version.below}{path} cannot be read as a table ({one_line(str(error))}): copydesk "
            "verify shows what was changed."
        ) from error


_TELLING = ("article_id", "raw_path", "raw_record")
"""The columns that tell of which article a row is."""


def _left(data: pyarrow.Table, takedowns: Takedowns) -> pyarrow.Table:
    """The rows of articles that were not taken down."""
    import pyarrow  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    if not takedowns:
        return data
    if "article_id" in data.column_names:
        down = takedowns.ids_among(data["article_id"].unique().to_pylist())
        return data.filter(pc.invert(pc.is_in(data["article_id"], pyarrow.array(sorted(down), pyarrow.string()))))
    if "raw_path" in data.column_names:
        raw = zip(data["raw_path"].to_pylist(), data["raw_record"].to_pylist(), strict=True)
        return data.filter(pyarrow.array([not takedowns.has_raw(*item) for item in raw], pyarrow.bool_()))
    return data


def _find(dataset: str | Path, version: str) -> _Version:
    """The version that is meant, its release.json, and the takedowns that hold for it."""
    from copydesk.store.errors import NoSuchDataset, NoSuchVersion, YankedWarning  # noqa: PLC0415
    from copydesk.store.place import open_files, split_place  # noqa: PLC0415
    from copydesk.store.read import find  # noqa: PLC0415
    from copydesk.store.takedowns import Takedowns  # noqa: PLC0415

    place, named = split_place(dataset)
    files = open_files(place)
    if named is not None and version not in ("latest", named):
        raise NoSuchVersion(f"{dataset} is the folder of version {named}, not {version}.")
    try:
        found = find(files.read, files.name, named or version)
    except NoSuchDataset:
        alone = open_files(dataset)  # one version's folder, without its dataset
        try:
            release = _release(alone, "", alone.read(RELEASE))
        except FileNotFoundError:
            release = None
        if release is None:
            raise
        if version not in ("latest", release["version"]):
            raise NoSuchVersion(f"{dataset} is the folder of version {release['version']}, not {version}.") from None
        return _Version(alone, "", release, Takedowns())
    if found.entry.notice is not None:
        warnings.warn(sentence(files.name, found.entry.version, found.entry.notice), YankedWarning, stacklevel=3)
    below = version_path(found.entry.version) + "/"
    whole = _Version(files, below, {"version": found.entry.version}, found.takedowns)
    with _present(whole, RELEASE):
        return replace(whole, release=_release(files, below, files.read(below + RELEASE)))


def _release(files: Files, below: str, data: bytes) -> dict[str, Any]:
    from copydesk.store.errors import BrokenStore  # noqa: PLC0415

    try:
        return parse_manifest(data)
    except ValueError as error:
        raise BrokenStore(
            f"{files.name}/{below}{RELEASE} is not a version's manifest: {error}; copydesk verify shows what was "
            "changed."
        ) from error


@contextmanager
def _present(version: _Version, path: str) -> Iterator[None]:
    """A file that is not there: the version was withdrawn after its index was read, or is broken."""
    from copydesk.store.errors import BrokenStore  # noqa: PLC0415
    from copydesk.store.read import check_tombstone  # noqa: PLC0415

    try:
        yield
    except FileNotFoundError as error:
        if version.below:
            check_tombstone(version.files.read, version.files.name, version.release["version"])
        raise BrokenStore(
            f"{version.files.name}/{version.below}{path} is not there, and the index lists the version: copydesk "
            "verify shows what else is missing; put it back from a copy."
        ) from error
