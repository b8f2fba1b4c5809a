"""Where a command of Copydesk spends its time, part by part of the package.

    stages.py OUT.json run --plain --raw DIR --dataset DIR …

The processor's clock interrupts the command now and then, and what has passed since is put down to the part of
Copydesk whose function is at work, or to the imports. Nothing in Copydesk knows of it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType

EVERY = 0.005  # seconds of the processor
IMPORTS, OTHER, CHILDREN = "imports", "start and end", "processes of its own"


def part_of(frame: FrameType | None) -> str:
    """The part of the package that a frame works for: the innermost of its modules. An import is one whoever asks."""
    part = OTHER
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("importlib._bootstrap"):
            return IMPORTS
        if part == OTHER and module.startswith("copydesk."):
            part = ".".join(module.split(".")[1:3]) if module.startswith("copydesk.normalize") else module.split(".")[1]
        frame = frame.f_back
    return part


def main() -> None:
    spent: Counter[str] = Counter()
    last = 0.0

    def look(_: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.process_time()
        spent[part_of(frame)] += now - last
        last = now

    signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    from copydesk.cli import main as command  # noqa: PLC0415 - its imports count

    try:
        code = command(sys.argv[2:])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, signal.SIG_IGN)  # what is on its way yet would end the process
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent[CHILDREN] = children.ru_utime + children.ru_stime
    spent[OTHER] += time.process_time() - last
    Path(sys.argv[1]).write_text(json.dumps(dict(spent.most_common())), encoding="utf-8")
    sys.exit(code)


if __name__ == "__main__":
    main()
