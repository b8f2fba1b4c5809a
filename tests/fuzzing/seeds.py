"""What cases are made from: the sample, the golden cases, pages, dumps and crawls of invented news."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import hostile
import names_golden

ROOT = Path(__file__).parent.parent.parent
_GOLDEN = ROOT / "tests" / "golden"
_PACKS = ROOT / "copydesk" / "dates" / "packs"
_ENCODINGS = ("utf-8", "cp1252", "cp1251", "cp1254", "cp1250", "koi8-r", "utf-16", "utf-32", "mac-roman", "cp866")


@cache
def texts() -> tuple[str, ...]:
    """Whole texts: the sample, furniture and traps."""
    paths = [*(ROOT / "raw" / "sample").rglob("*.txt"), *_GOLDEN.glob("furniture/*.txt"), *_GOLDEN.glob("traps/*.txt")]
    return tuple(path.read_bytes().decode("utf-8", "replace") for path in sorted(paths))


@cache
def lines() -> tuple[str, ...]:
    """The lines of the texts."""
    return tuple(dict.fromkeys(line for text in texts() for line in text.splitlines() if line.strip()))


@cache
def golden(folder: str, key: str) -> tuple[str, ...]:
    """What the golden cases of a folder have under a key."""
    tables = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((_GOLDEN / folder).glob("*.toml")))
    return tuple(one[key] for table in tables for one in table.get("case", ()) if isinstance(one.get(key), str))


@cache
def encoded() -> tuple[bytes, ...]:
    """Texts in the encodings they come in, and broken ones."""
    found = [text.encode("utf-8", "surrogatepass") for text in (*golden("encodings", "raw"), *texts())]
    for number, line in enumerate(lines()[::3]):
        found.append(line.encode(_ENCODINGS[number % len(_ENCODINGS)], "replace"))
    return tuple(found)


@cache
def date_words() -> tuple[str, ...]:
    """Every word of the packs of dates."""
    packs = sorted(_PACKS.glob("*.toml"))
    return tuple(dict.fromkeys(word for path in packs for word in _words(tomllib.loads(path.read_text("utf-8")))))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from (str(key), *_words(one))
    elif isinstance(value, list):
        for one in value:
            yield from _words(one)


@cache
def dated() -> tuple[str, ...]:
    return (*golden("dates", "text"), *golden("dates", "line"), *lines())


@cache
def stamped() -> tuple[str, ...]:
    return (*golden("dates", "line") * 9, *lines())


@cache
def named() -> tuple[str, ...]:
    """Texts with names in them."""
    families = sorted(path.stem for path in (_GOLDEN / "names").glob("*.toml"))
    return (*(case["plain"] for family in families for case in names_golden.cases(family)), *texts())


@cache
def pairs() -> tuple[str, ...]:
    """Two names each, a line feed between them."""
    rows = csv.DictReader(io.StringIO((_GOLDEN / "names" / "pairs.csv").read_text(encoding="utf-8")))
    return tuple(f"{row['a']}\n{row['b']}" for row in rows)


@cache
def pages() -> tuple[str, ...]:
    """Pages: golden ones, plain ones, and the small ones among the hostile."""
    found = [path.read_bytes().decode("utf-8", "replace") for path in sorted((_GOLDEN / "html").glob("*.html"))]
    stated = {"@type": "NewsArticle", "headline": "A second ferry", "datePublished": "2025-03-04T10:15:00Z"}
    author = {"author": [{"@type": "Person", "name": "Orla Penhallow"}], "@graph": [{"@id": "#a"}]}
    head = f'<script type="application/ld+json">{json.dumps(stated | author)}</script>'
    head += '<meta property="og:title" content="Ferry"><link rel="canonical" href="https://skarra.example/1">'
    body = "<table><tr><td>a<td>b</table><ul><li>x<li>y</ul><pre>a\n b</pre><br><figure><figcaption>Quay</figcaption>"
    body += "</figure><noscript>n</noscript><template>t</template><svg><text>s</text></svg><select><option>o</select>"
    odd = '<!DOCTYPE html [<!ENTITY a "b">]><p style="display:none">x</p><![CDATA[y]]><!-- z --><plaintext>'
    return (*found, *(hostile.page(number, head, body) for number in range(4)), odd + hostile.page(5))


RECORDS = (
    {"id": "a-1", "title": "A second ferry", "text": "The ferry at Skarra sailed again.", "url": "https://x.example/a"},
    {"id": 2, "headline": "Bridge", "content": ["One.", "Two."], "authors": "['Una Croy', 'Tam Wicks']", "date": 17e8},
    {"article": {"body": {"rendered": "<p>Books were counted.</p>"}, "author": {"name": "Una"}}, "lang": "en"},
    {"html": "<html><body><p>A page within a record.</p></body></html>", "publish_date": "2025-03-04T10:15:00Z"},
    {"text": None, "summary": "A teaser.", "guid": "https://x.example/b", "published": 1700000000},
    {"text": "With a number", "score": 1e308, "tags": [[["deep"]]], "authors": [{"name": "A"}, None, 3, ["B"]]},
)


@cache
def json_lines() -> tuple[str, ...]:
    dumped = [json.dumps(record, ensure_ascii=number % 2 == 0) for number, record in enumerate(RECORDS)]
    return ("\n".join(dumped), "\n".join(dumped[:2]), *(f"{one}\n{one}" for one in dumped))


@cache
def json_files() -> tuple[str, ...]:
    listed = json.dumps(RECORDS)
    return (listed, json.dumps({"articles": RECORDS}), json.dumps(RECORDS[0], indent=1), "\n".join(json_lines()[:1]))


@cache
def tables() -> tuple[str, ...]:
    return (*_tables(","), *_tables(";"))


@cache
def tab_tables() -> tuple[str, ...]:
    return _tables("\t")


def _tables(mark: str) -> tuple[str, ...]:
    """CSV, its cells parted by ``mark``."""
    found = []
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        target = io.StringIO()
        writer = csv.writer(target, delimiter=mark, quoting=quoting, lineterminator="\n")
        writer.writerows([("id", "title", "text", "url", "authors", "date", "Land")])
        for number, line in enumerate(lines()[:40:4]):
            writer.writerow((number, f'A "{number}"', line + "\nand on", f"https://x.example/{number}", "Una", "1", ""))
        found.append(target.getvalue())
    return (*found, "text\nx\n", f"text{mark}\n{mark}\n")


@cache
def crawls() -> tuple[bytes, ...]:
    """WARC files of a few records: pages as they were sent, plain texts, and what is passed over."""
    page = hostile.page(3).encode()
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    sent = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page,
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked,
        b"HTTP/1.0 200\r\nContent-Encoding: gzip, br\r\n\r\n" + page,
        b"HTTP/1.1 404 Not Found\r\n\r\nno",
    ]
    records = [_record(number, "response", "application/http", body) for number, body in enumerate(sent)]
    records.append(_record(9, "conversion", "text/plain", hostile.text(2).encode()))
    records.append(_record(10, "warcinfo", "application/warc-fields", b"software: x\r\n"))
    return (*records, b"".join(records), b"".join(reversed(records)))


def _record(number: int, kind: str, holds: str, body: bytes) -> bytes:
    head = f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nContent-Type: {holds}\r\n"
    head += f"WARC-Target-URI: https://skarra.example/{number}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n\r\n"


@cache
def by_hand() -> tuple[str, ...]:
    """What is edited by hand: sources, limits, authorities, the dataset's description."""
    paths = [*(ROOT / "raw" / "authority").glob("*.toml"), ROOT / "raw" / "sources.toml"]
    paths += [ROOT / "dataset" / "dataset.toml", ROOT / "copydesk" / "limits.toml"]
    whole = [path.read_text(encoding="utf-8") for path in sorted(paths)]
    entries = [f"[[entry]]{one}" for text in whole if "[[entry]]" in text for one in text.split("[[entry]]")[1:60:3]]
    source = '[harbour]\nname = "Harbour"\ntimezone = "Europe/Paris"\ndate_order = "dmy"\ninfer_dates = true\n'
    limits = "[limits]\nrecords = 3\ndocument_lines = 50_000\n"
    return (
        *(text for text in whole if len(text) < 6_000),
        *entries,
        source + '[harbour.columns]\ntext = "x"\n',
        limits,
    )


