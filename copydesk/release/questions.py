"""The datasheet's questions, after Gebru et al., Datasheets for Datasets (2021), in short words of our own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Question:
    id: str
    section: str
    text: str
    computed: bool
    """Answered from the version itself, whether or not its publisher adds something."""


@cache
def questions() -> tuple[Question, ...]:
    """All questions, in the order of the datasheet."""
    data = tomllib.loads(files("copydesk.release").joinpath("questions.toml").read_text(encoding="utf-8"))
    return tuple(
        Question(id_, section["title"], text, id_ in section.get("computed", []))
        for section in data["section"]
        for id_, text in section["questions"].items()
    )
