"""A simulated month: nightly runs over a crawl that changes, some of them struck. Run: python benchmarks/month.py

    python benchmarks/month.py [--nights 30] [--articles 200] [--seed 1]

Every night brings 2 % new, 1 % changed, 0.2 % removed and 0.5 % broken files. Every third one is struck: killed at a
random moment, or killed while it publishes, or without space from a random change to the disk on; then it is run again,
as a schedule would. Each night has to end with a whole version that holds every article and every broken file of the
crawl, once. At the end every version is verified, and the last one's tables have to be those of a full build into an
empty dataset without any kept work, byte for byte. Prints a line a night; ends with 1 where a night went wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from invented_nights import FIRST_DAY, Crawl, Night, Shares, nights, path_of

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from drill_child import Runs  # noqa: E402

STRIKES = ("kill", "kill at a change", "no space")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a night ended. ``wrong``: a sentence for everything that is not as it should be."""

    day: date
    version: str
    strike: str | None
    struck: bool
    """False where the strike came after the run's end."""
    seconds: float
    """Of the run that ended the night."""
    wrong: tuple[str, ...]


@dataclass(slots=True)
class Month:
    """The place of a simulation."""

    folder: Path
    runs: Runs

    @property
    def dataset(self) -> Path:
        return self.folder / "dataset"

    def run(self, day: date, dataset: str = "dataset", cache: str = "cache", **more: Any) -> int:
        """The exit code of a run on that day."""
        target, kept = self.folder / dataset, self.folder / cache if cache else None
        args = ["run", "--plain", "--raw", str(self.folder / "raw"), "--dataset", str(target)]
        args += ["--as-of", day.isoformat(), "--sources", str(ROOT / "raw" / "sources.toml")]
        return self.runs.run(
            {
                "args": args,
                "places": [str(place) for place in (target, kept) if place],
                "env": {"COPYDESK_CACHE": str(kept or "")},
                "told": str(self.folder / "told"),
                **more,
            }
        )

    def changes(self) -> int:
        """How many changes to the disk the last run that ended made."""
        return int((self.folder / "told").read_text().rpartition("changes: ")[2])

    def begin(self, crawl: Crawl, articles: int) -> None:
        """The first version."""
        crawl.begin(articles)
        if self.run(FIRST_DAY):
            raise SystemExit((self.folder / "told").read_text()[-2000:])

    def night(self, day: date, crawl: Crawl, strike: str | None, chance: random.Random, took: float) -> Outcome:
        """One night, struck or not, and the run that follows a strike."""
        from copydesk.verify import verify  # noqa: PLC0415

        wrong: list[str] = []
        struck = False
        if strike:
            before, changes = self.latest(), self.changes()
            how = {
                "kill": {"kill_after": chance.uniform(0.0, took)},
                "kill at a change": {"die_at": chance.randrange(changes)},
                "no space": {"full_at": chance.randrange(changes)},
            }[strike]
            struck = self.run(day, **how) != 0
            if found := verify(self.dataset):
                wrong.append(f"after the strike, {found[0].where}: {found[0].what}")
            if number(self.latest()) - number(before) not in (0, 1):
                wrong.append(f"after the strike, {self.latest()} is the latest")
        began = time.monotonic()
        if self.run(day):
            wrong.append(f"the run failed: {(self.folder / 'told').read_text()[-500:]}")
        seconds = time.monotonic() - began
        wrong += [f"{one.where}: {one.what}" for one in verify(self.dataset)]
        wrong += self.holds(crawl)
        return Outcome(day, self.latest(), strike, struck, seconds, tuple(wrong))

    def latest(self) -> str:
        version: str = json.loads((self.dataset / "latest.json").read_bytes())["version"]
        return version

    def holds(self, crawl: Crawl) -> list[str]:
        """What the latest version has too much or too little, by the paths of the raw files."""
        from copydesk import load  # noqa: PLC0415

        articles = load(self.dataset, "articles")["raw_path"].to_pylist()
        aside = load(self.dataset, "quarantine")["raw_path"].to_pylist()
        wanted = sorted(path_of(number) for number in crawl.editions)
        broken = sorted(path.relative_to(crawl.raw).as_posix() for path in crawl.raw.rglob("broken-*"))
        wrong = []
        if sorted(articles) != wanted:
            wrong.append(f"articles: {sorted({*articles} ^ {*wanted})[:3]} are there or not there, or twice")
        if sorted(aside) != broken:
            wrong.append(f"quarantine: {sorted({*aside} ^ {*broken})[:3]} are there or not there, or twice")
        return wrong

    def end(self, day: date) -> list[str]:
        """What is wrong with all versions together, and with the last beside a full build."""
        from copydesk.verify import verify  # noqa: PLC0415

        wrong = [f"{one.where}: {one.what}" for one in verify(self.dataset, all_versions=True)]
        if self.run(day, "rebuilt", ""):
            return [*wrong, f"the full build failed: {(self.folder / 'told').read_text()[-500:]}"]
        made, again = (tables_of((self.folder / name / "latest").resolve()) for name in ("dataset", "rebuilt"))
        wrong += [
            f"{path} differs from the full build's"
            for path in sorted(made | again)
            if made.get(path) != again.get(path)
        ]
        hashes = [
            json.loads((self.folder / name / "latest" / "release.json").read_bytes())["content_hash"]
            for name in ("dataset", "rebuilt")
        ]
        return wrong if hashes[0] == hashes[1] else [*wrong, "the content_hash is not the full build's"]


