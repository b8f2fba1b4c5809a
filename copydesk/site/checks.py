"""``quality/data_docs/index.html``: what Great Expectations says of every table, expectation by expectation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copydesk.quality.model import Section
from copydesk.site.markup import render

PATH = "quality/data_docs/index.html"
"""Where the page stands below a version's folder."""

VERSION_PAGE = "../../index.html"
"""The version's page as this one names it."""


def checks_page(title: str, version: str, pages: Mapping[str, Sequence[Section]]) -> bytes:
    """The page, from the sections of each table: one file in UTF-8. Equal values give equal bytes."""
    met = {
        table: (sum(state == "met" for part in parts for state, *_ in part.rows), sum(len(part.rows) for part in parts))
        for table, parts in pages.items()
    }
    return render(
        "checks.html.jinja", title=title, version=version, pages=sorted(pages.items()), met=met, back=VERSION_PAGE
    )
