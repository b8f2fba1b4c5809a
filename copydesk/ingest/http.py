"""What a server sent, as crawls keep it: status, headers, and a body that may be in chunks and packed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from copydesk.ingest.warcfile import MOST_HEAD, fields

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3})(?!\d)")
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,200})?\r?\n")
_CHARSET = re.compile(r"charset\s{0,9}=\s{0,9}[\"']?([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE)
_CODINGS = 3


class BrokenBody(ValueError):
    """A body that cannot be had from what was kept. ``reason`` is short; the message says what is wrong."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Response:
    """``body`` as it was sent; ``content`` unpacks it."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def parse_response(message: bytes) -> Response:
    """A kept response. Raises BrokenBody (``broken_record``) for what begins with no head of HTTP."""
    status = _STATUS.match(message)
    end = _HEAD_END.search(message, 0, MOST_HEAD)
    if status is None or end is None:
        raise BrokenBody("broken_record", "it has no head of HTTP")
    head = message[: end.start()].split(b"\n")[1:]
    return Response(int(status[1]), fields(head), message[end.end() :])


def media_type(value: str) -> tuple[str, str | None]:
    """The type that a Content-Type names, in lower case, and its charset."""
    charset = _CHARSET.search(value[:500])
    return value.partition(";")[0].strip().lower(), charset[1] if charset else None


def content(response: Response, most: int) -> bytes:
    """The body as the browser reads it, at most so many bytes. Raises BrokenBody.

    Some crawlers unpack what they keep and leave the headers: a body that plainly isn't what they say is taken as is.
    """
    body = response.body
    if "chunked" in response.headers.get("transfer-encoding", "").lower():
        body = _joined(body)
    codings = [name.strip().lower() for name in response.headers.get("content-encoding", "").split(",")]
    codings = [name for name in codings if name not in ("", "identity", "none")]
    if len(codings) > _CODINGS:
        raise BrokenBody("broken_body", f"it was packed {len(codings)} times over")
    for name in reversed(codings):
        body = _unpacked(body, name, most)
    return body


def _joined(body: bytes) -> bytes:
    """The chunks of a body as one. RFC 9112, 7.1."""
    parts: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(body, at):
        start, size = chunk.end(), int(chunk[1], 16)
        if size == 0:
            return b"".join(parts)
        if start + size > len(body):
            break
        parts.append(body[start : start + size])
        at = start + size
        at += 2 if body.startswith(b"\r\n", at) else 1 if body.startswith(b"\n", at) else 0
    if at == 0 and chunk is None:
        return body
    raise BrokenBody("broken_body", f"its chunks break off after {sum(map(len, parts)):,} bytes")


def _unpacked(body: bytes, name: str, most: int) -> bytes:
    unpackers: Mapping[str, Callable[[bytes, int], bytes]] = {
        "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _brotli, "zstd": _zstd,
    }  # fmt: skip
    unpack = unpackers.get(name)
    if not body or body.lstrip()[:1] == b"<":  # no packed body begins so
        return body
    if unpack is None:
        raise BrokenBody("broken_body", f"it is packed as {name[:40]!r}, which nothing here unpacks")
    try:
        found = unpack(body, most)
    except BrokenBody:
        raise
    except Exception as error:  # every packing has errors of its own
        raise BrokenBody("broken_body", f"it is said to be packed as {name}, and is not: {error}") from error
    if len(found) > most:
        raise BrokenBody("unpacks_too_far", f"it unpacks to more than {most:,} bytes, which no page has")
    return found


def _gzip(body: bytes, most: int) -> bytes:
    return _zlib(body, 31, most) if body.startswith(b"\x1f\x8b") else body


def _deflate(body: bytes, most: int) -> bytes:
    """With the head of zlib, as it should be, or without, as servers send it."""
    zlib_head = body[0] & 15 == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    return _zlib(body, 15 if zlib_head else -15, most)


def _zlib(body: bytes, bits: int, most: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=bits)
    found = unpacker.decompress(body, most + 1)
    if not unpacker.eof and len(found) <= most:
        raise ValueError("it ends too early")
    return found


def _zstd(body: bytes, most: int) -> bytes:
    import zstandard  # noqa: PLC0415 - few bodies need it

    if not body.startswith(b"\x28\xb5\x2f\xfd"):
        return body
    parts, size, unpacker = [], 0, zstandard.ZstdDecompressor().decompressobj()
    for at in range(0, len(body), 1024):  # what a kilobyte unpacks to fits into memory
        parts.append(unpacker.decompress(body[at : at + 1024]))
        size += len(parts[-1])
        if unpacker.eof or size > most:
            return b"".join(parts)
    raise ValueError("it ends too early")


def _brotli(body: bytes, most: int) -> bytes:
    try:
        import brotli  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise BrokenBody("broken_body", "it is packed as br: install copydesk[brotli] to read it") from error
    unpacker: Any = brotli.Decompressor()
    found = bytes(unpacker.process(body, output_buffer_limit=most + 1))
    if not unpacker.is_finished() and len(found) <= most:
        raise ValueError("it ends too early")
    return found
