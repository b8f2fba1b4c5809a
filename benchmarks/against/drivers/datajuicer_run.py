"""data-juicer: repair with ftfy, white space and links, two filters, MinHash, written as Parquet.

datajuicer_run.py CORPUS OUT
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

corpus, out = Path(sys.argv[1]), Path(sys.argv[2])
os.environ.update(
    HF_DATASETS_OFFLINE="1", HF_DATASETS_CACHE=str(out / "huggingface"), DATA_JUICER_CACHE_HOME=str(out / "juicer")
)

from data_juicer.config import init_configs  # noqa: E402 - reads where its caches are
from data_juicer.core import DefaultExecutor  # noqa: E402

recipe = {
    "project_name": "articles",
    "dataset_path": str(corpus / "articles.jsonl"),
    "export_path": str(out / "kept" / "articles.parquet"),
    "np": 1,
    "use_cache": False,
    "open_tracer": False,
    "text_keys": "text",
    "executor_type": "default",
    "auto_op_parallelism": False,
    "process": [
        {"fix_unicode_mapper": {}},
        {"whitespace_normalization_mapper": {}},
        {"clean_links_mapper": {}},
        {"character_repetition_filter": {}},
        {"text_length_filter": {"min_len": 200}},
        {
            "document_minhash_deduplicator": {
                "tokenization": "space",
                "window_size": 5,
                "lowercase": True,
                "num_permutations": 128,
                "num_bands": 16,
                "num_rows_per_band": 8,
                "jaccard_threshold": 0.7,
            }
        },
    ],
}
(out / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")
DefaultExecutor(init_configs(["--config", str(out / "recipe.json")])).run()
