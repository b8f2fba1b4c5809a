"""Lines of a page as numbers: what a line looks like, and where it stands. No language is known here.

Every feature is a plain number; ``NAMES`` is their order. The rows are the lines that are not blank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from copydesk.label.scorer import characters as ch
from copydesk.label.scorer.characters import Floats, Ints, Page
from copydesk.label.scorer.words import cue_words

Bools = NDArray[np.bool_]

LONG = 100.0
"""Width (characters, Han, kana and Hangul counted two and a half times) from which a line is prose by length alone."""
SENTENCE = 45.0
"""Width from which a line that ends as a sentence is prose."""
FAR = 12
"""Distances (lines) are cut here."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What a page's lines look like by themselves, for the steps after."""

    page: Page
    columns: dict[str, Floats]
    width: Floats
    sentence: Bools
    prose: Bools
    group: Ints
    """Line: number of its exact text (case aside)."""
    first: Bools
    """Line: no earlier line has this text."""
    gap: Ints
    """Line: blank lines before it, at most 3."""
    word: Ints
    """Word: which of the page's different words it is."""
    pairs: Ints
    """Each different word of each group of lines once, in order: group times different words, plus word."""


def _at(values: Floats, offset: int, outside: float) -> Floats:
    """The value of the line ``offset`` further on; ``outside`` where the page has none."""
    out = np.full(len(values), outside)
    if offset >= len(values) or -offset >= len(values):
        return out
    if offset > 0:
        out[:-offset] = values[offset:]
    else:
        out[-offset:] = values[:offset]
    return out


def _around(values: Floats, before: int, after: int) -> Floats:
    """Mean over the lines from ``before`` above to ``after`` below, the line itself left out; 0 where there is none."""
    n = len(values)
    total = np.concatenate(([0.0], np.cumsum(values)))
    here = np.arange(n)
    low, high = np.maximum(here - before, 0), np.minimum(here + after + 1, n)
    mass = total[high] - total[low] - values
    out: Floats = mass / np.maximum(high - low - 1, 1)
    return out


def _runs(flag: Bools) -> tuple[Floats, Floats]:
    """For each line: length of the run of equal flags it is in, and its place in that run."""
    n = len(flag)
    if not n:
        return np.zeros(0), np.zeros(0)
    new = np.concatenate(([True], flag[1:] != flag[:-1]))
    starts = np.flatnonzero(new)
    which = np.cumsum(new) - 1
    length = np.diff(np.concatenate((starts, [n])))
    return length[which].astype(np.float64), (np.arange(n) - starts[which]).astype(np.float64)


def _distance(flag: Bools) -> tuple[Floats, Floats]:
    """Lines to the nearest flagged line above and below (the line itself left out), at most FAR."""
    n = len(flag)
    here = np.arange(n)
    above = np.maximum.accumulate(np.where(flag, here, -FAR - 1))
    above = np.concatenate(([-FAR - 1], above[:-1])) if n else above
    below = np.minimum.accumulate(np.where(flag, here, n + FAR + 1)[::-1])[::-1]
    below = np.concatenate((below[1:], [n + FAR + 1])) if n else below
    return np.minimum(here - above, FAR).astype(np.float64), np.minimum(below - here, FAR).astype(np.float64)


