"""Who is measured, and one measurement of one of them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

import copydesk
from against import measure
from against.judge import judged

DRIVERS = Path(__file__).with_name("drivers")
TOO_LONG = 3600.0  # seconds after which a run is ended, and counts as failed


@dataclass(frozen=True)
class Contestant:
    """``tool`` names the environment (none: Copydesk's). A ``part`` has a clock of its own, which starts late."""

    name: str
    does: str
    driver: str | None
    tool: str | None = None
    part: str | None = None
    argument: str | None = None

    def command(self, python: Path, corpus: Path, out: Path) -> list[str]:
        if self.driver is None:
            copydesk = [str(python), "-m", "copydesk.cli"]
            return [*copydesk, *copydesk_arguments(corpus, out)]
        end = [self.argument] if self.argument else []
        return [str(python), "-B", str(DRIVERS / self.driver), str(corpus), str(out), *end]


CONTESTANTS = (
    Contestant("copydesk", "everything: labels, repair, names, dates, provenance, near-duplicates, validation, "
               "Parquet, CSV, pages and descriptors", None),
    Contestant("floor", "read, JSON, NFC, one regular expression, SHA-256, Parquet", "floor.py"),
    Contestant("data-juicer", "ftfy, white space, links, two filters, MinHash, Parquet", "datajuicer_run.py",
               "data-juicer"),
    Contestant("datatrove", "ftfy, C4's and Gopher's filters, MinHash, Parquet", "datatrove_run.py", "datatrove"),
    Contestant("dolma", "C4's and Gopher's tags, exact copies of paragraphs; no repair, no near-duplicates",
               "dolma_run.py", "dolma"),
    Contestant("repair: ftfy", "ftfy.fix_text", "repair.py", "ftfy", "repair", "ftfy"),
    Contestant("repair: copydesk", "copydesk.decoding.ftfy_fast.fix_text", "repair.py", None, "repair", "copydesk"),
    Contestant("repair: decode", "copydesk.decode: lines, repairs of its own, ftfy's judgement", "repair.py", None,
               "repair", "decode"),
    Contestant("repair: plsfix", "plsfix.fix_text", "repair.py", "plsfix", "repair", "plsfix"),
    Contestant("near: copydesk", "copydesk.duplicates.mark", "near.py", None, "near", "copydesk"),
    Contestant("near: datasketch", "MinHash (128), 16 bands of 8", "near.py", "datasketch", "near", "datasketch"),
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One measurement. ``cpu``: seconds of the processor, whole tree; of a part, those of its own clock."""

    name: str
    documents: int
    cpu: float
    wall: float
    peak_bytes: int
    code: int
    told: Mapping[str, Any]


def copydesk_arguments(corpus: Path, out: Path) -> list[str]:
    """How Copydesk is run: the corpus by outlet, into an empty dataset, with nothing kept from before."""
    about = Path(__file__).parents[2] / "dataset"
    raw = ["--raw", str(corpus / "raw"), "--dataset", str(out / "dataset"), "--about", str(about)]
    return ["run", "--plain", "--workers", "1", "--as-of", "2026-11-23", *raw]


ENVIRONMENT = {"COPYDESK_CACHE": "", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def one(who: Contestant, python: Path | None, corpus: Path, work: Path, core: int) -> Run:
    """Measures one of them once."""
    out = work / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    documents = json.loads((corpus / "truth.json").read_text())["documents"]
    log = work / f"{who.name.replace(': ', '-')}.log"
    path = f"{(python or Path(sys.executable)).parent}{os.pathsep}{os.environ['PATH']}"
    cost = measure.run(
        who.command(python or Path(sys.executable), corpus, out),
        core=core, log=log, environment={**ENVIRONMENT, "PATH": path}, folder=out, seconds=TOO_LONG,
    )  # fmt: skip
    told: dict[str, Any] = {}
    if (out / "told.json").exists():
        told = json.loads((out / "told.json").read_text(encoding="utf-8"))
    if who.name == "copydesk" and cost.code == 0:
        _keep_cleaned(out / "dataset", corpus)
    if cost.code:
        print(f"{who.name}: ended with {cost.code}; what it said is in {log}", flush=True)
    cpu = told.pop("cpu", cost.cpu)
    read = told.pop("documents", documents)
    return Run(who.name, read, cpu, cost.wall, cost.peak, cost.code, judged(told, corpus, who.name))


def _keep_cleaned(dataset: Path, corpus: Path) -> None:
    """The texts of a version, for those that look for near-duplicates among cleaned texts."""
    articles = copydesk.load(str(dataset), table="articles")
    target = corpus / "cleaned"
    target.mkdir(exist_ok=True)
    pq.write_table(articles, target / "articles.parquet")
    with (target / "articles.jsonl").open("w", encoding="utf-8") as lines:
        for row in articles.select(["url", "text"]).to_pylist():
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def as_json(run: Run) -> dict[str, Any]:
    return asdict(run)
