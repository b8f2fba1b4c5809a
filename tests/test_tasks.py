"""The flow's tasks by themselves: what is tried again, and what a run leaves on its page. No server is started."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
from httpx import ConnectError
from prefect.states import Failed

from copydesk.errors import ConfigError, NotValid
from copydesk.flows import tasks
from copydesk.settings import Report
from copydesk.store import DatasetNotWritable, DiskFull, StoreBusy

RECOVERS = [
    OSError(errno.EIO, "the disk did not answer"),
    OSError(errno.ESTALE, "the share was gone"),
    TimeoutError("no answer"),
    ConnectionResetError("hung up"),
]
DOES_NOT = [
    OSError(errno.ENOSPC, "full"),
    OSError(errno.EDQUOT, "over quota"),
    OSError(errno.EFBIG, "too large"),
    DiskFull("full"),
    DatasetNotWritable("closed"),
    StoreBusy("held"),
    NotValid("a critical expectation failed"),
    ConfigError("dataset.toml is wrong"),
    ValueError("a fault of our own"),
    MemoryError(),
]


@pytest.mark.parametrize("error", [*RECOVERS, *DOES_NOT], ids=repr)
def test_only_reading_and_writing_that_may_recover_is_tried_again(error: Exception) -> None:
    stages = [tasks.plan, tasks.survey, tasks.clean, tasks.validate_and_publish]
    for stage in stages:
        assert stage.retries == 3
        assert callable(stage.retry_delay_seconds) or len(set(stage.retry_delay_seconds)) == 3, "the pauses grow"
        assert stage.retry_condition_fn is not None
        assert stage.retry_condition_fn(stage, None, Failed(data=error)) == (error in RECOVERS)


def done(**more: Any) -> Report:
    return Report(
        version="2026.11.1", folder=Path("nowhere"), new=True, articles=3, lines_by_role={}, expectations=60, passed=60,
        **{"quarantined": [], "warnings": (), "review": [], "healed": (), **more},
    )  # fmt: skip


ALARM = {"alarm": "source_stopped", "subject": "herald", "severity": "critical", "description": "'herald' is silent."}


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is left on the run's page, by key."""
    left: dict[str, Any] = {}
    monkeypatch.setattr(tasks, "create_markdown_artifact", lambda text, key, **_: left.update({key: text}))
    monkeypatch.setattr(tasks, "create_table_artifact", lambda table, key, **_: left.update({key: table}))
    return left


def test_alarms_stand_on_the_runs_page(page: dict[str, Any]) -> None:
    tasks.tell.fn(done(alarms=(ALARM,)))
    assert "critical: 'herald' is silent." in page["release"]
    (row,) = page["alarms"]
    assert {"critical", "'herald' is silent."} <= {str(value) for value in row.values()}
    page.clear()
    tasks.tell.fn(done())
    assert page.keys() == {"release"}


def test_a_server_that_went_away_costs_the_page_and_not_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise ConnectError("refused")

    said: list[str] = []

    class Log:
        def warning(self, text: str, *_: object) -> None:
            said.append(text)

    monkeypatch.setattr(tasks, "create_markdown_artifact", gone)
    monkeypatch.setattr(tasks, "get_run_logger", Log)
    tasks.tell.fn(done())
    assert "went away" in said[0]