def look(lines: Sequence[str]) -> Looks:
    """The first pass: each line by itself. ``lines`` may hold blank ones."""
    page = ch.read_page(lines)
    n = page.lines
    sizes = (page.ends - page.starts - 1).astype(np.float64)
    letters, digits = ch.count(page, ch.LETTER), ch.count(page, ch.DIGIT)
    upper, lower = ch.count(page, ch.UPPER), ch.count(page, ch.LOWER)
    wide = ch.count(page, ch.WIDE)
    width = sizes + 1.5 * wide
    words = page.line_words.astype(np.float64)
    first_bits = page.bits[page.starts] if n else np.zeros(0, np.uint16)
    last_bits = page.bits[np.maximum(page.ends - 2, page.starts)] if n else np.zeros(0, np.uint16)
    ending = _ending(page)
    sentence = (ending & ch.END) != 0
    inner = _inner_ends(page)
    starts_upper: Floats = np.zeros(n)
    if len(page.word_start):
        cased = (page.bits[page.word_start] & ch.UPPER) != 0
        starts_upper = np.bincount(page.word_line, weights=cased, minlength=n).astype(np.float64)
    safe, some = np.maximum(sizes, 1.0), np.maximum(words, 1.0)
    columns: dict[str, Floats] = {
        "width": np.log1p(width),
        "words": np.log1p(words),
        "word_length": (letters + digits) / some,
        "digits": digits / safe,
        "capitals": upper / np.maximum(upper + lower, 1.0),
        "capital_words": starts_upper / some,
        "commas": ch.count(page, ch.COMMA),
        "sentences": inner,
        "quotes": ch.count(page, ch.QUOTE),
        "symbols": ch.count(page, ch.SYMBOL),
        "colons": ch.count(page, ch.COLON),
        "dashes": ch.count(page, ch.DASH),
        "brackets": ch.count(page, ch.CLOSE),
        "ends_sentence": sentence.astype(np.float64),
        "ends_asking": ((ending & ch.ASKS) != 0).astype(np.float64),
        "ends_colon": ((last_bits & ch.COLON) != 0).astype(np.float64),
        "ends_quote": ((last_bits & ch.QUOTE) != 0).astype(np.float64),
        "ends_bracket": ((last_bits & ch.CLOSE) != 0).astype(np.float64),
        "ends_digit": ((last_bits & ch.DIGIT) != 0).astype(np.float64),
        "ends_letter": ((last_bits & ch.LETTER) != 0).astype(np.float64),
        "starts_lower": ((first_bits & ch.LOWER) != 0).astype(np.float64),
        "starts_quote": ((first_bits & ch.QUOTE) != 0).astype(np.float64),
        "starts_dash": ((first_bits & ch.DASH) != 0).astype(np.float64),
        "starts_digit": ((first_bits & ch.DIGIT) != 0).astype(np.float64),
        "starts_symbol": ((first_bits & ch.SYMBOL) != 0).astype(np.float64),
    }
    columns |= cue_words(page)
    prose = (width >= LONG) & (words > 0) | (width >= SENTENCE) & sentence
    group, first, columns["copies"], columns["prefix_copies"] = _repeats(page)
    gap = np.minimum(np.diff(np.concatenate(([0], page.index + 1))) - 1, 3)
    if n:
        gap[0] = 1
    _, word = np.unique(page.word_hash, return_inverse=True)
    kinds = int(word.max(initial=-1)) + 1
    pairs = np.unique(group[page.word_line] * kinds + word)
    return Looks(page, columns, width, sentence, prose, group, first, gap, word, pairs)


def _ending(page: Page) -> NDArray[np.uint16]:
    """The classes of the last mark or letter that is no closing quote, bracket or space (at most three of those)."""
    if not page.lines:
        return np.zeros(0, np.uint16)
    at = page.ends - 2
    for _ in range(3):
        skip = (page.bits[np.maximum(at, page.starts)] & (ch.QUOTE | ch.CLOSE | ch.SPACE)) != 0
        at = np.where(skip & (at > page.starts), at - 1, at)
    return page.bits[np.maximum(at, page.starts)]


def _inner_ends(page: Page) -> Floats:
    """Sentence ends of each line: an end mark before white space, a quote or a character of an unspaced script."""
    if not page.lines:
        return np.zeros(0)
    after = np.concatenate((page.bits[1:], page.bits[-1:]))
    ends = ((page.bits & ch.END) != 0) & ((after & (ch.SPACE | ch.QUOTE | ch.CLOSE | ch.UNSPACED)) != 0)
    return np.add.reduceat(ends.astype(np.int32), page.starts).astype(np.float64)


