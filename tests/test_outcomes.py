"""Many items cleaned at once: they take no more memory for it."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Sequence

import pytest

from copydesk import outcomes
from copydesk.article import Article, RawItem
from copydesk.cleaning import Knowledge
from copydesk.decoding import UnreadableText

STORY = b"The ferry sailed again on Monday, and nobody at the quay could say why it had not done so before.\n" * 9


def test_what_is_cleaned_together_takes_no_more_memory_the_more_there_is(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be read lets go of its text at once, and many short lines are a lot of work as many bytes are."""

    def cleaned(data: Callable[[int], bytes], count: int) -> None:
        items = (RawItem("gazette", f"{number}.txt", data(number), f"{number}") for number in range(count))
        assert len(list(outcomes.outcomes(((item, None) for item in items), knowledge))) == count

    cleaned(lambda _: STORY, 1)  # loads what stays
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        cleaned(lambda _: b"no text " * (1 << 16) + bytes(1 << 19), 30)
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
        gc.enable()
    together: list[int] = []

    def some(items: Sequence[RawItem], _: Knowledge) -> list[Article | Exception]:
        together.append(len(items))
        return [UnreadableText("empty", "")] * len(items)

    monkeypatch.setattr(outcomes, "clean_items", some)
    cleaned(lambda _: b"a\n" * 5_000, 4)
    cleaned(lambda _: b"word " * 20, 130)
    assert together == [1, 1, 1, 1, 64, 64, 2]
