"""What is fuzzed, and the promises that are held against each outcome.

A target takes a case and says whether it was taken (True) or refused as it may be (False). Anything that it raises is a
finding: ``Broken`` for a promise, and whatever Copydesk raises that it does not say it may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fuzzing import files, published, seeds, values, whole
from fuzzing.case import HEAD, Case
from fuzzing.mutate import Mutator


@dataclass(frozen=True)
class Target:
    """``share``: how many of a thousand cases are its own, when all targets run.

    ``pieces``, ``cut`` and ``longest``: see ``Mutator``.
    """

    name: str
    check: Callable[[Case], bool]
    seeds: Callable[[], Sequence[Any]]
    share: int
    pieces: Callable[[], Sequence[Any]] = tuple
    cut: float = 0.1
    longest: int = 20_000

    def mutator(self) -> Mutator:
        return Mutator(self.seeds(), self.pieces(), cut=self.cut, longest=self.longest)

    def run(self, data: bytes) -> bool:
        """Raises whatever is found."""
        return self.check(Case(data[:HEAD], data[HEAD:]))


TARGETS: tuple[Target, ...] = (
    Target("decoding", values.decoding, seeds.encoded, 20, cut=0.8),
    Target("segments", values.segments, seeds.texts, 200, cut=0.5),
    Target("dates", values.dates, seeds.dated, 200, seeds.date_words),
    Target("stamps", values.stamps, seeds.stamped, 240, seeds.date_words),
    Target("names", values.names, seeds.named, 60, seeds.some_names, cut=0.8),
    Target("names compared", values.names_compared, seeds.pairs, 60),
    Target("cells", values.cells, seeds.lines, 10),
    Target("markdown", values.markdown, seeds.lines, 10, seeds.of_html),
    Target("published files", published.files, published.seeds, 1, published.pieces),
    Target("files by hand", values.by_hand, seeds.by_hand, 29, seeds.of_toml),
    Target("text files", files.text, seeds.encoded, 30),
    Target("JSON lines", files.json_lines, seeds.json_lines, 40, seeds.of_json),
    Target("JSON files", files.json_file, seeds.json_files, 30, seeds.of_json),
    Target("CSV", files.csv, seeds.tables, 20),
    Target("TSV", files.tsv, seeds.tab_tables, 8),
    Target("Parquet", files.parquet, files.parquets, 4),
    Target("crawls", files.crawl, seeds.crawls, 10, seeds.of_warc),
    Target("page files", files.page, seeds.pages, 6, seeds.of_html),
    Target("cleaning texts", whole.text, seeds.texts, 20, seeds.some_lines, cut=0.7, longest=8_000),
    Target("cleaning pages", whole.page, seeds.pages, 2, seeds.of_html, longest=8_000),
)
