"""Looks as a table, a row a look: what the survey of a partition leaves on disk, in the order of the files.

What is asked of all partitions together, or of the many files that have not changed, is asked by column, so that no
look of theirs has to be held for it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.glance import Glance
from copydesk.ingest.reject import Rejected, called

Looks = Sequence[Glance | Rejected]

_FILE = "looks.arrow"
_SAID = ("source_id", "path", "record", "article_id", "sha256", "content")

SCHEMA = pa.schema(
    [
        pa.field("file", pa.string(), nullable=False),
        pa.field("file_key", pa.string()),  # what the looks at the file depend on; null where they must not be kept
        *(pa.field(name, pa.string()) for name in _SAID),
        pa.field("marks", pa.binary()),
        pa.field("story", pa.binary()),
        pa.field("key", pa.uint64()),  # 64 bits of a hash of the article's id
        pa.field("story_key", pa.uint64()),  # and of the source and its story
        pa.field("rejected", pa.string()),  # as JSON; then all else is null
    ]
)


def table(looks: Mapping[str, Looks], keys: Mapping[str, str | None]) -> pa.Table:
    """The looks at the items of each file, and the key of each file."""
    rows = [{**_row(look), "file": file, "file_key": keys.get(file)} for file in looks for look in looks[file]]
    columns = {field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in SCHEMA}
    return pa.table(columns, schema=SCHEMA)


def in_order(tables: Sequence[pa.Table], files: Sequence[str]) -> pa.Table:
    """Tables of looks as one, in the order of these files; of each file all looks are in one table, in their order."""
    whole = pa.concat_tables([SCHEMA.empty_table(), *tables]).combine_chunks()
    places = np.asarray(pc.index_in(whole["file"], value_set=pa.array(files, pa.string())))
    return whole.take(pa.array(np.argsort(places, kind="stable")))


def looks(table: pa.Table) -> dict[str, list[Glance | Rejected]]:
    """The looks of a table by file; a file without any is left out."""
    found: dict[str, list[Glance | Rejected]] = {}
    for row in table.select(["file", *_SAID, "marks", "story", "rejected"]).to_pylist():
        rejected, file = row.pop("rejected"), row.pop("file")
        found.setdefault(file, []).append(Rejected(**json.loads(rejected)) if rejected else Glance(**row))
    return found


def write(folder: Path, looks: pa.Table) -> None:
    """Writes a table of looks."""
    with pa.ipc.new_file(str(folder / _FILE), SCHEMA) as writer:
        writer.write_table(looks)


def read(folder: Path) -> pa.Table:
    """The table of looks that was written."""
    return opened(folder, SCHEMA.names)


def marks(table: pa.Table) -> dict[str, list[bytes]]:
    """By source: the marks of each of its pages that have lines."""
    pages = table.select(["source_id", "marks"]).filter(pc.is_valid(table["marks"]))
    found: dict[str, list[bytes]] = {}
    for source, page in zip(*(column.to_pylist() for column in pages.columns), strict=True):
        found.setdefault(source, []).append(page)
    return found


def count(folder: Path) -> int:
    """How many items were looked at, those that were rejected among them."""
    return int(opened(folder, ["file"]).num_rows)


def pages(surveys: Iterable[Path]) -> Counter[str]:
    """How many pages with lines each source has."""
    found: Counter[str] = Counter()
    for folder in surveys:
        table = opened(folder, ["source_id", "marks"])
        counted = table.filter(pc.is_valid(table["marks"]))["source_id"].value_counts()
        found.update({entry["values"]: entry["counts"] for entry in counted.to_pylist()})
    return found


def repeated(surveys: Sequence[Path]) -> list[tuple[str, str | None, str]]:
    """The items (path, record) whose id an earlier item has, and which one. Eight bytes an item are held."""
    several = pa.array(several_of([numbers(folder, "key") for folder in surveys]))
    first: dict[str, tuple[str, str | None]] = {}
    found: list[tuple[str, str | None, str]] = []
    for folder in surveys if len(several) else ():
        table = opened(folder, ["key", "article_id", "path", "record"])
        for row in table.filter(pc.is_in(table["key"], several)).to_pylist():
            here = (row["path"], row["record"])
            earlier = first.setdefault(row["article_id"], here)
            if earlier != here:
                found.append((*here, called(*earlier)))
    return found


def _row(look: Glance | Rejected) -> dict[str, object]:
    if isinstance(look, Rejected):
        return {"rejected": json.dumps(asdict(look))}
    said = {name: getattr(look, name) for name in (*_SAID, "marks", "story")}
    story_key = None if look.story is None else _hash(look.source_id.encode() + b"\0" + look.story)
    return {**said, "key": _hash(look.article_id.encode()), "story_key": story_key}


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def opened(folder: Path, columns: Sequence[str]) -> pa.Table:
    """These columns of the table of looks that was written."""
    return pa.ipc.open_file(pa.memory_map(str(folder / _FILE))).read_all().select(columns)


def numbers(folder: Path, column: str) -> npt.NDArray[np.uint64]:
    """The numbers of a column."""
    return np.asarray(opened(folder, [column])[column].drop_null(), np.uint64)


def several_of(found: Sequence[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    """The numbers that stand there more than once."""
    ordered = np.sort(np.concatenate([np.empty(0, np.uint64), *found]))
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
