"""Proofs: every raw line once and in order, struck through where it was set aside, and nothing scraped ever acts."""

from __future__ import annotations

import html
import json
import re
import shutil
import struct
import subprocess
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from conftest import SAMPLE
from growth import grows_linearly
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_release import DOCUMENTS, article_of, publish_small, release_of, tables_of, write_small

from copydesk.article import KEPT_ROLES, SET_ASIDE_ROLES, Role
from copydesk.cleaning import Knowledge, clean
from copydesk.cli import main
from copydesk.decoding.lines import split_lines
from copydesk.errors import NothingToDo
from copydesk.explain import explain_html
from copydesk.proofs.markup import language_tag, style
from copydesk.proofs.page import proof
from copydesk.proofs.sample import proof_files, sample_of
from copydesk.release.withhold import withhold_text
from copydesk.release.write import write_release
from copydesk.rows import article_row, block_rows

CHROMIUM = Path("/usr/bin/chromium")
STRUCK = {role.value for role in SET_ASIDE_ROLES} - {"blank"}

PLAIN = (
    "head",
    "body",
    "title",
    "style",
    "header",
    "main",
    "b",
    "dt",
    "details",
    "summary",
    "table",
    "thead",
    "tbody",
    "tr",
)
# Every element that a page may have, with its attributes.
ALLOWED: Mapping[str, set[str]] = {
    **{
        name: set()
        for name in PLAIN
    },
    "dl": {"class"},
    "html": {"lang"}, "meta": {"charset", "http-equiv", "content", "name"}, "nav": {"aria-label"}, "a": {"href"},
    "h1": {"lang", "dir"}, "h2": {"class"}, "p": {"class", "lang", "dir"}, "span": {"class"}, "bdi": {"class", "lang"},
    "div": {"class", "title"}, "dd": {"class", "dir"}, "input": {"type", "id"}, "label": {"for"}, "ol": {"class"},
    "li": {"class", "id"}, "del": {"lang", "dir"}, "th": {"scope", "class", "colspan"}, "td": {"class"},
}  # fmt: skip
VALUES: Mapping[str, re.Pattern[str]] = {
    "href": re.compile(r"[A-Za-z0-9_-]{1,100}\.html"),
    "id": re.compile(r"L[1-9][0-9]*|hide"),
    "dir": re.compile("auto"),
    "lang": re.compile(r"|[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
    "class": re.compile(r"[a-z]+( heading)?"),
}
VOID = {"meta", "input"}

ATTACKS = (
    "<script>attacked = 1</script>",
    "</del></div></li><script>attacked = 1</script>",
    '"><img src=x onerror="attacked = 1">',
    "' onmouseover='attacked = 1' x='",
    '" autofocus onfocus="attacked = 1" tabindex="0',
    "` onload=attacked=1 `",
    "javascript:attacked=1",
    "https://attacker.example/a?b=c&d=e",
    "</style><script>attacked = 1</script>",
    "</title><svg onload=attacked=1>",
    "<!-- <del> --> ]]> <?php ?> <![CDATA[ &lt;script&gt; &#60;script&#62;",
    "{{ 7 * 7 }} {% raw %} {{ ''.__class__ }}",
    "left \u202eright\u202c \u2066open \u2067never closed",
    "a\x00b\x07\x1b[31mred\x7f\x85\x9b\r\ufeff\u200b\u2028\u2029 \ufffe \U0010ffff \U000e0041",
    "lone \ud800 and \udfff",
    "Z" + "\u0351\u0325" * 300 + " word" + "\u200d" * 50,
    "W" * 5_000,
    " " * 3_000 + "x\t\ty",
    "\u202e" * 2_000,
    "شكرا لكم javascript:alert(1) 12",
)


@dataclass
class Shown:
    """A line as a page shows it."""

    first: int
    last: int
    kind: str
    role: str = "blank"
    words: str = ""
    struck: bool = False
    title: str = ""
    facts: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """Reads a page and fails on whatever has no place in it: elements, attributes, values, nesting, comments."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, dict[str, str]]] = []
        self.lines: list[Shown] = []
        self.links: list[str] = []
        self.metas: list[dict[str, str]] = []
        self.ids: list[str] = []
        self.texts: dict[str, str] = {}
        self.buffer = ""
        self.term = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names) and set(names) <= ALLOWED[tag], (tag, names)
        values = {name: value or "" for name, value in attrs}
        for name, value in values.items():
            assert name not in VALUES or VALUES[name].fullmatch(value), (tag, name, value)
        if "href" in values:
            self.links.append(values["href"])
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "meta":
            self.metas.append(values)
        if tag not in VOID:
            self.stack.append((tag, values))
        if tag == "li":
            self.lines.append(Shown(int(values["id"][1:]), 0, values["class"].split()[0]))
        if tag == "div" and values.get("class") == "words":
            self.lines[-1].title = values["title"]
        if tag in ("del", "p", "summary", "dt", "dd", "h1", "style", "title"):
            self.buffer = ""

    def handle_endtag(self, tag: str) -> None:
        opened, values = self.stack.pop()
        assert opened == tag
        if tag == "span" and values.get("class") == "number":
            self.lines[-1].last = int(self.buffer.rpartition("–")[2])
            assert self.lines[-1].first == int(self.buffer.partition("–")[0])
        inside = any(name == "li" for name, _ in self.stack)
        if inside and tag in ("del", "p"):
            self.lines[-1].words, self.lines[-1].struck = self.buffer, tag == "del"
        if inside and tag == "summary":
            self.lines[-1].role = self.buffer.replace(" ", "_")
        if tag == "dt":
            self.term = self.buffer
        if inside and tag == "dd":
            self.lines[-1].facts[self.term] = self.buffer
        if tag in ("h1", "style", "title"):
            self.texts[tag] = self.buffer

    def handle_data(self, data: str) -> None:
        _, values = self.stack[-1] if self.stack else ("", {})
        if values.get("class") == "number":
            self.buffer = data
        elif values.get("class") == "mark":
            code, _, times = data.partition(" × ")
            self.buffer += chr(int(code.removeprefix("U+"), 16)) * int(times or 1)
        else:
            self.buffer += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"


def read(page: bytes) -> Reader:
    """The page, parsed; fails where it could act, ask for anything, or hide or turn text."""
    text = page.decode()
    assert text.startswith("<!DOCTYPE html>\n")
    hidden = [c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"]
    assert not hidden
    assert not re.search("[\u200b\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]", text)
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert not reader.stack
    assert len(set(reader.ids)) == len(reader.ids)
    policy = next(meta["content"] for meta in reader.metas if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not re.search(r"url\(|@import|@font-face|expression\(", reader.texts["style"])
    return reader


def page_of(path: str, text: str) -> tuple[bytes, list[Mapping[str, Any]]]:
    article = article_of(path, text)
    blocks = list(block_rows(article))
    return proof(article_row(article), blocks), blocks


def hostile_rows(attacks: Sequence[str] = ATTACKS) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An article of which every column of text that can hold an attack does, in lines of every role."""
    article = dict(article_row(article_of("herald/x.txt", "Headline\n\nBody.\n")))
    article |= {name: "".join(attacks) for name in ("headline", "raw_path", "raw_record", "published", "language")}
    article |= {"source_id": attacks[0], "encoding": attacks[-1], "flags": list(attacks)}
    blocks = []
    for number, (role, attack) in enumerate((role, attack) for role in Role for attack in attacks):
        blocks.append(
            {
                "article_id": article["article_id"], "block": number, "line_start": number, "line_end": number + 1,
                "role": role, "rule": attack, "evidence": attack, "confidence": 0.5, "text": attack,
                "raw_text": f"{attack} as read", "repairs": [attack],
            }
        )  # fmt: skip
    return article, blocks


def check_lines(reader: Reader, blocks: Sequence[Mapping[str, Any]]) -> None:
    assert [(shown.first, shown.last) for shown in reader.lines] == [
        (block["line_start"] + 1, block["line_end"]) for block in blocks
    ]
    for shown, block in zip(reader.lines, blocks, strict=True):
        role = str(block["role"])
        assert shown.words == (block["text"] or "")
        assert shown.struck == (role in STRUCK)
        assert shown.role == role
        if role != "blank":
            assert shown.facts["rule"] == block["rule"]
            assert shown.facts.get("saw", "") == (block["evidence"] or "")
            assert shown.title.startswith(f"{role} · {block['rule']}")


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from("\n\r\x0b\x85\u2028\u202e <>&\"'={}%")))
)
@example("")
@example("\n\n\n")
@example("".join(DOCUMENTS.values()))
def test_every_raw_line_stands_there_once_and_in_order(text: str) -> None:
    page, blocks = page_of("herald/any.txt", text)
    reader = read(page)
    check_lines(reader, blocks)
    numbers = [number for shown in reader.lines for number in range(shown.first, shown.last + 1)]
    assert numbers == list(range(1, len(split_lines(text)) + 1))


