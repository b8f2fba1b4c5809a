"""A build from settings to report: the stages that the plain run and the flow share."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

from copydesk import bulk, nothing_new, pipeline, reuse, rounds, store
from copydesk.article import Role
from copydesk.bulk import Tables
from copydesk.cleaning import Knowledge
from copydesk.draft import Draft, draft, for_review
from copydesk.errors import ConfigError, NothingToDo, NotValid, StoreError
from copydesk.history import alarms_of_day
from copydesk.knowing import know
from copydesk.project import inside, shipped
from copydesk.publisher import describe, identity_of, signer
from copydesk.quality.apart import Validator
from copydesk.quality.model import Outcome, Validation
from copydesk.quality.suites import check_suites
from copydesk.quality.validate import validate
from copydesk.release import loaders
from copydesk.release.gates import Gate
from copydesk.release.gates import accept as accept_gates
from copydesk.release.model import DatasetInfo, Release
from copydesk.release.write import write_documents, write_tables
from copydesk.settings import Report, Settings
from copydesk.site import PAGE, UP
from copydesk.site.dataset import dataset_page
from copydesk.site.version import version_page
from copydesk.store.heal import RootFiles
from copydesk.store.place import is_url
from copydesk.takedowns import find_takedowns, leave_out

Validate = Callable[[Tables, Path, date], Validation]
"""Tables, the folder of suites, and the day: to what holds."""

Accept = Callable[[Sequence[Gate]], tuple[Gate, ...]]
"""Gates that are shut, to the same with the reasons why a person lets the version pass; it may raise NotAccepted."""


def prepare(settings: Settings) -> tuple[str, ...]:
    """Fails early: everything edited by hand is read once, and a byte is written to the dataset's folder.

    Returns what killed runs had left there and is gone now, a sentence each.
    """
    check_settings(settings)
    store.check_writable(settings.dataset)
    try:
        tempfile.gettempdir()
    except OSError as error:
        raise StoreError(
            f"No folder for temporary files can be written ({error}): free some, or set TMPDIR."
        ) from error
    return store.sweep(settings.dataset)


def check_settings(settings: Settings) -> None:
    """Reads everything edited by hand, and writes nothing. Raises ConfigError, for a dataset in its raw folder too."""
    if not is_url(settings.dataset) and (wrong := inside(settings.raw, Path(settings.dataset))):
        raise ConfigError(wrong)
    describe(settings)
    know(settings)
    signer(settings)
    if settings.expectations:
        check_suites(settings.expectations)
    accept_gates((), dict(settings.accepted))


def look(settings: Settings) -> str | None:
    """A hash over all that the tables of a run follow from, before it reads anything; None where it is of no use."""
    if settings.cache is None:
        return None
    info, _ = describe(settings)
    return nothing_new.fingerprint(
        settings,
        know(settings),
        find_takedowns(settings.dataset),
        settings.expectations or shipped("expectations"),
        (info.text, sorted(identity_of(info, signer(settings)).items())),
    )


def nothing_new_since(settings: Settings, found: str | None) -> Report | None:
    """The report of a run that finds what the last one did (``look``), and so has nothing to publish; else None."""
    info, _ = describe(settings)
    done = nothing_new.told_before(settings, found, identity_of(info, signer(settings)), pages(info))
    return done and replace(done, alarms=tuple(alarms_of_day(settings.dataset, settings.as_of, info)))


def pages(info: DatasetInfo) -> RootFiles:
    """The dataset's own page, from what index.json says."""
    return lambda index: {PAGE: dataset_page(info, index)}


def check(parts: Tables, settings: Settings, validate: Validate = validate) -> Validation:
    """The tables against their expectations. Raises NothingToDo where no article is left to publish."""
    if not parts["articles"].num_rows:
        set_aside = parts["quarantine"].num_rows
        reasons = sorted(row["reason"] for row in bulk.totals(bulk.parts(parts["quarantine"], ["reason"]), ["reason"]))
        why = f"all {set_aside} were set aside ({', '.join(reasons)})" if set_aside else "all were taken down"
        raise NothingToDo(f"No article is left of the files in {settings.raw}: {why}. The last version is as it was.")
    return validate(parts, settings.expectations or shipped("expectations"), settings.as_of)


def accept(
    parts: Tables, knowledge: Knowledge, settings: Settings, validate: Validate = validate
) -> tuple[Draft, Validation]:
    """What may be published, and what holds of it.

    It is without articles that were taken down, and without those that fail a critical expectation. What is left is
    validated again, so that a version's results speak of its own rows. Raises NotValid where a critical expectation
    failed and no article is to blame, and NothingToDo where no article is left.
    """
    parts = leave_out(parts, find_takedowns(settings.dataset), knowledge)
    with ThreadPoolExecutor(1) as aside:  # nearly always nothing fails: it is drafted while it is found out
        drafted = aside.submit(draft, parts, knowledge, settings)
        validation = check(parts, settings, validate)
        if failed := validation.failed_articles():
            parts = pipeline.without(parts, failed, knowledge)
            validation = check(parts, settings, validate)
            drafted = aside.submit(draft, parts, knowledge, settings)
        if blocking := validation.blocking:
            names = ", ".join(f"{outcome.table}.{outcome.expectation}" for outcome in blocking)
            raise NotValid(f"Nothing was published: {names} failed. The last version is as it was.")
        return drafted.result(), validation


