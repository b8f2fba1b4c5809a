"""What every version says of the tools that load it is what those tools do, with the schema as it is now."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from copydesk.build import run_plain
from copydesk.release.loaders import PATH, loaders, shown
from copydesk.settings import Settings
from copydesk.tables import SCHEMA_VERSION, TABLES

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "benchmarks" / "loaders"))
import matrix  # noqa: E402

FAMILIES: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "python": lambda: nullcontext(matrix.python_loaders()),
    "hugging_face": matrix.hugging_face,
    "croissant": matrix.croissant,
    "frictionless": matrix.frictionless,
    "r": matrix.r,
    "node": matrix.node,
}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_plain(
        Settings(ROOT / "raw" / "sample", tmp_path_factory.mktemp("matrix") / "dataset", as_of=date(2026, 11, 2))
    ).folder


def test_the_matrix_is_of_this_schema_and_every_version_has_it(version: Path) -> None:
    assert loaders()["schema_version"] == SCHEMA_VERSION
    assert json.loads((version / PATH).read_bytes()) == loaders()
    page = (version / "index.html").read_text(encoding="utf-8")
    assert all(tool in page for tool in shown())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_matrix_is_what_the_tools_do(version: Path, family: str) -> None:
    said = {(row["tool"], row["format"]): row for row in loaders()["loaders"]}
    try:
        with FAMILIES[family]() as tools:
            for tool in tools:
                found, expected = matrix.tried(tool, version), said[tool.tool, tool.format]
                if family != "frictionless":
                    assert found["faults"] == []
                assert found["types"] == expected["types"]
                assert found["tables"] == len(TABLES)
                assert bool(found["faults"]) == bool(expected["faults"])
    except matrix.NotHere as error:
        pytest.skip(str(error))
