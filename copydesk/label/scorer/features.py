"""Lines of pages as numbers: what a line looks like, and where it stands. No language is known here.

Every feature is a plain number. The rows are the lines that are not blank, page after page; what is said of a line
depends on its own page only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from copydesk.label.scorer import characters as ch
from copydesk.label.scorer.characters import Floats, Ints, Pages
from copydesk.label.scorer.spans import Bools, Spans
from copydesk.label.scorer.words import cue_words

LONG = 100.0
"""Width (characters, Han, kana and Hangul counted two and a half times) from which a line is prose by length alone."""
SENTENCE = 45.0
"""Width from which a line that ends as a sentence is prose."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What the lines of some pages look like by themselves, for the steps after."""

    page: Pages
    spans: Spans
    columns: dict[str, Floats]
    width: Floats
    sentence: Bools
    prose: Bools
    group: Ints
    """Line: number of its exact text (case aside) in its page."""
    first: Bools
    """Line: no earlier line has this text."""
    gap: Ints
    """Line: blank lines before it, at most 3."""
    word: Ints
    """Word: which of its page's different words it is; those of other pages have other numbers."""
    pairs: Ints
    """Each different word of each group of lines once, in order: group times different words, plus word."""


def look(lines: Sequence[str]) -> Looks:
    """The first pass over one page."""
    return look_at([lines])


def look_at(pages: Sequence[Sequence[str]]) -> Looks:
    """The first pass: each line by itself. The pages may hold blank ones."""
    page = ch.read_pages(pages)
    spans = Spans(page.line_page, page.line_counts)
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
    group, first, columns["copies"], columns["prefix_copies"] = _repeats(page, spans)
    gap = np.where(spans.here > 0, np.minimum(np.diff(page.index, prepend=0) - 1, 3), 1)
    _, word = np.unique(page.kind * len(pages) + page.line_page[page.word_line], return_inverse=True)
    kinds = int(word.max(initial=-1)) + 1
    pairs = np.sort(group[page.word_line] * kinds + word)
    pairs = pairs[np.diff(pairs, prepend=-1) > 0]
    return Looks(page, spans, columns, width, sentence, prose, group, first, gap, word, pairs)


def _ending(page: Pages) -> NDArray[np.uint16]:
    """The classes of the last mark or letter that is no closing quote, bracket or space (at most three of those)."""
    if not page.lines:
        return np.zeros(0, np.uint16)
    at = page.ends - 2
    for _ in range(3):
        skip = (page.bits[np.maximum(at, page.starts)] & (ch.QUOTE | ch.CLOSE | ch.SPACE)) != 0
        at = np.where(skip & (at > page.starts), at - 1, at)
    return page.bits[np.maximum(at, page.starts)]


def _inner_ends(page: Pages) -> Floats:
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


def _repeats(page: Pages, spans: Spans) -> tuple[Ints, Bools, Floats, Floats]:
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
    whole = np.where(page.line_words > 0, whole, spans.here.astype(np.uint64))
    start = running[np.minimum(end, begin + 3)] - running[begin]
    group, first, sizes = _equal(whole, spans)
    _, _, starts = _equal(np.where(page.line_words > 2, start, whole), spans)
    copies = sizes - 1
    return group, first, np.minimum(copies, 3), np.minimum(starts - 1 - copies, 3).clip(0)


def _equal(values: ch.Hashes, spans: Spans) -> tuple[Ints, Bools, Floats]:
    """Which lines of a page are equal in this: the group of each, the first ones of their groups, and their sizes."""
    _, value = np.unique(values, return_inverse=True)
    in_page = value * len(spans.count) + spans.page
    _, earliest, group, sizes = np.unique(in_page, return_index=True, return_inverse=True, return_counts=True)
    first = np.zeros(len(values), bool)
    first[earliest] = True
    return group, first, sizes[group].astype(np.float64)


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
    group_page = looks.spans.page[looks.first][np.argsort(looks.group[looks.first])]
    body_group = np.zeros(len(group_page), bool)
    body_group[looks.group[body]] = True
    standing = np.bincount(pair_word[body_group[pair_group]], minlength=kinds)
    others = standing[word] - body_group[looks.group][page.word_line]
    bodies = np.bincount(group_page[body_group], minlength=len(looks.spans.count))
    word_page = looks.spans.page[page.word_line]
    usual = np.maximum(2, 0.25 * bodies)[word_page]
    rare = others <= np.maximum(3, 0.5 * bodies)[word_page]
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


