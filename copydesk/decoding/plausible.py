"""How plausible a text is: by what stands beside what, and by the letter pairs of the languages we know.

``oddness`` needs no language and judges any script. ``language_cost`` tells encodings of one script apart.
Both are costs: the lower, the likelier.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from copydesk.decoding.bytemaps import pack

LETTERS = "lLcCgGaAhbker"
_CASED = {"LATIN": "lL", "CYRILLIC": "cC", "GREEK": "gG", "ARMENIAN": "aA"}
_SCRIPTS = {"HEBREW": "h", "ARABIC": "b", "CJK": "k", "HIRAGANA": "k", "KATAKANA": "k", "HANGUL": "k"}
_SIGNS = {"M": "n", "N": "0", "Z": " ", "P": ".", "S": "s"}
_COMMON = (
    (0x00C0, 0x017E), (0x01A0, 0x01A1), (0x01AF, 0x01B0), (0x0218, 0x021B), (0x018F, 0x018F), (0x0259, 0x0259),
    (0x1EA0, 0x1EF9), (0x0386, 0x03CE), (0x0400, 0x045F), (0x0490, 0x0493), (0x0496, 0x0497), (0x049A, 0x049D),
    (0x04A2, 0x04A3), (0x04AE, 0x04B3), (0x04BA, 0x04BB), (0x04D8, 0x04D9), (0x04E8, 0x04E9), (0x0531, 0x0587),
    (0x05D0, 0x05EA), (0x0621, 0x064A), (0x0671, 0x06D3), (0x1E9E, 0x1E9E), (0x1F00, 0x1FFF),
)  # fmt: skip
"""Letters in daily use somewhere, among the scripts where a wrong reading lands by chance."""


class _Classes(dict[int, str]):
    """Code point → class of the character, found out when first asked for."""

    def __missing__(self, number: int) -> str:
        self[number] = found = _class_of(chr(number))
        return found


def _class_of(character: str) -> str:  # noqa: PLR0911
    signs = pack("plausible")["characters"]
    if character in "–—…’\xad":
        return "p"
    for name, found in (("currency", "u"), ("odd", "s"), ("typographic", "q")):
        if character in signs[name] and not ("Α" <= character <= "ω"):
            return found
    if character in "\n\r\t":
        return " "
    if character in "·ʼ'-‑":
        return "p"
    category = unicodedata.category(character)
    if category[0] == "L":
        return _letter_class(character, category)
    if category[0] == "M" and "\u0590" <= character <= "\u06ff":
        return "h" if character < "\u0600" else "b"
    if category == "Cf":
        return "z"
    if category[0] == "C":
        return "x"
    if character == "\ufffd":
        return "x"
    if "\u0300" <= character <= "\u036f" or "\u0483" <= character <= "\u0489":
        return "m"
    if category == "So" and ord(character) >= 0x2190:
        return "j"
    return _SIGNS[category[0]]


def _letter_class(character: str, category: str) -> str:
    number = ord(character)
    script = unicodedata.name(character, "?").split()[0]
    if script in _CASED:
        if number >= 0x80 and not any(first <= number <= last for first, last in _COMMON):
            return "r"
        return _CASED[script][category == "Lu"]
    found = _SCRIPTS.get(script, "e")
    if found in "hb" and not any(first <= number <= last for first, last in _COMMON):
        return "r"
    return found


@cache
def classes() -> _Classes:
    """The table for ``str.translate``: each character's class, one letter each (see the pack)."""
    return _Classes()


@cache
def _pair_costs() -> dict[tuple[str, str], float]:
    costs = pack("plausible")["pair"]
    found = {}
    for first in LETTERS:
        for second in LETTERS:
            if first.lower() != second.lower() and "r" not in (first, second):
                found[first, second] = costs["scripts"]
            elif first.islower() and second.isupper():
                found[first, second] = costs["small_capital"]
        found[first, "s"] = costs["letter_symbol"]
        found["s", first] = costs["symbol_letter"]
        found[first, "u"] = costs["letter_currency"]
        found["u", first] = costs["currency_letter"]
    return found


_QUOTE_INSIDE = re.compile(f"(?<=[{LETTERS}])q+(?=[{LETTERS}])")
_POINT_INSIDE = re.compile(f"(?<=[{LETTERS}])[.]+(?=[{LETTERS}])")


