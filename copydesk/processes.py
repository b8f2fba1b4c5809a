"""What the processes are started with that work for a run."""

from __future__ import annotations

import os
from collections.abc import Mapping

_USUAL = {
    # A process has a core to itself: threads for the others would only wait for one another.
    "OPENBLAS_NUM_THREADS": "1",
    # One heap instead of one a thread; what is large lies outside, and what is freed at its end goes back (glibc).
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "4194304",
    "MALLOC_TRIM_THRESHOLD_": "4194304",
}


def environment() -> Mapping[str, str]:
    """That of this process; what it says itself goes first."""
    return {**_USUAL, **os.environ}
