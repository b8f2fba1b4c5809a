"""No regular expression of the package takes more than linear time on what is made to trip it.

Every one that is compiled is caught at its compilation: those of modules, of packs, and those that functions make. The
strings against each are built from its own parts: what it repeats, over and over, and then no end.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT

LONG = 3_000
MOST = 24  # attacks on one pattern
SOON = (
    0.003  # seconds of work: what takes more is tried on four times as much, for which a line takes four times as long
)

CATCH = """
import json, pkgutil, re, sys
from importlib import import_module
caught = {}
compile_ = re._compiler.compile
def spy(pattern, flags=0):
    made = compile_(pattern, flags)
    frame = sys._getframe(1)
    while frame and frame.f_globals.get("__name__", "").partition(".")[0] in ("re", "functools"):
        frame = frame.f_back
    where = frame.f_globals.get("__name__", "") if frame else ""
    if where.partition(".")[0] == "copydesk":
        text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
        caught[text, int(made.flags), isinstance(pattern, bytes)] = where
    return made
re._compiler.compile = spy
import copydesk
for module in pkgutil.walk_packages(copydesk.__path__, "copydesk."):
    if not module.name.endswith("__main__") and "copydesk.flows" not in module.name:
        import_module(module.name)
from pathlib import Path
from copydesk.cleaning import Knowledge, clean
from copydesk.normalize.names import load_authority
from copydesk.sources import load_sources
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected
known = Knowledge(load_authority(None), load_sources(Path("raw/sources.toml")))
for file in list_files(Path("raw/sample")):
    for item in read(file):
        if not isinstance(item, Rejected) and item.data.strip() and "090" not in item.path:
            clean(item, knowledge=known)
from copydesk.dates import vocabulary
from copydesk.label import cues
cues.packs()
for path in Path("copydesk/dates/packs").glob("*.toml"):
    copydesk.find_dates("12 May 2020", published="2020-01-01", locale=path.stem)
