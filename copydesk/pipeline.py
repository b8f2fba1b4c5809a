"""The stages of a build, each a plain function of a partition or of what all of them left: what the flows compose.

What a partition becomes is written beside the others, one Arrow file a table, so that a stage hands on a path and never
the articles themselves.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import feather

from copydesk import bulk, cleaned, derived, duplicates, glance, reuse, rows, stories, survey, surveyed, tables
from copydesk.bulk import Rows, Tables, merge, with_column, without_articles
from copydesk.cache import Cache
from copydesk.cleaning import Knowledge
from copydesk.frames import concatenate, frame
from copydesk.glance import Glance
from copydesk.ingest.pieces import write_pieces
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.label.brake import Prose, source_over_cap
from copydesk.outcomes import Outcome, items_of, outcomes, taken
from copydesk.partitions import Partition, whole_folder
from copydesk.sources import Source

log = logging.getLogger(__name__)

_ARROW = ".arrow"
_MERGES = 2  # at a time: each holds a part of every piece
_COUNTED = "counted.arrow"
_PROSE = "prose.json"
_ORIGINS = "origins.arrow"


def split(large: Partition, sources: Mapping[str, Source], articles: int, work: Path) -> Path:
    """Splits a dump that is too large for one partition into pieces of at most so many ``articles``.

    Returns the folder that holds them; ``partitions.cut`` makes a partition of each.
    """
    (file,) = large.files
    folder = work / f"pieces-{large.number:06}"
    with whole_folder(folder) as made:
        write_pieces(glance.items(file, sources), made, articles, file.limits.partition_bytes)
    return folder


def survey_partition(
    partition: Partition, sources: Mapping[str, Source], work: Path, cache: Cache | None = None
) -> Path:
    """A first look at a partition: its items' ids, and on how many of each source's pages every line stands.

    What the ``cache`` knows is not read again. Returns the folder that holds it.
    """
    keys = reuse.file_keys(partition.files, sources, partition.piece, cache) if cache else {}
    span = reuse.span_of(partition.files)
    kept = reuse.known_looks(keys, cache, span) if cache else []
    known = {file for one in kept for file in one.table["file"].unique().to_pylist()}
    looks = _looks(partition, [file for file in partition.files if file.name not in known], sources)
    faults = {file for file, found in looks.items() if any(map(_is_fault, found))}
    new = surveyed.table(looks, {file: keys.get(file) for file in looks if file not in faults})
    if cache:
        reuse.keep_looks(kept, new, cache, span)
    whole = surveyed.in_order([*(one.table for one in kept), new], [file.name for file in partition.files])
    target = _survey(work, partition)
    with whole_folder(target) as made:
        surveyed.write(made, whole)
        feather.write_feather(survey.counted(surveyed.marks(whole)), made / _COUNTED, compression="uncompressed")
    return target


def _looks(
    partition: Partition, files: Sequence[RawFile], sources: Mapping[str, Source]
) -> dict[str, list[Glance | Rejected]]:
    """The looks at the items of these files of the partition, many items at a time, whatever file they are of."""
    looks: dict[str, list[Glance | Rejected]] = {file.name: [] for file in files}
    for limits, alike in groupby(files, lambda file: file.limits):
        found = ((file.name, item) for file in alike for item in items_of(partition, file, sources))
        for name, look in glance.glances(found, sources, limits):
            looks[name].append(look)
    return looks


def learn(surveys: Sequence[Path], work: Path) -> Path:
    """What the surveys of all partitions say together: the profile of every source, and which items repeat an address.

    Returns the file that holds it; ``recall`` reads it.
    """
    ordered = sorted(surveys)
    learned = _write_json(work / "learned.json", {"repeated": surveyed.repeated(ordered)})
    pages, less = surveyed.pages(ordered), work / "again.arrow"
    with pa.ipc.new_file(str(less), survey.COUNTED) as writer:
        for again in stories.again(ordered, dict(pages)):
            pages.subtract(again["source_id"].to_pylist())
            writer.write_table(survey.less(surveyed.marks(again)))
    found = survey.add_up([*(folder / _COUNTED for folder in ordered), less], pages)
    feather.write_feather(survey.profile_table(found), learned.with_suffix(_ARROW), compression="uncompressed")
    pa.default_memory_pool().release_unused()  # it took much, and the rounds that follow take long
    return learned


def recall(knowledge: Knowledge, learned: Path) -> Knowledge:
    """What a run knows, with what it learned from its own raw files."""
    data = json.loads(learned.read_text(encoding="utf-8"))
    return replace(
        knowledge,
        profiles=survey.profiles(feather.read_table(learned.with_suffix(_ARROW), memory_map=False)),
        repeated={(path, record): earlier for path, record, earlier in data["repeated"]},
    )


def clean_partition(partition: Partition, knowledge: Knowledge, work: Path, cache: Cache | None = None) -> Path:
    """Cleans the partition's items and writes their rows, one file a table, into a folder of its own.

    An item that fails goes to the quarantine with its reason; the others go on. What the ``cache`` holds of the items
    that the partition's survey has seen is not cleaned again. Returns the folder.
    """
    target = work / f"cleaned-{partition.number:06}{'-braked' if knowledge.braked else ''}"
    seen, span = _survey(work, partition), reuse.span_of(partition.files)
    with whole_folder(target) as folder:

        def recall(part: str, ids: pa.Array) -> bool:
            found = cache.files(part, cleaned.KEPT) if cache else None
            if found:
                cleaned.write_kept(folder / f"kept-{part}", found, ids)
            return found is not None

        known = reuse.known(surveyed.read(seen), knowledge, cache, span, recall) if seen.exists() else None
        made, results = _made(outcomes(taken(partition, knowledge, known), knowledge))
        cleaned.write_piece(folder / "new", made)
        whole = pa.concat_tables([known.results, results]) if known else results
        _write_json(folder / _PROSE, _prose_of(whole))
        feather.write_feather(reuse.origins(whole), folder / _ORIGINS, compression="uncompressed")
        if cache and known and known.scattered:
            reuse.keep_results(whole, cleaned.joined(cleaned.pieces_of([folder])), cache, span)
        elif cache and known:
            reuse.keep_results(results, {name: made[name] for name in cleaned.KEPT}, cache, span)
    return target


def over_cap(folders: Sequence[Path]) -> frozenset[str]:
    """The sources of whose prose the rules would set aside too much, over the folders of all partitions."""
    found: dict[str, list[int]] = {}
    for folder in folders:
        for source, sums in _prose(folder).items():
            found[source] = [a + b for a, b in zip(found.get(source, (0, 0, 0)), sums, strict=True)]
    return frozenset(
        source for source, (pages, words, aside) in found.items() if source_over_cap(pages, Prose(words, aside))
    )


def has_source(folder: Path, sources: frozenset[str]) -> bool:
    """Whether a partition's folder holds an article of one of the sources."""
    return not sources.isdisjoint(_prose(folder))


