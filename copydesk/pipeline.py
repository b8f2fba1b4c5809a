"""The stages of a build, each a plain function of a batch or of what the batches left: what the flows compose.

A batch is a slice of the sorted list of raw files. What it becomes is written beside the others, one Arrow file a
table, so that a stage hands on a path and never the articles themselves.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import feather

from copydesk import duplicates, ingest, rows, survey, tables
from copydesk.article import Article, RawItem
from copydesk.cleaning import Knowledge, clean_item
from copydesk.decoding import UnreadableText
from copydesk.document import rendered
from copydesk.frames import concatenate, frame
from copydesk.identity import article_id
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.label.brake import Prose, source_over_cap
from copydesk.language import primary
from copydesk.profile import page_marks
from copydesk.sources import Source

log = logging.getLogger(__name__)

Tables = Mapping[str, pa.Table]
"""Every table of the registry, by name."""

_ARROW = ".arrow"
_PROSE = "prose.json"

_PER_ARTICLE: Mapping[str, Callable[[Article], Iterable[rows.Row]]] = {
    "articles": lambda article: (rows.article_row(article),),
    "blocks": rows.block_rows,
    "captions": rows.caption_rows,
    "mentions": rows.mention_rows,
    "dates": rows.date_rows,
}


@dataclass(frozen=True, slots=True)
class Batch:
    """Raw files that are worked on together. ``number`` counts from 0."""

    number: int
    files: tuple[RawFile, ...]


def plan(raw: Path, batch_files: int) -> tuple[Batch, ...]:
    """The raw folder's files in batches of at most ``batch_files``. Raises NothingToDo for a folder without files."""
    files = ingest.list_files(raw)
    slices = [files[start : start + batch_files] for start in range(0, len(files), batch_files)]
    return tuple(Batch(number, files) for number, files in enumerate(slices))


def survey_batch(batch: Batch, sources: Mapping[str, Source], work: Path) -> Path:
    """A first look at a batch: its items' ids, and on how many of each source's pages every line stands.

    Returns the file that holds it.
    """
    pages: Counter[str] = Counter()
    marks: dict[str, Counter[int]] = {}
    ids: list[tuple[str, str, str | None]] = []
    for item in _items(batch, sources):
        if isinstance(item, Rejected):
            continue
        ids.append((article_id(item.source_id, item.stated.url, item.path, item.record), item.path, item.record))
        try:
            decoded = rendered(item, _language(item, sources))
        except Exception as error:  # whatever it is, cleaning meets it again and says so
            log.debug("%r is left out of the profile: %s", item.path, error)
            continue
        pages[item.source_id] += 1
        marks.setdefault(item.source_id, Counter()).update(page_marks(line.text for line in decoded.lines))
    found = _write_json(work / f"survey-{batch.number:06}.json", {"pages": pages, "ids": ids})
    feather.write_feather(survey.counted(marks), found.with_suffix(_ARROW), compression="uncompressed")
    return found


def learn(surveys: Sequence[Path], work: Path) -> Path:
    """What the surveys of all batches say together: the profile of every source, and which items repeat an address.

    Returns the file that holds it; ``recall`` reads it.
    """
    pages: Counter[str] = Counter()
    first: dict[str, tuple[str, str | None]] = {}
    repeated: list[tuple[str, str | None, str]] = []
    for seen in (json.loads(path.read_text(encoding="utf-8")) for path in surveys):
        pages.update(seen["pages"])
        for given, path, record in seen["ids"]:
            if first.setdefault(given, (path, record)) != (path, record):
                repeated.append((path, record, first[given][0]))
    learned = _write_json(work / "learned.json", {"repeated": repeated})
    found = survey.add_up([path.with_suffix(_ARROW) for path in surveys], pages)
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


def clean_batch(batch: Batch, knowledge: Knowledge, work: Path) -> Path:
    """Cleans the batch's items and writes their rows, one file a table, into a folder of its own.

    An item that fails goes to the quarantine with its reason; the others go on. Returns the batch's folder.
    """
    found: dict[str, list[rows.Row]] = {name: [] for name in (*_PER_ARTICLE, "quarantine")}
    prose: dict[str, list[tuple[int, int]]] = {}
    for item in _items(batch, knowledge.sources):
        outcome = item if isinstance(item, Rejected) else _clean(item, knowledge)
        if isinstance(outcome, Rejected):
            found["quarantine"].append(rows.quarantine_row(outcome))
            continue
        article, made = outcome
        prose.setdefault(article.source_id, []).append((article.prose_words, article.prose_aside))
        for name, table_rows in made.items():
            found[name].extend(table_rows)
    target = work / f"batch-{batch.number:06}{'-braked' if knowledge.braked else ''}"
    target.mkdir(parents=True, exist_ok=True)  # a task that is tried again finds its own folder
    for name, table_rows in found.items():
        feather.write_feather(
            frame(tables.table(name), table_rows), target / (name + _ARROW), compression="uncompressed"
        )
    _write_json(target / _PROSE, prose)
    return target


def over_cap(folders: Sequence[Path]) -> frozenset[str]:
    """The sources of whose prose the rules would set aside too much, over the folders of all batches."""
    found: dict[str, list[Prose]] = {}
    for folder in folders:
        for source, pages in _prose(folder).items():
            found.setdefault(source, []).extend(Prose(*page) for page in pages)
    return frozenset(source for source, pages in found.items() if source_over_cap(pages))