@pytest.mark.parametrize("path", ["harbour_ledger/002", "radio_meridian/003", "shiraki_dzayn/001"])
def test_pages_of_the_sample(path: str, knowledge: Knowledge) -> None:
    raw = next(SAMPLE.glob(f"{path}*"))
    article = clean(raw.read_bytes(), source=path.partition("/")[0], knowledge=knowledge)
    reader = read(proof(article_row(article), block_rows(article)))
    check_lines(reader, list(block_rows(article)))
    assert reader.texts["h1"] == article.headline
    kept = [shown for shown in reader.lines if shown.kind in ("text", "field")]
    assert len(kept) == sum(block.role in KEPT_ROLES for block in article.blocks)
    assert "\n\n".join(shown.words for shown in kept if shown.kind == "text") == article.text


def test_what_was_read_is_told_where_it_was_repaired() -> None:
    article = article_of("herald/x.txt", "Headline\n\nIt cost CAF.\n  Trimmed.  \n")
    repaired = [
        block._replace(text="It cost café.", raw="It cost cafÃ©\u200b.", repairs=("mojibake",))
        if block.text == "It cost CAF."
        else block
        for block in article.blocks
    ]
    article = replace(article, blocks=tuple(repaired))
    shown = {line.words: line for line in read(proof(article_row(article), block_rows(article))).lines}
    assert shown["It cost café."].facts["as read"] == "It cost cafÃ©\u200b."
    assert shown["It cost café."].facts["repairs"] == "mojibake"
    assert "as read" not in shown["Trimmed."].facts


