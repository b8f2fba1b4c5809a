"""Counts as pictures: SVG that stands in the page itself, in the page's own colours, and scales without harm.

ziaplot draws them (docs/adr/0005). What it draws carries no style of its own, no script and no reference, so that the
page's policy needs no exception for it; colours are the custom properties of the page's style. The same counts give the
same bytes: ziaplot measures text by a table of its own and not by the fonts of the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree as ET  # written here, never read

from markupsafe import Markup

from copydesk.proofs.markup import made, plain
from copydesk.site.markup import number, short

LONGEST = 22
"""Code points of a label in a chart; the table beside it has the whole of it."""

_WIDTH = 320  # about what a phone shows, so that the text is as large as elsewhere on the page
_STEP = 26
_LABEL = 16  # the page sets the type smaller: the reader's font may be wider than the one measured
_DIGIT = 8  # a wide one
_MARGIN = 8
_SPARK = (240, 28)
_SLOTS = 20  # a row of fewer bars begins at the left: one day is no wall
_GAP = 0.2


def bar_chart(name: str, title: str, told: str, pairs: Sequence[tuple[str, int]], colour: str) -> Markup:
    """Horizontal bars, each with its label and its figure, in the order given.

    ``name`` is unique in the page; ``title`` says what is shown and ``told`` what is to be seen, to who cannot see it.
    """
    zp = _ziaplot()

    counts = [count for _, count in pairs]
    places = list(range(len(pairs) - 1, -1, -1))
    most = max([*counts, 1])
    labels = [_label(label) for label, _ in pairs]
    # A figure stands at the end of its bar, and the longest has room for it.
    figure = _DIGIT * len(number(most)) + _MARGIN
    width = _WIDTH - 2 * _MARGIN - max(zp.text.text_size(label, fontsize=_LABEL).width for label in labels)
    end = most * (1 + figure / max(width - figure, figure))
    graph = zp.Graph()
    graph.css(_css(colour, _LABEL))
    graph.size(_WIDTH, _STEP * len(pairs) + 16)
    graph.add(zp.BarsHoriz(places, counts, width=1 - 2 * _GAP, align="center"))
    for place, count in zip(places, counts, strict=True):
        graph.add(zp.Text(count + most / 60, place, number(count), halign="left", valign="center"))
    graph.yticks(places, labels)
    graph.noxticks().xticks([0, end]).xrange(0, end).yrange(-0.6, len(pairs) - 0.4)
    return _svg(graph.svgxml(), name, title, told)


def spark_chart(name: str, title: str, told: str, counts: Sequence[int], most: int, colour: str) -> Markup:
    """A row of bars as high as the counts, ``most`` being the full height: for a cell of a table."""
    zp = _ziaplot()
    graph = zp.Graph()
    graph.css(_css(colour, 1))
    graph.size(*_SPARK)
    there = [(place, count) for place, count in enumerate(counts) if count]
    if there:
        graph.add(zp.Bars(*zip(*there, strict=True), width=1 - _GAP, align="center"))
    # Ticks that are not drawn: without them the axes would grow to round numbers.
    ends, heights = (-0.5, max(len(counts), _SLOTS) - 0.5), (0, max(most, 1))
    graph.noxticks().noyticks().xticks(ends).yticks(heights).xrange(*ends).yrange(*heights)
    return _svg(graph.svgxml(), name, title, told)


def _ziaplot() -> Any:
    import ziaplot  # noqa: PLC0415 - only a build needs it

    # With ziamath beside it, it would draw letters as shapes: other bytes, and nothing to read aloud or to copy.
    ziaplot.config.text = "text"
    return ziaplot


def _label(text: str) -> str:
    return short(str(plain(text)), LONGEST)


def _css(colour: str, label: int) -> str:
    return (
        "Graph { color: none; edge_color: none; } Graph.GridX { color: none; } Graph.GridY { color: none; }"
        f"Graph.TickY {{ font_size: {label}; height: 0; margin: {_MARGIN}; pad: 0; }}"
        "Graph.TickX { pad: 0; } Graph.TickY { color: currentColor; stroke_width: 0; }"
        "Text { color: currentColor; }"
        f"Bars {{ color: var(--{colour}); edge_color: none; edge_width: 0; }}"
    )


def _svg(drawn: ET.Element, name: str, title: str, told: str) -> Markup:
    """What was drawn, with a name for who cannot see it, and without what would draw nothing."""
    svg = ET.Element(
        "svg",
        {
            "viewBox": drawn.attrib["viewBox"],
            "preserveAspectRatio": "none",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-told",
        },
    )
    for part, text in (("title", title), ("told", told)):
        ET.SubElement(svg, "title" if part == "title" else "desc", {"id": f"{name}-{part}"}).text = str(plain(text))
    for shape in drawn:
        ink = shape.get("fill", "none") != "none" or (
            shape.get("stroke", "none") != "none" and shape.get("stroke-width") != "0"
        )
        if shape.tag == "defs" or not ink:
            continue
        for unused in ("clip-path", "font-family", "font-size", "stroke", "stroke-width"):
            shape.attrib.pop(unused, None)
        svg.append(shape)
    if any(shape.tag == "text" for shape in drawn):
        del svg.attrib["preserveAspectRatio"]
    return made(ET.tostring(svg, encoding="unicode", short_empty_elements=False))