def has_source(folder: Path, sources: frozenset[str]) -> bool:
    """Whether a batch's folder holds an article of one of the sources."""
    return not sources.isdisjoint(_prose(folder))


def assemble(folders: Sequence[Path], knowledge: Knowledge) -> Tables:
    """All tables of the registry from the batches' folders, with what can be known only when all articles are."""
    parts = {
        name: concatenate(
            tables.table(name), (feather.read_table(folder / (name + _ARROW), memory_map=False) for folder in folders)
        )
        for name in (*_PER_ARTICLE, "quarantine")
    }
    return derive(parts, knowledge)


def derive(parts: Tables, knowledge: Knowledge) -> Tables:
    """The tables with every count that spans articles computed anew: sources, entities, captions, duplicates."""
    articles = duplicates.mark(parts["articles"])
    days: dict[str, list[object]] = {}
    for source, day in zip(articles["source_id"].to_pylist(), articles["published_on"].to_pylist(), strict=True):
        days.setdefault(source, []).append(day)
    source_rows = [rows.source_row(knowledge.source(source), found) for source, found in sorted(days.items())]  # type: ignore[arg-type]
    wikidata = {entry.id: entry.wikidata for entry in knowledge.authority.entries.values()}
    entities = rows.entity_rows(parts["mentions"].to_pylist(), wikidata)
    complete = {
        **parts,
        "articles": articles,
        "captions": _count_captions(parts["captions"]),
        "sources": frame(tables.SOURCES, source_rows),
        "entities": frame(tables.ENTITIES, entities),
    }
    return {table.name: complete[table.name] for table in tables.TABLES}


def without(parts: Tables, failed: Mapping[str, Sequence[str]], knowledge: Knowledge) -> Tables:
    """The tables without the articles that failed an expectation (id, to the expectations), which go to quarantine."""
    if not failed:
        return parts
    ids = pa.array(sorted(failed))
    articles = parts["articles"]
    gone = articles.filter(pc.is_in(articles["article_id"], ids))
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
        for row in gone.select(["article_id", "raw_path", "raw_record", "raw_sha256"]).to_pylist()
    ]
    left = {
        name: data.filter(pc.invert(pc.is_in(data["article_id"], ids))) if "article_id" in data.column_names else data
        for name, data in parts.items()
    }
    left["quarantine"] = concatenate(tables.QUARANTINE, [parts["quarantine"], frame(tables.QUARANTINE, entries)])
    return derive(left, knowledge)


def _prose(folder: Path) -> dict[str, list[tuple[int, int]]]:
    """By source, of each article in a batch's folder: its words of prose, and how many the rules would set aside."""
    return dict(json.loads((folder / _PROSE).read_text(encoding="utf-8")))


def _write_json(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, sort_keys=True, ensure_ascii=True), encoding="utf-8")
    return path


def _items(batch: Batch, sources: Mapping[str, Source]) -> Iterator[RawItem | Rejected]:
    for file in batch.files:
        source = sources.get(file.source_id)
        try:
            yield from ingest.read(replace(file, columns=source.columns) if source else file)
        except Exception as error:  # a reader's own fault is the file's affair too (law 6)
            log.exception("reading %r failed", file.name)
            yield Rejected(file.name, None, "fault", _fault(file.name, "reading", error))


def _clean(item: RawItem, knowledge: Knowledge) -> tuple[Article, Mapping[str, list[rows.Row]]] | Rejected:
    """The item's article and its rows by table, or why there are none."""
    earlier = knowledge.repeated.get((item.path, item.record))
    if earlier is not None:
        detail = f"{item.path}: has the address of {earlier}, which was taken. Keep one crawl of a page."
        return Rejected(item.path, item.record, "same_address", detail, item.sha256)
    try:
        article = clean_item(item, knowledge.source(item.source_id), knowledge)
        article.text.encode()  # what no file can hold must fail here, not with the whole batch
        return article, {name: list(make(article)) for name, make in _PER_ARTICLE.items()}
    except UnreadableText as error:
        return Rejected(item.path, item.record, error.reason, f"{item.path}: {error.detail}", item.sha256, "decode")
    except Exception as error:  # one bad file stops nothing: whatever it broke is its own affair (law 6)
        log.exception("cleaning %r failed", item.path)
        return Rejected(item.path, item.record, "fault", _fault(item.path, "cleaning", error), item.sha256, "clean")


def _fault(path: str, doing: str, error: Exception) -> str:
    what = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode()[:500]
    return f"{path}: {doing} failed with {what}. This is a fault of Copydesk: please report it."


def _language(item: RawItem, sources: Mapping[str, Source]) -> str | None:
    source = sources.get(item.source_id)
    return primary(item.stated.language or (source.language if source else None))


def _count_captions(captions: pa.Table) -> pa.Table:
    """``articles``: in how many articles a caption of the same words stands."""
    pairs = set(zip(captions["text"].to_pylist(), captions["article_id"].to_pylist(), strict=True))
    carried = Counter(text for text, _ in pairs)
    counts = pa.array([carried[text] for text in captions["text"].to_pylist()], pa.int32())
    place = captions.column_names.index("articles")
    return captions.set_column(place, captions.schema.field(place), counts)
