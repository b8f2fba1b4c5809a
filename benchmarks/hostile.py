"""What ten thousand hostile files cost: ``python benchmarks/hostile.py [FILES]``. Ends with 1 where anything is amiss.

Prints the kinds and files, the seconds, and the largest memory of the run and all of its processes together.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from subprocess import PIPE, Popen

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

import hostile as generator  # noqa: E402 - the generator is shared with the tests

import copydesk  # noqa: E402


def largest(pid: int, found: list[int], stop: threading.Event) -> None:
    """Bytes of memory that the process and its children hold together, looked at twenty times a second (Linux)."""
    while not stop.wait(0.05):
        found[0] = max(found[0], _held(pid))


def _held(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has just ended
        return 0
    return pages * resource.getpagesize() + sum(_held(int(child)) for child in children)


def main() -> int:
    """Makes the folder, runs, and compares."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        raw, dataset = Path(folder) / "raw", Path(folder) / "dataset"
        made = generator.make(raw, files)
        count = sum(len(numbers) for numbers in made.values())
        command = [sys.executable, "-m", "copydesk.cli", "run", "--plain", "--raw", str(raw), "--dataset", str(dataset)]
        started = time.monotonic()
        peak, stop = [0], threading.Event()
        environment = os.environ | {"COPYDESK_CACHE": str(Path(folder) / "cache")}
        with Popen(command, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE, text=True) as process:
            watch = threading.Thread(target=largest, args=(process.pid, peak, stop))
            watch.start()
            shown, said = process.communicate()
            stop.set()
            watch.join()
        seconds = time.monotonic() - started
        print(f"{count:,} files of {len(made)} kinds: exit code {process.returncode}, {seconds:,.0f} s")
        print(f"{peak[0] / 2**20:,.0f} MiB of memory at the most, all processes together")
        if process.returncode:
            print(said[-2000:])
            return 1
        print(shown)
        articles, quarantine = copydesk.load(dataset), copydesk.load(dataset, table="quarantine")
        wrong = generator.failures(made, articles, quarantine)
        wrong += ["a traceback was printed"] * ("Traceback" in said)
        print(f"{articles.num_rows:,} articles, {quarantine.num_rows:,} rows of quarantine, {len(wrong)} amiss")
        print("\n".join(wrong[:40]))
    return 1 if wrong or peak[0] > 1 << 30 else 0


if __name__ == "__main__":
    sys.exit(main())
