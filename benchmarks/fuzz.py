"""Runs made-up inputs against what Copydesk promises of any: ``make fuzz``, or ``python benchmarks/fuzz.py [OPTIONS]``.

Prints the cases of each target, how many were taken and how many refused as they may be, the slowest, and what was
found; ends with 1 where anything was. What is found is written below ``.state/fuzz`` as a file for each case:
``--replay FILE`` runs it again, and in ``tests/golden/fuzz`` it is run with the tests.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from fuzzing import run  # noqa: E402 - the targets are shared with the tests
from fuzzing.targets import TARGETS  # noqa: E402

KEPT = ROOT / ".state" / "fuzz"


def main() -> int:
    """Runs, or runs again what was kept."""
    options = _options()
    if options.replay:
        return _replay(options.replay)
    targets = [target for target in TARGETS if not options.targets or run.slug(target.name) in options.targets]
    first, last = options.first // run.ROUND, -(-(options.first + options.cases) // run.ROUND)
    counts = {target.name: run.Count() for target in targets}
    told: set[str] = set()
    started = shown = time.monotonic()
    for name, count in run.work(range(first, last), options.seed, targets, seconds=options.seconds, jobs=options.jobs):
        total = counts[name]
        total.cases, total.taken = total.cases + count.cases, total.taken + count.taken
        total.seconds, total.slowest = total.seconds + count.seconds, max(total.slowest, count.slowest)
        total.findings += count.findings
        for finding in count.findings:
            _tell(finding, told)
        if time.monotonic() - shown > 60:
            shown = time.monotonic()
            print(f"{sum(one.cases for one in counts.values()):,} cases, {shown - started:,.0f} s", flush=True)
    _table(counts, time.monotonic() - started, options.seed)
    return 1 if any(count.findings for count in counts.values()) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cases", type=int, default=100_000, help="how many, in whole rounds of 1,000")
    parser.add_argument("--first", type=int, default=0, help="the case to begin with, to go on where a run ended")
    parser.add_argument("--seed", type=int, default=1, help="another number makes other cases")
    parser.add_argument("--seconds", type=float, default=86_400, help="the most that it may take")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--targets", nargs="*", choices=[run.slug(one.name) for one in TARGETS], help="these alone")
    parser.add_argument("--replay", nargs="+", type=Path, metavar="FILE", help="run cases again that were kept")
    return parser.parse_args()


def _tell(finding: run.Finding, told: set[str]) -> None:
    path = run.keep(finding, KEPT)
    place = f"{finding.target}: {finding.place}"
    print(f"FOUND {place}; python benchmarks/fuzz.py --replay {path.relative_to(ROOT)}", flush=True)
    if place not in told:
        print(finding.told.encode("ascii", "backslashreplace").decode(), flush=True)
    told.add(place)


def _replay(paths: list[Path]) -> int:
    found = {path: run.again(path) for path in paths}
    for path, finding in found.items():
        print(f"{path}: {finding.told if finding else 'holds'}".encode("ascii", "backslashreplace").decode())
    return 1 if any(found.values()) else 0


def _table(counts: dict[str, run.Count], seconds: float, seed: int) -> None:
    print(f"\n{'target':16}{'cases':>11}{'taken':>11}{'refused':>11}{'ms a case':>11}{'slowest ms':>12}{'found':>7}")
    for name, one in counts.items():
        each = 1000 * one.seconds / max(1, one.cases)
        print(f"{name:16}{one.cases:11,}{one.taken:11,}{one.cases - one.taken:11,}{each:11.2f}", end="")
        print(f"{1000 * one.slowest:12,.0f}{len(one.findings):7}")
    cases, work = sum(one.cases for one in counts.values()), sum(one.seconds for one in counts.values())
    print(f"{cases:,} cases (seed {seed}) in {seconds:,.0f} s, {work:,.0f} s of work")


if __name__ == "__main__":
    sys.exit(main())
