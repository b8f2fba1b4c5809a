"""A version without text holds no sentence of a page, in any of its files."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import ROOT, SAMPLE

from copydesk import build
from copydesk.article import TEXT_ROLES
from copydesk.draft import draft
from copydesk.errors import NothingToDo
from copydesk.explain import explain
from copydesk.knowing import know
from copydesk.names_command import export_names
from copydesk.settings import Settings
from copydesk.store.sums import files_of

RUN = 6
"""Words in a row that make a sentence recognizable."""
SOURCES = ("ararat_dispatch", "harbour_ledger", "la_ribera", "talkurier")
_WORD = re.compile(r"\w+")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, set[tuple[str, ...]]]:
    """The same raw pages as two versions without text and two with it, and every run of words of their bodies.

    The second version has one page more, one less and one that changed: the list of changes has something to tell.
    """
    place = tmp_path_factory.mktemp("policy")
    raw = place / "raw"
    for source in SOURCES:
        shutil.copytree(SAMPLE / source, raw / source)
    (raw / "harbour_ledger" / "zz_later.txt").write_text(
        "Ferry returns\n\nThe ferry returned on Sunday.\n", encoding="utf-8"
    )
    text = (ROOT / "dataset" / "dataset.toml").read_text(encoding="utf-8")
    for name, policy in (("none", 'text = "none"'), ("full", 'text = "full"')):
        (place / name).mkdir()
        (place / name / "dataset.toml").write_text(re.sub(r"(?m)^text = .*$", policy, text), encoding="utf-8")
    runs: set[tuple[str, ...]] = set()
    for step in (0, 1):
        if step:
            _change(raw)
        with TemporaryDirectory() as work:
            settings = Settings(raw=raw, dataset=place / "none", as_of=date(2026, 11, 23))
            drafted, validation = build.make(settings, Path(work))
            runs |= _runs(_bodies(drafted.parts["blocks"]))
            for name in ("none", "full"):
                settings = Settings(raw=raw, dataset=place / name, as_of=date(2026, 11, 23))
                again = draft(drafted.parts, know(settings), settings)
                assert build.publish(again, validation, settings).new
    return place / "none" / "versions", place / "full" / "versions", runs


def _change(raw: Path) -> None:
    (raw / "harbour_ledger" / "zz_later.txt").unlink()
    shutil.copy(SAMPLE / "echo_vallees" / "001_refuge_glacier.txt", raw / "la_ribera" / "zz_new.txt")
    changed = min((raw / "ararat_dispatch").glob("*.txt"))
    changed.write_bytes(
        changed.read_bytes() + b"\nThe growers of the valley met again on Monday to count what was left.\n"
    )


def _bodies(blocks: pa.Table) -> Iterator[str]:
    for row in blocks.select(["role", "text", "raw_text"]).to_pylist():
        if row["role"] in TEXT_ROLES:
            yield from filter(None, (row["text"], row["raw_text"]))


def _runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for text in texts:
        words = _WORD.findall(text.casefold())
        found.update(tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
    return found


def _texts(path: Path) -> Iterator[str]:
    """What a file says, as a reader of its format would see it, and as it stands."""
    if path.suffix == ".parquet":
        for column in pq.read_table(path).to_pydict().values():
            yield from _strings(column)
        return
    text = path.read_text(encoding="utf-8")
    yield text
    yield html.unescape(re.sub(r"<[^>]*>", " ", text))
    yield re.sub(r"\\(?:u([0-9a-f]{4})|(.))", lambda found: chr(int(found[1], 16)) if found[1] else " ", text)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def test_no_sentence_is_left_in_any_file(published: tuple[Path, Path, set[tuple[str, ...]]]) -> None:
    versions, _, runs = published
    paths = files_of(versions)
    assert len({path.split("/")[0] for path in paths}) == 2
    assert {"CHANGELOG.md", "changes.parquet", "changes.json", "articles.csv"} <= {
        path.split("/")[-1] for path in paths
    }
    left = {path: found for path in paths if (found := _runs(_texts(versions / path)) & runs)}
    assert not left, {path: [" ".join(run) for run in sorted(found)[:3]] for path, found in left.items()}
    changed = pq.read_table(versions / "2026.11.1" / "changes" / "changes.parquet").to_pylist()
    assert {row["kind"] for row in changed if row["table"] == "articles"} == {"added", "changed", "removed"}


def test_the_same_search_finds_the_text_where_it_is_published(
    published: tuple[Path, Path, set[tuple[str, ...]]],
) -> None:
    """So that the test above can fail: in the version with text, every kind of file that should hold it is caught."""
    _, versions, runs = published
    caught = {path.split("/", 1)[1] for path in files_of(versions) if _runs(_texts(versions / path)) & runs}
    assert {"data/articles.parquet", "data/blocks.parquet", "csv/articles.csv", "csv/blocks.csv"} <= caught
    assert any(path.startswith("proofs/") for path in caught)
    assert len(runs) > 2_000


def test_commands_that_need_the_text_say_so(published: tuple[Path, Path, set[tuple[str, ...]]], tmp_path: Path) -> None:
    """Nothing is made up of what is not there: no empty list of names, and no reasons of a scorer that saw nothing."""
    dataset = published[0].parent
    with pytest.raises(NothingToDo, match="published without text"):
        export_names(tmp_path / "names.csv", dataset, SAMPLE.parent / "authority", "latest", date(2026, 11, 23))
    blocks = pq.read_table(published[0] / "2026.11.0" / "data" / "blocks.parquet").to_pylist()
    learned = next(row for row in blocks if row["rule"].startswith("learned."))
    line = str(learned["line_start"] + 1)
    told = explain(learned["article_id"], dataset, "2026.11.0").splitlines()
    cells = next(cells for row in told if (cells := row.split()) and cells[0] == line)
    assert cells[1:3] == [learned["role"], learned["rule"]]
    assert " ".join(cells[3:]) == (learned["evidence"] or "")
