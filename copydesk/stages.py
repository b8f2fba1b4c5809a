"""The stages of a partition as workers run them: plain functions, found by their names, of what can be sent to them.

A worker knows nothing but a job: it reads what the settings name, once, and finds the rest in the run's folder. Neither
Prefect nor Great Expectations is imported on the way here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from socket import gethostname

from copydesk import pipeline
from copydesk.cache import code
from copydesk.cleaning import Knowledge
from copydesk.errors import ConfigError
from copydesk.knowing import know
from copydesk.partitions import Partition
from copydesk.settings import Settings

_MARK = "run"


class WrongWorker(ConfigError):
    """A worker that would make other rows, or cannot reach the run's files."""


@dataclass(frozen=True, slots=True)
class Job:
    """One run, as all of its workers see it: ``begin`` makes one."""

    settings: Settings
    work: Path
    """Its folder for what lies between the stages; no two runs have one."""
    code: str
    """What the run's own process would make these bytes with: see ``copydesk.cache.code``."""


def begin(settings: Settings, work: Path) -> Job:
    """A run whose workers may have another working folder than this process, though not other files."""
    named = ("raw", "sources", "authority", "limits", "cache")
    found = {name: place.absolute() for name in named if (place := getattr(settings, name)) is not None}
    work = work.absolute()
    (work / _MARK).write_text(work.name, encoding="utf-8")
    return Job(replace(settings, **found), work, code())


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
    """The same for all partitions of a stage, and loaded for the first.

    Raises WrongWorker where this is not the machine, or not the Copydesk, that the run believes it to be.
    """
    if code() != job.code:
        raise WrongWorker(
            f"A worker on {gethostname()} has another Copydesk, or other libraries, than the run: its rows could "
            "differ. Install the same wheel and the same requirements.lock there, and start it again."
        )
    for folder, there in ((job.settings.raw, job.settings.raw.is_dir()), (job.work, (job.work / _MARK).is_file())):
        if not there:
            raise WrongWorker(
                f"{folder} does not exist on {gethostname()}, or not any more. Where several machines work, name "
                "folders that all of them have under the same path with --raw and --work."
            )
    return know(job.settings, learned, braked)
