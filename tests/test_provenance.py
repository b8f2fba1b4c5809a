"""release.json names all that a version's bytes depend on."""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterator
from datetime import date
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE
from test_taking_back import validated_here  # noqa: F401 - a fixture

from copydesk.build import run_plain
from copydesk.libraries import CLEANING, PUBLISHING
from copydesk.packs import STAGES, pack_versions
from copydesk.settings import Settings

NO_BYTES = {
    "copydesk": "stands apart",
    "dask": "carries work to others, who must have the same Copydesk",
    "distributed": "as Dask, whose other half it is",
    "duckdb": "a command's",
    "filelock": "keeps writers apart",
    "fsspec": "carries bytes as they are",
    "packaging": "compares versions for the doctor",
    "minisign": "a signature is the same whoever makes it",
    "pandas": "for readers",
    "polars": "for readers",
    "tomli": "the standard library's, compiled",
}
"""Libraries that are imported, and why no byte depends on their version."""


def imported() -> Iterator[str]:
    for path in (ROOT / "copydesk").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield (node.module or "").partition(".")[0]


def test_every_library_that_is_imported_is_named_or_has_a_reason_not_to_be() -> None:
    distributions = packages_distributions()
    named = {name.lower() for name in (*CLEANING, *PUBLISHING)}
    for module in sorted(set(imported()) - NO_BYTES.keys()):
        known = {name.lower().replace("_", "-") for name in distributions.get(module, ())}
        assert not known or known & named, f"{module} is imported, and neither named nor excused"


def test_every_file_of_words_and_weights_is_a_pack() -> None:
    package = ROOT / "copydesk"
    data = [path for stage in STAGES for path in (package / stage).rglob("*") if path.suffix not in (".py", ".pyc")]
    files = {path.relative_to(package).with_suffix("").as_posix() for path in data if path.is_file()}
    assert files | {"limits"} == pack_versions().keys()
    assert not [name for name, version in pack_versions().items() if version.startswith("0+")], "a pack has no version"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE / "talkurier", tmp_path / "raw" / "talkurier")
    (tmp_path / "sources.toml").write_text('[talkurier]\nname = "Talkurier"\n', encoding="utf-8")
    shutil.copytree(ROOT / "expectations", tmp_path / "expectations")
    return tmp_path / "raw"


def test_it_changes_with_what_it_names(raw: Path) -> None:
    def made(dataset: str) -> dict[str, object]:
        settings = Settings(
            raw, raw.parent / dataset, date(2026, 11, 23), expectations=raw.parent / "expectations", cache=None
        )
        folder = Path(run_plain(settings).folder)
        return dict(json.loads((folder / "release.json").read_text(encoding="utf-8"))["provenance"])

    first = made("first")
    with (raw.parent / "sources.toml").open("a", encoding="utf-8") as file:
        file.write('timezone = "Europe/Vienna"\n')
    suite = raw.parent / "expectations" / "articles.json"
    suite.write_text(suite.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    second = made("second")
    assert {key for key in first if first[key] != second[key]} == {"edited"}
    assert set(second["edited"]) == {"sources", "expectations"}  # type: ignore[call-overload]
    assert all(first["edited"][name] != second["edited"][name] for name in second["edited"])  # type: ignore[index, attr-defined]
