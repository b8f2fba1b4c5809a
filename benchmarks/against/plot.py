"""Documents a second against the number of documents, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET  # written here, never read

import ziaplot

_SIZE = (640, 400)
_COLOURS = ("#0b6e4f", "#888888", "#b5482a", "#3a5ba0", "#8a5a9e")


def scaling(lines: Mapping[str, Sequence[tuple[int, float]]]) -> str:
    """``lines``: by name, points of documents and documents a second of the processor. Both axes are logarithmic."""
    ziaplot.config.text = "text"
    graph = ziaplot.GraphLogXY().size(*_SIZE)
    graph.axesnames("documents", "documents a second of the processor")
    with graph:
        for (name, points), colour in zip(lines.items(), _COLOURS, strict=False):
            sizes, rates = zip(*sorted(points), strict=True)
            ziaplot.PolyLine(list(sizes), list(rates)).marker("round").color(colour).name(name)
    graph.legend("right")
    return ET.tostring(graph.svgxml(), encoding="unicode") + "\n"
