"""The stages as tasks. Each takes a partition or what the partitions left, and hands on a path or a small value."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from httpx import TransportError
from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger
from prefect.tasks import exponential_backoff

from copydesk import build, pipeline, report, rounds, stages
from copydesk.build import Validate
from copydesk.engine import Engine
from copydesk.errors import CopydeskError
from copydesk.flows.heard import say, warn
from copydesk.knowing import know
from copydesk.nothing_new import keep
from copydesk.notice import changes_table
from copydesk.partitions import Partition
from copydesk.rounds import Cleaned
from copydesk.settings import Report, Settings
from copydesk.stages import Job
from copydesk.store.errors import is_disk_full


def _worth_retrying(_task: Any, _run: Any, state: Any) -> bool:
    """A disk or a network share may recover. A full one, and whatever a person has to mend, will not by itself."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, OSError) and not isinstance(error, CopydeskError) and not is_disk_full(error)


_IO: dict[str, Any] = {
    "cache_policy": NO_CACHE,
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(backoff_factor=2),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": _worth_retrying,
}


@task(cache_policy=NO_CACHE)
def prepare(settings: Settings) -> None:
    """Makes sure, before any work, that what was edited by hand can be read and that the result can be published."""
    for swept in build.prepare(settings):
        warn(swept)


@task(**_IO)
def look(settings: Settings) -> str | None:
    """Takes a hash over the raw files and whatever else the tables follow from."""
    return build.look(settings)


@task(**_IO)
def nothing_new(settings: Settings, found: str | None) -> Report | None:
    """What the last run told, if nothing of that has changed since."""
    return build.nothing_new_since(settings, found)


@task(**_IO)
def plan(settings: Settings) -> Sequence[Partition]:
    """Lists the raw files, puts them into partitions, and makes sure that the disk has room for what they become."""
    planned, reckoned = rounds.plan(settings, warn)
    if long := rounds.worth_saying(reckoned):
        say(long)
    return planned


@task(task_run_name="split-{partition.number}", **_IO)
def split(engine: Engine, job: Job, partition: Partition) -> Path:
    """Splits a dump that is too large for one partition."""
    return engine.submit(stages.split, job, partition).result()


@task(task_run_name="survey-{partition.number}", **_IO)
def survey(engine: Engine, job: Job, partition: Partition) -> Path:
    """Counts a partition's lines by source."""
    return engine.submit(stages.survey, job, partition).result()


@task(task_run_name="clean-{partition.number}", **_IO)
def clean(engine: Engine, job: Job, partition: Partition, learned: Path, braked: frozenset[str] = frozenset()) -> Path:
    """Cleans a partition and writes its rows. Nothing is set aside of the sources that are ``braked``."""
    return engine.submit(stages.clean, job, partition, learned, braked).result()


@task(**_IO)
def validate_and_publish(cleaned: Cleaned, settings: Settings, validate: Validate, found: str | None) -> Report:
    """Joins what was cleaned, checks the expectations, sets failing articles aside, and publishes the rest."""
    if cleaned.braked:
        warn(f"the brake: nothing is set aside of {', '.join(sorted(cleaned.braked))}")
    knowledge = know(settings, cleaned.learned, cleaned.braked)
    say("checking expectations, then publishing")
    assembled = pipeline.assemble(cleaned.folders, knowledge, settings.kept())
    drafted, validation = build.accept(assembled, knowledge, settings, validate)
    done = build.publish(drafted, validation, settings)
    keep(settings, found, done)
    return done


@task(cache_policy=NO_CACHE)
def tell(done: Report) -> None:
    """Leaves what was done on the run's page, as far as the server is there: what is published is published."""
    try:
        _leave(done)
    except TransportError as error:
        get_run_logger().warning("The run's page is not complete, since Prefect's server went away: %s", error)


def _leave(done: Report) -> None:
    """The release with what it changed, the quarantine, and what to look at."""
    create_markdown_artifact(report.markdown(done), key="release", description=f"Version {done.version}")
    if done.new and (changes := changes_table(done)):
        create_table_artifact(changes, key="changes", description=f"Rows of version {done.version} against the last")
    if done.quarantined:
        rows = report.quarantine_table(done)
        create_table_artifact(rows, key="quarantine", description=f"{len(done.quarantined)} raw files set aside")
    if done.alarms:
        rows = report.alarms_table(done)
        create_table_artifact(rows, key="alarms", description=f"{len(done.alarms)} things unlike the versions before")
    if done.review:
        rows = report.review_table(done)
        create_table_artifact(rows, key="review", description=f"{len(done.review)} articles to look at")
