"""What a place has to be able to do so that a dataset can be read there, and so that one can be published there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from copydesk.store.layout import FILE_MODE


class Files(Protocol):
    """Files to read, by their paths below the dataset. A path that is not there raises FileNotFoundError."""

    name: str
    """The place as people write it: a folder or a URL, without a slash at the end."""

    def read(self, path: str) -> bytes: ...

    def open(self, path: str) -> BinaryIO:
        """For reading here and there: only what is read is fetched, where the place can do that."""
        ...

    def stream(self, path: str, start: int = 0) -> tuple[int, Iterator[bytes]]:
        """The file's bytes from ``start`` on, or from the place that is returned, where it cannot begin there."""
        ...


class Store(Files, Protocol):
    """Files that can be written too. What is written was made in a local folder before, which ``staging`` gives."""

    at_once: bool
    """Whether a folder appears whole. Where it does not, one without release.json is what a killed run left."""

    def children(self, path: str) -> list[str]:
        """The names of what lies right below a folder, sorted; empty where there is none."""
        ...

    def files_below(self, path: str) -> list[str]:
        """Every file below a folder, by its path in that folder, sorted; empty where there is none."""
        ...

    def sha256(self, path: str) -> str:
        """Hex. Raises ValueError for what is no plain file."""
        ...

    def write_new(self, source: Path, path: str) -> None:
        """Raises FileExistsError where the path is taken."""
        ...

    def replace(self, source: Path, path: str) -> None:
        """At once: readers see the old file or the new one."""
        ...

    def add_folder(self, source: Path, path: str) -> None:
        """A whole folder under a name that is not taken. ``release.json`` tells that all of it is there."""
        ...

    def delete(self, path: str) -> None:
        """A file, or a folder with all that it holds; nothing where it is not there."""
        ...

    def point(self, path: str | None, run: Path) -> None:
        """Makes the link to the latest version lead to a folder (or nowhere), where the place has links."""
        ...

    def points(self, path: str | None) -> bool:
        """Whether the link leads there, or the place has no links."""
        ...

    def check_writable(self) -> None:
        """Raises DatasetNotWritable or DiskFull."""
        ...

    def check_shape(self) -> None:
        """Raises BrokenStore where something stands in the way of a pointer."""
        ...

    def lock(self, wait_seconds: float) -> AbstractContextManager[Callable[[], None]]:
        """Holds the dataset for one writer; raises StoreBusy. What it gives is called before each commit, and raises
        StoreBusy where the lock was lost meanwhile."""
        ...

    def staging(self) -> AbstractContextManager[Path]:
        """A local folder of this run's own, removed at the end; a full disk below it raises DiskFull."""
        ...

    def clean(self) -> list[str]:
        """Removes the staging folders of killed runs; a sentence for each. The caller holds the lock."""
        ...


def write_aside(run: Path, files: Mapping[str, bytes]) -> dict[str, Path]:
    """Files in a staging folder, on disk, for a store to take: their names, and where they are."""
    written = {}
    for number, (name, data) in enumerate(files.items()):
        path = run / f"aside-{number}-{name.replace('/', '-')}"
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.chmod(FILE_MODE)
        written[name] = path
    return written
