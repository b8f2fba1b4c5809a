"""Raw files into raw items. One reader a kind of file, one protocol: a file in, items and rejections out, in order.

A folder is flat, or has one subfolder a source; deeper folders belong to the source at the top. Hidden files, READMEs
and what is edited by hand (``sources.toml``, ``authority/``) are no articles. Anything else that cannot be read is
rejected with its reason, and reading goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from copydesk.article import RawItem
from copydesk.errors import NothingToDo
from copydesk.ingest import html, records, text, warc
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.ingest.streams import kind

Reader = Callable[[RawFile], Iterator[RawItem | Rejected]]

READERS: Mapping[str, Reader] = {
    "": text.read,
    ".txt": text.read,
    ".text": text.read,
    **dict.fromkeys(html.SUFFIXES, html.read),
    ".jsonl": records.read_jsonl,
    ".ndjson": records.read_jsonl,
    ".jl": records.read_jsonl,
    ".json": records.read_json,
    ".csv": records.read_csv,
    ".tsv": records.read_csv,
    ".parquet": records.read_parquet,
    ".warc": warc.read,
    ".wet": warc.read,
}
"""File name suffix, in lower case, to the reader of such files; each but Parquet may be packed (``.gz``, ``.zst``)."""

_BY_HAND = ("sources.toml", "authority")


def list_files(raw: Path) -> tuple[RawFile, ...]:
    """The files of a raw folder, sorted by name. Raises NothingToDo where there is no such folder, or nothing in it."""
    if not raw.is_dir():
        what = "is not a folder" if raw.exists() else "does not exist"
        raise NothingToDo(f"The raw folder {raw} {what}. Name a folder of articles with --raw.")
    try:
        files = sorted(_walk(raw, raw), key=lambda file: file.name)
    except PermissionError as error:
        raise NothingToDo(f"The raw folder {raw} cannot be read ({error.strerror}). Check its permissions.") from error
    if not files:
        raise NothingToDo(f"The raw folder {raw} holds no files. Put articles into it, one folder a source.")
    return tuple(files)


def read(file: RawFile) -> Iterator[RawItem | Rejected]:
    """What is in a file: items, and what was rejected of it."""
    reader = READERS.get(kind(file.path))
    if reader is None:
        known = ", ".join(suffix for suffix in READERS if suffix)
        yield Rejected(file.name, None, "unknown_format", f"{file.name}: no reader for such files; there are {known}.")
    elif not file.path.resolve().is_relative_to(file.root.resolve()):
        yield Rejected(file.name, None, "outside", f"{file.name}: links to a place outside of the raw folder. Copy it.")
    else:
        yield from _or_nothing(file, reader)


def _or_nothing(file: RawFile, reader: Reader) -> Iterator[RawItem | Rejected]:
    """What the reader finds; a file that holds nothing at all is rejected, so that it isn't lost without a word."""
    found = False
    for outcome in reader(file):
        found = True
        yield outcome
    if not found:
        yield Rejected(file.name, None, "no_articles", f"{file.name}: holds no article. Look at what it is.")


def _walk(root: Path, folder: Path) -> Iterator[RawFile]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith((".", "README")) or (folder == root and entry.name in _BY_HAND):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(root, Path(entry.path))
            else:
                path = Path(entry.path)
                name = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
                yield RawFile(root, path, name, _size(entry))


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:
        return 0
