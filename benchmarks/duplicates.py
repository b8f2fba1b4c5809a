"""Near-duplicates: how fast, how many of the known copies are found, and how many are false.

Run: python benchmarks/duplicates.py CORPUS.jsonl [--work DIR] [--peer PYTHON] [--rounds N]

Each record of the corpus has an ``id``, a ``text`` and ``truth.dup_of`` (the id of the record that it is a copy of, or
null). It is cleaned first, as a run would, since what is compared is what is published; with --work what was cleaned is
kept for the next time. Prints the processor time of each step for an article (the least of the rounds), and the memory
that relating took; with the Python of an environment that has datasketch, that of datasketch (runs of 5 words, 128
permutations, 16 bands of 8) on the same texts too, in turn.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import feather

from copydesk import duplicates, partitions, pipeline
from copydesk.cleaned import files_of, pieces_of
from copydesk.cleaning import Knowledge
from copydesk.normalize.names import load_authority

PART = 2000  # articles that are signed together
PEER = """
import json, sys, time
from datasketch import MinHash, MinHashLSH
texts = json.load(open(sys.argv[1]))
began = time.process_time()
index = MinHashLSH(num_perm=128, params=(16, 8))
for number, text in enumerate(texts):
    words = text.lower().split()
    made = MinHash(num_perm=128)
    made.update_batch([" ".join(words[at : at + 5]).encode() for at in range(len(words) - 4)])
    index.query(made)
    index.insert(number, made)
print(time.process_time() - began)
"""


def cleaned(corpus: Path, work: Path) -> pa.Table:
    """The articles of the corpus."""
    kept = work / "articles.arrow"
    if not kept.exists():
        raw = work / "raw"
        raw.mkdir(parents=True)
        with corpus.open(encoding="utf-8") as records:
            for number, line in enumerate(records):
                with (raw / f"{number // PART:04}.jsonl").open("a", encoding="utf-8") as part:
                    record = json.loads(line)
                    # An address with the id in it: how a record is told from others, and found in the truth.
                    told = {"url": f"https://copies.example/{record['id']}", "text": record["text"]}
                    part.write(json.dumps(told) + "\n")
        knowledge, batches = Knowledge(load_authority(None)), partitions.plan(raw, 1)
        surveys = [pipeline.survey_partition(batch, {}, work) for batch in batches]
        knowledge = pipeline.recall(knowledge, pipeline.learn(surveys, work))
        folders = [pipeline.clean_partition(batch, knowledge, work) for batch in batches]
        articles = pa.concat_tables([feather.read_table(file) for file in files_of(pieces_of(folders), "articles")])
        feather.write_feather(articles, kept, compression="uncompressed")
    return feather.read_table(kept)


def timed(took: dict[str, float], told: str, work: Callable[[], Any]) -> Any:
    """What the work gives; ``took`` keeps the least processor time of this step, in seconds."""
    began = time.process_time()
    done = work()
    took[told] = min(took.get(told, float("inf")), time.process_time() - began)
    return done


def judged(articles: pa.Table, found: pa.Table, copies: dict[str, str]) -> str:
    """How many copies are in the group of what they copy, and how many articles are called versions of another."""
    ids = {
        row["article_id"]: row["url"].rsplit("/", 1)[1] for row in articles.select(["article_id", "url"]).to_pylist()
    }
    of_record = {record: article_id for article_id, record in ids.items()}
    rows = {row["article_id"]: row for row in found.to_pylist()}
    known = {one: other for one, other in copies.items() if one in of_record and other in of_record}
    group = {one: rows.get(of_record[one], {}).get("duplicate_group") for one in {*known, *known.values()}}
    right = sum(group[one] is not None and group[one] == group[other] for one, other in known.items())

    def root(record: str) -> str:
        while record in copies:
            record = copies[record]
        return record

    firsts = {row["duplicate_group"]: ids[key] for key, row in rows.items() if row["duplicate_relation"] == "first"}
    versions = [row for row in rows.values() if row["duplicate_relation"] not in ("first", "shared_quotes")]
    false = [row for row in versions if root(ids[row["article_id"]]) != root(firsts[row["duplicate_group"]])]
    return (
        f"copies found: {right} of {len(known)} ({right / max(1, len(known)):.3f}); "
        f"versions told: {len(versions)}, of them false: {len(false)} ({len(false) / max(1, len(versions)):.4f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Near-duplicates: how fast, how many found, how many false.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--work", type=Path, help="where what was cleaned is kept")
    parser.add_argument("--peer", help="the Python of an environment that has datasketch")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-duplicates-") as folder:
        articles = cleaned(arguments.corpus, arguments.work or Path(folder))
        count = articles.num_rows
        with arguments.corpus.open(encoding="utf-8") as records:
            truth = {record["id"]: record["truth"]["dup_of"] for record in map(json.loads, records)}
        print(f"{count:,} articles, {articles['text'].nbytes / count:,.0f} bytes of text each")
        duplicates.sign(articles.slice(0, 10))  # the tables of characters are made once a process: some 0.2 s
        pieces = [articles.slice(at, PART) for at in range(0, count, PART)]
        texts = Path(folder) / "texts.json"
        texts.write_text(json.dumps(articles["text"].to_pylist()))
        took: dict[str, float] = {}
        peer = float("inf")
        for _ in range(arguments.rounds):
            signed = timed(took, "signatures", lambda: [duplicates.sign(piece) for piece in pieces])
            keys = timed(took, "keys, sorted by part", lambda signed=signed: [duplicates.keyed(one) for one in signed])
            parts = [duplicates.Part.held(*part) for part in zip(pieces, signed, keys, strict=True)]
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            found = timed(took, "candidates, compared, grouped", lambda parts=parts: duplicates.relations(parts))
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            if arguments.peer:
                run = subprocess.run(
                    [arguments.peer, "-c", PEER, str(texts)], capture_output=True, text=True, check=True
                )
                peer = min(peer, float(run.stdout))
        for told, seconds in {**took, "together": sum(took.values())}.items():
            print(f"{told:<34}{1e6 * seconds / count:>9.1f} us an article")
        print(f"{'growth of the peak':<34}{grown / 1024:>9.0f} MB")
        print(judged(articles, found, {one: other for one, other in truth.items() if other}))
        if arguments.peer:
            times = peer / sum(took.values())
            print(f"{'datasketch':<34}{1e6 * peer / count:>9.1f} us an article: {times:.1f} times as long")


if __name__ == "__main__":
    sys.exit(main())
