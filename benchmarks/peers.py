"""Copydesk beside other tools, on the same articles and the same core: what each costs, in a table with ratios.

    python benchmarks/peers.py [--documents 2000 6000] [--rounds 3] [--only copydesk floor …] [--core 1]

Makes the corpus, an environment for each tool that can be installed, and runs them in turn, round after round, every
run in fresh processes pinned to one core. Counts the seconds of the processor and the peak of memory of all processes,
and writes medians and ratios, a plot of the rate against the size, and a profile of Copydesk by its parts to
``benchmarks/results/``. ``--documents`` takes any sizes: 100000 and 1000000 are for a machine and a night of their own;
``--peers-up-to`` leaves those out that would take days. With ``--add``, runs join those that were written before.

All that it makes lies below ``.state/peers``, and may be deleted. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from against import contest, corpus, environments, plot, report

REPO = Path(__file__).resolve().parent.parent
STATE = REPO / ".state" / "peers"
RESULTS = REPO / "benchmarks" / "results"
OWN = ("copydesk", "floor")
SMALL = 50
"""Documents of the run that nobody counts, with which a new environment is warmed."""


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--documents", type=int, nargs="+", default=[2_000, 6_000], metavar="N", help="(%(default)s)")
    ask.add_argument("--rounds", type=int, default=3, help="runs of each (%(default)s)")
    names = [who.name for who in contest.CONTESTANTS]
    ask.add_argument("--only", nargs="+", default=names, choices=names, metavar="NAME", help=", ".join(names))
    ask.add_argument("--peers-up-to", type=int, default=6_000, metavar="N", help="of other tools (%(default)s)")
    ask.add_argument("--core", type=int, default=max(os.sched_getaffinity(0)), help="the core (%(default)s)")
    ask.add_argument("--to", type=Path, default=RESULTS, help="folder of the results (%(default)s)")
    ask.add_argument("--add", action="store_true", help="keep the runs that are written there")
    ask.add_argument("--profile", type=int, metavar="N", help="documents of the profile by part (the smallest size)")
    ask.add_argument("--work", type=Path, default=STATE / "work", help="folder of what they write (%(default)s)")
    ask.add_argument("--note", help="what a reader of the results has to know")
    args = ask.parse_args()
    work = args.work.resolve()
    chosen = [who for who in contest.CONTESTANTS if who.name in args.only]
    pythons = environments.installed(sorted({who.tool for who in chosen if who.tool}), STATE / "environments")
    chosen = [who for who in chosen if who.tool is None or who.tool in pythons]
    written = args.to / "peers.json"
    kept = json.loads(written.read_text(encoding="utf-8")) if args.add and written.exists() else {}
    found: dict[str, Any] = {"runs": [], "stages": {}, **kept}
    found |= {"day": datetime.now(UTC).date().isoformat(), "machine": report.machine(), "load": os.getloadavg()}
    found["note"] = args.note or found.get("note")
    found["versions"] = found.get("versions", {}) | versions(pythons)
    made = {size: corpus.make(STATE / f"corpus-{size}", size) for size in sorted({SMALL, *args.documents})}
    for who in chosen:
        warm(who, pythons, work, args.core)
    for _ in range(args.rounds):
        for size in sorted(args.documents):
            for who in chosen:
                if who.name in OWN or size <= args.peers_up_to:
                    python = pythons.get(who.tool or "")
                    run = contest.one(who, python, STATE / f"corpus-{size}", work, args.core)
                    print(f"{run.name:18} {size:8,} {run.cpu:9.2f} CPU s {run.wall:9.2f} s wall", flush=True)
                    found["runs"].append(contest.as_json(run))
                    write(args.to, found, made)
    profiled = args.profile or min(args.documents)
    if "copydesk" in args.only:
        found["stages"] = {"documents": profiled, "spent": stages(profiled, work)}
    write(args.to, found, made)
    print((args.to / "peers.md").read_text(encoding="utf-8"))


def warm(who: contest.Contestant, pythons: Mapping[str, Path], work: Path, core: int) -> None:
    """One run that nobody counts, with which a new environment compiles and fetches what it needs."""
    done = STATE / "environments" / (who.tool or "") / f"warm-{who.driver}"
    if who.tool and not who.part and not done.exists():
        contest.one(who, pythons[who.tool], STATE / f"corpus-{SMALL}", work, core)
        done.touch()


def versions(pythons: Mapping[str, Path]) -> dict[str, str]:
    """Each tool's version; of Copydesk the commit too."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=REPO, capture_output=True, text=True, check=False)
    own = environments.version_of(Path(sys.executable), "copydesk")
    told = {"copydesk": f"{own} ({commit.stdout.strip() or 'no commit'})"}
    for name, python in pythons.items():
        told[name] = environments.version_of(python, environments.PACKAGES[name][0])
    return told


def stages(documents: int, work: Path) -> dict[str, float]:
    """Seconds of the processor by part of Copydesk, in a run of its own."""
    place, out, target = STATE / f"corpus-{documents}", work / "stages.json", work / "profiled"
    corpus.make(place, documents)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    program = Path(contest.__file__).with_name("stages.py")
    subprocess.run(
        [sys.executable, str(program), str(out), *contest.copydesk_arguments(place, target)],
        check=True, env={**os.environ, **contest.ENVIRONMENT}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    spent: dict[str, float] = json.loads(out.read_text(encoding="utf-8"))
    return spent


def write(folder: Path, found: Mapping[str, Any], made: Mapping[int, Mapping[str, Any]]) -> None:
    """The runs as JSON, the tables as Markdown and the plot as SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    runs = found["runs"]
    parts = [
        "# Copydesk beside other tools\n",
        f"Written by `python benchmarks/peers.py` on {found['day']}.\n",
        "".join(f"- {name}: {value}\n" for name, value in {**found["machine"], **conditions(found, made)}.items()),
        report.told_table(),
        "## Whole runs\n",
        "From the start of the program to its files, on one core: medians; `spread` is the largest by the smallest.\n",
        report.whole_table(runs),
        report.marginal_table(runs),
        "![documents a second against documents](scaling.svg)\n",
        "## What was asked\n",
        report.goals_table(runs),
        "## Parts\n",
        report.part_table(runs),
    ]
    if found["stages"]:
        documents = found["stages"]["documents"]
        parts += [f"## Where Copydesk's time goes ({documents:,} documents)\n"]
        parts += [report.stage_table(found["stages"]["spent"], documents)]
    (folder / "peers.md").write_text("\n".join(parts), encoding="utf-8")
    (folder / "peers.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    lines = {who.name: report.rates(runs, who.name) for who in contest.CONTESTANTS if not who.part}
    drawn = plot.scaling({name: points for name, points in lines.items() if points})
    (folder / "scaling.svg").write_text(drawn, encoding="utf-8")


def conditions(found: Mapping[str, Any], made: Mapping[int, Mapping[str, Any]]) -> dict[str, str]:
    """What else a reader has to know."""
    largest = made[max(made)]
    mean = largest["text_bytes"] / largest["documents"]
    return {
        "load of the machine at the start": " ".join(f"{value:.1f}" for value in found["load"]),
        **({"note": found["note"]} if found["note"] else {}),
        "corpus": f"{largest['made_by']}, seed {largest['seed']}, {mean:,.0f} bytes a text",
        "versions": ", ".join(f"{name} {version}" for name, version in sorted(found["versions"].items())),
    }


if __name__ == "__main__":
    main()
