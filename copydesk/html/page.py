"""A page of HTML, read whole: its lines, what it states, what the extractor and the scorer think, and the hints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.article import Decoded, Line, Stated
from copydesk.html.document import NoPage, open_page, parse
from copydesk.html.extractor import Vote, no_vote, vote
from copydesk.html.markup import Hint, hints
from copydesk.html.metadata import body_in, stated_in
from copydesk.html.score import HtmlScores, Model, html_scores
from copydesk.html.spots import Rendered
from copydesk.html.visible import render_tree
from copydesk.limits import Limits


@dataclass(frozen=True, slots=True)
class HtmlPage:
    """All there is to know of a page. ``hints`` and ``scores`` are as long as ``rendered.lines``."""

    rendered: Rendered
    stated: Stated
    vote: Vote
    scores: HtmlScores
    hints: tuple[Hint | None, ...]


def as_decoded(page: Rendered) -> Decoded:
    """The rendered page as a decoded document: its lines as they are seen, and as they were repaired, one for one."""
    from copydesk.decoding.repair import repaired  # noqa: PLC0415 - slow to import

    ends = ["\n"] * (len(page.lines) - 1) + [""]
    lines = repaired(list(zip(page.lines, ends, strict=True)), "unicode")
    if len(lines) != len(page.lines):
        # Escaped line feeds part the lines of a JSON dump; in a page they are letters.
        lines = tuple(Line(text, text, end) for text, end in zip(page.lines, ends, strict=True))
    return Decoded(page.encoding, page.encoding_basis, lines)


def read_page(
    html: bytes | str,
    *,
    declared: str | None = None,
    language: str | None = None,
    profile: Sequence[float] | None = None,
    model: Model | None = None,
    limits: Limits | None = None,
    fast: bool = False,
) -> HtmlPage:
    """Read a page; ``fast``: without asking the extractor, by a model that does without.

    ``declared`` is the encoding that came with it, ``profile`` the share of the source's other pages that have each
    line (see ``html_scores``). Raises NoPage like ``render``.
    """
    source = open_page(html, declared=declared, language=language, limits=limits)
    tree = parse(source.text)
    lines, spots = render_tree(tree, limits)
    if not lines:
        raise NoPage("empty", "The page shows no text: it may be drawn by scripts. Fetch it with a browser.")
    page = Rendered(lines, spots, source.encoding, source.basis)
    told = stated_in(tree)
    opinion = no_vote(lines) if fast else vote(source.text, lines)
    scores = html_scores(page, opinion, headline=told.headline, body=body_in(tree), profile=profile, model=model)
    return HtmlPage(page, told, opinion, scores, hints(page, told, scores.keep.tolist()))
