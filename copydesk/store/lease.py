"""One writer at a time where there are no locks of an operating system: a lease in the object store.

A lease is a file ``.lock/<number>.json`` that can be created only once; the highest number counts. It says who holds it
and until when, and its holder renews it while the process lives. Who finds it given back or expired creates the next
number: of two that try, one succeeds. The highest is never deleted, so that a late comer who creates a number that was
used before finds a higher one beside it, and steps back. The clocks of the writers' machines may differ by less than
the lease's length; a writer that slept past its own end finds that out before it commits anything. Where a dead
holder's clock was further ahead, whoever waits sees that the lease is not renewed for twice its length, and takes it.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Protocol

from copydesk.errors import StoreError
from copydesk.store.errors import StoreBusy
from copydesk.store.layout import LOCK

_LONGEST_NAP = 1.0  # seconds between two looks at a lease that another holds
_RENEWALS = 3  # in one lease's length


class Objects(Protocol):
    """What a lease needs of a store."""

    name: str

    def children(self, path: str) -> list[str]: ...
    def read(self, path: str) -> bytes: ...
    def create(self, path: str, data: bytes) -> None: ...
    def put(self, path: str, data: bytes) -> None: ...
    def delete(self, path: str) -> None: ...


@contextmanager
def lease(objects: Objects, wait_seconds: float, seconds: float) -> Iterator[Callable[[], None]]:
    """Holds the store for one writer. What it gives raises StoreBusy where the lease is lost.

    ``seconds``: how long it lasts when its holder dies. Raises StoreBusy, naming the holder.
    """
    me = {
        "owner": secrets.token_hex(8),
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    mine = _acquire(objects, me, wait_seconds, seconds)
    renewed = time.monotonic()
    ended = threading.Event()

    def renew() -> None:
        nonlocal renewed
        while not ended.wait(seconds / _RENEWALS):
            with suppress(Exception):  # a store that does not answer may do so the next time; check() tells
                began = time.monotonic()
                objects.put(_path(mine), _stated(me, seconds))
                renewed = began

    def check() -> None:
        if time.monotonic() - renewed >= seconds or _numbers(objects)[-1:] != [mine]:
            raise StoreBusy(
                f"This run lost its hold on {objects.name}: it slept or could not reach it for {seconds:g} s. "
                "Nothing more was written; run again."
            )

    keeper = threading.Thread(target=renew, name="copydesk-lease", daemon=True)
    keeper.start()
    try:
        yield check
    finally:
        ended.set()
        keeper.join()
        with suppress(StoreError):  # it ends by itself too
            objects.put(_path(mine), _stated(me, 0.0, released=True))


def _acquire(objects: Objects, me: dict[str, Any], wait_seconds: float, seconds: float) -> int:
    until = time.monotonic() + wait_seconds
    unchanged, since = b"", time.monotonic()
    while True:
        numbers = _numbers(objects)
        last = numbers[-1] if numbers else -1
        said = _said(objects, last) if numbers else b""
        if said != unchanged:
            unchanged, since = said, time.monotonic()
        held = _held(said)
        # By a clock within the promise, a lease that is not renewed has ended by then.
        if held is not None and time.monotonic() - since < 2 * seconds:
            left = until - time.monotonic()
            if left <= 0:
                who = f"process {held['pid']} on {held['host']}, since {held['since']}"
                raise StoreBusy(
                    f"Another run is publishing to {objects.name}: {who}. Waited {wait_seconds:g} s; run again when "
                    f"it is done, or wait longer: if it died, its hold ends by itself after {seconds:g} s."
                )
            time.sleep(min(_LONGEST_NAP, seconds / _RENEWALS, left))
            continue
        try:
            objects.create(_path(last + 1), _stated(me, seconds))
        except FileExistsError:
            continue
        if _numbers(objects)[-1] == last + 1:
            for number in numbers:
                objects.delete(_path(number))
            return last + 1
        objects.delete(_path(last + 1))


def _said(objects: Objects, number: int) -> bytes:
    """What the lease of that number says; nothing where it is gone."""
    try:
        return objects.read(_path(number))
    except FileNotFoundError:
        return b""


def _held(stated: bytes) -> dict[str, Any] | None:
    """Who holds the lease that says this, if anybody does by this machine's clock."""
    try:
        said = json.loads(stated)
        live = not said["released"] and said["expires"] > time.time()
        return {key: said[key] for key in ("pid", "host", "since")} if live else None
    except (ValueError, KeyError, TypeError):
        return None


def _numbers(objects: Objects) -> list[int]:
    names = (name.removesuffix(".json") for name in objects.children(LOCK))
    return sorted(int(name) for name in names if name.isascii() and name.isdigit())


def _path(number: int) -> str:
    return f"{LOCK}/{number:08}.json"


def _stated(me: dict[str, Any], seconds: float, *, released: bool = False) -> bytes:
    return (json.dumps({**me, "expires": time.time() + seconds, "released": released}) + "\n").encode()
