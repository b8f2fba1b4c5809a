"""Templates of the pages. Every value is escaped, as in the proofs, and there is no way to forget it."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup

from copydesk.proofs.markup import escaping, made, policy_hash

LONGEST = 160
"""Code points of a value that was scraped, where it stands in a list: a page has a weight."""

_WEB = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::[0-9]{1,5})?(?:[/?#][!-~]{0,2000})?")


def short(value: str, longest: int = LONGEST) -> str:
    """A value on one line, cut where it is too long for a list."""
    text = " ".join(value.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def web(value: str | None) -> str | None:
    """A value of the publisher's that can be a link: http or https, and nothing that is no address."""
    return value if value and _WEB.fullmatch(value) else None


def size(count: int) -> str:
    """Bytes as people say them, in powers of 1,000."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{count} bytes" if unit == "bytes" else f"{amount:.{1 if amount < 10 else 0}f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def number(value: int) -> str:
    """A count with commas between its thousands."""
    return f"{value:,}"


def render(template: str, **values: Any) -> bytes:
    """A template of this package as UTF-8, with the hashes that let a browser use this style and script only."""
    style, script = _source("style.css.jinja"), _source("page.js.jinja")
    page = templates().get_template(template)
    hashes = {"style_hash": policy_hash(style), "script_hash": policy_hash(script)}
    return page.render(style=style, script=script, **hashes, **values).encode()


@cache
def templates() -> Environment:
    """The templates of this package, and below ``proofs/`` those of the proofs."""
    places = [PackageLoader("copydesk.site", ""), PrefixLoader({"proofs": PackageLoader("copydesk.proofs", "")})]
    environment = escaping(ChoiceLoader(places))
    environment.filters.update(number=number, short=short, size=size, web=web)
    return environment


@cache
def _source(template: str) -> Markup:
    return made(templates().get_template(template).render())
