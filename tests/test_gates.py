"""A version that differs in a way that is seldom meant waits for a person; and a rehearsal shows it without a trace."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import ROOT, SAMPLE
from small_release import changed, tables_of

from copydesk import build, rehearsal
from copydesk.build import run_plain
from copydesk.bulk import in_memory, parquet_rows
from copydesk.cli import main
from copydesk.draft import draft
from copydesk.errors import ConfigError, NotAccepted
from copydesk.knowing import know
from copydesk.rehearsal import rehearse, shown
from copydesk.release.data import write_parquet
from copydesk.release.diff import diff
from copydesk.release.gates import GATES, accept, default_thresholds, fill_rates, shut_gates
from copydesk.release.questions import questions
from copydesk.settings import Settings
from copydesk.store import Withdrawn, yank

AS_OF = date(2026, 11, 23)
MANY = {
    f"{source}/{number:02}.txt": f"Title {number}\n\nBy Ada Quill\nIt rained on day {number}, and it will rain again.\n"
    for source in ("herald", "courier")
    for number in range(25)
}
Tables = Mapping[str, pa.Table]


@pytest.fixture(scope="module")
def many() -> Tables:
    return tables_of(MANY)


def _shut(old: Tables, new: Tables, **thresholds: float) -> list[str]:
    return [gate.name for gate in shut_gates(diff(old, new), old, new, thresholds)]


def _fewer(count: int) -> Callable[[Tables], Tables]:
    return lambda tables: tables_of(dict(list(MANY.items())[count:]))


def _articles(change: Callable[[dict[str, Any], int], object]) -> Callable[[Tables], Tables]:
    def every(rows: list[dict[str, Any]]) -> None:
        for number, row in enumerate(rows):
            change(row, number)

    return lambda tables: changed(tables, "articles", every)


def _aside(tables: Tables) -> Tables:
    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["role"] == "body":
                row |= {"role": "newsletter", "rule": "en.newsletter.greedy"}

    return changed(tables, "blocks", change)


@pytest.mark.parametrize(
    ("step", "shut"),
    [
        (lambda tables: tables, []),
        (_fewer(2), []),
        (_fewer(3), ["rows_removed"]),
        (_fewer(12), ["rows_removed", "source_rows"]),
        (_articles(lambda row, number: row.update(tail_credit="x" if number < 5 else None)), []),
        (_articles(lambda row, number: row.update(tail_credit="x" if number < 6 else None)), ["fill_rate"]),
        (_articles(lambda row, number: row.update(byline=[])), ["rows_changed", "fill_rate"]),
        (
            _articles(lambda row, number: row.update(word_count=row["word_count"] * 2)),
            ["rows_changed", "median_length"],
        ),
        (_articles(lambda row, number: row.update(language="hy") if number < 30 else None), []),
        (_articles(lambda row, number: row.update(language="hy") if number < 31 else None), ["rows_changed"]),
        (_aside, ["set_aside"]),
        (lambda tables: {**tables, "captions": tables["captions"].drop_columns(["agency"])}, ["breaking_schema"]),
    ],
)
def test_a_gate_is_shut_where_its_threshold_is_passed(
    step: Callable[[Tables], Tables], shut: list[str], many: Tables
) -> None:
    assert _shut(many, step(many)) == shut


def test_shares_of_a_few_articles_say_nothing() -> None:
    few = tables_of(dict(list(MANY.items())[:19]))
    assert _shut(few, tables_of({"herald/new.txt": "A title\n\nAnother text."})) == []


def test_thresholds_are_those_of_the_dataset_where_it_has_any(many: Tables) -> None:
    assert _shut(many, _fewer(3)(many), rows_removed=0.5) == []
    assert _shut(many, _fewer(1)(many), rows_removed=0) == ["rows_removed"]


def test_a_gate_is_passed_with_a_reason_for_it_and_no_other(many: Tables) -> None:
    old, new = many, _fewer(12)(many)
    shut = shut_gates(diff(old, new), old, new, {})
    with pytest.raises(NotAccepted, match=r"rows_removed: 12 of 50 articles are gone, 24\.0 %.*--accept rows_removed"):
        accept(shut, {})
    with pytest.raises(NotAccepted) as caught:
        accept(shut, {"rows_removed": "The archive closed."})
    assert "source_rows" in str(caught.value)
    assert "rows_removed" not in str(caught.value)
    assert caught.value.exit_code == 8
    done = accept(shut, dict.fromkeys(GATES, "The archive closed."))
    assert [(gate.name, gate.accepted) for gate in done] == [
        ("rows_removed", "The archive closed."),
        ("source_rows", "The archive closed."),
    ]
    with pytest.raises(ConfigError, match="no gate 'rows'"):
        accept((), {"rows": "Because."})


def test_every_gate_but_the_first_has_a_threshold() -> None:
    assert set(GATES[1:]) | {"articles_at_least"} == set(default_thresholds())


# From the command line


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw folder with two of the sample's sources."""
    folder = tmp_path_factory.mktemp("gates") / "raw"
    for source in ("ararat_dispatch", "harbour_ledger"):
        shutil.copytree(SAMPLE / source, folder / source)
    return folder


