"""Which tools load a version, and as what: every table, as Parquet and as CSV, with each tool that is here.

    python benchmarks/loaders/matrix.py VERSION            print the matrix
    python benchmarks/loaders/matrix.py VERSION --write    and make it what versions publish as quality/loaders.json

For each tool: rows, column names and missing values against the Parquet files as pyarrow reads them, and the type in
which each of the registry's types arrives. R needs Rscript with readr and jsonlite; Node needs node and npm, which
fetches the two readers into a temporary folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk.release import csv_path, parquet_path
from copydesk.release.loaders import LOADERS
from copydesk.tables import SCHEMA_VERSION, TABLES, Table

HERE = Path(__file__).parent
NODE_PACKAGES = ("hyparquet@1.31.5", "hyparquet-compressors@1", "csv-parse@6")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one tool made of one table: its rows, and of each column the name, the type and how many are missing."""

    rows: int
    columns: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Loader:
    """A tool and one of the two formats. ``how`` is the line that a person would type."""

    tool: str
    format: str
    how: str
    read: Callable[[Path, Table], Seen]
    version: str


class NotHere(Exception):
    """The tool is not on this machine: which, and what would bring it."""


def truth(version: Path, table: Table) -> Seen:
    """What the published Parquet file holds."""
    data = pq.read_table(version / parquet_path(table.name), partitioning=None)
    types = {column.name: column.type for column in table.columns}
    return Seen(data.num_rows, tuple((name, types[name], _missing(data[name])) for name in data.column_names))


def _missing(column: Any) -> int:
    """Nulls, and strings without a character: CSV cannot tell them apart in every tool."""
    empty = pc.sum(pc.equal(column, "")).as_py() if str(column.type) == "string" else 0
    return int(column.null_count + (empty or 0))


def _arrow(data: Any) -> Seen:
    return Seen(data.num_rows, tuple((f.name, str(f.type), _missing(data[f.name])) for f in data.schema))


def _pandas(data: Any) -> Seen:
    return Seen(len(data), tuple((name, str(data[name].dtype), sum(map(_gone, data[name]))) for name in data.columns))


def _gone(value: Any) -> bool:
    """Whether a Python value is missing: None, an empty string, or a number that is none."""
    if isinstance(value, str | bytes):
        return not value
    return value is None or (not hasattr(value, "__len__") and bool(value != value))  # noqa: PLR0124


