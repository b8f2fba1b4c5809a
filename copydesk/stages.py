"""The stages of a partition as workers run them: plain functions, found by their names, of what can be sent to them.

A worker knows nothing but a job: it reads what the settings name, once, and finds the rest in the run's folder. Neither
Prefect nor Great Expectations is imported on the way here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from copydesk import pipeline
from copydesk.cleaning import Knowledge
from copydesk.knowing import know
from copydesk.partitions import Partition
from copydesk.settings import Settings


@dataclass(frozen=True, slots=True)
class Job:
    """One run, as all of its workers see it. ``work`` is its folder for what lies between the stages."""

    settings: Settings
    work: Path


def split(job: Job, partition: Partition) -> Path:
    """Splits a large dump: see ``pipeline.split``."""
    return pipeline.split(partition, _known(job).sources, job.settings.partition, job.work)


def survey(job: Job, partition: Partition) -> Path:
    """See ``pipeline.survey_partition``."""
    return pipeline.survey_partition(partition, _known(job).sources, job.work, job.settings.kept())


def clean(job: Job, partition: Partition, learned: Path, braked: frozenset[str] = frozenset()) -> Path:
    """See ``pipeline.clean_partition``. Nothing is set aside of the sources that are ``braked``."""
    return pipeline.clean_partition(partition, _known(job, learned, braked), job.work, job.settings.kept())


@lru_cache(maxsize=1)
def _known(job: Job, learned: Path | None = None, braked: frozenset[str] = frozenset()) -> Knowledge:
    """The same for all partitions of a stage, and loaded for the first. No two runs have one folder."""
    return know(job.settings, learned, braked)