Profile = Sequence[float] | None
"""For each line of a page the share of its source's other pages that have it; None where its source is not known."""


def recurrence(looks: Looks, profiles: Sequence[Profile], lines: Sequence[int]) -> dict[str, Floats]:
    """How far each line recurs in its source. ``lines``: how many each page has, blank ones counted. A page most of
    whose prose recurs is an article that the source holds twice, and then says nothing: it counts as a page without a
    profile."""
    spans = looks.spans
    shares = np.zeros(looks.page.lines)
    told = np.zeros(len(spans.count), bool)
    for page, (profile, many) in enumerate(zip(profiles, lines, strict=True)):
        if profile is None:
            continue
        of_page = np.asarray(profile, np.float64)
        if of_page.shape != (many,):
            raise ValueError(f"profile has {of_page.shape} values, the page has {many} lines")
        mine = slice(spans.first[page], spans.first[page] + spans.count[page])
        shares[mine], told[page] = of_page[looks.page.index[mine]], True
    # One page in twenty is as telling as each: small sources show only shares of a half and more.
    known = np.minimum(shares / 0.05, 1.0)
    mass = spans.sums(looks.width * looks.prose)
    again = (mass > 0) & (spans.sums(looks.width * (looks.prose & (known > 0))) > 0.5 * mass)
    return {"recurs": np.where((told & ~again)[spans.page], known, -1.0)}


def _main(looks: Looks, body: Bools) -> tuple[Floats, Ints, Ints]:
    """How wide the stretch of ``body`` lines is that each line is in, and the first and last line of the largest one
    of its page, -1 where that has none."""
    found = looks.spans.stretches(body, looks.width)
    own = np.where(found.which >= 0, found.mass[np.maximum(found.which, 0)], 0.0)
    return own, found.begin[looks.spans.page], found.end[looks.spans.page]


def context(looks: Looks) -> dict[str, Floats]:
    """Where each line stands: its neighbours, the stretches of prose, the page."""
    spans, page = looks.spans, looks.spans.page
    width, prose, cols = looks.width, looks.prose, looks.columns
    log_width, prose_f = cols["width"], prose.astype(np.float64)
    body = prose & looks.first
    usual = spans.ordered(width, body, LONG).medians()[page]
    at = np.arange(looks.page.lines)
    here, to_end = spans.here.astype(np.float64), spans.below.astype(np.float64)
    above, below = spans.distances(prose)
    run, run_place = spans.runs(prose)
    own, begin, end = _main(looks, body)
    bodies = np.concatenate(([0], np.cumsum(body)))
    prose_mass = width * prose_f
    before = spans.running(prose_mass).above()
    total_mass = np.maximum(spans.sums(prose_mass), 1.0)[page]
    blank_before = looks.gap.astype(np.float64)
    paragraphs = spans.sums(prose)
    out: dict[str, Floats] = {
        "width_by_usual": np.log((width + 1.0) / (usual + 1.0)),
        "blank_before": blank_before,
        "blank_after": spans.shifted(blank_before, 1, 1.0),
        "page_blank": spans.shares(looks.gap > 0)[page],
        "page_lines": np.log1p(spans.count)[page],
        "page_prose": np.log1p(spans.sums(body))[page],
        "page_prose_lines": spans.shares(prose)[page],
        "page_prose_width": total_mass / np.maximum(spans.sums(width), 1.0)[page],
        "place": here / np.maximum(spans.count - 1, 1)[page],
        "from_start": np.minimum(here, 40.0),
        "to_end": np.minimum(to_end, 40.0),
        "prose_above": above,
        "prose_below": below,
        "run": np.where(prose, 1.0, -1.0) * np.minimum(run, 25.0),
        "run_place": np.minimum(run_place, 25.0),
        "mass_before": before / total_mass,
        "mass_after": (total_mass - before - prose_mass) / total_mass,
        "from_main": np.where(end >= 0, np.clip(at - begin, -40.0, 40.0), 0.0),
        "past_main": np.where(end >= 0, np.clip(at - end, -40.0, 40.0), 0.0),
        "main_place": np.where(end >= 0, np.clip((at - begin) / np.maximum(end - begin, 1), -1.0, 2.0), -1.0),
        "stretch": own / total_mass,
        "main_prose": np.log1p(np.where(end >= 0, bodies[end + 1] - bodies[begin], 0)),
    }
    near = spans.running(prose_f)
    for span in (2, 5, 12):
        out[f"prose_{span}_above"] = near.around(span, 0)
        out[f"prose_{span}_below"] = near.around(0, span)
    out["width_5_around"] = spans.running(log_width).around(5, 5)
    out["sentences_5_around"] = spans.running(cols["ends_sentence"]).around(5, 5)
    out["capitals_5_around"] = spans.running(cols["capital_words"]).around(5, 5)
    cues = spans.running(cols["cue_share"])
    for span in (2, 6):
        out[f"cue_{span}_around"] = cues.around(span, span)
    speaks = cols["words_you"] + cols["words_we"]
    out["speaks_3_around"] = spans.running(speaks).around(3, 3)
    # An interview or a column speaks all through, a plea only where it stands.
    for name, values in (("speaks", np.minimum(speaks, 1.0)), ("cue", np.minimum(cols["words_offer"], 1.0))):
        told = values * prose_f
        out[f"{name}_page"] = (spans.sums(told)[page] - told) / np.maximum(paragraphs, 1.0)[page]
    out["page_asks"] = spans.shares(cols["ends_asking"] > 0)[page]
    out["speaks_share"] = speaks / (np.expm1(cols["words"]) + 1.0)
    for offset in (-4, -3, -2, -1, 1, 2, 3, 4):
        out[f"width_{offset:+d}"] = spans.shifted(log_width, offset, -1.0)
    for offset in (-2, -1, 1, 2):
        out[f"ends_sentence_{offset:+d}"] = spans.shifted(cols["ends_sentence"], offset, -1.0)
    for offset in (-1, 1):
        for name in ("capital_words", "digits", "copies", "symbols", "recurs", "cue_share"):
            out[f"{name}_{offset:+d}"] = spans.shifted(cols[name], offset, -1.0)
    return out