def assemble(folders: Sequence[Path], knowledge: Knowledge, cache: Cache | None = None) -> Tables:
    """All tables of the registry from the partitions' folders, with what can be known only when all articles are.

    The tables are written beside the folders, and read from there for as long as they are. Texts whose comparison the
    ``cache`` holds are not compared again.
    """
    target = folders[0].parent / "merged"
    target.mkdir(exist_ok=True)
    pieces = cleaned.pieces_of(folders)

    def merged(name: str) -> Rows:
        return merge(tables.table(name), cleaned.files_of(pieces, name), target / (name + _ARROW))

    with ThreadPoolExecutor(_MERGES) as aside:  # Arrow does most of it, and lets other threads run meanwhile
        whole = dict(zip(cleaned.MADE, aside.map(merged, cleaned.MADE), strict=True))
    return derive(whole, knowledge, Work([cleaned.compared(piece) for piece in pieces], folders, cache))


@dataclass(frozen=True, slots=True)
class Work:
    """What cleaning made, for what spans articles; as if some of them were not there."""

    compared: Sequence[duplicates.Part]
    folders: Sequence[Path]
    cache: Cache | None = None
    gone: frozenset[str] = frozenset()

    def relations(self) -> pa.Table:
        """Articles that are in a group, as ``duplicates.RELATIONS``."""
        return duplicates.relations(self.compared, self.gone, self.cache)

    def origins(self) -> pa.Table:
        """What each article follows from, as ``reuse.ORIGINS``; those that are not there may be among them."""
        found = [feather.read_table(folder / _ORIGINS, memory_map=False) for folder in self.folders]
        return pa.concat_tables([reuse.ORIGINS.empty_table(), *found]).combine_chunks()

    def less(self, ids: Collection[str]) -> Work:
        """The same, as if these were not there either."""
        return replace(self, gone=self.gone.union(ids))


class Assembled(dict[str, Rows]):
    """All tables, and what cleaning made: it relates their articles anew when some of them are left out."""

    def __init__(self, tables: Tables, work: Work) -> None:
        super().__init__(tables)
        self.work = work


