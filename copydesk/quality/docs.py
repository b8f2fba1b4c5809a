"""The pages that Great Expectations makes of its results, as plain values: what it says, without how it looks.

Its own files carry random ids, load scripts and styles from six hosts and weigh megabytes, so that no two builds would
be the same bytes and no reader would be left alone. What they say is kept word for word: a heading a column, and a row
an expectation with its state and what was observed. ``copydesk.site.checks`` prints it.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from lxml import html

from copydesk.quality.model import Section

_STATES = {"text-success": "met", "text-danger": "not met", "text-warning": "could not be checked"}
_OBSERVED = 400  # code points: what is longer is a list of values, and stands in the results


def sections(result: Any) -> tuple[Section, ...]:
    """The sections of the page that Great Expectations renders of a suite's result, in its order and words."""
    from great_expectations.core.expectation_validation_result import (  # noqa: PLC0415 - takes seconds to load
        expectationSuiteValidationResultSchema,
    )
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer  # noqa: PLC0415

    # As JSON and back: its renderer knows Python's numbers, and not numpy's.
    plain = expectationSuiteValidationResultSchema.load(result.to_json_dict())
    logging.getLogger("great_expectations.render").setLevel(logging.CRITICAL)
    page = html.fromstring(_view().render(ValidationResultsPageRenderer().render(plain)))
    found = (_section(part) for part in page.find_class("ge-section"))
    return tuple(section for section in found if section.rows)


@cache
def _view() -> Any:
    """One for all tables: each would compile the same templates anew."""
    from great_expectations.render.view.view import DefaultJinjaPageView  # noqa: PLC0415

    return DefaultJinjaPageView()


def _section(part: html.HtmlElement) -> Section:
    heading = next((_text(element) for element in part.iter("h5")), "")
    rows = []
    for examples in part.findall(".//td//table"):  # of values that fail: the results have them, by key
        examples.drop_tree()
    for row in part.iterfind(".//table/tbody/tr"):
        cells = row.findall("td")
        state = _state(cells[0]) if cells else None
        if state and len(cells) >= 3:
            observed = _text(cells[2])
            rows.append(
                (state, _text(cells[1]), observed if len(observed) <= _OBSERVED else observed[:_OBSERVED] + "…")
            )
    return Section(heading, tuple(rows))


def _state(cell: html.HtmlElement) -> str | None:
    """What the cell's icon stands for; None where it has none."""
    classes = {name for icon in cell.iter("i") for name in (icon.get("class") or "").split()}
    return next((state for name, state in _STATES.items() if name in classes), None)


def _text(element: html.HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())
