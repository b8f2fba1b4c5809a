"""The report of a build, kept for who started it here: it must not be lost with Prefect's server.

A module of its own, since Prefect hands flows to other processes together with the variables of their module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from copydesk.settings import Report

_KEPT: ContextVar[list[Report] | None] = ContextVar("kept", default=None)


@contextmanager
def keeping() -> Iterator[list[Report]]:
    """A list that the report of a build inside is put on as soon as its version is published."""
    kept: list[Report] = []
    token = _KEPT.set(kept)
    try:
        yield kept
    finally:
        _KEPT.reset(token)


def keep(done: Report) -> None:
    """Puts the report on the list of whoever keeps one."""
    if (kept := _KEPT.get()) is not None:
        kept.append(done)
