"""Single values of an Arrow file, read from where they lie."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa


class Picked:
    """The values of a column by row, of which nothing stays in memory.

    Where a file is mapped, the system maps 64 kB around each look at it, at what the file says of each of its parts
    too: an eighth of the file, before a value is read.
    """

    def __init__(self, path: Path, column: str) -> None:
        self._path = str(path)
        self._column = column
        self._ends: list[int] = []
        """Behind which row each part of the file ends."""
        self._options = pa.ipc.IpcReadOptions(use_threads=False)

    def __call__(self, row: int) -> Any:
        if not self._ends:
            self._look()
        part = bisect_right(self._ends, row)
        with pa.OSFile(self._path) as file, pa.ipc.open_file(file, options=self._options) as reader:
            return reader.get_batch(part)[0][row - (self._ends[part - 1] if part else 0)].as_py()

    def _look(self) -> None:
        with pa.OSFile(self._path) as file, pa.ipc.open_file(file) as reader:
            self._options.included_fields = [reader.schema.get_field_index(self._column)]
        with pa.OSFile(self._path) as file, pa.ipc.open_file(file, options=self._options) as reader:
            rows = (reader.get_batch(number).num_rows for number in range(reader.num_record_batches))
            self._ends = list(accumulate(rows))
