"""``quality/loaders.json``: which tools load a version's files, and as what types.

Measured on the sample with this version of the schema by ``benchmarks/loaders/matrix.py``; the tests hold it against
the tools. A version does not measure it anew: what it says must not depend on what is installed where it was built.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LOADERS = Path(__file__).with_name("loaders.json")
PATH = "quality/loaders.json"
_FORMATS = {"parquet": "Parquet", "csv": "CSV"}


@cache
def loaders() -> Mapping[str, Any]:
    """``schema_version`` and a row a tool and format: how it is called, what arrives, and what does not."""
    return dict(json.loads(LOADERS.read_text(encoding="utf-8")))


def shown() -> dict[str, dict[str, str]]:
    """The same for people: by tool and format, what each of the registry's types arrives as."""
    return {
        f"{row['tool']} {row['tool_version']}, {_FORMATS[row['format']]}": {
            **{kind: " or ".join(arrived) for kind, arrived in row["types"].items()},
            "lost": f"{len(row['faults'])} columns" if row["faults"] else "nothing",
        }
        for row in loaders()["loaders"]
    }