@pytest.fixture
def dataset(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gates") / "dataset"
    folder.mkdir()
    text = (ROOT / "dataset" / "dataset.toml").read_text(encoding="utf-8")
    (folder / "dataset.toml").write_text(text + "\n[gates]\narticles_at_least = 2\n", encoding="utf-8")
    return folder


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A raw folder is cleaned and checked once a test: here only what becomes of it matters."""
    made: dict[Path, Any] = {}

    def make(settings: Settings, work: Path, progress: Callable[[str], None] = lambda _: None) -> Any:
        if settings.raw not in made:
            drafted, validation = clean(settings, work, progress)
            made[settings.raw] = in_memory(drafted.parts), validation  # the work folder goes
        parts, validation = made[settings.raw]
        return draft(parts, know(settings), settings), validation

    clean = build.make
    monkeypatch.setattr(build, "make", make)
    monkeypatch.setattr(rehearsal, "make", make)


def _state(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def test_a_version_waits_for_a_person_and_publishes_the_reason(
    raw: Path, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], once: None
) -> None:
    fewer = tmp_path / "raw"
    shutil.copytree(raw / "harbour_ledger", fewer / "harbour_ledger")
    whole = Settings(raw=raw, dataset=dataset, as_of=AS_OF)
    before = _state(dataset)
    rehearsed = rehearse(whole)
    assert _state(dataset) == before, "a rehearsal left a trace"
    assert run_plain(whole).version == rehearsed.version == "2026.11.0"
    version = dataset / "versions" / "2026.11.0"
    assert rehearsed.files == {path: len(data) for path, data in _state(version).items() if data is not None}
    assert rehearsed.change_class == json.loads((version / "release.json").read_bytes())["change_class"]
    assert not rehearse(whole).new
    yanked = shutil.copytree(dataset, tmp_path / "yanked", symlinks=True)
    yank(yanked, "2026.11.0", reason="A rule was wrong.", as_of=AS_OF, wait_seconds=0)
    for stopped in (rehearse, run_plain):
        with pytest.raises(Withdrawn, match="A rule was wrong"):
            stopped(replace(whole, dataset=yanked))

    before = _state(dataset)
    command = ["run", "--plain", "--raw", str(fewer), "--dataset", str(dataset), "--as-of", "2026-11-23"]
    assert main(command) == 8
    said = capsys.readouterr().err
    assert "rows_removed" in said
    assert "source_rows" in said
    assert _state(dataset / "versions") == {
        name.removeprefix("versions/"): data for name, data in before.items() if name.startswith("versions/")
    }
    rehearsed = rehearse(replace(whole, raw=fewer, accepted=(("rows_removed", "The archive closed."),)))
    gates = {gate.name: gate.accepted for gate in rehearsed.gates}
    assert gates["rows_removed"] == "The archive closed."
    assert gates["source_rows"] is None
    assert "source_rows (shut, would stop the run)" in shown(rehearsed)

    accepts = [part for gate in gates for part in ("--accept", gate, "--reason", "The *archive* closed.")]
    assert main([*command, *accepts]) == 0
    folder = dataset / "versions" / "2026.11.1"
    release = json.loads((folder / "release.json").read_bytes())
    assert {gate["gate"]: gate["accepted"] for gate in release["gates"]} == dict.fromkeys(
        gates, "The *archive* closed."
    )
    assert "The reason given: The \\*archive\\* closed." in (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    assert release["change_class"]["first"] is False


def test_a_reason_belongs_to_a_gate(raw: Path, dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["run", "--plain", "--raw", str(raw), "--dataset", str(dataset)]
    for wrong in (["--accept", "rows_removed"], ["--accept", "rows_removed", "--reason", " "], ["--reason", "x"],
                  ["--accept", "rows", "--reason", "x"]):  # fmt: skip
        assert main([*command, *wrong]) == 2
    assert "no gate 'rows'" in capsys.readouterr().err


def test_a_stable_version_owes_answers_and_news(
    raw: Path, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = dataset / "dataset.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text('channel = "stable"\n' + text, encoding="utf-8")
    command = ["run", "--plain", "--raw", str(raw), "--dataset", str(dataset), "--as-of", "2026-11-23"]
    assert main(command) == 2
    assert "leaves M1, M2" in capsys.readouterr().err
    (dataset / "datasheet").mkdir()
    answers = "".join(f'{question.id} = "It is not known."\n' for question in questions() if not question.computed)
    (dataset / "datasheet" / "all.toml").write_text(answers, encoding="utf-8")
    assert main(command) == 2
    assert "says what is new" in capsys.readouterr().err
    news = tmp_path / "news.txt"
    news.write_text("The first version\nto rely on.\n", encoding="utf-8")
    assert main([*command, "--notes", str(news)]) == 0
    folder = dataset / "versions" / "2026.11.0"
    release = json.loads((folder / "release.json").read_bytes())
    assert (release["channel"], release["notes"]) == ("stable", "The first version to rely on.")
    assert release["datasheet"]["unanswered"] == []
    assert "The first version to rely on." in (folder / "CHANGELOG.md").read_text(encoding="utf-8")
    shutil.copytree(raw, tmp_path / "raw")
    (tmp_path / "raw" / "harbour_ledger" / "new.txt").write_text(
        "Ferry returns\n\nThe ferry returned on Sunday, and nobody was hurt, the harbour master said.\n",
        encoding="utf-8",
    )
    again = [*command, "--raw", str(tmp_path / "raw"), "--notes", str(news)]
    assert main(again) == 2
    assert "what they said of the last version" in capsys.readouterr().err


def test_the_gates_of_a_dataset_are_checked_like_the_rest_of_its_file(dataset: Path, raw: Path) -> None:
    toml = dataset / "dataset.toml"
    text = toml.read_text(encoding="utf-8")
    for line, key in (("rows = 1", "gates.rows"), ("rows_removed = 2", "gates.rows_removed"),
                      ('fill_rate = "x"', "gates.fill_rate"), ("set_aside = true", "gates.set_aside")):  # fmt: skip
        toml.write_text(text + line + "\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=key):
            rehearse(Settings(raw=raw, dataset=dataset, as_of=AS_OF))


def test_what_is_filled_is_the_same_in_memory_and_by_what_files_say_of_themselves(many: Tables, tmp_path: Path) -> None:
    half = len(many["articles"]) // 2
    paths = [tmp_path / "one.parquet", tmp_path / "two.parquet"]
    for path, rows in zip(paths, (many["articles"].slice(0, half), many["articles"].slice(half)), strict=True):
        write_parquet(rows, path)
    stored = parquet_rows(list(map(str, paths)))
    assert stored.nulls["url"] == many["articles"]["url"].null_count
    assert not {"flags", "byline"} & stored.nulls.keys()  # lists, of which empty ones count as well
    names = many["articles"].column_names
    assert fill_rates(stored, names) == fill_rates(many["articles"], names)
