"""A dataset in an object store, or any other place that fsspec can write to: S3, GCS, Azure, memory …

There is no rename: a version's files are uploaded one by one, each only if its name is free, release.json last, and
then all are read again. The writer holds a lease.
"""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from copydesk.errors import StoreError
from copydesk.store import layout
from copydesk.store.errors import BrokenStore, DatasetNotWritable, MissingPlugin, NoSuchDataset, StoreBusy, disk_full
from copydesk.store.lease import lease
from copydesk.store.ranged import RangedFile
from copydesk.store.sums import compare_files, files_of

LEASE_SECONDS = 120.0
"""How long a writer that died keeps others waiting."""

_CHUNK = 8 << 20


class ObjectStore:
    """A ``Store`` behind a URL of fsspec."""

    at_once = False

    def __init__(self, url: str, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self.name = url.rstrip("/")
        self._lease_seconds = lease_seconds
        self._files, root = _filesystem(url)
        self._root = root.rstrip("/")

    def read(self, path: str) -> bytes:
        with self._told(path):
            return cast("bytes", self._files.cat_file(self._at(path)))

    def open(self, path: str) -> BinaryIO:
        with self._told(path):
            size = self._files.info(self._at(path))["size"]
        return cast("BinaryIO", RangedFile(lambda start, end: self._part(path, start, end), size))

    def stream(self, path: str, start: int = 0) -> tuple[int, Iterator[bytes]]:
        with self._told(path):
            size = self._files.info(self._at(path))["size"]
        begins = start if start <= size else 0
        return begins, (self._part(path, at, min(at + _CHUNK, size)) for at in range(begins, size, _CHUNK))

    def children(self, path: str) -> list[str]:
        with self._told(path), suppress(FileNotFoundError):
            self._files.invalidate_cache()
            names = self._files.ls(self._at(path), detail=False)
            return sorted({name.rstrip("/").rpartition("/")[2] for name in names} - {path.rpartition("/")[2]})
        return []

    def files_below(self, path: str) -> list[str]:
        with self._told(path):
            self._files.invalidate_cache()
            found = self._files.find(self._at(path))
            return sorted(name.removeprefix(self._at(path)).lstrip("/") for name in found)

    def sha256(self, path: str) -> str:
        digest = hashlib.sha256()
        for chunk in self.stream(path)[1]:
            digest.update(chunk)
        return digest.hexdigest()

    def create(self, path: str, data: bytes) -> None:
        """Writes a small file under a name that is free. Raises FileExistsError."""
        with self._told(path):
            self._files.invalidate_cache()
            if self._files.exists(self._at(path)):
                raise FileExistsError(f"{self.name}/{path} is there already")
            self._exclusively(self._files.pipe_file, self._at(path), data)
            if self._files.cat_file(self._at(path)) != data:  # where creating is not exclusive, the last one has won
                raise FileExistsError(f"{self.name}/{path} was written by another at the same moment")

    def put(self, path: str, data: bytes) -> None:
        """Writes a small file, or replaces it at once."""
        with self._told(path):
            self._files.pipe_file(self._at(path), data)

    def write_new(self, source: Path, path: str) -> None:
        self.create(path, source.read_bytes())

    def replace(self, source: Path, path: str) -> None:
        self.put(path, source.read_bytes())

    def add_folder(self, source: Path, path: str) -> None:
        files = sorted(files_of(source), key=_upload_order)
        if self.files_below(path):
            raise StoreBusy(f"Another run has written to {self.name}/{path} at the same time: run again.")
        try:
            for file in files:
                with self._told(f"{path}/{file}"):
                    self._exclusively(self._files.put_file, str(source / file), self._at(f"{path}/{file}"), swap=True)
        except FileExistsError as error:
            raise StoreBusy(f"Another run has written to {self.name}/{path} at the same time: run again.") from error
        differences = compare_files(
            lambda file: self.read(f"{path}/{file}"), self.files_below(path), lambda file: self.sha256(f"{path}/{file}")
        )
        if differences:
            self.delete(path)
            raise BrokenStore(
                f"{self.name}/{path} is not what was uploaded ({differences[0].path}: {differences[0].what}): it was "
                "removed, and the last version is as it was. Run again."
            )

    def delete(self, path: str) -> None:
        with self._told(path):
            # release.json first: what is left of a version is none.
            for file in sorted(self.files_below(path), key=_upload_order, reverse=True):
                self._files.rm_file(self._at(f"{path}/{file}" if file else path))
            with suppress(FileNotFoundError):  # what is left of it where folders are things of their own
                self._files.rm(self._at(path), recursive=True)

    def point(self, path: str | None, run: Path) -> None:
        """There are no links here."""

    def points(self, path: str | None) -> bool:
        del path
        return True

    def check_writable(self) -> None:
        probe = f".probe-{secrets.token_hex(8)}"
        try:
            self.put(probe, b"\0")
            self.delete(probe)
        except Exception as error:
            raise DatasetNotWritable(
                f"{self.name} cannot be written ({error.__cause__ or error}): see that the bucket is there and that "
                "you have the right to write to it."
            ) from error

    def check_shape(self) -> None:
        """Names cannot be folders and files at once here, or it does no harm."""

    def lock(self, wait_seconds: float) -> AbstractContextManager[Callable[[], None]]:
        return lease(self, wait_seconds, self._lease_seconds)

    @contextmanager
    def staging(self) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="copydesk-") as folder, disk_full(Path(folder)):
            yield Path(folder)

    def clean(self) -> list[str]:
        return []  # a killed run's staging folder lies among the machine's temporary files

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _part(self, path: str, start: int, end: int) -> bytes:
        with self._told(path):
            return cast("bytes", self._files.cat_file(self._at(path), start=start, end=end))

    def _exclusively(self, write: Callable[..., Any], first: Any, second: Any, *, swap: bool = False) -> None:
        """Writes only if the name is free, where the place can promise that (S3 by If-None-Match)."""
        target = second if swap else first
        try:
            write(first, second, mode="create")
        except FileExistsError:
            raise
        except (TypeError, NotImplementedError, OSError) as error:
            # A plugin that knows no mode (TypeError), or a server that knows no If-None-Match, cannot promise it: then
            # the lease keeps writers apart, and this look before the write is a second guard.
            if isinstance(error, OSError) and "NotImplemented" not in str(error):
                raise
            if self._files.exists(target):
                raise FileExistsError(f"{target} is there already") from error
            write(first, second)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """What goes wrong on the way to a store, as a sentence. Plugins raise errors of all kinds."""
        try:
            yield
        except (FileNotFoundError, FileExistsError, StoreError):
            raise
        except Exception as error:
            what = f"{type(error).__name__}: {error}"
            raise StoreError(
                f"{self.name}/{path} cannot be reached ({what}): see that the address and your rights are as they "
                "should be, and run again. The last version is as it was."
            ) from error


def _upload_order(path: str) -> tuple[int, str]:
    """Data, then what describes them, then the sums, then release.json, which says that all is there."""
    if path == layout.RELEASE:
        return 3, path
    if path == layout.SUMS:
        return 2, path
    return (0 if path.startswith(("data/", "csv/")) else 1), path


def _filesystem(url: str) -> tuple[Any, str]:
    try:
        import fsspec  # type: ignore[import-untyped]  # noqa: PLC0415
    except ImportError as error:
        raise MissingPlugin(f"Reaching {url} needs fsspec: pip install fsspec, or download the dataset.") from error
    try:
        files, root = fsspec.core.url_to_fs(url)
    except ValueError as error:
        raise NoSuchDataset(f"{url}: fsspec knows no scheme {url.partition('://')[0]!r} ({error}).") from error
    except ImportError as error:
        raise MissingPlugin(f"Reaching {url} needs a plugin of fsspec: {error}") from error
    return files, str(root)
