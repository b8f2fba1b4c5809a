"""A build from settings to report: the stages that the plain run and the flow share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import bulk, nothing_new, pipeline, reuse, rounds, store
from copydesk.alarms import profile as profiles
from copydesk.alarms import told
from copydesk.article import REVIEW, Role
from copydesk.bulk import Tables
from copydesk.cleaning import Knowledge
from copydesk.errors import NothingToDo, NotValid, StoreError
from copydesk.history import alarms_of, alarms_of_day
from copydesk.knowing import know
from copydesk.pipeline import Assembled
from copydesk.predecessor import Version, read_version
from copydesk.project import beside, shipped
from copydesk.proofs.sample import proof_files
from copydesk.provenance import provenance
from copydesk.quality.apart import Validator
from copydesk.quality.model import Validation
from copydesk.quality.validate import validate
from copydesk.release import loaders
from copydesk.release.channel import check_channel, check_notes
from copydesk.release.config import read_notes
from copydesk.release.data import to_parquet
from copydesk.release.diff import diff
from copydesk.release.gates import Gate, shut_gates
from copydesk.release.gates import accept as accept_gates
from copydesk.release.hashing import content_hash
from copydesk.release.manifest import as_json, signature_of
from copydesk.release.model import UNSTATED, DatasetInfo, Release, load_answers, load_info
from copydesk.release.signing import KEY_VARIABLE, Signer, read_signer
from copydesk.release.touched import Touched, touched
from copydesk.release.withhold import withhold_text
from copydesk.release.write import write_documents, write_tables
from copydesk.settings import Report, Settings
from copydesk.site import PAGE, UP, checks
from copydesk.site.dataset import dataset_page
from copydesk.site.version import version_page
from copydesk.store.heal import RootFiles
from copydesk.store.layout import version_path
from copydesk.store.place import is_url
from copydesk.store.takedowns import Takedowns
from copydesk.survey import profile_table
from copydesk.tables import SCHEMA_VERSION
from copydesk.takedowns import apart, find_takedowns, holds_any, leave_out

Validate = Callable[[Tables, Path, date], Validation]
"""Tables, the folder of suites, and the day: to what holds."""

Accept = Callable[[Sequence[Gate]], tuple[Gate, ...]]
"""Gates that are shut, to the same with the reasons why a person lets the version pass; it may raise NotAccepted."""


def prepare(settings: Settings) -> None:
    """Fails early: everything edited by hand is read once, and a byte is written to the dataset's folder."""
    check_settings(settings)
    store.check_writable(settings.dataset)
    try:
        tempfile.gettempdir()
    except OSError as error:
        raise StoreError(
            f"No folder for temporary files can be written ({error}): free some, or set TMPDIR."
        ) from error


def check_settings(settings: Settings) -> None:
    """Reads everything edited by hand, and writes nothing. Raises ConfigError."""
    describe(settings)
    know(settings)
    signer(settings)
    accept_gates((), dict(settings.accepted))


def describe(settings: Settings) -> tuple[DatasetInfo, Mapping[str, str]]:
    """What the publisher says of the dataset, and of the datasheet. Raises ConfigError for a broken file."""
    return about(settings.dataset, settings.about, settings.notes)


def about(
    dataset: store.Place, folder: Path | None, notes: Path | None = None
) -> tuple[DatasetInfo, Mapping[str, str]]:
    """The same, from the folder that holds it: the dataset's own, or ``dataset`` where that is a URL.

    ``notes`` is the file of a paragraph on what is new, in place of the one in ``dataset.toml``.
    """
    folder = folder or Path("dataset" if is_url(dataset) else dataset)
    path = folder / "dataset.toml"
    if not path.exists():
        return UNSTATED, {}
    info, answers = load_info(path), load_answers(folder / "datasheet")
    if notes:
        info = replace(info, notes=read_notes(notes))
    check_channel(path, info, answers)
    return info, answers


def signer(settings: Settings) -> Signer | None:
    """The key to sign with, where one was named. Raises ConfigError for one that cannot be used."""
    named = settings.sign_key or os.environ.get(KEY_VARIABLE)
    return read_signer(Path(named)) if named else None


