"""Columns that ``sources.toml`` names and no dump has: a name that is spelled otherwise costs a field, not a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from copydesk.ingest import records
from copydesk.ingest.columns import known_of
from copydesk.ingest.rawfile import RawFile
from copydesk.sources import Source

_DUMPS = 20
"""Of a source so many are looked at, at the most."""
_SHOWN = 20


def unknown_columns(files: Iterable[RawFile], sources: Mapping[str, Source]) -> list[str]:
    """A sentence for each column that none of its source's dumps has in its first records."""
    dumps: dict[str, list[RawFile]] = {}
    for file in files:
        if file.source_id in sources and sources[file.source_id].columns:
            dumps.setdefault(file.source_id, []).append(file)
    return [said for source_id in sorted(dumps) for said in _of_source(sources[source_id], dumps[source_id])]


def _of_source(source: Source, files: Iterable[RawFile]) -> list[str]:
    there: dict[str, None] = {}
    looked = 0
    unknown = dict(source.columns)
    for file in files:
        if not unknown or looked == _DUMPS:
            break
        names = records.names_in(replace(file, columns=source.columns, encoding=source.encoding))
        looked += bool(names)
        there.update(dict.fromkeys(names))
        known = known_of(names, source.columns)
        unknown = {what: column for what, column in unknown.items() if column not in known}
    if not there:
        return []
    named = ", ".join(list(there)[:_SHOWN])
    return [
        f"[{source.source_id}.columns] {what} = {column!r}: no dump has such a column, so the usual names are asked. "
        f"There are {named}."
        for what, column in unknown.items()
    ]