@cache
def _weights(n: int) -> ch.Hashes:
    """Odd numbers that tell the places of a line's words apart."""
    out = np.arange(1, n + 1, dtype=np.uint64)
    out ^= out >> np.uint64(3)
    return (out * np.uint64(0xD1342543DE82EF95)) | np.uint64(1)


def _repeats(page: Page) -> tuple[Ints, Bools, Floats, Floats]:
    """Group of equal lines, first of its group, other lines of the same words, others of the same first three."""
    n = page.lines
    if not len(page.word_start):
        return np.arange(n), np.ones(n, bool), np.zeros(n), np.zeros(n)
    total = len(page.word_start)
    offset = np.concatenate(([0], np.cumsum(page.line_words)))[:-1]
    place = np.arange(total) - offset[page.word_line]
    terms = page.word_hash * _weights(1024)[np.minimum(place, 1023)]
    running = np.concatenate((np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)))
    begin, end = offset, offset + page.line_words
    whole = running[end] - running[begin]
    # Lines without a word are no repeats of each other: a rule of dashes stands twice on many pages.
    whole = np.where(page.line_words > 0, whole, np.arange(n, dtype=np.uint64))
    start = running[np.minimum(end, begin + 3)] - running[begin]
    _, earliest, group, sizes = np.unique(whole, return_index=True, return_inverse=True, return_counts=True)
    first = np.zeros(n, bool)
    first[earliest] = True
    _, same, starts = np.unique(np.where(page.line_words > 2, start, whole), return_inverse=True, return_counts=True)
    copies = sizes[group].astype(np.float64) - 1
    return group, first, np.minimum(copies, 3), np.minimum(starts[same] - 1 - copies, 3).clip(0)


def segments(body: Bools, width: Floats, bridge: int = 4) -> tuple[Ints, Ints]:
    """Stretches of ``body`` lines with at most ``bridge`` others between: the stretch of each line (-1 for none), and
    the lines of the largest one, by width, as (first, last)."""
    at = np.flatnonzero(body)
    out = np.full(len(body), -1, np.int64)
    if not len(at):
        return out, np.array([-1, -1])
    number = np.concatenate(([0], np.cumsum(np.diff(at) > bridge + 1)))
    out[at] = number
    mass = np.bincount(number, weights=width[at])
    members = at[number == int(np.argmax(mass))]
    return out, np.array([members[0], members[-1]])


def overlap(looks: Looks, body: Bools) -> dict[str, Floats]:
    """How far each line speaks of what the ``body`` lines (bool) speak of.

    ``topic``: share of the line's long words that stand in another body line; ``topic_twice``: in two others;
    ``common``: share of its words that stand in a quarter of the body lines (what every text of a language is full of).
    """
    page, n = looks.page, looks.page.lines
    out = {name: np.full(n, -0.1) for name in ("topic", "topic_twice", "common")}
    total = len(page.word_start)
    if not total:
        return out
    word, kinds = looks.word, int(looks.word.max()) + 1
    pair_group, pair_word = looks.pairs // kinds, looks.pairs % kinds
    groups = int(looks.group.max()) + 1
    body_group = np.zeros(groups, bool)
    body_group[looks.group[body]] = True
    standing = np.bincount(pair_word[body_group[pair_group]], minlength=kinds)
    others = standing[word] - body_group[looks.group][page.word_line]
    bodies = int(body_group.sum())
    usual = np.maximum(2, 0.25 * bodies)
    rare = others <= np.maximum(3, 0.5 * bodies)
    bits = page.bits[page.word_start]
    unspaced = (bits & ch.UNSPACED) != 0
    long = (page.word_length >= np.where((bits & ch.WIDE) != 0, 2, 5)) | unspaced
    content = long & rare
    held = np.bincount(page.word_line, weights=content, minlength=n)
    for name, least in (("topic", 1), ("topic_twice", 2)):
        hit = np.bincount(page.word_line, weights=content & (others >= least), minlength=n)
        out[name] = np.where(held > 0, hit / np.maximum(held, 1), -0.1)
    spoken = np.bincount(page.word_line, weights=others >= usual, minlength=n)
    out["common"] = np.where(page.line_words > 0, spoken / np.maximum(page.line_words, 1), -0.1)
    return out


