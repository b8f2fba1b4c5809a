"""Runs as tables: medians, ratios, and what was asked of them."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from against.contest import CONTESTANTS

Runs = Sequence[Mapping[str, Any]]


def median(runs: Runs, name: str, documents: int, what: str = "cpu") -> float | None:
    """The median of the runs that ended well; None where there are none."""
    values = [run[what] for run in _of(runs, name, documents)]
    return statistics.median(values) if values else None


def _of(runs: Runs, name: str, documents: int) -> Runs:
    """Those that ended well."""
    return [run for run in runs if (run["name"], run["documents"], run["code"]) == (name, documents, 0)]


def sizes(runs: Runs, name: str) -> list[int]:
    return sorted({run["documents"] for run in runs if run["name"] == name and run["code"] == 0})


def marginal(runs: Runs, name: str) -> float | None:
    """Documents a second of the processor between the smallest and the largest size, start-up left out."""
    there = sizes(runs, name)
    if len(there) < 2:
        return None
    small, large = there[0], there[-1]
    took = (median(runs, name, large) or 0) - (median(runs, name, small) or 0)
    return (large - small) / took if took > 0 else None


def rates(runs: Runs, name: str) -> list[tuple[int, float]]:
    """Documents, and documents a second of the processor with the start included, by size."""
    return [(size, size / cpu) for size in sizes(runs, name) if (cpu := median(runs, name, size))]


def whole_table(runs: Runs) -> str:
    """Every tool from its start to its files."""
    rows = []
    for who in (one for one in CONTESTANTS if not one.part):
        for size, rate in rates(runs, who.name):
            several = [run["cpu"] for run in _of(runs, who.name, size)]
            base = median(runs, "copydesk", size)
            cpu = median(runs, who.name, size) or 0
            rows.append(
                [who.name, f"{size:,}", f"{cpu:.1f}", f"{max(several) / min(several):.2f}", f"{len(several)}",
                 f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}", f"{cpu / base:.2f}" if base else "",
                 f"{(median(runs, who.name, size, 'peak_bytes') or 0) / 1e6:,.0f}"]
            )  # fmt: skip
    head = ["tool", "documents", "CPU s", "spread", "runs", "documents a CPU s", "of Copydesk's CPU", "peak MB"]
    return table(head, rows)


def told_table() -> str:
    return table(["tool", "what it does"], [[who.name, who.does] for who in CONTESTANTS])


def marginal_table(runs: Runs) -> str:
    rows = []
    own = marginal(runs, "copydesk")
    for who in (one for one in CONTESTANTS if not one.part):
        rate = marginal(runs, who.name)
        if rate:
            rows.append([who.name, f"{rate:,.1f}", f"{own / rate:.2g}" if own else ""])
    return table(["tool", "documents a CPU s, start left out", "Copydesk is so many times as fast"], rows)


def part_table(runs: Runs) -> str:
    rows = []
    for who in (one for one in CONTESTANTS if one.part):
        for size in sizes(runs, who.name):
            told = [run["told"] for run in _of(runs, who.name, size)]
            cpu = median(runs, who.name, size) or 0
            rows.append([who.name, f"{size:,}", f"{size / cpu:,.0f}", _found(told[-1])])
    return table(["part, on a clock of its own", "documents", "documents a CPU s", "what came out"], rows)


def _found(told: Mapping[str, Any]) -> str:
    if "recall" in told:
        return f"{told['recall']:.3f} of the copies; {told['false']:.3f} of what it found is none"
    return f"{told['unlike']} texts unlike ftfy's" if told.get("unlike") is not None else ""


def goals_table(runs: Runs) -> str:
    """What was asked, and what was reached at the largest size that both have."""

    def times(name: str, what: str, asked: str, at_least: float) -> list[str]:
        if what == "marginal":
            own, theirs = marginal(runs, "copydesk"), marginal(runs, name)
            value = own / theirs if own and theirs else None
        else:
            both = [size for size in sizes(runs, name) if size in sizes(runs, "copydesk")]
            value = None
            if both and (cpu := median(runs, name, both[-1])) and (base := median(runs, "copydesk", both[-1])):
                value = cpu / base
        met = "" if value is None else "yes" if value >= at_least else "no"
        return [asked, f"{at_least:g}", "not measured" if value is None else f"{value:.2f}", met]

    def part(name: str, than: str, asked: str, at_least: float) -> list[str]:
        both = [size for size in sizes(runs, name) if size in sizes(runs, than)]
        mine, theirs = (median(runs, one, both[-1]) if both else None for one in (name, than))
        value = theirs / mine if mine and theirs else None
        met = "" if value is None else "yes" if value >= at_least else "no"
        return [asked, f"{at_least:g}", "not measured" if value is None else f"{value:.2f}", met]

    own, least = marginal(runs, "copydesk"), marginal(runs, "floor")
    distance = least / own if own and least else None
    rows = [
        times("data-juicer", "whole", "times data-juicer, start included", 10),
        times("datatrove", "whole", "times datatrove, start included", 50),
        times("data-juicer", "marginal", "times data-juicer, start left out", 15),
        times("datatrove", "marginal", "times datatrove, start left out", 80),
        ["times the floor's time at most, start left out", "3.5", f"{distance:.1f}" if distance else "not measured",
         "" if distance is None else "yes" if distance <= 3.5 else "no"],
        part("repair: copydesk", "repair: ftfy", "times ftfy.fix_text, repair alone", 25),
        part("near: copydesk", "near: datasketch", "times datasketch, near-duplicates alone", 10),
    ]  # fmt: skip
    return table(["goal", "asked", "measured", "met"], rows)


def stage_table(spent: Mapping[str, float], documents: int) -> str:
    total = sum(spent.values())
    rows = [
        [name, f"{seconds:.2f}", f"{seconds / total:.1%}", f"{seconds / documents * 1000:.2f}"]
        for name, seconds in spent.items()
        if seconds >= total / 200
    ]
    return table(["part of Copydesk", "CPU s", "share", "ms a document"], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines) + "\n"


def machine() -> dict[str, str]:
    """The conditions of a run."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) // 2**20
    return {
        "processor": f"{len(models)} × {models[0]}" if models else platform.machine(),
        "memory": f"{memory} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
    }
