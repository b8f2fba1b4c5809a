"""Ids that survive a re-cleaning: made from where an article comes from, never from what it says."""

from __future__ import annotations

import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = ("utm_", "fbclid", "gclid", "yclid", "mc_cid", "mc_eid", "igshid", "ref_src")
_LENGTH = 16


def article_id(source_id: str, url: str | None, path: str, record: str | None) -> str:
    """Sixteen hex digits of a SHA-256 over the source and the canonical URL, else the source, the path and the record.

    Raw files that move keep their id only where their URL is known.
    """
    origin = ("url", canonical_url(url)) if url else ("path", path, record or "")
    return hashlib.sha256("\n".join((source_id, *origin)).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def canonical_url(url: str) -> str:
    """The URL without what does not tell pages apart: case of scheme and host, fragment, tracking parameters."""
    try:
        parts = urlsplit(url.strip())
        query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_TRACKING)]
    except ValueError:
        return url.strip()
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", urlencode(query), ""))


def content_sha256(headline: str | None, standfirst: str | None, text: str) -> str:
    """SHA-256 of an article's words: two of equal hash say the same."""
    return hashlib.sha256("\0".join((headline or "", standfirst or "", text)).encode()).hexdigest()