def derive(parts: Tables, knowledge: Knowledge, work: Work | None = None) -> Tables:
    """The tables with every count that spans articles computed anew: sources, entities, captions, duplicates.

    ``work`` is what cleaning made of their articles; without it, their texts are read into memory."""
    articles = parts["articles"]
    related = work.relations() if work else duplicates.mark(articles.select(articles.column_names))
    ids = related["article_id"].combine_chunks()
    places = pc.index_in(articles["article_id"].combine_chunks(), value_set=ids)
    for name in ("duplicate_group", "duplicate_relation"):
        articles = with_column(articles, name, related[name].combine_chunks().take(places))
    wikidata = {entry.id: entry.wikidata for entry in knowledge.authority.entries.values()}
    complete = {
        **parts,
        "articles": articles,
        "captions": with_column(parts["captions"], "articles", derived.caption_counts(parts["captions"])),
        "sources": derived.source_table(articles, knowledge),
        "entities": derived.entity_table(parts["mentions"], wikidata),
    }
    made = {table.name: complete[table.name] for table in tables.TABLES}
    return Assembled(made, work) if work else made


def leaving_out(parts: Tables, ids: Collection[str]) -> Work | None:
    """What cleaning made of these tables' articles but for some; None where only their texts can tell."""
    return parts.work.less(ids) if isinstance(parts, Assembled) else None


def without(parts: Tables, failed: Mapping[str, Sequence[str]], knowledge: Knowledge) -> Tables:
    """The tables without the articles that failed an expectation (id, to the expectations), which go to quarantine."""
    if not failed:
        return parts
    out = pa.array(sorted(failed), pa.string())
    names = ["article_id", "raw_path", "raw_record", "raw_sha256"]
    gone = (part.filter(pc.is_in(part["article_id"], out)) for part in bulk.parts(parts["articles"], names))
    entries = [
        rows.quarantine_row(
            Rejected(
                row["raw_path"],
                row["raw_record"],
                failed[row["article_id"]][0],
                f"{row['raw_path']}: did not meet {', '.join(failed[row['article_id']])}. Look at the raw file.",
                row["raw_sha256"],
                "validate",
            )
        )
        for part in gone
        for row in part.to_pylist()
    ]
    left = without_articles(parts, failed)
    quarantine = (*bulk.parts(parts["quarantine"]), frame(tables.QUARANTINE, entries))
    left["quarantine"] = concatenate(tables.QUARANTINE, quarantine)
    return derive(left, knowledge, leaving_out(parts, failed))


def _made(found: Iterable[tuple[Outcome, str | None]]) -> tuple[dict[str, pa.Table], pa.Table]:
    """The rows of what became of items, by table, and the results that they are, as ``reuse.RESULTS``."""
    collected = cleaned.Collected()
    results: list[dict[str, object]] = []
    for outcome, key in found:
        if isinstance(outcome, Rejected):
            collected.add({"quarantine": [rows.quarantine_row(outcome)]})
            kept = None if outcome.reason == "fault" else key
            results.append({"key": kept, "rejected": json.dumps(asdict(outcome))})
            continue
        article, made = outcome
        collected.add(made)
        words = {"words": article.prose_words, "aside": article.prose_aside}
        results.append({"key": key, "article_id": article.article_id, "source_id": article.source_id, **words})
    return collected.tables(), reuse.results(results)


def _prose_of(results: pa.Table) -> dict[str, list[int]]:
    """By source: its articles, their words of prose, and how many the rules set aside."""
    found = results.filter(pc.is_valid(results["source_id"])).group_by("source_id", use_threads=False)
    sums = found.aggregate([([], "count_all"), ("words", "sum"), ("aside", "sum")])
    return {row["source_id"]: [row["count_all"], row["words_sum"], row["aside_sum"]] for row in sums.to_pylist()}


def _is_fault(look: Glance | Rejected) -> bool:
    return isinstance(look, Rejected) and look.reason == "fault"


def _prose(folder: Path) -> dict[str, list[int]]:
    """By source, of a partition's folder: its articles, their words of prose, and how many the rules set aside."""
    return dict(json.loads((folder / _PROSE).read_text(encoding="utf-8")))


def _write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, sort_keys=True, ensure_ascii=True), encoding="utf-8")
    return path


def _survey(work: Path, partition: Partition) -> Path:
    return work / f"surveyed-{partition.number:06}"
