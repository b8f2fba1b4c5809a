"""Pages to fit and measure the line scorer on: real ones with their true articles, and articles made out of those.

The real pages stand in the folder that the environment variable COPYDESK_SHARED names, or in ``<repo>/../shared``,
under ``press``: per shape ``raw/<publisher>/<id>.txt`` and ``gold.jsonl``, and ``score.py``, which says what a line is.
They belong to their publishers: nothing of them is kept here but the weights that were fitted.

Trees that see those pages alone learn that a page is long and mostly furniture, and set aside the lines of a short
clean article. So each true article is also given alone, in parts, told a sentence a line, with a headline, and with a
few lines of furniture.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from copydesk.label.scorer import features
from copydesk.label.scorer.model import Model, load_model

REPO = Path(__file__).resolve().parent.parent
SHAPES = ("text", "page")
FOLDS = 6
BODY, NEUTRAL, FURNITURE, REPEAT, BLANK = "body", "neutral", "foreign", "repeat", ""
"""What a line is: the three classes of ``score.py``, a repeat of an earlier line, or blank."""

_SENTENCE = re.compile(r"(?<=[.!?։。।؟…])[\"”’»]?\s+|(?<=。)")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Labelled:
    """One page: its lines, what each is, and how often each recurs in the publisher's other pages (None: no others)."""

    id: str
    publisher: str
    lang: str
    shape: str
    lines: tuple[str, ...]
    kinds: tuple[str, ...]
    profile: tuple[float, ...] | None
    gold: dict[str, Any] | None = None


def press_folder() -> Path | None:
    """Where the real pages are, or None."""
    shared = Path(os.environ.get("COPYDESK_SHARED") or REPO.parent / "shared")
    folder = shared / "press"
    return folder if (folder / "score.py").is_file() else None


def needed_folder() -> Path:
    """Where the real pages are. Raises SystemExit where they are not at hand."""
    if (folder := press_folder()) is None:
        raise SystemExit("The real pages are not here: set COPYDESK_SHARED to the folder that holds press/.")
    return folder


def judge(folder: Path) -> Any:
    """The module ``score.py`` of the real pages."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module("score")


def normal(line: str) -> str:
    """The form in which a line recurs: case, white space and the value of numbers are nothing."""
    return _DIGITS.sub("0", " ".join(line.split()).casefold())


def kinds_of(lines: Sequence[str], gold: dict[str, Any], score: Any) -> tuple[str, ...]:
    """What each line is, by the judge's own rule."""
    from common import tokens  # noqa: PLC0415 - stands beside score.py

    told = iter(score.classify(list(lines), gold))
    out = []
    for line in lines:
        if not line.strip():
            out.append(BLANK)
        elif not tokens(line):
            out.append(FURNITURE)
        else:
            kind, _, repeat = next(told)
            out.append(REPEAT if repeat else kind)
    return tuple(out)


def load(folder: Path, shape: str) -> list[Labelled]:
    """The real pages of one shape, in the order of the gold."""
    score = judge(folder)
    golds = score.read_jsonl(folder / shape / "gold.jsonl")
    texts = {
        g["id"]: (folder / shape / "raw" / g["publisher"] / f"{g['id']}.txt").read_text(encoding="utf-8") for g in golds
    }
    lines = {key: tuple(text.splitlines()) for key, text in texts.items()}
    forms = {key: {normal(line) for line in page if line.strip()} for key, page in lines.items()}
    out = []
    for gold in golds:
        mine = lines[gold["id"]]
        others = [g["id"] for g in golds if g["publisher"] == gold["publisher"] and g["id"] != gold["id"]]
        count = Counter(form for other in others for form in forms[other])
        profile = tuple(count[normal(line)] / len(others) for line in mine) if others else None
        kinds = kinds_of(mine, gold, score)
        out.append(Labelled(gold["id"], gold["publisher"], gold["lang"], shape, mine, kinds, profile, gold))
    return out


def corpus_hash(pages: Iterable[Labelled]) -> str:
    """SHA-256 over the ids, lines and kinds of the pages."""
    digest = hashlib.sha256()
    for page in pages:
        digest.update(repr((page.id, page.shape, page.lines, page.kinds)).encode())
    return digest.hexdigest()


