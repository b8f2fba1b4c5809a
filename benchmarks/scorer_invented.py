"""Invented articles and furniture for the line scorer to learn from, in languages of which few real pages are at hand.

They stand in ``tests/golden/labels/synthetic.toml``; buttons and labels are those of the half "dev" of ``wild.toml``.
The sentences and clean articles that ``benchmarks/mutations.py`` counts are not among them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from scorer_pages import BODY, FURNITURE, REPO, Labelled, make

COPIES = 12
"""Made pages of each invented article."""


def _entries(name: str) -> list[dict[str, Any]]:
    folder: Path = REPO / "tests" / "golden" / "labels"
    data: dict[str, list[dict[str, Any]]] = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    return next(iter(data.values()))


def _labels() -> dict[str, list[str]]:
    """Short furniture by language: labels and buttons."""
    out: dict[str, list[str]] = {}
    for block in _entries("wild"):
        if block["half"] == "dev" and block["kind"] == "short":
            out.setdefault(block["language"], []).extend(block["text"].strip().splitlines())
    return out


def furniture() -> dict[str, list[str]]:
    """Furniture in sentences, by language."""
    out: dict[str, list[str]] = {}
    for entry in _entries("synthetic"):
        out.setdefault(entry["language"], []).extend(entry.get("furniture", []))
    return out


def articles() -> list[Labelled]:
    """The invented articles as pages without furniture."""
    out = []
    for number, entry in enumerate(_entries("synthetic")):
        for turn, text in enumerate(entry.get("articles", [])):
            body = text.split("|")
            gold = {"body": body, "title": "", "headings": [], "summary": [], "authors": []}
            name, language = f"invented-{number}-{turn}", entry["language"]
            kinds = (BODY,) * len(body)
            out.append(Labelled(name, f"invented-{language}", language, "text", tuple(body), kinds, None, gold))
    return out


def made(seed: int) -> list[Labelled]:
    """Pages made of the invented articles and furniture, as ``scorer_pages.make`` makes them of real ones."""
    labels, said = _labels(), furniture()
    out = []
    for page in articles():
        lines = tuple(labels.get(page.lang, labels["en"]))
        donor = Labelled(page.id, page.publisher, page.lang, "text", lines, (FURNITURE,) * len(lines), None)
        pleas = said.get(page.lang, [])
        out += [make(page, [donor], pleas, seed * 1000 + turn) for turn in range(COPIES)]
    return out