def recurrence(looks: Looks, profile: Sequence[float] | None, lines: int) -> dict[str, Floats]:
    """How far each line recurs in its source. A page most of whose prose recurs is an article that the source holds
    twice, and then says nothing: it counts as a page without a profile."""
    n = looks.page.lines
    if profile is None:
        return {"recurs": np.full(n, -1.0)}
    shares = np.asarray(profile, np.float64)
    if shares.shape != (lines,):
        raise ValueError(f"profile has {shares.shape} values, the page has {lines} lines")
    # One page in twenty is as telling as each: small sources show only shares of a half and more.
    known = np.minimum(shares[looks.page.index] / 0.05, 1.0)
    mass = float(looks.width[looks.prose].sum())
    if mass and float(looks.width[looks.prose & (known > 0)].sum()) > 0.5 * mass:
        return {"recurs": np.full(n, -1.0)}
    return {"recurs": known}


def context(looks: Looks) -> dict[str, Floats]:
    """Where each line stands: its neighbours, the stretches of prose, the page."""
    n = looks.page.lines
    width, prose, cols = looks.width, looks.prose, looks.columns
    log_width, prose_f = cols["width"], prose.astype(np.float64)
    body = prose & looks.first
    usual = float(np.median(width[body])) if body.any() else float(LONG)
    here = np.arange(n, dtype=np.float64)
    above, below = _distance(prose)
    run, run_place = _runs(prose)
    which, (begin, end) = segments(body, width)
    mass = np.bincount(which[which >= 0], weights=width[which >= 0]) if body.any() else np.zeros(1)
    own = np.where(which >= 0, mass[np.maximum(which, 0)], 0.0)
    prose_mass = width * prose_f
    before = np.concatenate(([0.0], np.cumsum(prose_mass)))[:-1] if n else np.zeros(0)
    total_mass = max(float(prose_mass.sum()), 1.0)
    blank_before = looks.gap.astype(np.float64)
    blank_after = np.concatenate((blank_before[1:], [1.0])) if n else blank_before
    out: dict[str, Floats] = {
        "width_by_usual": np.log((width + 1.0) / (usual + 1.0)),
        "blank_before": blank_before,
        "blank_after": blank_after,
        "page_blank": np.full(n, float(np.mean(blank_before > 0)) if n else 0.0),
        "page_lines": np.full(n, np.log1p(n)),
        "page_prose": np.full(n, np.log1p(float(body.sum()))),
        "page_prose_lines": np.full(n, float(prose_f.mean()) if n else 0.0),
        "page_prose_width": np.full(n, total_mass / max(float(width.sum()), 1.0)),
        "place": here / max(n - 1, 1),
        "from_start": np.minimum(here, 40.0),
        "to_end": np.minimum(n - 1 - here, 40.0),
        "prose_above": above,
        "prose_below": below,
        "run": np.where(prose, 1.0, -1.0) * np.minimum(run, 25.0),
        "run_place": np.minimum(run_place, 25.0),
        "mass_before": before / total_mass,
        "mass_after": (total_mass - before - prose_mass) / total_mass,
        "from_main": np.clip(here - begin, -40.0, 40.0) if end >= 0 else np.zeros(n),
        "past_main": np.clip(here - end, -40.0, 40.0) if end >= 0 else np.zeros(n),
        "main_place": np.clip((here - begin) / max(end - begin, 1), -1.0, 2.0) if end >= 0 else np.full(n, -1.0),
        "stretch": own / total_mass,
        "main_prose": np.full(n, np.log1p(float(body[begin : end + 1].sum())) if end >= 0 else 0.0),
    }
    for span in (2, 5, 12):
        out[f"prose_{span}_above"] = _around(prose_f, span, 0)
        out[f"prose_{span}_below"] = _around(prose_f, 0, span)
    out["width_5_around"] = _around(log_width, 5, 5)
    out["sentences_5_around"] = _around(cols["ends_sentence"], 5, 5)
    out["capitals_5_around"] = _around(cols["capital_words"], 5, 5)
    for span in (2, 6):
        out[f"cue_{span}_around"] = _around(cols["cue_share"], span, span)
    speaks = cols["words_you"] + cols["words_we"]
    out["speaks_3_around"] = _around(speaks, 3, 3)
    # An interview or a column speaks all through, a plea only where it stands.
    paragraphs = max(float(prose_f.sum()), 1.0)
    for name, values in (("speaks", np.minimum(speaks, 1.0)), ("cue", np.minimum(cols["words_offer"], 1.0))):
        told = values * prose_f
        out[f"{name}_page"] = (told.sum() - told) / paragraphs
    asks = cols["ends_asking"]
    out["page_asks"] = np.full(n, float(asks.mean()) if n else 0.0)
    out["speaks_share"] = speaks / (np.expm1(cols["words"]) + 1.0)
    for offset in (-4, -3, -2, -1, 1, 2, 3, 4):
        out[f"width_{offset:+d}"] = _at(log_width, offset, -1.0)
    for offset in (-2, -1, 1, 2):
        out[f"ends_sentence_{offset:+d}"] = _at(cols["ends_sentence"], offset, -1.0)
    for offset in (-1, 1):
        for name in ("capital_words", "digits", "copies", "symbols", "recurs", "cue_share"):
            out[f"{name}_{offset:+d}"] = _at(cols[name], offset, -1.0)
    return out


