"""Promises of the readers: whatever a file holds, it gives items and rejections, and nothing is lost without a word."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from copydesk.article import RawItem
from copydesk.ingest import read
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.limits import Limits, load_limits
from fuzzing import seeds
from fuzzing.case import Case, folder, holds

_REASONS = {
    "binary", "broken_archive", "broken_body", "broken_file", "broken_record", "empty", "no_articles",
    "no_text", "same_id", "too_deep", "too_large", "too_long", "too_many_attributes", "too_many_elements",
    "too_many_lines", "too_many_records", "too_many_rejected", "truncated", "undecodable", "unpacks_too_far",
    "unreadable",
}  # fmt: skip
_SMALL = """
[limits]
document_bytes = 4_000
document_chars = 2_000
document_lines = 50
line_chars = 900
stated_chars = 60
elements = 60
attributes = 10
records = 9
record_depth = 4
rejections = 3
unpacked_free = 6_000
unpacked_ratio = 3
"""


@cache
def _limits() -> tuple[Limits, Limits]:
    """As they ship, and so small that cases reach them."""
    path = folder() / "limits.toml"
    path.write_text(_SMALL)
    return load_limits(None), load_limits(path)


def _packed(case: Case, data: bytes) -> tuple[str, bytes]:
    """The data packed or not, and at times damaged after; with the suffix that says so."""
    suffix, damage = case.choose(("", "", ".gz", ".zst")), case.choose((0, 0, 0, 1, 2, 3))
    place = case.choose(range(256)) * len(data) // 256
    if suffix == ".gz":
        half = len(data) // 2
        data = gzip.compress(data[:half], 1, mtime=0) + gzip.compress(data[half:], 1, mtime=0)
    elif suffix == ".zst":
        data = zstandard.compress(data, 1)
    if suffix and damage:
        place = place % max(1, len(data))
        middle = (data[place:], data[place + 1 :], b"\0" + data[place + 1 :])[damage - 1]
        data = data[: place if damage != 1 else place // 2] + middle
    return suffix, data


def _read(case: Case, suffix: str, data: bytes, *, pack: bool = True) -> list[RawItem | Rejected]:
    """What the reader gives, which holds what it promises of any file."""
    limits = case.choose(_limits() if case.choose(range(3)) == 0 else _limits()[:1])
    packing, data = _packed(case, data) if pack else ("", data)
    path = folder() / f"{os.getpid()}{suffix}{packing}"
    path.write_bytes(data)
    file = RawFile(folder(), str(path), f"harbour/case{suffix}{packing}", len(data), limits=limits)
    outcomes = list(read(file))
    holds(bool(outcomes), "a file is lost without a word")
    records = [one.record for one in outcomes if isinstance(one, RawItem)]
    holds(len(records) == len(set(records)), "two items have one name")
    holds(len(outcomes) <= limits.records + 2, "more records than there may be")
    for one in outcomes:
        holds(one.path == file.name, "an item of another file")
        if isinstance(one, Rejected):
            holds(one.reason in _REASONS, f"rejected as {one.reason}")
            holds(one.detail.startswith(file.name) and one.detail.endswith("."), f"told as {one.detail[:200]!r}")
        else:
            told = (one.stated.url, one.stated.headline, *one.stated.byline)
            holds(all(value is None or 0 < len(value) <= limits.stated_chars for value in told), f"stated: {told}")
            holds(one.form in ("text", "html"), f"of the form {one.form!r}")
            for value in told:
                (value or "").encode()
    return outcomes


def _taken(outcomes: list[RawItem | Rejected]) -> bool:
    return any(isinstance(one, RawItem) for one in outcomes)


def text(case: Case) -> bool:
    """A text file is one item: all its bytes, or a reason why not."""
    outcomes = _read(case, case.choose((".txt", "", ".text")), case.data)
    holds(len(outcomes) == 1, "more than one article in a text")
    (one,) = outcomes
    holds(isinstance(one, Rejected) or one.sha256 == hashlib.sha256(one.data).hexdigest(), "the hash is of other bytes")
    return isinstance(one, RawItem)


def json_lines(case: Case) -> bool:
    """Every line that is not blank is an item, or set aside."""
    outcomes = _read(case, ".jsonl", case.data)
    stopped = any(isinstance(one, Rejected) and one.record is None for one in outcomes)
    packed = outcomes[0].path.endswith((".gz", ".zst"))
    lines = sum(bool(line.strip()) for line in io.BytesIO(case.data))
    holds(stopped or packed or len(outcomes) == lines, f"{lines} lines are {len(outcomes)} outcomes")
    return _taken(outcomes)


def json_file(case: Case) -> bool:
    return _taken(_read(case, ".json", case.data))


def csv(case: Case) -> bool:
    return _taken(_read(case, ".csv", case.data))


def tsv(case: Case) -> bool:
    return _taken(_read(case, ".tsv", case.data))


def crawl(case: Case) -> bool:
    return _taken(_read(case, case.choose((".warc", ".wet")), case.data))


def page(case: Case) -> bool:
    """A page is what its text shows, read twice alike; and it states what it states."""
    from copydesk.html import NoPage, render  # noqa: PLC0415

    taken = _taken(_read(case, case.choose((".html", ".htm", ".xhtml")), case.data))
    try:
        lines = render(case.data).lines
    except NoPage:
        return taken
    holds(lines == render(case.data).lines, "read again, it is another text")
    holds(not any("\n" in line for line in lines), "a line of a page holds a line end")
    return taken


@cache
def parquets() -> tuple[bytes, ...]:
    """Parquet files of a few rows, each otherwise packed."""
    rows = [json.loads(line) for line in seeds.json_lines()[1].split("\n")]
    columns = {"id": ["a", "b"], "text": [rows[0]["text"], None], "url": ["https://x.example/1", ""]}
    nested = {
        "authors": [["Una", None], []],
        "meta": [{"a": 1}, None],
        "published": pa.array([1, None], "timestamp[ms]"),
    }
    found = []
    for compression in ("none", "snappy", "zstd"):
        for held in (columns, columns | nested):
            target = io.BytesIO()
            pq.write_table(pa.table(held), target, compression=compression)
            found.append(target.getvalue())
    return tuple(found)


def parquet(case: Case) -> bool:
    """Damaged files, or whole ones of odd values."""
    if case.choose((True, False, False)):
        return _taken(_read(case, ".parquet", case.data, pack=False))
    names = ("text", "title", "url", "id", "authors", "date", "html", "lang")
    cells = [part or None for part in case.data[-2_000:].split(b"\n")[:24]]
    columns = {}
    for place, name in enumerate(names[: max(1, len(cells))]):
        held = (cells[place :: len(names)] + [None] * 3)[:3]
        as_text = [None if one is None else one.decode("utf-8", "replace") for one in held]
        columns[name] = pa.array(held, pa.binary()) if case.data[-1:] < b"a" else pa.array(as_text, pa.string())
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return _taken(_read(case, ".parquet", target.getvalue(), pack=False))