def test_attacks_stay_text() -> None:
    article, blocks = hostile_rows()
    page = proof(article, blocks)
    reader = read(page)
    assert reader.links == []
    shown = {(line.role, line.words) for line in reader.lines if line.role != "blank"}
    assert shown == {(role.value, attack) for role in Role for attack in ATTACKS if role is not Role.BLANK}
    assert [line.first for line in reader.lines] == list(range(1, len(blocks) + 1))
    assert all(line.facts["as read"].endswith(" as read") for line in reader.lines)
    assert reader.texts["h1"] == "".join(ATTACKS)
    tags = set(re.findall(r"<(/?[^ >\n]+)", page.decode())) - {"!DOCTYPE"}
    assert {tag.lstrip("/") for tag in tags} <= ALLOWED.keys()


def test_attacks_stay_text_in_the_index() -> None:
    made = hostile_tables()
    files = proof_files(made, 10)
    reader = read(files["proofs/index.html"])
    assert reader.links == [path.removeprefix("proofs/") for path in files if path != "proofs/index.html"]
    for path, page in files.items():
        assert read(page).links in (["index.html"], reader.links), path


def hostile_tables() -> dict[str, pa.Table]:
    """Tables with the attacks in them. What no file can hold, Arrow cannot either."""
    made = tables_of()
    attacks = "".join(attack for attack in ATTACKS if "\ud800" not in attack)
    changed = {}
    for name in ("articles", "blocks", "sources"):
        rows = made[name].to_pylist()
        for row in rows:
            for column in ("headline", "raw_path", "text", "evidence", "rule", "name", "published", "encoding"):
                if column in row:
                    row[column] = attacks
            if "flags" in row:
                row["flags"] = [attacks]
        changed[name] = pa.Table.from_pylist(rows, schema=made[name].schema)
    return {**made, **changed}


@pytest.mark.parametrize("value", ["en", "hy", "zh-Hant-TW", "sr-Latn"])
def test_languages_are_named(value: str) -> None:
    assert language_tag(value) == value


@pytest.mark.parametrize("value", [None, "", "e", 'en" onload="x', "en\n", "en_GB", "-" * 10_000])
def test_what_is_no_language_is_unknown(value: str | None) -> None:
    assert language_tag(value) == ""


def test_the_same_rows_give_the_same_bytes_in_any_order() -> None:
    made = tables_of()
    turned = {name: table.take(list(range(table.num_rows))[::-1]) for name, table in made.items()}
    files = proof_files(made, 4)
    assert files == proof_files(turned, 4)
    assert list(files) == list(proof_files(turned, 4))
    assert len(files) == 5


def articles_like(sources: Sequence[int], flagged: Sequence[int] = ()) -> pa.Table:
    rows = [
        {
            "article_id": f"{number:016x}",
            "source_id": f"s{source}",
            "flags": ["review:set_aside_cap"] if number in flagged else [],
        }
        for number, source in enumerate(sources)
    ]
    schema = pa.schema([("article_id", pa.string()), ("source_id", pa.string()), ("flags", pa.list_(pa.string()))])
    return pa.Table.from_pylist(rows, schema=schema)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=40), st.sets(st.integers(0, 39)), st.integers(0, 45), st.randoms())
