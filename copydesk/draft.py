"""What is to be published, before it is known as which version of what dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from copydesk import bulk, reuse, store
from copydesk.alarms import profile as profiles
from copydesk.alarms import told
from copydesk.article import REVIEW
from copydesk.bulk import Tables
from copydesk.cleaning import Knowledge
from copydesk.history import alarms_of
from copydesk.pipeline import Assembled
from copydesk.predecessor import Version, read_version
from copydesk.project import beside, shipped
from copydesk.proofs.sample import proof_files
from copydesk.provenance import provenance
from copydesk.publisher import describe, identity_of, signer
from copydesk.quality.model import Validation
from copydesk.release import loaders
from copydesk.release.channel import check_notes
from copydesk.release.data import to_parquet
from copydesk.release.diff import diff
from copydesk.release.gates import shut_gates
from copydesk.release.hashing import content_hash
from copydesk.release.manifest import as_json
from copydesk.release.model import DatasetInfo, Release
from copydesk.release.touched import Touched, touched
from copydesk.release.withhold import withhold_text
from copydesk.settings import Settings
from copydesk.site import checks
from copydesk.store.layout import version_path
from copydesk.store.takedowns import Takedowns
from copydesk.survey import profile_table
from copydesk.takedowns import apart, find_takedowns, holds_any


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be published, before it is known as which version."""

    info: DatasetInfo
    parts: Tables
    """With the text, whether or not that is published."""
    tables: Tables
    """As they are published."""
    digest: str
    identity: Mapping[str, Any]
    """Entries of release.json that, with the digest, make a version the same as another."""
    release: Callable[[Validation, str, str | None], Release]
    """The version with this number after this one, of which that holds; ``gates`` are those that are shut, not accepted
    yet."""
    origins: pa.Table | None
    """What its articles follow from, where that is known, as ``reuse.ORIGINS``."""


def draft(parts: Tables, knowledge: Knowledge, settings: Settings) -> Draft:
    """The tables as they would be published."""
    info, answers = describe(settings)
    published = withhold_text(parts) if info.text == "none" else dict(parts)
    digest, key, made = content_hash(published), signer(settings), _provenance(parts, knowledge, settings)
    origins = parts.work.origins() if isinstance(parts, Assembled) else None
    review, proofs = as_json(for_review(parts)), proof_files(published)

    def release(validation: Validation, version: str, previous: str | None) -> Release:
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
                "quality/review.json": review,
                loaders.PATH: as_json(loaders.loaders()),
                profiles.PATH: as_json(profiles.as_value(profile)),
                told.PATH: as_json(alarms),
                checks.PATH: checks.checks_page(
                    info.title,
                    version,
                    {name: [(part.heading, part.rows) for part in page] for name, page in validation.pages.items()},
                ),
                "quality/profiles.parquet": to_parquet(profile_table(knowledge.profiles)),
                **proofs,
            },
            changes=changes,
            previous_files=before.files if before else {},
            previous_provenance=was,
            gates=shut_gates(changes, old, published, info.gates) if old else (),
            alarms=alarms,
            takedowns=len(takedowns),
            signer=key,
        )

    return Draft(info, parts, published, digest, identity_of(info, key), release, origins)


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
