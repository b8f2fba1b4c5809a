"""Cue words of the scorer's own pack, found on pages by the hashes that their words have anyway."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copydesk.label.scorer import characters as ch
from copydesk.label.scorer.characters import Floats, Hashes, Pages

KINDS = ("offer", "widget", "pointer", "you", "we", "rights", "staff")
YOU = KINDS.index("you")


Bits = np.ndarray[tuple[int], np.dtype[np.uint8]]


def _table(numbers: dict[int, int]) -> tuple[Hashes, Bits]:
    """Numbers in order, and the bits of each."""
    known = sorted(numbers)
    return np.array(known, np.uint64), np.array([numbers[number] for number in known], np.uint8)


@cache
def _pack() -> tuple[tuple[Hashes, Bits], tuple[Hashes, Bits]]:
    """Whole words and pairs by their numbers, and stems by theirs, each with a bit for each kind it belongs to."""
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        pack = tomllib.load(file)
    whole: dict[int, int] = {}
    stems: dict[int, int] = {}
    for place, kind in enumerate(KINDS):
        for stem in pack[kind]["stems"]:
            number = ch.hash_word(stem[: ch.STEM])
            stems[number] = stems.get(number, 0) | 1 << place
        numbers = [ch.hash_word(word) for word in pack[kind]["words"]]
        numbers += [(ch.hash_word(a) + 31 * ch.hash_word(b)) % (1 << 64) for a, b in pack[kind]["pairs"]]
        for number in numbers:
            whole[number] = whole.get(number, 0) | 1 << place
    return _table(whole), _table(stems)


@cache
def _polite() -> Hashes:
    """The numbers of the words that speak to the reader where they have a capital inside a sentence."""
    with (Path(__file__).parent / "words.toml").open("rb") as file:
        words = tomllib.load(file)["you"]["polite"]
    return np.array(sorted(ch.hash_word(word) for word in words), np.uint64)


def capital_inside(page: Pages) -> NDArray[np.bool_]:
    """The words that begin with a capital though a small word of the same sentence stands before them."""
    start = page.word_start
    capital = (page.bits[start] & ch.UPPER) != 0
    after_space = (page.bits[np.maximum(start - 1, 0)] & ch.SPACE) != 0
    plain = (page.bits[np.maximum(start - 2, 0)] & (ch.WORD | ch.COMMA)) != 0
    first = np.concatenate(([True], page.word_line[1:] != page.word_line[:-1]))
    out: NDArray[np.bool_] = capital & after_space & plain & ~first
    return out


def _kinds(values: Hashes, table: tuple[Hashes, Bits]) -> Bits:
    """The bits of each value, 0 for those that no kind has."""
    known, bits = table
    at = np.minimum(np.searchsorted(known, values), len(known) - 1)
    found: Bits = np.where(known[at] == values, bits[at], 0).astype(np.uint8)
    return found


def cue_words(page: Pages) -> dict[str, Floats]:
    """How many words of each kind a line has (at most 5), of how many kinds it has any, the share of its words that are
    offers, widgets or pointers, and whether its first word is one."""
    n = page.lines
    out = {f"words_{kind}": np.zeros(n) for kind in KINDS}
    out |= {"words_kinds": np.zeros(n), "cue_share": np.zeros(n), "cue_first": np.zeros(n)}
    if not len(page.word_hash):
        return out
    whole, stems = _pack()
    different = page.word_hash[page.kind_first]
    bits = (_kinds(different, whole) | _kinds(page.stem_hash[page.kind_first], stems))[page.kind]
    polite = capital_inside(page) & np.isin(different, _polite())[page.kind]
    bits |= polite.astype(np.uint8) * np.uint8(1 << YOU)
    for place, kind in enumerate(KINDS):
        hit = page.word_line[(bits & 1 << place) != 0]
        out[f"words_{kind}"] = np.minimum(np.bincount(hit, minlength=n), 5).astype(np.float64)
    for kind in KINDS:
        out["words_kinds"] += out[f"words_{kind}"] > 0
    any_cue = (bits & 0b111) != 0  # offer, widget, pointer
    out["cue_share"] = np.bincount(page.word_line, weights=any_cue, minlength=n) / np.maximum(page.line_words, 1)
    start = np.concatenate(([True], page.word_line[1:] != page.word_line[:-1]))
    out["cue_first"] = np.bincount(page.word_line, weights=any_cue & start, minlength=n).astype(np.float64)
    return out
