"""Checks of what comes out: what the publisher says of the dataset, and whether its disk can take another version."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from copydesk.costs import estimate, nearest, rooms
from copydesk.errors import ConfigError, NothingToDo, StoreError
from copydesk.ingest import list_files
from copydesk.predecessor import check_last
from copydesk.project import inside
from copydesk.release.channel import check_channel
from copydesk.release.model import DatasetInfo, load_answers, load_info
from copydesk.release.questions import questions
from copydesk.release.signing import KEY_VARIABLE, read_signer
from copydesk.settings import Settings
from copydesk.setup.model import Finding, Project, mend, note, some
from copydesk.setup.scaffold import template
from copydesk.store.folder import FolderStore
from copydesk.store.layout import STAGING
from copydesk.store.read import find_version, folder_reader

_OWN_WORDS = ("title", "description", "publisher", "contact")


def description(project: Project) -> list[Finding]:
    """``dataset.toml`` and the datasheet's answers can be read, and say something of this dataset."""
    path = project.about / "dataset.toml"
    if not path.exists():
        return [note(path, "There is none: versions will say that nobody has described them. `copydesk init` has one.")]
    try:
        info, answers = load_info(path), load_answers(project.about / "datasheet")
        check_channel(path, info, answers)
    except ConfigError as error:
        return [mend(path, str(error))]
    findings = []
    if same := _untouched(info):
        findings.append(note(path, f"{', '.join(same)} still say what `copydesk init` wrote."))
    open_ = [question.id for question in questions() if not question.computed and question.id not in answers]
    if open_:
        what = f"{len(open_)} questions that only you can answer are open ({some(open_)}): DATASHEET.md will say so."
        findings.append(note(project.about / "datasheet", what))
    return findings


def signing(_project: Project) -> list[Finding]:
    """The key that every run signs with, where one is named, can be read."""
    named = os.environ.get(KEY_VARIABLE)
    try:
        if named:
            read_signer(Path(named))
    except ConfigError as error:
        return [mend(KEY_VARIABLE, str(error))]
    return []


def _untouched(info: DatasetInfo) -> list[str]:
    with template("dataset/dataset.toml") as path:
        written = load_info(path)
    return [key for key in _OWN_WORDS if getattr(info, key) == getattr(written, key)]


def permissions(project: Project) -> list[Finding]:
    """The dataset's folder is no place for articles, and this user may write or make it."""
    if wrong := inside(project.raw, project.dataset):
        return [mend(project.dataset, wrong)]
    place = nearest(project.dataset)
    if not place.is_dir():
        return [mend(project.dataset, f"{place} is a file: name another folder for the dataset.")]
    below = [path for name in ("versions", STAGING) if (path := project.dataset / name).exists()]
    closed = [str(path) for path in (place, *below) if not os.access(path, os.W_OK | os.X_OK)]
    return [mend(project.dataset, f"This user may not write {some(closed)}: change who owns it.")] if closed else []


def space(project: Project) -> list[Finding]:
    """The disk has room for another version, as far as the raw folder's size tells."""
    try:
        files = list_files(project.raw)
    except NothingToDo:
        return []
    findings = []
    for room in rooms(estimate(files, 1), Settings(project.raw, project.dataset)):
        if room.free < room.need:
            findings.append(mend(project.dataset, f"{room}: make room."))
        elif room.free < 3 * room.need:
            findings.append(note(project.dataset, f"{room}: the disk is full soon."))
    return findings


def leftovers(project: Project) -> list[Finding]:
    """Folders of runs that were killed, or that are at work."""
    place = project.dataset / STAGING
    found = sorted(path.name for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
    what = f"{some(found)}: of runs at work, or that were killed. The next run removes what no run holds."
    return [note(place, what)] if found else []


def pointers(project: Project) -> list[Finding]:
    """The latest version can be found, is what it says, and is not of a later day than the clock's."""
    reader = folder_reader(project.dataset)
    if not (project.dataset / "versions").is_dir():
        return []
    try:
        FolderStore(project.dataset).check_shape()
        latest = find_version(reader, str(project.dataset))
        check_last(project.dataset)
    except LookupError:
        return []
    except StoreError as error:
        return [mend(project.dataset, str(error))]
    today = datetime.now(UTC).date().isoformat()
    if str(latest.released) <= today:
        return []
    what = f"Version {latest.version} is of {latest.released}, and the clock says {today}: which of the two is wrong?"
    return [mend(project.dataset, what)]