def first_stage(lines: Sequence[str], profile: Profile = None) -> tuple[Looks, dict[str, Floats]]:
    """All features of the first stage, by name, of one page."""
    return first_stages([lines], [profile])


def first_stages(pages: Sequence[Sequence[str]], profiles: Sequence[Profile]) -> tuple[Looks, dict[str, Floats]]:
    """All features of the first stage, by name."""
    looks = look_at(pages)
    looks.columns.update(recurrence(looks, profiles, [len(lines) for lines in pages]))
    _, begin, end = _main(looks, looks.prose & looks.first)
    at = np.arange(looks.page.lines)
    main = (begin <= at) & (at <= end)
    return looks, {**looks.columns, **context(looks), **overlap(looks, main & looks.prose)}


def second_stage(looks: Looks, first: dict[str, Floats], chance: Floats) -> dict[str, Floats]:
    """Features of the second stage: those of the first, and what the first one thought (``chance``) nearby."""
    spans, page = looks.spans, looks.spans.page
    likely = chance >= 0.5
    above, below = spans.distances(likely)
    _, begin, end = _main(looks, likely & looks.first)
    at = np.arange(len(chance))
    body = likely & looks.prose & looks.first
    body = np.where((spans.sums(body) > 0)[page], body, likely)
    out = dict(first)
    out["chance"] = chance
    for offset in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5):
        out[f"chance_{offset:+d}"] = spans.shifted(chance, offset, -0.1)
    near = spans.running(chance)
    for span in (3, 8, 20):
        out[f"chance_{span}_above"] = near.around(span, 0)
        out[f"chance_{span}_below"] = near.around(0, span)
    out["likely_above"], out["likely_below"] = above, below
    out["past_likely"] = np.where(end >= 0, np.clip(at - end, -40.0, 40.0), 0.0)
    out["from_likely"] = np.where(end >= 0, np.clip(at - begin, -40.0, 40.0), 0.0)
    out["page_chance"] = spans.means(chance)[page]
    usual = spans.ordered(looks.width, body, LONG).medians()[page]
    out["width_by_likely"] = np.log((looks.width + 1.0) / (usual + 1.0))
    out.update({f"likely_{name}": values for name, values in overlap(looks, body).items()})
    return out


def matrix(columns: dict[str, Floats]) -> Floats:
    """One row a line, in the order of ``columns``; to six decimals, so that a processor's last bit decides nothing."""
    rows: Floats = np.stack(list(columns.values())).astype(np.float64)
    return rows.round(6).T
