"""What ten thousand hostile files cost: ``python benchmarks/hostile.py [FILES]``. Ends with 1 where anything is amiss.

Prints the kinds and files, the seconds, and the most memory that the run and all of its processes held together, and
each of them by itself: with every page that several share divided among them, which is what they take of the machine
and what is limited; and with such a page counted for each, as most tools show it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import hostile as generator  # noqa: E402 - the generator is shared with the tests

import copydesk  # noqa: E402


class Held(NamedTuple):
    """Bytes of memory."""

    divided: int
    """Pages that processes share are divided among them."""
    each: int
    """They are counted for each."""


MOST = 1 << 30
"""Bytes that a run may take, divided."""


def watch(pid: int, found: dict[str, list[Held]], stop: threading.Event) -> None:
    """By the name of a process below this one, the most that it held, and before it what all held together (Linux)."""
    most = found.setdefault("all processes", [Held(0, 0)])
    while not stop.wait(0.05):
        held = dict(_held(pid))
        sums = Held(sum(one.divided for one in held.values()), sum(one.each for one in held.values()))
        most[0] = Held(max(most[0].divided, sums.divided), max(most[0].each, sums.each))
        for name, one in held.items():
            before = found.setdefault(name, [one])
            before[0] = max(before[0], one)


def _held(pid: int) -> Iterator[tuple[str, Held]]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        kilobytes = {line.split()[0]: int(line.split()[1]) for line in lines}
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, ProcessLookupError):  # it has just ended
        return
    yield f"{pid} {' '.join(command[1:3])}", Held(kilobytes["Pss:"] << 10, kilobytes["Rss:"] << 10)
    for child in children:
        yield from _held(int(child))


def main() -> int:
    """Makes the folder, runs, and compares."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        raw, dataset = Path(folder) / "raw", Path(folder) / "dataset"
        made = generator.make(raw, files)
        count = sum(len(numbers) for numbers in made.values())
        command = [sys.executable, "-m", "copydesk.cli", "run", "--plain", "--raw", str(raw), "--dataset", str(dataset)]
        started = time.monotonic()
        held: dict[str, list[Held]] = {}
        stop = threading.Event()
        environment = os.environ | {"COPYDESK_CACHE": str(Path(folder) / "cache")}
        with Popen(command, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE, text=True) as process:
            watching = threading.Thread(target=watch, args=(process.pid, held, stop))
            watching.start()
            shown, said = process.communicate()
            stop.set()
            watching.join()
        seconds = time.monotonic() - started
        print(f"{count:,} files of {len(made)} kinds: exit code {process.returncode}, {seconds:,.0f} s")
        for name, (one,) in held.items():
            print(f"{one.divided / 2**20:,.0f} MiB of memory at the most ({one.each / 2**20:,.0f} undivided): {name}")
        if process.returncode:
            print(said[-2000:])
            return 1
        print(shown)
        articles, quarantine = copydesk.load(dataset), copydesk.load(dataset, table="quarantine")
        wrong = generator.failures(made, articles, quarantine)
        wrong += ["a traceback was printed"] * ("Traceback" in said)
        print(f"{articles.num_rows:,} articles, {quarantine.num_rows:,} rows of quarantine, {len(wrong)} amiss")
        print("\n".join(wrong[:40]))
    return 1 if wrong or held["all processes"][0].divided > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
