"""The visible text of a page, line by line: the document that everything else labels (law 1).

What a line is. An element that HTML shows as a block begins and ends a line; so does ``<br>``. Everything else stands
in a line: ``<b>``, ``<a>``, unknown and custom elements. White space is one space, as browsers show it; in ``<pre>``
line feeds end lines. The cells of a table's row are one line, with tabs between them, unless a cell holds blocks of
its own: then it is a layout, and each block is a line. Where two things touch that are not one word (links side by
side, two spans in a bar) a space stands between them.

What is not seen. ``head``, ``script``, ``style``, ``template``, ``noscript`` and what stands in players, frames and
drawings; elements with the attribute ``hidden``, those that their own style hides (``display: none``, ``visibility:
hidden``, cut to nothing by ``clip``), closed dialogs, and spans for screen readers alone. One exception: hidden prose
inside ``article`` or ``main``, at least a few paragraphs without a form, is the rest of the article, which a script
shows to those who may read it: it is printed, and ``Spot.unseen``. Alternative texts of pictures are not printed, nor
what a style sheet adds or hides: those are not in the page. ``aria-hidden`` hides nothing from the eye.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from lxml import etree

from copydesk.html.document import Element, NoPage, open_page, parse
from copydesk.html.pack import settings
from copydesk.html.spots import FAR, Rendered, Spot, landmark_of, names, unseen_number
from copydesk.limits import Limits, shipped_limits

_SPACE = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_HIDING = re.compile(
    r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|clip\s{0,9}:\s{0,9}rect\(\s{0,9}0|"
    r"clip-path\s{0,9}:\s{0,9}inset\(\s{0,9}(?:50|100)%",
    re.IGNORECASE,
)
_NOTHING = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_NAMED = ("class", "id", "itemprop", "role", "rel", "data-testid", "data-component")
_DEEP = 200  # elements around a line that are looked at: no real page nests deeper


def render(
    html: bytes | str, *, declared: str | None = None, language: str | None = None, limits: Limits | None = None
) -> Rendered:
    """The visible text of a page. No line is blank; white space at its edges is gone.

    Raises NoPage for bytes that are no page: what ``open_page`` and ``parse`` raise, ``too_many_lines``, and ``empty``
    where it shows no text.
    """
    source = open_page(html, declared=declared, language=language, limits=limits)
    lines, spots = render_tree(parse(source.text), limits)
    if not lines:
        raise NoPage("empty", "The page shows no text: it may be drawn by scripts. Fetch it with a browser.")
    return Rendered(lines, spots, source.encoding, source.basis)


def render_tree(tree: Element | None, limits: Limits | None = None) -> tuple[tuple[str, ...], tuple[Spot, ...]]:
    """The same of a tree, which is left as it is."""
    page, most = _Page(), (limits or shipped_limits()).document_lines
    if tree is not None:
        for text, spot in page.read(tree):
            page.lines.append(text)
            page.spots.append(spot)
            if len(page.lines) > most:
                raise NoPage("too_many_lines", f"The page has more than {most:,} lines. Look at what it is.")
    return tuple(page.lines), tuple(page.spots)


@cache
def _sets() -> dict[str, frozenset[str]]:
    pack = settings()["render"]
    return {
        name: frozenset(pack[name])
        for name in ("block", "unseen", "verbatim", "running", "break_classes", "spoken_classes")
    }


def _kind(tag: str, classes: str) -> str:
    return f"{tag}.{'.'.join(sorted(classes.split()[:8]))}"[:200]


@dataclass(slots=True)
class _Frame:
    """An open element."""

    tag: str
    block: bool
    number: int
    kind: str
    named: str
    """Its class, id and the like, joined by blanks."""
    landmark: str | None
    unseen: bool


@dataclass(slots=True)
class _Piece:
    """A stretch of text in a line, and the inline elements around it."""

    text: str
    inline: tuple[int, ...]
    tags: tuple[str, ...]


_CELL, _TOUCH = _Piece("", (), ("cell",)), _Piece("", (), ("touch",))
"""Where a cell of a row begins, and where two inline elements touch."""


class _Page:
    """Walks a tree once, without recursion."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.spots: list[Spot] = []
        self.frames: list[_Frame] = []
        self.pieces: list[_Piece] = []
        self.at: list[_Frame] = []
        self.depth = 0
        self.number = 0
        self.verbatim = 0
        """Open elements whose line feeds count."""
        self.ended: str | None = None
        """Tag of the inline element that has just ended, where nothing came after it."""

    def read(self, tree: Element) -> Iterator[tuple[str, Spot]]:
        sets = _sets()
        layout = _layout_rows(tree, sets["block"] | {"br"})
        walk = etree.iterwalk(tree, events=("start", "end"))
        left: set[Element] = set()
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            tag = tag.lower()
            if event == "start":
                if not tag or tag in sets["unseen"] or (_hidden(element, tag) and not self._held_back(element)):
                    walk.skip_subtree()
                    left.add(element)
                    continue
                yield from self._start(element, tag, sets, layout)
            elif element in left:
                left.discard(element)
                yield from self._text(element.tail)
            else:
                yield from self._end(tag)
                yield from self._text(element.tail)
        yield from self._flush()

    def _start(
        self, element: Element, tag: str, sets: dict[str, frozenset[str]], layout: frozenset[Element]
    ) -> Iterator[tuple[str, Spot]]:
        cell = tag in ("td", "th")
        holder = element.getparent()
        cell = cell and holder is not None and holder.tag == "tr" and holder not in layout
        block = tag in sets["block"] and not cell
        block = block or (tag == "button" and not self._inside("p"))
        if block or tag == "br" or _breaks(element, tag):
            yield from self._flush()
        elif cell and self.pieces:
            self.pieces.append(_CELL)
        elif self.ended is not None and self._apart(tag, sets["running"]):
            self.pieces.append(_TOUCH)
        self.ended = None
        self.number += 1
        self.verbatim += tag in sets["verbatim"]
        named = " ".join([value for name in _NAMED if (value := element.get(name))])
        landmark = landmark_of(tag, (element.get("role") or "").lower())
        kind = _kind(tag, element.get("class") or "") if block else ""
        unseen = element.get("aria-hidden") == "true" or _hidden(element, tag)
        self.frames.append(_Frame(tag, block, self.number, kind, named, landmark, unseen))
        yield from self._text(element.text)

    def _end(self, tag: str) -> Iterator[tuple[str, Spot]]:
        frame = self.frames.pop()
        self.verbatim -= tag in _sets()["verbatim"]
        if frame.block or tag == "br":
            yield from self._flush()
            self.ended = None
        else:
            self.ended = tag

    def _apart(self, tag: str, running: frozenset[str]) -> bool:
        """Whether two inline elements that touch are two things."""
        holder = next((frame.tag for frame in reversed(self.frames) if frame.block), "")
        return holder not in running or (tag == "a" and self.ended == "a") or "time" in (tag, self.ended)

    def _held_back(self, element: Element) -> bool:
        """Whether a hidden element is the rest of the article, which a script shows to those who may read it."""
        if not any(frame.landmark in ("article", "main") for frame in self.frames):
            return False
        least = settings()["render"]["held_back"]
        if element.find(".//form") is not None or element.find(".//button") is not None:
            return False
        sizes = [len("".join(p.itertext())) for p in islice(element.iter("p"), 200)]
        few, short = int(least["paragraphs"]), int(least["chars"])
        return len(sizes) >= few and sum(sizes) >= short * len(sizes)

    def _inside(self, tag: str) -> bool:
        return any(frame.tag == tag for frame in self.frames)

    def _text(self, text: str | None) -> Iterator[tuple[str, Spot]]:
        if not text:
            return
        self.ended = None
        if self.verbatim:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._piece(first)
            for part in rest:
                yield from self._flush()
                self._piece(part)
        else:
            self._piece(text)

    def _piece(self, text: str) -> None:
        if not text:
            return
        inline: list[_Frame] = []
        for frame in islice(reversed(self.frames), _DEEP):
            if frame.block:
                break
            inline.append(frame)
        inline.reverse()
        if not self.at and _shows(text):
            self.at = self.frames[-_DEEP:]
            self.depth = len(self.frames)
        self.pieces.append(_Piece(text, tuple(f.number for f in inline), tuple(f.tag for f in inline)))

    def _flush(self) -> Iterator[tuple[str, Spot]]:
        pieces, at = self.pieces, self.at
        self.pieces, self.at, self.ended = [], [], None
        if not at:
            return
        text = _joined(pieces)
        if _shows(text):
            yield text, self._spot(pieces, at)

    def _spot(self, pieces: list[_Piece], at: list[_Frame]) -> Spot:
        blocks = [frame for frame in at if frame.block]
        holder, group, column = (([None] * 3) + blocks)[-1:-4:-1]
        sized = [(len("".join(piece.text.split())), piece) for piece in pieces]
        shown = [piece for size, piece in sized if size]
        common = set(shown[0].inline).intersection(*(piece.inline for piece in shown[1:])) if shown else set()
        inner = [tag for number, tag in zip(shown[0].inline, shown[0].tags, strict=True) if number in common]
        near = [FAR] * len(settings()["words"])
        around = [frame for frame in at if frame.block or frame.number in common]
        for up, frame in enumerate(reversed(around)):
            for name in names(frame.named) if frame.named else ():
                near[name] = min(near[name], up)
        links = {number for piece in shown for number, tag in zip(piece.inline, piece.tags, strict=True) if tag == "a"}
        outer = any(frame.tag == "a" for frame in around)
        main = [frame.number for frame in at if frame.landmark in ("article", "main")]
        return Spot(
            tag=holder.tag if holder else "",
            inside=tuple(frame.landmark for frame in around if frame.landmark),
            depth=self.depth,
            box=holder.number if holder else 0,
            group=group.number if group else 0,
            column=column.number if column else 0,
            kind=holder.kind if holder else "",
            group_kind=group.kind if group else "",
            inner=" ".join(inner),
            near=tuple(near),
            linked=sum(size for size, piece in sized if outer or "a" in piece.tags),
            links=len(links) or int(outer),
            bold=sum(size for size, piece in sized if {"b", "strong", "em", "i"}.intersection(piece.tags)),
            timed=sum(size for size, piece in sized if "time" in piece.tags),
            article=main[-1] if main else 0,
            unseen=near[unseen_number()] < FAR or any(frame.unseen for frame in around),
        )


