"""A local S3 server, and what tests of object stores ask of a place."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import s3fs
from moto.server import ThreadedMotoServer

from copydesk.store import open_store
from copydesk.store.read import read_index
from copydesk.store.sums import compare_files

REPOSITORY = Path(__file__).resolve().parent.parent


@contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """An S3 server with an empty bucket ``news``, and the environment in which ``s3://`` leads to it, here too."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    environment = {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        # Servers of one process share their buckets, and s3fs remembers where it went last.
        urllib.request.urlopen(urllib.request.Request(f"{address}/moto-api/reset", method="POST")).close()
        s3fs.S3FileSystem.clear_instance_cache()
        s3fs.S3FileSystem().mkdir("news")
        try:
            yield environment
        finally:
            s3fs.S3FileSystem.clear_instance_cache()
            server.stop()


class Children:
    """Runs orders of ``object_child.py``."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("object_child.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment, "PYTHONPATH": str(REPOSITORY)},
        )
        assert self.answer() == {"ready": True}

    def begin(self, **order: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, object]:
        assert self.process.stdout is not None
        return dict(json.loads(self.process.stdout.readline()))

    def end(self) -> tuple[int, list[dict[str, object]]]:
        """The exit code, and what the child said before."""
        said = []
        while "code" not in (answer := self.answer()):
            said.append(answer)
        code = answer["code"]
        assert isinstance(code, int)
        return code, said

    def run(self, **order: object) -> int:
        self.begin(**order)
        return self.end()[0]

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def files_of(place: str) -> dict[str, bytes]:
    """Everything in a dataset but the lease."""
    store = open_store(place)
    paths = [path for path in store.files_below("") if not path.startswith(".")]
    return {path: store.read(path) for path in paths}


def what_readers_see(place: str) -> dict[str, str]:
    """The status of every version that is listed, and ``latest``; what is listed and not withdrawn has to be whole."""
    store = open_store(place)
    seen = {}
    for entry in read_index(store.read, place) or ():
        seen[entry.version] = entry.status
        if entry.status != "withdrawn":
            folder = f"versions/{entry.version}/"
            assert not compare_files(
                lambda path, folder=folder: store.read(folder + path),  # type: ignore[misc]
                store.files_below(folder.rstrip("/")),
                lambda path, folder=folder: store.sha256(folder + path),  # type: ignore[misc]
            )
    try:
        seen["latest"] = json.loads(store.read("latest.json"))["version"]
    except FileNotFoundError:
        seen["latest"] = "none"
    return seen


def after_the_lease(place: str) -> None:
    """As if the lease of a writer that died had ended."""
    store = open_store(place)
    for name in store.children(".lock"):
        said = json.loads(store.read(f".lock/{name}"))
        store.put(f".lock/{name}", json.dumps({**said, "expires": 0}).encode())  # type: ignore[attr-defined]
