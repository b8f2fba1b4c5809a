"""``SHA256SUMS``: the hash and the path of every other file of a version, as ``sha256sum --check`` reads them."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


class HashedFile(io.RawIOBase):
    """A new file that is hashed while it is written. ``bytes`` and ``sha256`` are those of what was written."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("wb")
        self._digest = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def target(self) -> pa.NativeFile:
        """The file, for pyarrow to write to."""
        import pyarrow  # noqa: PLC0415 - a reader of sums needs none of it

        return pyarrow.PythonFile(self, mode="w")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._digest.update(data)
        count = self._file.write(data)
        self.bytes += count
        return count

    def tell(self) -> int:
        return self.bytes

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class NotPlain(ValueError):
    """A pipe, a socket or a device where a file belongs: whoever reads it may wait for ever."""


def open_plain(path: Path) -> io.BufferedReader:
    """Opens a file to read. Raises OSError, and NotPlain for what is no file, without waiting for it."""
    # It is opened first and looked at then: what a path leads to may become another thing in between.
    try:
        file = open(path, "rb", opener=_at_once)  # noqa: SIM115 - it is closed by who asked for it
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise NotPlain("it is no plain file") from error
        raise
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise NotPlain("it is no plain file")
    return file


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex. Raises OSError, and NotPlain."""
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_of(folder: Path) -> list[str]:
    """Every file below a folder, as paths with ``/``, sorted. A symlink counts as a file, and is not followed."""
    found: list[str] = []
    open_folders = [folder]
    while open_folders:
        for path in open_folders.pop().iterdir():
            if path.is_dir() and not path.is_symlink():
                open_folders.append(path)
            else:
                found.append(path.relative_to(folder).as_posix())
    return sorted(found)


def render_sums(sums: Mapping[str, str]) -> bytes:
    """The file's bytes for path → sha256."""
    return "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()
