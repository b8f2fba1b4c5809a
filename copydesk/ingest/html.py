"""Pages of HTML: one file, one article, with what the page states of itself."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.article import RawItem
from copydesk.ingest import text
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected

SUFFIXES = (".html", ".htm", ".xhtml")
"""Names of files that hold one page each; they may be packed (``.gz``, ``.zst``)."""

_DECODING = ("binary", "undecodable")


def read(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The page as one item: its bytes as served, and ``stated`` as its JSON-LD and meta elements say.

    A file that cannot be opened or unpacked, or is no page, is rejected with the reason.
    """
    from copydesk.html import NoPage, stated  # noqa: PLC0415 - lxml is loaded for such files only

    for item in text.read(file):
        if isinstance(item, Rejected):
            yield item
            continue
        try:
            told = stated(item.data)
        except NoPage as error:
            stage = "decode" if error.reason in _DECODING else "ingest"
            yield Rejected(file.name, None, error.reason, f"{file.name}: {error}", item.sha256, stage)
        else:
            yield RawItem(item.source_id, item.path, item.data, item.sha256, None, told, "html")
