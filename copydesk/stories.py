"""Pages of a source that tell one story: what was fetched time and again is one page to the source's profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk import surveyed
from copydesk.duplicates.groups import Groups
from copydesk.label.pack import thresholds

_PLACE = ("story_key", "path", "record")


def again(surveys: Sequence[Path], pages: Mapping[str, int]) -> Iterator[pa.Table]:
    """The pages (source_id, marks) of every survey whose story an earlier page of their source tells, by the names of
    files and records. ``pages`` says how many pages each source has.

    A story is the same where its paragraphs are. In a source of few pages it is where most are: there an article that
    was changed between two crawls would pass for furniture. Many pages with much in common have it from their site.
    """
    same = _nearly_same(surveys, [source for source, count in pages.items() if count <= thresholds().few_pages])
    twice = surveyed.several_of([surveyed.numbers(folder, "story_key") for folder in surveys])
    wanted = pa.array(sorted({*twice.tolist(), *same}), pa.uint64())
    first: dict[int, tuple[str, str]] = {}
    for folder in surveys if len(wanted) else ():
        for story, place in _places(_telling(folder, wanted, _PLACE), same):
            first[story] = min(first.get(story, place), place)
    for folder in surveys if len(wanted) else ():
        found = _telling(folder, wanted, (*_PLACE, "source_id", "marks"))
        later = [place != first[story] for story, place in _places(found, same)]
        yield found.filter(pa.array(later, pa.bool_())).select(["source_id", "marks"])


def _telling(folder: Path, stories: pa.Array, columns: Sequence[str]) -> pa.Table:
    pages = surveyed.opened(folder, columns)
    return pages.filter(pc.is_in(pages["story_key"], value_set=stories))


def _places(pages: pa.Table, same: Mapping[int, int]) -> Iterator[tuple[int, tuple[str, str]]]:
    """The story that each page tells, and where the page lies."""
    for row in pages.select(_PLACE).to_pylist():
        yield same.get(row["story_key"], row["story_key"]), (row["path"], row["record"] or "")


def _nearly_same(surveys: Sequence[Path], sources: Sequence[str]) -> dict[int, int]:
    """Of these sources, stories that are nearly told before: to the first of those that are one with them."""
    stories: dict[str, dict[int, frozenset[int]]] = {}
    for folder in surveys if sources else ():
        pages = surveyed.opened(folder, ["source_id", "story_key", "story"])
        pages = pages.filter(pc.is_in(pages["source_id"], value_set=pa.array(sources, pa.string())))
        for row in pages.filter(pc.is_valid(pages["story"])).to_pylist():
            paragraphs = frozenset(np.frombuffer(row["story"], np.uint64).tolist())
            stories.setdefault(row["source_id"], {})[row["story_key"]] = paragraphs
    joined = Groups()
    for told in stories.values():
        shared: Counter[tuple[int, int]] = Counter()
        holders: dict[int, list[int]] = {}
        for story in sorted(told):
            for paragraph in told[story]:
                holders.setdefault(paragraph, []).append(story)
        for held in holders.values():
            shared.update(combinations(held, 2))
        for (one, other), count in shared.items():
            if count >= thresholds().story_share * max(len(told[one]), len(told[other])):
                joined.join(one, other)
    return {story: group[0] for group in joined.groups() for story in group}