def _python(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Seen:
    """Rows as Python values."""
    there = {name: [row[name] for row in rows if not _gone(row[name])] for name in names}
    types = {name: "|".join(sorted({type(value).__name__ for value in values})) for name, values in there.items()}
    return Seen(len(rows), tuple((name, types[name], len(rows) - len(there[name])) for name in names))


def _polars(data: Any) -> Seen:
    return _arrow_types(data.to_arrow(), {name: str(kind) for name, kind in data.schema.items()})


def _arrow_types(data: Any, types: Mapping[str, str]) -> Seen:
    plain = data.cast(data.schema)  # string views have no kernels for what is missing
    columns = ((name, _missing(_plain(plain[name]))) for name in data.column_names)
    return Seen(data.num_rows, tuple((name, types[name], missing) for name, missing in columns))


def _plain(column: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    text = pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type)
    return column.cast(pa.string()) if text else column


def _duckdb(relation: Any) -> Seen:
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    return _arrow_types(relation.to_arrow_table(), types)


def python_loaders() -> Iterator[Loader]:
    """The tools of the Python world."""
    import duckdb  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415
    import pyarrow.csv as pc_csv  # noqa: PLC0415

    from copydesk.release.data import from_csv  # noqa: PLC0415

    blocks = pc_csv.ReadOptions(block_size=1 << 26)
    newlines = pc_csv.ParseOptions(newlines_in_values=True)
    quotes: dict[str, Any] = {"all_varchar": True, "header": True, "quotechar": '"', "escapechar": '"'}
    parquet: dict[str, tuple[str, Callable[[str], Seen]]] = {
        "pyarrow": ("pyarrow.parquet.read_table(file)", lambda f: _arrow(pq.read_table(f, partitioning=None))),
        "pandas": ("pandas.read_parquet(file)", lambda f: _pandas(pd.read_parquet(f))),
        "polars": ("polars.read_parquet(file)", lambda f: _polars(pl.read_parquet(f))),
        "duckdb": ("SELECT * FROM 'file'", lambda f: _duckdb(duckdb.read_parquet(f))),
    }
    csv: dict[str, tuple[str, Callable[[str], Seen]]] = {
        "pyarrow": (
            "pyarrow.csv.read_csv(file, parse_options=ParseOptions(newlines_in_values=True))",
            lambda f: _arrow(pc_csv.read_csv(f, blocks, newlines)),
        ),
        "pandas": (
            "pandas.read_csv(file, dtype=str, keep_default_na=False)",
            lambda f: _pandas(pd.read_csv(f, dtype=str, keep_default_na=False)),
        ),
        "polars": (
            "polars.read_csv(file, infer_schema=False)",
            lambda f: _polars(pl.read_csv(f, infer_schema=False)),
        ),
        "duckdb": (
            "SELECT * FROM read_csv('file', header = true, all_varchar = true, quote = '\"', escape = '\"')",
            lambda f: _duckdb(duckdb.read_csv(f, delimiter=",", **quotes)),
        ),
    }
    yield Loader(
        "copydesk",
        "csv",
        "copydesk.release.data.from_csv(file, table)",
        lambda version, table: _arrow(from_csv(version / csv_path(table.name), table)),
        version_of("copydesk"),
    )
    for format_, path, tools in (("parquet", parquet_path, parquet), ("csv", csv_path, csv)):
        for tool, (how, read) in tools.items():
            yield Loader(tool, format_, how, _at(path, read), version_of(tool))


@contextmanager
def frictionless() -> Iterator[Iterator[Loader]]:
    """frictionless, by the version's Data Package."""
    import frictionless as library  # noqa: PLC0415

    library.system.onerror = "ignore"

    def reader(name: Callable[[Table], str]) -> Callable[[Path, Table], Seen]:
        def read(version: Path, table: Table) -> Seen:
            resource = library.Package(str(version / "datapackage.json")).get_resource(name(table))
            return _python([field.name for field in resource.schema.fields], resource.read_rows())

        return read

    here, how = version_of("frictionless"), "Package('datapackage.json').get_resource(name).read_rows()"
    parquet = Loader("frictionless", "parquet", how, reader(lambda table: table.name), here)
    yield iter((parquet, Loader("frictionless", "csv", how, reader(lambda table: f"{table.name}-csv"), here)))


@contextmanager
def croissant() -> Iterator[Iterator[Loader]]:
    """mlcroissant, by the version's croissant.json. It has no CSV of its own."""
    import mlcroissant  # noqa: PLC0415

    def read(version: Path, table: Table) -> Seen:
        records = list(mlcroissant.Dataset(jsonld=str(version / "croissant.json")).records(table.name))
        names = [column.name for column in table.columns]
        return _python(names, [{name: row[f"{table.name}/{name}"] for name in names} for row in records])

    how = "mlcroissant.Dataset(jsonld='croissant.json').records(table)"
    yield iter((Loader("mlcroissant", "parquet", how, read, version_of("mlcroissant")),))


def _at(path: Callable[[str], str], read: Callable[[str], Seen]) -> Callable[[Path, Table], Seen]:
    return lambda version, table: read(str(version / path(table.name)))


@contextmanager
def hugging_face() -> Iterator[Iterator[Loader]]:
    """Hugging Face datasets without a network, by the configurations of the version's card."""
    with tempfile.TemporaryDirectory() as cache:
        os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": cache}
        import datasets  # noqa: PLC0415

        datasets.disable_progress_bars()

        def card(version: Path, table: Table) -> Seen:
            return _arrow(_stored(datasets.load_dataset(str(version), table.name, split="train", cache_dir=cache)))

        def csv(version: Path, table: Table) -> Seen:
            text = datasets.Features({column.name: datasets.Value("string") for column in table.columns})
            file = str(version / csv_path(table.name))
            more = {"split": "train", "cache_dir": cache, "features": text, "keep_default_na": False}
            return _arrow(_stored(datasets.load_dataset("csv", data_files=file, **more)))

        how = "datasets.load_dataset('csv', data_files=file, features=all_strings, keep_default_na=False)"
        here = version_of("datasets")
        by_card = Loader("datasets", "parquet", "datasets.load_dataset(folder, table)", card, here)
        yield iter((by_card, Loader("datasets", "csv", how, csv, here)))


def _stored(data: Any) -> Any:
    table = data.with_format("arrow")[:]
    import pyarrow as pa  # noqa: PLC0415

    return table.cast(
        pa.schema([f.with_type(pa.string()) if pa.types.is_large_string(f.type) else f for f in table.schema])
    )


@contextmanager
def node() -> Iterator[Iterator[Loader]]:
    """Node, with readers from npm. Raises NotHere where they cannot be had."""
    if not (shutil.which("node") and shutil.which("npm")):
        raise NotHere("node and npm are not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--ignore-scripts", "--prefix", folder]
        done = subprocess.run([*command, *NODE_PACKAGES], capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            raise NotHere(f"npm could not fetch {', '.join(NODE_PACKAGES)}")
        modules = Path(folder) / "node_modules"

        def reader(format_: str, path: Callable[[str], str]) -> Callable[[Path, Table], Seen]:
            def read(version: Path, table: Table) -> Seen:
                environment = {**os.environ, "COPYDESK_NODE_MODULES": str(modules)}
                return _said(["node", str(HERE / "read.mjs"), format_, str(version / path(table.name))], environment)

            return read

        def version_in(package: str) -> str:
            return str(json.loads((modules / package / "package.json").read_text())["version"])

        how = "parquetReadObjects({ file, compressors })"
        parquet = Loader("hyparquet (Node)", "parquet", how, reader("parquet", parquet_path), version_in("hyparquet"))
        csv = Loader("csv-parse (Node)", "csv", "parse(file)", reader("csv", csv_path), version_in("csv-parse"))
        yield iter((parquet, csv))


@contextmanager
def r() -> Iterator[Iterator[Loader]]:
    """R, with readr. Raises NotHere where it is not installed."""
    ask = ["Rscript", "-e", 'library(jsonlite); cat(as.character(packageVersion("readr")))']
    if not shutil.which("Rscript"):
        raise NotHere("R is not installed")
    asked = subprocess.run(ask, capture_output=True, text=True, timeout=120, check=False)
    if asked.returncode:
        raise NotHere("R has no readr or no jsonlite: install r-cran-readr and r-cran-jsonlite")
    how = 'readr::read_csv(file, col_types = cols(.default = "c"), na = "")'

    def read(version: Path, table: Table) -> Seen:
        return _said(["Rscript", str(HERE / "read.R"), str(version / csv_path(table.name))], dict(os.environ))

    yield iter((Loader("readr (R)", "csv", how, read, asked.stdout.strip()),))


def _said(command: list[str], environment: Mapping[str, str]) -> Seen:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True, env=environment)
    said = json.loads(done.stdout)
    return Seen(said["rows"], tuple((name, kind, missing) for name, kind, missing in said["columns"]))


def tried(loader: Loader, version: Path) -> dict[str, Any]:
    """One row of the matrix: what arrived, and what did not."""
    types: dict[str, set[str]] = {}
    faults: list[str] = []
    rows = 0
    for table in TABLES:
        want, got = truth(version, table), loader.read(version, table)
        rows += got.rows
        if got.rows != want.rows:
            faults.append(f"{table.name}: {got.rows} rows of {want.rows}")
        if [name for name, *_ in got.columns] != [name for name, *_ in want.columns]:
            faults.append(f"{table.name}: other columns")
            continue
        for (name, kind, missing), (_, arrived, gone) in zip(want.columns, got.columns, strict=True):
            if missing < want.rows and arrived:  # a column without a value says nothing of its type
                types.setdefault(kind, set()).add(arrived)
            if missing != gone:
                faults.append(f"{table.name}.{name}: {gone} values missing, not {missing}")
    return {
        "tool": loader.tool,
        "tool_version": loader.version,
        "format": loader.format,
        "how": loader.how,
        "tables": len(TABLES),
        "rows": rows,
        "types": {kind: sorted(arrived) for kind, arrived in sorted(types.items())},
        "faults": faults,
    }


def matrix(version: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of the matrix, and which tools are not here."""
    found = [tried(loader, version) for loader in python_loaders()]
    absent: list[str] = []
    for family in (hugging_face, croissant, frictionless, r, node):
        try:
            with family() as loaders:
                found.extend(tried(loader, version) for loader in loaders)
        except NotHere as error:
            absent.append(str(error))
    return found, absent


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("version", type=Path, help="the folder of a version")
    ask.add_argument("--write", action="store_true", help="make it what every version publishes")
    args = ask.parse_args()
    found, absent = matrix(args.version)
    for row in found:
        print(f"{row['tool']:18} {row['tool_version']:12} {row['format']:8} {row['rows']:6} rows  {row['types']}")
        print("".join(f"    {fault}\n" for fault in row["faults"]), end="")
    print("".join(f"not here: {what}\n" for what in absent), end="")
    if args.write:
        if absent:
            raise SystemExit("Nothing was written: the matrix is complete only where all tools are.")
        data = {"schema_version": SCHEMA_VERSION, "loaders": found}
        LOADERS.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
