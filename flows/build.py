"""The main flow: a raw folder in, a validated version out."""

# Annotations stay values here: Prefect hands a served flow to another process without the names that they would need.
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from prefect import flow
from pydantic import BaseModel, Field

from copydesk import rounds
from copydesk.engine import open_engine
from copydesk.flows import tasks
from copydesk.flows.ends import HOOKS, NOTIFY, run_name
from copydesk.flows.engines import tasks_on
from copydesk.flows.heard import say
from copydesk.flows.kept import keep
from copydesk.flows.progress import progress
from copydesk.pace import Hears, within
from copydesk.project import cache_folder
from copydesk.quality.apart import started
from copydesk.rounds import Cleaned, clean_all, split_large, survey_all
from copydesk.settings import Report, Settings
from copydesk.stages import begin
from copydesk.store.place import as_place

_SPLIT, _SURVEYED, _CLEANED = 0.05, 0.2, 0.8  # of a bar that is full when the version is published


class BuildParams(BaseModel):
    """What a build is made from. Paths are those of the machine that runs it."""

    raw: Path = Field(Path("raw"), description="Folder of raw articles: flat, or one subfolder a source.")
    dataset: str = Field("dataset", description="Folder of published versions, or the URL of one (s3://…).")
    about: Path | None = Field(None, description="Folder of dataset.toml; by default the dataset's, or ./dataset.")
    as_of: date | None = Field(None, description="The day the version is of; today in UTC if left out.")
    partition: int = Field(5_000, gt=0, description="How many articles a task works on, at most.")
    workers: int | None = Field(None, gt=0, description="Processes at work; as many as there are cores if left out.")
    engine: Literal["local", "dask"] = Field("local", description="Processes of one machine, or a cluster of Dask.")
    scheduler: str | None = Field(None, description="Dask's scheduler (tcp://…); a cluster of its own if left out.")
    work: Path | None = Field(None, description="Folder that all workers see; beside the dataset if left out.")
    sources: Path | None = Field(None, description="sources.toml; by default in or next to the raw folder.")
    authority: Path | None = Field(None, description="Authority of names; by default in or next to the raw folder.")
    expectations: Path | None = Field(None, description="Folder of expectation suites; by default Copydesk's.")
    sign_key: Path | None = Field(None, description="minisign key; by default what COPYDESK_MINISIGN_KEY names.")
    notes: Path | None = Field(None, description="File of a paragraph on what is new; by default dataset.toml's.")
    accepted: tuple[tuple[str, str], ...] = Field((), description="Gates that may be shut, each with the reason.")
    cache: Path | None = Field(
        default_factory=cache_folder, description="Where cleaned work is kept between runs; nowhere if null."
    )
    full: bool = Field(False, description="Clean every file anew, whatever was kept of earlier runs.")
    notify: str | None = Field(None, description=NOTIFY)
    limits: Path | None = Field(None, description="limits.toml; by default in or next to the raw folder.")

    def settings(self) -> Settings:
        """The same, with the clock read once."""
        clock = {"dataset": as_place(self.dataset), "as_of": self.as_of or datetime.now(UTC).date()}
        return Settings(**{**self.model_dump(exclude={"notify"}), **clock})


@flow(name="build-dataset", flow_run_name=run_name, persist_result=False, **HOOKS)
def build_dataset(params: BuildParams) -> Report:
    """Reads, cleans, validates and publishes."""
    settings = params.settings()
    tasks.prepare(settings)
    show = progress("progress", "How far the build is")
    found = tasks.look(settings)
    done = tasks.nothing_new(settings, found) or _build(settings, found, show)
    keep(done)
    tasks.tell(done)
    show(1.0, f"version {done.version}")
    return done


def _build(settings: Settings, found: str | None, show: Hears) -> Report:
    """All stages, from the raw files that were ``found`` to a version."""
    with started() as validator, rounds.workplace(settings) as work:
        cleaned = _clean_all(settings, work, show)
        return tasks.validate_and_publish(cleaned, settings, validator.validate, found)


def _clean_all(settings: Settings, work: Path, hears: Hears) -> Cleaned:
    """The rounds over all partitions, a task a partition."""
    planned, job = tasks.plan(settings), begin(settings, work)
    with open_engine(settings, planned) as engine:
        run = tasks_on(engine)
        planned = split_large(run, job, planned, within(hears, 0.0, _SPLIT))
        say(rounds.counted(planned, engine.width))
        surveys = survey_all(run, job, planned, within(hears, _SPLIT, _SURVEYED))
        cleaning = within(hears, _SURVEYED, _CLEANED)
        return clean_all(run, job, planned, surveys, cleaning)
