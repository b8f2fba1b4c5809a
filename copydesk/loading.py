"""Loads a table of a published version. Importing this module is cheap: pyarrow comes with the first call."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, cast, overload

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

    from copydesk.store.read import Reader

As = Literal["arrow", "pandas", "polars"]


@dataclass(frozen=True, slots=True)
class _Place:
    """A dataset, wherever it is."""

    name: str
    read: Reader
    open: Callable[[str], BinaryIO]


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

    ``dataset`` is the dataset's folder, one version's folder, or a URL of either that fsspec can read (``s3://…``,
    ``https://…``). Only the ``columns`` asked for are read, and they come in the order asked for.

    Raises NoSuchDataset, NoSuchVersion, NoSuchTable and NoSuchColumn (LookupErrors, which name what there is),
    BrokenStore, and ImportError where pandas, polars or fsspec is asked for and not installed.
    """
    if as_ not in ("arrow", "pandas", "polars"):
        raise ValueError(f"as_ is 'arrow', 'pandas' or 'polars', not {as_!r}")
    place = _place(str(dataset)) if "://" in str(dataset) else _folder(Path(dataset))
    data = _read(place, table, version, columns)
    if as_ == "pandas":
        return data.to_pandas()
    if as_ == "polars":
        import polars  # noqa: PLC0415

        return polars.from_arrow(data)
    return data


def _read(place: _Place, table: str, version: str, columns: Sequence[str] | None) -> pyarrow.Table:
    import pyarrow  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    from copydesk.store.errors import BrokenStore, NoSuchColumn, NoSuchTable  # noqa: PLC0415

    below, release = _release(place, version)
    paths = [
        resource["path"]
        for resource in release["resources"]
        if resource["table"] == table and resource["format"] == "parquet"
    ]
    if not paths:
        there_are = ", ".join(dict.fromkeys(resource["table"] for resource in release["resources"]))
        raise NoSuchTable(f"{place.name} has no table {table!r} in {release['version']}; there are {there_are}.")
    parts = []
    for path in paths:
        try:
            with place.open(below + path) as file:
                parquet = pq.ParquetFile(file)
                names = parquet.schema_arrow.names
                unknown = [column for column in columns or () if column not in names]
                if unknown:
                    what = ", ".join(map(repr, unknown))
                    raise NoSuchColumn(f"The table {table!r} has no column {what}; there are {', '.join(names)}.")
                data = parquet.read(columns=None if columns is None else list(columns))
        except FileNotFoundError as error:
            raise BrokenStore(
                f"{place.name}/{below}{path} is not there, and the version lists it: copydesk verify shows what else "
                "is missing; put it back from a copy."
            ) from error
        parts.append(data if columns is None else data.select(list(columns)))
    return pyarrow.concat_tables(parts)


def _release(place: _Place, version: str) -> tuple[str, dict[str, Any]]:
    """Where a version lies in the place (``""`` where the place is the version itself), and its release.json."""
    from copydesk.store.errors import BrokenStore, NoSuchVersion  # noqa: PLC0415
    from copydesk.store.layout import RELEASE, version_path  # noqa: PLC0415
    from copydesk.store.read import find_version  # noqa: PLC0415

    try:
        below, data = "", place.read(RELEASE)
    except FileNotFoundError:
        below = version_path(find_version(place.read, place.name, version).version) + "/"
        try:
            data = place.read(below + RELEASE)
        except FileNotFoundError as error:
            raise BrokenStore(
                f"{place.name}/{below}{RELEASE} is not there, and the index lists the version: put it back from a copy."
            ) from error
    try:
        release = cast("dict[str, Any]", json.loads(data))
        there, _ = (
            release["version"],
            [(entry["table"], entry["format"], entry["path"]) for entry in release["resources"]],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenStore(
            f"{place.name}/{below}{RELEASE} is not a version's manifest: copydesk verify shows what was changed."
        ) from error
    if not below and version not in ("latest", there):
        raise NoSuchVersion(f"{place.name} is the folder of version {there}, not {version}.")
    return below, release


def _folder(dataset: Path) -> _Place:
    from copydesk.store.read import folder_reader  # noqa: PLC0415

    return _Place(str(dataset), folder_reader(dataset), lambda path: (dataset / path).open("rb"))


def _place(url: str) -> _Place:
    """A dataset behind any URL that fsspec and its plugins know."""
    from copydesk.store.errors import NoSuchDataset  # noqa: PLC0415

    try:
        import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        raise ImportError(f"Loading from {url} needs fsspec: pip install fsspec, or download the dataset.") from error
    scheme = url.partition("://")[0]
    try:
        files, root = fsspec.core.url_to_fs(url)
    except ValueError as error:
        raise NoSuchDataset(f"{url}: fsspec knows no scheme {scheme!r} ({error}).") from error
    except ImportError as error:
        raise ImportError(f"Loading from {url} needs a plugin of fsspec: {error}") from error
    root = root.rstrip("/")

    def read(path: str) -> bytes:
        return cast("bytes", files.cat_file(f"{root}/{path}"))

    return _Place(url.rstrip("/"), read, lambda path: cast("BinaryIO", files.open(f"{root}/{path}", "rb")))
