"""A real browser to look at pages with: a headless Chromium, driven by its own protocol."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import shutil
import subprocess
import tarfile
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

_AXE = "axe-core@4.14.1"
_AXE_SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"


class Page:
    """A tab. What it asks the network for, and what it complains of, is kept."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._ids = itertools.count(1)
        self._events: list[dict[str, Any]] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        number = next(self._ids)
        self._connection.send(json.dumps({"id": number, "method": method, "params": arguments}))
        while True:
            message = json.loads(self._connection.recv(timeout=60))
            if message.get("id") == number:
                assert "error" not in message, message["error"]
                result: dict[str, Any] = message["result"]
                return result
            self._events.append(message)

    def open(self, address: str, width: int = 1200, height: int = 900, dark: bool = False) -> None:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        self._events.clear()
        self.call("Page.navigate", url=address)
        for _ in range(300):
            if self.run("document.readyState === 'complete' && location.href !== 'about:blank'"):
                return
            time.sleep(0.02)
        raise TimeoutError(address)

    def run(self, script: str) -> Any:
        """The value of an expression, awaited where it is a promise."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def press(self, key: str, code: int) -> None:
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    def complaints(self) -> list[str]:
        """Errors and warnings: of scripts, of the policy, of the network."""
        self.run("0")
        found = []
        for event in self._events:
            what = event["params"]
            if event["method"] == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
                found.append(what["entry"]["text"])
            if event["method"] == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"):
                found.append(json.dumps(what["args"]))
            if event["method"] in ("Runtime.exceptionThrown", "Page.javascriptDialogOpening"):
                found.append(json.dumps(what))
        return found

    def requests(self) -> list[str]:
        """Every address that was asked for, the page's own among them."""
        self.run("0")
        return [
            event["params"]["request"]["url"]
            for event in self._events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def picture(self, path: Path, top: int = 0, height: int | None = None) -> bytes:
        """A PNG of the page, from ``top`` on."""
        whole = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": top, "width": whole["width"], "height": height or whole["height"] - top, "scale": 1}
        taken = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        data = base64.b64decode(taken["data"])
        path.write_bytes(data)
        return data


@contextlib.contextmanager
def browser() -> Iterator[Page]:
    """A browser of its own, which ends with the block."""
    assert CHROMIUM
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        command = [
            CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
            "--remote-debugging-port=0", f"--user-data-dir={home}", "about:blank",
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_address(Path(home), process), max_size=None, open_timeout=30) as connection:
                yield Page(connection)
        finally:
            process.terminate()
            process.wait(30)


def _address(home: Path, process: subprocess.Popen[bytes]) -> str:
    """Where the tab listens: the browser writes its port to a file, and lists its tabs over HTTP."""

    for _ in range(600):
        with contextlib.suppress(OSError, IndexError, ValueError):
            port = (home / "DevToolsActivePort").read_text().splitlines()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=5) as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            return str(tabs[0]["webSocketDebuggerUrl"])
        assert process.poll() is None, "the browser ended"
        time.sleep(0.05)
    raise TimeoutError("the browser does not answer")


def axe(folder: Path) -> str:
    """The source of axe-core, which judges whether a page can be used by everybody; fetched once into ``folder``."""
    source = folder / "axe.min.js"
    if not source.exists():
        packed = folder / f"{_AXE.replace('@', '-')}.tgz"
        try:
            fetch = ["npm", "pack", "--silent", "--pack-destination", str(folder), _AXE]
            subprocess.run(fetch, check=True, capture_output=True, timeout=120)
        except (OSError, subprocess.SubprocessError):
            pytest.skip(f"npm could not fetch {_AXE}")
        assert hashlib.sha256(packed.read_bytes()).hexdigest() == _AXE_SHA256
        with tarfile.open(packed) as archive:
            member = archive.extractfile("package/axe.min.js")
            assert member
            source.write_bytes(member.read())
    return source.read_text(encoding="utf-8")
