"""What a nightly run costs beside a full build. Run: python benchmarks/nightly.py [--articles N] [--new SHARE]
[--keep FOLDER]

Makes an invented crawl, builds it in full into an empty dataset with an empty cache, lets a night bring new articles
(1 % unless told), and builds again with what was kept. Every build is a process of its own: ``copydesk run --plain``,
with a clock around each stage. Prints seconds of wall and of processor time (of the whole process tree), the peak of
memory, the stages of both, and their ratio. A stage's time is that of its own thread, without that of the stages inside
it; "import and rest" is everything else. Tables are written while other stages go on.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from invented_nights import Crawl, Night

REPO = Path(__file__).resolve().parent.parent
STAGES = (
    ("look for anything new", "build:look"),
    ("survey", "pipeline:survey_partition"),
    ("learn", "pipeline:learn"),
    ("learn", "pipeline:recall"),
    ("clean", "pipeline:clean_partition"),
    ("assemble", "pipeline:assemble"),
    ("duplicates", "duplicates:relations"),
    ("validate", "quality.apart:Validator.validate"),
    ("content hash", "draft:content_hash"),
    ("proofs", "draft:proof_files"),
    ("read the last version", "draft:read_version"),
    ("diff", "draft:diff"),
    ("gates", "draft:shut_gates"),
    ("write tables", "build:write_tables"),
    ("write documents", "build:write_documents"),
    ("write parquet", "release.data:write_parquet"),
    ("write csv", "release.data:write_csv"),
    ("version page", "build:version_page"),
    ("check what was built", "store.publish:compare"),
    ("mend", "store.publish:mend"),
    ("commit", "store.folder:FolderStore.add_folder"),
)
"""Name, and the function below ``copydesk`` that is timed."""


def measure(arguments: list[str]) -> None:
    """One run, in this process, with a clock around each stage: prints a line of JSON on standard output."""
    began = time.monotonic()
    from copydesk import cli  # noqa: PLC0415 (its import is timed too)

    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}
    stacks = threading.local()  # of the stages inside one another, which are of one thread

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            inside: list[list[float]] = stacks.__dict__.setdefault("inside", [])
            inside.append([0.0, 0.0])
            from_wall, from_cpu = time.monotonic(), time.thread_time()
            try:
                return function(*given, **named)
            finally:
                took = (time.monotonic() - from_wall, time.thread_time() - from_cpu)
                within = inside.pop()
                for found, whole, part in zip((wall, cpu), took, within, strict=True):
                    found[name] = found.get(name, 0.0) + whole - part
                for number in range(2 if inside else 0):
                    inside[-1][number] += took[number]

        return run

    for name, place in STAGES:
        module, _, path = place.partition(":")
        owner = importlib.import_module(f"copydesk.{module}")
        for part in path.split(".")[:-1]:
            owner = getattr(owner, part)
        last = path.split(".")[-1]
        setattr(owner, last, timed(name, getattr(owner, last)))
    code = cli.main(arguments)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(
        json.dumps(
            {
                "code": code,
                "wall": time.monotonic() - began,
                "cpu": sum(one.ru_utime + one.ru_stime for one in used),
                "cpu_here": used[0].ru_utime + used[0].ru_stime,
                "peak_mb": max(one.ru_maxrss for one in used) / 1024,
                "stages": {name: [wall[name], cpu[name]] for name in wall},
            }
        )
    )


def run(raw: Path, place: Path, as_of: str) -> dict[str, Any]:
    """A run in a process of its own, over ``raw`` into ``place/dataset``."""
    command = [sys.executable, __file__, "--measure", "run", "--plain", "--raw", str(raw), "--dataset", "dataset"]
    command += ["--as-of", as_of, "--sources", str(REPO / "raw" / "sources.toml")]
    env = {**os.environ, "COPYDESK_CACHE": str(place / "cache")}
    done = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if told["code"]:
        raise SystemExit(done.stderr[-2000:])
    return told


def compared(articles: int, share: float, place: Path, kept: Path | None) -> dict[str, dict[str, Any]]:
    """The full build, the nightly one, and one with nothing new."""
    from copydesk.cache import code  # noqa: PLC0415 - a run that is measured pays for its own imports

    built = ((kept or place) / f"full-{articles}-{code()[:16]}").absolute()
    raw, told = built / "raw", built / "told.json"
    if not told.exists():
        shutil.rmtree(built, ignore_errors=True)
        Crawl(raw).begin(articles)
        told.write_text(json.dumps(run(raw, built, "2026-10-01")), encoding="utf-8")
    for name in ("dataset", "cache"):
        shutil.copytree(built / name, place / "night" / name, symlinks=True)
    crawl, new = Crawl(raw), tuple(range(articles, articles + max(1, round(articles * share))))
    crawl.take(Night(new))  # the raw files stay where they are: a copy would be read anew
    try:
        nights = {"nightly": "2026-10-02", "nothing new": "2026-10-03"}
        found = {name: run(raw, place / "night", day) for name, day in nights.items()}
    finally:
        crawl.take(Night((), removed=new))
    return {"full": json.loads(told.read_text(encoding="utf-8")), **found}


def shown(articles: int, found: dict[str, dict[str, Any]]) -> str:
    """The figures as a table."""
    lines = [f"{articles:,} articles{'':<12}" + "".join(f"{name:>22}" for name in found)]

    def line(name: str, values: list[str]) -> None:
        lines.append(f"{name:<26}" + "".join(f"{value:>22}" for value in values))

    line("wall, s", [f"{one['wall']:.2f}" for one in found.values()])
    line("processor, s", [f"{one['cpu']:.2f}" for one in found.values()])
    line("peak, MB", [f"{one['peak_mb']:.0f}" for one in found.values()])
    lines.append(f"{'stage: wall / processor':<26}")
    for name in dict.fromkeys(name for name, _ in STAGES):
        line(f"  {name}", ["{:.2f} / {:.2f}".format(*one["stages"].get(name, (0.0, 0.0))) for one in found.values()])
    rest = []
    for one in found.values():
        wall, cpu = (sum(value[number] for value in one["stages"].values()) for number in range(2))
        rest.append(f"{one['wall'] - wall:.2f} / {one['cpu_here'] - cpu:.2f}")
    line("  import and rest", rest)
    line("  other processes", [f"{one['cpu'] - one['cpu_here']:.2f}" for one in found.values()])
    for name in list(found)[1:]:
        ratios = [100 * found[name][what] / found["full"][what] for what in ("wall", "cpu")]
        lines.append(
            f"{name}: {ratios[0]:.1f} % of the full build's wall time, {ratios[1]:.1f} % of its processor time"
        )
    return "\n".join(lines)


def main() -> None:
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description="What a nightly run costs beside a full build.")
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--new", type=float, default=0.01, help="share of new articles (%(default)s)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the full build is kept for more nights")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-nightly-") as folder:
        print(shown(arguments.articles, compared(arguments.articles, arguments.new, Path(folder), arguments.keep)))


if __name__ == "__main__":
    main()
