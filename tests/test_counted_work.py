"""How much is done for a document, counted and never timed: what a slip in the hot path would multiply.

Ceilings lie a third above what was counted when they were set; whoever does less may lower them. Whoever must do more
raises them knowingly.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import ftfy
import pytest
from conftest import ROOT
from ftfy import badness

from copydesk import decoding, language_model
from copydesk.article import RawItem
from copydesk.cleaning import Knowledge, clean_item
from copydesk.html import page as page_reader
from copydesk.label import opinion
from copydesk.normalize.names import load_authority
from copydesk.sources import Source

sys.path.insert(0, str(ROOT / "benchmarks"))
from invented_nights import page, path_of

TEXTS = [page(number, 0, seed=1).decode() for number in range(12) if path_of(number).endswith(".txt")]
LINES = sum(line.strip() != "" for text in TEXTS for line in text.split("\n"))

MOST_CALLS, MOST_SEARCHES = 245, 14
"""Python functions called, and regular expressions asked, for each line with text."""


Clean = Callable[[str], None]


@pytest.fixture(scope="module")
def clean() -> Clean:
    """Cleans a text as a run does; all that is loaded once is loaded."""
    knowledge, source = Knowledge(load_authority(None)), Source("harbour_ledger", language="en", timezone="UTC")

    def once(text: str) -> None:
        clean_item(RawItem(source.source_id, "a.txt", text.encode(), "0" * 64), source, knowledge)

    for text in TEXTS:
        once(text)
    return once


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts calls of Python functions, and of the methods of regular expressions, while it lasts."""
    found: Counter[str] = Counter()

    def look(_: FrameType, event: str, called: Any) -> None:
        if event == "call":
            found["calls"] += 1
        elif event == "c_call" and isinstance(getattr(called, "__self__", None), re.Pattern):
            found["searches"] += 1

    sys.setprofile(look)
    try:
        yield found
    finally:
        sys.setprofile(None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any, str], list[tuple[Any, ...]]]:
    """Listens to a function of a module: the arguments of every call from then on."""

    def listen(module: Any, name: str) -> list[tuple[Any, ...]]:
        heard: list[tuple[Any, ...]] = []
        real = getattr(module, name)

        def called(*arguments: Any, **more: Any) -> Any:
            heard.append(arguments)
            return real(*arguments, **more)

        monkeypatch.setattr(module, name, called)
        return heard

    return listen


Listen = Callable[[Any, str], list[tuple[Any, ...]]]


def test_a_line_costs_no_more_calls_and_searches_than_it_did(clean: Clean) -> None:
    with counted() as found:
        for text in TEXTS:
            clean(text)
    assert found["calls"] / LINES < MOST_CALLS
    assert found["searches"] / LINES < MOST_SEARCHES


def test_work_grows_as_the_text_does(clean: Clean) -> None:
    paragraphs = [line for text in TEXTS for line in text.split("\n") if len(line) > 120]
    spent = []
    for count in (len(paragraphs) // 4, len(paragraphs) // 2, len(paragraphs)):
        with counted() as found:
            clean("\n\n".join(paragraphs[:count]))
        spent.append(found.total())
    assert spent[2] - spent[1] < 2.6 * (spent[1] - spent[0]), "four times the text costs more than four times the work"


def test_bytes_are_read_once_and_lines_are_scored_once(clean: Clean, asked: Listen) -> None:
    read, scored = asked(decoding, "read"), asked(opinion, "score_pages")
    for text in TEXTS:
        clean(text)
    assert sum(len(data) for data, *_ in read) == sum(len(text.encode()) for text in TEXTS)
    assert len(scored) == len(TEXTS)


def test_the_language_is_asked_for_whole_documents(clean: Clean, asked: Listen) -> None:
    classified = asked(language_model, "classify")
    for text in TEXTS:
        clean(text)
    assert len(classified) <= 2 * len(TEXTS)
    assert sum(len(texts) for (texts,) in classified) <= LINES + 2 * len(TEXTS)


_THREADS = """
import os, sys, time
os.environ.pop("OPENBLAS_NUM_THREADS", None)
from copydesk import clean
text = sys.stdin.read()
clean(text)
whole, own = time.process_time(), time.thread_time()
for _ in range(20):
    clean(text)
own = time.thread_time() - own
print((time.process_time() - whole - own) / own)
"""


def test_cleaning_from_python_wakes_no_other_threads() -> None:
    """A matrix library's threads would spin beside the one at work, and cost four times as much."""
    told = subprocess.run(
        [sys.executable, "-c", _THREADS], input=TEXTS[0], capture_output=True, text=True, check=True
    ).stdout
    assert float(told) < 0.2


def test_ftfy_sees_only_lines_that_are_misread(clean: Clean, asked: Listen) -> None:
    judged, mended = asked(badness, "is_bad"), asked(ftfy, "fix_encoding_and_explain")
    for text in TEXTS:
        clean(text + "\n\n“Łódź, Zürich and Đà Nẵng,” she wrote – in the café…")
    assert (judged, mended) == ([], [])
    clean(TEXTS[0] + "\n\nThe shopkeeperâ€™s sign read Ã  la carte: it was gone by noon, â€œfor goodâ€\x9d.")
    assert len(mended) <= 1


@pytest.mark.parametrize(("way", "votes"), [("accurate", 1), ("fast", 0)])
def test_a_page_is_parsed_drawn_and_voted_on_once(way: str, votes: int, asked: Listen) -> None:
    knowledge, source = Knowledge(load_authority(None)), Source("harbour_ledger", html=way)
    markup = (ROOT / "tests" / "golden" / "html" / "dispatch.html").read_bytes()
    parsed, drawn, voted = asked(page_reader, "parse"), asked(page_reader, "render_tree"), asked(page_reader, "vote")
    clean_item(RawItem(source.source_id, "a.html", markup, "0" * 64, form="html"), source, knowledge)
    assert (len(parsed), len(drawn), len(voted)) == (1, 1, votes)
