"""Plain text: one file, one article."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from copydesk.article import RawItem
from copydesk.ingest.reject import Rejected

if TYPE_CHECKING:
    from copydesk.ingest import RawFile

MOST_BYTES = 32 * 1024 * 1024
"""No article is longer; what is, is a dump in a file of the wrong name."""


def read(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The file as one item."""
    if file.size > MOST_BYTES:
        detail = f"{file.name}: has {file.size:,} bytes, and a text file may have {MOST_BYTES:,}. Split it."
        yield Rejected(file.name, None, "too_large", detail)
        return
    try:
        data = file.path.read_bytes()
    except OSError as error:
        detail = f"{file.name}: cannot be opened ({error.strerror}). Check its permissions."
        yield Rejected(file.name, None, "unreadable", detail)
        return
    yield RawItem(file.source_id, file.name, data, hashlib.sha256(data).hexdigest())
