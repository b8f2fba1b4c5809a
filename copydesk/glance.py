"""A first look at the items of a raw file: who they are, and the marks of their lines. Enough to know the profiles of
all sources, and which items need no cleaning because it was done before."""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from copydesk import ingest
from copydesk.article import RawItem
from copydesk.batches import batches
from copydesk.document import rendered
from copydesk.identity import article_id
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.language import primary
from copydesk.limits import Limits
from copydesk.printable import briefly
from copydesk.profile import line_marks, page_marks, story_of
from copydesk.segment import segment
from copydesk.sources import Source

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Glance:
    """One item of a file, in the file's order."""

    source_id: str
    path: str
    record: str | None
    article_id: str
    sha256: str
    content: str
    """See ``content``."""
    marks: bytes | None
    """The marks of its lines (``page_marks``); None where no text could be read."""
    story: bytes | None = None
    """What it tells (``story_of``)."""


def items(file: RawFile, sources: Mapping[str, Source]) -> Iterator[RawItem | Rejected]:
    """What is in a file, by what is known of its source. A reader's own fault is the file's affair too (law 6)."""
    source = sources.get(file.source_id)
    try:
        yield from ingest.read(replace(file, columns=source.columns, encoding=source.encoding) if source else file)
    except Exception as error:
        log_fault("reading", file.name, error)
        yield Rejected(file.name, None, "fault", fault(file.name, "reading", error))


def glances(
    found: Iterable[tuple[str, RawItem | Rejected]], sources: Mapping[str, Source], limits: Limits
) -> Iterator[tuple[str, Glance | Rejected]]:
    """A look at each item, with the name that came with it; what its reader rejects comes as it is."""
    for several in batches(found, lambda one: one[1]):
        read = [item if isinstance(item, Rejected) else _texts(item, sources, limits) for _, item in several]
        marks = iter(_marks([texts for texts in read if isinstance(texts, list)]))
        for (name, item), texts in zip(several, read, strict=True):
            if isinstance(item, Rejected):
                yield name, item
            elif isinstance(texts, Rejected):
                yield name, texts
            else:
                yield name, _glance(item, texts, None if texts is None else next(marks))


def log_fault(doing: str, path: str, error: Exception) -> None:
    """The traceback, for whoever mends it. It quotes what was scraped: each line is made fit for a terminal."""
    lines = "".join(traceback.format_exception(error)).split("\n")
    log.error("%s %r failed\n%s", doing, path, "\n".join(briefly(line, 500) for line in lines))


def fault(path: str, doing: str, error: Exception) -> str:
    """What is said where Copydesk itself failed."""
    what = briefly(f"{type(error).__name__}: {error}", 500)
    return f"{path}: {doing} failed with {what}. This is a fault of Copydesk: please report it."


def content(item: RawItem) -> str:
    """A hash over all that an item says, and where it says it."""
    said = repr((item.source_id, item.path, item.record, item.sha256, item.form, item.charset, item.stated))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def is_of(look: Glance, item: RawItem) -> bool:
    """Whether the look is of this item, though perhaps of an earlier state of it."""
    return (look.record, look.article_id) == (item.record, _id(item))


def _id(item: RawItem) -> str:
    return article_id(item.source_id, item.stated.url, item.path, item.record)


def _texts(item: RawItem, sources: Mapping[str, Source], limits: Limits) -> list[str] | Rejected | None:
    """What its units say; None where no text could be read."""
    source = sources.get(item.source_id)
    try:
        language = primary(item.stated.language or (source.language if source else None))
        lines = rendered(item, language, limits).lines
        return [unit.text for unit in segment(lines, unwrap=item.form == "text")]
    except OSError:  # the item is in memory: this is the machine's affair, and must not be kept as the item's
        raise
    except MemoryError as error:  # nor this; and yet one item must not stop the others
        return Rejected(item.path, item.record, "fault", fault(item.path, "reading", error), item.sha256, "clean")
    except Exception as error:  # whatever it is, cleaning meets it again and says so
        log.debug("%r is left out of the profile: %s", item.path, error)
        return None


def _marks(pages: Sequence[Sequence[str]]) -> list[bytes]:
    """The marks of the lines of each page."""
    marks = iter(line_marks([text for texts in pages for text in texts]))
    return [page_marks(islice(marks, len(texts))) for texts in pages]


def _glance(item: RawItem, texts: Sequence[str] | None, marks: bytes | None) -> Glance:
    return Glance(
        source_id=item.source_id,
        path=item.path,
        record=item.record,
        article_id=_id(item),
        sha256=item.sha256,
        content=content(item),
        marks=marks,
        story=None if texts is None else story_of(texts),
    )
