"""Finds the names of an authority in a text: longest form first, then the document's rules, in reading order."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import compress
from pathlib import Path

from copydesk.article import Mention
from copydesk.dates.tokens import Tokens, tokenize
from copydesk.normalize.names.authority import load_authority
from copydesk.normalize.names.document import decide
from copydesk.normalize.names.haystack import Haystack, haystack
from copydesk.normalize.names.model import Authority, Index
from copydesk.normalize.names.spot import Document, Spot, mention_of
from copydesk.normalize.names.surnames import Introduced

WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[^\s@]{0,64}@\S+|#[^\W_]\w*")
# "YEREVAN (Reuters) —" opens an agency report in capitals.
_DATELINE = re.compile(r"^[^\W\d_a-z][^\na-z(,—–]{2,40}(?=(?:,| ?\(| ?[—–]| - ))", re.MULTILINE)


def find_names(
    text: str,
    authority: Authority | Path | str | None = None,
    *,
    field: str = "text",
    compounds: bool = False,
) -> list[Mention]:
    """The names in ``text``, in order, without overlap. Offsets are code points of ``text``, half-open.

    ``authority``: a loaded one, or where one is (a folder of TOML files, a CSV file); None is the shipped one.
    ``compounds``: also link names inside hyphenated words ("anti-Pashinyan"), which are else ``suppressed``.
    Titles and possessives stand outside the span. Raises :class:`AuthorityError`.
    """
    return _find({field: text}, _loaded(authority), compounds, "", {})


def find_names_in_fields(
    fields: Mapping[str, str],
    authority: Authority | Path | str | None = None,
    *,
    main: str = "text",
    compounds: bool = False,
    tokens: Mapping[str, Tokens] | None = None,
) -> list[Mention]:
    """The names in all fields of one document: who is introduced in ``main`` is known in the others too.

    ``tokens`` are those of the fields, where they are known already.
    """
    return _find(fields, _loaded(authority), compounds, main, tokens or {})


def _loaded(authority: Authority | Path | str | None) -> Authority:
    return authority if isinstance(authority, Authority) else load_authority(authority)


def _find(
    fields: Mapping[str, str], authority: Authority, compounds: bool, main: str, tokens: Mapping[str, Tokens]
) -> list[Mention]:
    known = Introduced()
    found: dict[str, list[Mention]] = {}
    for name in sorted(fields, key=lambda name: name != main):
        hay = haystack(fields[name])
        same = tokens.get(name) if hay.same_words(fields[name]) else None
        spots = _capital_lines(hay, scan(hay.text, authority.index, same), authority)
        decisions, seen = decide(Document(hay.text, hay.lined, authority), spots, known, compounds)
        if name == main:
            known = seen
        found[name] = [mention_of(one, fields[name], hay, name, authority) for one in decisions]
    return [mention for name in fields for mention in found[name]]


def scan(hay: str, index: Index, tokens: Tokens | None = None) -> list[Spot]:
    """Every place where a form stands between word edges: leftmost, then longest.

    ``tokens``: those of ``hay``, or of a text whose words stand at the same places.
    """
    spots = _scan(hay, _first_words(hay, index, tokens or tokenize(hay)), len(hay), index)
    if spots and ("://" in hay or "www." in hay or "@" in hay or "#" in hay):
        addresses = [match.span() for match in _ADDRESS.finditer(hay)]
        starts = [start for start, _ in addresses]
        spots = [spot for spot in spots if not _inside(spot.start, starts, addresses)]
    return spots


def _first_words(hay: str, index: Index, tokens: Tokens) -> Iterator[tuple[int, str]]:
    """Where words stand that begin as a form does, and the words."""
    starts, ends, folded, seconds = tokens.starts, tokens.ends, tokens.folded, index.seconds
    for number in compress(range(len(tokens)), map(index.beginnings.__contains__, folded)):
        after = seconds.get(folded[number])
        if after is not None and tokens.at(number + 1) not in after:
            continue
        start, end = starts[number], ends[number]
        while hay[end : end + 1].isalnum():  # letters and figures in turn are one word here
            end += 1
        if not hay[start - 1 : start].isalnum():
            yield start, hay[start:end]


def _scan(hay: str, words: Iterable[tuple[int, str]], stop: int, index: Index, capitals: bool = False) -> list[Spot]:
    """The forms that begin with one of the words and end before ``stop``."""
    spots: list[Spot] = []
    lengths, hits = index.lengths, index.hits
    done = 0
    for start, word in words:
        if start < done:
            continue
        for length in lengths.get(word, ()):
            end = start + length
            if end > stop or (end < len(hay) and hay[end].isalnum()):
                continue
            found = hits.get(hay[start:end])
            if found:
                spots.append(Spot(start, end, hay[start:end], found, capitals))
                done = end
                break
    return spots


def _scan_line(hay: str, start: int, stop: int, authority: Authority) -> list[Spot]:
    """The forms in a line in capitals."""
    words = ((word.start(), word.group()) for word in WORD.finditer(hay, start, stop))
    return _scan(hay, words, stop, authority.capitals, capitals=True)


_CAPITAL_LINE = re.compile(r"^[^a-z\n]++$", re.MULTILINE)


def _capital_lines(hay: Haystack, spots: list[Spot], authority: Authority) -> list[Spot]:
    """In lines without a small letter: forms of five letters and more, and acronyms, whatever their case elsewhere."""
    lines = [match.span() for match in _CAPITAL_LINE.finditer(hay.lined) if _in_capitals(match.group())]
    datelines = [match.span() for match in _DATELINE.finditer(hay.lined) if match.group().isupper()]
    if not lines:
        return _datelines(hay, spots, datelines, authority) if datelines else spots
    starts = [start for start, _ in lines]
    kept = [spot for spot in spots if not _inside(spot.start, starts, lines)]
    for start, end in lines:
        kept += _scan_line(hay.text, start, end, authority)
    return _datelines(hay, sorted(kept, key=lambda spot: spot.start), datelines, authority)


def _datelines(hay: Haystack, spots: list[Spot], lines: list[tuple[int, int]], authority: Authority) -> list[Spot]:
    """Adds the places in capitals that open a report, where nothing was found."""
    taken = {spot.start for spot in spots}
    for start, end in lines:
        found = _scan_line(hay.text, start, end, authority)
        if found and found[0].start == start and start not in taken and any(at >= 0 for _, at in found[0].hits):
            spots.append(found[0])
    return sorted(spots, key=lambda spot: spot.start)


def _inside(at: int, starts: list[int], spans: list[tuple[int, int]]) -> bool:
    before = bisect_right(starts, at) - 1
    return before >= 0 and at < spans[before][1]


def _in_capitals(line: str) -> bool:
    """Whether a line is in capitals: two words of two letters at least, and no small letter."""
    return line.isupper() and sum(len(word) > 1 for word in WORD.findall(line)) > 1
