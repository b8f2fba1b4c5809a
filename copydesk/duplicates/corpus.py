"""The articles that are related to each other, in parts that need not be in memory: each can lie in files that are
mapped, of which only the pages that are asked for are ever read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from copydesk.duplicates.tokens import Flags, Places

COLUMNS = (
    *("article_id", "source_id", "text", "content_sha256", "completeness"),
    *("published_on", "published_at", "updated_on", "updated"),
)
"""What is read of the articles."""

_LAST_DAY, _FIRST_DAY, _LAST_TIME = 2**31 - 1, -(2**31), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Part:
    """Some articles, their signatures in the same rows, and the keys of those (see ``candidates.KEYS``)."""

    articles: pa.Table
    signatures: pa.Table
    keys: pa.Table


class Corpus:
    """The articles of all parts but those that are left out and those without words, numbered in the order of time.

    Of that order: by day and time of publication (unknown last), then by update (none first), then by id.
    """

    def __init__(self, parts: Sequence[Part], left_out: Collection[str] = ()) -> None:
        self._articles = pa.concat_tables([part.articles.select(COLUMNS) for part in parts])
        self._signatures = pa.concat_tables([part.signatures for part in parts])
        self.keys = [part.keys for part in parts]
        self.offsets = np.cumsum([0, *(part.articles.num_rows for part in parts[:-1])]).tolist()
        rows = _in_time(self._articles)
        whole = self._signatures["whole"].take(pa.array(rows))
        kept = pc.is_valid(whole)
        if left_out:
            ids = self._articles["article_id"].take(pa.array(rows))
            kept = pc.and_(kept, pc.invert(pc.is_in(ids, pa.array(sorted(left_out), pa.string()))))
        self.rows: Places = rows[_flags(kept)]
        self.same: Places = whole.filter(kept).combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        """Equal for articles that have the same text; counted from 0 in the order of their first."""

    @property
    def all(self) -> Places:
        """Every number."""
        return np.arange(len(self.rows))

    @cached_property
    def standing(self) -> Places:
        """The numbers that are compared as versions: of those that have the same text, the first stands for all."""
        numbers = np.unique(self.same, return_index=True)[1]
        compared = _flags(pc.greater(pc.list_value_length(self._signatures["bands"]), 0))
        return numbers[compared[self.rows[numbers]]]

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
        places = np.full(self._articles.num_rows, -1, np.int64)
        places[self.rows[numbers]] = numbers
        return places

    def text(self, number: int) -> str:
        return self._articles["text"][self.rows[number]].as_py() or ""

    def said(self, numbers: Places) -> list[str]:
        """What stands for all that each of some articles says: equal for two that say the same, and for no others."""
        found: list[str] = self._articles["content_sha256"].take(pa.array(self.rows[numbers])).to_pylist()
        return found

    def days(self, number: int) -> frozenset[int]:
        """The days on which a text was published, as far as they are known."""
        found = (self._published[self.rows[one]].as_py() for one in self.twins.get(number, (number,)))
        return frozenset(day for day in found if day is not None)

    def truncated(self, number: int) -> bool:
        """Whether a text is known to be cut off anywhere."""
        return any(
            self._articles["completeness"][self.rows[one]].as_py() == "truncated"
            for one in self.twins.get(number, (number,))
        )

    def quotes(self, number: int) -> dict[int, int]:
        """The long quoted sentences of an article, with their length in words."""
        row = self.rows[number]
        keys, words = self._signatures["quotes"][row].as_py(), self._signatures["quote_words"][row].as_py()
        return dict(zip(keys, words, strict=True))

    def named(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """The ids of some articles and of their sources."""
        rows = pa.array(self.rows[numbers])
        found = (self._articles[column].take(rows).to_pylist() for column in ("article_id", "source_id"))
        return dict(zip(numbers, zip(*found, strict=True), strict=True))

    @cached_property
    def _published(self) -> pa.ChunkedArray:
        return self._articles["published_on"].cast(pa.int32())


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
