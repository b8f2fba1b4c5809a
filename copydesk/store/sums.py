"""SHA256SUMS read again: every file of a version with its hash, and what a folder has to do with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from copydesk.release.sums import NotPlain, files_of, open_plain, render_sums, sha256_of
from copydesk.store.layout import SIGNATURE, SUMS

__all__ = [
    "Difference",
    "NotPlain",
    "compare",
    "compare_files",
    "files_of",
    "open_plain",
    "parse_sums",
    "read_plain",
    "render_sums",
    "sha256_of",
    "unsafe",
]

_LINE = re.compile(r"([0-9a-f]{64})  ([^\r\n]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Difference:
    """One file that is not as SHA256SUMS says. ``kind``: changed, missing, extra, or unreadable."""

    kind: str
    path: str
    what: str


def parse_sums(data: bytes) -> dict[str, str]:
    """path → sha256. Raises ValueError for anything but the exact form that ``render_sums`` writes."""
    sums: dict[str, str] = {}
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError("it is not UTF-8") from error
    for number, line in enumerate(lines[:-1], start=1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f'line {number} is not "<sha256>  <path>"')
        sums[match[2]] = match[1]
    if render_sums(sums) != data:
        raise ValueError("its lines are not sorted by path, each once, each ended by a line feed")
    return sums


def compare(folder: Path) -> list[Difference]:
    """Re-reads every file of a version and compares it with SHA256SUMS. Empty: the version is whole."""

    def hash_of(path: str) -> str:
        if (folder / path).is_symlink():
            raise ValueError("it is a symlink, not a file")
        return sha256_of(folder / path)

    return compare_files(lambda path: read_plain(folder / path), files_of(folder), hash_of)


def read_plain(path: Path) -> bytes:
    """A file's bytes. Raises OSError, and NotPlain."""
    with open_plain(path) as file:
        return file.read()


def compare_files(
    read: Callable[[str], bytes], present: Iterable[str], hash_of: Callable[[str], str]
) -> list[Difference]:
    """The same, wherever the version lies. ``hash_of`` raises ValueError for what is no plain file."""
    try:
        sums = parse_sums(read(SUMS))
    except FileNotFoundError:
        return [Difference("missing", SUMS, "there is no SHA256SUMS, so nothing says what belongs to the version")]
    except (OSError, ValueError) as error:
        return [Difference("unreadable", SUMS, f"it cannot be read: {error}")]
    there = [path for path in present if path not in (SUMS, SIGNATURE)]
    differences = [
        Difference("missing", path, "SHA256SUMS lists it, and it is not there")
        for path in sorted(set(sums) - set(there))
    ]
    for path in there:
        if path not in sums:
            differences.append(Difference("extra", path, "SHA256SUMS does not list it"))
            continue
        try:
            actual = hash_of(path)
        except (OSError, ValueError) as error:
            differences.append(Difference("changed", path, str(error)))
            continue
        if actual != sums[path]:
            differences.append(Difference("changed", path, f"its SHA-256 is {actual}, SHA256SUMS says {sums[path]}"))
    return differences


def unsafe(path: str) -> bool:
    """Whether a path of a SHA256SUMS from elsewhere might lead out of the version's folder, on any system."""
    parts = path.split("/")
    return (
        any(part in ("", ".", "..") for part in parts)
        or any(char in path for char in ":\\")
        or not path.isprintable()
        or path == SUMS
    )
