"""A dataset behind http:// or https://, to read. The standard library does it: downloading needs nothing installed."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from copydesk.errors import StoreError
from copydesk.store.ranged import RangedFile

_TIMEOUT = 60.0  # seconds without a byte
_CHUNK = 1 << 20
_SMALL = 64 << 20
"""Bytes of a file that is read whole: a list of versions, of files or of notices. A server may send without end."""
_IN_MEMORY = 1 << 30
"""Bytes of a table whose size the server does not say, so that it has to be held."""
_LARGEST = 1 << 62
_NOT_THERE = frozenset({403, 404, 410})
"""Buckets that may not be listed answer 403 for what is not there."""


class WebFiles:
    """``Files`` behind a web server, with ranges where it knows them."""

    def __init__(self, url: str) -> None:
        if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"{url!r} is no address of the web")
        self.name = url.rstrip("/")

    def read(self, path: str) -> bytes:
        return self._read(path, _SMALL)

    def _read(self, path: str, most: int) -> bytes:
        with _told(self._url(path)), self._get(path) as response:
            return _whole(response, self._url(path), most)

    def open(self, path: str) -> BinaryIO:
        size = self._size(path)

        def fetch(start: int, end: int) -> bytes:
            with _told(self._url(path)), self._get(path, {"Range": f"bytes={start}-{end - 1}"}) as answer:
                return _whole(answer, self._url(path), size or 0)

        if size is None:
            data = self._read(path, _IN_MEMORY)
            return cast("BinaryIO", RangedFile(lambda start, end: data[start:end], len(data)))
        return cast("BinaryIO", RangedFile(fetch, size))

    def _size(self, path: str) -> int | None:
        """What the server says of a file's size, in bytes; None where it does not say."""
        with _told(self._url(path)):
            try:
                with self._get(path, method="HEAD") as response:
                    return _length(response)
            except urllib.error.HTTPError as error:
                if error.code in (http.HTTPStatus.METHOD_NOT_ALLOWED, http.HTTPStatus.NOT_IMPLEMENTED):
                    return None
                raise

    def stream(self, path: str, start: int = 0) -> tuple[int, Iterator[bytes]]:
        with _told(self._url(path)):
            try:
                response = self._get(path, {"Range": f"bytes={start}-"} if start else {})
            except urllib.error.HTTPError as error:
                if error.code != http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                    raise
                start, response = 0, self._get(path)
        begins = start if response.status == http.HTTPStatus.PARTIAL_CONTENT else 0
        return begins, _chunks(response, self._url(path))

    def _url(self, path: str) -> str:
        return f"{self.name}/{urllib.parse.quote(path)}"

    def _get(self, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> http.client.HTTPResponse:
        """Raises FileNotFoundError, HTTPError and other OSErrors."""
        # Another encoding than the file's own would make its size and its parts mean nothing.
        asked = {"User-Agent": "copydesk", "Accept-Encoding": "identity", **(headers or {})}
        request = urllib.request.Request(self._url(path), headers=asked, method=method)  # noqa: S310 - http(s), see above
        try:
            return cast("http.client.HTTPResponse", urllib.request.urlopen(request, timeout=_TIMEOUT))  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code in _NOT_THERE:
                raise FileNotFoundError(f"{self._url(path)}: the server answers {error.code}") from error
            raise


@contextmanager
def _told(url: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, StoreError):
        raise
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: it leads to no address
        raise StoreError(
            f"{url} cannot be read ({type(error).__name__}: {error}): try again, or look whether the server is well."
        ) from error


def _chunks(response: http.client.HTTPResponse, url: str) -> Iterator[bytes]:
    """Raises StoreError for an answer that ends before its end, which http.client takes for the end."""
    said = _length(response)
    came = 0
    with _told(url), response:
        while chunk := response.read(_CHUNK):
            came += len(chunk)
            yield chunk
        if said is not None and came != said:
            raise ConnectionError(f"it ended after {came} of {said} bytes")


def _whole(response: http.client.HTTPResponse, url: str, most: int) -> bytes:
    """Raises StoreError for an answer that is longer than a file of its kind can be."""
    data = bytearray()
    for chunk in _chunks(response, url):
        data += chunk
        if len(data) > most:
            raise StoreError(f"{url} sends more than {most:,} bytes, where there cannot be so many: it was not read.")
    return bytes(data)


def _length(response: http.client.HTTPResponse) -> int | None:
    said = response.headers.get("Content-Length", "")
    size = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else _LARGEST
    return size if size < _LARGEST else None
