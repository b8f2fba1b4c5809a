"""What cleaning a partition leaves on disk: pieces, each a folder with one Arrow file a table, sorted by its key.

The rows of one article are in one piece. One piece is new; the others were kept of earlier runs, and are left as they
lie: not before all partitions are merged are rows put in order.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import feather

from copydesk import duplicates, rows, tables
from copydesk.bulk import MERGED_BYTES, Picked, write_stored
from copydesk.frames import concatenate, frame

MADE = (*rows.PER_ARTICLE, "quarantine")
"""The tables of the registry that are made of one partition."""

_SIGNATURES, _KEYS = "signatures", "keys"
KEPT = (*rows.PER_ARTICLE, _SIGNATURES)
"""The tables of a piece that are kept with its articles."""

_ARROW = ".arrow"
_AT_ONCE = 250


def write_piece(folder: Path, made: Mapping[str, pa.Table]) -> None:
    """Writes the tables of a piece, those of ``KEPT`` among them."""
    folder.mkdir()
    for name, data in made.items():
        write_stored([data], data.schema, folder / (name + _ARROW), most_bytes=MERGED_BYTES)
    _write_keys(folder, made[_SIGNATURES])


def write_kept(folder: Path, files: Mapping[str, Path], ids: pa.Array) -> None:
    """Writes the piece that was kept as these files; of its articles those with these ids, which are all there.

    Nearly always that is all of them: then it is the same files, under another name where the disk allows it, and no
    row is looked at. Whoever lets go of what was kept takes nothing from the piece.
    """
    held = {name: _mapped(path) for name, path in files.items()}
    if len(ids) < held["articles"].num_rows:
        write_piece(folder, {name: data.filter(pc.is_in(data["article_id"], ids)) for name, data in held.items()})
        return
    folder.mkdir()
    for name, path in files.items():
        target = folder / (name + _ARROW)
        try:
            target.hardlink_to(path)
        except OSError:
            shutil.copyfile(path, target)
    _write_keys(folder, held[_SIGNATURES])


def pieces_of(folders: Iterable[Path]) -> list[Path]:
    """The pieces in the folders of partitions."""
    return [piece for folder in folders for piece in sorted(folder.iterdir()) if piece.is_dir()]


def files_of(pieces: Iterable[Path], table: str) -> list[Path]:
    """The files of one table; a piece need not have rows of each."""
    return [path for piece in pieces if (path := piece / (table + _ARROW)).exists()]


def compared(piece: Path) -> duplicates.Part:
    """A piece's articles as what relates them reads them: from the disk, and only what is asked for."""
    articles, signatures, keys = (piece / (name + _ARROW) for name in ("articles", _SIGNATURES, _KEYS))
    opened = partial(_mapped, articles), partial(_mapped, signatures), partial(_mapped, keys)
    return duplicates.Part(*opened, Picked(articles, "text"))


def joined(pieces: Sequence[Path]) -> dict[str, pa.Table]:
    """What is kept of several pieces, as of one."""
    found = {name: [_mapped(path) for path in files_of(pieces, name)] for name in KEPT}
    whole = {name: concatenate(tables.table(name), found[name]) for name in rows.PER_ARTICLE}
    return {**whole, _SIGNATURES: duplicates.joined(found[_SIGNATURES])}


class Collected:
    """Rows by table, most of the time as Arrow: as Python's own values they take ten times the memory."""

    def __init__(self) -> None:
        self._parts: dict[str, list[pa.Table]] = {name: [] for name in MADE}
        self._rows: dict[str, list[rows.Row]] = {name: [] for name in MADE}
        self._held = 0

    def add(self, made: Mapping[str, Sequence[rows.Row]]) -> None:
        for name, more in made.items():
            self._rows[name].extend(more)
        self._held += 1
        if self._held >= _AT_ONCE:
            self._pack()

    def tables(self) -> dict[str, pa.Table]:
        """All of them, with the articles' signatures. They are given away: nothing can be added any more."""
        self._pack()
        found = {name: concatenate(tables.table(name), self._parts.pop(name)) for name in list(self._parts)}
        pa.default_memory_pool().release_unused()  # the parts: to sign takes as much
        return {**found, _SIGNATURES: duplicates.sign(found["articles"])}

    def _pack(self) -> None:
        for name, collected in self._rows.items():
            self._parts[name].append(frame(tables.table(name), collected))
            collected.clear()
        self._held = 0


def _write_keys(folder: Path, signatures: pa.Table) -> None:
    feather.write_feather(duplicates.keyed(signatures), folder / (_KEYS + _ARROW), compression="uncompressed")


def _mapped(path: Path) -> pa.Table:
    return feather.read_table(path, memory_map=True)
