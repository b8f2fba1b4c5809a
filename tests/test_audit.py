"""The audit fails on what is known, passes with a word where nobody can be asked, and looks at every locked package."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
ABOUT = {
    "id": "PYSEC-1",
    "summary": "A page\nruns code.",
    "affected": [{"ranges": [{"events": [{"introduced": "0"}, {"fixed": "9.9.1"}]}]}],
}


class Service(BaseHTTPRequestHandler):
    """Knows of a vulnerability in one package; ``answer`` is what it says instead, where that is set."""

    knows, answer, asked = "", b"", 0

    def do_POST(self) -> None:
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        type(self).asked = len(queries)
        vulnerable = {"vulns": [{"id": "PYSEC-1", "modified": "2026-01-01T00:00:00Z"}]}
        results = [vulnerable if one["package"]["name"] == self.knows else {} for one in queries]
        self._say(self.answer or json.dumps({"results": results}).encode())

    def do_GET(self) -> None:
        self._say(json.dumps(ABOUT).encode())

    def _say(self, data: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    Service.knows, Service.answer, Service.asked = "", b"", 0
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def audit(service: str, *locks: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
    environment |= {"COPYDESK_AUDIT_SERVICE": service, "COPYDESK_AUDIT_SECONDS": "3"}
    command = [sys.executable, ".ci/audit.py", *(locks or LOCKS)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_every_locked_package_is_asked_for(service: str) -> None:
    done = audit(service)
    assert done.returncode == 0, done.stdout
    lines = [line for lock in LOCKS for line in (ROOT / lock).read_text().split("\n") if "==" in line]
    pinned = {line.split()[0].rstrip(";") for line in lines if not line.startswith((" ", "#"))}
    assert Service.asked == len(pinned) > 100
    assert f"Of {len(pinned)} locked packages no vulnerability is known." in done.stdout


def test_what_is_known_fails_and_says_where_it_is_mended(service: str) -> None:
    Service.knows = "jinja2"
    done = audit(service)
    assert done.returncode == 1
    assert re.search(r"jinja2 [\d.]+: PYSEC-1: A page runs code\. \(mended in 9\.9\.1\)", done.stdout)


@pytest.mark.parametrize("answer", [b"<html>no</html>", b"{}", b'{"results": []}', b'{"results": 3}', b"[1]"])
def test_an_answer_that_is_none_passes_with_a_word(service: str, answer: bytes) -> None:
    Service.answer = answer
    done = audit(service)
    assert (done.returncode, done.stdout[:12]) == (0, "Not audited:"), done.stderr


def test_a_service_that_is_not_there_or_silent_passes_within_seconds() -> None:
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call, and says nothing
        port = silent.getsockname()[1]
        assert audit(f"http://127.0.0.1:{port}").stdout.startswith("Not audited:")
    done = audit(f"http://127.0.0.1:{port}")
    assert (done.returncode, done.stdout[:12]) == (0, "Not audited:")
    assert time.monotonic() - started < 30


def test_nothing_to_audit_fails(service: str, tmp_path: Path) -> None:
    (tmp_path / "empty.lock").write_text("# nothing\n")
    assert audit(service, str(tmp_path / "empty.lock")).returncode == 1


def test_check_audits() -> None:
    done = subprocess.run(["make", "--dry-run", "check"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ".ci/audit.py requirements.lock requirements-dev.lock" in done.stdout


def test_what_is_locked_to_run_is_locked_to_develop_too() -> None:
    run, develop = (dict(re.findall(r"^(\S+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)) for lock in LOCKS)
    assert run.items() <= develop.items()
