"""The second text: linked names replaced by their canonical form, and the way back."""

from __future__ import annotations

from collections.abc import Iterable

from copydesk.article import Mention


def replacement(mention: Mention) -> str:
    """What stands for ``mention`` in the normalized text: its replacement, else what was written."""
    return mention.surface if mention.replacement is None else mention.replacement


def rewrite(text: str, mentions: Iterable[Mention]) -> str:
    """``text`` with its linked mentions replaced. Raises ValueError where one is not of this text, or two overlap."""
    pieces: list[str] = []
    done = 0
    for mention in sorted(mentions, key=lambda one: one.start):
        if mention.start < done or text[mention.start : mention.end] != mention.surface:
            raise ValueError(
                f"mention {mention.surface!r} at {mention.start} does not fit this text: find its names again"
            )
        pieces += (text[done : mention.start], replacement(mention))
        done = mention.end
    return "".join(pieces) + text[done:]


def undo(text_normalized: str, text_mentions: Iterable[Mention]) -> str:
    """The text that ``text_normalized`` was made from with these mentions. Raises ValueError where they do not fit."""
    pieces: list[str] = []
    done = shift = 0
    for mention in sorted(text_mentions, key=lambda one: one.start):
        new = replacement(mention)
        start = mention.start + shift
        if start < done or text_normalized[start : start + len(new)] != new:
            raise ValueError(
                f"mention {mention.surface!r} at {mention.start} was not rewritten here: undo with the same mentions"
            )
        pieces += (text_normalized[done:start], mention.surface)
        done = start + len(new)
        shift += len(new) - len(mention.surface)
    return "".join(pieces) + text_normalized[done:]
