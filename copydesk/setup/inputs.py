"""Checks of what goes in: the raw folder, what is known of its sources, and the authority of names."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path

from copydesk.errors import ConfigError, NothingToDo
from copydesk.ingest import READERS, list_files
from copydesk.ingest.streams import kind
from copydesk.ingest.unknown_columns import unknown_columns
from copydesk.language import primary
from copydesk.limits import load_limits
from copydesk.normalize.names import AuthorityError, lint, load_authority
from copydesk.quality.validate import wrong_suites
from copydesk.setup.model import Finding, Project, mend, note, some
from copydesk.sources import UNKNOWN, load_sources

_ASKED = ("language", "timezone", "date_order")
"""What Copydesk needs of a source to resolve its dates."""


def raw_folder(project: Project) -> list[Finding]:
    """The raw folder can be read and holds files that some reader knows."""
    try:
        found = list_files(project.raw)
    except NothingToDo as error:
        return [mend(project.raw, str(error))]
    unknown = [file.name for file in found if kind(file.path) not in READERS]
    closed = [file.name for file in found if file.path.exists() and not os.access(file.path, os.R_OK)]
    findings = []
    if len(unknown) == len(found):
        known = ", ".join(suffix for suffix in READERS if suffix)
        findings.append(mend(project.raw, f"holds no file that can be read; there are readers for {known}."))
    elif unknown:
        findings.append(note(project.raw, f"No reader for {some(unknown)}: they will stand in quarantine."))
    if closed:
        findings.append(mend(project.raw, f"This user may not read {some(closed)}: change their permissions."))
    return findings


def links(project: Project) -> list[Finding]:
    """Symbolic links: what they lead to outside of the raw folder is not read, nor are folders behind them."""
    root = project.raw.resolve()
    away, folders = [], []
    for folder, names, others in os.walk(project.raw):
        for name in sorted((*names, *others)):
            path = Path(folder, name)
            if not path.is_symlink():
                continue
            shown = os.fsencode(path.relative_to(project.raw)).decode("utf-8", "backslashreplace")
            target = path.resolve()
            if not target.exists() or not target.is_relative_to(root):
                away.append(shown)
            elif target.is_dir():
                folders.append(shown)
    findings = []
    if away:
        what = (
            f"Links that lead out of the raw folder or to nothing are not read: {some(sorted(away))}. Copy the files."
        )
        findings.append(note(project.raw, what))
    if folders:
        findings.append(note(project.raw, f"Links to folders are not followed: {some(sorted(folders))}."))
    return findings


def sources(project: Project) -> list[Finding]:
    """``sources.toml`` is right, and says of every folder what its dates are read by."""
    place = project.sources
    try:
        known = load_sources(place)
    except ConfigError as error:
        return [mend(place, str(error))]
    try:
        folders = {file.source_id for file in list_files(project.raw)} - {UNKNOWN}
    except NothingToDo:
        folders = set(known)
    where = place or project.raw
    findings = []
    if missing := sorted(folders - set(known)):
        headers = some([_header(one) for one in missing])
        what = f"Nothing is known of {headers}: give each a table of that name, or its dates stay unresolved."
        findings.append(note(where, what))
    if gone := sorted(set(known) - folders):
        findings.append(note(where, f"There is no folder for {some(gone)}; is a name spelled otherwise?"))
    packs = {path.name.partition(".")[0] for path in files("copydesk.label.cues").iterdir()}
    for source_id, source in known.items():
        absent = [key for key in _ASKED if not getattr(source, key)]
        if absent and source_id in folders:
            findings.append(note(where, f"[{source_id}] has no {', '.join(absent)}."))
        if source.language and primary(source.language) not in packs:
            what = f"[{source_id}] Copydesk knows no words of news pages in {source.language!r}: it labels by place."
            findings.append(note(where, what))
    return findings


def _header(source_id: str) -> str:
    """As the table of a source begins in ``sources.toml``: a name of other letters stands in quotes."""
    bare = source_id.isascii() and source_id.replace("-", "_").isidentifier()
    return f"[{source_id if bare else json.dumps(source_id, ensure_ascii=False)}]"


def limits(project: Project) -> list[Finding]:
    """What a ``limits.toml`` changes can be read."""
    place = project.limits
    try:
        load_limits(place)
    except ConfigError as error:
        return [mend(place, str(error))]
    return []


def columns(project: Project) -> list[Finding]:
    """The columns that ``sources.toml`` names are in the dumps of their sources."""
    try:
        known, found = load_sources(project.sources), list_files(project.raw)
    except (ConfigError, NothingToDo):  # which other checks tell
        return []
    return [note(project.sources or project.raw, said) for said in unknown_columns(found, known)]


def authority(project: Project) -> list[Finding]:
    """The authority of names can be loaded, and its linter has nothing to say."""
    try:
        loaded = load_authority(project.authority)
    except (AuthorityError, OSError) as error:
        return [mend(project.authority, str(error))]
    problems = lint(loaded)
    told = [note(f"{problem.source} [{problem.entry}]", problem.message) for problem in problems[:5]]
    more = [note(project.authority, f"and {len(problems) - 5} more like this.")] if len(problems) > 5 else []
    return told + more


def expectations(project: Project) -> list[Finding]:
    """The suites of a folder of one's own are there for every table, and Great Expectations understands each."""
    if project.expectations is None:
        return []
    return [mend(project.expectations, said) for said in wrong_suites(project.expectations)]
