"""What people are told of a run: what it published and changed, or the sentence that ended it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from copydesk.errors import NotValid
from copydesk.notice import changes_table, failed, finished
from copydesk.settings import Report


def report(folder: Path, *, new: bool = True) -> Report:
    return Report(
        version="2026.11.1",
        folder=folder,
        new=new,
        articles=1234,
        lines_by_role={},
        quarantined=[{}, {}],
        expectations=60,
        passed=59,
        warnings=("quarantine: Nothing had to be set aside whole.",),
        review=[{}],
        healed=("Removed \x1b what was left.",),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    counts = {"added": 1, "removed": 0, "changed": 2000, "unchanged": 7}
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "changes.json").write_text(json.dumps({"tables": {"articles": counts}}))
    return tmp_path


def test_a_new_version_is_told_with_what_it_changed(folder: Path) -> None:
    subject, body = finished("build news", report(folder))
    assert subject == "build news: version 2026.11.1"
    assert "1,234 articles, 2 raw files set aside, 59 of 60 expectations passed, 1 to look at." in body
    assert "articles: 1 added, 2,000 changed" in body
    assert "removed" not in body
    assert "Not met: quarantine" in body
    assert "\x1b" not in body


def test_alarms_are_told_and_a_critical_one_in_the_subject(folder: Path) -> None:
    alarm = {"severity": "warning", "description": "Nothing \x1bcame."}
    subject, body = finished("build news", replace(report(folder, new=False), alarms=(alarm,)))
    assert subject == "build news: nothing new since version 2026.11.1"
    assert "Alarm, warning: Nothing \\u001bcame." in body
    subject, _ = finished("build news", replace(report(folder), alarms=(alarm | {"severity": "critical"},)))
    assert subject == "build news: version 2026.11.1, but look: a critical alarm sounds"


def test_a_run_that_changed_nothing_tells_of_no_change(folder: Path) -> None:
    subject, body = finished("build news", report(folder, new=False))
    assert subject == "build news: nothing new since version 2026.11.1"
    assert "added" not in body


def test_a_version_that_does_not_say_what_it_changed_is_told_all_the_same(tmp_path: Path) -> None:
    assert changes_table(report(tmp_path)) == []
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes" / "changes.json").write_text('{"tables": null}')
    assert changes_table(report(tmp_path)) == []


def test_a_failure_is_the_sentence_of_the_error_and_a_fault_is_its_name() -> None:
    assert failed("build news", NotValid("Nothing was published.")) == (
        "build news: failed (exit code 4)",
        "Nothing was published.",
    )
    subject, body = failed("build news", RuntimeError("a page\x07 " * 1000))
    assert subject == "build news: failed"
    assert body.startswith("RuntimeError: a page")
    assert body.endswith("The last version is as it was.")
    assert len(body) < 1100
