"""``quality/data_docs/index.html``: what Great Expectations says of every table, expectation by expectation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from copydesk.site.markup import render

PATH = "quality/data_docs/index.html"
"""Where the page stands below a version's folder."""

Part = tuple[str, Sequence[tuple[str, str, str]]]
"""A heading, and rows of state, expectation and what was observed."""

VERSION_PAGE = "../../index.html"
"""The version's page as this one names it."""


def checks_page(title: str, version: str, pages: Mapping[str, Sequence[Part]]) -> bytes:
    """The page, from the sections of each table: one file in UTF-8. Equal values give equal bytes."""
    met = {
        table: (sum(state == "met" for _, rows in parts for state, *_ in rows), sum(len(rows) for _, rows in parts))
        for table, parts in pages.items()
    }
    return render(
        "checks.html.jinja", title=title, version=version, pages=sorted(pages.items()), met=met, back=VERSION_PAGE
    )
