"""Pages of HTML: what is visible is rendered once and in order (law 1), and what the page states is read, no more."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st

import copydesk
from copydesk.article import RawItem, Role, Stated
from copydesk.errors import ConfigError
from copydesk.html import NoPage, as_decoded, explain, hints, is_html, read_page, render, stated, vote
from copydesk.html.document import parse
from copydesk.html.extractor import matched
from copydesk.html.features import first_stage
from copydesk.html.metadata import body_in
from copydesk.html.score import default_model, html_scores, select
from copydesk.html.why import extracted
from copydesk.ingest import html as reader
from copydesk.ingest.rawfile import RawFile
from copydesk.ingest.reject import Rejected
from copydesk.sources import Source, load_sources

GOLDEN = Path(__file__).parent / "golden" / "html"
PAGES = sorted(path.stem for path in GOLDEN.glob("*.html"))


def _page(name: str) -> bytes:
    return (GOLDEN / f"{name}.html").read_bytes()


def _lines(name: str) -> list[str]:
    return (GOLDEN / f"{name}.lines").read_text(encoding="utf-8").splitlines()


# ---------------------------------------------------------------- what is visible


@pytest.mark.parametrize("name", PAGES)
def test_the_visible_lines_of_a_page(name: str) -> None:
    page = render(_page(name))
    assert list(page.lines) == _lines(name)
    assert len(page.spots) == len(page.lines)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>a</p>b<p>c</p>", ["a", "b", "c"]),
        ("<p>one<br>two<br/><br>three</p>", ["one", "two", "three"]),
        ("<p>in <b>one</b>\n  <i>line</i> </p>", ["in one line"]),
        ("<p>w<b>or</b>d</p><p><span>W</span><span>ord</span></p>", ["word", "Word"]),
        ("<nav><a>Home</a><a>News</a></nav>", ["Home News"]),
        ("<div><span>By</span><span>Ana</span></div>", ["By Ana"]),
        ("<p>to <a>here</a>, then <a>there</a>.</p>", ["to here, then there."]),
        ("<p>the <button>term</button> means</p>", ["the term means"]),
        ("<div>so<span class='br'></span>long</div>", ["so", "long"]),
        ("<p>co\u00adoperate\u200b</p><p>\u00a0\u200b</p>", ["co\u00adoperate\u200b"]),
        ("<p>line\u2028separator and\u0085more</p>", ["line separator and more"]),
        ("<textarea>a <b> b</textarea>", ["a <b> b"]),
        ("text alone", ["text alone"]),
        ("<p>unclosed <b>bold<p>next", ["unclosed bold", "next"]),
        ("<p>&amp;lt; &#8364; &nosuch; &#x110000;</p>", None),
    ],
)
def test_what_makes_a_line(markup: str, lines: list[str] | None) -> None:
    got = list(render(markup).lines)
    assert got == lines if lines is not None else len(got) == 1


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>X</p>",
        "<p style='color: red; DISPLAY : none'>X</p>",
        "<div style='visibility:hidden'><p>X</p></div>",
        "<span style='position:absolute;clip:rect(0 0 0 0)'>X</span>",
        "<span class='sr-only'>X</span>",
        "<script>X</script>",
        '<script type=\'application/ld+json\'>{"headline": "X"}</script>',
        "<style>X</style>",
        "<noscript><p>X</p></noscript>",
        "<template><p>X</p></template>",
        "<dialog>X</dialog>",
        "<iframe>X</iframe>",
        "<svg><title>X</title><text>X</text></svg>",
        "<video>X</video>",
        "<img alt='X'>",
        "<input value='X' placeholder='X'>",
        "<!-- X -->",
        "<datalist><option>X</option></datalist>",
    ],
)
def test_what_is_not_seen(hidden: str) -> None:
    assert render(f"<p>before</p>{hidden}<p>after</p>").lines == ("before", "after")
    assert "X" not in "".join(render(f"<p>left {hidden} right</p>").lines)


def test_what_a_style_sheet_may_hide_is_kept_and_marked() -> None:
    page = render("<p>seen</p><div class='modal hidden'><p>perhaps</p></div><p aria-hidden='true'>eyes only</p>")
    assert page.lines == ("seen", "perhaps", "eyes only")
    assert [spot.unseen for spot in page.spots] == [False, True, True]


def test_the_rest_of_an_article_that_a_script_holds_back_is_shown() -> None:
    told = "".join(
        f"<p>Paragraph {n} {'of the council meeting on the harbour and its many costs ' * 3}</p>" for n in "abc"
    )
    page = render(f"<article><p>First.</p><div hidden>{told}</div></article><div hidden>{told}</div>")
    assert len(page.lines) == 4
    assert [spot.unseen for spot in page.spots] == [False, True, True, True]
    form = render(f"<article><p>First.</p><div hidden>{told}<form><input></form></div></article>")
    assert form.lines == ("First.",)


_WORDS = st.integers(0, 10**6)
_INLINE = st.sampled_from(["b", "i", "a", "span", "em", "x-made-up"])
_BLOCK = st.sampled_from(["div", "p", "li", "section", "article", "h2", "blockquote", "td", "header", "button"])
_HIDING = st.sampled_from([("script", ""), ("p", " hidden"), ("div", ' style="display:none"'), ("noscript", "")])


def _tree(depth: int) -> st.SearchStrategy[tuple[str, list[str]]]:
    """Markup and the words that it shows, in order."""
    leaf = _WORDS.map(lambda n: (f" w{n} ", [f"w{n}"]))
    gone = st.tuples(_HIDING, _WORDS).map(lambda t: (f"<{t[0][0]}{t[0][1]}> h{t[1]} </{t[0][0]}>", []))
    if not depth:
        return st.one_of(leaf, gone)
    inner = st.lists(_tree(depth - 1), max_size=4).map(
        lambda ts: ("".join(t[0] for t in ts), [word for t in ts for word in t[1]])
    )

    def wrap(t: tuple[str, tuple[str, list[str]]]) -> tuple[str, list[str]]:
        return f"<{t[0]}>{t[1][0]}</{t[0]}>", t[1][1]

    return st.one_of(leaf, gone, st.tuples(st.one_of(_INLINE, _BLOCK), inner).map(wrap))


@settings(max_examples=150, deadline=None)
@given(_tree(4))
def test_every_visible_word_is_in_the_lines_once_and_in_order(tree: tuple[str, list[str]]) -> None:
    markup, words = tree
    # Nested <p>, <a>, <li> and <button> are closed early by a parser: the words stay, and so does their order.
    try:
        lines = render(f"<html><body>{markup}</body></html>").lines
    except NoPage as error:
        assert error.reason == "empty"
        lines = ()
    assert " ".join(lines).split() == words
    assert all(line == " ".join(line.split()) for line in (line.replace("\t", " ") for line in lines))


# ---------------------------------------------------------------- encodings


@pytest.mark.parametrize(
    ("encoding", "head", "basis"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8", "<meta charset=iso-8859-1>", "utf-8"),  # its bytes prove it wrong
        ("utf-8-sig", "", "bom"),
        ("utf-16", "", "bom"),
        ("iso-8859-1", "<meta http-equiv='Content-Type' content='text/html; charset=ISO-8859-1'>", "declared"),
        ("windows-1251", '<meta charset="windows-1251">', "declared"),
    ],
)
def test_encodings(encoding: str, head: str, basis: str) -> None:
    text = "Вечером мост закроют" if "1251" in encoding else "Für die Brücke über den Fluß"
    page = render(f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(encoding))
    assert page.lines == (text,)
    assert page.encoding_basis == basis


def test_an_encoding_that_came_with_the_page_is_believed_before_the_pages_own() -> None:
    data = "<meta charset=iso-8859-1><p>Вечером мост закроют на неделю</p>".encode("windows-1251")
    assert render(data, declared="windows-1251").lines == ("Вечером мост закроют на неделю",)


# ---------------------------------------------------------------- what a page states


def test_what_a_whole_page_states() -> None:
    assert stated(_page("dispatch")) == Stated(
        url="https://harbour-ledger.example/2024/05/ferry-returns",
        headline="Ferry to Skarholm returns after six years",
        byline=("Maren Oddsdatter", "Tobias Quill"),
        published="2024-05-14T08:30:00+01:00",
        updated="2024-05-14T11:02:00+01:00",
        language="en-GB",
    )
    assert stated(_page("talkurier")) == Stated(
        url="https://talkurier.example/muell",
        headline="Müllabfuhr verschiebt sich",
        byline=("Jörg Überlein", "Käthe Brüning"),
        published="2023-11-02",
        language="de-AT",
    )
    assert stated(_page("tables")) == Stated()


ARTICLE = '{"@type": "NewsArticle", "headline": "Pier reopens", "datePublished": "2024-05-14"'


@pytest.mark.parametrize(
    "block",
    [
        ARTICLE + "}",
        "[" + ARTICLE + "}]",
        '{"@graph": [{"@type": "WebSite"}, ' + ARTICLE + "}]}",
        '{"@type": "WebPage", "mainEntity": ' + ARTICLE + "}}",
        ARTICLE + ",}",
        ARTICLE + "};",
        "<!-- " + ARTICLE + "} -->",
        "//<![CDATA[\n" + ARTICLE + "}\n//]]>",
        (ARTICLE + "}").replace('"', "&quot;"),
        ARTICLE + ', "description": "two\nlines\tand a tab"}',
        ARTICLE + "} trailing words",
        (ARTICLE + "}").replace('"NewsArticle"', '["Thing", "http://schema.org/ReportageNewsArticle"]'),
        (ARTICLE + "}").replace("Pier reopens", "Pier &amp;#114;eopens"),
        '{"@type": "Organization", "name": "The Ledger"}\n' + ARTICLE + "}",
        "{\n  // the story\n" + ARTICLE[1:] + "}",
        ARTICLE + r', "description": "It\'s a pier \d"}',
        ARTICLE + ', "description": "They call it "the pier", he said", "keywords": ["a "b" c"]}',
    ],
)
def test_json_ld_as_pages_have_it(block: str) -> None:
    told = stated(f'<script type="application/ld+json">{block}</script><p>x</p>')
    assert (told.headline, told.published) == ("Pier reopens", "2024-05-14")


@pytest.mark.parametrize(
    "block",
    [
        "",
        "{",
        "null",
        '"a"',
        "[" * 100_000,
        '{"@graph": ' * 5_000,
        '{"@type": "ItemList", "itemListElement": [' + ARTICLE + "}]}",
        '{"@type": "WebPage", "relatedLink": ' + ARTICLE + "}}",
        '{"@type": 7, "headline": ["x"]}',
        '{"@type": "NewsArticle", "headline": {"a": {"b": 1}}, "datePublished": 20240514, "author": [[[[1]]]]}',
    ],
)
def test_json_ld_that_says_nothing_of_the_article(block: str) -> None:
    assert stated(f'<script type="application/ld+json">{block}</script><p>x</p>') == Stated()


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ('"Ana Sol"', ("Ana Sol",)),
        ('"By Ana Sol and Bo Lind"', ("Ana Sol", "Bo Lind")),
        ('["Ana Sol", {"name": "Bo Lind"}]', ("Ana Sol", "Bo Lind")),
        ('[{"@type": "Person", "name": ["Ana Sol", "Bo Lind"]}]', ("Ana Sol", "Bo Lind")),
        ('{"@type": "Person", "name": "Ana Sol (aso)"}', ("Ana Sol",)),
        ('"Ana Sol, Bo Lind; Cy Dahl"', ("Ana Sol", "Bo Lind", "Cy Dahl")),
        ('"AFP, MANILA"', ("AFP, MANILA",)),
        ('"Ana Sol, professor of history at the University of Somewhere"', ("Ana Sol",)),
        ('[{"@type": "Organization", "name": "Agency"}, {"@type": "Person", "name": "Ana Sol"}]', ("Ana Sol",)),
        ('{"@type": "Organization", "name": "Agency"}', ("Agency",)),
        ('"https://example.org/ana"', ()),
        ('"admin"', ()),
        ('"ana@example.org"', ()),
        ('{"@id": "#nobody"}', ()),
        ('{"@type": "Person", "givenName": "Ana", "familyName": "Sol"}', ("Ana Sol",)),
        ("\"<a href='/ana'>Ana Sol</a>\"", ("Ana Sol",)),
        ('"Ana Sol ana@example.org"', ("Ana Sol",)),
        ('"ana@example.org (Ana Sol)"', ("Ana Sol",)),
        ('"Ana Sol (@anasol)"', ("Ana Sol",)),
    ],
)
def test_authors(author: str, names: tuple[str, ...]) -> None:
    told = stated(f'<script type="application/ld+json">{ARTICLE}, "author": {author}}}</script><p>x</p>')
    assert told.byline == names


OWN = ARTICLE + ', "author": "Ana Sol", "url": "https://a.example/pier"}'
STORM = {"@type": "NewsArticle", "headline": "Storm closes road", "datePublished": "2023-01-09", "author": "Bo Lind"}
HEADS = (
    "<title>Pier reopens | The Ledger</title><meta property='og:site_name' content='The Ledger'>",
    "<link rel='canonical' href='https://a.example/pier?from=feed'>",
    "<meta property='og:title' content='Pier reopens'>",
)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("storm", [STORM, {**STORM, "url": "https://a.example/storm", "wordCount": 300}])
def test_what_json_ld_says_of_other_articles_is_not_said_of_this_one(head: str, storm: dict[str, object]) -> None:
    def told(*blocks: str) -> Stated:
        scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
        return stated(f"<html><head>{head}{scripts}</head><body><h1>Pier reopens</h1><p>x</p></body></html>")

    other = json.dumps(storm)
    for blocks in ((other, OWN), (OWN, other), (f"[{other}, {OWN}]",), (f'{{"@graph": [{other}, {OWN}]}}',)):
        found = told(*blocks)
        assert (found.headline, found.byline, found.published) == ("Pier reopens", ("Ana Sol",), "2024-05-14")
    second = json.dumps({**STORM, "headline": "Ferry is late", "author": "Cy Dahl"})
    found = told(other, second)
    assert (found.headline, found.byline, found.published) == ("Pier reopens", (), None)


def test_marks_outside_of_the_article_count_only_where_it_has_none() -> None:
    cards = "".join(f"<div><h3>Storm</h3><a rel='author'>{name}</a></div>" for name in ("Bo Lind", "Cy Dahl"))
    story = "<article><h1>Pier reopens</h1>{}<p>The pier is open.</p></article>"
    mine = "<a rel='author'>Ana Sol</a>"
    for page, names in (
        (story.format(mine) + cards, ("Ana Sol",)),
        (story.format("") + cards, ()),
        (story.format("") + f"<footer>{mine}</footer>", ("Ana Sol",)),
        (f"<div><h1>Pier reopens</h1>{mine}<a rel='author'>Bo Lind</a></div>", ("Ana Sol", "Bo Lind")),
    ):
        assert stated(f"<html><body>{page}</body></html>").byline == names
    box = "<aside><time class='published' datetime='2023-01-09'>then</time></aside>"
    own = "<time class='published' datetime='2024-05-14'>then</time>"
    assert stated(f"<html><body>{box}{story.format(own)}</body></html>").published == "2024-05-14"
    assert stated(f"<html><body>{box}{story.format('')}</body></html>").published is None


def test_an_article_that_is_described_under_another_headline_is_believed() -> None:
    block = f'<script type="application/ld+json">{OWN.replace("Pier reopens", "Why the pier is open again")}</script>'
    page = f"<title>Pier reopens</title>{block}<h1>Pier reopens</h1>"
    assert stated(page).byline == ("Ana Sol",)
    assert stated(f'<link rel="canonical" href="https://a.example/pier/amp">{page}').byline == ("Ana Sol",)
    assert stated(f'<link rel="canonical" href="https://a.example/ferry">{page}').byline == ()


CARD = (
    "<{0} itemscope itemtype='https://schema.org/{1}'><h2>Storm</h2><a rel='author' itemprop='author'>Bo Lind</a>"
    "<meta itemprop='datePublished' content='2023-01-09'><time itemprop='datePublished' datetime='2023-01-09'>then"
    "</time></{0}>"
)
STORY = (
    "<article><h1>Pier reopens</h1><a rel='author' itemprop='author'>Ana Sol</a>"
    "<time itemprop='datePublished' datetime='2024-05-14'>then</time><p>The pier is open.</p>{}</article>"
)


@pytest.mark.parametrize("card", [CARD.format("article", "NewsArticle"), CARD.format("div", "Article"),
                                  CARD.format("li", "Comment"), CARD.format("div", "UserComments")])  # fmt: skip
def test_what_is_marked_in_another_article_or_a_comment_is_not_said_of_this_one(card: str) -> None:
    for page in (card + STORY.format(""), STORY.format("") + card, STORY.format(card)):
        told = stated(f"<html><body>{page}</body></html>")
        assert (told.byline, told.published) == (("Ana Sol",), "2024-05-14")
    told = stated(f"<html><body><article><h1>Pier reopens</h1><p>The pier is open.</p></article>{card}</body></html>")
    assert (told.byline, told.published) == ((), None)


@pytest.mark.parametrize(
    ("author", "byline", "people", "agencies"),
    [
        (
            '[{"@type": "Organization", "name": "dpa"}, {"@type": "Person", "name": "Ana Sol"}]',
            ("Ana Sol",),
            1,
            ("dpa",),
        ),
        ('{"@type": "Organization", "name": "AFP"}', ("AFP",), 0, ("AFP",)),
        ('{"name": "The Ledger"}', ("The Ledger",), 0, ()),
        ('[{"name": "Ana Sol"}, {"name": "Foto: Bo Lind"}]', ("Ana Sol",), 1, ()),
    ],
)
def test_an_outlet_is_nobody_and_an_agency_beside_people_is_told(
    author: str, byline: tuple[str, ...], people: int, agencies: tuple[str, ...]
) -> None:
    site = '<meta property="og:site_name" content="The Ledger">'
    block = f'<script type="application/ld+json">{ARTICLE}, "author": {author}}}</script>'
    article = copydesk.clean(
        f"<html><head>{site}{block}</head><body><h1>Pier reopens</h1><p>It is open.</p></body></html>"
    )
    assert (article.byline, len(article.byline_normalized), article.agencies) == (byline, people, agencies)


@pytest.mark.parametrize(("told", "completeness"), [("false", "unknown"), ('"False"', "unknown"), ("true", "complete")])
def test_what_is_not_free_for_all_is_not_called_complete(told: str, completeness: str) -> None:
    block = f'<script type="application/ld+json">{ARTICLE}, "isAccessibleForFree": {told}}}</script>'
    text = (
        "<p>The pier of Skarra is open again, the harbour master said on Tuesday, after six years of repairs.</p>"
        "<p>Boats will land there twice a day, he told the council, and five times on market days in summer.</p>"
    )
    page = f"<html lang='en'><head>{block}</head><body><article><h1>Pier reopens</h1>{text}</article></body></html>"
    assert copydesk.clean(page).completeness == completeness


MISREAD = {"he": ("צפון שומרת", "יעל כהן"), "ru": ("Северск сохранит", "Иван Мороз"), "el": ("Η Πόλη", "Ελένη Παππά")}


@pytest.mark.parametrize("reading", ["latin-1", "mac-roman"])  # those in which every byte is a letter
@pytest.mark.parametrize("language", MISREAD)
def test_no_letter_of_a_misread_name_is_taken_for_what_stands_between_names(language: str, reading: str) -> None:
    headline, name = MISREAD[language]
    page = f"<title>{headline} – Ч</title><meta name='author' content='{name}'><h1>{headline}</h1><p>{headline} {name}"
    told = stated(page.encode().decode(reading))
    assert (told.headline, told.byline) == (headline, (name,))
    assert {repair.partition(":")[0] for repair in told.repairs} == {"headline", "byline"}


def test_a_newsroom_gives_way_to_a_person_whom_another_source_names() -> None:
    site = '<meta property="og:site_name" content="The Ledger">'
    block = f'<script type="application/ld+json">{ARTICLE}, "author": {{"name": "The Ledger"}}}}</script>'
    assert stated(f"{site}{block}<p>x</p>").byline == ("The Ledger",)
    assert stated(f'{site}{block}<meta name="author" content="Ana Sol"><p>x</p>').byline == ("Ana Sol",)
    staff = '<meta property="og:site_name" content="Island Ledger"><meta name="author" content="The Island Ledger">'
    assert stated(f'{staff}<p itemprop="author">Ana Sol</p>').byline == ("Ana Sol",)


@pytest.mark.parametrize(
    ("markup", "headline"),
    [
        ("<title>Pier reopens | The Ledger</title>", "Pier reopens | The Ledger"),  # nothing proves that it is the site
        ("<title>Pier reopens | The Ledger</title><meta property='og:site_name' content='the ledger'>", "Pier reopens"),
        ("<title>The Ledger: Pier reopens</title><meta property='og:site_name' content='The Ledger'>", "Pier reopens"),
        ("<title>Pier reopens - The Ledger</title><body><h1>Pier reopens</h1>", "Pier reopens"),
        ("<title>North - South</title><body><h1>Other words</h1>", "Other words"),
        (
            "<meta property='og:title' content='Pier reopens'><body><h1>The Ledger</h1><h1>Pier reopens</h1>",
            "Pier reopens",
        ),
        ("<meta property='og:title' content='Pier re…'><body><h1>Pier reopens</h1>", "Pier reopens"),
        ("<meta property='og:title' content='Caf&amp;eacute; reopens'>", "Café reopens"),
        ("<svg><title>icon</title></svg><p>x</p>", None),
    ],
)
def test_headlines(markup: str, headline: str | None) -> None:
    assert stated(f"<html>{markup}<p>text</p></html>").headline == headline


@pytest.mark.parametrize(
    ("markup", "published"),
    [
        ("<meta name='date' content='2024-05-14'>", "2024-05-14"),
        ("<meta itemprop='datePublished' content='2024-05-14'>", "2024-05-14"),
        ("<time itemprop='datePublished' datetime='2024-05-14'>then</time>", "2024-05-14"),
        ("<header><h1>A</h1><time datetime='2024-05-14'>then</time></header>", "2024-05-14"),
        ("<header><h1>A</h1><time datetime='2024-05-14'>x</time><time datetime='2024-05-15'>y</time></header>", None),
        ("<figcaption><time datetime='2024-05-14'>then</time></figcaption><h1>A</h1>", None),
        ("<meta name='date' content='yesterday'>", None),
        ("<meta name='date' content='14.5.2024'><meta name='pubdate' content='2024-05-14'>", "2024-05-14"),
        ("<meta property='article:modified_time' content='2024-05-14'>", None),
        ("<p>14 May 2024</p>", None),
    ],
)
def test_dates(markup: str, published: str | None) -> None:
    assert stated(f"<html><body>{markup}<p>text</p></body></html>").published == published


def test_addresses_and_languages() -> None:
    told = stated(
        "<html lang='x_!'><link rel=canonical href='/local'><meta property='og:url' content='https://a.example/b'><p>x"
    )
    assert (told.url, told.language) == ("https://a.example/b", None)
    assert stated("<html lang='pt_BR'><link rel=canonical href='javascript:x'><p>x").url is None


def test_the_stated_text_is_a_witness() -> None:
    told = "First the ferry left the old harbour.Then it came back with nine sheep &amp; a cello."
    page = f'<script type="application/ld+json">{ARTICLE}, "articleBody": "<p>{told}</p>"}}</script>'
    lines = (
        "First the ferry left the old harbour.",
        "Then it came back with nine sheep & a cello.",
        "Short",
        "Not a word of this is in the text that is stated.",
    )
    markup = page + "".join(f"<p>{line}</p>" for line in lines)
    body = body_in(parse(markup))
    assert body is not None and body.split() == told.replace("&amp;", "&").split()
    rendered = render(markup)
    assert rendered.lines == lines
    _, columns = first_stage(rendered, vote("", lines), body=body)
    assert columns["body"].tolist() == [1.0, 1.0, 0.5, 0.0]
    assert body_in(parse("<p>x</p>")) is None and body_in(None) is None


# ---------------------------------------------------------------- hostile pages


HOSTILE: list[tuple[Callable[[int], str], int]] = [
    (lambda count: "<div>" * count + "<p>deep</p>", 400),
    (lambda count: "<b>" * 1500 + "deep" + "<br>x" * count, 500),
    (lambda count: "<p>" + "<i>a</i> " * count, 6_000),
    (lambda count: "<a>a</a>" * count, 6_000),
    (lambda count: "<p>" + "a<br>" * count, 4_900),
    (lambda count: "<p>" + "a<br>" * count, 5_100),
    (lambda count: "<table>" * count + "<tr><td>" * count + "x", 100),
    (lambda count: "<p " + "a='b' " * count + ">x</p>", 12_500),
    (lambda count: "<p class='" + "a-" * count + "'>x</p>", 25_000),
    (lambda count: "<p style='" + "display " * count + "'>x</p>", 12_500),
    (lambda count: "<meta " + "charset " * count + "><p>x</p>", 12_500),
    (lambda count: "<title>" + "a - " * count + "</title><p>x</p>", 12_500),
    (lambda count: "<meta name=author content='" + "a and " * count + "'><p>x</p>", 12_500),
    (lambda count: "<script type='application/ld+json'>" + '{"a":[' * count + "</script><p>x</p>", 5_000),
    (lambda count: "<script type='application/ld+json'>" + "," * count + "}</script><p>x</p>", 50_000),
    (lambda count: "<p>" + "the same words again and again " * count, 5_000),
    (lambda count: "<p>x" + "<h2>" * count, 50_000),
    (lambda count: "&" * count, 50_000),
    (lambda count: "<" * count + "p>x", 50_000),
]
"""Pages by how often they repeat something, and how often the shorter of two does. Of some, one or both are refused."""


@pytest.mark.parametrize(("page", "count"), HOSTILE, ids=[f"{page(20)[:24]} {count}" for page, count in HOSTILE])
def test_hostile_pages_are_read_or_refused_in_linear_time(page: Callable[[int], str], count: int) -> None:
    assert grows_linearly(lambda count: read_or_refused(page(count)), count)


@pytest.mark.parametrize("piece", ["<p>a", "<TD>a", "<br><br/>", "<h2 class=x>"])
def test_nobody_is_asked_about_a_page_of_very_many_paragraphs(piece: str) -> None:
    """A fallback of the extractor takes time by their square; the record says that it was not asked."""
    opinion = vote(f"<p>Nine farmers bought the ferry.{piece * 4_000}", ["Nine farmers bought the ferry.", "a"])
    assert (opinion.asked, opinion.heard, opinion.kept) == (False, False, (False, False))
    assert extracted(opinion, 0) == "no extractor asked"
    assert vote(f"<p>Nine farmers bought the ferry.{piece * 9}", ["a"]).asked


def test_entities_of_a_page_are_not_put_in() -> None:
    read_or_refused(
        "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]><p>&b;&c;</p>"
    )


def read_or_refused(markup: str) -> None:
    """By all that reads a page."""
    try:
        page = render(markup)
        assert not any("root:" in line or "aaaaaaaa" in line for line in page.lines)
        matched(page.lines, page.lines)
    except NoPage as error:
        assert error.reason in ("empty", "too_deep", "too_many_lines", "too_many_attributes")
    try:
        stated(markup)
    except NoPage as error:
        assert error.reason in ("empty", "too_deep", "too_many_attributes")
    is_html(markup)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\xef\xbb\xbf ", "empty"),
        (b"<html><head><script>draw()</script></head><body><div id=root></div></body></html>", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "binary"),
        (b"<div>" * 5_000 + b"x", "too_deep"),
        (b"x" * (32 * 1024 * 1024 + 1), "too_large"),
    ],
    ids=["empty", "blank", "scripts", "picture", "deep", "large"],
)
def test_what_is_no_page_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(NoPage) as error:
        render(data)
    assert error.value.reason == reason
    assert str(error.value).endswith(".")


def test_markup_is_told_from_text() -> None:
    assert is_html("<!DOCTYPE html><p>x") and is_html("<p>One <b>two</b></p>") and is_html(" <html lang=en>")
    assert not is_html("a < b and c > d") and not is_html("He wrote <p> once.") and not is_html("")


# ---------------------------------------------------------------- the extractor's vote


def test_the_vote_finds_lines_whatever_their_marks_and_breaks() -> None:
    lines = [
        "Menu",
        "A long first line, with some words in it.",
        "Short one",
        "A long sec\u00adond line with words",
        "Menu",
        "tail",
    ]
    kept = ["a long first line with some words in it a long second line with words", "tail"]
    assert matched(lines, kept) == [False, True, False, True, False, True]


def test_the_vote_gives_each_kept_line_once() -> None:
    twice = "The ferry leaves at nine and comes back at five."
    assert matched([twice, "x y z", twice], [twice]) == [True, False, False]
    assert matched([twice, twice], [twice, twice]) == [True, True]
    assert matched(["More", twice, "More"], [twice, "More"]) == [False, True, True]


def test_the_vote_knows_a_line_by_its_parts() -> None:
    whole = "The ferry leaves at nine in the morning and comes back at five in the afternoon"
    assert matched([whole, "other words that are in no way there"], whole.split(" and ")) == [True, False]


@pytest.mark.parametrize(
    "story",
    [
        ("石桥在星期四重新向行人开放。", "工程由省文物局出资,费用约为一千万元。", "镇政府将限制桥上的行人数量。"),
        ("石橋は木曜日に通行を再開した。", "工事費は県が全額を負担した。", "町は渡る人数を制限する方針だ。"),
        ("สะพานหินเปิดอีกครั้งเมื่อวันพฤหัสบดี", "ค่าซ่อมแซมจังหวัดเป็นผู้จ่ายทั้งหมด", "เทศบาลจะจำกัดจำนวนคนข้าม"),
        (
            "돌다리가 두 해 만에 목요일 다시 열렸다.",
            "공사비 삼억 원은 도에서 모두 부담하기로 했다.",
            "마을은 건너는 사람 수를 줄일 방침이다.",
        ),
    ],
)
def test_the_vote_finds_lines_that_the_extractor_ran_together(story: tuple[str, ...]) -> None:
    lines = ["首页 ホーム หน้า", *story, story[0][:4]]
    assert matched(lines, ["".join(story)]) == matched(lines, [" ".join(story)]) == [False, *[True] * 3, False]


def test_a_vote_that_fits_no_line_is_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "<html><body><p>Nine farmers bought the ferry to Osmunda on Tuesday.</p></body></html>"
    trafilatura = pytest.importorskip("trafilatura")
    monkeypatch.setattr(trafilatura, "extract", lambda *_, **__: "What stands on no line of it at all")
    assert not vote(page, ["Nine farmers bought the ferry to Osmunda on Tuesday."]).heard
    assert not any("left it out" in block.evidence.seen for block in copydesk.clean(page).blocks)


def test_an_extractor_that_fails_has_no_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    trafilatura = pytest.importorskip("trafilatura")

    def fails(*_: object, **__: object) -> str:
        raise RecursionError

    monkeypatch.setattr(trafilatura, "extract", fails)
    opinion = vote("<p>x</p>", ["x"])
    assert (opinion.kept, opinion.heard) == ((False,), False)
    page = read_page(_page("short"))
    assert page.scores.keep[1:].all()
    assert "found no article" in explain(page.scores, page.vote, 1)


# ---------------------------------------------------------------- scores and hints


def test_a_short_clean_page_keeps_its_paragraphs() -> None:
    page = read_page(_page("short"))
    assert page.scores.keep[1:].all()
    assert page.hints[0] is not None and page.hints[0].role is Role.HEADLINE
    assert page.hints[1:] == (None, None, None)


def test_a_page_with_furniture() -> None:
    page = read_page(_page("dispatch"))
    kept = [line for line, keep in zip(page.rendered.lines, page.scores.keep, strict=True) if keep]
    told = {line: hint.role for line, hint in zip(page.rendered.lines, page.hints, strict=True) if hint}
    first = page.rendered.lines.index(
        "The first passengers stepped ashore shortly after nine, carrying groceries, two bicycles and a cello."
    )
    assert set(page.rendered.lines[first:19]) - set(kept) <= {
        "Share",
        "Print",
        "Read more",
        "Storm closes the northern road",
    }
    assert not {"Harbour Ledger", "News", "Sport", "Share", "Print", "Storm closes the northern road", "Privacy"} & set(
        kept
    )
    assert told["Ferry to Skarholm returns after six years"] is Role.HEADLINE
    assert told["By Maren Oddsdatter and Tobias Quill"] is Role.BYLINE
    assert told["14 May 2024"] is Role.TIMESTAMP
    assert told["The new pier was opened on Monday. Photo: Ingrid Vane"] is Role.CAPTION
    assert told["A long wait"] is Role.SUBHEADING
    assert told["News"] is Role.NAVIGATION
    assert told["Storm closes the northern road"] is Role.RELATED
    for number in range(len(page.rendered.lines)):
        assert explain(page.scores, page.vote, number)


def test_hints_never_set_aside_what_the_scorer_keeps() -> None:
    page = render("<nav><p>a b c</p></nav><aside><p>d e f</p></aside><form><p>g h i</p></form>")
    assert hints(page, Stated(), [True, True, True]) == (None, None, None)
    assert [hint and hint.rule for hint in hints(page, Stated(), [False] * 3)] == [
        "html.nav",
        "html.aside",
        "html.form",
    ]


def test_a_rendered_page_is_a_document_line_for_line() -> None:
    page = render("<table><tr><td>a<td>b</table><p>cafe\u0301 \\n and \\u00e9</p><p>\u00a0last\u00a0</p>")
    document = as_decoded(page)
    assert [line.raw for line in document.lines] == list(page.lines)
    assert [line.end for line in document.lines] == ["\n", "\n", ""]
    assert document.lines[1].text.startswith("café") and document.lines[2].text == "last"
    assert document.raw == "\n".join(page.lines)


def test_reading_a_page_twice_gives_the_same() -> None:
    first, other = read_page(_page("dispatch")), read_page(_page("short"))
    again = read_page(_page("dispatch"))
    assert other.rendered.lines != first.rendered.lines
    assert (first.rendered, first.stated, first.vote, first.hints) == (
        again.rendered,
        again.stated,
        again.vote,
        again.hints,
    )
    assert first.scores.article.tolist() == again.scores.article.tolist()


def test_weights_that_ask_for_a_feature_that_is_gone_say_so() -> None:
    with pytest.raises(ValueError, match="fit again"):
        select({}, ("kept_by_nobody",))
    model = default_model()
    assert 0 < model.threshold < 1
    page = render(_page("short"))
    with pytest.raises(ValueError, match="profile"):
        html_scores(page, vote("", page.lines), profile=[0.0])


# ---------------------------------------------------------------- read fast


@pytest.mark.parametrize("name", PAGES)
def test_a_page_read_fast_is_labelled_whole_and_asks_no_extractor(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trafilatura = pytest.importorskip("trafilatura")
    monkeypatch.setattr(trafilatura, "extract", lambda *_, **__: pytest.fail("the extractor was asked"))
    article = copydesk.clean(_page(name), source=Source("ledger", html="fast"))
    assert "\n".join(block.raw for block in article.blocks).splitlines() == _lines(name)
    assert not any("trafilatura" in block.evidence.seen for block in article.blocks)
    paragraphs = [line for line in article.text.splitlines() if len(line) > 60]
    assert len(paragraphs) == len(set(paragraphs))


def test_a_page_read_fast_keeps_the_article_and_says_what_it_left_out() -> None:
    stray = "You have reached the end of what is here today."
    markup = _page("dispatch").decode().replace("</main>", f"</main><div><p>{stray}</p></div>")
    ways = (Source("ledger", html=way) for way in ("accurate", "fast"))
    accurate, fast = (copydesk.clean(markup, source=way) for way in ways)
    assert fast.text == accurate.text
    [why] = [block.evidence for block in fast.blocks if block.text == stray]
    assert why.rule == "learned.furniture" and why.seen.startswith("chance")
    [why] = [block.evidence for block in accurate.blocks if block.text == stray]
    assert why.rule == "html.extractor" and why.seen.startswith("trafilatura")
    page = read_page(markup, fast=True)
    assert all(explain(page.scores, page.vote, line).startswith("no extractor asked") for line in range(3))


def test_a_source_says_how_its_pages_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sources.toml"
    path.write_text('[ledger]\nhtml = "fast"\n[herald]\nname = "The Herald"\n', encoding="utf-8")
    assert [source.html for source in load_sources(path).values()] == ["accurate", "fast"]
    path.write_text('[ledger]\nhtml = "quick"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="html must be one of accurate, fast"):
        load_sources(path)


# ---------------------------------------------------------------- the reader


def _read(tmp_path: Path, name: str, data: bytes) -> list[RawItem | Rejected]:
    path = tmp_path / "ledger" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return list(reader.read(RawFile(tmp_path, str(path), f"ledger/{name}", len(data))))


def test_the_reader_gives_the_bytes_and_what_they_state(tmp_path: Path) -> None:
    [item] = _read(tmp_path, "a.html.gz", gzip.compress(_page("dispatch")))
    assert isinstance(item, RawItem)
    assert (item.source_id, item.path, item.record, item.data) == (
        "ledger",
        "ledger/a.html.gz",
        None,
        _page("dispatch"),
    )
    assert item.stated == stated(_page("dispatch"))


def test_the_reader_rejects_what_is_no_page(tmp_path: Path) -> None:
    [rejected] = _read(tmp_path, "a.html", b"")
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.stage) == ("empty", "ingest") and rejected.detail.startswith("ledger/a.html:")
    [rejected] = _read(tmp_path, "b.html", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    assert isinstance(rejected, Rejected) and (rejected.reason, rejected.stage) == ("binary", "decode")
    [rejected] = _read(tmp_path, "c.html.gz", b"\x00no archive")
    assert isinstance(rejected, Rejected) and rejected.reason == "broken_archive"


def test_reading_html_loads_the_extractor_only_when_it_is_asked() -> None:
    code = (
        "import sys, copydesk.html as h\n"
        "h.stated('<p>x')\n"
        "print([m for m in ('numpy', 'trafilatura') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ---------------------------------------------------------------- real pages


def test_real_pages(shared: Path) -> None:
    """Floors, on pages that the weights have seen: what fails here fails everywhere."""
    folder = shared / "press" / "html"
    if not (folder / "gold.jsonl").is_file():
        pytest.skip(f"there are no real pages of HTML at {folder}")
    golds = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()][:12]
    whole = asked = 0
    for gold in golds:
        data = gzip.decompress((folder / "raw" / gold["publisher"] / f"{gold['id']}.html.gz").read_bytes())
        text = " ".join(" ".join(render(data).lines).split())
        asked += len(gold["paragraphs"])
        whole += sum(" ".join(paragraph.split()) in text for paragraph in gold["paragraphs"])
        told = stated(data)
        assert told.headline and (told.published or "")[:10] in gold["published_accept"]
    assert whole >= 0.97 * asked
