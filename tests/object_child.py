"""A process that acts on a dataset and is killed right before its n-th write to S3.

It imports everything once and forks a child for each order, one JSON a line on stdin: importing takes longer than the
act. To each it answers with the child's exit code and the writes that it made.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from datetime import date
from typing import Any

import botocore.loaders
import botocore.session
import s3fs
from tiny_version import build_of, hash_of

from copydesk.errors import StoreError
from copydesk.store import objects, publish, takedown, withdraw, yank

AS_OF = date(2026, 11, 23)
WRITES = {
    "put_object", "delete_object", "delete_objects", "create_multipart_upload", "upload_part",
    "complete_multipart_upload", "abort_multipart_upload", "copy_object",
}  # fmt: skip


def act(order: dict[str, Any]) -> None:
    url, wait = order["url"], order.get("wait", 30)
    if order["act"] == "publish":
        content = order["content"]
        done = publish(url, build_of(content), content_hash=hash_of(content), as_of=AS_OF, wait_seconds=wait)
        told(version=done.version, new=done.new)
    elif order["act"] == "yank":
        yank(url, "2026.11.1", reason="it is wrong", as_of=AS_OF, wait_seconds=wait)
    elif order["act"] == "withdraw":
        withdraw(url, "2026.11.1", reason="it is wrong", as_of=AS_OF, wait_seconds=wait)
    else:
        takedown(url, ["aaaa"], [("a/one.txt", None)], reason="asked for", as_of=AS_OF, wait_seconds=wait)


def warm() -> None:
    """Parses the description of S3 once, for all children: it takes longer than any act."""
    load = botocore.loaders.JSONFileLoader.load_file
    keep = functools.cache(lambda path: load(botocore.loaders.JSONFileLoader(), path))
    botocore.loaders.JSONFileLoader.load_file = lambda self, path: keep(path)
    botocore.session.get_session().create_client("s3", region_name="us-east-1")


def told(**values: object) -> None:
    print(json.dumps(values), flush=True)


def die_at(number: int) -> None:
    call = s3fs.S3FileSystem._call_s3
    count = 0

    async def counted(self: s3fs.S3FileSystem, method: str, *arguments: Any, **more: Any) -> Any:
        nonlocal count
        if method in WRITES:
            if count == number:
                os.kill(os.getpid(), 9)
            count += 1
        return await call(self, method, *arguments, **more)

    s3fs.S3FileSystem._call_s3 = counted


def main() -> None:
    warm()
    told(ready=True)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            if "kill_at" in order:
                die_at(order["kill_at"])
            objects.LEASE_SECONDS = order.get("lease", objects.LEASE_SECONDS)
            try:
                act(order)
            except StoreError as error:
                told(error=type(error).__name__)
                os._exit(1)
            os._exit(0)
        told(code=os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
