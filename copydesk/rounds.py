"""The rounds over all partitions, from what was planned to what is clean; which engine goes them is another matter.

Split what is too large, look at everything, learn what all looks say together, clean everything; and once more what the
brake is on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from copydesk import partitions, pipeline, stages, surveyed
from copydesk.pace import Hears, Pace
from copydesk.partitions import Partition
from copydesk.stages import Job


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
    sizes = [surveyed.count(path) for path in surveys]
    pace = Pace("cleaned", sizes, "articles", hears)
    cleaned = run(stages.clean, [(job, one, learned) for one in planned], pace.done)
    braked = pipeline.over_cap(cleaned)
    again = [number for number, folder in enumerate(cleaned) if pipeline.has_source(folder, braked)] if braked else []
    pace = Pace(f"cleaned again ({', '.join(sorted(braked))})", [sizes[number] for number in again], "articles", hears)
    folders = run(stages.clean, [(job, planned[number], learned, braked) for number in again], pace.done)
    for number, folder in zip(again, folders, strict=True):
        cleaned[number] = folder
    return Cleaned(learned, cleaned, braked)
