"""The profiles of all sources, counted over the corpus before anything is labelled, and published with the version.

Only marks of several pages are kept, the most frequent first: a profile holds at most ``profile_marks`` of them,
however large the crawl. Pages of a source that tell the same story count once: what comes back on five crawls of one
page is no furniture. With the published profiles, a version's labels can be made again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from copydesk.label.pack import thresholds
from copydesk.profile import Profile

SCHEMA = pa.schema(
    [
        pa.field("source_id", pa.string(), nullable=False),
        pa.field("pages", pa.int32(), nullable=False),
        pa.field("mark", pa.uint64()),
        pa.field("on_pages", pa.int32()),
    ]
)
"""The published form: one row a mark, with the pages of its source; a source without marks has one row without."""

COUNTED = pa.schema([("source_id", pa.string()), ("mark", pa.uint64()), ("on_pages", pa.int32())])
"""What a survey leaves of a batch, sorted by mark."""

_AT_ONCE = 1_000_000
"""How many counts are added up at a time, so that the memory does not grow with the crawl: files are open, and those
counts of theirs are read, only for as long."""


def counted(by_source: Mapping[str, Sequence[bytes]]) -> pa.Table:
    """On how many pages each mark stands, as a table of ``COUNTED``. ``by_source`` holds each page's marks."""
    parts = [COUNTED.empty_table()]
    for source, pages in sorted(by_source.items()):
        marks, times = np.unique(np.frombuffer(b"".join(pages), np.uint64), return_counts=True)
        columns = (pa.array([source] * len(marks), pa.string()), pa.array(marks), pa.array(times.astype(np.int32)))
        parts.append(pa.table(list(columns), COUNTED))
    return pa.concat_tables(parts).sort_by("mark")


def less(by_source: Mapping[str, Sequence[bytes]]) -> pa.Table:
    """The same of pages that were counted and should not have been: what takes them away again."""
    table = counted(by_source)
    return table.set_column(2, COUNTED.field("on_pages"), pc.negate(table["on_pages"]))


def add_up(counts: Sequence[Path], pages: Mapping[str, int]) -> dict[str, Profile]:
    """The profile of every source, from the Arrow files of ``counted`` and ``less``, whatever their order or number.

    ``pages`` says how many pages each source has. Each pass adds up one range of marks, so that only what comes back is
    ever held for all sources.
    """
    passes = 1 + sum(map(_rows, counts)) // _AT_ONCE
    kept = COUNTED.empty_table()
    for number in range(passes):
        first, last = (number << 64) // passes, ((number + 1) << 64) // passes - 1
        share = [part for path in counts for part in _between(path, first, last)]
        added = pa.Table.from_batches(share, COUNTED).group_by(["source_id", "mark"]).aggregate([("on_pages", "sum")])
        several = added.filter(pc.greater(added["on_pages_sum"], 1)).select(["source_id", "mark", "on_pages_sum"])
        kept = _most_frequent(pa.concat_tables([kept, several.rename_columns(COUNTED.names).cast(COUNTED)]))
    ordered = kept.sort_by([("source_id", "ascending"), ("mark", "ascending")])
    return {
        source: _profile(pages[source], ordered.filter(pc.equal(ordered["source_id"], source)))
        for source in sorted(pages)
    }


def profiles(table: pa.Table) -> dict[str, Profile]:
    """The profile of every source in a table of ``SCHEMA``."""
    found: dict[str, Profile] = {}
    for source in pc.unique(table["source_id"]).to_pylist():
        part = table.filter(pc.equal(table["source_id"], source))
        found[source] = _profile(part["pages"][0].as_py(), part.filter(pc.is_valid(part["mark"])))
    return found


def profile_table(known: Mapping[str, Profile]) -> pa.Table:
    """The profiles in the published form."""
    parts = [
        pa.table(
            [
                pa.array([source] * max(len(profile.marks), 1), pa.string()),
                pa.array([profile.pages] * max(len(profile.marks), 1), pa.int32()),
                pa.array(profile.marks, pa.uint64()) if len(profile.marks) else pa.nulls(1, pa.uint64()),
                pa.array(profile.counts, pa.int32()) if len(profile.marks) else pa.nulls(1, pa.int32()),
            ],
            SCHEMA,
        )
        for source, profile in sorted(known.items())
    ]
    return pa.concat_tables([SCHEMA.empty_table(), *parts])


def load_profiles(file: Path) -> dict[str, Profile]:
    """The profiles that a version was labelled with, from its ``quality/profiles.parquet``."""
    return profiles(pq.read_table(file, schema=SCHEMA))


def _rows(counts: Path) -> int:
    with pa.memory_map(str(counts)) as file, pa.ipc.open_file(file) as reader:
        return sum(reader.get_batch(number).num_rows for number in range(reader.num_record_batches))


def _between(counts: Path, first: int, last: int) -> Iterator[pa.RecordBatch]:
    """The counts of marks from the first to the last; each part of the file is sorted."""
    with pa.memory_map(str(counts)) as file, pa.ipc.open_file(file) as reader:
        for number in range(reader.num_record_batches):
            part = reader.get_batch(number)
            marks = part["mark"].to_numpy()
            start, stop = np.searchsorted(marks, np.uint64(first)), np.searchsorted(marks, np.uint64(last), "right")
            yield part.take(np.arange(start, stop))  # a copy: a slice would keep the file


def _profile(pages: int, rows: pa.Table) -> Profile:
    return Profile(pages, rows["mark"].to_numpy(), rows["on_pages"].to_numpy())


def _most_frequent(rows: pa.Table) -> pa.Table:
    """At most so many marks a source, the most frequent; of equals, those with the lowest mark."""
    limit = thresholds().profile_marks
    if rows.num_rows <= limit:
        return rows
    ordered = rows.sort_by([("source_id", "ascending"), ("on_pages", "descending"), ("mark", "ascending")])
    sources = ordered["source_id"].to_numpy()
    starts = np.concatenate([[0], np.flatnonzero(sources[1:] != sources[:-1]) + 1])
    rank = np.arange(len(sources)) - np.repeat(starts, np.diff(np.append(starts, len(sources))))
    return ordered.filter(pa.array(rank < limit))
