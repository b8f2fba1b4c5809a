"""Text that was read in a wrong encoding, read again in the right one.

A hypothesis is a wrong encoding: the characters, written in it, must be bytes of UTF-8 (or of an old encoding). That is
the proof that it can have happened; that it did is judged by how much less odd the document becomes. The whole document
is the evidence, so that a line with a single sequence follows its neighbours, and an article about wrong readings
keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from copydesk.decoding.bytemaps import (
    READINGS,
    as_bytes,
    may_be_misread,
    named,
    pack,
    reread,
    utf8_prefilter,
    utf8_sequences,
)
from copydesk.decoding.guess import silent_cost
from copydesk.decoding.plausible import language_cost, oddness

_C1 = re.compile("[\x80-\x9f]")
_WINDOWS = re.compile("[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_WORD = re.compile(r"\S+")
_SIGN = re.compile("[‘’“”„‹›–—…•]")
_QUOTED = frozenset("\"'`“”«»‘([")
_ACCENTED = re.compile("[À-ÿ]")
_RUN = re.compile("[À-ÿ][À-ÿ]")
_LATIN = re.compile("[A-Za-zÀ-ÿ]")


def settings() -> Any:
    return pack("mojibake")


@dataclass(frozen=True, slots=True)
class _Chain:
    """Wrong readings undone one after the other: what they are, what they left, and how much less odd it is."""

    readings: tuple[str, ...]
    names: tuple[str, ...]
    text: str
    sequences: int
    signs: int
    gain: float
    left: float
    odd: float


def repair_lines(lines: list[str]) -> dict[int, tuple[str, tuple[str, ...]]]:
    """The lines of a document that were misread: their number, their text and the repairs made, in order."""
    texts = list(lines)
    found: dict[int, tuple[str, tuple[str, ...]]] = {}
    for number, (text, repair) in _legacy_pass(texts).items():
        found[number] = (text, (repair,))
        texts[number] = text
    again = _utf8_pass(texts, found)
    found.update(again)
    for number, (text, _) in again.items():
        texts[number] = text
    if again:
        for number, (text, repair) in _legacy_pass(texts).items():
            found[number] = (text, (*(found[number][1] if number in found else ()), repair))
    return found


def _name(text: str, reading: str) -> str:
    if reading == "cp1252" and _C1.search(text) and not _WINDOWS.search(text):
        return "mojibake:latin-1"
    return f"mojibake:{reading}"


def _utf8_pass(lines: list[str], done: Collection[int]) -> dict[int, tuple[str, tuple[str, ...]]]:
    if not may_be_misread(lines):
        return {}
    search = utf8_prefilter().search
    candidates = [n for n, line in enumerate(lines) if n not in done and not line.isascii() and search(line)]
    words = {n: found for n in candidates if (found := _suspect_words(lines[n]))}
    if not words:
        return {}
    pool = "\n".join(words.values())[: settings()["accept"]["sample"]]
    usual = _best_chain(pool, settings()["accept"]["document_gain"])
    is_subject = cache(partial(_is_subject, lines))
    if usual and is_subject(usual.readings[0]):
        return {}
    changed = {}
    chains: dict[str, _Chain | None] = {}
    for number, suspect in words.items():
        best = _follow(lines[number], usual.readings) if usual else None
        if best is None or best.gain < 0 or best.left >= settings()["accept"]["odd_line"]:
            if suspect not in chains and len(chains) < settings()["accept"]["own_lines"]:
                chains[suspect] = _best_chain(suspect, settings()["accept"]["line_gain"])
            chain = chains.get(suspect)
            own = _follow(lines[number], chain.readings) if chain else None
            if own and (best is None or own.left + settings()["accept"]["line_gain"] <= best.left):
                best = None if usual is None and is_subject(own.readings[0]) else own
        if best and best.gain >= 0 and best.text != lines[number]:
            changed[number] = (best.text, best.names)
    return changed


def _suspect_words(line: str) -> str:
    """The words of a line that hold what may be a sequence: the rest says nothing, and judging it costs time."""
    search = utf8_prefilter().search
    near = [word for word in line.split(" ") if not word.isascii() and search(word)]
    words = " ".join([word for word in near if any(utf8_sequences(reading).search(word) for reading in READINGS)])
    return words[: settings()["accept"]["sample"]]


def _best_chain(text: str, least: float) -> _Chain | None:
    """The readings that, undone one after the other, leave the least odd text; None where none makes it clearly
    better."""
    accept = settings()["accept"]
    best = _start(text)
    heads = [best]
    for _ in range(accept["passes"]):
        longer = [chain for head in heads for reading in READINGS if (chain := _undo(head, reading))]
        longer.sort(key=lambda chain: (-chain.gain, [READINGS.index(reading) for reading in chain.readings]))
        heads = longer[: accept["beam"]]
        if heads and heads[0].gain > best.gain + accept["step"]:
            best = heads[0]
    strength = best.gain + min(best.signs, 2) * accept["sign"] + accept["again"] * (len(best.readings) - 1)
    return best if strength >= least and strength >= accept["gain_each"] * best.sequences else None


def _start(text: str) -> _Chain:
    odd = oddness(text)
    return _Chain((), (), text, 0, 0, 0.0, odd, odd)


def _follow(text: str, readings: tuple[str, ...]) -> _Chain | None:
    """A line with the document's readings undone, as many of them as leave it the least odd."""
    chain = best = _start(text)
    for reading in readings:
        longer = _undo(chain, reading)
        if longer is None:
            break
        chain = longer
        if chain.left <= best.left:
            best = chain
    return best if best.readings else None


