"""The rounds over all partitions, from what was planned to what is clean; which engine goes them is another matter.

Split what is too large, look at everything, learn what all looks say together, clean everything; and once more what the
brake is on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from copydesk import partitions, pipeline, stages, store, surveyed
from copydesk.costs import Estimate, check_room, estimate
from copydesk.engine import open_engine, work_off, workers_for
from copydesk.errors import StoreError
from copydesk.ingest.unknown_columns import unknown_columns
from copydesk.knowing import limits_of, sources_of
from copydesk.pace import Hears, Pace, now_and_then
from copydesk.partitions import Partition
from copydesk.predecessor import check_last
from copydesk.run_date import check_day
from copydesk.settings import Settings
from copydesk.stages import Job, begin

_WORTH_SAYING = 30.0
"""Seconds that a run has to take for anyone to want to know before."""


class Run(Protocol):
    """Calls a stage of ``copydesk.stages`` with each of these arguments; gives back what comes of them, in order."""

    def __call__(
        self, stage: Callable[..., Path], calls: Sequence[Sequence[Any]], done: Callable[[int], None]
    ) -> list[Path]: ...


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What the rounds leave: what was learned, the folder of each partition, and the sources that are braked."""

    learned: Path
    folders: Sequence[Path]
    braked: frozenset[str]


def split_large(run: Run, job: Job, planned: Sequence[Partition], hears: Hears) -> tuple[Partition, ...]:
    """The partitions, with those that are too large split."""
    large = [one for one in planned if one.large]
    pace = Pace("split", [one.size for one in large], "bytes", hears)
    return partitions.cut(planned, run(stages.split, [(job, one) for one in large], pace.done))


def survey_all(run: Run, job: Job, planned: Sequence[Partition], hears: Hears) -> list[Path]:
    """A look at every partition."""
    pace = Pace("surveyed", [one.size for one in planned], "bytes", hears)
    return run(stages.survey, [(job, one) for one in planned], pace.done)


def clean_all(run: Run, job: Job, planned: Sequence[Partition], surveys: Sequence[Path], hears: Hears) -> Cleaned:
    """Every partition cleaned, by what all of the surveys say together."""
    learned = pipeline.learn(surveys, job.work)
    sizes = [surveyed.count(folder) for folder in surveys]
    pace = Pace("cleaned", sizes, "articles", hears)
    cleaned = run(stages.clean, [(job, one, learned) for one in planned], pace.done)
    braked = pipeline.over_cap(cleaned)
    again = [number for number, folder in enumerate(cleaned) if pipeline.has_source(folder, braked)] if braked else []
    pace = Pace(f"cleaned again ({', '.join(sorted(braked))})", [sizes[number] for number in again], "articles", hears)
    folders = run(stages.clean, [(job, planned[number], learned, braked) for number in again], pace.done)
    for number, folder in zip(again, folders, strict=True):
        cleaned[number] = folder
    return Cleaned(learned, cleaned, braked)


def plan(
    settings: Settings, progress: Callable[[str], None] = lambda _: None
) -> tuple[tuple[Partition, ...], Estimate]:
    """The raw files in partitions, and what the run will take. ``progress`` hears what a person should know before.

    Raises NothingToDo for an empty folder, OutOfOrder where the dataset has a version of a later day, BrokenStore where
    its last version is not what it says, and StoreError where the disk surely has too little room.
    """
    for warning in check_day(settings.dataset, settings.as_of):
        progress(warning)
    check_last(settings.dataset)
    planned = partitions.plan(settings.raw, settings.partition, limits_of(settings))
    reckoned = estimate((file for one in planned for file in one.files), workers_for(settings, planned))
    files = (file for one in planned for file in one.files)
    for warning in (*check_room(reckoned, settings), *unknown_columns(files, sources_of(settings))):
        progress(warning)
    return planned, reckoned


def run(settings: Settings, work: Path, progress: Callable[[str], None] = lambda _: None) -> Cleaned:
    """All rounds in this process and the engine's, without Prefect."""
    planned, reckoned = plan(settings, progress)
    if long := worth_saying(reckoned):
        progress(long)
    job, hears = begin(settings, work), now_and_then(progress)
    with open_engine(settings, planned) as engine:
        goes = partial(work_off, engine)
        planned = split_large(goes, job, planned, hears)
        progress(counted(planned, engine.width))
        done = clean_all(goes, job, planned, survey_all(goes, job, planned, hears), hears)
    if done.braked:
        progress(f"the brake: nothing is set aside of {', '.join(sorted(done.braked))}")
    return done


def worth_saying(reckoned: Estimate) -> str:
    """What a run will take, where it is long enough that a person would ask; else nothing."""
    return str(reckoned) if reckoned.seconds > _WORTH_SAYING else ""


def counted(planned: Sequence[Partition], width: int) -> str:
    """What the rounds go over, and how many work on it."""
    files = len({file.name for one in planned for file in one.files})
    parts = "1 partition" if len(planned) == 1 else f"{len(planned):,} partitions"
    return f"{files:,} raw {'file' if files == 1 else 'files'} in {parts}; workers: {width}"


@contextmanager
def workplace(settings: Settings) -> Iterator[Path]:
    """A folder of this run's own for what lies between the stages, removed at the end: see ``Settings.work``."""
    with store.open_store(settings.dataset).staging() as run:
        if settings.work is None:
            yield run
            return
        try:
            shared = TemporaryDirectory(prefix="copydesk-", dir=settings.work)
        except OSError as error:
            raise StoreError(f"--work {settings.work}: nothing can be written there ({error.strerror}).") from error
        with shared as work:
            yield Path(work)
