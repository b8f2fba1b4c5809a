"""Pages for people, in a real browser: they ask for nothing, nothing scraped acts, and everybody can use them."""

from __future__ import annotations

import functools
import http.server
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, Page, axe, browser
from site_pages import hostile_release, plain_release, write_version
from test_site import index_of

from copydesk.proofs.markup import style
from copydesk.site.dataset import dataset_page

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium on this machine")

PLAIN = "versions/2026.10.0/index.html"
HOSTILE = "versions/2026.9.0/index.html"
PAGES = ("index.html", PLAIN, HOSTILE)
OPEN = "document.querySelectorAll('details').forEach((one) => { one.removeAttribute('name'); one.open = true; })"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset's folder: its page, a version's, and one of attacks. A blank and a quote stand in its path."""
    folder = tmp_path_factory.mktemp("a dataset") / "it's here"
    write_version(plain_release(), folder / "versions/2026.10.0")
    write_version(hostile_release(), folder / "versions/2026.9.0")
    (folder / "index.html").write_bytes(dataset_page(plain_release().info, index_of()))
    return folder


@pytest.fixture(scope="module")
def web(dataset: Path) -> Iterator[str]:
    """The dataset as a web server has it."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=dataset.parent)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/it's%20here/"
        server.shutdown()


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with browser() as page:
        yield page


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1200, 360])
def test_a_page_asks_for_nothing_and_nothing_acts(path: str, width: int, tab: Page, dataset: Path) -> None:
    address = (dataset / path).as_uri()
    tab.open(address, width)
    assert tab.run("'attacked' in window") is False
    for opened in (False, True):
        if opened:
            tab.run(OPEN)
        assert tab.run("document.documentElement.scrollWidth - innerWidth") <= 0, "the page scrolls sideways"
    tab.run("document.querySelectorAll('bdi, td, th, a, button, input').forEach((one) => { one.dispatchEvent("
            "new MouseEvent('mouseover', {bubbles: true})); one.focus(); })")  # fmt: skip
    assert tab.run("'attacked' in window") is False
    assert tab.requests() == [address] and tab.complaints() == []
    assert tab.run("[...document.links].every((a) => ['file:', 'https:'].includes(a.protocol))")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("width", "dark"), [(1200, False), (1200, True), (360, False)])
def test_everybody_can_use_it(
    path: str, width: int, dark: bool, tab: Page, dataset: Path, request: pytest.FixtureRequest
) -> None:
    source = axe(request.config.cache.mkdir("axe"))  # type: ignore[union-attr]
    tab.open((dataset / path).as_uri(), width, dark=dark)
    tab.run(OPEN)
    tab.run(source + "; true")
    found = tab.run("axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map((one) => "
                    "[one.id, one.impact, one.nodes.length, one.nodes[0].html.slice(0, 200)]))")  # fmt: skip
    assert found == []


def test_the_articles_can_be_searched(tab: Page, dataset: Path) -> None:
    tab.open((dataset / PLAIN).as_uri())
    shown = "[...document.querySelectorAll('#rows tbody tr')].filter((row) => row.checkVisibility()).length"
    every = tab.run(shown)
    assert every == plain_release().tables["articles"].num_rows
    tab.run("document.getElementById('search').focus()")
    tab.type("LODZ  snow")
    assert tab.run(shown) == 0 and tab.run("document.getElementById('none').checkVisibility()")
    tab.run("document.getElementById('search').select()")
    tab.type("harböur raised")
    assert tab.run(shown) == 1 and not tab.run("document.getElementById('none').checkVisibility()")
    said = tab.run("new Promise((done) => setTimeout(() => done(document.getElementById('said').textContent), 500))")
    assert said == f"1 of {every} articles"
    tab.run("document.getElementById('search').select()")
    tab.press("Delete", 46)
    assert tab.run(shown) == every


