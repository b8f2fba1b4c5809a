"""A stranger's published version: whatever it says, reading it ends with a sentence, stays in its folder, and rules no
screen."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet
from small_release import publish_small, tables_of, write_small

from copydesk.cli import main
from copydesk.compare import compare, terminal
from copydesk.errors import CopydeskError
from copydesk.explain import explain, explain_html
from copydesk.loading import load
from copydesk.store import BrokenStore, download
from copydesk.store.web import WebFiles
from copydesk.verify import verify
from copydesk.verify.finding import told

Change = Callable[[list[Any]], list[Any]]
ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202e\nrm"
PATH = "herald/harbour.txt"


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A version's folder. No test may leave it changed."""
    return write_small(tmp_path_factory.mktemp("strangers") / "honest", tables_of())


@pytest.fixture
def version(honest: Path, tmp_path: Path) -> Path:
    """A copy of it, to spoil."""
    return shutil.copytree(honest, tmp_path / "version")


def put(version: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    path = version / f"data/{name}.parquet"
    parquet.write_table(change(parquet.read_table(path)), path, store_schema=False)


def column(name: str, change: Change) -> Callable[[pa.Table], pa.Table]:
    """Other values in a column, null too."""

    def of(data: pa.Table) -> pa.Table:
        values = pa.array(change(data[name].to_pylist()), data.schema.field(name).type)
        return data.set_column(data.column_names.index(name), name, values)

    return of


def manifest(version: Path, change: Callable[[dict[str, Any]], object]) -> None:
    value = json.loads((version / "release.json").read_text())
    change(value)
    (version / "release.json").write_text(json.dumps(value))


def test_lines_without_end_are_refused(version: Path) -> None:
    honest = explain(PATH, version)
    article = load(version, columns=["article_id", "raw_path"]).to_pylist()
    wanted = next(row["article_id"] for row in article if row["raw_path"] == PATH)
    ids = load(version, "blocks", columns=["article_id"])["article_id"].to_pylist()
    last = max(place for place, id_ in enumerate(ids) if id_ == wanted)
    put(version, "blocks", column("line_end", lambda ends: [*ends[:last], 2**31 - 1, *ends[last + 1 :]]))
    for show in (explain, explain_html):
        with pytest.raises(BrokenStore, match="2147483647, which cannot be"):
            show(PATH, version)
    assert wanted in honest


def test_nothing_that_is_printed_rules_a_screen(
    version: Path, honest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("articles", "blocks"):
        put(version, name, column("article_id", lambda ids: [id_ + ESCAPES for id_ in ids]))
    for name in ("role", "rule", "evidence", "text"):
        put(version, "blocks", column(name, lambda texts: [(text or "") + ESCAPES for text in texts]))
    put(version, "articles", lambda data: data.append_column(f"new{ESCAPES}", [["x"] * data.num_rows]))
    manifest(version, lambda release: release.update(version=ESCAPES, title=ESCAPES))
    assert main(["explain", PATH, "--dataset", str(version)]) == 0
    assert main(["diff", str(honest), str(version)]) == 1
    assert main(["diff", str(version), str(version)]) == 0
    assert main(["explain", "no such", "--dataset", str(version)]) == 3
    told = "".join(capsys.readouterr())
    assert told.count("owned") > 20
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
    assert not re.search("^rm", told, re.MULTILINE)


@pytest.mark.parametrize("outside", ["../secret.parquet", "/{}/secret.parquet", "data/../../secret.parquet"])
def test_no_path_leads_out_of_a_version(version: Path, honest: Path, outside: str) -> None:
    parquet.write_table(pa.table({"article_id": ["secret"]}), version.parent / "secret.parquet")
    path = outside.format(version.parent)

    def lead_out(release: dict[str, Any]) -> None:
        for resource in release["resources"]:
            if resource["table"] == "articles" and resource["format"] == "parquet":
                resource["path"] = path

    manifest(version, lead_out)
    with pytest.raises(BrokenStore, match="no place for a file"):
        load(version)
    with pytest.raises(CopydeskError, match="no place for a file"):
        compare(honest, version)


def _without(name: str) -> Callable[[pa.Table], pa.Table]:
    return lambda data: data.drop_columns([name])


def _first(value: object) -> Change:
    return lambda values: [value, *values[1:]]


def _typed(name: str) -> Callable[[pa.Table], pa.Table]:
    return lambda data: data.set_column(data.column_names.index(name), name, [[1.5] * data.num_rows])


MALFORMED: dict[str, tuple[str, Callable[[pa.Table], pa.Table]]] = {
    "no article_id in articles": ("articles", _without("article_id")),
    "no raw_path in articles": ("articles", _without("raw_path")),
    "no article_id in blocks": ("blocks", _without("article_id")),
    "no rule": ("blocks", _without("rule")),
    "no line_end": ("blocks", _without("line_end")),
    "a key twice": ("articles", lambda data: pa.concat_tables([data, data])),
    "blocks backwards": ("blocks", lambda data: data.take(list(reversed(range(data.num_rows))))),
    "a null for a rule": ("blocks", column("rule", _first(None))),
    "a null for a line": ("blocks", column("line_start", _first(None))),
    "a null for an article": ("articles", column("article_id", _first(None))),
    "numbers for ids": ("articles", _typed("article_id")),
    "numbers for rules": ("blocks", _typed("rule")),
    "numbers for repairs": ("blocks", _typed("repairs")),
    "nothing in it": ("blocks", lambda data: data.select([])),
}


@pytest.mark.parametrize(("table", "change"), MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_ends_with_a_sentence(
    version: Path, honest: Path, table: str, change: Callable[[pa.Table], pa.Table]
) -> None:
    put(version, table, change)
    told = 0
    article = str(parquet.read_table(honest / "data/blocks.parquet")["article_id"][0])
    for act in (
        lambda: terminal(compare(honest, version)),
        lambda: terminal(compare(version, honest)),
        lambda: explain(article, version),
        lambda: explain_html(article, version),
    ):
        try:
            act()
        except CopydeskError as error:
            told += 1
            assert len(str(error)) < 1000
    assert told, "nobody noticed"


@pytest.mark.parametrize(
    "change",
    [
        lambda release: release.update(provenance=[None]),
        lambda release: release.update(version=["2026.11.0"]),
        lambda release: release["resources"][0].update(path=None),
        lambda release: release.update(resources={"a": 1}),
    ],
)
def test_a_manifest_that_is_none_ends_with_a_sentence(
    version: Path, honest: Path, change: Callable[[dict[str, Any]], object]
) -> None:
    manifest(version, change)
    with pytest.raises(BrokenStore, match="is not a version's manifest"):
        load(version)
    with pytest.raises(CopydeskError, match="no version that can be read"):
        compare(honest, version)


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Whoever waits at a pipe waits for ever."""

    def too_long(*_: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("path", ["SHA256SUMS", "CITATION.cff", "data/zz.parquet"])
def test_nobody_waits_at_a_pipe(tmp_path: Path, path: str) -> None:
    dataset = tmp_path / "dataset"
    publish_small(dataset, tables_of({"a/one.txt": "One\nIt was one."}, ()))
    version = dataset / "versions/2026.11.0"
    (version / path).unlink(missing_ok=True)
    os.mkfifo(version / path)
    if path.startswith("data"):
        sums = f"{'0' * 64}  {path}\n"
        lines = sorted(
            [*(version / "SHA256SUMS").read_text().splitlines(keepends=True), sums], key=lambda line: line[66:]
        )
        (version / "SHA256SUMS").write_text("".join(lines))
    with within(30):
        assert [finding.where for finding in verify(dataset)] == [path]
        assert "no plain file" in str(verify(dataset)[0])
        with pytest.raises(BrokenStore):
            download(dataset, tmp_path / "copy")


def test_a_pipe_for_a_table_is_no_table(version: Path, honest: Path) -> None:
    (version / "data/articles.parquet").unlink()
    os.mkfifo(version / "data/articles.parquet")
    with within(30):
        with pytest.raises(BrokenStore, match="no plain file"):
            load(version)
        with pytest.raises(CopydeskError, match="no plain file"):
            compare(honest, version)


def test_a_finding_quotes_no_more_than_it_should(version: Path) -> None:
    value = "\x1b" + "a" * 100_000
    (finding,) = told("spans", "dates", [(value, f"it is {value!r}")])
    assert len(finding.where) == len(finding.what) == 1000
    assert "\x1b" not in str(finding)


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """A web server that gives one answer to HEAD and the other to GET, without end if it ends with an ellipsis."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked = self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            answer = answers[0] if asked.startswith(b"HEAD") else answers[-1]
            with suppress(OSError):
                self.wfile.write(answer.removesuffix(b"..."))
                while answer.endswith(b"..."):
                    self.wfile.write(b" " * 65536)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


LISTED = {
    "format": 1,
    "version": "2026.11.0",
    "versions": [
        {
            **{"version": "2026.11.0", "status": "success", "released": "2026-11-23", "schema_version": "1.1.0"},
            **{"previous": None, "content_hash": "", "change_class": {}, "row_count": {"articles": "\ud800"}},
            **{"release_sha256": "0" * 64, "sums_sha256": "0" * 64},
        }
    ],
}
ANSWERS = {
    "a length in other figures": b"HTTP/1.1 200 OK\r\nContent-Length: \xb2\r\n\r\n{}",
    "a length beyond numbers": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n{}",
    "a way to nowhere": b"HTTP/1.1 302 x\r\nLocation: http://[bad\r\nContent-Length: 0\r\n\r\n",
    "a body without end": b"HTTP/1.1 200 OK\r\n\r\n...",
    "a row count of half a character": b"HTTP/1.1 200 OK\r\n\r\n" + json.dumps(LISTED).encode(),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_no_server_ends_it_without_a_sentence(answer: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.store.web._SMALL", 1 << 20)
    with answering(answer) as url:
        with pytest.raises(CopydeskError):
            load(url)
        with pytest.raises(CopydeskError):
            download(url, tmp_path / "copy")


def test_no_server_sends_more_of_a_table_than_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.store.web._IN_MEMORY", 1 << 20)
    endless = b"HTTP/1.1 200 OK\r\n\r\n..."
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", endless) as url:
        file = WebFiles(url).open("data/articles.parquet")
        with pytest.raises(CopydeskError, match="more than 1,000 bytes"):
            file.read(10)
    with answering(endless) as url, pytest.raises(CopydeskError, match="more than 1,048,576 bytes"):
        WebFiles(url).open("data/articles.parquet")
