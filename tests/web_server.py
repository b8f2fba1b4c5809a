"""A web server for a folder, with ranges or without, that notes what it was asked and can break off."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote


@dataclass
class Web:
    """What a test says to the server, and what the server says to the test."""

    folder: Path
    url: str = ""
    ranges: bool = True
    length: bool = True
    head: bool = True
    gone: int = 404
    """The status of what is not there."""
    break_after: int | None = None
    """Bytes of a file after which the connection ends, once."""
    asked: list[tuple[str, str, str | None, int]] = field(default_factory=list)
    """Method, path, Range, and how many bytes were sent."""

    def of(self, path: str) -> list[tuple[str, str | None, int]]:
        return [(method, wanted, sent) for method, asked, wanted, sent in self.asked if asked.endswith(path)]


@contextmanager
def web_server(folder: Path) -> Iterator[Web]:
    web = Web(folder)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

        def do_HEAD(self) -> None:
            if web.head:
                self.answer(send=False)
            else:
                self.send_error(405)

        def do_GET(self) -> None:
            self.answer(send=True)

        def answer(self, *, send: bool) -> None:
            path = unquote(self.path.lstrip("/"))
            file = web.folder / path
            if not file.is_file():
                web.asked.append((self.command, path, None, 0))
                self.send_response(web.gone)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            data, status, wanted = file.read_bytes(), 200, self.headers.get("Range")
            if web.ranges and wanted and (match := re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)):
                start = int(match[1])
                if start >= len(data):
                    web.asked.append((self.command, path, wanted, 0))
                    self.send_response(416)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                data, status = data[start : int(match[2]) + 1 if match[2] else None], 206
            self.send_response(status)
            if web.length:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            sent = 0
            if send:
                stop = web.break_after
                if stop is not None and len(data) > stop:
                    data, web.break_after = data[:stop], None
                self.wfile.write(data)
                sent = len(data)
            web.asked.append((self.command, path, wanted, sent))

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    web.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
