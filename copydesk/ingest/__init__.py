"""Raw files into raw items. One reader a kind of file, one protocol: a file in, items and rejections out, in order.

A folder is flat, or has one subfolder a source; deeper folders belong to the source at the top. Hidden files, READMEs
and what is edited by hand (``sources.toml``, ``limits.toml``, ``authority/``) are no articles. Anything else that
cannot be read is rejected with its reason, and reading goes on.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from copydesk.article import RawItem
from copydesk.errors import NothingToDo
from copydesk.ingest import html, records, warc
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.ingest.streams import kind
from copydesk.limits import FILE, Limits, shipped_limits

UNNAMED = ("", ".txt", ".text")
"""Suffixes that say no more than that there is text: ``curl`` and ``wget`` save pages under them too."""

Reader = Callable[[RawFile], Iterator[RawItem | Rejected]]

READERS: Mapping[str, Reader] = {
    **dict.fromkeys(UNNAMED, html.read_unnamed),
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

ONE_A_FILE = frozenset((*UNNAMED, *html.SUFFIXES))
"""Suffixes of files that hold one article each."""

_BY_HAND = ("sources.toml", FILE, "authority")


def too_large(file: RawFile) -> bool:
    """Whether its size alone says that the file is no article, and no dump: then nobody needs to read it."""
    limits = file.limits
    if file.size <= min(limits.document_bytes, limits.unpacked_bytes):  # nearly all: nobody asks of what kind it is
        return False
    return file.size > (limits.document_bytes if kind(file.at) in ONE_A_FILE else limits.unpacked_bytes)


def list_files(raw: Path, limits: Limits | None = None) -> tuple[RawFile, ...]:
    """The files of a raw folder, sorted by name. Raises NothingToDo where there is no such folder, or nothing in it."""
    if not raw.is_dir():
        what = "is not a folder" if raw.exists() else "does not exist"
        raise NothingToDo(
            f"The raw folder {raw} {what}. Name a folder of articles with --raw; `copydesk init DIR` makes a project."
        )
    try:
        next(raw.iterdir(), None)
    except PermissionError as error:
        raise NothingToDo(f"The raw folder {raw} cannot be read ({error.strerror}). Check its permissions.") from error
    files = sorted(walk(raw, limits), key=lambda file: file.name)
    if not files:
        raise NothingToDo(f"The raw folder {raw} holds no files. Put articles into it, one folder a source.")
    return tuple(files)


def walk(root: Path, limits: Limits | None = None) -> Iterator[RawFile]:
    """The files as they come, and the folders that cannot be looked into: ``read`` says why."""
    limits = limits or shipped_limits()
    waiting = [(os.fspath(root), "", 0)]
    while waiting:
        folder, name, depth = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                found = list(entries)
        except OSError:
            yield RawFile(root, folder, _as_text(name or "."), 0, limits=limits)
            continue
        below = f"{name}/" if name else ""
        for entry in found:
            if entry.name.startswith((".", "README")) or (not below and entry.name in _BY_HAND):
                continue
            if not entry.is_dir(follow_symlinks=False):
                yield RawFile(root, entry.path, _as_text(below + entry.name), _size(entry), limits=limits)
            elif depth < limits.folder_depth:
                waiting.append((entry.path, below + entry.name, depth + 1))
            else:
                yield RawFile(root, entry.path, _as_text(below + entry.name), 0, limits=limits)


def read(file: RawFile) -> Iterator[RawItem | Rejected]:
    """What is in a file: items, and what was rejected of it."""
    rejected = _no_file(file)
    if rejected is not None:
        yield rejected
        return
    reader = READERS.get(kind(file.path))
    if reader is None:
        known = ", ".join(suffix for suffix in READERS if suffix)
        yield Rejected(file.name, None, "unknown_format", f"{file.name}: no reader for such files; there are {known}.")
    elif too_large(file) and kind(file.path) not in ONE_A_FILE:
        what = f"has more than {file.limits.unpacked_bytes:,} bytes, which no dump has. Look at what it is, or split it"
        yield Rejected(file.name, None, "too_large", f"{file.name}: {what}.")
    else:
        yield from _or_nothing(file, _not_too_many(file, reader))


def _no_file(file: RawFile) -> Rejected | None:
    """Why there is nothing to read, before anything is opened: a pipe may never end, and links lead anywhere."""
    try:
        found: tuple[str, str] | None = ("outside", "links to a place outside of the raw folder. Copy it.")
        if file.path.resolve().is_relative_to(file.root.resolve()):
            found = _kind(file, file.path.stat().st_mode)
    except (OSError, RuntimeError) as error:  # a link in a circle is a RuntimeError up to Python 3.12
        what = getattr(error, "strerror", None) or "no such file"
        found = ("unreadable", f"cannot be opened ({what}). Check its permissions.")
        if os.path.islink(file.path):  # noqa: PTH114 - Path.is_symlink fails on names that are too long
            found = ("broken_link", "links to nothing that can be read. Copy what it should be.")
    return Rejected(file.name, None, found[0], f"{file.name}: {found[1]}") if found else None


def _kind(file: RawFile, mode: int) -> tuple[str, str] | None:
    if stat.S_ISREG(mode):
        return None
    if not stat.S_ISDIR(mode):
        return "no_file", "is a pipe, socket or device, no file. Take it away."
    if file.path.is_symlink():
        return "linked_folder", "links to a folder. Copy what is in it."
    most = file.limits.folder_depth
    if file.name.count("/") >= most:
        return "too_deep", f"lies more than {most} folders deep. Move what is in it up."
    return "unreadable", "this folder cannot be read. Check its permissions."


def _not_too_many(file: RawFile, reader: Reader) -> Iterator[RawItem | Rejected]:
    """What the reader finds, to the most records, and of what it rejects at most so many rows; the rest is counted."""
    most, told, unread = file.limits, 0, 0
    for number, outcome in enumerate(reader(file)):
        if number >= most.records:
            what = f"has more than {most.records:,} records"
            yield Rejected(
                file.name, None, "too_many_records", f"{file.name}: {what}; the rest was not read. Split it."
            )
            break
        if not isinstance(outcome, Rejected):
            yield _stated_briefly(outcome, most)
        elif outcome.record is None or told < most.rejections:
            told += 1
            yield outcome
        else:
            unread += 1
    if unread:
        what = f"{unread:,} more of its records cannot be read, beside {most.rejections:,} of which each has a row"
        yield Rejected(file.name, None, "too_many_rejected", f"{file.name}: {what}. Fetch the file again.")


def _stated_briefly(item: RawItem, limits: Limits) -> RawItem:
    """The item without what came beside its text and is longer than any address, headline or name."""
    told, most = item.stated, limits.stated_chars
    if all(len(value) <= most for value in (told.url or "", told.headline or "", *told.byline)):
        return item
    return replace(
        item,
        stated=replace(
            told,
            url=None if len(told.url or "") > most else told.url,
            headline=None if len(told.headline or "") > most else told.headline,
            byline=tuple(name for name in told.byline if len(name) <= most),
        ),
    )


def _or_nothing(file: RawFile, outcomes: Iterator[RawItem | Rejected]) -> Iterator[RawItem | Rejected]:
    """The outcomes; a file that holds nothing at all is rejected, so that it isn't lost without a word."""
    found = False
    for outcome in outcomes:
        found = True
        yield outcome
    if not found:
        yield Rejected(file.name, None, "no_articles", f"{file.name}: holds no article. Look at what it is.")


def _as_text(name: str) -> str:
    """A name that is valid text, whatever the file is called."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:
        return 0
