"""The main flow: a raw folder in, a validated version out."""

# Annotations stay values here: Prefect hands a served flow to another process without the names that they would need.
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from pydantic import BaseModel, Field

from copydesk import store
from copydesk.flows import tasks
from copydesk.flows.ends import HOOKS, NOTIFY, run_name
from copydesk.flows.kept import keep
from copydesk.flows.progress import progress
from copydesk.pipeline import has_source
from copydesk.project import cache_folder
from copydesk.quality.apart import started
from copydesk.settings import Report, Settings
from copydesk.store.place import as_place

_SURVEYED, _CLEANED = 0.2, 0.8  # of a bar that is full when the version is published


class BuildParams(BaseModel):
    """What a build is made from. Paths are those of the machine that runs it."""

    raw: Path = Field(Path("raw/sample"), description="Folder of raw articles: flat, or one subfolder a source.")
    dataset: str = Field("dataset", description="Folder of published versions, or the URL of one (s3://…).")
    about: Path | None = Field(None, description="Folder of dataset.toml; by default the dataset's, or ./dataset.")
    as_of: date | None = Field(None, description="The day the version is of; today in UTC if left out.")
    batch_files: int = Field(500, gt=0, description="How many raw files a task works on.")
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
    with started() as validator, store.open_store(settings.dataset).staging() as work:
        batches = tasks.plan(settings)
        surveys = []
        for batch in batches:
            surveys.append(tasks.survey(batch, settings, work))
            show(_SURVEYED * len(surveys) / len(batches))
        learned = tasks.learn(surveys, work)
        cleaned: list[Path] = []
        for batch in batches:
            cleaned.append(tasks.clean(batch, settings, learned, work))
            show(_SURVEYED + (_CLEANED - _SURVEYED) * len(cleaned) / len(batches))
        if braked := tasks.brake(cleaned):
            cleaned = [
                tasks.clean(batch, settings, learned, work, braked) if has_source(folder, braked) else folder
                for batch, folder in zip(batches, cleaned, strict=True)
            ]
        done = tasks.validate_and_publish(cleaned, settings, learned, validator.validate)
    keep(done)
    tasks.tell(done)
    show(1.0)
    return done
