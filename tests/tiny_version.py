"""The smallest thing that is a version: a few files, a release.json and SHA256SUMS. For tests of the store alone."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from copydesk.store import publish, takedown, withdraw, yank
from copydesk.store.layout import SUMS
from copydesk.store.sums import files_of, render_sums, sha256_of


def hash_of(content: str) -> str:
    return "sha256:" + hashlib.sha256(content.encode()).hexdigest()


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    (folder / SUMS).write_bytes(
        render_sums({path: sha256_of(folder / path) for path in files_of(folder) if path != SUMS})
    )


def release_json(version: str, previous: str | None, content: str, **more: object) -> bytes:
    release = {
        "dataset": "tiny",
        "version": version,
        "schema_version": "1.0.0",
        "previous": previous,
        "status": "success",
        "released": "2026-11-23",
        "change_class": {"schema": "none"},
        "row_count": {"articles": len(content)},
        "content_hash": hash_of(content),
        **more,
    }
    return json.dumps(release, indent=2).encode()


def build_of(content: str, before: Callable[[Path], None] | None = None) -> Callable[[str, str | None, Path], None]:
    """A build whose files all say ``content``, so that a mixture of two versions shows."""

    def build(version: str, previous: str | None, folder: Path) -> None:
        if before:
            before(folder)
        files = {f"data/part-{number}.txt": f"{number} {content}\n".encode() for number in range(3)}
        write_files(
            folder, {"README.md": content.encode(), **files, "release.json": release_json(version, previous, content)}
        )

    return build


def main() -> None:
    """``tiny_version.py DATASET CONTENT [kill-at N [ACT] | loop | slow]``: what tests run as a process of its own."""
    dataset, content = Path(sys.argv[1]), sys.argv[2]
    how = sys.argv[3] if len(sys.argv) > 3 else ""

    def run(what: str, before: Callable[[Path], None] | None = None) -> None:
        published = publish(
            dataset, build_of(what, before), content_hash=hash_of(what), as_of=date(2026, 11, 23), wait_seconds=60
        )
        print(json.dumps({"version": published.version, "new": published.new, "content": what}), flush=True)

    if how == "loop":
        print("started", flush=True)
        number = 0
        while True:
            run(f"{content}-{number}")
            number += 1
    elif how == "kill-at":
        die_at(dataset, int(sys.argv[4]))
        if len(sys.argv) > 5:
            take_back(dataset, sys.argv[5])
        else:
            run(content)
    elif how == "wait":  # holds the lock until somebody writes to its stdin

        def wait(folder: Path) -> None:
            print("holding", flush=True)
            sys.stdin.readline()

        run(content, wait)
    else:
        run(content)


def take_back(dataset: Path, act: str) -> None:
    """Of version 2026.11.1, or of an article."""
    said = {"reason": "It is wrong.", "as_of": date(2026, 11, 24), "wait_seconds": 60}
    if act == "takedown":
        takedown(dataset, ["aaaa"], [("a/one.txt", None)], **said)  # type: ignore[arg-type]
    else:
        {"yank": yank, "withdraw": withdraw}[act](dataset, "2026.11.1", **said)  # type: ignore[arg-type]


def die_at(dataset: Path, number: int) -> None:
    """Kills this process right before its ``number``-th change to a file or folder below the dataset, from 0."""
    place = str(dataset)
    changing = {"os.rename", "os.mkdir", "os.symlink", "os.chmod", "os.remove", "os.rmdir"}
    writing = os.O_WRONLY | os.O_RDWR
    count = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event == "open":
            changes = isinstance(arguments[2], int) and bool(arguments[2] & writing)
        else:
            changes = event in changing
        if changes and any(isinstance(a, (str, os.PathLike)) and os.fspath(a).startswith(place) for a in arguments):
            if count == number:
                os.kill(os.getpid(), 9)
            count += 1

    sys.addaudithook(watch)


def serve() -> None:
    """Forks a child for every line of stdin, a JSON of arguments, and says its exit code: importing takes longest."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            sys.argv[1:] = json.loads(line)
            main()
            sys.stdout.flush()
            os._exit(0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}), flush=True)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else main()