print(json.dumps([[*key, where] for key, where in sorted(caught.items())]))
"""


def patterns() -> list[tuple[str, int, bool, str]]:
    done = subprocess.run([sys.executable, "-c", CATCH], capture_output=True, cwd=ROOT, check=True, timeout=300)
    return [tuple(one) for one in json.loads(done.stdout)]


def samples(parsed: Any) -> list[str]:
    """A few strings that the parsed pattern matches, more or less."""
    out = [""]
    for op, value in parsed:
        parts = _samples(str(op), value)
        out = [before + part for before in out for part in parts][:6]
    return out


def _samples(op: str, value: Any) -> list[str]:  # noqa: PLR0911 - one for each kind of node
    if op == "LITERAL":
        return [chr(value)]
    if op in ("ANY", "NOT_LITERAL"):
        return ["a" if value != ord("a") else "b"]
    if op == "IN":
        return _of_set(value)
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, _, inner = value
        return [part * max(1, min(least, 3)) for part in samples(inner)]
    if op == "SUBPATTERN":
        return samples(value[-1])
    if op == "BRANCH":
        return [part for branch in value[1][:8] for part in samples(branch)[:2]][:6]
    if op == "ATOMIC_GROUP":
        return samples(value)
    return [""]


def _of_set(members: Any) -> list[str]:
    kinds = {"CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " ", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a",
             "CATEGORY_NOT_WORD": "-", "CATEGORY_NOT_DIGIT": "a"}  # fmt: skip
    if str(members[0][0]) == "NEGATE":
        taken = {chr(value) for op, value in members if str(op) == "LITERAL"}
        return [next(char for char in "a x1-.é“" if char not in taken and not _in(members[1:], char))]
    out = []
    for op, value in members[:6]:
        out.append(
            chr(value) if str(op) == "LITERAL" else chr(value[0]) if str(op) == "RANGE" else kinds.get(str(value), "a")
        )
    return out[:3]


def _in(members: Any, char: str) -> bool:
    return any(
        (str(op) == "RANGE" and value[0] <= ord(char) <= value[1])
        or (str(op) == "CATEGORY" and ((str(value) == "CATEGORY_SPACE" and char.isspace())
            or (str(value) == "CATEGORY_WORD" and char.isalnum()) or (str(value) == "CATEGORY_DIGIT" and char.isdigit())
            or (str(value) == "CATEGORY_NOT_WORD" and not char.isalnum())))
        for op, value in members
    )  # fmt: skip


def pumps(parsed: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """What stands before each part that is repeated, and that part."""
    for op, value in parsed:
        name = str(op)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            for part in samples(value[2]):
                yield before, part
            yield from pumps(value[2], before)
        elif name == "SUBPATTERN":
            yield from pumps(value[-1], before)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from pumps(branch, before)
        elif name == "ATOMIC_GROUP":
            yield from pumps(value, before)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from pumps(value[1], before)
        before += _samples(name, value)[0]


def attacks(text: str, flags: int) -> list[str]:
    """Strings to search, each of two lengths' worth of what trips the pattern."""
    parsed = re._parser.parse(text, flags & ~re.DEBUG)  # type: ignore[attr-defined]
    whole = samples(parsed)
    found = {("", part) for part in whole if part} | {("", part[:-1]) for part in whole if len(part) > 1}
    found |= {(before, part) for before, part in pumps(parsed) if part}
    found |= {("", before + part) for before, part in pumps(parsed) if before + part}
    found |= {("", part) for part in (" ", "a", "a ", "1", ".", "\n", "A. ", "<", "(", "\u0301")}
    found |= {("x", part) for before, part in found}
    made = [f"{before}\t{part}" for before, part in sorted(found)]
    return made[:: len(made) // MOST + 1]


def seconds(pattern: re.Pattern[Any], subject: Any) -> float:
    started = time.thread_time()
    for _ in pattern.finditer(subject):
        pass
    return time.thread_time() - started


def trips(made: re.Pattern[Any], attack: str) -> str | None:
    """The string that takes the pattern more than linear time, told from strings twice as long; or None."""
    before, part = attack.split("\t", 1)

    def taken(size: int, end: str, tries: int = 1) -> float:
        subject = before + part * max(1, size // len(part)) + end
        given = subject.encode("latin-1") if isinstance(made.pattern, bytes) else subject
        return min(seconds(made, given) for _ in range(tries))

    if isinstance(made.pattern, bytes) and not (before + part).isascii():
        return None
    for end in ("\x00", ""):
        # Short ones first: on what takes exponential time, long ones would never end.
        soon = all(
            any(taken(size, end) < most for _ in range(4))
            for size, most in ((16, 0.03), (24, 0.03), (32, 0.03), (40, 0.03), (500, 0.3))
        )
        if soon and taken(LONG, end) > SOON and (whole := taken(LONG, end, 3)) > SOON:
            soon = any(taken(4 * LONG, end) < 9 * whole for _ in range(5))
        if not soon:
            return f"{before}{part * 9}"[:60]
    return None


def test_every_pattern_is_linear() -> None:
    caught = patterns()
    assert len(caught) > 200
    assert len({where for *_, where in caught}) > 50
    slow = []
    for text, flags, is_bytes, where in caught:
        given = flags & ~re.UNICODE if is_bytes else flags
        made: re.Pattern[Any] = re.compile(text.encode("latin-1") if is_bytes else text, given)
        tripped = next((found for attack in attacks(text, given) if (found := trips(made, attack))), None)
        if tripped:
            slow.append((where, text[:120], tripped))
    assert slow == []


@pytest.mark.parametrize("text", [r"(a+)+$", r"a+$", r"\s+$", r"a.*b", r"(?:a|aa)+!", r"<[^>]*>"])
def test_this_test_finds_what_it_should(text: str) -> None:
    """Each takes time by the square of the length, or worse."""
    assert any(trips(re.compile(text), attack) for attack in attacks(text, 0))
