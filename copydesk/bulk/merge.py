"""Many sorted tables as one: a stretch of keys at a time, out of all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.bulk.stored import Stored, write_stored
from copydesk.frames import arrow_schema, sort
from copydesk.tables import Table

MERGED_BYTES = 512 << 10
"""How long the parts of a file should be that is to be merged: one part of each file is held."""
AT_ONCE = 200
"""Files that are merged together: of each, a part is held. More are merged in steps."""
STRETCH_BYTES = 16 << 20


def merge(registered: Table, files: Sequence[Path], target: Path) -> Stored:
    """The rows of Arrow files, each sorted by the table's key, as one Arrow file that is. Files may be empty.

    How the rows came to the files leaves no trace, but for the order of rows of one key.
    """
    steps: list[Path] = []
    while len(files) > AT_ONCE:
        count = -(-len(files) // AT_ONCE)
        groups = [files[number::count] for number in range(count)]  # about as many in each: what is held is the least
        made = [target.with_name(f"{target.name}-{len(steps) + number}") for number in range(len(groups))]
        for group, path in zip(groups, made, strict=True):
            write_stored(_merged(registered, group), arrow_schema(registered), path)
        files = made
        steps += made
    whole = write_stored(_merged(registered, files), arrow_schema(registered), target)
    for path in steps:
        path.unlink()
    return whole


def _merged(registered: Table, files: Sequence[Path]) -> Iterator[pa.Table]:
    key = registered.key[0]
    bounds = _bounds(files, key)
    with ExitStack() as stack:
        sources = [_Source(path, key, stack) for path in files]
        for bound in bounds:
            if pieces := [piece for source in sources for piece in source.through(bound)]:
                yield sort(registered, pa.concat_tables(pieces))


def _bounds(files: Sequence[Path], key: str) -> list[str]:
    """Keys that cut all the rows into stretches; the last of them is the last there is."""
    ends: list[tuple[str, float]] = []
    for path in files:
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as whole:
            place = whole.schema.get_field_index(key)
        options = pa.ipc.IpcReadOptions(included_fields=[place], use_threads=False)
        with pa.OSFile(str(path)) as file, pa.ipc.open_file(file, options=options) as reader:
            lasts = [_last(reader.get_batch(number)) for number in range(reader.num_record_batches)]
        rows = sum(count for _, count in lasts)
        size = path.stat().st_size
        ends += [(last, size * count / rows) for last, count in lasts if count]
    ends.sort()
    whole = np.cumsum([size for _, size in ends])
    stretch = (whole // STRETCH_BYTES).astype(np.int64)
    last = [number for number in range(len(ends)) if number == len(ends) - 1 or stretch[number] != stretch[number + 1]]
    return [ends[number][0] for number in last]


def _last(part: pa.RecordBatch) -> tuple[str, int]:
    """The last key of a file's part and its number of rows: the part itself, as read, holds all of its columns."""
    return (part[0][-1].as_py() if part.num_rows else ""), part.num_rows


class _Source:
    """One of the files, read as far as it has been asked for."""

    def __init__(self, path: Path, key: str, stack: ExitStack) -> None:
        self._key = key
        file = stack.enter_context(pa.OSFile(str(path)))
        self._reader = stack.enter_context(pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(use_threads=False)))
        self._next = 0
        self._held: pa.Table | None = None

    def through(self, bound: str) -> Iterator[pa.Table]:
        """The rows not given yet whose key is not after ``bound``, in pieces."""
        while (part := self._held or self._read()) is not None:
            count = pc.sum(pc.less_equal(part[self._key], bound)).as_py()
            if count:
                yield part.slice(0, count)
            self._held = part.slice(count) if count < part.num_rows else None
            if self._held is not None:
                return

    def _read(self) -> pa.Table | None:
        while self._next < self._reader.num_record_batches:
            part = pa.Table.from_batches([self._reader.get_batch(self._next)])
            self._next += 1
            if part.num_rows:
                return part
        return None
