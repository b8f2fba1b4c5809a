"""A raw folder of hostile files: what is good among them must be published, what is bad set aside with its reason.

``KINDS`` names each kind with what it writes and what has to become of it; ``make`` writes a folder of them. Every text
is invented. ``benchmarks/hostile.py`` and ``test_hostile.py`` run it.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from copydesk.printable import printable

_PLACES = ("Skarra", "Ollen", "Brackwater", "Tarnholm", "Uskeby", "Fennick", "Morrow", "Halden Quay")
_THINGS = ("ferry", "school", "library", "bridge", "market", "clinic", "harbour", "tramway")
_WHO = ("Una Croy", "Orla Penhallow", "Tam Wicks", "Ines Rubell", "Jon Askew", "Mara Lind")
_ACTS = ("sailed", "mended", "counted", "painted", "weighed", "sold", "borrowed", "carried")
_GOODS = ("lanterns", "ladders", "onions", "kettles", "saddles", "barrels", "violins", "sledges", "anchors", "quilts")


def mark(number: int) -> str:
    """A word that stands in no other article."""
    return "zq" + "".join(chr(97 + int(digit)) for digit in f"{number:06}")


def story(number: int) -> list[str]:
    """Paragraphs that no other article has."""
    pick = random.Random(number)
    lines = []
    for _ in range(4):
        place, thing, who = pick.choice(_PLACES), pick.choice(_THINGS), pick.choice(_WHO)
        act, goods, count = pick.choice(_ACTS), pick.choice(_GOODS), pick.randrange(12, 9000)
        other = pick.choice(_GOODS)
        lines.append(
            f"The {thing} at {place} {act} {count} {goods} last week, said {who}, who keeps the books of {mark(number)}"
            f" and had hoped for {count + pick.randrange(9)} {other} before the {pick.choice(_THINGS)} closed."
        )
    return lines


def text(number: int) -> str:
    return "\n\n".join(story(number)) + "\n"


def page(number: int, head: str = "", body: str = "") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in story(number))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Books of {mark(number)}</title>'
        f"{head}</head><body><article><h1>Counting {mark(number)} again</h1>{paragraphs}</article>{body}</body></html>"
    )


def record(number: int, **more: object) -> dict[str, object]:
    return {"id": f"r{number}", "title": f"Counting {mark(number)}", "text": text(number), **more}


def lines(*records: object) -> bytes:
    return "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records).encode() + b"\n"


@dataclass(frozen=True)
class Kind:
    """``write`` puts the numbered file into a folder. ``reasons``: with which it must be set aside, none where all of
    it has to be published. ``good``: how many articles it holds. ``most``: how many of the kind a run may have."""

    name: str
    write: Callable[[Path, int], None]
    reasons: frozenset[str] = frozenset()
    good: int = 1
    most: int = 1_000_000


def _file(suffix: str, data: Callable[[int], bytes | str], name: str = "") -> Callable[[Path, int], None]:
    def write(folder: Path, number: int) -> None:
        made = data(number)
        target = folder / f"{name.format(n=number) or f'f{number:06}'}{suffix}"
        target.write_bytes(made.encode("utf-8", "surrogatepass") if isinstance(made, str) else made)

    return write


def _good(
    name: str, suffix: str, data: Callable[[int], bytes | str], called: str = "", good: int = 1, most: int = 1_000_000
) -> Kind:
    return Kind(name, _file(suffix, data, called), good=good, most=most)


def _bad(
    name: str, suffix: str, data: Callable[[int], bytes | str], *reasons: str, good: int = 0, most: int = 1_000_000
) -> Kind:
    return Kind(name, _file(suffix, data), frozenset(reasons), good, most)


def _fifo(folder: Path, number: int) -> None:
    os.mkfifo(folder / f"f{number:06}.txt")


def _socket(folder: Path, number: int) -> None:
    here = Path.cwd()
    os.chdir(folder)  # an address of a socket has at most 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"f{number:06}.txt")
    finally:
        os.chdir(here)


def _link(target: str) -> Callable[[Path, int], None]:
    return lambda folder, number: (folder / f"f{number:06}.txt").symlink_to(target)


def _loop(folder: Path, number: int) -> None:
    (folder / f"f{number:06}.txt").symlink_to(f"f{number:06}.txt")


def _deep_folders(folder: Path, number: int) -> None:
    path = folder / f"d{number:06}"
    for _ in range(60):
        path /= "d"
    path.mkdir(parents=True)
    (path / "a.txt").write_text(text(number))


def _long_path(folder: Path, number: int) -> None:
    """A folder whose path is longer than the system lets anyone name it whole."""
    here = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(22):
            Path(f"{number:06}" + "d" * 200).mkdir()
            os.chdir(f"{number:06}" + "d" * 200)
        Path("a.txt").write_text(text(number))
    finally:
        os.chdir(here)


def _case_collision(folder: Path, number: int) -> None:
    (folder / f"Story{number:06}.txt").write_text(text(number))
    (folder / f"STORY{number:06}.TXT").write_text(text(number + 500_000))


def _huge(folder: Path, number: int) -> None:
    with (folder / f"f{number:06}.txt").open("wb") as file:
        file.truncate(1 << 36)  # a hole: no byte of it is on the disk


def _huge_dump(folder: Path, number: int) -> None:
    with (folder / f"f{number:06}.jsonl").open("wb") as file:
        file.truncate(1 << 40)


def _parquet_bomb(folder: Path, number: int) -> None:
    long = pa.array(["a" * 1_200_000])
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 50_000, pa.int32()), long)
    pq.write_table(pa.table({"text": column}), folder / f"f{number:06}.parquet")


def _parquet_nulls(folder: Path, number: int) -> None:
    """Rows of which the last one alone is long."""
    ends = pa.array([0] * 300 + [100_000_000], pa.int32())
    nulls = pa.ListArray.from_arrays(ends, pa.nulls(100_000_000, pa.int8()))
    pq.write_table(pa.table({"text": ["a"] * 300, "authors": nulls}), folder / f"f{number:06}.parquet")


def _parquet_cells(folder: Path, number: int) -> None:
    """A moment that no calendar has, one in no country, and a byte that no letter has, each beside good ones."""
    texts = pa.array([text(number + 1000 * row).encode() + b"\xff" * row for row in range(3)], pa.binary())
    columns = {
        "text": pa.Array.from_buffers(pa.string(), 3, texts.buffers()),
        "date": pa.array([1_700_000_000, 1 << 50, 0]).cast(pa.timestamp("ms")),
        "modified": pa.array([1_700_000_000] * 3).cast(pa.timestamp("us", tz="Nowhere/Land")),
        "id": pa.array([2**31 - 1] * 3, pa.int32()).cast(pa.date32()),
    }
    pq.write_table(pa.table(columns), folder / f"f{number:06}.parquet")


def _jsonld(value: str) -> Callable[[int], str]:
    return lambda n: page(n, f'<script type="application/ld+json">{value}</script>')


def _warc(number: int, *bodies: bytes) -> bytes:
    out = b""
    for place, body in enumerate(bodies):
        head = f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:x:{number}-{place}>\r\n"
        head += f"WARC-Target-URI: https://skarra.example/{number}/{place}\r\nContent-Type: text/plain\r\n"
        out += f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body + b"\r\n\r\n"
    return out


_LAUGHS = (
    "<!DOCTYPE html ["
    + "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    + '<!ENTITY l0 "lol"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
)
_ESCAPE = "\x1b]0;owned\x07\x1b[2J\x1b[31m"

KINDS: tuple[Kind, ...] = (
    # Good articles in hostile clothes.
    _good("plain text", ".txt", text),
    _good("a page", ".html", page),
    _good("a dump", ".jsonl", lambda n: lines(*(record(n + 1000 * k) for k in range(3))), good=3, most=60),
    _good("packed text", ".txt.gz", lambda n: gzip.compress(text(n).encode(), mtime=0)),
    _good("control characters in its name", ".txt", text, "a{n:06}\n\x1b[31m\x07b"),
    _good("a name that turns the text around", ".txt", text, "a{n:06}\u202etxt.exe\u2066"),
    _good("a name that is no UTF-8", ".txt", text, "a{n:06}\udcff\udcfe"),
    _good("a name as long as they come", ".txt", text, "{n:06}" + "n" * 245),
    _good("a name that Windows keeps for itself", ".txt", text, "CON.{n:06}"),
    _good("a name that is markup", ".txt", text, "<img src=x onerror=alert({n})>"),
    _good("a name that is a formula", ".txt", text, "=cmd|' \\C calc'!A{n}"),
    _good("a name that climbs", ".txt", text, "{n:06}..%2f..%2fetc%2fpasswd"),
    _good("a name that looks like an option", ".txt", text, "--raw={n}"),
    Kind("names that differ in case alone", _case_collision, good=2),
    _good(
        "formulas",
        ".txt",
        lambda n: f'=HYPERLINK("http://x.example","{mark(n)}")\n\n@SUM(1)\n\n＝1+1\n\n' + text(n),
    ),
    _good(
        "markup in the text",
        ".txt",
        lambda n: f"<script>alert({n})</script>\n\n| a | b |\n\n](javascript:x)\n\n" + text(n),
    ),
    _good("terminal escapes in the text", ".txt", lambda n: _ESCAPE + "\n" + text(n)),
    _good("log lines in the text", ".txt", lambda n: "copydesk: ERROR all is lost\r12:00:00 | CRITICAL\n\n" + text(n)),
    _good("direction tricks in the text", ".txt", lambda n: "\u202e\u2066abc\u2069\n\n" + text(n)),
    _good("a thousand marks on a letter", ".txt", lambda n: "a" + "\u0301" * 1000 + "\n\n" + text(n)),
    _good("one line of a hundred thousand letters", ".txt", lambda n: "w" * 100_000 + "\n\n" + text(n), most=20),
    _good(
        "a sentence a hundred times over",
        ".txt",
        lambda n: text(n) + "\nThe same line is printed here again.\n" * 100,
        most=20,
    ),
    _good("bytes that are no UTF-8", ".txt", lambda n: text(n).encode() + b"\nZ\xfcrich, K\xf6ln\n"),
    _good("entities within entities", ".xhtml", lambda n: _LAUGHS + page(n, body="<p>&l9;&f;</p>"), most=200),
    _good("deep JSON-LD", ".html", _jsonld('{"a":' * 20_000 + "1" + "}" * 20_000), most=40),
    _good("broken JSON-LD", ".html", _jsonld("/" * 100_000 + '{"@type":"NewsArticle","headline":'), most=40),
    _good("JSON-LD of many articles", ".html", _jsonld("[" + ",".join(['{"@type":"Thing"}'] * 30_000) + "]"), most=20),
    _good(
        "JSON-LD with a headline of a megabyte",
        ".html",
        _jsonld(json.dumps({"@type": "NewsArticle", "headline": "x" * 1_000_000})),
        most=10,
    ),
    _good(
        "a page that leads away",
        ".html",
        lambda n: page(n, '<meta http-equiv="refresh" content="0;url=file:///etc/passwd"><base href="//x.example">'),
    ),
    _good("a page of scripts", ".html", lambda n: page(n, "<script>" + "if(a<b){c()}" * 50_000 + "</script>"), most=20),
    _good("a page of styles", ".html", lambda n: page(n, "<style>" + "a{b:c}" * 100_000 + "</style>"), most=20),
    _good(
        "frames and objects",
        ".html",
        lambda n: page(n, body='<iframe src="file:///etc/passwd"></iframe><object data="x"></object>'),
    ),
    _good(
        "handlers",
        ".html",
        lambda n: page(n, body='<p onclick="alert(1)">Click &lt;script&gt;alert(1)&lt;/script&gt;</p>'),
    ),
    _good("long attributes", ".html", lambda n: page(n, body=f'<p class="{"a-" * 200_000}">x</p>'), most=20),
    _good("a page with no end of closing tags", ".html", lambda n: page(n, body="</p>" * 50_000), most=20),
    _good(
        "numbers that are none",
        ".jsonl",
        lambda n: lines(record(n, score=float("nan"), rank=float("inf"))).replace(
            b"}", b', "x": 1e999, "y": -0, "z": 1' + b"0" * 3000 + b"}", 1
        ),
    ),
    _good("a key twice", ".jsonl", lambda n: lines(record(n)).replace(b'{"id"', b'{"text": "no", "id"', 1)),
    _good(
        "a key that is half a character",
        ".jsonl",
        lambda n: lines(record(n)).replace(b"{", b'{"\\ud800": "\\udfff", ', 1),
    ),
    _good("half characters in the text", ".jsonl", lambda n: lines(record(n, title=f"Counting {mark(n)} \ud83d"))),
    _good("an id that is a path", ".jsonl", lambda n: lines(record(n, id=f"../../../etc/passwd\n{n}"))),
    _good("an address that is a script", ".jsonl", lambda n: lines(record(n, url=f"javascript:alert({n})"))),
    _good(
        "an address of a megabyte",
        ".jsonl",
        lambda n: lines(record(n, url="https://x.example/" + "a" * 1_200_000)),
        most=10,
    ),
    _good(
        "authors as code", ".jsonl", lambda n: lines(record(n, authors="[__import__('os').system('touch /tmp/owned')]"))
    ),
    _good("cells that are formulas", ".csv", lambda n: f'id,title,text\n"=1+{n}","+cmd|x","{" ".join(story(n))}"\n'),
    Kind("Parquet with cells that say nothing", _parquet_cells, good=3, most=60),
    _bad(
        "a crawl with a broken record",
        ".warc",
        lambda n: b"garbage\r\n" * 9 + _warc(n, text(n).encode(), text(n + 300_000).encode()),
        "broken_record",
        good=2,
        most=200,
    ),
    _bad(
        "a crawl with a length that is no length",
        ".warc.gz",
        lambda n: gzip.compress(
            b"WARC/1.0\r\nContent-Length: 999999999999\r\n\r\n" * 9 + _warc(n, text(n).encode(), story(n)[0].encode()),
            mtime=0,
        ),
        "broken_record",
        good=2,
        most=200,
    ),
    # What is no article.
    _bad("empty", ".txt", lambda n: b"", "empty"),
    _bad("blank", ".txt", lambda n: " \n\t\u00a0\n" * 50, "empty"),
    _bad("a program", ".txt", lambda n: b"\x7fELF\x02\x01\x01" + bytes(300), "binary"),
    _bad("a picture", ".txt", lambda n: b"\x89PNG\r\n\x1a\n" + random.Random(n).randbytes(2000), "binary"),
    _bad("noise", ".txt", lambda n: bytes(range(32)) * 100 + random.Random(n).randbytes(4000), "binary", "undecodable"),
    _bad(
        "a broken byte order mark",
        ".txt",
        lambda n: b"\xff\xfe\0\0" + b"\xff\xff\xff\xff" * 20,
        "undecodable",
        "binary",
    ),
    _bad("a kind without a reader", ".pdf", lambda n: b"%PDF-1.7", "unknown_format"),
    Kind("a file of 64 GiB", _huge, frozenset({"too_large", "binary"}), 0, 3),
    Kind("a dump of a terabyte", _huge_dump, frozenset({"too_large"}), 0, 3),
    _bad(
        "a document of too many letters", ".txt", lambda n: "word of it " * 250_000, "line_too_long", "too_long", most=4
    ),
    _bad("a document of too many lines", ".txt", lambda n: "a line\n" * 30_000, "too_many_lines", most=8),
    _bad(
        "a bomb of gzip",
        ".txt.gz",
        lambda n: gzip.compress(bytes(100_000_000), 9, mtime=0),
        "too_large",
        "unpacks_too_far",
        most=3,
    ),
    _bad(
        "a bomb of zstandard",
        ".jsonl.zst",
        lambda n: zstandard.compress((b" " * 9999 + b"\n") * 20_000),
        "unpacks_too_far",
        most=3,
    ),
    _bad(
        "a torn archive",
        ".txt.gz",
        lambda n: gzip.compress(random.Random(n).randbytes(5000), mtime=0)[:-900],
        "broken_archive",
    ),
    _bad("no archive", ".txt.gz", lambda n: b"\x00this is no archive", "broken_archive"),
    _bad("no Parquet", ".parquet", lambda n: b"PAR1" + random.Random(n).randbytes(200) + b"PAR1", "broken_file"),
    Kind(
        "Parquet that repeats a text",
        _parquet_bomb,
        frozenset({"unpacks_too_far", "empty", "too_many_rejected", "line_too_long"}),
        0,
        2,
    ),
    Kind("Parquet full of nothing", _parquet_nulls, frozenset({"unpacks_too_far"}), 0, 2),
    _bad(
        "a page nested without end",
        ".html",
        lambda n: page(n).replace("<p>", "<div>" * 100_000, 1),
        "too_deep",
        most=40,
    ),
    _bad(
        "an element of a million attributes",
        ".html",
        lambda n: page(n, body="<p " + " ".join(f"a{k}=1" for k in range(1_000_000)) + ">"),
        "too_many_attributes",
        most=3,
    ),
    _bad(
        "a page of a million elements",
        ".html",
        lambda n: page(n, body="<b></b>" * 500_000),
        "too_many_elements",
        most=4,
    ),
    _bad(
        "a page without a word",
        ".html",
        lambda n: "<html><head><script>draw()</script></head><body><div></div></body></html>",
        "empty",
    ),
    _bad("JSON nested without end", ".json", lambda n: '{"text":' + "[" * 100_000, "too_deep", most=100),
    _bad(
        "JSON lines nested without end",
        ".jsonl",
        lambda n: lines(record(n), '{"text":' + "[" * 50_000 + "]" * 50_000 + "}"),
        "too_deep",
        good=1,
        most=100,
    ),
    _bad("JSON cut short", ".json", lambda n: json.dumps(record(n))[:-9], "broken_file"),
    _bad(
        "lines that are no records",
        ".jsonl",
        lambda n: lines(record(n), "[1]", "null", '{"a": ', '"x"', "9" * 5000),
        "broken_record",
        good=1,
    ),
    _bad("a record without text", ".jsonl", lambda n: lines(record(n), {"\ud800" * 5000: 1}), "no_text", good=1),
    _bad("an id taken twice", ".jsonl", lambda n: lines(record(n), record(n + 1000, id=f"r{n}")), "same_id", good=1),
    _bad(
        "a flood of broken lines",
        ".jsonl",
        lambda n: lines(*["{"] * 5000, record(n)),
        "broken_record",
        "too_many_rejected",
        good=1,
        most=2,
    ),
    _bad(
        "rows of another length",
        ".csv",
        lambda n: f'id,text\n1,"{" ".join(story(n))}"\n2,a,b,c\n',
        "broken_record",
        good=1,
    ),
    _bad(
        "a quote that never ends",
        ".csv",
        lambda n: f'id,text\n1,"{" ".join(story(n))}"\n2,"' + "x\n" * 17_000_000,
        "broken_file",
        "too_large",
        good=1,
        most=1,
    ),
    _bad(
        "a line that never ends", ".csv", lambda n: "id,text\n" + "1," * 17_000_000, "too_large", "broken_file", most=1
    ),
    _bad(
        "a crawl of lies", ".warc", lambda n: b"WARC/1.0\r\nContent-Length: 99999999999\r\n\r\n" * 50, "broken_record"
    ),
    Kind("a pipe", _fifo, frozenset({"no_file"}), 0),
    Kind("a socket", _socket, frozenset({"no_file"}), 0),
    Kind("a link to a device", _link("/dev/zero"), frozenset({"outside"}), 0),
    Kind("a link to a file outside", _link("/etc/passwd"), frozenset({"outside"}), 0),
    Kind("a link to a folder outside", _link("/etc"), frozenset({"outside"}), 0),
    Kind("a link to the folder above", _link(".."), frozenset({"linked_folder"}), 0),
    Kind("a link to nothing", _link("nothing"), frozenset({"broken_link"}), 0),
    Kind("a link in a circle", _loop, frozenset({"broken_link"}), 0),
    Kind("folders without end", _deep_folders, frozenset({"too_deep"}), 0, 40),
    Kind("a path longer than any", _long_path, frozenset({"unreadable"}), 0, 5),
)


def make(raw: Path, files: int) -> dict[str, list[int]]:
    """Writes about so many files: the kinds in turn, each kind in a folder (a source) of its own.

    Returns the numbers of the files of each kind, by its folder's name.
    """
    made: dict[str, list[int]] = {}
    counts = dict.fromkeys((kind.name for kind in KINDS), 0)
    number = 0
    while number < files:
        for place, kind in enumerate(KINDS):
            if number < files and counts[kind.name] < kind.most:
                folder = raw / f"k{place:02}"
                folder.mkdir(parents=True, exist_ok=True)
                kind.write(folder, number)
                made.setdefault(folder.name, []).append(number)
                counts[kind.name] += 1
                number += 1
    return made


def failures(made: dict[str, list[int]], articles: pa.Table, quarantine: pa.Table) -> list[str]:
    """What did not become of the files as their kinds say; nothing where all did."""
    texts: dict[str, list[str]] = {}
    for source, body in zip(articles["source_id"].to_pylist(), articles["text"].to_pylist(), strict=True):
        texts.setdefault(source, []).append(body or "")
    rows: dict[str, list[dict[str, str]]] = {}
    for row in quarantine.to_pylist():
        rows.setdefault(row["raw_path"].partition("/")[0], []).append(row)
    found = []
    for folder, numbers in made.items():
        kind = KINDS[int(folder[1:])]
        published, aside = "\n".join(texts.get(folder, [])), rows.get(folder, [])
        if len(texts.get(folder, [])) != kind.good * len(numbers):
            found.append(f"{kind.name}: {len(texts.get(folder, []))} articles of {len(numbers)} files")
        if kind.good:
            lost = [number for number in numbers if mark(number) not in published]
            found += [f"{kind.name}: the text of {number} is gone" for number in lost]
        if strange := {row["reason"] for row in aside} - kind.reasons:
            found.append(f"{kind.name}: set aside as {sorted(strange)}: {[row['detail'] for row in aside][:2]}")
        if kind.reasons and len({row["raw_path"] for row in aside}) != len(numbers):
            found.append(f"{kind.name}: {len({row['raw_path'] for row in aside})} of {len(numbers)} files set aside")
        for row in aside:
            named = row["detail"].startswith(printable(row["raw_path"])[:900])
            if not named or not row["detail"].endswith((".", "…")) or not row["detail"].isprintable():
                found.append(f"{kind.name}: its detail does not say what, where and what to do: {row['detail']!r}")
    return found