def number(version: str) -> int:
    """The version's place in its month."""
    return int(version.rpartition(".")[2])


def tables_of(folder: Path) -> dict[str, bytes]:
    """The tables of a version, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for name in ("data", "csv")
        for path in sorted((folder / name).iterdir())
    }


def simulate(
    folder: Path, count: int, articles: int, seed: int, tell: Callable[[str], None] = lambda _: None
) -> tuple[list[Outcome], list[str]]:
    """The outcomes of all nights, and what is wrong at the end."""
    runs, chance = Runs(), random.Random(f"{seed}/strikes")
    try:
        month, crawl = Month(folder, runs), Crawl(folder / "raw", seed)
        month.begin(crawl, articles)
        outcomes: list[Outcome] = []
        for place, (day, night) in enumerate(nights(crawl, count, Shares())):
            strike = STRIKES[place // 3 % len(STRIKES)] if place % 3 == 2 else None
            took = outcomes[-1].seconds if outcomes else 10.0
            outcomes.append(month.night(day, crawl, strike, chance, took))
            end = outcomes[-1]
            wrong = "".join(f"; WRONG: {one}" for one in end.wrong)
            hit = f"; {strike}{'' if end.struck else ' (too late)'}" if strike else ""
            tell(f"{day} {end.version:<11} {end.seconds:5.1f} s  {_came(night)}{hit}{wrong}")
        return outcomes, month.end(outcomes[-1].day)
    finally:
        runs.close()


def _came(night: Night) -> str:
    parts = (("new", night.new), ("changed", night.changed), ("removed", night.removed), ("broken", night.broken))
    return ", ".join(f"{len(files)} {name}" for name, files in parts)


def main() -> int:
    parser = argparse.ArgumentParser(description="A simulated month of nightly runs.")
    parser.add_argument("--nights", type=int, default=30)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work in this folder, and leave it there")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="copydesk-month-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        outcomes, wrong = simulate(folder, arguments.nights, arguments.articles, arguments.seed, print)
    finally:
        if not arguments.keep:
            shutil.rmtree(folder)
    for one in wrong:
        print(f"WRONG: {one}")
    right, struck = sum(not one.wrong for one in outcomes), sum(one.struck for one in outcomes)
    print(f"{right} of {len(outcomes)} nights ended as they should, {struck} of them struck before")
    print(f"the last version {'is not' if wrong else 'is'} what a full build gives")
    return int(bool(wrong) or right < len(outcomes))


if __name__ == "__main__":
    sys.exit(main())