def _undo(chain: _Chain, reading: str) -> _Chain | None:
    count = signs = 0

    def again(match: re.Match[str]) -> str:
        nonlocal count, signs
        text = _utf8_of(match[0], reading)
        count += text != match[0]
        signs += len(_SIGN.findall(text))
        return text

    text = utf8_sequences(reading).sub(again, chain.text)
    if not count:
        return None
    left = oddness(text)
    names = _counted(chain.names, _name(chain.text, reading))
    gain = chain.odd - left + min(signs, 1)
    return _Chain((*chain.readings, reading), names, text, chain.sequences + count, signs, gain, left, chain.odd)


def _counted(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    if not names or names[-1].split("*")[0] != name:
        return (*names, name)
    return (*names[:-1], f"{name}*{int(([*names[-1].split('*'), '1'])[1]) + 1}")


def _utf8_of(run: str, reading: str) -> str:
    data = as_bytes(run, reading)
    if data is None:
        return run
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:  # surrogates in UTF-8 (CESU-8), two of them one character
        return data.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return run


def _is_subject(lines: list[str], reading: str) -> bool:
    """Whether the document speaks of wrong readings rather than suffers from one."""
    pattern = utf8_sequences(reading)
    sequences = quoted = words = 0
    for line in lines:
        words += len(_WORD.findall(line))
        for match in pattern.finditer(line):
            sequences += 1
            after = line[match.end() : match.end() + 1]
            quoted += line[match.start() - 1 : match.start()] in _QUOTED and (not after or after in "\"'`”“«»’)].,")
    subject = settings()["subject"]
    if sequences <= 5 and quoted > sequences * subject["quoted"]:
        return True
    spoken_of = any(named("mojibake", "subject").search(line) for line in lines)
    return spoken_of and (
        sequences <= max(subject["few"], words * subject["share"]) or quoted > sequences * subject["quoted"]
    )


def _legacy_pass(lines: list[str]) -> dict[int, tuple[str, str]]:
    legacy = settings()["legacy"]
    wrong = legacy["wrong"]
    whole = "\n".join(lines)
    foreign: list[int] = []
    if _RUN.search(whole):
        share = legacy["accented_share"]
        foreign = [n for n, line in enumerate(lines) if not line.isascii() and _mostly_accented(line, share)]
    changed: dict[int, tuple[str, str]] = {}
    while foreign:
        # Letters that fit one alphabet fit others in some way: of the encodings the best counts, not the first.
        tried = [_legacy(lines, foreign, wrong, right) for right in legacy["right"]]
        _, best = max(tried, key=lambda one: one[0], default=(0.0, {}))
        if not best:
            break
        changed.update(best)
        foreign = [number for number in foreign if number not in best]
    if _may_be_turkish(whole):
        rest = [
            n for n, line in enumerate(lines) if n not in changed and not line.isascii() and not _mostly_sequences(line)
        ]
        changed.update(_legacy(lines, rest, wrong, "cp1254")[1])
    return changed


def _may_be_turkish(text: str) -> bool:
    """Whether a text has the letters that Turkish ones are misread as, and hardly any that Turkish has not."""
    legacy = settings()["legacy"]
    if not any(letter in text for letter in legacy["turkish"]):
        return False
    accented = _ACCENTED.findall(text)
    foreign = sum([letter not in legacy["turkish"] and letter not in legacy["turkish_too"] for letter in accented])
    return bool(foreign <= len(accented) * legacy["turkish_foreign"])


def _mostly_accented(line: str, share: float) -> bool:
    if not _RUN.search(line):
        return False
    accented = len(_ACCENTED.findall(line))
    return accented >= 3 and accented >= share * len(_LATIN.findall(line)) and not _mostly_sequences(line)


def _mostly_sequences(line: str) -> bool:
    """Whether a line reads, in its greater part, as UTF-8 in a wrong encoding: then that is what happened."""
    foreign = sum([character >= "\x80" for character in line])
    needed = foreign * settings()["legacy"]["sequence_share"]
    return any(sum([len(run) for run in utf8_sequences(name).findall(line)]) >= needed for name in READINGS)


def _legacy(lines: list[str], numbers: list[int], wrong: str, right: str) -> tuple[float, dict[int, tuple[str, str]]]:
    """How much better a language fits these lines if they are read in another encoding, and their text in it; nothing
    where it is not clearly better."""
    legacy = settings()["legacy"]
    again = {
        number: text for number in numbers if (text := reread(lines[number], wrong, right)) and text != lines[number]
    }
    if not again:
        return 0.0, {}
    before = "\n".join([lines[number] for number in again])
    after = "\n".join(again.values())
    gain = language_cost(before)[0] - language_cost(after)[0]
    # Points of vowels and signs in place of letters are free in no language.
    data = (as_bytes(before, wrong) or b"").replace(b"\n", b" ")
    gain -= max(0.0, silent_cost(data, after) - silent_cost(data, before))
    differing = sum([a != b for a, b in zip(before, after, strict=True)])
    if gain < legacy["gain"] or gain < legacy["gain_each"] * differing:
        return 0.0, {}
    return gain, {number: (text, f"mojibake:{right}-as-{wrong}") for number, text in again.items()}
