"""The main flow: a raw folder in, a validated version out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow
from pydantic import BaseModel, Field

from copydesk import store
from copydesk.build import Report, Settings
from copydesk.flows import tasks
from copydesk.pipeline import has_source
from copydesk.quality.apart import started
from copydesk.store.place import as_place


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
    limits: Path | None = Field(None, description="limits.toml; by default in or next to the raw folder.")

    def settings(self) -> Settings:
        """The same, with the clock read once."""
        chosen = {"dataset": as_place(self.dataset), "as_of": self.as_of or datetime.now(UTC).date()}
        return Settings(**{**self.model_dump(), **chosen})

    @property
    def name(self) -> str:
        """What a run is called by."""
        return self.dataset.rstrip("/").rpartition("/")[2]


@flow(name="build-dataset", flow_run_name="build-{params.name}", persist_result=False)
def build_dataset(params: BuildParams) -> Report:
    """Reads, cleans, validates and publishes."""
    settings = params.settings()
    tasks.prepare(settings)
    with started() as validator, store.open_store(settings.dataset).staging() as work:
        batches = tasks.plan(settings)
        surveys = [tasks.survey(batch, settings, work) for batch in batches]
        learned = tasks.learn(surveys, work)
        cleaned = [tasks.clean(batch, settings, learned, work) for batch in batches]
        if braked := tasks.brake(cleaned):
            cleaned = [
                tasks.clean(batch, settings, learned, work, braked) if has_source(folder, braked) else folder
                for batch, folder in zip(batches, cleaned, strict=True)
            ]
        done = tasks.validate_and_publish(cleaned, settings, learned, validator.validate)
    tasks.tell(done)
    return done
