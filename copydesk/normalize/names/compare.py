"""Whether two written names can be one person's. A documented method, not a score; "same" is said only on hard grounds.

1. Titles and honorifics at the head, brackets and endings like "Jr." are read and taken off; "Family, Given" is turned.
2. Each word is reduced to a key (``fold``): transliterated, then levelled by the romanizations of ``folding.toml``.
3. Family names and given names are compared apart, each giving same, review or different:
   equal keys, or one row of the given-name table, are the same; listed cousins (Volodymyr, Vladimir), initials, Western
   Armenian voicing, vowels of Arabic names and French or German spellings that do not show themselves ask for a review.
4. The worse of the two is the answer. A patronymic may be missing; a middle name that one side lacks asks for a
   review, and two different ones make two people.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Literal

from copydesk.normalize.names import fold
from copydesk.normalize.names.packs import pack, words

Answer = Literal["same", "review", "different"]
_ORDER: tuple[Answer, ...] = ("different", "review", "same")
_BRACKETS = re.compile(r"\([^()]{0,80}\)|[\"“”«»\[\]]")
_AZERBAIJANI = re.compile("[əƏ]")
_READ_AS_AZERBAIJANI = str.maketrans({"c": "j", "C": "J", "q": "g", "Q": "G", "x": "kh", "X": "Kh"})
_INITIALS = re.compile(r"^(?:[^\W\d_]\.?-?){1,3}$")


@dataclass(frozen=True, slots=True)
class Parts:
    """A name taken apart: words in reading order, who is the family, what came after."""

    given: tuple[str, ...]
    family: str
    patronymic: str = ""
    child_of: str = ""
    generation: str = ""
    eastern: bool = False
    arabic: bool = False


def compare_names(a: str, b: str) -> Answer:
    """``same``, ``review`` or ``different``: whether ``a`` and ``b`` are spellings of one person's name.

    Symmetric. Any script that can be transliterated; Arabic and Hebrew script, without vowels, are rarely ``same``.
    """
    first, second = _words(a), _words(b)
    if not first or not second:
        return "review"
    if _plainly(first) == _plainly(second):
        return "same"
    answers = [_compare(one, other) for one in _readings(first) for other in _readings(second)]
    best = max(answers, key=_ORDER.index)
    if best == "different" and (_jumbled(first, second) or _run_together(first, second)):
        return "review"
    return best


def _plainly(name: list[str]) -> str:
    return " ".join(fold.plain(word) for word in name)


def _words(name: str) -> list[str]:
    name = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", name))
    if name.count(",") == 1:
        left, right = name.split(",")
        name = (
            f"{right} {left}"
            if right.strip() and right.strip().rstrip(".") not in words("generations")
            else f"{left} {right}"
        )
    if _AZERBAIJANI.search(name):
        # The letter says it for every word of the name: "Camil Həsənli".
        name = name.translate(_READ_AS_AZERBAIJANI)
    name = re.sub(r"[-‐‑–—_/·・]", " ", name.replace(",", " "))
    name = re.sub(r"(?<=[^\W\d_]\.)(?=[^\W\d_])", " ", name)
    found = [word for word in name.split() if fold.plain(word) or word.isalpha()]
    heads = words("title_words") | words("male_honorifics") | words("female_honorifics") | words("neutral_honorifics")
    while (
        len(found) > 1
        and found[0].rstrip(".").casefold() in heads
        and not (len(found) == 2 and found[0].casefold() in ("emir", "shah", "king", "prince", "major"))
    ):
        found = found[1:]
    return found


def _readings(name: list[str]) -> list[Parts]:
    """The ways to take a name apart: given name first, and family name first where the words themselves suggest it."""
    shape = pack("folding")["shape"]
    generation = ""
    if len(name) > 1 and name[-1] in words("generations"):
        generation, name = name[-1].rstrip("."), name[:-1]
    plain = [fold.plain(word) for word in name]
    if len(name) == 1:
        return [Parts((), name[0], generation=generation)]
    if any(word in shape["child"] for word in plain[1:]) or (
        len(name) > 2 and any(word in shape["arabic_article"] for word in plain[1:-1])
    ):
        return [_arabic(name, plain, generation)]
    if len(name) <= 4 and (plain[0] in shape["east_asian"] or plain[-1] in shape["east_asian"]):
        found = []
        if plain[0] in shape["east_asian"]:
            found.append(Parts(("".join(name[1:]),), name[0], generation=generation, eastern=True))
        if plain[-1] in shape["east_asian"]:
            found.append(Parts(("".join(name[:-1]),), name[-1], generation=generation, eastern=True))
        return found
    found = [_western(name, generation)]
    turned = (
        _family_like(plain[0]) and not _patronymic(plain[0]) and (not _family_like(plain[-1]) or _patronymic(plain[-1]))
    )
    if turned:
        found = [_western([*name[1:], name[0]], generation)]
    return found


def _western(name: list[str], generation: str) -> Parts:
    particles = pack("folding")["shape"]["particle"]
    given, family = list(name[:-1]), name[-1]
    while len(given) > 1 and fold.plain(given[-1]) in particles:
        family = given.pop() + family
    patronymic = ""
    suffixes = pack("folding")["shape"]["patronymic_word"]
    if len(given) > 2 and fold.plain(given[-1]) in suffixes:
        given.pop()
        patronymic = given.pop()
    elif len(given) > 1 and _patronymic(given[-1].casefold()):
        patronymic = given.pop()
    if len(given) > 1 and fold.plain(given[-1]) in ("ter", "der", "melik"):
        family = given.pop() + family
    return Parts(tuple(given), family, patronymic, generation=generation)


def _arabic(name: list[str], plain: list[str], generation: str) -> Parts:
    shape = pack("folding")["shape"]
    kept: list[str] = []
    child: list[str] = []
    target = kept
    for word, folded in zip(name, plain, strict=True):
        if folded in shape["child"] and kept:
            target = child
        elif folded not in shape["arabic_article"]:
            target.append(word)
            if target is child and len(child) > 1:
                child.pop()
                kept.append(word)
                target = kept
    child_of = child[0] if child else ""
    if len(kept) == 1:
        return Parts(tuple(kept), "", child_of=child_of, generation=generation, arabic=True)
    return Parts(tuple(kept[:-1]), kept[-1], child_of=child_of, generation=generation, arabic=True)


def _patronymic(word: str) -> bool:
    return bool(_shape("patronymic").search(word))


@cache
def _shape(name: str) -> re.Pattern[str]:
    return re.compile(pack("folding")["shape"][name])


def _family_like(plain: str) -> bool:
    return bool(_shape("surname_ending").search(plain)) and fold.given_row(plain) is None and len(plain) > 4


def _compare(a: Parts, b: Parts) -> Answer:
    if a.generation != b.generation:
        return "different"
    family = _families(a, b)
    if family == "different":
        return "different"
    answers = [family, _given(a, b)]
    if a.child_of or b.child_of:
        answers.append(_one_given(a.child_of, b.child_of, True) if a.child_of and b.child_of else "review")
    if a.patronymic and b.patronymic:
        answers.append(_one_given(a.patronymic, b.patronymic, False))
    answer = min(answers, key=_ORDER.index)
    if (
        answer != "different"
        and _women(a.family) != _women(b.family)
        and fold.key(a.family, True) != fold.key(b.family, True)
    ):
        return "review" if answer in ("same", "review") else answer
    return answer


def _women(family: str) -> bool:
    return bool(_shape("feminine").search(fold.plain(family)))


def _families(a: Parts, b: Parts) -> Answer:  # noqa: PLR0911  (one ground a line, the hardest first)
    one, other = _bare(a.family), _bare(b.family)
    if not one or not other:
        # "Mohammed bin Salman" beside "Mohammed bin Salman Al Saud": the father's name has to agree instead.
        return (
            "review"
            if (one or other) and a.child_of and b.child_of
            else "same"
            if a.child_of and b.child_of
            else "different"
        )
    if a.eastern != b.eastern and len(a.given) + len(b.given) > 0 and fold.key(one, True) != fold.key(other, True):
        return "different"
    shown, guessed = fold.keys(one, True)
    shown_b, guessed_b = fold.keys(other, True)
    if shown & shown_b:
        return "same"
    if (shown | guessed) & (shown_b | guessed_b) or fold.related_families(one, other):
        return "review"
    if _women(one) != _women(other) and _man(one) == _man(other):
        return "review"
    if fold.loose(one, True) == fold.loose(other, True):
        return "review"
    arabic = a.arabic or b.arabic or (_from_arabic(a) and _from_arabic(b))
    if arabic and fold.bones(one) & fold.bones(other):
        return "review"
    if _without_ending(one) == _without_ending(other):
        return "review"
    return (
        "review"
        if len(one) > 5 and len(other) > 5 and _near(fold.key(one, True), fold.key(other, True))
        else "different"
    )


def _without_ending(family: str) -> str:
    """A family name as it is where its Russian ending was given up: Yunusov, Yunus. Short stems keep it."""
    whole = fold.plain(family)
    stem = _shape("dropped_ending").sub("", whole)
    return fold.key(stem if len(stem) > 4 else whole, True)


def _bare(family: str) -> str:
    return re.sub(r"^(?:al|el)(?=[A-Z])", "", family)


def _man(family: str) -> str:
    return fold.key(_shape("feminine").sub("", re.sub(r"skaya$|skaia$", "ski", fold.plain(family))), True)


def _from_arabic(parts: Parts) -> bool:
    rows = pack("given_names")["arabic"]
    return parts.arabic or any((fold.given_row(word) or "").split(" ")[0] in rows for word in parts.given)


def _given(a: Parts, b: Parts) -> Answer:
    if not a.given or not b.given:
        return "same" if not a.given and not b.given else "review"
    first = _one_given(a.given[0], b.given[0], a.arabic or b.arabic)
    if len(a.given) == len(b.given):
        rest: list[Answer] = [
            _one_given(one, other, False) for one, other in zip(a.given[1:], b.given[1:], strict=True)
        ]
        whole = min([first, *rest], key=_ORDER.index)
        return whole if whole != "different" else _joined(a.given, b.given)
    joined = _joined(a.given, b.given)
    if joined == "same":
        return "same"
    if first == "different":
        # The name somebody goes by may be the second: "Recep Tayyip Erdogan", "Tayyip Erdogan".
        shorter, longer = sorted((a.given, b.given), key=len)
        return "review" if any(_one_given(shorter[0], other, False) == "same" for other in longer[1:]) else "different"
    return "review"


def _joined(a: tuple[str, ...], b: tuple[str, ...]) -> Answer:
    return "same" if fold.key("".join(a)) == fold.key("".join(b)) else "different"


def _one_given(one: str, other: str, arabic: bool) -> Answer:
    if _INITIALS.match(one) or _INITIALS.match(other):
        return "review" if _initial(one) & _initial(other) else "different"
    shown, guessed = fold.keys(one)
    shown_b, guessed_b = fold.keys(other)
    row, row_b = fold.given_row(one), fold.given_row(other)
    if row and row_b and row != row_b:
        return "review" if fold.related(row, row_b) else "different"
    if (row and row == row_b) or shown & shown_b:
        return "same"
    if (shown | guessed) & (shown_b | guessed_b):
        return "review"
    if fold.loose(one) == fold.loose(other) or (arabic and fold.bones(one) & fold.bones(other)):
        return "review"
    long = min(len(one), len(other)) > 5
    return "review" if long and not (row and row_b) and _near(fold.key(one), fold.key(other)) else "different"


def _initial(word: str) -> frozenset[str]:
    letter = fold.key(word)[:1] or fold.plain(word)[:1]
    return frozenset("gh" if letter in "gh" else "ey" if letter in "ey" else "ck" if letter in "ck" else letter)


def _near(a: str, b: str) -> bool:
    """Whether one letter put in, left out or exchanged turns ``a`` into ``b``."""
    if abs(len(a) - len(b)) > 1:
        return False
    at = next((at for at, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))
    return a[at + 1 :] == b[at + 1 :] or a[at:] == b[at + 1 :] or a[at + 1 :] == b[at:]


def _jumbled(a: list[str], b: list[str]) -> bool:
    """Whether two names have the same words in another order."""
    return len(a) > 1 and sorted(fold.key(word, True) for word in a) == sorted(fold.key(word, True) for word in b)


def _run_together(a: list[str], b: list[str]) -> bool:
    """Whether one name writes as one word what the other parts: Amir-Abdollahian, Amirabdollahian; al-Sisi, Elsisi."""
    return len(a) != len(b) and _letters(a) == _letters(b)


def _letters(name: list[str]) -> str:
    """The keys of a name's words without the spaces between them. An article may have grown on: ``el-``, ``El``."""
    keys = (fold.loose(fold.plain(word)) for word in name)
    return "".join(f"al{key[2:]}" if key.startswith("el") else key for key in keys)