def test_lines_are_copied_with_the_place_of_the_page(tab: Page, dataset: Path, web: str) -> None:
    for name in ("clipboard-read", "clipboard-write"):
        tab.call("Browser.setPermission", permission={"name": name}, setting="granted")
    tab.call("Emulation.setFocusEmulationEnabled", enabled=True)
    tab.open(web + PLAIN)
    tab.run("document.querySelector('[data-copy=load-pandas]').click()")
    copied = tab.run("new Promise((done) => setTimeout(done, 200)).then(() => navigator.clipboard.readText())")
    place = web.replace("'", "%27") + "versions/2026.10.0/data/articles.parquet"
    assert copied == (f'import pandas as pd\narticles = pd.read_parquet("{place}", dtype_backend="pyarrow")\n')
    assert tab.run("document.getElementById('said').textContent") == "Copied"
    assert tab.run("document.querySelector('[data-copy=load-pandas]').textContent") == "Copied"
    assert "asyncBufferFromUrl({ url: " in tab.run("document.getElementById('load-javascript').textContent")
    loaded: dict[str, Any] = {}
    exec(copied, loaded)
    assert len(loaded["articles"]) == plain_release().tables["articles"].num_rows
    assert tab.requests() == [web + PLAIN] and tab.complaints() == []


def test_a_place_that_would_break_a_line_is_not_named(tab: Page, dataset: Path) -> None:
    """On disk the folder's name has a quote in it; the lines then name the files as the version's folder has them."""
    tab.open((dataset / PLAIN).as_uri())
    code = tab.run("document.getElementById('load-pandas').textContent")
    assert 'read_parquet("data/articles.parquet"' in code
    plain = dataset.parent / "plain"
    if not plain.exists():
        plain.symlink_to(dataset)
    tab.open((plain / PLAIN).as_uri())
    code = tab.run("document.getElementById('load-pandas').textContent")
    assert f'read_parquet("{(plain / PLAIN).parent}/data/articles.parquet"' in code


def test_without_script_everything_can_be_read(tab: Page, dataset: Path) -> None:
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        tab.open((dataset / PLAIN).as_uri())
        seen = tab.run("[...document.querySelectorAll('#rows tbody tr')].every((row) => row.checkVisibility())")
        buttons = tab.run("[...document.querySelectorAll('button, #search')].some((one) => one.checkVisibility())")
        assert seen and not buttons
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)


def test_the_keyboard_comes_to_the_content_first(tab: Page, dataset: Path) -> None:
    tab.open((dataset / PLAIN).as_uri())
    tab.press("Tab", 9)
    assert tab.run("document.activeElement.className") == "skip"
    assert tab.run("document.activeElement.getBoundingClientRect().top") >= 0, "it can be seen while it has the focus"
    assert tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize(("width", "dark"), [(1200, False), (1200, True), (360, True)])
def test_a_browser_draws_it(width: int, dark: bool, tab: Page, dataset: Path, tmp_path: Path) -> None:
    tab.open((dataset / PLAIN).as_uri(), width, dark=dark)
    paper = tab.run("getComputedStyle(document.body).backgroundColor")
    colour = "#17181a" if dark else "#fcfbf8"  # as the proofs have it
    assert colour in style() and paper == f"rgb{struct.unpack('BBB', bytes.fromhex(colour[1:]))}"
    bars = tab.run("[...document.querySelectorAll('svg rect')].map((bar) => bar.getBoundingClientRect().height)")
    assert len(bars) > 5 and min(bars) > 1
    cut = """[...document.querySelectorAll('svg text')].filter((one) => {
      const [text, svg] = [one.getBoundingClientRect(), one.closest('svg').getBoundingClientRect()];
      return text.left < svg.left - 1 || text.right > svg.right + 1;
    }).map((one) => one.textContent)"""
    assert tab.run(cut) == []
    data = tab.picture(tmp_path / "page.png")
    assert struct.unpack(">I", data[16:20]) == (width,) and len(data) > 50_000
