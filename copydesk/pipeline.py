"""The stages of a build, each a plain function of a partition or of what all of them left: what the flows compose.

What a partition becomes is written beside the others, one Arrow file a table, so that a stage hands on a path and never
the articles themselves.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import feather

from copydesk import bulk, derived, duplicates, glance, reuse, rows, survey, surveyed, tables
from copydesk.bulk import MERGED_BYTES, Rows, Tables, merge, with_column, without_articles, write_stored
from copydesk.cache import Cache, Result
from copydesk.cleaning import Knowledge
from copydesk.frames import concatenate, frame
from copydesk.glance import Glance
from copydesk.ingest.pieces import write_pieces
from copydesk.ingest.reject import Rejected
from copydesk.label.brake import Prose, source_over_cap
from copydesk.outcomes import items_of, outcomes, taken
from copydesk.partitions import Partition, whole_folder
from copydesk.reuse import Looks
from copydesk.sources import Source

log = logging.getLogger(__name__)

Relate = Callable[[Collection[str]], pa.Table]
"""Articles that are in a group, as ``duplicates.RELATIONS``, if those with the ids given were not there."""

_ARROW = ".arrow"
_COUNTED = "counted.arrow"
_PROSE = "prose.json"
_SIGNATURES, _KEYS = "signatures", "keys"
_AT_ONCE = 250

_MADE = (*rows.PER_ARTICLE, "quarantine")


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
    unknown: dict[str, str | None] = dict.fromkeys(file.name for file in partition.files)
    keys = reuse.file_keys(partition.files, sources, partition.piece) if cache else unknown
    seen = cache.looks([key for key in keys.values() if key]) if cache else {}
    new: dict[str, str] = {}
    looks: dict[str, list[Glance | Rejected]] = {}
    for file in partition.files:
        key = keys[file.name]
        if key and key in seen and (kept := glance.from_json(seen[key])) is not None:
            looks[file.name] = kept
            continue
        looks[file.name] = list(glance.glances(items_of(partition, file, sources), sources, file.limits))
        if key and not any(isinstance(look, Rejected) and look.reason == "fault" for look in looks[file.name]):
            new[key] = glance.to_json(looks[file.name])
    if cache and new:
        cache.keep_looks(new)
    marks: dict[str, list[bytes]] = {}
    for look in (look for found in looks.values() for look in found):
        if isinstance(look, Glance) and look.marks is not None:
            marks.setdefault(look.source_id, []).append(look.marks)
    target = _survey(work, partition)
    with whole_folder(target) as made:
        surveyed.write(made, looks)
        feather.write_feather(survey.counted(marks), made / _COUNTED, compression="uncompressed")
    return target


def learn(surveys: Sequence[Path], work: Path) -> Path:
    """What the surveys of all partitions say together: the profile of every source, and which items repeat an address.

    Returns the file that holds it; ``recall`` reads it.
    """
    ordered = sorted(surveys)
    learned = _write_json(work / "learned.json", {"repeated": surveyed.repeated(ordered)})
    found = survey.add_up([folder / _COUNTED for folder in ordered], surveyed.pages(ordered))
    feather.write_feather(survey.profile_table(found), learned.with_suffix(_ARROW), compression="uncompressed")
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
    seen = _seen(partition, work)
    known = (
        reuse.known(seen, knowledge, cache, (*rows.PER_ARTICLE, _SIGNATURES)) if cache and seen is not None else None
    )
    found = _Rows()
    done: list[tuple[str | None, Result]] = []
    for outcome, key in outcomes(taken(partition, knowledge, seen, known), knowledge):
        if isinstance(outcome, Rejected):
            found.add({"quarantine": [rows.quarantine_row(outcome)]})
            done.append((None if outcome.reason == "fault" else key, reuse.rejection(outcome)))
            continue
        article, made = outcome
        done.append(
            (key, Result(None, article.article_id, article.source_id, article.prose_words, article.prose_aside))
        )
        found.add(made)
    held = known.held if known else {}
    fresh = found.tables()
    whole = {
        name: concatenate(tables.table(name), [*(known.rows[name] if known and name in known.rows else ()), data])
        for name, data in fresh.items()
    }
    fresh[_SIGNATURES] = duplicates.sign(fresh["articles"])
    whole[_SIGNATURES] = duplicates.joined([*(known.rows[_SIGNATURES] if known else ()), fresh[_SIGNATURES]])
    if cache and known:
        keep = {key: result for key, result in done if key}
        kept = (*rows.PER_ARTICLE, _SIGNATURES)
        if known.scattered:
            cache.keep_results({name: whole[name] for name in kept}, {**held, **keep})
        elif keep:
            cache.keep_results({name: fresh[name] for name in kept}, keep)
    target = work / f"cleaned-{partition.number:06}{'-braked' if knowledge.braked else ''}"
    prose: dict[str, list[int]] = {}
    for result in (*held.values(), *(result for _, result in done)):
        if result.source_id:
            sums = prose.setdefault(result.source_id, [0, 0, 0])
            sums[:] = sums[0] + 1, sums[1] + result.words, sums[2] + result.aside
    with whole_folder(target) as folder:
        for name, data in whole.items():
            write_stored([data], data.schema, folder / (name + _ARROW), most_bytes=MERGED_BYTES)
        keys = duplicates.keyed(whole[_SIGNATURES])
        feather.write_feather(keys, folder / (_KEYS + _ARROW), compression="uncompressed")
        _write_json(folder / _PROSE, prose)
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
    merged = {
        name: merge(tables.table(name), [folder / (name + _ARROW) for folder in folders], target / (name + _ARROW))
        for name in _MADE
    }
    return derive(
        merged, knowledge, lambda gone: duplicates.relations([_mapped(folder) for folder in folders], gone, cache)
    )


class Assembled(dict[str, Rows]):
    """All tables, and what relates their articles anew when some of them are left out."""

    def __init__(self, tables: Tables, relate: Relate) -> None:
        super().__init__(tables)
        self.relate = relate


def derive(parts: Tables, knowledge: Knowledge, relate: Relate | None = None) -> Tables:
    """The tables with every count that spans articles computed anew: sources, entities, captions, duplicates.

    ``relate`` says which articles are in a group; without it, their texts are read into memory."""
    articles = parts["articles"]
    related = relate(()) if relate else duplicates.mark(articles.select(articles.column_names))
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
    return Assembled(made, relate) if relate else made


def leaving_out(parts: Tables, ids: Collection[str]) -> Relate | None:
    """What relates the articles of these tables but for some; None where only their texts can tell."""
    if not isinstance(parts, Assembled):
        return None
    relate = parts.relate
    return lambda more: relate({*ids, *more})


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


def _mapped(folder: Path) -> duplicates.Part:
    """A partition's articles as what relates them reads them: from the disk, and only what is asked for."""
    return duplicates.Part(
        *(feather.read_table(folder / (name + _ARROW), memory_map=True) for name in ("articles", _SIGNATURES, _KEYS))
    )


