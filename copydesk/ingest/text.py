"""Plain text: one file, one article."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from copydesk.article import RawItem
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.ingest.streams import BrokenArchive, UnpacksTooFar, unpacked


def read(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The file as one item."""
    most = file.limits.document_bytes
    try:
        with unpacked(file) as stream:
            data = stream.read(most + 1)
    except UnpacksTooFar as error:
        yield Rejected(file.name, None, "unpacks_too_far", str(error))
    except BrokenArchive as error:
        yield Rejected(file.name, None, "broken_archive", str(error))
    except OSError as error:
        detail = f"{file.name}: cannot be opened ({error.strerror}). Check its permissions."
        yield Rejected(file.name, None, "unreadable", detail)
    else:
        if len(data) > most:
            detail = f"{file.name}: has more than {most:,} bytes, which no article has. Split it."
            yield Rejected(file.name, None, "too_large", detail)
        else:
            digest = hashlib.sha256(data).hexdigest()
            yield RawItem(file.source_id, file.name, data, digest, charset=file.encoding)
