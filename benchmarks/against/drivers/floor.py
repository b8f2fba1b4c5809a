"""The least that any tool does: read, parse, normalize, one regular expression, hash, and write Parquet.

floor.py CORPUS OUT
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

FIELDS = ("id", "url", "source", "published", "text")
BLANK_ENDS = re.compile(r"[ \t\u00a0]+\n")
SCHEMA = pa.schema([(name, pa.string()) for name in (*FIELDS, "sha256")])


def batched(lines: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """The lines, so many at a time."""
    rest = iter(lines)
    while found := list(islice(rest, size)):
        yield found


corpus, out = Path(sys.argv[1]), Path(sys.argv[2])
pa.set_cpu_count(1)
with (
    (corpus / "articles.jsonl").open("rb") as lines,
    pq.ParquetWriter(out / "articles.parquet", SCHEMA, compression="zstd", compression_level=3) as writer,
):
    for group in batched(lines, 20_000):
        columns: dict[str, list[str]] = {name: [] for name in SCHEMA.names}
        for part in batched(group, 500):
            records = [orjson.loads(line) for line in part]
            texts = [unicodedata.normalize("NFC", record["text"]) for record in records]
            texts = [BLANK_ENDS.sub("\n", text) for text in texts]
            for name in FIELDS[:-1]:
                columns[name] += [record[name] for record in records]
            columns["text"] += texts
            columns["sha256"] += [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        writer.write_table(pa.table(columns, schema=SCHEMA))
