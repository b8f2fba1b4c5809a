"""Where the stages of a build are done: in this process, by processes of this machine, or by a cluster.

An engine is given a stage and what it is a function of, and gives back a future. What comes of it is the same bytes on
every engine; so is the order in which it is asked for.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import AbstractContextManager, ExitStack, nullcontext
from threading import Lock
from typing import Any, Protocol, Self, TypeVar

from copydesk import reuse
from copydesk.engine.pool import Pool
from copydesk.partitions import Partition
from copydesk.settings import Settings

T = TypeVar("T")

_WORTH_BYTES = 1_500_000
"""Of less than this, some five hundred pages, the work is done before processes have started, unless they are asked
for."""

_WORTH_SECONDS = 8.0
"""Of a processor. Who has worked for so long may have as much before him again."""


class Engine(Protocol):
    """Something that works on several partitions at a time."""

    @property
    def width(self) -> int:
        """How many at a time; what there proves to be to do may change it."""
        ...

    def submit(self, stage: Callable[..., T], /, *arguments: Any) -> Future[T]:
        """The outcome to be. May be called from several threads."""
        ...


class Here:
    """This process: nothing is started and nothing is sent. A stage is done when it has been submitted."""

    width = 1

    def submit(self, stage: Callable[..., T], /, *arguments: Any) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(stage(*arguments))
        except Exception as error:
            future.set_exception(error)
        return future


class Growing:
    """This process, and so many others from the time on when the work has proved to be worth their start.

    What of a night's pages is new is little, and each process would load all models for its part of it; but a line that
    has become furniture has thousands of pages cleaned again, which nobody knows before they are asked.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._pool: Pool | None = None
        self._seconds = 0.0
        self._lock = Lock()
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    @property
    def width(self) -> int:
        return self._workers if self._pool else 1

    def submit(self, stage: Callable[..., T], /, *arguments: Any) -> Future[T]:
        """As ``Here`` does, and then as ``Pool``."""
        with self._lock:
            if self._pool is None and self._seconds > _WORTH_SECONDS:
                self._pool = self._exits.enter_context(Pool(self._workers))
            if self._pool is None:
                began = time.process_time()
                done = Here().submit(stage, *arguments)
                self._seconds += time.process_time() - began
                return done
        return self._pool.submit(stage, *arguments)


def workers_for(settings: Settings, planned: Sequence[Partition]) -> int:
    """How many workers the partitions are worth: those that the settings state, else the cores that may be used."""
    most = settings.workers or (cores() if sum(one.size for one in planned) > _WORTH_BYTES else 1)
    return most if any(one.large for one in planned) else min(most, len(planned))


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def open_engine(settings: Settings, planned: Sequence[Partition]) -> AbstractContextManager[Engine]:
    """The engine that the settings name; what it starts for the partitions is ended on leaving, whatever the end is."""
    workers = workers_for(settings, planned)
    if settings.engine == "dask":
        from copydesk.engine.cluster import Cluster  # noqa: PLC0415 - an extra

        return Cluster(workers, settings.scheduler)
    if workers == 1:
        return nullcontext(Here())
    return Pool(workers) if settings.workers or _new_bytes(settings, planned) > _WORTH_BYTES else Growing(workers)


def _new_bytes(settings: Settings, planned: Sequence[Partition]) -> int:
    """About how much of it no run has seen: what is large counts as new."""
    cache = settings.kept()
    if cache is None or any(one.large for one in planned):
        return sum(one.size for one in planned)
    seen = reuse.names_seen([file for one in planned for file in one.files], cache)
    return sum(file.size for one in planned for file in one.files if file.name not in seen)


def work_off(
    engine: Engine,
    stage: Callable[..., T],
    calls: Iterable[Sequence[Any]],
    done: Callable[[int], None] = lambda _: None,
) -> list[T]:
    """The outcome of each call of a stage, in order. ``done`` hears the number of each call as it comes to its end.

    Raises what the first call to fail raises; those that wait are not begun then.
    """
    outcomes: dict[int, T] = {}
    waiting: dict[Future[T], int] = {}
    left = deque(enumerate(calls))
    while left or waiting:
        while left and len(waiting) < 2 * engine.width:  # one at work and one at hand for each worker
            number, arguments = left.popleft()
            waiting[engine.submit(stage, *arguments)] = number
            if engine.width == 1:
                break
        for future in wait(waiting, return_when=FIRST_COMPLETED).done:
            number = waiting.pop(future)
            outcomes[number] = future.result()
            done(number)
    return [outcomes[number] for number in sorted(outcomes)]
