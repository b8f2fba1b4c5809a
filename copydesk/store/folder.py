"""A dataset in a local folder: whole folders appear by one rename, files are replaced at once."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from copydesk.store import layout
from copydesk.store.errors import BrokenStore, disk_full, not_writable
from copydesk.store.lock import remove_stale, staging_folder, writer_lock
from copydesk.store.sums import NotPlain, files_of, open_plain, sha256_of

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS})
_CHUNK = 1 << 20


class FolderStore:
    """A ``Store`` in a folder."""

    at_once = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    def read(self, path: str) -> bytes:
        with self.open(path) as file:
            return file.read()

    def open(self, path: str) -> BinaryIO:
        try:
            return open_plain(self.folder / path)
        except NotADirectoryError as error:  # a path that leads through a file is one that is not there
            raise FileNotFoundError(*error.args) from error
        except NotPlain as error:
            raise BrokenStore(f"{self.name}/{path} is no plain file: it was not read.") from error

    def stream(self, path: str, start: int = 0) -> tuple[int, Iterator[bytes]]:
        if (self.folder / path).is_symlink():
            raise BrokenStore(f"{self.name}/{path} is a symlink where a file belongs: it was not followed.")
        file = self.open(path)
        file.seek(start)
        return start, _chunks(file)

    def children(self, path: str) -> list[str]:
        place = self.folder / path
        return sorted(child.name for child in place.iterdir()) if place.is_dir() else []

    def files_below(self, path: str) -> list[str]:
        return files_of(self.folder / path) if (self.folder / path).is_dir() else []

    def sha256(self, path: str) -> str:
        if (self.folder / path).is_symlink():
            raise ValueError("it is a symlink, not a file")
        return sha256_of(self.folder / path)

    def write_new(self, source: Path, path: str) -> None:
        target = self.folder / path
        if target.exists():  # the writer's lock is held: nobody else can take the place before the next line
            raise FileExistsError(errno.EEXIST, "is there already", str(target))
        self.replace(source, path)

    def replace(self, source: Path, path: str) -> None:
        target = self.folder / path
        if not target.parent.is_dir():
            target.parent.mkdir()
            target.parent.chmod(layout.FOLDER_MODE)
        source.replace(target)
        _fsync_folder(target.parent)

    def add_folder(self, source: Path, path: str) -> None:
        _settle(source)
        source.rename(self.folder / path)
        _fsync_folder((self.folder / path).parent)

    def delete(self, path: str) -> None:
        place = self.folder / path
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)

    def point(self, path: str | None, run: Path) -> None:
        if path is None:
            (self.folder / layout.LATEST_LINK).unlink(missing_ok=True)
            return
        link = run / layout.LATEST_LINK
        try:
            link.symlink_to(path, target_is_directory=True)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            return
        link.replace(self.folder / layout.LATEST_LINK)
        _fsync_folder(self.folder)

    def points(self, path: str | None) -> bool:
        link = self.folder / layout.LATEST_LINK
        if path is None:
            return not link.is_symlink()
        try:
            return link.readlink() == Path(path)
        except OSError:
            return False

    def check_writable(self) -> None:
        with not_writable(self.folder):
            for folder in (self.folder, self.folder / layout.VERSIONS, self.folder / layout.STAGING):
                if not folder.is_dir():
                    folder.mkdir(parents=True, exist_ok=True)
                    folder.chmod(layout.FOLDER_MODE)
                with tempfile.TemporaryFile(dir=folder) as probe:
                    probe.write(b"\0")
                    probe.flush()
            with (self.folder / layout.LOCK).open("ab"):
                pass

    def check_shape(self) -> None:
        for name in (layout.INDEX, layout.LATEST, layout.LATEST_LINK):
            target = self.folder / name
            if target.is_dir() and not target.is_symlink():
                raise BrokenStore(f"{target} is a folder where a pointer belongs: move it away and run again.")

    @contextmanager
    def lock(self, wait_seconds: float) -> Iterator[Callable[[], None]]:
        with disk_full(self.folder), writer_lock(self.folder, wait_seconds):
            yield lambda: None  # the operating system keeps it as long as this process lives

    @contextmanager
    def staging(self) -> Iterator[Path]:
        with disk_full(self.folder), staging_folder(self.folder) as run:
            yield run

    def clean(self) -> list[str]:
        stale = remove_stale(self.folder)
        return [f"Removed what an unfinished run had left in {layout.STAGING}/{run}." for run in stale]


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _settle(staged: Path) -> None:
    """Readable modes, and everything on disk before it is renamed: a power cut leaves a whole version or none."""
    folders = {staged}
    for path in files_of(staged):
        file = staged / path
        file.chmod(layout.FILE_MODE)
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
        folders.update(parent for parent in file.parents if parent.is_relative_to(staged))
    for folder in sorted(folders, reverse=True):
        folder.chmod(layout.FOLDER_MODE)
        _fsync_folder(folder)


def _fsync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        # Some file systems cannot sync a folder; its entries are then as safe as they can be.
        with suppress(OSError):
            os.fsync(opened)
    finally:
        os.close(opened)