def _prose(folder: Path) -> dict[str, list[int]]:
    """By source, of a partition's folder: its articles, their words of prose, and how many the rules set aside."""
    return dict(json.loads((folder / _PROSE).read_text(encoding="utf-8")))


def _write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, sort_keys=True, ensure_ascii=True), encoding="utf-8")
    return path


class _Rows:
    """Rows by table, most of the time as Arrow: as Python's own values they take ten times the memory."""

    def __init__(self) -> None:
        self._parts: dict[str, list[pa.Table]] = {name: [] for name in _MADE}
        self._rows: dict[str, list[rows.Row]] = {name: [] for name in _MADE}
        self._held = 0

    def add(self, made: Mapping[str, Sequence[rows.Row]]) -> None:
        for name, more in made.items():
            self._rows[name].extend(more)
        self._held += 1
        if self._held >= _AT_ONCE:
            self._pack()

    def tables(self) -> dict[str, pa.Table]:
        self._pack()
        return {name: concatenate(tables.table(name), parts) for name, parts in self._parts.items()}

    def _pack(self) -> None:
        for name, collected in self._rows.items():
            self._parts[name].append(frame(tables.table(name), collected))
            collected.clear()
        self._held = 0


def _survey(work: Path, partition: Partition) -> Path:
    return work / f"surveyed-{partition.number:06}"


def _seen(partition: Partition, work: Path) -> Mapping[str, Looks] | None:
    """What the partition's survey saw, by file; None where there was none."""
    path = _survey(work, partition)
    if not path.exists():
        return None
    seen = surveyed.read(path)
    return {file.name: seen.get(file.name, []) for file in partition.files}
