"""A cluster of Dask: workers on this machine, or on any machines whose scheduler is named.

The stages are sent by their names, so every worker needs Copydesk itself, installed there as here: the stages refuse a
worker whose code or libraries would make other bytes. Raw files and the run's folder are found by their paths, so they
lie where all workers see them. What a lost worker had at hand is given to another, as Dask does.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, TypeVar

from copydesk.errors import ConfigError, CopydeskError

T = TypeVar("T")

_PATIENCE = "60s"
"""For a scheduler to answer, and for a first worker to be there."""

_NO_WORKERS = "120s"
"""How long our own cluster may be without a worker; for another, its scheduler's configuration says that."""


class ClusterLost(CopydeskError):
    """The scheduler went away, or a partition has brought down one worker after another."""


class Cluster:
    """The workers of a ``scheduler`` (``tcp://host:8786``), else so many of our own, ended on leaving.

    ``width`` is the number of their threads; of our own workers each has one.
    """

    def __init__(self, workers: int, scheduler: str | None = None) -> None:
        try:
            import distributed  # noqa: F401, PLC0415 - an extra, and only for who asks for it
        except ImportError as error:
            raise ConfigError("--engine dask needs Dask: install copydesk[dask], here and for each worker.") from error
        self.width = workers
        self._scheduler = scheduler
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        import dask  # noqa: PLC0415
        from distributed import Client, LocalCluster  # noqa: PLC0415

        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what ends the run is said once, by its command
        self._exits.enter_context(dask.config.set({"distributed.scheduler.no-workers-timeout": _NO_WORKERS}))
        try:
            place = self._scheduler or self._exits.enter_context(
                LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=self.width,
                    threads_per_worker=1,
                    host="127.0.0.1",
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            )
            self._client = self._exits.enter_context(
                Client(place, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
            )
            self._client.wait_for_workers(1, timeout=_PATIENCE)
        except (OSError, ValueError) as error:
            self._exits.close()
            raise ConfigError(
                f"--scheduler {self._scheduler}: no scheduler with workers answers there ({error}). Start them, or "
                "correct the address."
            ) from error
        if self._scheduler:
            self.width = sum(self._client.nthreads().values())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.close()

    def submit(self, stage: Callable[..., T], /, *arguments: Any) -> Future[T]:
        """Raises ClusterLost in the future where no worker has come to the end of it."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        key = f"{stage.__name__}-{uuid.uuid4().hex}"
        remote = self._client.submit(stage, *arguments, key=key, pure=False)
        remote.add_done_callback(lambda done: _settle(future, done))
        return future


def _settle(future: Future[Any], remote: Any) -> None:
    from distributed import KilledWorker  # noqa: PLC0415
    from distributed.scheduler import NoValidWorkerError  # noqa: PLC0415

    try:
        error = remote.exception() if remote.status == "error" else None
        if remote.status == "finished":
            future.set_result(remote.result())
        elif error and not isinstance(error, KilledWorker | NoValidWorkerError):
            future.set_exception(error)
        else:
            what = "the scheduler went away"
            if error:
                dead = isinstance(error, KilledWorker)
                what = "several workers died at one partition" if dead else "no worker is left"
            future.set_exception(
                ClusterLost(
                    f"The cluster gave up: {what}. Its machines may be short of memory: give each worker one thread, "
                    "or try a smaller --partition. The last version is as it was."
                )
            )
    except Exception as error:  # the answer was lost on its way
        future.set_exception(ClusterLost(f"The cluster gave no answer: {error}. The last version is as it was."))
