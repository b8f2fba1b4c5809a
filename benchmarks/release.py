"""What everything after cleaning costs: time and memory of the stages from cleaned batches to a verified version.

    python benchmarks/release.py [--raw DIR] [--documents N] [--again] [--keep DIR]

The raw folder (the sample by default) is cleaned once. Its batches are then multiplied, with other ids, until there are
as many documents as were asked for: cleaning that many would take hours, and what comes after it would be the same.
Near-duplicates are left out, since copies are all alike; ``benchmarks/duplicates.py`` measures them.

Printed for each stage: CPU seconds of all processes, microseconds a document, and the most memory that all processes
held at once, sampled (the proportional set size of Linux; a page that two of them share counts once). ``--again``
publishes a second version, of which every hundredth article is another.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import build, bulk, partitions, pipeline
from copydesk.bulk import Tables, write_stored
from copydesk.cleaned import files_of, pieces_of
from copydesk.cleaning import Knowledge
from copydesk.frames import sort
from copydesk.knowing import know
from copydesk.quality.apart import Validator
from copydesk.settings import Settings
from copydesk.tables import table
from copydesk.verify import verify

_AS_OF = date(2026, 11, 23)
_IDS = {"articles": None, "blocks": None, "captions": "caption_id", "mentions": "mention_id", "dates": "date_id"}
_SAMPLE_SECONDS = 0.05
_Made = TypeVar("_Made")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--raw", type=Path, default=Path("raw/sample"))
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--partition", type=int, default=5_000, help="documents in a partition")
    parser.add_argument("--again", action="store_true", help="publish a second version as well")
    parser.add_argument("--keep", type=Path, help="where the multiplied batches are kept between calls")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as place:
        settings = Settings(asked.raw, Path(place) / "dataset", _AS_OF, cache=None)
        settings.dataset.mkdir()
        knowledge = know(settings)
        work = asked.keep or Path(place) / "work"
        # In a process of its own, which leaves nothing behind in this one's memory.
        making = get_context("spawn").Process(
            target=multiplied, args=(settings, work, asked.documents, asked.partition)
        )
        making.start()
        making.join()
        folders = sorted(work.glob(f"{asked.documents}/cleaned-*"))
        run(settings, knowledge, folders, asked.documents)
        if asked.again:
            accepted = (("rows_changed", "A benchmark."), ("rows_removed", "A benchmark."))
            again = Settings(asked.raw, settings.dataset, _AS_OF, cache=None, accepted=accepted)
            run(again, knowledge, folders, asked.documents, other=True)


def run(
    settings: Settings, knowledge: Knowledge, folders: Sequence[Path], documents: int, *, other: bool = False
) -> None:
    """Assembles, validates, publishes and verifies, and prints what each took."""

    def stage(name: str, work: Callable[[], _Made]) -> _Made:
        began, cpu = time.perf_counter(), _cpu()
        with _most_memory() as held:
            made = work()
        spent = _cpu() - cpu
        told = f"{spent:8.1f} s CPU {1e6 * spent / documents:8.0f} us a document"
        print(f"{name:<10}{told}{time.perf_counter() - began:8.1f} s, at most {held[0] / 2**20:6.0f} MiB", flush=True)
        return made

    with Validator() as validator:
        parts = stage("assemble", lambda: _assembled(folders, knowledge))
        if other:
            parts = {**parts, "articles": _changed(parts)}
        drafted, validation = stage("validate", lambda: build.accept(parts, knowledge, settings, validator.validate))
    done = stage("publish", lambda: build.publish(drafted, validation, settings))
    findings = stage("verify", lambda: verify(done.folder))
    print(f"version {done.version}: {done.articles:,} articles, {len(findings)} findings")


def _assembled(folders: Sequence[Path], knowledge: Knowledge) -> Tables:
    """As ``pipeline.assemble``, without relations between the articles."""
    target = folders[0].parent / "merged"
    target.mkdir(exist_ok=True)
    merged = {
        name: bulk.merge(table(name), [folder / f"{name}.arrow" for folder in folders], target / f"{name}.arrow")
        for name in (*_IDS, "quarantine")
    }
    return pipeline.derive(merged, knowledge, pipeline.Work((), ()))


def _changed(parts: Tables) -> bulk.Rows:
    """The articles, every hundredth with another language."""
    articles = parts["articles"]
    languages = pa.array(["xx" if row % 100 == 0 else "en" for row in range(articles.num_rows)], pa.string())
    return bulk.with_column(articles, "language", languages)


def multiplied(settings: Settings, work: Path, documents: int, partition: int) -> None:
    """Makes folders of cleaned partitions with so many documents in all: those of the raw folder, over and over."""
    if list(work.glob(f"{documents}/cleaned-*")):
        return
    knowledge = know(settings)
    once = work / "once"
    if not once.exists():
        once.mkdir(parents=True)
        planned = partitions.plan(settings.raw, partition, knowledge.limits)
        learned = pipeline.learn([pipeline.survey_partition(one, knowledge.sources, once) for one in planned], once)
        known = pipeline.recall(knowledge, learned)
        for one in planned:
            pipeline.clean_partition(one, known, once)
    pieces = pieces_of(sorted(once.glob("cleaned-*")))
    seed = {
        name: pa.concat_tables([bulk.read_stored(file).table() for file in files_of(pieces, name)])
        for name in (*_IDS, "quarantine")
    }
    for number, rows in enumerate(_batches(seed["articles"].num_rows, documents, partition)):
        folder = work / str(documents) / f"cleaned-{number:06}"
        folder.mkdir(parents=True)
        made = {"quarantine": seed["quarantine"].slice(0, 0)}
        for name in _IDS:
            made[name] = sort(table(name), pa.concat_tables([_copy(seed, name, copy, count) for copy, count in rows]))
        for name, data in made.items():
            write_stored([data], data.schema, folder / f"{name}.arrow", most_bytes=bulk.MERGED_BYTES)


def _batches(seed: int, documents: int, partition: int) -> Iterator[list[tuple[int, int]]]:
    """For each batch: which copies of the seed it holds, and how many articles of each."""
    copy = 0
    while documents:
        left, rows = min(partition, documents), []
        documents -= left
        while left:
            rows.append((copy, min(seed, left)))
            left -= rows[-1][1]
            copy += 1
        yield rows


def _copy(seed: Tables, name: str, copy: int, count: int) -> pa.Table:
    """The rows of the first articles, with ids of their own."""
    old = seed["articles"]["article_id"].slice(0, count).combine_chunks()
    new = pa.array([hashlib.sha256(f"{copy} {id_}".encode()).hexdigest()[:16] for id_ in old.to_pylist()])
    data = seed[name]
    place = pc.index_in(data["article_id"].combine_chunks(), value_set=old)
    data, ids = data.filter(pc.is_valid(place)), new.take(place.drop_null())
    columns = {"article_id": ids}
    if own := _IDS[name]:
        columns[own] = pc.binary_join_element_wise(ids, pc.utf8_slice_codeunits(data[own].combine_chunks(), 16), "")
    for column, values in columns.items():
        data = data.set_column(data.column_names.index(column), data.schema.field(column), values)
    return data


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system + sum(map(_cpu_of, _children()))


def _cpu_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _most_memory() -> Iterator[list[int]]:
    """The most bytes that this process and its children hold, in a list of one."""
    most, done = [0], threading.Event()

    def watch() -> None:
        while not done.wait(_SAMPLE_SECONDS):
            most[0] = max(most[0], sum(map(_memory, (os.getpid(), *_children()))))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield most
    finally:
        done.set()
        watcher.join()


def _children() -> list[int]:
    found = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in found]


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


if __name__ == "__main__":
    main()
