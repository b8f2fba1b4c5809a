"""A worker of the pool: a question on standard input, an answer on standard output, until there are no more.

It ends at once when the run does, in the middle of a partition too: nothing may go on in a folder that nobody holds.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import traceback
from queue import SimpleQueue
from threading import Thread
from typing import Any

_GARBAGE = (50_000, 20, 50)
"""When to look for garbage in cycles, of which there is next to none: seldom (new objects, then rounds)."""


def work() -> None:
    """The whole life of a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is the run's affair, which ends its workers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed must not stand among the answers
    import copydesk.stages  # noqa: F401, PLC0415 - loads while nothing is asked

    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    questions: SimpleQueue[Any] = SimpleQueue()
    Thread(target=_listen, args=(questions,), daemon=True).start()
    while True:
        stage, arguments = questions.get()
        try:
            answer = pickle.dumps((True, stage(*arguments)))
        except Exception as error:
            answer = _failure(error)
        answers.write(answer)
        answers.flush()


def _listen(questions: SimpleQueue[Any]) -> None:
    while True:
        try:
            questions.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - from the run that started this process
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)


def _failure(error: Exception) -> bytes:
    """The error, with the place where it was raised, as far as it can be sent."""
    error.add_note("".join(traceback.format_exception(error)).rstrip())
    try:
        data = pickle.dumps((False, error))
        pickle.loads(data)  # noqa: S301 - some can be sent and not be read
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return data
