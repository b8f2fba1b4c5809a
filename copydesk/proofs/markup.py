"""Text that others wrote, put into HTML so that it stays text, and so that what cannot be seen is seen.

In a template every value is escaped, and what would hide or turn text is written out as its code point: ``{{ value }}``
is safe in an element and in a quoted attribute, and there is no way to forget it. ``{{ value | marked }}`` is for
elements only: there the code points stand in boxes of their own.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from copydesk.printable import UNSEEN

_UNSEEN = re.compile(f"([{UNSEEN}])\\1*")  # a character that is repeated is told once, with its number
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_STYLE = "style.css.jinja"


def made(text: str) -> Markup:
    """HTML that was made, and escaped, by the pages' own code: the one door past the escaping."""
    return Markup(text)  # noqa: S704


def plain(value: object) -> object:
    """A value as text without what would hide or turn it: ``[U+202E]``, ``[U+0000 × 12]``. Markup is left as it is."""
    if isinstance(value, Markup):
        return value
    return _UNSEEN.sub(lambda found: f"[{_name(found)}]", str(value))


def marked(value: str) -> Markup:
    """A text as the content of an element; what would hide or turn it stands in boxes, as its code point."""
    # Found in what was escaped already: escaping neither makes nor takes any of these characters.
    text = _UNSEEN.sub(lambda found: f'<bdi class="mark">{_name(found)}</bdi>', str(escape(value)))
    return made(text)


def language_tag(value: str | None) -> str:
    """The language for a ``lang`` attribute: BCP 47, or ``""``, which says that it is not known (HTML, 3.2.6.2)."""
    return value if value and _LANGUAGE.fullmatch(value) else ""


def render(template: str, **values: Any) -> bytes:
    """A template of this package as UTF-8, with the style and the hash that lets a browser use this style only."""
    page = environment().get_template(template).render(style=style(), style_hash=policy_hash(style()), **values)
    return page.encode()


def policy_hash(text: str) -> str:
    """What a page's policy says of a style or script that a browser may use."""
    return b64encode(sha256(text.encode()).digest()).decode()


@cache
def style() -> Markup:
    """The style that every page carries."""
    return made(environment().get_template(_STYLE).render())


@cache
def environment() -> Environment:
    """The templates of this package."""
    return escaping(PackageLoader("copydesk.proofs", ""))


def escaping(loader: BaseLoader) -> Environment:
    """Templates of which every value is escaped."""
    templates = Environment(
        loader=loader,
        autoescape=True,
        finalize=plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters.update(marked=marked)
    return templates


def _name(found: re.Match[str]) -> str:
    code = f"U+{ord(found[1]):04X}"
    return code if len(found[0]) == 1 else f"{code} × {len(found[0])}"