def _shows(text: str) -> bool:
    """Whether there is anything to see in it."""
    return any(not char.isspace() and char not in _NOTHING for char in text)


def _joined(pieces: list[_Piece]) -> str:
    """The line's text: white space as one space, tabs between cells, and a space where two things touch."""
    cells: list[list[str]] = [[]]
    for place, piece in enumerate(pieces):
        if piece is _CELL:
            cells.append([])
        elif piece is not _TOUCH:
            cells[-1].append(piece.text)
        elif cells[-1] and cells[-1][-1][-1:].isalnum() and place + 1 < len(pieces):
            cells[-1].append(" " if pieces[place + 1].text[:1].isalnum() else "")
    texts = (_SPACE.sub(" ", "".join(cell)).strip(" ") for cell in cells)
    return "\t".join(text for text in texts if text)


def _breaks(element: Element, tag: str) -> bool:
    """Whether an empty element with the class of a line break stands for one."""
    named = element.get("class")
    if tag != "span" or not named or len(element) or (element.text or "").strip():
        return False
    return not _sets()["break_classes"].isdisjoint(named.lower().split())


def _hidden(element: Element, tag: str) -> bool:
    if element.get("hidden") is not None or (tag == "dialog" and element.get("open") is None):
        return True
    style = element.get("style")
    if style and _HIDING.search(style):
        return True
    # Told to screen readers alone, by classes that mean the same everywhere; a whole block of that kind is kept, as
    # it may be the page's only headline.
    named = element.get("class")
    return bool(named) and tag == "span" and not _sets()["spoken_classes"].isdisjoint(named.lower().split())


def _layout_rows(tree: Element, blocks: frozenset[str]) -> frozenset[Element]:
    """Rows of tables with blocks in their cells."""
    found: set[Element] = set()
    rows: list[Element] = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if element.tag == "tr":
            if event == "end":
                rows.pop()
                continue
            _mark(rows, found)
            rows.append(element)
        elif event == "start" and rows and element.tag in blocks and element.tag not in ("td", "th"):
            _mark(rows, found)
    return frozenset(found)


def _mark(rows: list[Element], found: set[Element]) -> None:
    for row in reversed(rows):
        if row in found:
            break
        found.add(row)