def identity_of(info: DatasetInfo, key: Signer | None) -> dict[str, Any]:
    """Entries of release.json that, with the tables, make a version the same as another: the same rows under another
    key, signed at last, or called stable, are a version of their own."""
    identity: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    identity |= {"signature": signature_of(key)} if key else {}
    return identity | ({"channel": "stable"} if info.channel == "stable" else {})


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
) -> tuple[Tables, Validation]:
    """The tables that may be published, and what holds of them.

    They are without articles that were taken down, and without those that fail a critical expectation.

    What is left is validated again, so that a version's results speak of its own rows. Raises NotValid where a critical
    expectation failed and no article is to blame, and NothingToDo where no article is left.
    """
    parts = leave_out(parts, find_takedowns(settings.dataset), knowledge)
    validation = check(parts, settings, validate)
    if failed := validation.failed_articles():
        parts = pipeline.without(parts, failed, knowledge)
        validation = check(parts, settings, validate)
    if blocking := validation.blocking:
        names = ", ".join(f"{outcome.table}.{outcome.expectation}" for outcome in blocking)
        raise NotValid(f"Nothing was published: {names} failed. The last version is as it was.")
    return parts, validation


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published, before it is known as which version."""

    info: DatasetInfo
    tables: Tables
    digest: str
    identity: Mapping[str, Any]
    """Entries of release.json that, with the digest, make a version the same as another."""
    release: Callable[[str, str | None], Release]
    """The version with this number after this one; ``gates`` are those that are shut, not accepted yet."""
    origins: pa.Table | None
    """What its articles follow from, where that is known, as ``reuse.ORIGINS``."""


def draft(
    parts: Tables,
    validation: Validation,
    knowledge: Knowledge,
    settings: Settings,
) -> Draft:
    """The tables as they would be published."""
    info, answers = describe(settings)
    published = withhold_text(parts) if info.text == "none" else dict(parts)
    digest, key, made = content_hash(published), signer(settings), _provenance(parts, knowledge, settings)
    origins = parts.left.origins() if isinstance(parts, Assembled) else None

    def release(version: str, previous: str | None) -> Release:
        takedowns = find_takedowns(settings.dataset)
        before, taken_down = _before(settings.dataset, previous, published, takedowns)
        old, was = (before.tables, before.provenance) if before else (None, {})
        known = _touched(before, published, origins, settings) if before else None
        changes = diff(old, published, before=was, now=made, taken_down=taken_down, known=known)
        if before:
            check_notes(settings.notes or Path("dataset.toml"), info, before.release.get("notes"))
        profile = profiles.profile_of(parts, old, settings.as_of, made["rules_version"])
        alarms = alarms_of(settings.dataset, profile, info)
        return Release(
            info=info,
            version=version,
            previous=previous,
            as_of=settings.as_of,
            tables=published,
            validation=validation.summary(),
            provenance=made,
            content_hash=digest,
            answers=answers,
            extra_files={
                "quality/validation.json": as_json(validation.summary()),
                "quality/review.json": as_json(for_review(parts)),
                loaders.PATH: as_json(loaders.loaders()),
                profiles.PATH: as_json(profiles.as_value(profile)),
                told.PATH: as_json(alarms),
                checks.PATH: checks.checks_page(
                    info.title,
                    version,
                    {name: [(part.heading, part.rows) for part in page] for name, page in validation.pages.items()},
                ),
                "quality/profiles.parquet": to_parquet(profile_table(knowledge.profiles)),
                **proof_files(published),
            },
            changes=changes,
            previous_files=before.files if before else {},
            previous_provenance=was,
            gates=shut_gates(changes, old, published, info.gates) if old else (),
            alarms=alarms,
            takedowns=len(takedowns),
            signer=key,
        )

    return Draft(info, published, digest, identity_of(info, key), release, origins)


def write_version(drafted: Draft, version: str, previous: str | None, folder: Path, accept: Accept) -> Release:
    """Writes every file of the version with this number after this one, its page too, into an empty folder.

    The tables, which are nearly all of it, are the same whatever came before: they are written while it is found out
    what they change. Raises what ``accept`` raises.
    """
    given_up = Event()
    with ThreadPoolExecutor(1) as aside:
        written = aside.submit(write_tables, drafted.tables, drafted.info.text, folder, lambda: not given_up.is_set())
        try:
            release = drafted.release(version, previous)
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


def publish(
    parts: Tables,
    validation: Validation,
    knowledge: Knowledge,
    settings: Settings,
) -> Report:
    """Publishes the tables as the next version, or nothing where the last one holds the same.

    Raises NotAccepted where a gate is shut that the settings do not accept.
    """
    drafted = draft(parts, validation, knowledge, settings)
    alarms: list[Mapping[str, Any]] = []

    def accepted(gates: Sequence[Gate]) -> tuple[Gate, ...]:
        return accept_gates(gates, dict(settings.accepted))

    def write(version: str, previous: str | None, folder: Path) -> None:
        release = write_version(drafted, version, previous, folder, accepted)
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
    return replace(_report(parts, validation, done), alarms=tuple(alarms))


def for_review(parts: Tables) -> list[dict[str, Any]]:
    """The articles that a person should look at, and why: those with a flag that begins with ``REVIEW``."""
    found: list[dict[str, Any]] = []
    for part in bulk.parts(parts["articles"], ["article_id", "source_id", "raw_path", "raw_record", "flags"]):
        flags = part["flags"].combine_chunks()
        asks = pc.starts_with(pc.list_flatten(flags), REVIEW)
        found += part.take(pc.list_parent_indices(flags).filter(asks).unique()).to_pylist()
    return [{**row, "flags": [flag for flag in row["flags"] if flag.startswith(REVIEW)]} for row in found]


def _provenance(parts: Tables, knowledge: Knowledge, settings: Settings) -> dict[str, Any]:
    edited = {
        "sources": settings.sources or beside(settings.raw, "sources.toml"),
        "expectations": settings.expectations or shipped("expectations"),
    }
    return provenance(parts, knowledge, settings.raw, edited)


def run_plain(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Report:
    """The whole build without Prefect and without a server: the same stages as the flow."""
    prepare(settings)
    found = look(settings)
    if done := nothing_new_since(settings, found):
        return done
    with rounds.workplace(settings) as work:
        parts, validation, knowledge = make(settings, work, progress)
        progress("publishing")
        done = publish(parts, validation, knowledge, settings)
    nothing_new.keep(settings, found, done)
    return done


def make(
    settings: Settings, work: Path, progress: Callable[[str], None] = lambda _: None
) -> tuple[Tables, Validation, Knowledge]:
    """Everything up to publishing; ``work`` is a folder for what lies between, and has to stay until that is done."""
    with Validator() as validator:
        done = rounds.run(settings, work, progress)
        progress("checking expectations")
        knowledge = know(settings, done.learned, done.braked)
        assembled = pipeline.assemble(done.folders, knowledge, settings.kept())
        parts, validation = accept(assembled, knowledge, settings, validator.validate)
    return parts, validation, knowledge


def _before(
    dataset: store.Place, version: str | None, published: Tables, takedowns: Takedowns
) -> tuple[Version | None, frozenset[str]]:
    """The last version, to compare with (None where there is none), and the ids of its articles that were taken down
    since.

    Raises StoreBusy where an article was taken down after this run had left out those that were by then, and
    BrokenStore for a last version that cannot be read: without it no gate would shut and no alarm would sound.
    """
    if holds_any(published, takedowns):
        raise store.StoreBusy(f"An article of {dataset} was taken down while this run was at work: run again.")
    if version is None:
        return None, frozenset()
    before = read_version(store.open_files(dataset), version_path(version), whole=True)
    tables_, gone = apart(before.tables, takedowns)
    return replace(before, tables=tables_), gone


def _touched(before: Version, published: Tables, origins: pa.Table | None, settings: Settings) -> Touched | None:
    """In what the last version and this one need to be compared, where the cache knows what that one was made of."""
    cache, info = settings.kept(), describe(settings)[0]
    if cache is None or origins is None:
        return None
    was = reuse.origins_of(str(before.release["content_hash"]), info.text, cache)
    return None if was is None else touched(before.tables, published, was, origins)


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
        warnings=tuple(f"{outcome.table}: {outcome.description}" for outcome in validation.warnings),
        review=for_review(parts),
        healed=done.healed,
    )
