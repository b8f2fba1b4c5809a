"""The articles that are related to each other, in parts that need not be in memory.

A part is opened each time that anything of it is read, and let go at once: of a file that is mapped, every page that
was read counts as memory for as long as the mapping stays. Texts, which are read one by one, are not mapped at all.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.duplicates.tokens import Flags, Places

Opened = Callable[[], pa.Table]
"""Opens a table; it may be mapped, and is not held longer than it is read."""

_WHEN = ("published_on", "published_at", "updated_on", "updated", "article_id")
_LAST_DAY, _FIRST_DAY, _LAST_TIME = 2**31 - 1, -(2**31), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """Some articles, their signatures in the same rows, the keys of those (see ``candidates.KEYS``), and what reads the
    text of a row."""

    articles: Opened
    signatures: Opened
    keys: Opened
    text: Callable[[int], str | None]

    @classmethod
    def held(cls, articles: pa.Table, signatures: pa.Table, keys: pa.Table) -> Part:
        """A part whose tables are in memory."""
        return cls(lambda: articles, lambda: signatures, lambda: keys, lambda row: articles["text"][row].as_py())


class Corpus:
    """The articles of all parts but those that are left out and those without words, numbered in the order of time.

    Of that order: by day and time of publication (unknown last), then by update (none first), then by id. Some fifty
    bytes an article are held.
    """

    def __init__(self, parts: Sequence[Part], left_out: Collection[str] = ()) -> None:
        self._articles = [part.articles for part in parts]
        self._signatures = [part.signatures for part in parts]
        self.keys = [part.keys for part in parts]
        self._texts = [part.text for part in parts]
        when = _columns(self._articles, _WHEN)
        bounds = np.cumsum([0, *(part.num_rows for part in when)])
        self.offsets: list[int] = bounds[:-1].tolist()
        self._all = int(bounds[-1])
        rows = _in_time(pa.concat_tables(when))
        whole = pa.concat_tables(_columns(self._signatures, ["whole"]))["whole"].take(pa.array(rows))
        kept = pc.is_valid(whole)
        if left_out:
            ids = pa.concat_tables(when)["article_id"].take(pa.array(rows))
            kept = pc.and_(kept, pc.invert(pc.is_in(ids, pa.array(sorted(left_out), pa.string()))))
        self.rows: Places = rows[_flags(kept)]
        self.same: Places = whole.filter(kept).combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        """Equal for articles that have the same text; counted from 0 in the order of their first."""
        days = pa.concat_tables(when)["published_on"].cast(pa.int32())
        self._days = pc.fill_null(days, _LAST_DAY).to_numpy()[self.rows]
        cut = [pc.equal(part["completeness"], "truncated") for part in _columns(self._articles, ["completeness"])]
        self._truncated = np.concatenate([_flags(pc.fill_null(flags, False)) for flags in cut])[self.rows]

    @property
    def all(self) -> Places:
        """Every number."""
        return np.arange(len(self.rows))

    @cached_property
    def standing(self) -> Places:
        """The numbers that are compared as versions: of those that have the same text, the first stands for all."""
        numbers = np.unique(self.same, return_index=True)[1]
        lengths = [pc.list_value_length(table()["bands"]) for table in self._signatures]
        compared = np.concatenate([_flags(pc.greater(some, 0)) for some in lengths])
        return np.asarray(numbers[compared[self.rows[numbers]]])

    @cached_property
    def twins(self) -> Mapping[int, Sequence[int]]:
        """By each number that others have the same text as, all numbers that have it."""
        several = np.flatnonzero(np.bincount(self.same)[self.same] > 1) if len(self.same) else self.same
        by_text: dict[int, list[int]] = {}
        for number, same in zip(several.tolist(), self.same[several].tolist(), strict=True):
            by_text.setdefault(same, []).append(number)
        return {numbers[0]: numbers for numbers in by_text.values()}

    def places(self, numbers: Places) -> Places:
        """For each row of the parts its number, where it is one of these; else -1."""
        places = np.full(self._all, -1, np.int64)
        places[self.rows[numbers]] = numbers
        return places

    def text(self, number: int) -> str:
        row = int(self.rows[number])
        part = bisect_right(self.offsets, row) - 1
        return self._texts[part](row - self.offsets[part]) or ""

    def said(self, numbers: Places) -> list[str]:
        """What stands for all that each of some articles says: equal for two that say the same, and for no others."""
        found: list[str] = self._taken(self._articles, ["content_sha256"], numbers).column(0).to_pylist()
        return found

    def days(self, number: int) -> frozenset[int]:
        """The days on which a text was published, as far as they are known."""
        return frozenset(int(self._days[twin]) for twin in self.twins.get(number, (number,))) - {_LAST_DAY}

    def truncated(self, number: int) -> bool:
        """Whether a text is known to be cut off anywhere."""
        return any(bool(self._truncated[twin]) for twin in self.twins.get(number, (number,)))

    def quotes(self, numbers: Sequence[int]) -> Callable[[int], dict[int, int]]:
        """What tells of each of these articles its long quoted sentences, with their length in words."""
        found = self._taken(self._signatures, ["quotes", "quote_words"], np.array(numbers, np.int64)).combine_chunks()
        keys, words = found["quotes"], found["quote_words"]
        row = {number: place for place, number in enumerate(numbers)}
        return lambda number: dict(zip(keys[row[number]].as_py(), words[row[number]].as_py(), strict=True))

    def named(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """The ids of some articles and of their sources."""
        found = self._taken(self._articles, ["article_id", "source_id"], np.array(numbers, np.int64))
        return dict(zip(numbers, zip(*(column.to_pylist() for column in found.columns), strict=True), strict=True))

    def _taken(self, tables: Sequence[Opened], columns: Sequence[str], numbers: Places) -> pa.Table:
        """Some columns of these articles, in the order of the numbers."""
        rows = self.rows[numbers]
        order = np.argsort(rows, kind="stable")
        ends = np.searchsorted(rows[order], [*self.offsets, self._all])
        taken = [
            table().select(columns).take(pa.array(rows[order[low:high]] - offset))
            for table, offset, low, high in zip(tables, self.offsets, ends[:-1], ends[1:], strict=True)
            if high > low or offset == 0
        ]
        return pa.concat_tables(taken).take(pa.array(np.argsort(order)))


def _columns(tables: Sequence[Opened], columns: Sequence[str]) -> list[pa.Table]:
    """Some columns of tables, in memory: to take rows is what copies them."""
    found = (table().select(columns) for table in tables)
    return [part.take(pa.array(np.arange(part.num_rows))) for part in found]


def _in_time(articles: pa.Table) -> Places:
    """The rows, the earliest first. No two articles are equal."""
    keys = {
        "day": pc.fill_null(articles["published_on"].cast(pa.int32()), _LAST_DAY),
        "time": pc.fill_null(articles["published_at"].cast(pa.int64()), _LAST_TIME),
        "update_day": pc.fill_null(articles["updated_on"].cast(pa.int32()), _FIRST_DAY),
        "update": pc.fill_null(articles["updated"], ""),
        "id": articles["article_id"],
    }
    order = pc.sort_indices(pa.table(keys), sort_keys=[(name, "ascending") for name in keys])
    return np.asarray(order, np.int64)


def _flags(values: pa.ChunkedArray) -> Flags:
    return np.asarray(values, bool)