def test_the_sample_is_fair_and_stable(sources: list[int], flagged: set[int], count: int, random: Any) -> None:
    articles = articles_like(sources, sorted(flagged))
    chosen = sample_of(articles, count)
    assert len(chosen) == len(set(chosen)) == min(count, len(sources))
    order = list(range(len(sources)))
    random.shuffle(order)
    assert sample_of(articles.take(pa.array(order, pa.int64())), count) == chosen
    assert sample_of(articles, count + 1)[:count] == chosen
    rows = {row["article_id"]: row for row in articles.to_pylist()}
    taken = dict.fromkeys(sources, 0)
    for id_ in chosen:
        taken[int(rows[id_]["source_id"][1:])] += 1
    for source, number in taken.items():
        full = number == sources.count(source)
        assert full or number >= max(taken.values()) - 1
        mine = [bool(rows[id_]["flags"]) for id_ in chosen if rows[id_]["source_id"] == f"s{source}"]
        assert mine == sorted(mine, reverse=True)
        left = [r for i, r in rows.items() if i not in chosen and r["source_id"] == f"s{source}" and r["flags"]]
        assert not left or all(mine)


def test_the_index_counts_what_the_pages_show() -> None:
    files = proof_files(tables_of(), 10)
    index = files["proofs/index.html"].decode()
    assert f"{len(DOCUMENTS)} of {len(DOCUMENTS)} articles" in index
    for path, page in files.items():
        if path == "proofs/index.html":
            continue
        kinds = [line.kind for line in read(page).lines]
        row = index.partition(f'href="{path.removeprefix("proofs/")}"')[2].partition("</tr>")[0]
        figures = [int(figure) for figure in re.findall(r'class="figure">(\d+)<', row)]
        assert figures == [kinds.count("text") + kinds.count("field"), kinds.count("aside")], path


def test_without_text_there_are_no_proofs(tmp_path: Path) -> None:
    made = tables_of()
    assert proof_files(withhold_text(made)) == {}
    assert proof_files(made, 0) == {}
    folder = write_small(tmp_path / "none", made, text="none")
    with pytest.raises(NothingToDo, match="without text"):
        explain_html("herald/harbour.txt", folder)


def test_an_id_that_leads_elsewhere_names_no_file() -> None:
    made = tables_of()
    for bad in ("../../index", "a/b", "", "index", "x.html", "a\x00"):
        rows = made["articles"].to_pylist()
        rows[0]["article_id"] = bad
        with pytest.raises(ValueError, match="can name no file"):
            proof_files({**made, "articles": pa.Table.from_pylist(rows, schema=made["articles"].schema)}, 10)


def test_a_version_takes_the_proofs_along(tmp_path: Path) -> None:
    made = tables_of()
    release = replace(release_of(made, "2026.11.0", None), extra_files=proof_files(made, 3))
    write_release(release, tmp_path)
    assert len(list((tmp_path / "proofs").iterdir())) == 4
    assert (tmp_path / "SHA256SUMS").read_text().count("  proofs/") == 4


def test_explain_writes_the_page_of_published_and_raw_articles(tmp_path: Path) -> None:
    dataset = tmp_path / "dataset"
    publish_small(dataset, tables_of())
    page = tmp_path / "page.html"
    assert main(["explain", "herald/harbour.txt", "--dataset", str(dataset), "--html", str(page)]) == 0
    shown = read(page.read_bytes())
    assert shown.texts["h1"] == "Harbour wall to be raised"
    assert shown.links == []
    raw = next((SAMPLE / "radio_meridian").glob("003*"))
    assert main(["explain", str(raw), "--html", str(page)]) == 0
    assert len(read(page.read_bytes()).lines) > 20
    assert main(["explain", str(raw), "--html", str(tmp_path / "no" / "page.html")]) == 5


