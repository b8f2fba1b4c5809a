"""A compiled authority on disk: plain JSON, named after the hash of its source and of the code that reads it.

    <cache>/authority-<key>.json      SHA-256 of the body, a line break, the body

Losing it, at any time, costs only time. One that was cut short or changed is made anew. The place is ``COPYDESK_CACHE``
(empty: nowhere), else ``copydesk`` in the user's cache folder (XDG Base Directory Specification 0.8).
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from copydesk.normalize.names.model import Authority, Entry, Form, Index
from copydesk.project import cache_folder

LARGE = 1_000_000
"""Bytes of source from which a copy is kept unasked: below, reading the source is quick enough."""
KEPT = 4
"""Copies that are kept: authorities are edited, and their old copies serve nobody."""
_TUPLES = tuple(
    Entry._fields.index(name) for name in ("given", "surname", "context", "forbid", "not_same_as", "unknown_keys")
)
_FORMS = Entry._fields.index("forms")


def folder(asked: Path | None, size: int) -> Path | None:
    """Where the copy of a source of ``size`` bytes belongs; None where none is to be kept."""
    if asked is not None:
        return asked
    if size < LARGE:
        return None
    return cache_folder()


@cache
def code() -> bytes:
    """The hash of what turns files into an authority: a copy made by other code is no copy."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted((*here.glob("*.py"), *here.glob("*.toml")), key=lambda path: path.name):
        digest.update(path.read_bytes())
    return digest.digest()


def write(place: Path | None, key: str, authority: Authority) -> None:
    """Keeps the authority under ``key``. Does nothing where ``place`` is None or cannot be written."""
    if place is None:
        return
    numbers = {id_: number for number, id_ in enumerate(authority.entries)}
    body = json.dumps(
        {
            "version": authority.version,
            "entries": list(authority.entries.values()),
            "hits": {
                form: [numbers[hits[0][0]], hits[0][1]]
                if len(hits) == 1
                else [part for id_, position in hits for part in (numbers[id_], position)]
                for form, hits in authority.index.hits.items()
            },
            "lengths": dict(authority.index.lengths),
            "order": authority.order,
            "decisions": authority.decisions,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode("utf-8", "surrogatepass")
    target = place / f"authority-{key}.json"
    try:
        place.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{os.getpid()}.part")
        part.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        part.replace(target)
        copies = sorted(place.glob("authority-*.json"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        for old in copies[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def read(place: Path | None, key: str) -> Authority | None:
    """What was kept under ``key``; None where there is nothing, or not what was written."""
    if place is None:
        return None
    try:
        digest, _, body = (place / f"authority-{key}.json").read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest != hashlib.sha256(body).hexdigest().encode():
        return None
    return _authority(json.loads(body.decode("utf-8", "surrogatepass")))


def _authority(kept: dict[str, Any]) -> Authority:
    entries = {row[0]: _entry(row) for row in kept["entries"]}
    ids = list(entries)
    hits = {
        form: ((ids[found[0]], found[1]),)
        if len(found) == 2
        else tuple((ids[number], position) for number, position in zip(found[::2], found[1::2], strict=True))
        for form, found in kept["hits"].items()
    }
    return Authority(
        version=kept["version"],
        entries=MappingProxyType(entries),
        index=Index(
            MappingProxyType(hits),
            MappingProxyType({word: tuple(found) for word, found in kept["lengths"].items()}),
        ),
        order=tuple((source, tuple(listed)) for source, listed in kept["order"]),
        decisions=tuple(kept["decisions"]),
    )


def _entry(row: list[Any]) -> Entry:
    row[_FORMS] = tuple([Form._make(form) for form in row[_FORMS]])
    for at in _TUPLES:
        row[at] = tuple(row[at])
    return Entry._make(row)
