"""dolma: C4's and Gopher's tags, exact duplicates of paragraphs by a Bloom filter, and the mix that applies them.

It repairs no encoding and finds no near-duplicates.

    dolma_run.py CORPUS OUT
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

corpus, out = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
dolma = str(Path(sys.executable).parent / "dolma")  # beside this Python, which may be a link
shutil.copytree(corpus / "packed" / "documents", out / "documents")
documents = [str(out / "documents" / "*.gz")]


def configured(name: str, settings: dict[str, object]) -> None:
    path = out / f"{name}.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    subprocess.run([dolma, "-c", str(path), name], check=True)


subprocess.run(
    [dolma, "tag", "--documents", *documents, "--experiment", "tags", "--taggers", "c4_v2", "gopher_v2",
     "--processes", "1"],
    check=True,
)  # fmt: skip
configured(
    "dedupe",
    {
        "documents": documents,
        "dedupe": {"name": "copies", "paragraphs": {"attribute_name": "copied"}, "skip_empty": True},
        "bloom_filter": {
            "file": str(out / "bloom.bin"),
            "read_only": False,
            "size_in_bytes": 64_000_000,
            "estimated_doc_count": 2_000_000,
            "desired_false_positive_rate": 1e-5,
        },
        "processes": 1,
    },
)
configured(
    "mix",
    {
        "streams": [
            {
                "name": "kept",
                "documents": documents,
                "attributes": ["tags", "copies"],
                "output": {"path": str(out / "kept"), "max_size_in_bytes": 1_000_000_000},
                "span_replacement": [{"span": "$.attributes.copied", "min_score": 0.5, "replacement": ""}],
            }
        ],
        "processes": 1,
    },
)
