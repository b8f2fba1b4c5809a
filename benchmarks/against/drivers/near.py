"""Near-duplicates alone, among the cleaned texts of a run of Copydesk, on a clock that does not see the start.

    near.py CORPUS OUT datasketch|copydesk

Writes ``told.json``: documents, seconds of the processor, and the groups that were found, by the articles' addresses.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

WORDS, PERMUTATIONS, BANDS, ROWS = 5, 128, 16, 8


def by_datasketch(corpus: Path) -> tuple[int, float, list[list[str]]]:
    """MinHash of runs of words, and everything that meets in a band."""
    from datasketch import MinHash, MinHashLSH  # noqa: PLC0415

    with (corpus / "cleaned" / "articles.jsonl").open(encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    began = time.process_time()
    index = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
    parent = {article["url"]: article["url"] for article in articles}

    def first(url: str) -> str:
        while parent[url] != url:
            url = parent[url]
        return url

    for article in articles:
        words = re.findall(r"\w+", article["text"].lower())
        runs = {" ".join(words[at : at + WORDS]).encode() for at in range(max(len(words) - WORDS + 1, 0))}
        if not runs:
            continue
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch(runs)
        for url in index.query(signature):
            parent[first(article["url"])] = first(url)
        index.insert(article["url"], signature)
    groups: dict[str, list[str]] = {}
    for article in articles:
        groups.setdefault(first(article["url"]), []).append(article["url"])
    return len(articles), time.process_time() - began, [urls for urls in groups.values() if len(urls) > 1]


def by_copydesk(corpus: Path) -> tuple[int, float, list[list[str]]]:
    """Whatever Copydesk relates but by quotes, which are no copies."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    from copydesk import duplicates  # noqa: PLC0415

    articles = pq.read_table(corpus / "cleaned" / "articles.parquet")
    began = time.process_time()
    marked = duplicates.mark(articles)
    seconds = time.process_time() - began
    groups: dict[str, list[str]] = {}
    for row in marked.select(["url", "duplicate_group", "duplicate_relation"]).to_pylist():
        if row["duplicate_group"] and row["duplicate_relation"] != "shared_quotes":
            groups.setdefault(row["duplicate_group"], []).append(row["url"])
    return len(articles), seconds, [urls for urls in groups.values() if len(urls) > 1]


def main(corpus: Path, out: Path, tool: str) -> None:
    documents, seconds, groups = (by_datasketch if tool == "datasketch" else by_copydesk)(corpus)
    told = {"documents": documents, "cpu": seconds, "groups": groups}
    (out / "told.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
