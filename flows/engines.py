"""The stages of a partition as Prefect sees them: one task each, which waits for the engine that does the work.

The tasks run in threads of this process, so that they can tell the server, an embedded one too, how it goes; what is
heavy runs where the engine has it, without Prefect.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prefect import Task
from prefect.futures import as_completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from copydesk import stages
from copydesk.engine import Engine
from copydesk.flows import tasks
from copydesk.rounds import Run

_TASKS: Mapping[Callable[..., Path], Task[..., Path]] = {
    stages.split: tasks.split,
    stages.survey: tasks.survey,
    stages.clean: tasks.clean,
}


def tasks_on(engine: Engine) -> Run:
    """Runs stages as tasks, about as many at a time as the engine is wide; the others are not begun."""

    def run(stage: Callable[..., Path], calls: Sequence[Sequence[Any]], done: Callable[[int], None]) -> list[Path]:
        task, outcomes = _TASKS[stage], {}
        if engine.width == 1:
            for number, arguments in enumerate(calls):
                outcomes[number] = task(engine, *map(quote, arguments))
                done(number)
        else:
            names = list(inspect.signature(task.fn).parameters)[1:]
            with ThreadPoolTaskRunner(max_workers=2 * engine.width) as runner:
                futures = {
                    runner.submit(task, {"engine": engine, **_named(names, arguments)}): number
                    for number, arguments in enumerate(calls)
                }
                for future in as_completed(list(futures)):
                    outcomes[futures[future]] = future.result()
                    done(futures[future])
        return [outcomes[number] for number in sorted(outcomes)]

    return run


def _named(names: Sequence[str], arguments: Sequence[Any]) -> dict[str, Any]:
    """Prefect looks for futures in all that a task is given, file by file, unless it is quoted."""
    return {name: quote(value) for name, value in zip(names, arguments, strict=False)}
