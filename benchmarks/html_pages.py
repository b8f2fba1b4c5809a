"""Pages of HTML to fit and measure the scorer of rendered lines on: real ones, and short clean ones made out of them.

The real pages stand in the folder that COPYDESK_SHARED names, or in ``<repo>/../shared``, under ``press/html``. They
belong to their publishers: nothing of them is kept here but the weights that were fitted.

Trees that see real pages alone learn that a page is mostly furniture, and set aside the lines of a page that has none.
So each true article is also written as a small page of its own: a few paragraphs, in some of the ways in which small
sites and converters write them.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scorer_pages import BODY, FURNITURE, NEUTRAL, REPEAT, kinds_of

from copydesk.html import render, stated
from copydesk.html.document import open_page, parse
from copydesk.html.extractor import Vote, no_vote, vote
from copydesk.html.metadata import body_in
from copydesk.html.spots import Rendered

SHAPES = ("bare", "divs", "breaks", "framed", "headed")
"""How made pages are written: paragraphs alone; a ``div`` for each; parted by ``<br>``; with a menu and a foot; with
headline, byline and date."""


@dataclass(frozen=True)
class Labelled:
    """One rendered page, the extractor's vote on it, and what each line is."""

    id: str
    publisher: str
    shape: str
    page: Rendered
    vote: Vote
    headline: str | None
    body: str | None
    kinds: tuple[str, ...]
    gold: dict[str, Any]


def labelled(markup: bytes | str, gold: dict[str, Any], score: Any, shape: str, ask: bool = True) -> Labelled:
    """A page with its lines' kinds, by the judge's own rule, copies outside the article being furniture. ``ask``: the
    extractor for its vote."""
    page = render(markup)
    kinds = without_copies(page, kinds_of(page.lines, gold, score), gold)
    source = open_page(markup).text
    opinion = vote(source, page.lines) if ask else no_vote(page.lines)
    body = body_in(parse(source))
    return Labelled(gold["id"], gold["publisher"], shape, page, opinion, stated(markup).headline, body, kinds, gold)


def without_copies(page: Rendered, kinds: Sequence[str], gold: dict[str, Any]) -> tuple[str, ...]:
    """The kinds, where of a line that stands more often than in the gold only the copies in the article's own place
    are body: where most of the body is. What merely quotes a part of another line (a pull quote, a teaser) is none."""
    from common import loose  # noqa: PLC0415 - stands beside score.py

    forms = [loose(line) for line in page.lines]
    asked = Counter(loose(" ".join(text.split())) for text in gold["body"])
    size = [len(form) if kind == BODY else 0 for form, kind in zip(forms, kinds, strict=True)]
    mass: Counter[int] = Counter()
    for spot, width in zip(page.spots, size, strict=True):
        for place in {spot.group, -spot.column}:
            mass[place] += width
    weight = [mass[spot.group] + mass[-spot.column] for spot in page.spots]
    out = list(kinds)
    places: dict[str, list[int]] = {}
    for number, (form, kind) in enumerate(zip(forms, kinds, strict=True)):
        if kind in (BODY, REPEAT):
            places.setdefault(form, []).append(number)
    for form, same in places.items():
        if len(same) > max(1, asked[form]):
            best = sorted(same, key=lambda number: -weight[number])[: max(1, asked[form])]
            for number in same:
                out[number] = BODY if number in best else FURNITURE
    longer = [form for form, kind in zip(forms, out, strict=True) if kind == BODY]
    for number, form in enumerate(forms):
        if out[number] == BODY and not asked[form] and any(len(o) > len(form) and form in o for o in longer):
            out[number] = FURNITURE
    return tuple(_without_far_ones(page, out, forms))


def _without_far_ones(page: Rendered, kinds: Sequence[str], forms: Sequence[str]) -> list[str]:
    """The kinds, where a short line that stands where nothing else of the body does is none of it: a link in a menu
    has the words of some heading."""
    size = [len(form) if kind == BODY else 0 for form, kind in zip(forms, kinds, strict=True)]
    mass: Counter[int] = Counter()
    for spot, width in zip(page.spots, size, strict=True):
        for place in {spot.group, -spot.column}:
            mass[place] += width
    around = [mass[spot.group] + mass[-spot.column] - 2 * own for spot, own in zip(page.spots, size, strict=True)]
    least = 0.05 * max(sum(size), 1)
    # A subheading may stand in an element of its own: what it belongs to is near it in the page then.
    long = [own >= 60 for own in size]
    beside = [any(long[max(place - 4, 0) : place + 5]) for place in range(len(size))]
    return [
        FURNITURE if kind == BODY and own < 60 and near < least and not by else kind
        for kind, own, near, by in zip(kinds, size, around, beside, strict=True)
    ]


