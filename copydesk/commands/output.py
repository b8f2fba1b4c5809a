"""What commands say beside their result, and the files that they were asked to write."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from copydesk.errors import FULL, StoreError
from copydesk.printable import printable


def progress(what: str) -> None:
    """A sentence for the person, apart from what a program would read."""
    print(f"copydesk: {printable(what)}", file=sys.stderr)


def tell(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        progress(sentence)


@contextmanager
def warned() -> Iterator[None]:
    """Says what is warned of meanwhile, such as a version that was yanked: each once, in the end."""
    with warnings.catch_warnings(record=True, action="always") as told:
        yield
    tell(sorted({str(warning.message) for warning in told}))


def write(path: Path, content: bytes) -> None:
    """Writes a file that was named. Raises StoreError, and OSError for a full disk."""
    try:
        path.write_bytes(content)
    except OSError as error:
        if error.errno in FULL:
            raise
        raise StoreError(f"{path}: cannot be written ({error.strerror}). Name another file.") from error
    progress(f"wrote {path}")


def let_go() -> None:
    """The reader of the output went away: what is still to be said goes nowhere, and without a complaint."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