def oddness(text: str) -> float:
    """What is implausible in a text without regard to its language, in odd characters (0 for plain prose)."""
    kinds = text.translate(classes())
    costs = pack("plausible")
    total = 0.0
    for kind, cost in costs["character"].items():
        total += cost * kinds.count(kind)
    pairs = _pair_costs()
    for pair, count in Counter(pairwise(kinds)).items():
        total += pairs.get(pair, 0.0) * count
    total += costs["pair"]["quote_inside"] * len(_QUOTE_INSIDE.findall(kinds))
    total += costs["pair"]["point_inside"] * len(_POINT_INSIDE.findall(kinds))
    return float(total)


def scripts(text: str) -> frozenset[str]:
    """The scripts whose letters a text has, one sign each (see the pack); rare letters and signs are of none."""
    return frozenset(text.translate(classes()).lower()).intersection("lcgahbke")


Pairs = Counter[tuple[str, str]]


class _Letters(dict[int, str]):
    """Code point → the letter, or a space for what is no letter of an alphabet; found out when first asked for."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        self[number] = found = character if character.isalpha() and character < "\u2e80" else " "
        return found


_LETTERS = _Letters()


def letter_pairs(text: str) -> Pairs:
    """How often each two letters follow each other, case folded; whatever is no letter counts as a space."""
    folded = text.lower().translate(_LETTERS)
    pairs: Pairs = Counter(zip(" " + folded, folded + " ", strict=False))
    del pairs[" ", " "]
    return pairs


@cache
def _languages() -> dict[str, tuple[Pairs, Counter[str], int]]:
    models = {}
    for language, sample in pack("languages")["sample"].items():
        pairs = letter_pairs(sample)
        singles: Counter[str] = Counter()
        for (_, second), count in pairs.items():
            singles[second] += count
        models[language] = (pairs, singles, sum(singles.values()))
    return models


@lru_cache(maxsize=1 << 14)  # more than all languages use; noise has pairs without end
def _pair_in_each(first: str, second: str) -> np.ndarray[Any, Any]:
    """What two letters cost in each language, in their order."""
    settings = pack("plausible")["language"]
    weight = settings["unseen_pair"]
    found = []
    for pairs, singles, total in _languages().values():
        base = (singles[second] + settings["unseen_letter"]) / (total + 4)
        found.append(-math.log((pairs[first, second] + weight * base) / (singles[first] + weight)))
    return np.array(found)


def language_cost(text: str) -> tuple[float, str]:
    """The cost of a text in the language that it fits best, in nats, and that language. Oddness is included."""
    pairs = letter_pairs(text)
    costs = [0.0] * len(_languages())
    if pairs:
        # Added up row by row, in one order on every machine.
        each = np.array([_pair_in_each(*pair) for pair in pairs])
        costs = (each * np.array([*pairs.values()])[:, None]).sum(axis=0).tolist()
    best = min(zip(costs, _languages(), strict=True))
    weight = pack("plausible")["language"]["oddness_weight"]
    return best[0] + _ideographs_cost(text) + weight * oddness(text), best[1]


def _ideographs_cost(text: str) -> float:
    if text.isascii() or max(text) < "\u2e80":
        return 0.0
    costs = _ideograph_costs()
    return sum([costs[c] for c in text if c >= "\u2e80"])


class _IdeographCosts(dict[str, float]):
    """Letter of Chinese, Japanese or Korean → what it costs, found out when first asked for."""

    def __missing__(self, character: str) -> float:
        self[character] = found = float(pack("plausible")["ideograph"][_ideograph_kind(character)])
        return found


@cache
def _ideograph_costs() -> _IdeographCosts:
    return _IdeographCosts()


def _ideograph_kind(character: str) -> str:
    if character in pack("plausible")["ideograph"]["commonest"]:
        return "common"
    if "\u3041" <= character <= "\u30ff":
        return "kana"
    if "\uac00" <= character <= "\ud7a3":
        return "hangul"
    if character < "\u3041" or "\uff01" <= character <= "\uff5e":
        return "sign"
    return "usual" if character in _usual_ideographs() else "rare"


@cache
def _usual_ideographs() -> frozenset[str]:
    """The first levels of the standards of China, Taiwan and Japan: what is in daily use."""
    found: set[str] = set()
    for encoding, first, last in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6), ("euc_jp", 0xB0, 0xCF)):
        data = bytes(
            [byte for lead in range(first, last + 1) for second in range(0xA1, 0xFF) for byte in (lead, second)]
        )
        found.update(data.decode(encoding, "ignore"))
    return frozenset(found)
