"""One writer at a time, and staging folders that tell whether their run still lives.

Both are locks of the operating system, which frees them when their process ends, however it ends: there is no lock that
somebody has to remove by hand.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from copydesk.store.errors import StoreBusy
from copydesk.store.layout import FOLDER_MODE, LOCK, STAGING


@contextmanager
def writer_lock(dataset: Path, wait_seconds: float) -> Iterator[None]:
    """Holds the dataset for one writer. Raises StoreBusy, naming the holder, when it is not free in time."""
    from filelock import FileLock, Timeout  # noqa: PLC0415 (it imports asyncio, which readers have no use for)

    path = dataset / LOCK
    lock = FileLock(path, timeout=max(0.0, wait_seconds))
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreBusy(
            f"Another run is publishing to {dataset}: {holder(path)}. Waited {wait_seconds:g} s; "
            "run again when it is done, or wait longer."
        ) from error
    try:
        path.write_text(
            json.dumps(
                {
                    "pid": os.getpid(),
                    "host": socket.gethostname(),
                    "since": datetime.now(UTC).isoformat(timespec="seconds"),
                }
            )
            + "\n",
            encoding="utf-8",
        )
        yield
    finally:
        lock.release()


def holder(path: Path) -> str:
    """Who holds a lock, in words, from what they wrote into it."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return f"process {said['pid']} on {said['host']}, since {said['since']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "a process that has not said which it is"


@contextmanager
def staging_folder(dataset: Path) -> Iterator[Path]:
    """A new folder of this run's own below ``.staging``, removed at the end, whatever the end is."""
    from filelock import FileLock  # noqa: PLC0415

    parent = dataset / STAGING
    run = f"{os.getpid()}-{secrets.token_hex(4)}"
    lock = FileLock(parent / f"{run}.lock", timeout=0)
    folder = parent / run
    with lock:
        try:
            folder.mkdir()
            folder.chmod(FOLDER_MODE)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            (parent / f"{run}.lock").unlink(missing_ok=True)


def remove_stale(dataset: Path) -> list[str]:
    """Removes what dead runs left in ``.staging``; returns their names. The caller holds the writer's lock.

    A run is dead when its lock is free. A folder of a live one stays, which matters where the writer's lock could not
    keep two runs apart (some network disks).
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415

    removed = []
    for name in sorted({path.name.removesuffix(".lock") for path in (dataset / STAGING).iterdir()}):
        folder = dataset / STAGING / name
        lock_path = dataset / STAGING / f"{name}.lock"
        try:
            with FileLock(lock_path, timeout=0):
                if folder.is_dir():
                    shutil.rmtree(folder)
                else:
                    folder.unlink(missing_ok=True)
                lock_path.unlink(missing_ok=True)
        except Timeout:
            continue
        removed.append(name)
    return removed
