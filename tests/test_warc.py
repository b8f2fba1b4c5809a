"""Crawls: what is read of them, what is passed over, and that a broken record costs itself alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tempfile
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from growth import GRACE, least_seconds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_inputs import build
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from copydesk.article import RawItem, raw_of
from copydesk.cleaning import Knowledge, clean
from copydesk.document import rendered
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected

HTML = "text/html; charset=utf-8"


def story(number: int) -> list[str]:
    return [
        f"The ferry to Skarra will sail {number + 2} times a day from May, the county council said on Monday.",
        f"“Islanders have asked for boat {number} since the bridge closed,” said its chair, Una Croy, after the vote.",
        f"The boat costs £{number}.2m a year. Fares stay as they are until the autumn timetable is printed.",
    ]


def page(number: int) -> bytes:
    told = {"@type": "NewsArticle", "headline": f"Ferry {number}", "datePublished": "2025-03-04T10:15:00Z"}
    text = "".join(f"<p>{part}</p>" for part in story(number))
    return (
        f'<!doctype html><html lang="en"><head><title>Ferry {number}</title><script type="application/ld+json">'
        f"{json.dumps(told)}</script></head><body><article><h1>Ferry {number}</h1>{text}</article></body></html>"
    ).encode()


def record(
    number: int = 0,
    body: bytes | None = None,
    *,
    kind: str = "response",
    status: str = "200 OK",
    media: str = HTML,
    url: str | None = None,
    http: dict[str, str] | None = None,
    warc: dict[str, str] | None = None,
) -> bytes:
    """One record as warcio writes it, not packed."""
    out = io.BytesIO()
    headers = StatusAndHeaders(status, [("Content-Type", media), *(http or {}).items()], protocol="HTTP/1.1")
    writer = WARCWriter(out, gzip=False)
    made = writer.create_warc_record(
        url or f"https://harbour.example/{number}",
        kind,
        payload=io.BytesIO(page(number) if body is None else body),
        http_headers=headers if kind in ("response", "revisit") else None,
        warc_content_type=media if kind in ("resource", "conversion") else "",
        warc_headers_dict={"WARC-Date": "2025-06-01T00:00:00Z", **(warc or {})},
    )
    writer.write_record(made)
    return out.getvalue()


def packed(suffix: str, records: list[bytes]) -> bytes:
    if suffix == ".gz":
        return b"".join(gzip.compress(one, mtime=0) for one in records)
    if suffix == ".zst":
        return b"".join(zstandard.compress(one) for one in records)
    return b"".join(records)


def outcomes(folder: Path, name: str, data: bytes) -> tuple[list[RawItem], list[Rejected]]:
    (folder / "harbour").mkdir(parents=True, exist_ok=True)
    (folder / "harbour" / name).write_bytes(data)
    found = [outcome for file in list_files(folder) for outcome in read(file)]
    return [one for one in found if isinstance(one, RawItem)], [one for one in found if isinstance(one, Rejected)]


def urls(items: list[RawItem]) -> list[str | None]:
    return [item.stated.url for item in items]


THREE = ["https://harbour.example/0", "https://harbour.example/1", "https://harbour.example/2"]


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst", "whole.gz", "whole.zst", "plain.gz"])
def test_pages_of_a_crawl_however_it_is_packed(suffix: str, tmp_path: Path) -> None:
    whole = [b"".join(record(number) for number in range(3))]
    parts = whole if suffix.startswith("whole") else [record(number) for number in range(3)]
    held = packed("" if suffix.startswith("plain") else suffix.removeprefix("whole"), parts)
    items, rejected = outcomes(tmp_path, f"crawl.warc{suffix.removeprefix('whole').removeprefix('plain')}", held)
    assert (urls(items), rejected) == (THREE, [])
    assert [item.data for item in items] == [page(number) for number in range(3)]
    assert all((item.record or "").startswith("urn:uuid:") for item in items)
    # The page says when it was published; the crawl's own date is three months later.
    assert {item.stated.published for item in items} == {"2025-03-04T10:15:00Z"}


def test_a_dictionary_in_front_of_a_zstd_crawl(tmp_path: Path) -> None:
    shared = zstandard.ZstdCompressionDict(record(7) * 4)
    packer = zstandard.ZstdCompressor(dict_data=shared)
    head = (0x184D2A5D).to_bytes(4, "little") + len(shared.as_bytes()).to_bytes(4, "little") + shared.as_bytes()
    data = head + b"".join(packer.compress(record(number)) for number in range(3))
    items, rejected = outcomes(tmp_path, "crawl.warc.zst", data)
    assert (urls(items), rejected) == (THREE, [])


def test_what_no_reader_was_meant_to_see_is_passed_over(tmp_path: Path) -> None:
    noise = [
        record(body=b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(kind="metadata"),
        record(kind="revisit", warc={"WARC-Refers-To": "<urn:uuid:0>"}),
        record(status="301 Moved"),
        record(status="404 Not Found"),
        record(media="image/png", body=b"\x89PNG"),
        record(media="text/plain", url="https://harbour.example/robots.txt", body=b"User-agent: *"),
        record(kind="resource", media="text/plain", url="metadata://gnu.org/software/wget/wget.log", body=b"log"),
        record(media="video/mp4", body=bytes(33 * 1024 * 1024)),
    ]
    items, rejected = outcomes(tmp_path, "crawl.warc.gz", packed(".gz", [*noise, record(1)]))
    assert (urls(items), rejected) == (["https://harbour.example/1"], [])


def test_a_crawl_of_nothing_else_says_so(tmp_path: Path) -> None:
    items, rejected = outcomes(tmp_path, "crawl.warc", record(body=b"GET / HTTP/1.1\r\n\r\n", kind="request"))
    assert (items, [one.reason for one in rejected]) == ([], ["no_articles"])


def test_plain_texts_of_a_crawl(tmp_path: Path, knowledge: Knowledge) -> None:
    text = "\n\n".join(story(1)).encode()
    data = record(1, text, kind="conversion", media="text/plain") + record(2, kind="resource")
    items, rejected = outcomes(tmp_path, "crawl.warc.wet.gz", gzip.compress(data))
    assert (urls(items), rejected) == (THREE[1:], [])
    assert [item.form for item in items] == ["text", "html"]
    assert clean(items[0], knowledge=knowledge).text == text.decode()


def test_the_charset_of_the_header_is_heard(tmp_path: Path) -> None:
    body = "<html><body><p>Цены на хлеб не изменятся, сказал мэр.</p></body></html>".encode("cp1251")
    items, _ = outcomes(tmp_path, "crawl.warc", record(body=body, media="text/html; charset=windows-1251"))
    assert "Цены на хлеб" in rendered(items[0], None).text


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw deflate", "zstd", "br", "gzip, chunked", "only said"])
def test_bodies_as_servers_pack_them(name: str, tmp_path: Path) -> None:
    body, headers = page(0), {"Content-Encoding": name.split(",", maxsplit=1)[0].removeprefix("raw ")}
    if name.startswith("gzip"):
        body = gzip.compress(body)
    elif name == "deflate":
        body = zlib.compress(body)
    elif name == "raw deflate":
        body = zlib.compress(body)[2:-4]
    elif name == "zstd":
        body = zstandard.compress(body)
    elif name == "br":
        body = pytest.importorskip("brotli", reason="brotli is an extra").compress(body)
    else:
        headers = {"Content-Encoding": "br", "Transfer-Encoding": "chunked"}
    if "chunked" in name:
        parts = (body[:100], body[100:])
        body = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"
        headers["Transfer-Encoding"] = "chunked"
    items, rejected = outcomes(tmp_path, "crawl.warc", record(body=body, http=headers))
    assert rejected == []
    assert items[0].data == page(0)


BROKEN = {
    "chunks break off": (record(9, b"fff\r\n<p>", http={"Transfer-Encoding": "chunked"}), "broken_body"),
    "packing breaks off": (record(9, gzip.compress(page(9))[:-30], http={"Content-Encoding": "gzip"}), "broken_body"),
    "unknown packing": (record(9, b"\x01\x02", http={"Content-Encoding": "compress"}), "broken_body"),
    "packed bomb": (
        record(9, gzip.compress(bytes(40 * 1024 * 1024)), http={"Content-Encoding": "gzip"}),
        "unpacks_too_far",
    ),
    "no head": (record(9).replace(b"HTTP/1.1 200", b"HTTQ/1.1 200"), "broken_record"),
    "length of letters": (record(9).replace(b"\r\nContent-Length: ", b"\r\nContent-Length: x", 1), "broken_record"),
    "length too long": (record(9).replace(b"\r\nContent-Length: ", b"\r\nContent-Length: 1", 1), "broken_record"),
    "length too short": (record(9)[:-60] + b"lost" * 4 + record(9)[-60:], "broken_record"),
    "garbage": (b"\x00\xffnothing\r\n" * 9, "broken_record"),
    "cut by the crawler": (record(9, warc={"WARC-Truncated": "length"}), "truncated"),
    "too long": (record(9, b"<html>" + b"a" * 33 * 1024 * 1024), "too_large"),
    "spaces in its address": (record(9, url="https://harbour.example/../../etc/pass\x1b[2Jwd \x07"), "broken_record"),
}


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_record_costs_itself_alone(what: str, suffix: str, tmp_path: Path) -> None:
    broken, reason = BROKEN[what]
    data = packed(suffix, [record(0), broken, record(1), record(2)])
    items, rejected = outcomes(tmp_path, f"crawl.warc{suffix}", data)
    assert urls(items) == THREE
    assert [(one.reason, one.record) for one in rejected] == [(reason, "record 2")]
    assert "\x1b" not in rejected[0].detail


def lying(length: int, body: bytes = b"a page") -> bytes:
    return f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n".encode() + body + b"\r\n\r\n"


@pytest.mark.parametrize("length", [33_554_433, 999_999_999_999])
@pytest.mark.parametrize(
    ("suffix", "between"),
    [("", 0), ("", 40), (".gz", 0), (".zst", 0), ("whole.gz", 0), ("torn.gz", 0), ("torn.gz", 40)],
)
def test_a_length_that_is_no_length_swallows_nothing(suffix: str, between: int, length: int, tmp_path: Path) -> None:
    picture = [record(media="image/png", body=random.Random(1).randbytes(40_000) * 25 * between)] if between else []
    parts = [record(0), lying(length), record(1), *picture, lying(length), record(2)]
    data = packed(suffix.removeprefix("whole").removeprefix("torn"), [b"".join(parts)] if "whole" in suffix else parts)
    reasons = ["broken_record"] * 2
    if "torn" in suffix:
        data, reasons = data + packed(".gz", [record(3)])[:-30], [*reasons, "broken_archive"]
    items, rejected = outcomes(tmp_path, f"crawl.warc{suffix.removeprefix('whole').removeprefix('torn')}", data)
    assert urls(items) == THREE
    assert [one.reason for one in rejected] == reasons


def test_a_record_that_begins_within_a_record(tmp_path: Path) -> None:
    """What a body holds is never a record of the crawl while its length is true, and is one where it is torn."""
    held = b"\r\n\r\n" + record(7) * 9
    nested = record(media="application/warc", body=held), record(media="application/warc", body=held * 5500)
    items, rejected = outcomes(tmp_path, "nested.warc", record(0) + b"".join(nested) + record(1) + record(2))
    assert (len(nested[1]) > 33_554_432, urls(items), rejected) == (True, THREE, [])
    to_an_empty_line = len(b"a page\r\n\r\n") + record(1).index(b"\r\n\r\n")
    torn = {"body": record(9)[:-100], "head": record(9)[:120] + b"\r\n", "length": lying(to_an_empty_line)}
    for name, broken in torn.items():
        items, rejected = outcomes(tmp_path / name, "a.warc", record(0) + broken + record(1) + record(2))
        assert (name, urls(items)) == (name, THREE)
        assert [one.reason for one in rejected] == ["broken_record"]


@pytest.mark.parametrize("length", [33_000_000, 33_554_433])
def test_many_lies_cost_what_one_does(length: int, tmp_path: Path) -> None:
    """Each asks for what the others asked for: it is looked at once."""

    def work(lies: int) -> None:
        head = f"WARC/1.0\r\nContent-Length: {length}\r\n\r\n".encode()
        _, rejected = outcomes(tmp_path, "a.warc.gz", gzip.compress(head * lies + b"x" * 40_000_000, 1))
        assert len(rejected) >= lies

    assert least_seconds(lambda: work(200), 2) < 4 * least_seconds(lambda: work(1), 2) + GRACE


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_reading_goes_on_behind_a_broken_member(suffix: str, tmp_path: Path) -> None:
    whole = packed(suffix, [record(9)])
    for broken in (whole[: len(whole) // 2], whole[:60] + bytes(40) + whole[100:]):
        data = packed(suffix, [record(0)]) + broken + packed(suffix, [record(1), record(2)])
        items, rejected = outcomes(tmp_path, f"crawl.warc{suffix}", data)
        assert urls(items) == THREE
        assert [one.reason for one in rejected] == ["broken_archive"]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_bomb_ends_the_file(suffix: str, tmp_path: Path) -> None:
    bomb = record(9, media="image/png", body=bytes(200 * 1024 * 1024))
    items, rejected = outcomes(tmp_path, f"crawl.warc{suffix}", packed(suffix, [record(0), bomb]))
    assert (len(items), [one.reason for one in rejected]) == (1, ["unpacks_too_far"])


def test_a_file_of_broken_records_comes_to_an_end(tmp_path: Path) -> None:
    data = b"WARC/1.0\r\nContent-Length: 1000000\r\n\r\n" * 3000
    items, rejected = outcomes(tmp_path, "crawl.warc", data)
    assert items == []
    assert rejected[-1].reason == "broken_file"
    assert len({(one.path, one.record) for one in rejected}) == len(rejected)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.binary(max_size=40), st.sampled_from(["", ".gz", ".zst"]), st.booleans())
def test_whatever_is_in_it_reading_ends(at: int, junk: bytes, suffix: str, insert: bool) -> None:
    good = packed(suffix, [record(number) for number in range(3)])
    at %= len(good)
    with tempfile.TemporaryDirectory() as folder:
        data = good[:at] + junk + good[at if insert else at + len(junk) :]
        items, rejected = outcomes(Path(folder), f"crawl.warc{suffix}", data)
    keys = [(one.path, one.record) for one in (*items, *rejected)]
    assert len(set(keys)) == len(keys)
    assert items or rejected


KINDS = ("txt", "html", "jsonl.gz", "csv.zst", "parquet", "warc.gz", "json")


def write_kind(folder: Path, kind: str, numbers: list[int]) -> None:
    """Those articles in one file, or one file each where a file holds one."""
    rows = [
        {"url": f"https://harbour.example/{n}", "title": f"Ferry {n}", "text": "\n\n".join(story(n))} for n in numbers
    ]
    if kind == "txt":
        for number, row in zip(numbers, rows, strict=True):
            (folder / f"{number}.txt").write_text(f"{row['title']}\n\n{row['text']}\n", encoding="utf-8")
    elif kind == "html":
        for number in numbers:
            (folder / f"{number}.html").write_bytes(page(number))
    elif kind == "jsonl.gz":
        (folder / "a.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode(), mtime=0))
    elif kind == "json":
        (folder / "a.json").write_text(json.dumps(rows, indent=1), encoding="utf-8")
    elif kind == "csv.zst":
        text = io.StringIO(newline="")
        table = csv.DictWriter(text, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
        (folder / "a.csv.zst").write_bytes(zstandard.compress(text.getvalue().encode()))
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), folder / "a.parquet")
    else:
        (folder / "a.warc.gz").write_bytes(packed(".gz", [record(number) for number in numbers]))


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=3, max_size=9))
def test_a_mixed_folder_has_each_article_once_and_loses_nothing(kinds: list[str], knowledge: Knowledge) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "raw" / "harbour"
        folder.mkdir(parents=True)
        for kind in sorted(set(kinds)):
            write_kind(folder, kind, [number for number, one in enumerate(kinds) if one == kind])
        found = [outcome for file in list_files(folder.parent) for outcome in read(file)]
        built = build(folder.parent, Path(place) / "one", knowledge)
        assert built == build(folder.parent, Path(place) / "two", knowledge)
    assert built["quarantine"] == []
    assert len(built["articles"]) == len(kinds)
    for number in range(len(kinds)):
        assert sum(story(number)[1] in str(row["text"]) for row in built["articles"]) == 1
    for item in found:
        assert isinstance(item, RawItem)
        assert raw_of(clean(item, knowledge=knowledge).blocks) == rendered(item, None).text
