"""Every row that a version adds, changes or removes is listed once, with the reason that can be proved."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from awkward_release import awkward_tables
from awkward_release import release_of as awkward_release
from hypothesis import given, settings
from hypothesis import strategies as st
from small_release import DOCUMENTS, changed, release_of, tables_of

from copydesk.bulk import Stored, parts
from copydesk.predecessor import read_version
from copydesk.release.causes import CAUSES, OF_CHANGES, OF_OTHERS, REGISTRY_CHANGED
from copydesk.release.changelog import changelog, changes_file, changes_rows
from copydesk.release.diff import ROWS, Changes, diff
from copydesk.release.touched import touched
from copydesk.release.withhold import withhold_text
from copydesk.release.write import write_release
from copydesk.reuse import ORIGINS
from copydesk.store import open_files

BEFORE = {"copydesk": "0.1.0", "rules_version": "1", "authority_version": "1", "packs": {"label/cues/en": "1+aa"}}
OTHER_RULES = {**BEFORE, "rules_version": "2", "packs": {"label/cues/en": "2+bb"}}
OTHER_NAMES = {**BEFORE, "authority_version": "2"}


def _without(*paths: str) -> dict[str, str]:
    return {path: text for path, text in DOCUMENTS.items() if path not in paths}


def _id(tables: Mapping[str, pa.Table], path: str) -> str:
    places = dict(
        zip(tables["articles"]["raw_path"].to_pylist(), tables["articles"]["article_id"].to_pylist(), strict=True)
    )
    return str(places[path])


def _listed(changes: Changes, table: str, kind: str | None = None) -> list[dict[str, Any]]:
    return [row for row in changes.rows.to_pylist() if row["table"] == table and (kind is None or row["kind"] == kind)]


def _causes(changes: Changes, table: str, kind: str) -> set[str | None]:
    return {row["cause"] for row in _listed(changes, table, kind)}


def _origins(tables: Mapping[str, pa.Table]) -> pa.Table:
    """Articles with a key that stands for their own rows, as the key of what they are made of does."""
    keys: dict[str, str] = {}
    for name in ("articles", "blocks", "captions", "dates", "mentions"):
        own = tables[name].drop_columns(sorted(OF_OTHERS.get(name, ())))
        for row in own.to_pylist():
            keys[row["article_id"]] = sha256(f"{keys.get(row['article_id'])}{row}".encode()).hexdigest()
    return pa.table([list(keys), list(keys.values())], schema=ORIGINS)


def test_a_new_page_and_one_that_is_gone() -> None:
    tables = tables_of()
    fewer = tables_of(_without("courier/short.txt"))
    for table in ("articles", "blocks"):
        assert _causes(diff(fewer, tables, before=BEFORE, now=OTHER_RULES), table, "added") == {"source_added"}
        assert _causes(diff(tables, fewer, before=BEFORE, now=OTHER_RULES), table, "removed") == {"source_removed"}
    gone = diff(tables, fewer)
    assert [row["key"] for row in _listed(gone, "articles")] == [_id(tables, "courier/short.txt")]
    assert _causes(gone, "sources", "changed") == {"context_changed"}


def test_what_sources_toml_says_otherwise_is_no_cleaning_and_no_other_column() -> None:
    """A name that was added was told as another column where it was the first, else as pages cleaned anew."""
    tables = tables_of()
    named = changed(tables, "sources", lambda rows: [row.update(name="One") for row in rows])
    assert _causes(diff(tables, named), "sources", "changed") == {"registry_changed"}
    renamed = changed(named, "sources", lambda rows: rows[0].update(name="Another"))
    assert _causes(diff(named, renamed), "sources", "changed") == {"registry_changed"}


def test_other_raw_bytes_explain_everything() -> None:
    tables = tables_of()
    path = "herald/windows.txt"
    changes = diff(
        tables, tables_of({**DOCUMENTS, path: DOCUMENTS[path] + "\r\nMore."}), before=BEFORE, now=OTHER_RULES
    )
    article = _id(tables, path)
    assert [(row["key"], row["cause"], row["rules"]) for row in _listed(changes, "articles")] == [
        (article, "source_updated", [])
    ]
    told = [row for row in changes.rows.to_pylist() if article in row["key"]]
    assert {(row["cause"], *row["rules"]) for row in told} == {("source_updated",)}


def _relabel(tables: Mapping[str, pa.Table], text: str) -> dict[str, pa.Table]:
    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["text"] == text:
                row |= {"role": "navigation", "rule": "en.navigation.new"}

    return changed(tables, "blocks", change)


def _shorten(tables: Mapping[str, pa.Table], path: str) -> dict[str, pa.Table]:
    def change(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["raw_path"] == path:
                row |= {"word_count": row["word_count"] - 1}

    return changed(tables, "articles", change)


def test_a_rule_that_decides_otherwise_is_named() -> None:
    tables = tables_of()
    later = _shorten(_relabel(tables, "Nobody was hurt."), "herald/windows.txt")
    changes = diff(tables, later, before=BEFORE, now=OTHER_RULES)
    rules = ["en.navigation.new", "rule.of.thumb"]
    (block,) = _listed(changes, "blocks")
    assert (block["kind"], block["columns"], block["cause"]) == ("changed", ["role", "rule"], "rule_changed")
    assert block["rules"] == rules
    assert json.loads(block["key"])[0] == _id(tables, "herald/windows.txt")
    (article,) = _listed(changes, "articles")
    assert (article["columns"], article["cause"], article["rules"]) == (["word_count"], "rule_changed", rules)
    assert changes.tables["articles"].rules == dict.fromkeys(rules, 1)


def test_the_same_rules_decide_otherwise_because_of_other_pages() -> None:
    tables = tables_of()
    changes = diff(tables, _relabel(tables, "Nobody was hurt."), before=BEFORE, now=BEFORE)
    assert [(row["cause"], row["rules"]) for row in _listed(changes, "blocks")] == [
        ("context_changed", ["en.navigation.new", "rule.of.thumb"])
    ]


def test_where_nothing_that_is_known_says_more_it_was_cleaned_anew() -> None:
    tables = tables_of()
    later = _shorten(tables, "herald/windows.txt")
    assert _causes(diff(tables, later, before=BEFORE, now=BEFORE), "articles", "changed") == {"recleaned"}
    assert _causes(diff(tables, later, before=BEFORE, now=OTHER_RULES), "articles", "changed") == {"rule_changed"}


def test_where_only_names_changed_it_was_the_list_of_names() -> None:
    tables = tables_of()

    def rename(rows: list[dict[str, Any]]) -> None:
        rows[0] |= {"canonical_name": "Uno", "confidence": 0.5}

    renamed = changed(tables, "mentions", rename)
    assert _causes(diff(tables, renamed, before=BEFORE, now=OTHER_NAMES), "mentions", "changed") == {
        "authority_changed"
    }
    assert _causes(diff(tables, renamed, before=BEFORE, now=BEFORE), "mentions", "changed") == {"recleaned"}
    words = _shorten(tables, "herald/windows.txt")
    assert _causes(diff(tables, words, before=BEFORE, now=OTHER_NAMES), "articles", "changed") == {"recleaned"}


def test_an_article_that_went_to_quarantine_and_one_that_came_back() -> None:
    path = "courier/short.txt"
    tables = tables_of()

    def same_bytes(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["raw_path"] == path:
                row["raw_sha256"] = next(
                    article["raw_sha256"] for article in tables["articles"].to_pylist() if article["raw_path"] == path
                )

    aside = changed(tables_of(_without(path), ["courier/empty.txt", path]), "quarantine", same_bytes)
    went = diff(tables, aside, before=BEFORE, now=OTHER_RULES)
    assert _causes(went, "articles", "removed") == {"quarantined"}
    back = diff(aside, tables, before=BEFORE, now=OTHER_RULES)
    assert _causes(back, "articles", "added") == {"rule_changed"}
    assert _causes(back, "quarantine", "removed") == {"rule_changed"}


def test_what_was_taken_down_is_counted_and_not_named(tmp_path: Path) -> None:
    tables = tables_of()
    article = _id(tables, "herald/harbour.txt")
    later = tables_of(_without("herald/harbour.txt", "courier/short.txt"))
    changes = diff(tables, later, taken_down=[article])
    rows = _listed(changes, "articles", "removed")
    assert sorted((row["cause"], row["key"] is None) for row in rows) == [("source_removed", False), ("takedown", True)]
    release = replace(release_of(later, "2026.11.1", "2026.11.0"), changes=changes)
    (tmp_path / "version").mkdir()
    write_release(release, tmp_path / "version")
    for path in ("changes/changes.json", "changes/changes.parquet", "CHANGELOG.md", "release.json"):
        assert article.encode() not in (tmp_path / "version" / path).read_bytes(), path
    classed = json.loads((tmp_path / "version" / "release.json").read_bytes())["change_class"]
    assert classed["tables"]["articles"]["withdrawn"] == 1
    assert (
        classed["rows"]["withdrawn"]
        == changes.withdrawn
        == sum(row["cause"] == "takedown" for row in changes.rows.to_pylist())
    )
    assert f"Taken down on request: {changes.withdrawn} rows" in (tmp_path / "version" / "CHANGELOG.md").read_text()


def test_rows_under_another_key_and_withheld_text_changed_with_the_schema() -> None:
    tables = tables_of()
    rekeyed = diff({**tables, "captions": tables["captions"].drop_columns(["caption_id"])}, tables)
    assert _causes(rekeyed, "captions", "added") == _causes(rekeyed, "captions", "removed") == {"schema"}
    withheld = diff(tables, withhold_text(tables))
    assert withheld.schema == "breaking"
    assert {row["cause"] for row in withheld.rows.to_pylist()} == {"schema"}


DAYS = st.fixed_dictionaries({
    path: st.sampled_from([None, text, text + "\nMore.", text.replace("e", "é")]) for path, text in DOCUMENTS.items()
})  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(DAYS, DAYS, st.sampled_from([BEFORE, OTHER_RULES, OTHER_NAMES]))
def test_the_list_is_whole_and_explains_every_row(
    one: dict[str, str | None], two: dict[str, str | None], now: dict[str, Any]
) -> None:
    old, new = (tables_of({path: text for path, text in day.items() if text is not None}) for day in (one, two))
    changes = diff(old, new, before=BEFORE, now=now)
    rows = changes.rows.to_pylist()
    assert len({(row["table"], row["key"]) for row in rows}) == len(rows)
    for name, counted in changes.tables.items():
        for kind in ("added", "changed", "removed"):
            assert sum(row["table"] == name and row["kind"] == kind for row in rows) == getattr(counted, kind)
    for row in rows:
        assert row["cause"] in ((*OF_CHANGES, REGISTRY_CHANGED) if row["kind"] == "changed" else CAUSES)
        assert bool(row["columns"]) == (row["kind"] == "changed")
    assert changes.same == (not rows)
    again = diff(dict(reversed(old.items())), dict(reversed(new.items())), before=BEFORE, now=now)
    assert again.rows.table().equals(changes.rows.table())
    known = touched(old, new, _origins(old), _origins(new))
    less = diff(old, new, before=BEFORE, now=now, known=known)
    assert (less.tables, less.rows.table()) == (changes.tables, changes.rows.table())
    released = replace(release_of(new, "2026.11.1", "2026.11.0"), changes=changes)
    assert pq.read_table(io.BytesIO(changes_rows(released))).to_pylist() == rows
    summed = json.loads(changes_file(released))["tables"]
    for name, counted in changes.tables.items():
        assert sum(summed[name]["changed_by_cause"].values()) == counted.changed
        assert sum(summed[name]["added_by_cause"].values()) == counted.added
        assert sum(summed[name]["removed_by_cause"].values()) == counted.removed


def test_a_version_read_back_differs_in_nothing(tmp_path: Path) -> None:
    for name, tables in (("small", tables_of()), ("awkward", awkward_tables())):
        folder = tmp_path / name
        folder.mkdir()
        write_release(awkward_release(tables), folder)
        before = read_version(open_files(folder))
        changes = diff(before.tables, tables)
        assert changes.same
        assert changes.rows.schema.equals(ROWS)


@pytest.mark.parametrize("now", [BEFORE, OTHER_RULES])
def test_the_changelog_says_which_packs_are_others(now: dict[str, Any]) -> None:
    tables = tables_of()
    release = replace(
        release_of(_relabel(tables, "Nobody was hurt."), "2026.11.1", "2026.11.0"),
        changes=diff(tables, _relabel(tables, "Nobody was hurt."), before=BEFORE, now=now),
        provenance=now,
        previous_provenance=BEFORE,
    )
    text = changelog(release).decode()
    assert ("- `label/cues/en`: 1+aa → 2+bb" in text) == (now is OTHER_RULES)
    assert ("Rules 2 (was 1)" in text) == (now is OTHER_RULES)
    assert "  - by rules, articles and lines: `en.navigation.new` 1, `rule.of.thumb` 1" in text


def test_of_what_is_known_to_be_the_same_no_text_is_read() -> None:
    old = tables_of(
        {f"herald/{number}.txt": f"Day {number}\n\nIt rained, {number} people said." for number in range(9)}
    )
    new = tables_of(
        {f"herald/{number}.txt": f"Day {number}\n\nIt rained, {number} people said." for number in range(10)}
    )
    told = new["articles"]["article_id"].to_pylist()
    group = [told[0] if number in (2, 5) else None for number in range(10)]
    column = new["articles"].column_names.index("duplicate_group")
    new["articles"] = new["articles"].set_column(column, "duplicate_group", pa.array(group, pa.string()))
    asked: set[str] = set()

    def stored(data: pa.Table) -> Stored:
        def read(columns: Sequence[str]) -> Iterator[pa.Table]:
            asked.update(columns)
            yield from parts(data, columns)

        return Stored(data.schema, data.num_rows, read)

    whole = diff(old, new, before=BEFORE, now=BEFORE)
    was = {name: stored(data) for name, data in old.items()}
    known = touched(was, new, _origins(old), _origins(new))
    assert known is not None
    less = diff(was, new, before=BEFORE, now=BEFORE, known=known)
    assert (less.tables, less.rows.table()) == (whole.tables, whole.rows.table())
    assert less.tables["articles"].columns == {"duplicate_group": 2}
    assert not {"text", "headline", "raw_text"} & asked


@pytest.mark.parametrize("left_out_of", [0, 1])
def test_an_article_that_was_made_and_left_out_of_a_version_is_new_or_gone(left_out_of: int) -> None:
    days = {f"herald/{number}.txt": f"Day {number}\n\nIt rained, {number} people said." for number in range(9)}
    whole, less = tables_of(days), tables_of({path: text for path, text in days.items() if "4" not in path})
    versions = (less, whole) if left_out_of == 0 else (whole, less)
    known = touched(*versions, _origins(whole), _origins(whole))
    assert known is not None
    changes, full = diff(*versions, known=known), diff(*versions)
    assert (changes.tables, changes.rows.table()) == (full.tables, full.rows.table())
    assert changes.tables["articles"].added + changes.tables["articles"].removed == 1
