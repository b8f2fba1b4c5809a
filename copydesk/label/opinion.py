"""What is thought of each line before any rule looks: by the scorer of plain text, or by what a page's markup tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.article import Evidence, Role
from copydesk.label.scorer import score_pages


@dataclass(frozen=True, slots=True)
class Opinion:
    """All sequences are as long as the lines they speak of."""

    chance: Sequence[float]
    """How likely the line is article text."""
    keep_from: Sequence[float]
    """From which chance on it counts as such."""
    apart: Sequence[float]
    """How likely it is a headline, a standfirst or a caption."""
    hints: Sequence[tuple[Role, Evidence] | None]
    """A role that the page's markup is sure of."""
    dropped_by: Sequence[str]
    """The extractor that left the line out; empty where none did."""
    vouched: Sequence[bool]
    """Whether an extractor and the scorer both take the line for the article."""
    scored: bool = True
    """Whether it is the text scorer's, and not told by a page's markup."""

    def at(self, lines: Sequence[int]) -> Opinion:
        """What is thought of these lines."""
        return Opinion(
            [self.chance[line] for line in lines],
            [self.keep_from[line] for line in lines],
            [self.apart[line] for line in lines],
            [self.hints[line] for line in lines],
            [self.dropped_by[line] for line in lines],
            [self.vouched[line] for line in lines],
            self.scored,
        )


def of_texts(pages: Sequence[Sequence[str]], recurrences: Sequence[Sequence[float] | None]) -> list[Opinion]:
    """The text scorer's opinion of the lines of each page. ``recurrences`` has, for each page, each line's share of the
    source's other pages that have it."""
    return [
        Opinion(
            chance=scores.text.tolist(),
            keep_from=scores.keep_from.tolist(),
            apart=scores.apart.tolist(),
            hints=[None] * len(lines),
            dropped_by=[""] * len(lines),
            vouched=[False] * len(lines),
        )
        for lines, scores in zip(pages, score_pages(pages, profiles=recurrences), strict=True)
    ]