@pytest.mark.parametrize("pattern", ["\u202e", "a\u202e", "\u202e\u200b", "<", '">', "\x00\n", "é\u0301", " "])
def test_hostile_length_takes_linear_time(pattern: str) -> None:
    def prove(length: int) -> None:
        article, blocks = hostile_rows([pattern * (length // len(pattern))])
        proof(article, blocks[:1])

    assert grows_linearly(prove, 10_000)


def test_colours_have_the_contrast_that_reading_needs() -> None:
    """WCAG 2.2, 1.4.3 (text, 4.5 to 1) and 1.4.11 (what is drawn, 3 to 1), in light and in dark."""
    schemes = re.findall(r":root \{(.*?)\}", style(), re.DOTALL)
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", scheme))
        for name in ("ink", "quiet", "struck", "field", "flag", "link"):
            assert contrast(colours[name], colours["paper"]) >= 4.5, name
        for name in ("ink", "quiet", "field"):
            assert contrast(colours[name], colours["field-paper"]) >= 4.5, name
        assert contrast(colours["mark"], colours["mark-paper"]) >= 4.5
        assert contrast(colours["stroke"], colours["paper"]) >= 3


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


MEASURE = """
addEventListener("load", () => {
  const measured = [...document.querySelectorAll("iframe")].map((frame) => {
    const page = frame.contentDocument, view = frame.contentWindow, root = page.documentElement;
    const of = (what) => [...page.querySelectorAll(what)];
    const closed = root.scrollWidth - root.clientWidth;
    of("details").forEach((one) => { one.open = true; });
    const opened = root.scrollWidth - root.clientWidth;
    const found = {
      name: frame.title, closed, opened, attacked: "attacked" in view, scripts: page.scripts.length,
      paper: view.getComputedStyle(page.body).backgroundColor, lines: of("li").length,
      struck: of("li.aside del").length, seen: of("li.aside").filter((one) => one.offsetHeight).length,
      narrow: of("li").filter((one) => one.scrollWidth > one.clientWidth + 1).length,
      fetched: view.performance.getEntriesByType("resource").length,
    };
    const hide = page.getElementById("hide");
    if (hide) { hide.click(); found.left = of("li.aside").filter((one) => one.offsetHeight).length; }
    return found;
  });
  document.body.textContent = "attacked" in window ? "attacked" : JSON.stringify(measured);
});
"""


def chromium(page: Path, *arguments: str) -> str:
    """Shows a page in a browser of its own, and returns what it prints."""
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
        f"--user-data-dir={page.parent / 'browser'}", *arguments, page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def framed(pages: Mapping[str, bytes], widths: Sequence[int], script: str = "") -> str:
    frames = "".join(
        f'<iframe title="{name} {width}" style="border:0;width:{width}px;height:1600px" '
        f'srcdoc="{html.escape(page.decode())}"></iframe>'
        for name, page in pages.items()
        for width in widths
    )
    return f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">{frames}<script>{script}</script>'


@pytest.fixture(scope="module")
def pages(knowledge: Knowledge) -> dict[str, bytes]:
    """Proofs in three scripts, one of attacks, and an index of attacks."""
    found = {}
    for path in ("harbour_ledger/002", "radio_meridian/003", "shiraki_dzayn/001"):
        article = clean(next(SAMPLE.glob(f"{path}*")).read_bytes(), knowledge=knowledge)
        found[path] = proof(article_row(article), block_rows(article), index=True)
    return {**found, "attacks": proof(*hostile_rows()), "index": proof_files(hostile_tables())["proofs/index.html"]}


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no browser at {CHROMIUM}")
def test_a_browser_shows_it_all_without_scrolling_sideways(pages: Mapping[str, bytes], tmp_path: Path) -> None:
    wrapper = tmp_path / "measure.html"
    wrapper.write_text(framed(pages, (1200, 390), MEASURE), encoding="utf-8")
    printed = chromium(wrapper, "--dump-dom")
    measured = json.loads(html.unescape(re.search(r"<body[^>]*>(.*?)</body>", printed, re.DOTALL)[1]))  # type: ignore[index]
    assert len(measured) == 2 * len(pages)
    for found in measured:
        assert found["closed"] <= 0 and found["opened"] <= 0 and found["narrow"] == 0, found
        assert not found["attacked"] and found["scripts"] == 0 and found["fetched"] == 0, found
        assert found["paper"] == "rgb(252, 251, 248)", found  # the style is let in by its hash
        if found["name"].startswith("index"):
            continue
        assert found["seen"] == found["struck"] > 0 and found["left"] == 0, found
        assert found["lines"] == len(read(pages[found["name"].rpartition(" ")[0]]).lines)


@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no browser at {CHROMIUM}")
@pytest.mark.parametrize("width", [1200, 390])
def test_a_browser_draws_it(width: int, pages: Mapping[str, bytes], tmp_path: Path) -> None:
    wrapper = tmp_path / "draw.html"
    wrapper.write_text(framed({"en": pages["harbour_ledger/002"]}, [width]), encoding="utf-8")
    picture = tmp_path / "page.png"
    chromium(wrapper, f"--screenshot={picture}", f"--window-size={max(width, 500)},1600")
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (max(width, 500), 1600)
    assert len(data) > 50_000, "a page of words makes a larger picture"
    shutil.rmtree(tmp_path / "browser")
