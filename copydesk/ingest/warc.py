"""Crawls: WARC files, and the WET files that are made from them. One page that was fetched whole, one article.

A crawl keeps everything, and most of it was never meant to be read: requests, metadata, DNS answers, robots.txt,
pictures, redirects, errors, and revisits, which only point to a page that stands elsewhere. None of it is an article
that failed, so none of it goes to quarantine; a file that holds nothing else does. The day of the crawl is not the day
of publication, and is not read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from copydesk.article import RawItem, Stated
from copydesk.ingest import html
from copydesk.ingest.http import BrokenBody, Response, content, media_type, parse_response
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected, unnamed
from copydesk.ingest.streams import UnpacksTooFar
from copydesk.ingest.warcfile import BrokenRecord, WarcRecord, records

_FORMS: Mapping[str, Literal["text", "html"]] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
}
_FOR_MACHINES = re.compile(r"/(?:robots|ads|app-ads|sellers|humans|llms|llms-full|security)\.txt", re.IGNORECASE)
_NO_ADDRESS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufffd]")
_ID = re.compile(r"<?(urn:[\x21-\x3b\x3d\x3f-\x7e]{1,200})>?")


def read(file: RawFile) -> Iterator[RawItem | Rejected]:
    """The pages and plain texts of a crawl, each with the address it was fetched from.

    A record that is broken, too long or cut short is rejected with the reason, and reading goes on behind it.
    """
    seen: set[str | None] = set()
    try:
        for record in records(file):
            outcome = _outcome(file, record)
            if isinstance(outcome, RawItem):
                if outcome.record in seen:
                    outcome = _rejected(file, record.number, "same_id", "an earlier record has its WARC-Record-ID")
                else:
                    seen.add(outcome.record)
            if outcome is not None:
                yield outcome
    except UnpacksTooFar as error:
        yield Rejected(file.name, None, "unpacks_too_far", str(error))
    except OSError as error:
        yield Rejected(file.name, None, "unreadable", f"{file.name}: cannot be read ({error}). Check the file.")
    except ValueError as error:
        yield Rejected(file.name, None, "broken_file", f"{file.name}: cannot be read on: {error}. Fetch it again.")


def _outcome(file: RawFile, record: WarcRecord | BrokenRecord) -> RawItem | Rejected | None:
    """The record's article; why there is none; or None for what is no article at all."""
    if isinstance(record, BrokenRecord):
        return _rejected(file, record.number, record.reason, record.detail)
    try:
        response = _response(record)
        told, charset = media_type(response.headers.get("content-type", "")) if response else ("", None)
        form = _form(told, response.body) if response else None
        if response is None or form is None:
            return None
        address = record.headers.get("warc-target-uri", "").strip("<>")
        if _NO_ADDRESS.search(address):
            raise BrokenBody("broken_record", "its address has characters that no address has")
        if not record.whole:
            raise BrokenBody("too_large", f"it has more than {file.limits.document_bytes:,} bytes, which no page has")
        if cut := record.headers.get("warc-truncated"):
            raise BrokenBody("truncated", f"the crawler cut it short ({cut[:40]!r})")
        data = content(response, file.limits.document_bytes)
    except BrokenBody as error:
        return _rejected(file, record.number, error.reason, f"{error}. Fetch the page again")
    named = _ID.fullmatch(record.headers.get("warc-record-id", ""))
    name = named[1] if named else str(record.number)
    digest = hashlib.sha256(data).hexdigest()
    item = RawItem(file.source_id, file.name, data, digest, name, Stated(url=address), form, charset)
    return html.page(item, file) if form == "html" else replace(item, charset=charset or file.encoding)


def _response(record: WarcRecord) -> Response | None:
    """What was fetched, or None for a record that is not a page's. Raises BrokenBody."""
    kind, address = record.headers.get("warc-type", "").lower(), record.headers.get("warc-target-uri", "").strip("<>")
    if not address.lower().startswith(("http://", "https://")):
        return None  # crawlers keep their own logs as resources, under addresses of their own making
    if _for_machines(address):
        return None
    held, _ = media_type(record.headers.get("content-type", ""))
    if kind in ("resource", "conversion"):
        return Response(200, {"content-type": record.headers.get("content-type", "")}, record.body)
    if kind != "response" or held != "application/http":
        return None
    response = parse_response(record.body)
    return response if response.status == 200 else None


def _for_machines(address: str) -> bool:
    try:
        return _FOR_MACHINES.fullmatch(urlsplit(address).path) is not None
    except ValueError:
        return False


def _form(told: str, body: bytes) -> Literal["text", "html"] | None:
    if told:
        return _FORMS.get(told)
    head = body[:1024].lower()
    return "html" if b"<!doctype html" in head or b"<html" in head else None


def _rejected(file: RawFile, number: int, reason: str, detail: str) -> Rejected:
    return Rejected(file.name, unnamed(number), reason, f"{file.name}, record {number}: {detail.rstrip('.')}.")
