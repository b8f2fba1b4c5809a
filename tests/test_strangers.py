"""A stranger's published version: whatever it says, reading it ends with a sentence, stays in its folder, and rules no
screen."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from small_release import tables_of, write_small

from copydesk.cli import main
from copydesk.compare import compare, terminal
from copydesk.errors import CopydeskError
from copydesk.explain import explain, explain_html
from copydesk.loading import load
from copydesk.store import BrokenStore

Change = Callable[[list[Any]], list[Any]]
ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202e\nrm"
PATH = "herald/harbour.txt"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version's folder. No test may leave it changed."""
    return write_small(tmp_path_factory.mktemp("strangers") / "honest", tables_of())


@pytest.fixture
def version(honest: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    return shutil.copytree(honest, tmp_path / "version")


def put(version: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    path = version / f"data/{name}.parquet"
    parquet.write_table(change(parquet.read_table(path)), path, store_schema=False)


def column(name: str, change: Change) -> Callable[[pa.Table], pa.Table]:
    """Other values in a column, null too."""

    def of(data: pa.Table) -> pa.Table:
        values = pa.array(change(data[name].to_pylist()), data.schema.field(name).type)
        return data.set_column(data.column_names.index(name), name, values)

    return of


def manifest(version: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads((version / "release.json").read_text())
    change(value)
    (version / "release.json").write_text(json.dumps(value))


def test_lines_without_end_are_refused(version: Path) -> None:
    honest = explain(PATH, version)
    article = load(version, columns=["article_id", "raw_path"]).to_pylist()
    wanted = next(row["article_id"] for row in article if row["raw_path"] == PATH)
    ids = load(version, "blocks", columns=["article_id"])["article_id"].to_pylist()
    last = max(place for place, id_ in enumerate(ids) if id_ == wanted)
    put(version, "blocks", column("line_end", lambda ends: [*ends[:last], 2**31 - 1, *ends[last + 1 :]]))
    for show in (explain, explain_html):
        with pytest.raises(BrokenStore, match="2147483647, which cannot be"):
            show(PATH, version)
    assert wanted in honest


def test_nothing_that_is_printed_rules_a_screen(
    version: Path, honest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("articles", "blocks"):
        put(version, name, column("article_id", lambda ids: [id_ + ESCAPES for id_ in ids]))
    for name in ("role", "rule", "evidence", "text"):
        put(version, "blocks", column(name, lambda texts: [(text or "") + ESCAPES for text in texts]))
    put(version, "articles", lambda data: data.append_column(f"new{ESCAPES}", [["x"] * data.num_rows]))
    manifest(version, lambda release: release.update(version=ESCAPES, title=ESCAPES))
    assert main(["explain", PATH, "--dataset", str(version)]) == 0
    assert main(["diff", str(honest), str(version)]) == 1
    assert main(["diff", str(version), str(version)]) == 0
    assert main(["explain", "no such", "--dataset", str(version)]) == 3
    told = "".join(capsys.readouterr())
    assert told.count("owned") > 20
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
    assert not re.search("^rm", told, re.MULTILINE)


@pytest.mark.parametrize("outside", ["../secret.parquet", "/{}/secret.parquet", "data/../../secret.parquet"])
def test_no_path_leads_out_of_a_version(version: Path, honest: Path, outside: str) -> None:
    parquet.write_table(pa.table({"article_id": ["secret"]}), version.parent / "secret.parquet")
    path = outside.format(version.parent)

    def lead_out(release: dict[str, Any]) -> None:
        for resource in release["resources"]:
            if resource["table"] == "articles" and resource["format"] == "parquet":
                resource["path"] = path

    manifest(version, lead_out)
    with pytest.raises(BrokenStore, match="no place for a file"):
        load(version)
    with pytest.raises(CopydeskError, match="no place for a file"):
        compare(honest, version)


def _without(name: str) -> Callable[[pa.Table], pa.Table]:
    return lambda data: data.drop_columns([name])


def _first(value: object) -> Change:
    return lambda values: [value, *values[1:]]


def _typed(name: str) -> Callable[[pa.Table], pa.Table]:
    return lambda data: data.set_column(data.column_names.index(name), name, [[1.5] * data.num_rows])


MALFORMED: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "no article_id in articles": ("articles", _without("article_id")),
    "no raw_path in articles": ("articles", _without("raw_path")),
    "no article_id in blocks": ("blocks", _without("article_id")),
    "no rule": ("blocks", _without("rule")),
    "no line_end": ("blocks", _without("line_end")),
    "a key twice": ("articles", lambda data: pa.concat_tables([data, data])),
    "blocks backwards": ("blocks", lambda data: data.take(list(reversed(range(data.num_rows))))),
    "a null for a rule": ("blocks", column("rule", _first(None))),
    "a null for a line": ("blocks", column("line_start", _first(None))),
    "a null for an article": ("articles", column("article_id", _first(None))),
    "numbers for ids": ("articles", _typed("article_id")),
    "numbers for rules": ("blocks", _typed("rule")),
    "numbers for repairs": ("blocks", _typed("repairs")),
    "nothing in it": ("blocks", lambda data: data.select([])),
}


@pytest.mark.parametrize(("table", "change"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_ends_with_a_sentence(
    version: Path, honest: Path, table: str, change: Callable[[pa.Table], pa.Table]
) -> None:
    put(version, table, change)
    told = 0
    article = str(parquet.read_table(honest / "data/blocks.parquet")["article_id"][0])
    for act in (
        lambda: terminal(compare(honest, version)),
        lambda: terminal(compare(version, honest)),
        lambda: explain(article, version),
        lambda: explain_html(article, version),
    ):
        try:
            act()
        except CopydeskError as error:
            told += 1
            assert len(str(error)) < 1000
    assert told, "nobody noticed"


@pytest.mark.parametrize(
    "change",
    [
        lambda release: release.update(provenance=[None]),
        lambda release: release.update(version=["2026.11.0"]),
        lambda release: release["resources"][0].update(path=None),
        lambda release: release.update(resources={"a": 1}),
    ],
)
def test_a_manifest_that_is_none_ends_with_a_sentence(
    version: Path, honest: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    manifest(version, change)
    with pytest.raises(BrokenStore, match="is not a version's manifest"):
        load(version)
    with pytest.raises(CopydeskError, match="no version that can be read"):
        compare(honest, version)
