"""All or nothing in a bucket too: a process is killed before each of its writes, and the next mends what it left."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import date

import pytest
import s3fs
from object_server import Children, after_the_lease, files_of, s3_server, what_readers_see
from tiny_version import build_of, hash_of

from copydesk.store import publish, takedown, withdraw, yank

pytestmark = pytest.mark.crash

AS_OF = date(2026, 11, 23)


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    with s3_server() as environment:
        running = Children(environment)
        yield running
        running.close()


def put(dataset: str, content: str) -> str:
    done = publish(dataset, build_of(content), content_hash=hash_of(content), as_of=AS_OF, wait_seconds=10)
    return done.version


def copy_of(template: dict[str, bytes], dataset: str) -> None:
    files = s3fs.S3FileSystem()
    files.pipe({f"{dataset}/{path}": data for path, data in template.items()})


def test_a_kill_before_any_write_leaves_the_old_version_or_the_new(children: Children) -> None:
    put("s3://news/template", "old")
    template = files_of("s3://news/template")
    put("s3://news/template", "new")
    whole = files_of("s3://news/template")
    seen = []
    for number in range(100):
        dataset = f"s3://news/publish/{number}"
        copy_of(template, dataset)
        code = children.run(act="publish", url=dataset, content="new", kill_at=number)
        saw = what_readers_see(dataset)
        assert saw in (
            {"2026.11.0": "success", "latest": "2026.11.0"},
            {"2026.11.0": "success", "2026.11.1": "success", "latest": "2026.11.0"},
            {"2026.11.0": "success", "2026.11.1": "success", "latest": "2026.11.1"},
        )
        if code == 0:
            break
        assert code == -signal.SIGKILL
        seen.append(saw["latest"])
        after_the_lease(dataset)
        assert put(dataset, "new") == "2026.11.1"
        assert files_of(dataset) == whole, "it is as if nobody had been killed"
    assert len(seen) >= 12, "too few moments were tried"
    print(f"publish: {len(seen)} kills")
    assert seen == sorted(seen), "once the new version is seen, it stays"


@pytest.mark.parametrize("act", ["yank", "withdraw", "takedown"])
def test_a_kill_while_something_is_taken_back(children: Children, act: str) -> None:
    template = f"s3://news/template-{act}"
    for content in ("old", "bad"):
        put(template, content)
    before = files_of(template)
    kills = 0
    # The first two are the same as for publishing; withdrawing deletes file after file, of which every other will do.
    for number in range(2, 100, 2 if act == "withdraw" else 1):
        dataset = f"s3://news/{act}/{number}"
        copy_of(before, dataset)
        code = children.run(act=act, url=dataset, kill_at=number)
        assert what_readers_see(dataset)["2026.11.0"] == "success"
        if code == 0:
            break
        assert code == -signal.SIGKILL
        kills += 1
        after_the_lease(dataset)
        if act == "yank":
            yank(dataset, "2026.11.1", reason="it is wrong", as_of=AS_OF, wait_seconds=0)
        elif act == "withdraw":
            withdraw(dataset, "2026.11.1", reason="it is wrong", as_of=AS_OF, wait_seconds=0)
        else:
            takedown(dataset, ["aaaa"], [("a/one.txt", None)], reason="asked for", as_of=AS_OF, wait_seconds=0)
        files, saw = files_of(dataset), what_readers_see(dataset)
        assert saw["latest"] == ("2026.11.1" if act == "takedown" else "2026.11.0")
        if act == "withdraw":
            below = [path for path in files if path.startswith("versions/2026.11.1/")]
            assert below == ["versions/2026.11.1/index.html"]
        if act == "takedown":
            assert b'"takedowns": 1' in files["index.json"]
    assert kills >= 5
    print(f"{act}: {kills} kills")
