"""Whether what a part found is right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def judged(told: Mapping[str, Any], corpus: Path, name: str) -> dict[str, Any]:
    """What a part told, as figures: of groups how good they are, of repaired texts how many are unlike ftfy's."""
    if "groups" in told:
        truth = json.loads((corpus / "truth.json").read_text(encoding="utf-8"))
        recall, false = copies(told["groups"], truth["stories"])
        return {"recall": recall, "false": false}
    if "digests" in told:
        theirs = corpus / "repaired_by_ftfy.json"
        if name == "repair: ftfy":
            theirs.write_text(json.dumps(told["digests"]), encoding="utf-8")
        if not theirs.exists():
            return {"unlike": None}
        expected = json.loads(theirs.read_text(encoding="utf-8"))
        return {"unlike": sum(one != other for one, other in zip(told["digests"], expected, strict=True))}
    return {}


def copies(groups: Sequence[Sequence[str]], stories: Mapping[str, str]) -> tuple[float, float]:
    """The share of the copies that stand in a group with another telling of their story; and of the articles in groups,
    the first of each left out, the share that shares no story with the rest of its group. ``stories``: by address."""
    right = extra = 0
    for group in groups:
        told = Counter(stories[url] for url in group if url in stories)
        right += sum(count - 1 for count in told.values())
        extra += len(group) - 1
    there = sum(count - 1 for count in Counter(stories.values()).values())
    return right / there if there else 1.0, 1 - right / extra if extra else 0.0
