"""HTML pages: their visible text line by line, what they state of themselves, and which lines are the article.

``render`` gives the document that every later step labels (law 1); ``stated`` reads the page's metadata; ``vote`` asks
the extractor; ``html_scores`` says how likely each line is a line of the article, and ``explain`` why; ``hints`` are
the roles that the markup itself is sure of. ``read_page`` does all of it. The scorer needs numpy, the vote trafilatura:
both are loaded when they are first asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from copydesk.html.document import NoPage, is_html, open_page
from copydesk.html.metadata import stated
from copydesk.html.spots import Rendered, Spot
from copydesk.html.visible import render

if TYPE_CHECKING:
    from copydesk.html.extractor import Vote, vote
    from copydesk.html.markup import Hint, hints
    from copydesk.html.page import HtmlPage, as_decoded, read_page
    from copydesk.html.score import HtmlScores, html_scores
    from copydesk.html.why import explain

__all__ = [
    "Hint",
    "HtmlPage",
    "HtmlScores",
    "NoPage",
    "Rendered",
    "Spot",
    "Vote",
    "as_decoded",
    "explain",
    "hints",
    "html_scores",
    "is_html",
    "open_page",
    "read_page",
    "render",
    "stated",
    "vote",
]

_LATER = {
    "Hint": "markup",
    "hints": "markup",
    "HtmlPage": "page",
    "read_page": "page",
    "as_decoded": "page",
    "HtmlScores": "score",
    "html_scores": "score",
    "Vote": "extractor",
    "vote": "extractor",
    "explain": "why",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    return getattr(import_module(f"copydesk.html.{_LATER[name]}"), name)