def first_stage(lines: Sequence[str], profile: Sequence[float] | None = None) -> tuple[Looks, dict[str, Floats]]:
    """All features of the first stage, by name."""
    looks = look(lines)
    looks.columns.update(recurrence(looks, profile, len(lines)))
    _, (begin, end) = segments(looks.prose & looks.first, looks.width)
    main = np.zeros(looks.page.lines, bool)
    if end >= 0:
        main[begin : end + 1] = True
    return looks, {**looks.columns, **context(looks), **overlap(looks, main & looks.prose)}


def second_stage(looks: Looks, first: dict[str, Floats], chance: Floats) -> dict[str, Floats]:
    """Features of the second stage: those of the first, and what the first one thought (``chance``) nearby."""
    likely = chance >= 0.5
    above, below = _distance(likely)
    _, (begin, end) = segments(likely & looks.first, looks.width)
    here = np.arange(len(chance), dtype=np.float64)
    body = likely & looks.prose & looks.first
    if not body.any():
        body = likely
    out = dict(first)
    out["chance"] = chance
    for offset in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5):
        out[f"chance_{offset:+d}"] = _at(chance, offset, -0.1)
    for span in (3, 8, 20):
        out[f"chance_{span}_above"] = _around(chance, span, 0)
        out[f"chance_{span}_below"] = _around(chance, 0, span)
    out["likely_above"], out["likely_below"] = above, below
    out["past_likely"] = np.clip(here - end, -40.0, 40.0) if end >= 0 else np.zeros(len(chance))
    out["from_likely"] = np.clip(here - begin, -40.0, 40.0) if end >= 0 else np.zeros(len(chance))
    out["page_chance"] = np.full(len(chance), float(chance.mean()) if len(chance) else 0.0)
    usual = float(np.median(looks.width[body])) if body.any() else LONG
    out["width_by_likely"] = np.log((looks.width + 1.0) / (usual + 1.0))
    out.update({f"likely_{name}": values for name, values in overlap(looks, body).items()})
    return out


def matrix(columns: dict[str, Floats]) -> Floats:
    """One row a line, in the order of ``columns``; to six decimals, so that a processor's last bit decides nothing."""
    rows: Floats = np.column_stack(list(columns.values())).astype(np.float64)
    return rows.round(6)
