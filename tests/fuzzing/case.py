"""A case taken apart: choices from its first bytes, and what is fuzzed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

HEAD = 8
"""Bytes in front of a case that choose what goes with it: a language, an encoding, a packing."""

T = TypeVar("T")


class Broken(AssertionError):
    """A promise that did not hold."""


def holds(promise: bool, what: str) -> None:
    """Raises Broken where it does not."""
    if not promise:
        raise Broken(what)


@cache
def folder() -> Path:
    """A folder of this process' own; in memory where there is such a place, as millions of files are written."""
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(prefix="fuzz", dir=memory if os.access(memory, os.W_OK) else None))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


class Case:
    """``data``: what is fuzzed; ``text``: the same as text, whatever its bytes are."""

    def __init__(self, head: bytes, data: bytes) -> None:
        self._choices = iter(head.ljust(HEAD, b"\0"))
        self.data = data

    def choose(self, among: Sequence[T]) -> T:
        """One of them; a case can choose ``HEAD`` times."""
        return among[next(self._choices) % len(among)]

    @property
    def text(self) -> str:
        try:
            return self.data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return self.data.decode("utf-8", "replace")
