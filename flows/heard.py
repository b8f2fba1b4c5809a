"""What a build says while it is at work: on the run's page, and to whoever started it in a terminal.

A module of its own, since Prefect hands flows to other processes together with the variables of their module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from prefect.logging import get_run_logger

from copydesk.pace import Hears, now_and_then

_HEARS: ContextVar[Callable[[str], None] | None] = ContextVar("hears", default=None)


@contextmanager
def heard_by(person: Callable[[str], None]) -> Iterator[None]:
    """The person hears what a build inside says."""
    token = _HEARS.set(person)
    try:
        yield
    finally:
        _HEARS.reset(token)


def say(sentence: str) -> None:
    """A sentence on how it goes."""
    get_run_logger().info(sentence)
    _to_the_person(sentence)


def warn(sentence: str) -> None:
    """A sentence that somebody should read."""
    get_run_logger().warning(sentence)
    _to_the_person(sentence)


def pace() -> Hears:
    """Tells the person how far rounds are, as often as one reads; the run's page has a bar for it."""
    return now_and_then(_to_the_person)


def _to_the_person(sentence: str) -> None:
    if (person := _HEARS.get()) is not None:
        person(sentence)
