"""datatrove: read JSONL, repair with ftfy, C4's and Gopher's filters of quality, MinHash in four steps, write Parquet.

datatrove_run.py CORPUS OUT
"""

from __future__ import annotations

import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup.minhash import (
    MinhashConfig,
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.filters import C4QualityFilter, GopherRepetitionFilter
from datatrove.pipeline.formatters import FTFYFormatter
from datatrove.pipeline.readers import JsonlReader, ParquetReader
from datatrove.pipeline.writers import ParquetWriter

BANDS, ROWS, WORDS = 16, 8, 5


def main(corpus: Path, out: Path) -> None:
    shards = len(list((corpus / "shards").iterdir()))
    banded = MinhashConfig(n_grams=WORDS, num_buckets=BANDS, hashes_per_bucket=ROWS)
    folders = ("clean", "signatures", "buckets", "gone", "kept")
    clean, signatures, buckets, gone, kept = (str(out / name) for name in folders)
    repair = FTFYFormatter(
        uncurl_quotes=True, fix_latin_ligatures=True, fix_character_width=True, fix_line_breaks=True,
        normalization="NFC",
    )  # fmt: skip
    steps = [
        ([JsonlReader(str(corpus / "shards"), text_key="text", id_key="id"), repair, C4QualityFilter(),
          GopherRepetitionFilter(), ParquetWriter(clean, compression="zstd")], shards),
        ([ParquetReader(clean), MinhashDedupSignature(signatures, config=banded)], shards),
        ([MinhashDedupBuckets(signatures, buckets, config=banded)], BANDS),
        ([MinhashDedupCluster(buckets, gone, config=banded)], 1),
        ([ParquetReader(clean), MinhashDedupFilter(gone), ParquetWriter(kept, compression="zstd")], shards),
    ]  # fmt: skip
    for number, (pipeline, tasks) in enumerate(steps):
        LocalPipelineExecutor(
            pipeline=pipeline, tasks=tasks, workers=1, logging_dir=str(out / f"log-{number}"), skip_completed=False
        ).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
