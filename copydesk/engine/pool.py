"""Processes of this machine: a worker each, which has loaded what it needs before it is asked, and then stays.

Not the pools of the standard library: those load the main module of the program once more in every worker, which is
Prefect's where a deployment runs, and give up all that is under way when one worker is killed. Here the death of a
worker costs its partition a second try, and the death of the run ends its workers at once: they read from it.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import IO, Any, Self, TypeVar, cast

from copydesk.errors import CopydeskError
from copydesk.processes import environment

T = TypeVar("T")

_TRIES = 2
_WORKER = "from copydesk.engine.worker import work; work()"

_Asked = tuple["Future[Any]", Callable[..., Any], tuple[Any, ...]]


class WorkerDied(CopydeskError):
    """A worker process came to its end while it was at work, twice."""


class Pool:
    """As many processes as ``width`` says, started on entering and killed on leaving."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._lock = Lock()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def __enter__(self) -> Self:
        self._threads = [Thread(target=self._serve, args=(self._start(),), daemon=True) for _ in range(self.width)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._closed = True
            for process in self._processes:
                process.kill()
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join()

    def submit(self, stage: Callable[..., T], /, *arguments: Any) -> Future[T]:
        """Raises WorkerDied in the future where the process that worked on it died, and so did the next."""
        future: Future[T] = Future()
        self._asked.put((future, stage, arguments))
        return future

    def _serve(self, process: subprocess.Popen[bytes] | None) -> None:
        """One worker's thread: asks, waits and hands on, until the pool is left."""
        while asked := self._asked.get():
            future, stage, arguments = asked
            if self._closed or not future.set_running_or_notify_cancel():
                future.cancel()
                continue
            try:
                question = pickle.dumps((stage, arguments))
            except Exception as error:  # a function without a name that others find it by
                future.set_exception(error)
                continue
            for _ in range(_TRIES):
                process = process or self._start()
                answer = _ask(process, question) if process else None
                if answer or self._closed:
                    break
                self._end(process)
                process = None
            if answer and answer[0]:
                future.set_result(answer[1])
            else:
                future.set_exception(answer[1] if answer else _died(stage, arguments))
        self._end(process)

    def _start(self) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._closed:
                return None
            process = subprocess.Popen(  # noqa: S603 - of nobody's words
                [sys.executable, "-c", _WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment(),
            )
            self._processes.add(process)
            return process

    def _end(self, process: subprocess.Popen[bytes] | None) -> None:
        if process:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not written yet goes nowhere
                    cast("IO[bytes]", stream).close()
            with self._lock:
                self._processes.discard(process)


def _ask(process: subprocess.Popen[bytes], question: bytes) -> tuple[bool, Any] | None:
    """Whether the worker could do it, and what came of it or went wrong; None where the worker is gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(question)
        process.stdin.flush()
        return cast("tuple[bool, Any]", pickle.load(process.stdout))  # noqa: S301 - from a process of our own
    except (EOFError, OSError, pickle.UnpicklingError):
        return None


def _died(stage: Callable[..., Any], arguments: tuple[Any, ...]) -> WorkerDied:
    what = next((f" of partition {one.number}" for one in arguments if hasattr(one, "number")), "")
    return WorkerDied(
        f"A worker process was killed at the {stage.__name__}{what}, and so was the next. The machine may be short of "
        "memory: try fewer --workers, or a smaller --partition. The last version is as it was."
    )