def write_version(
    drafted: Draft, validation: Validation, version: str, previous: str | None, folder: Path, accept: Accept
) -> Release:
    """Writes every file of the version with this number after this one, its page too, into an empty folder.

    The tables, which are nearly all of it, are the same whatever came before: they are written while it is found out
    what they change. Raises what ``accept`` raises.
    """
    given_up = Event()
    with ThreadPoolExecutor(1) as aside:
        written = aside.submit(write_tables, drafted.tables, drafted.info.text, folder, lambda: not given_up.is_set())
        try:
            release = drafted.release(validation, version, previous)
            release = replace(release, gates=accept(release.gates))
            resources = written.result()
        except BaseException:
            given_up.set()
            raise
    write_documents(
        release,
        resources,
        folder,
        lambda made, resources: {PAGE: version_page(made, resources, loaders=loaders.shown(), dataset=UP)},
    )
    return release


def publish(drafted: Draft, validation: Validation, settings: Settings) -> Report:
    """Publishes a draft as the next version, or nothing where the last one holds the same.

    Raises NotAccepted where a gate is shut that the settings do not accept.
    """
    alarms: list[Mapping[str, Any]] = []

    def accepted(gates: Sequence[Gate]) -> tuple[Gate, ...]:
        return accept_gates(gates, dict(settings.accepted))

    def write(version: str, previous: str | None, folder: Path) -> None:
        release = write_version(drafted, validation, version, previous, folder, accepted)
        alarms.extend(release.alarms["alarms"])

    done = store.publish(
        settings.dataset,
        write,
        content_hash=drafted.digest,
        as_of=settings.as_of,
        wait_seconds=settings.wait_seconds,
        identity=drafted.identity,
        root_files=pages(drafted.info),
    )
    if cache := settings.kept():
        if drafted.origins is not None:
            reuse.keep_origins(drafted.origins, drafted.digest, drafted.info.text, cache)
        cache.prune()
    if not done.new:
        alarms.extend(alarms_of_day(settings.dataset, settings.as_of, drafted.info))
    return replace(_report(drafted.parts, validation, done), alarms=tuple(alarms))


def run_plain(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Report:
    """The whole build without Prefect and without a server: the same stages as the flow."""
    for swept in prepare(settings):
        progress(swept)
    found = look(settings)
    if done := nothing_new_since(settings, found):
        return done
    with rounds.workplace(settings) as work:
        drafted, validation = make(settings, work, progress)
        progress("publishing")
        done = publish(drafted, validation, settings)
    nothing_new.keep(settings, found, done)
    return done


def make(settings: Settings, work: Path, progress: Callable[[str], None] = lambda _: None) -> tuple[Draft, Validation]:
    """Everything up to publishing; ``work`` is a folder for what lies between, and has to stay until that is done."""
    with Validator() as validator:
        done = rounds.run(settings, work, progress)
        progress("checking expectations")
        knowledge = know(settings, done.learned, done.braked)
        assembled = pipeline.assemble(done.folders, knowledge, settings.kept())
        return accept(assembled, knowledge, settings, validator.validate)


def _report(parts: Tables, validation: Validation, done: store.Published) -> Report:
    counted = bulk.totals(bulk.parts(parts["blocks"], ["role"]), ["role"])
    roles = [(row["role"], row[bulk.COUNT]) for row in counted if row["role"] != Role.BLANK]
    by_role = sorted(roles, key=lambda pair: (-pair[1], pair[0]))
    return Report(
        version=done.version,
        folder=done.folder,
        new=done.new,
        articles=parts["articles"].num_rows,
        lines_by_role=dict(by_role),
        quarantined=parts["quarantine"].to_pylist(),
        expectations=len(validation.outcomes),
        passed=validation.passed,
        warnings=tuple(_not_met(outcome, parts[outcome.table].num_rows) for outcome in validation.warnings),
        review=for_review(parts),
        healed=done.healed,
    )


def _not_met(outcome: Outcome, rows: int) -> str:
    """What should hold, and how much of the table it does not hold of: ``most`` of a suite may be nearly all."""
    said = f"{outcome.table}: {outcome.description}"
    return f"{said} Not so: {outcome.failed:,} of {rows:,} rows." if outcome.about_rows and outcome.failed else said
