"""Articles that are not to be read any more, in any version: ``takedowns.json`` lists them as salted hashes.

Whoever has an article's id can ask whether it is listed; the list alone names no article. Beside the ids stand hashes
of the raw files and records that the articles came from: a page that was taken down must not come back in the
quarantine.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.store.notices import one_line

FORMAT = 1
SALT_BYTES = 16

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)

Raw = tuple[str, str | None]
"""A raw path, and the record in that file."""


@dataclass(frozen=True, slots=True)
class Takedown:
    """One article's: the salted hash of its id, and what was said. ``date`` is ISO 8601."""

    hash: str
    reason: str
    date: str


@dataclass(frozen=True, slots=True)
class Takedowns:
    """A dataset's list. Empty where nothing was taken down."""

    salt: str = ""
    """Hex; made once, with the first takedown."""
    articles: tuple[Takedown, ...] = ()
    """In the order in which they were made."""
    raw: frozenset[str] = frozenset()

    def __len__(self) -> int:
        return len(self.articles)

    @property
    def hashes(self) -> frozenset[str]:
        return frozenset(takedown.hash for takedown in self.articles)

    def has_article(self, article_id: str) -> bool:
        return bool(self.articles) and hash_of(self.salt, "article", article_id) in self.hashes

    def ids_among(self, article_ids: Iterable[str]) -> frozenset[str]:
        """Those of the ids that are taken down."""
        hashes = self.hashes
        return frozenset(given for given in article_ids if hash_of(self.salt, "article", given) in hashes)

    def has_raw(self, path: str, record: str | None) -> bool:
        return hash_of(self.salt, "raw", path, record) in self.raw


def hash_of(salt: str, kind: str, *parts: str | None) -> str:
    """SHA-256 of the salt, the kind and the parts, each with its length before it."""
    digest = hashlib.sha256(bytes.fromhex(salt))
    for part in (kind, *parts):
        data = (part or "").encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def with_articles(
    known: Takedowns, article_ids: Iterable[str], raw: Iterable[Raw], *, reason: str, date: str, salt: str
) -> Takedowns:
    """The list with these articles and raw items added; those that it has already stay as they are.

    ``salt`` is used where the list has none yet.
    """
    salt = known.salt or salt
    there = known.hashes
    hashes = dict.fromkeys(hash_of(salt, "article", given) for given in article_ids)
    added = tuple(Takedown(digest, reason, date) for digest in hashes if digest not in there)
    return Takedowns(
        salt, (*known.articles, *added), known.raw | {hash_of(salt, "raw", path, record) for path, record in raw}
    )


def as_value(takedowns: Takedowns) -> dict[str, Any]:
    """``takedowns.json``."""
    return {
        "format": FORMAT,
        "salt": takedowns.salt,
        "articles": [{"hash": one.hash, "reason": one.reason, "date": one.date} for one in takedowns.articles],
        "raw": sorted(takedowns.raw),
    }


def parse(data: bytes) -> Takedowns:
    """The list from its file. Raises ValueError, KeyError or TypeError where it is none."""
    value: Mapping[str, Any] = json.loads(data)
    if value["format"] != FORMAT:
        raise ValueError(f"format {value['format']!r} is not {FORMAT}")
    articles = tuple(
        Takedown(entry["hash"], one_line(entry["reason"]), one_line(entry["date"])) for entry in value["articles"]
    )
    raw = frozenset(value["raw"])
    bytes.fromhex(value["salt"])
    if not value["salt"] or not all(_HEX.fullmatch(digest) for digest in (*raw, *(one.hash for one in articles))):
        raise ValueError("a hash is none")
    return Takedowns(value["salt"], articles, raw)