def folds(publishers: Iterable[str], number: int) -> dict[str, int]:
    """A fold for each publisher: by the hash of its name, dealt out in turn."""
    ranked = sorted(set(publishers), key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    return {name: place % number for place, name in enumerate(ranked)}


# ---------------------------------------------------------------- articles made out of true ones


def _rng(*parts: object) -> random.Random:
    return random.Random(repr(parts))


def _spaced(rows: Sequence[tuple[str, str]], blank: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines and kinds with ``blank`` empty lines between paragraphs."""
    lines: list[str] = []
    kinds: list[str] = []
    for place, (line, kind) in enumerate(rows):
        if place:
            lines += [""] * blank
            kinds += [BLANK] * blank
        lines.append(line)
        kinds.append(kind)
    return tuple(lines), tuple(kinds)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _body(gold: dict[str, Any], rng: random.Random, shorten: float) -> list[tuple[str, str]]:
    rows = []
    for text in gold["body"]:
        line = _one_line(text)
        if shorten and rng.random() < shorten:
            parts = [part for part in _SENTENCE.split(line) if part and part.strip()]
            if len(parts) > 1:
                line = rng.choice(parts).strip()
        if line:
            rows.append((line, BODY))
    return rows


def furniture_runs(page: Labelled, rng: random.Random, most: int) -> list[tuple[str, str]]:
    """Up to ``most`` neighbouring furniture lines of a page, from a place picked by ``rng``."""
    rows = [line.strip() for line, kind in zip(page.lines, page.kinds, strict=True) if kind == FURNITURE]
    if not rows:
        return []
    size = min(most, len(rows))
    start = rng.randrange(len(rows) - size + 1)
    return [(line, FURNITURE) for line in rows[start : start + size]]


def is_appeal(lines: Sequence[str]) -> np.ndarray:
    """Which of the lines are sentences in which a page speaks to its reader of itself, by their cue words."""
    looks = features.look(lines)
    cols = looks.columns
    speaks, cues = (
        cols["words_you"] + cols["words_we"],
        cols["words_offer"] + cols["words_widget"] + cols["words_pointer"],
    )
    return looks.prose & looks.sentence & (speaks >= 1) & (cues >= 1) & (speaks + cues >= 3)


def _cue_words(appeals: Sequence[str]) -> list[str]:
    """The words of the appeals that name an offer or a widget, in order."""
    words = list(dict.fromkeys(word for line in appeals for word in line.split() if word.isalpha()))
    cols = features.look(words).columns
    told = (cols["words_offer"] + cols["words_widget"] > 0) & (cols["words_you"] + cols["words_we"] == 0)
    return [word for word, yes in zip(words, told, strict=True) if yes]


def _about(rows: Sequence[tuple[str, str]], appeals: Sequence[str], rng: random.Random) -> list[tuple[str, str]]:
    """The article as if it were about appeals and offers: their words among its own, now and then one quoted whole."""
    known = _cue_words(appeals)
    topic = rng.sample(known, min(len(known), rng.randint(2, 5)))
    out = []
    for line, kind in rows:
        words = line.split()
        if topic and rng.random() < 0.7:
            for _ in range(rng.randint(1, 3)):
                words.insert(rng.randint(1, max(len(words) - 1, 1)), rng.choice(topic))
        told = " ".join(words)
        if rng.random() < 0.25:
            quoted = "“" + _SENTENCE.split(rng.choice(appeals))[0].strip() + "”"
            told = rng.choice((f"{told} {quoted}", f"{quoted} {told}", quoted))
        out.append((told, kind))
    return out


def _talk(rows: Sequence[tuple[str, str]], rng: random.Random) -> list[tuple[str, str]]:
    """Paragraphs told a sentence a line, as in an interview; now and then a short one is repeated, as in a chant."""
    marks = rng.choice(((), ("— ",), ("– ",), ("- ",), ("Q: ", "A: "), ("P: ", "R: "), ("— ", "")))
    out: list[tuple[str, str]] = []
    for line, kind in rows:
        for part in _SENTENCE.split(line):
            if part and part.strip():
                told = marks[len(out) % len(marks)] + part.strip() if marks else part.strip()
                if marks and rng.random() < 0.3:  # answers are short, and questions end as such
                    told = " ".join(told.split()[: rng.randint(3, 8)]).rstrip(".,;:") + rng.choice((".", "?", "?", "."))
                out += [(told, kind)] * (rng.choice((2, 3)) if len(told) < 60 and rng.random() < 0.15 else 1)
    return out[: rng.randint(6, 24)]


def _fragments(text: str, rng: random.Random, most: int) -> list[str]:
    """Short lines that are no sentences, out of a paragraph's words: verses, results, times of a running report."""
    words = text.split() or [text]
    style = rng.choice(("verse", "verse", "results", "results", "names", "keyed", "keyed", "points"))
    mark = rng.choice(("- ", "• ", "– ", ""))
    out: list[str] = []
    while len(out) < most and words:
        size = rng.randint(3, 8) if style == "verse" else rng.randint(1, 4)
        part, words = " ".join(words[:size]), words[size:]
        if style == "verse":
            part = part.rstrip(".,;:") + rng.choice((",", ",", "", "", ".", "!"))
        elif style == "results":
            part = part.strip(".,;:").title()
            number = rng.choice(
                (f"{rng.randint(0, 59)}:{rng.randint(0, 59):02d}", f"{rng.randint(1, 99)}", "12,4", "31.0")
            )
            part = (f"{len(out) + 1}. " if rng.random() < 0.7 else "") + part + rng.choice((" ", ", ", ": ")) + number
        elif style == "keyed":
            first, *rest = part.strip(".,;:").split() + words[:3]
            part, words = f"{first.strip('.,;:').title()}: {' '.join(rest).strip('.,;:')}", words[3:]
        elif style == "points":
            part = mark + " ".join([part, *words[:4]]).strip(".,;:")
            words = words[4:]
        else:
            part = part.strip(".,;:").title()
        out += [part] * (2 if style == "verse" and rng.random() < 0.2 else 1)
    return out


def _told_short(rows: Sequence[tuple[str, str]], rng: random.Random) -> list[tuple[str, str]]:
    """Paragraphs with a song, a table of results or the times of a running report among them: all of it the article."""
    out = list(rows)
    if rng.random() < 0.3:
        hour = rng.randint(6, 22)
        timed = [
            [(f"{(hour - n) % 24:02d}{rng.choice('::.')}{rng.randint(0, 59):02d}", BODY), row]
            for n, row in enumerate(out)
        ]
        return [row for pair in timed for row in pair]
    for _ in range(rng.randint(1, 2)):
        lines = _fragments(rng.choice(rows)[0], rng, rng.randint(2, 9))
        if rng.random() < 0.4:  # a subheading over it
            lines.insert(0, " ".join(rng.choice(rows)[0].split()[: rng.randint(1, 3)]).strip(".,;:"))
        at = rng.randint(1, len(out))
        out[at:at] = [(line, BODY) for line in lines]
    return out


def make(page: Labelled, donors: Sequence[Labelled], appeals: Sequence[str], seed: int) -> Labelled:
    """One article made out of a page's true one. ``donors``: pages of the same publisher, for furniture lines;
    ``appeals``: furniture sentences of publishers of the same language and fold."""
    assert page.gold
    rng = _rng(page.id, seed)
    style = rng.choice(
        (
            "clean",
            "short",
            "short",
            "light",
            "light",
            "whole",
            "talk",
            "told_short",
            "about",
            "about",
            "appeal",
            "appeal",
        )
    )
    rows = _body(page.gold, rng, {"short": 0.5, "light": 0.25, "appeal": 0.25}.get(style, 0.0))
    if style != "whole":
        size = min(len(rows), rng.randint(2, 10))
        start = rng.choice((0, rng.randrange(len(rows) - size + 1)))
        rows = rows[start : start + size]
        while len(rows) > 2 and rows[-1][0] in page.gold["headings"]:  # a subheading heads something
            rows.pop()
    if style == "talk":
        rows = _talk(rows, rng)
    elif style == "about" and appeals:
        rows = _about(rows, appeals, rng)
    elif style == "told_short" and rows:
        rows = _told_short(rows, rng)
    if page.gold["title"] and rng.random() < 0.7:
        head = [(_one_line(page.gold["title"]), NEUTRAL)]
        if rng.random() < 0.3:
            head += [(_one_line(text), NEUTRAL) for text in page.gold["summary"]]
        if rng.random() < 0.3:
            head += [(name, FURNITURE) for name in page.gold["authors"][:2]]
        rows = head + rows
    if style == "light":
        for _ in range(rng.randint(1, 3)):
            run = furniture_runs(rng.choice(donors), rng, rng.choice((1, 1, 2, 3, 4)))
            at = rng.choice((0, len(rows), len(rows), rng.randrange(len(rows) + 1)))
            rows[at:at] = run
    if appeals and (style == "appeal" or (style == "about" and rng.random() < 0.4)):
        run = [(line, FURNITURE) for line in rng.sample(list(appeals), min(len(appeals), rng.choice((1, 1, 2, 3))))]
        at = rng.choice((0, len(rows), len(rows), rng.randrange(len(rows) + 1)))
        rows[at:at] = run
    rows = [(line, kind) for line, kind in rows if line]
    lines, kinds = _spaced(rows, rng.choice((0, 1, 1)))
    seen: set[str] = set()
    fixed = []
    for line, kind in zip(lines, kinds, strict=True):
        fixed.append(REPEAT if kind == BODY and line in seen and len(line) >= 60 else kind)
        seen.add(line)
    known = rng.random() < 0.5
    # Half of the furniture of a publisher of few pages recurs; of the article nothing does.
    shares = tuple(rng.choice((0.0, 0.5, 1.0)) if kind == FURNITURE else 0.0 for kind in fixed)
    profile = shares if known else None
    name = f"{page.id}+{seed}"
    return Labelled(name, page.publisher, page.lang, style, lines, tuple(fixed), profile, None)


def made(
    pages: Sequence[Labelled], copies: int, seed: int, more: Mapping[str, Sequence[str]] | None = None
) -> list[Labelled]:
    """``copies`` made articles of each page. Furniture comes from the publisher's own pages, appeals from publishers of
    its language and fold, so that folds stay apart, and from ``more``, which has appeals of no publisher by language.
    """
    fold = folds((page.publisher for page in pages), FOLDS)
    by_publisher: dict[str, list[Labelled]] = {}
    appeals: dict[tuple[int, str], dict[str, None]] = {}
    for page in pages:
        by_publisher.setdefault(page.publisher, []).append(page)
        lines = [line.strip() for line, kind in zip(page.lines, page.kinds, strict=True) if kind == FURNITURE]
        told = (line for line, yes in zip(lines, is_appeal(lines), strict=True) if yes)
        known = appeals.setdefault((fold[page.publisher], page.lang), dict.fromkeys((more or {}).get(page.lang, ())))
        known.update(dict.fromkeys(told))
    return [
        make(page, by_publisher[page.publisher], list(appeals[fold[page.publisher], page.lang]), seed * 1000 + turn)
        for page in pages
        if page.shape == "text"
        for turn in range(copies)
    ]


def flat(page: Labelled) -> Labelled:
    """The page without its blank lines: what many a scraper leaves."""
    keep = [place for place, kind in enumerate(page.kinds) if kind != BLANK]
    return replace(
        page,
        id=page.id + "-flat",
        shape="flat",
        lines=tuple(page.lines[i] for i in keep),
        kinds=tuple(page.kinds[i] for i in keep),
        profile=None if page.profile is None else tuple(page.profile[i] for i in keep),
        gold=None,
    )


def without_profile(page: Labelled) -> Labelled:
    return replace(page, id=page.id + "-alone", profile=None)


def kept_text(lines: Sequence[str], keep: Sequence[bool]) -> str:
    """The lines that are to be kept, without exact repeats of four words and more."""
    seen: set[str] = set()
    out = []
    for line, kept in zip(lines, keep, strict=True):
        text = line.strip()
        if not text or not kept:
            continue
        form = normal(text)
        if form in seen and len(form.split()) >= 4:
            continue
        seen.add(form)
        out.append(text)
    return "\n".join(out)


def kind_array(page: Labelled) -> np.ndarray:
    """Kinds of the lines that are not blank."""
    return np.array([kind for line, kind in zip(page.lines, page.kinds, strict=True) if line.strip()])


def fold_path(folder: Path, number: int) -> Path:
    return folder / f"scorer-fold-{number}.json"


def fold_models(publishers: Iterable[str], folder: Path) -> dict[str, Model]:
    """The models of an earlier cross-validation, by the publishers that each has not seen."""
    fold = folds(publishers, FOLDS)
    models = [load_model(fold_path(folder, number)) for number in range(FOLDS)]
    return {publisher: models[number] for publisher, number in fold.items()}