def some_names() -> tuple[str, ...]:
    return pairs()[::9]


def some_lines() -> tuple[str, ...]:
    return lines()[::5]


def of_json() -> tuple[str, ...]:
    return _JSON


def of_html() -> tuple[str, ...]:
    return _HTML


def of_warc() -> tuple[bytes, ...]:
    return _WARC


def of_toml() -> tuple[str, ...]:
    return _TOML


_JSON = ('"text":', '"html":', '"url":', '"id":', '"authors":', '"date":', "[" * 60, '{"a":' * 30, "1" * 400, "\\u0000")
_HTML = (
    "<p>", "</p>", "<div>", "<table>", "<td>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "<svg>", "<math>",
    "<template>", "<plaintext>", "<frameset>", "<noscript>", "<br>", "<select>", "&nbsp;", "&#0;", "&#xd800;", "<?xml",
    ' hidden=""', ' style="display:none"', ' class="advert"', "<h1>", "<article>", "<time datetime=", "<a href=",
    "<li>", "<pre>",
)  # fmt: skip
_WARC = (
    b"WARC/1.0\r\n",
    b"Content-Length: 0\r\n",
    b"Content-Length: 99999\r\n",
    b"\r\n\r\n",
    b"ffffffff\r\n",
    b"0\r\n",
)
_TOML = ("[[entry]]", "[a]", "a = 1", "= [", '"""', "'''", "2020-01-01", "1e400", "nan", "{ }", "#", 'id = "a"')