def is_standfirst(page: Labelled) -> np.ndarray:
    """Which lines are the page's standfirst or a part of it: looks like the article, and counts as neither."""
    from common import loose  # noqa: PLC0415 - stands beside score.py

    told = [form for text in page.gold["summary"] if (form := loose(text))]
    return np.array(
        [
            kind == NEUTRAL and any(loose(line) in form or form in loose(line) for form in told)
            for line, kind in zip(page.page.lines, page.kinds, strict=True)
        ]
    )


def load(folder: Path, score: Any, ask: bool = True) -> list[Labelled]:
    """The real pages, in the order of the gold."""
    return [labelled(markup, gold, score, "real", ask) for gold, markup in read(folder, score)]


def read(folder: Path, score: Any) -> list[tuple[dict[str, Any], bytes]]:
    """Gold and bytes of each page, in the order of the gold."""
    raw = folder / "html" / "raw"
    return [
        (gold, gzip.decompress((raw / gold["publisher"] / f"{gold['id']}.html.gz").read_bytes()))
        for gold in score.read_jsonl(folder / "html" / "gold.jsonl")
    ]


def made(real: Iterable[Labelled], score: Any, each: int, seed: int, ask: bool = True) -> list[Labelled]:
    """``each`` small pages out of every true article."""
    out = []
    for page in real:
        for number in range(each):
            rng = random.Random(repr((page.id, number, seed)))
            shape = SHAPES[(number + int(page.id[:4], 16)) % len(SHAPES)]
            out.append(labelled(_written(page, shape, rng), page.gold, score, shape, ask))
    return out


def _written(page: Labelled, shape: str, rng: random.Random) -> str:
    gold = page.gold
    heads = set(gold["headings"])
    body = [" ".join(text.split()) for text in gold["body"]]
    count = rng.randint(1, min(12, len(body)))
    start = rng.choice([0, 0, rng.randrange(len(body) - count + 1)])
    part = [html.escape(text) for text in body[start : start + count]]
    heads = {html.escape(" ".join(head.split())) for head in heads}
    if shape == "divs":
        text = "".join(f"<div>{line}</div>" for line in part)
    elif shape == "breaks":
        text = f"<div>{'<br><br>'.join(part)}</div>"
    else:
        text = "\n".join(f"<h2>{line}</h2>" if line in heads else f"<p>{line}</p>" for line in part)
    holder = rng.choice(["<div>{}</div>", "<article>{}</article>", '<div class="content">{}</div>', "{}"])
    title = html.escape(gold["title"])
    lead = ""
    if shape in ("headed", "framed") or rng.random() < 0.3:
        lead = f"<h1>{title}</h1>"
    if shape == "headed" and gold["authors"]:
        lead += f"<p class='byline'>{html.escape(gold['authors'][0])}</p><p><time>{gold['published'][:10]}</time></p>"
    body_text = holder.format(lead + text)
    if shape == "framed":
        menu = _furniture(page, rng, 6)
        foot = _furniture(page, rng, 4)
        links = "".join(f'<li><a href="#">{html.escape(line)}</a></li>' for line in menu)
        ends = "".join(f"<p>{html.escape(line)}</p>" for line in foot)
        body_text = f"<ul>{links}</ul>{body_text}<footer>{ends}</footer>"
    return f"<html><head><title>{title}</title></head><body>{body_text}</body></html>"


def _furniture(page: Labelled, rng: random.Random, most: int) -> list[str]:
    lines = [
        line for line, kind in zip(page.page.lines, page.kinds, strict=True) if kind == FURNITURE and len(line) < 80
    ]
    size = min(most, len(lines))
    start = rng.randrange(len(lines) - size + 1)
    return lines[start : start + size]


def corpus_hash(pages: Iterable[Labelled]) -> str:
    """SHA-256 over the ids, lines, kinds and votes of the pages."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(repr((page.id, page.shape, page.page.lines, page.kinds, page.vote)).encode())
    return digest.hexdigest()


__all__ = [
    "BODY",
    "FURNITURE",
    "NEUTRAL",
    "REPEAT",
    "Labelled",
    "corpus_hash",
    "is_standfirst",
    "labelled",
    "load",
    "made",
    "read",
]
