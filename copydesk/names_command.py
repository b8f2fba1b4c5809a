"""``copydesk names``: unknown names of a version or a raw folder, to decide on in a terminal or in CSV.

A project without an authority of its own gets a copy of Copydesk's with its first decision; its next run reads that.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from copydesk.errors import ConfigError, NothingToDo
from copydesk.normalize.names import Authority, AuthorityError, Cluster, lint, load_authority, propose_names
from copydesk.normalize.names.queue import from_csv, to_csv
from copydesk.normalize.names.record import Book
from copydesk.normalize.names.review import review
from copydesk.printable import printable
from copydesk.project import beside, shipped

_PUBLISHED = ("latest.json", "index.json", "release.json")


def review_names(place: Path, authority: Path | None, version: str, as_of: date, *, again: bool = False) -> str:
    """Asks in the terminal; a sentence on what was decided. Raises ConfigError where nobody sits at a terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            "names review asks a person, and this is no terminal. Run it in one, or use names export and import."
        )
    from copydesk.terminal import Screen  # noqa: PLC0415 - termios is not everywhere

    loaded, book = load_authority(authority_folder(place, authority)), _book_to_write(place, authority, as_of)
    clusters = _clusters(place, version, loaded, book, again=again)
    decided = review(clusters, loaded, book, Screen(), printable)
    said = ", ".join(f"{count} {kind}" for kind, count in sorted(decided.items())) or "nothing"
    return f"{book.path}: {said} decided, {len(clusters) - decided.total()} names left."


def export_names(target: Path, place: Path, authority: Path | None, version: str, as_of: date) -> str:
    """Writes the queue and the standing decisions as CSV; a sentence on it.

    Raises ConfigError where the file holds what was decided and not imported, or something else.
    """
    folder = authority_folder(place, authority)
    loaded, book = load_authority(folder), Book(folder, _person(), as_of)
    clusters = _clusters(place, version, loaded, book)
    standing = book.standing()
    _check_replaceable(target, loaded, book)
    try:
        target.write_text(to_csv(clusters, standing, printable), encoding="utf-8", newline="")
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({error.strerror}). Name another file.") from error
    return f"{target}: {len(clusters)} names to decide on, {len(standing)} decisions that stand."


def import_names(source: Path, place: Path, authority: Path | None, as_of: date) -> str:
    """Writes down the decisions of a filled CSV; a sentence on it. Where one is wrong, none is: AuthorityError."""
    loaded, book = load_authority(authority_folder(place, authority)), _book_to_write(place, authority, as_of)
    try:
        data = source.read_bytes()
    except OSError as error:
        raise ConfigError(f"{source}: cannot be read ({error.strerror}). Name the exported file.") from error
    asked = from_csv(data, str(source), book, list(loaded.entries))
    book.write(asked)
    new = sum(verdict is not None for _, verdict in asked)
    return f"{book.path}: decisions written {new}, taken back {sum(bool(old) for old, _ in asked)}."


def lint_names(place: Path, authority: Path | None) -> list[str]:
    """What is doubtful in an authority, a line each."""
    found = lint(load_authority(authority_folder(place, authority)))
    return [printable(f"{one.source}, {one.entry}: {one.message} ({one.rule})") for one in found]


def authority_folder(place: Path, authority: Path | None) -> Path:
    """The folder of the authority that a run of this project reads: its own, else Copydesk's.

    Raises ConfigError where the one that was named is not there.
    """
    found = authority or _own(place) or shipped("authority")
    if not found.is_dir():
        raise ConfigError(f"{found}: no folder of the authority of names. Name another with --authority.")
    return found


def _book_to_write(place: Path, authority: Path | None, as_of: date) -> Book:
    """Where decisions go: into the project's own authority, which is made from Copydesk's for the first of them.

    Raises ConfigError where it cannot be told which project a folder belongs to.
    """
    if authority or _own(place):
        return Book(authority_folder(place, authority), _person(), as_of)
    raw = place.resolve().parent / "raw" if _published_at(place) else place
    if not raw.is_dir():
        raise ConfigError(f"{place}: no folder of the authority of names. Name it with --authority.")
    sources = beside(raw, "sources.toml")
    own = (sources.parent if sources else raw) / "authority"
    return Book(own, _person(), as_of, copied_from=shipped("authority"))


def _check_replaceable(target: Path, loaded: Authority, book: Book) -> None:
    """Raises ConfigError for a file that an export would not give again: somebody's work is in it."""
    try:
        if not target.exists() or not target.stat().st_size:
            return
        waiting = len(from_csv(target.read_bytes(), str(target), book, list(loaded.entries)))
    except OSError as error:
        raise ConfigError(f"{target}: cannot be written ({error.strerror}). Name another file.") from error
    except AuthorityError as error:
        raise ConfigError(f"{error} It was not written over: mend and import it, or name another file.") from error
    if waiting:
        raise ConfigError(
            f"{target}: holds decisions that were not imported ({waiting}), and was not written over. Import it first, "
            "or name another file."
        )


def _own(place: Path) -> Path | None:
    """In or next to the raw folder; a dataset's is in the folder ``raw`` beside it."""
    found = beside(place, "authority") or place.resolve().parent / "raw" / "authority"
    return found if found.is_dir() else None


def _published_at(place: Path) -> bool:
    return any((place / name).exists() for name in _PUBLISHED)


def _clusters(place: Path, version: str, authority: Authority, book: Book, *, again: bool = False) -> list[Cluster]:
    if again:
        put_off = {one for table in book.standing() if table["decision"] == "later" for one in table["spellings"]}
        authority = replace(authority, decisions=tuple(one for one in authority.decisions if one not in put_off))
    return propose_names(_published(place, version) if _published_at(place) else _raw(place, authority), authority)


def _published(place: Path, version: str) -> Iterator[tuple[str, str]]:
    from copydesk.loading import load  # noqa: PLC0415

    articles = load(place, version=version, columns=["source_id", "text"])
    if articles["text"].null_count == articles.num_rows:
        raise NothingToDo(f"{place}: {version} was published without text. Name its raw folder instead.")
    for source, text in zip(articles["source_id"].to_pylist(), articles["text"].to_pylist(), strict=True):
        yield source, text or ""


def _raw(place: Path, authority: Authority) -> Iterator[tuple[str, str]]:
    from copydesk import glance, ingest  # noqa: PLC0415
    from copydesk.cleaning import Knowledge, clean_item  # noqa: PLC0415
    from copydesk.decoding import UnreadableText  # noqa: PLC0415
    from copydesk.ingest.reject import Rejected  # noqa: PLC0415
    from copydesk.sources import load_sources  # noqa: PLC0415

    knowledge = Knowledge(authority, load_sources(beside(place, "sources.toml")))
    for file in ingest.list_files(place):
        for item in glance.items(file, knowledge.sources):
            if isinstance(item, Rejected):
                continue
            try:
                yield item.source_id, clean_item(item, knowledge.source(item.source_id), knowledge).text
            except UnreadableText:
                continue


def _person() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
