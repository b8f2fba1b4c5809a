"""Text that others wrote, put into Markdown so that it stays text.

Headlines, names of outlets and paths come from outside. In a template every value is escaped unless it was made here:
``{{ headline }}`` is safe by itself, and there is no way to forget it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from textwrap import fill
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from copydesk.printable import UNSEEN

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# A colon before a slash and a dot after www would make a link of a bare address on some sites.
_SPECIAL = re.compile(r"[\\`*_{}\[\]#|~@$&<>]|:(?=/)|(?<=www)\.", re.IGNORECASE)
# What makes a list, a rule or a heading of a line that begins with it.
_BLOCK_START = re.compile(r"^([-+=]|[0-9]{1,9}[.)](?=\s|$))")
_UNSEEN = re.compile(f"[{UNSEEN}]")
_LINK = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::[0-9]{1,5})?(?:/[A-Za-z0-9/._~%?=&+#-]{0,1000})?")


def _made(text: str) -> Markup:
    # The one door through which text gets past the escaping: what comes here was escaped, or written, in this module.
    return Markup(text)  # noqa: S704


def inline(value: object) -> Markup:
    """A value as one line of Markdown that shows it and does nothing: no HTML, link, table cell, heading or mention."""
    if isinstance(value, Markup):
        return value
    text = " ".join(_UNSEEN.sub(" ", str(value)).split())
    text = _SPECIAL.sub(lambda found: _ENTITIES.get(found[0]) or "\\" + found[0], text)
    return _made(_BLOCK_START.sub(lambda found: f"{found[1][:-1]}\\{found[1][-1]}", text))


def prose(text: str) -> Markup:
    """Paragraphs, as ``inline``, except that a web address becomes a link to itself."""
    return Markup("\n\n").join(_paragraph(part) for part in re.split(r"\n\s*\n", text) if part.strip())


def code(value: object) -> Markup:
    """A value as code: in a table cell too. Fences itself with more backticks than the value holds in a row."""
    text = " ".join(_UNSEEN.sub(" ", str(value)).split()) or " "
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    # In a table a bar ends the cell even in code, and nothing but a backslash keeps it there.
    return _made(f"{fence}{space}{text.replace('|', chr(92) + '|')}{space}{fence}")


def number(value: int) -> Markup:
    """A count with commas between its thousands."""
    return _made(f"{value:,}")


def fenced(text: str, language: str) -> Markup:
    """Several lines as a block of code, in a fence that the text does not hold."""
    lines = [_UNSEEN.sub(" ", line) for line in text.split("\n")]
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return _made("\n".join([fence + language, *lines, fence]))


def address(value: str) -> Markup:
    """A web address, to stand between ``<`` and ``>``. Characters that no address holds are percent-encoded."""
    return _made(quote(value, safe="/:?#@!$&'()*+,;=%~-._"))


def tally(pairs: Sequence[tuple[str, int]], limit: int = 50) -> Markup:
    """Values, each as code with its count; how many more there are, past the limit."""
    shown = [code(value) + " " + number(count) for value, count in pairs[:limit]]
    if len(pairs) > limit:
        shown.append(number(len(pairs) - limit) + " more")
    return Markup(", ").join(shown) if shown else _made("none")


def plain(value: object) -> str:
    """A value as one line of plain text, for files that are read as such. What ``wrap`` made keeps its lines."""
    if isinstance(value, Markup):
        return value
    return " ".join(_UNSEEN.sub(" ", str(value)).split())


def render(template: str, **values: Any) -> bytes:
    """A template of this package as UTF-8. In Markdown every value is escaped, in plain text made one line."""
    environment = _markdown() if ".md." in template else _plain_text()
    return (_tidy(environment.get_template(template).render(**values)) + "\n").encode()


def render_blocks(template: str, blocks: Iterable[str], **values: Any) -> dict[str, Markup]:
    """Some blocks of a Markdown template, each rendered by itself."""
    loaded = _markdown().get_template(template)
    context = loaded.new_context(values)
    return {name: _made(_tidy("".join(loaded.blocks[name](context)))) for name in blocks}


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip("\n")


@cache
def _markdown() -> Environment:
    # Autoescape is on as a second net: what `finalize` let through as it is would still be escaped as HTML.
    environment = Environment(finalize=inline, autoescape=True, **_settings())
    environment.filters.update(
        code=code, number=number, prose=prose, fenced=fenced, address=address, made=_made, tally=tally
    )
    return environment


@cache
def _plain_text() -> Environment:
    environment = Environment(finalize=plain, autoescape=False, **_settings())  # noqa: S701  no HTML is made here
    environment.filters.update(wrap=lambda text: _made(fill(plain(text), 100)))
    return environment


def _settings() -> dict[str, Any]:
    return {
        "loader": PackageLoader("copydesk.release", ""),
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        "keep_trailing_newline": True,
    }


def _paragraph(text: str) -> Markup:
    parts: list[Markup] = []
    end = 0
    for found in _LINK.finditer(text):
        link = found[0].rstrip(".,;:?")
        parts += [_between(text[end : found.start()], first=not parts), _made(f"<{link}>")]
        end = found.start() + len(link)
    return Markup("").join([*parts, _between(text[end:], first=not parts)])


def _between(text: str, first: bool) -> Markup:
    """What stands before, between or after links: ``inline`` trims, and here the spaces matter."""
    before = " " if text[:1].isspace() and not first else ""
    after = " " if text[-1:].isspace() and text.strip() else ""
    return _made(before) + inline(text) + _made(after)
