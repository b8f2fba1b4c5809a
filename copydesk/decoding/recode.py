"""Lines that are in another encoding than their document: read again, each in its own."""

from __future__ import annotations

import re

from copydesk.decoding.bytemaps import pack, write_bytes
from copydesk.decoding.guess import _is_utf8, _tried, not_ascii, patched, rank
from copydesk.decoding.plausible import language_cost, oddness, scripts

_ESCAPED = re.compile("[\ud800-\udfff]")
_SPANISH = re.compile("[¿¡](?=[^\\W\\d_])")
_CESU = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
Repaired = tuple[str, tuple[str, ...]]
Scripts = frozenset[str]
LATIN = frozenset("l")


def recode_lines(lines: list[str], encoding: str, language: str | None = None) -> dict[int, Repaired]:
    """The lines of a document that say something else in another encoding: their number, text and repairs.

    ``language`` is that of the document, where it is known.
    """
    if encoding == "utf-8":
        return _beside_utf8(lines, language)
    if encoding.startswith(("utf", "iso2022")) or encoding == "unicode":
        return {}
    return _beside_bytes(lines, encoding, language)


def _fitting(data: bytes, line: str, held: Scripts, ranked: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The encodings, of those ``ranked``, that a line may be read in instead, where it stands as ``line`` now.

    A line that is as the document's others (of its scripts and of Latin, no odd signs, no word in two scripts) stays
    in its script and loses no letter: in a few words beside a name in Latin that says more than the chance that some
    other letters, or signs for letters, are likelier. One that makes no sense may be of any script that the document
    holds, if that makes sense.
    """
    now, odd = scripts(line) - LATIN, _odd(line)
    sound = now <= held and odd <= pack("encodings")["guess"]["odd_line"]
    fitting = []
    for cost, encoding in ranked:
        text = _tried(data, encoding) or ""
        its = scripts(text) - LATIN
        fits = its == now and _letters(text) >= _letters(line) if sound else its <= held
        if fits and oddness(text) <= odd:
            fitting.append((cost, encoding))
    return fitting


def _odd(line: str) -> float:
    """The oddness of a line in which Spanish may ask and exclaim."""
    return oddness(_SPANISH.sub("", line))


def _letters(text: str) -> int:
    return sum([character.isalpha() for character in text])


def _beside_utf8(lines: list[str], language: str | None) -> dict[int, Repaired]:
    if _can_be_written("\n".join(lines)):
        return {}
    bad = [number for number, line in enumerate(lines) if _ESCAPED.search(line)]
    found: dict[int, Repaired] = {}
    rest = []
    last = len(lines) - 1 - next((n for n, line in enumerate(reversed(lines)) if line.strip()), 0)
    for number in bad:
        data = write_bytes(lines[number], "utf-8")
        if number == last and (cut := _without_cut_end(data)) is not None:
            found[number] = (cut, ("truncated",))
        elif _CESU.search(data):
            text = patched(data, "cp1252")
            found[number] = (text, ("cesu-8",) if not _ESCAPED.search(text) else ("lone-surrogate",))
        else:
            rest.append(number)
    if rest:
        pool = not_ascii(b"\n".join([write_bytes(lines[number], "utf-8") for number in rest]))
        second = rank(pool, language=language)[0][1]
        held = scripts(_ESCAPED.sub("", "\n".join(lines))) | scripts(_tried(pool, second) or "")
        known: dict[str, Repaired] = {}
        most = pack("encodings")["guess"]["own_lines"]
        for number in rest:
            line = lines[number]
            if line not in known:
                data = write_bytes(line, "utf-8")
                known[line] = _best_of(data, second, held, language) if len(known) < most else _in_usual(data, second)
            found[number] = known[line]
    return found


def _can_be_written(text: str) -> bool:
    """Whether there is no surrogate in the text."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _without_cut_end(data: bytes) -> str | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return data[: error.start].decode("utf-8")
    return None


def _best_of(data: bytes, usual: str, held: Scripts, language: str | None) -> Repaired:
    """One line that is not UTF-8: in the usual second encoding, in one of its own, or UTF-8 with stretches of the
    usual one."""
    margin = float(pack("encodings")["guess"]["line_margin"])
    ranked = rank(data, language=language)
    costs = {encoding: cost for cost, encoding in ranked}
    line = _tried(data, usual) if usual in costs else None
    own = ranked if line is None else _fitting(data, line, held, ranked)
    encoding = usual
    if line is None or (own and costs[usual] > own[0][0] + margin and _is_telling(data, line)):
        encoding = own[0][1]
    mixed = patched(data, "cp1252" if usual in pack("encodings")["guess"]["many_byte"] else usual)
    chosen = _tried(data, encoding)
    if language_cost(mixed)[0] + 2.0 < costs[encoding] and (chosen is None or oddness(mixed) <= oddness(chosen)):
        return mixed, (f"encoding:utf-8+{usual}",)
    return chosen or mixed, (f"encoding:{encoding}",)


def _in_usual(data: bytes, usual: str) -> Repaired:
    """One line of very many that are not UTF-8: in the encoding that fits them all best."""
    return _tried(data, usual) or patched(data, "cp1252"), (f"encoding:{usual}",)


def _is_telling(data: bytes, line: str) -> bool:
    """Whether a line may have an encoding of its own: a letter or two decide nothing, unless they make no sense."""
    settings = pack("encodings")["guess"]
    high = sum([byte >= 0x80 for byte in data])
    return bool(high >= settings["line_bytes"] or oddness(line) > settings["odd_line"])


def _beside_bytes(lines: list[str], encoding: str, language: str | None) -> dict[int, Repaired]:
    found: dict[int, Repaired] = {}
    held = scripts("\n".join(lines))
    settings = pack("encodings")["guess"]
    by_pairs = encoding in settings["many_byte"]  # bytes that pair into letters throughout are proof enough
    margin = float(settings["line_margin"])
    asked: dict[bytes, list[tuple[float, str]]] = {}
    for number, line in enumerate(lines):
        if line.isascii():
            continue
        data = write_bytes(line, encoding)
        if data.isascii() or (by_pairs and not _ESCAPED.search(line)):
            continue
        if _is_utf8(data) and oddness(line) > settings["odd_line"]:
            found[number] = (data.decode("utf-8"), ("encoding:utf-8",))
            continue
        if len(lines) > settings["many_lines"] and oddness(line) <= settings["odd_line"]:
            continue
        if data not in asked:
            asked[data] = rank(data, language=language) if len(asked) < settings["own_lines"] else []
        own = next((cost for cost, name in asked[data] if name == encoding), None)
        if own is None:
            continue
        high = sum([byte >= 0x80 for byte in data])
        # One or two letters decide nothing, unless they make no sense as they are.
        telling = high >= settings["line_bytes"] or _odd(line) > settings["odd_line"]
        best = min(_fitting(data, line, held, asked[data]), default=None) if telling else None
        if (
            best
            and best[0] + max(margin, high * settings["line_margin_each"]) < own
            and (text := _tried(data, best[1]))
        ):
            found[number] = (text, (f"encoding:{best[1]}",))
        elif _ESCAPED.search(line):
            found[number] = (_ESCAPED.sub("\ufffd", line), ("undecodable",))
    return found
