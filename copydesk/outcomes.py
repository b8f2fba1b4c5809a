"""What becomes of each item of a partition: an article and its rows, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from copydesk import glance, rows
from copydesk.article import Article, RawItem
from copydesk.batches import batches
from copydesk.cleaning import Knowledge, clean_items
from copydesk.decoding import UnreadableText
from copydesk.glance import Glance
from copydesk.ingest.pieces import read_piece
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.partitions import Partition
from copydesk.reuse import Known, Left
from copydesk.sources import Source

Outcome = tuple[Article, Mapping[str, list[rows.Row]]] | Rejected
"""An item's article and its rows by table, or why there are none."""

Taken = tuple[RawItem | Rejected, str | None]
"""An item, or why there is none, and the key to keep what becomes of it under."""


def outcomes(found: Iterable[Taken], knowledge: Knowledge) -> Iterator[tuple[Outcome, str | None]]:
    """What becomes of the items, in order, many cleaned at once; and the keys that came with them."""
    for several in batches(found, lambda one: one[0]):
        yield from _cleaned(several, knowledge)


def _cleaned(held: Sequence[Taken], knowledge: Knowledge) -> Iterator[tuple[Outcome, str | None]]:
    articles = iter(clean_items([item for item, _ in held if isinstance(item, RawItem)], knowledge))
    for item, key in held:
        yield (item if isinstance(item, Rejected) else _outcome(item, next(articles))), key


def taken(partition: Partition, knowledge: Knowledge, known: Known | None) -> Iterator[Taken]:
    """Each item that is not held, and the key to keep what becomes of it under; and what is rejected anyway. All items,
    where nobody has looked at the partition and nothing is ``known`` of it.

    A file may change under the run. An item whose text did is taken as it is now; one that is not the one that was seen
    in its place is left to the next run, because nobody has asked whether another has its address; and one that is gone
    is told of.
    """
    if known is None:
        for file in partition.files:
            for item in items_of(partition, file, knowledge.sources):
                yield item if isinstance(item, Rejected) else _repeats(item, knowledge) or item, None
        return
    yield from ((rejected, None) for rejected in known.rejections)
    for file in partition.files:
        if left := known.left.get(file.name):
            yield from _left_of(left, items_of(partition, file, knowledge.sources), knowledge)


def _left_of(left: Left, items: Iterable[RawItem | Rejected], knowledge: Knowledge) -> Iterator[Taken]:
    """Of a file's items those that are left to clean."""
    there = 0
    for position, item in zip(range(len(left.looks)), items, strict=False):
        there = position + 1
        if position in left.wanted:
            still = _still(left.looks[position], item)
            if isinstance(still, Rejected):
                yield still, None
            else:
                yield _repeats(still, knowledge) or still, left.key(position, still)
    for position in range(there, len(left.looks)):
        look = left.looks[position]
        if position in left.wanted and isinstance(look, Glance):
            yield _moved(look), None


def _still(look: Glance | Rejected, item: RawItem | Rejected) -> RawItem | Rejected:
    """The item where it is the one that was looked at; else why there is none."""
    if isinstance(look, Rejected):
        return look
    return item if isinstance(item, Rejected) or glance.is_of(look, item) else _moved(look)


def _moved(look: Glance) -> Rejected:
    detail = f"{look.path}: changed while the run was at work, and this article is not in its place. Run again."
    return Rejected(look.path, look.record, "changed", detail, look.sha256, "clean")


def _repeats(item: RawItem, knowledge: Knowledge) -> Rejected | None:
    """Why the item is not cleaned, where an earlier one has its address."""
    earlier = knowledge.repeated.get((item.path, item.record))
    if earlier is None:
        return None
    detail = f"{item.path}: has the address of {earlier}, which was taken. Keep one crawl of a page."
    return Rejected(item.path, item.record, "same_address", detail, item.sha256)


def _outcome(item: RawItem, article: Article | Exception) -> Outcome:
    if isinstance(article, Exception):
        return _rejected(item, article)
    try:
        article.text.encode()  # what no file can hold must fail here, not with the whole partition
        return article, {name: list(make(article)) for name, make in rows.PER_ARTICLE.items()}
    except OSError:  # the item is in memory: a full disk or a model that cannot be read is no fault of its own
        raise
    except Exception as error:  # one bad file stops nothing: whatever it broke is its own affair (law 6)
        return _rejected(item, error)


def _rejected(item: RawItem, error: Exception) -> Rejected:
    if isinstance(error, UnreadableText):
        return Rejected(item.path, item.record, error.reason, f"{item.path}: {error.detail}", item.sha256, "decode")
    glance.log_fault("cleaning", item.path, error)
    return Rejected(item.path, item.record, "fault", glance.fault(item.path, "cleaning", error), item.sha256, "clean")


def items_of(partition: Partition, file: RawFile, sources: Mapping[str, Source]) -> Iterator[RawItem | Rejected]:
    return read_piece(partition.piece, file) if partition.piece else glance.items(file, sources)
