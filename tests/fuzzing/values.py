"""Promises of what takes values: the decoder, segments, dates, names, and what is written of them."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from copydesk import tables
from copydesk.article import Mention
from copydesk.dates import find_dates, find_stamps, infer_published, is_edtf, is_stamp_line, parse_stamp, stamp_share
from copydesk.decoding import UnreadableText, decode, write_bytes
from copydesk.errors import ConfigError
from copydesk.limits import load_limits
from copydesk.normalize.bylines import authors
from copydesk.normalize.names import (
    Authority,
    AuthorityError,
    compare_names,
    find_names,
    lint,
    load_authority,
    rewrite,
    undo,
)
from copydesk.printable import briefly, printable
from copydesk.release import markdown as made
from copydesk.release.config import read_info
from copydesk.release.data import from_csv, to_csv
from copydesk.release.model import ConfigError as DatasetError
from copydesk.release.withhold import published_schema
from copydesk.segment import segment
from copydesk.sources import load_sources
from fuzzing.case import Case, folder, holds

LANGUAGES = (None, "en", "de", "fr", "ru", "hy", "tr", "ar", "zh", "ja", "fi", "en-GB", "en-US", "xx", "", "pt-BR")
ENCODINGS = (None, "utf-8", "windows-1252", "cp1251", "utf-16", "armscii-8", "utf-7", "koi8-r", "latin-1", "idna",
             "hex", "", "utf-32", "shift_jis", "unicode_escape", "no such", "\ud800", "punycode")  # fmt: skip
_DAYS = (None, "2023-09-26", "2024-02-29", "1999", "2010-12", "0001-01-01", "9999-12-31", "2020-01-01T23:59:59+14:00",
         "1900-01-01", "2099-12-31", "1001-01-01", "2023-12-31")  # fmt: skip
_ZONES = (None, "Europe/Paris", "Asia/Yerevan", "America/New_York")
_PRECISIONS = {"day", "week", "month", "season", "quarter", "year", "decade", "century", "range"}
_UNREADABLE = {"empty", "binary", "undecodable"}
_FORMULA = tuple("=+-@＝＋－＠")
_BLANK = "".join(map(chr, (*range(0x21), *range(0x7F, 0xA1), 0x200B, 0x2028, 0x2029, 0x202F, 0x2060, 0x3000, 0xFEFF)))


@cache
def authority() -> Authority:
    return load_authority(None)


def decoding(case: Case) -> bool:
    """What the bytes say is kept to the last of them."""
    declared, language, as_text = case.choose(ENCODINGS), case.choose(LANGUAGES), case.choose(range(5)) == 0
    given: bytes | str = case.text if as_text else case.data
    try:
        found = decode(given, declared=declared, language=language)
    except UnreadableText as error:
        holds(error.reason in _UNREADABLE, f"refused as {error.reason}")
        return False
    if case.choose(range(8)) == 0:
        holds(found == decode(given, declared=declared, language=language), "decoded again, it is another text")
    if isinstance(given, str):
        holds(found.raw == given, "raw is not the text that was given")
    elif found.encoding != "armscii-8":
        holds(write_bytes(found.raw, found.encoding) == given, f"{found.encoding} does not give the bytes back")
    for line in found.lines:
        holds(bool(line.repairs) or line.raw == line.text, "a line was changed without a repair")
        holds("\n" not in line.text, "a repaired line holds a line end")
        line.text.encode()
        holds(not line.text.isspace(), "a line of spaces is not blank")
    return True


def segments(case: Case) -> bool:
    """Each line is in one unit."""
    try:
        lines = decode(case.text).lines
    except UnreadableText:
        return False
    units = segment(lines, unwrap=case.choose((True, False)))
    ends = [0, *(unit.line_end for unit in units)]
    holds([unit.line_start for unit in units] == ends[:-1] and ends[-1] == len(lines), "units do not cover the lines")
    holds(
        "".join(unit.raw + unit.end for unit in units) == "".join(line.raw + line.end for line in lines), "raw is lost"
    )
    letters = "".join("".join(unit.text.split()) for unit in units)
    holds(letters == "".join("".join(line.text.split()) for line in lines), "text is lost")
    return True


def dates(case: Case) -> bool:
    """Every date stands in the text, and is one."""
    text, published, locale = case.text, case.choose(_DAYS), case.choose(LANGUAGES)
    found = find_dates(text, published, locale)
    done = 0
    for one in found:
        where = f"{one.rule} {one.surface!r}"
        holds(done <= one.start < one.end <= len(text), f"{where} overlaps or is nowhere")
        holds(text[one.start : one.end] == one.surface, f"{where} is not what stands there")
        holds(one.value is None or is_edtf(one.value), f"{where} has the value {one.value!r}, which is no EDTF")
        holds((one.value is None) == (one.basis == "unresolved"), f"{where} is {one.basis} and {one.value!r}")
        holds((one.anchor is not None) == (one.basis == "resolved"), f"{where} is {one.basis} from {one.anchor!r}")
        holds(one.precision in _PRECISIONS, f"{where} has the precision {one.precision!r}")
        holds(all(map(is_edtf, one.candidates)), f"{where} may be {one.candidates}")
        done = one.end
    if case.choose(range(8)) == 0:
        holds(found == find_dates(text, published, locale), "found again, they are others")
    inferred = infer_published(text.split("\n\n"), locale)
    holds(inferred is None or is_edtf(inferred.value), f"inferred as {inferred}")
    return bool(found)


def stamps(case: Case) -> bool:
    """Every stamp stands in the line, and says no more than the line does."""
    line = case.text
    known: dict[str, Any] = {
        "date_order": case.choose((None, "dmy", "mdy", "ymd")),
        "timezone": case.choose(_ZONES),
        "language": case.choose(LANGUAGES),
    }
    found = find_stamps(line, **known)
    done = 0
    for one in found:
        holds(done <= one.start < one.end <= len(line), f"{one} overlaps or is nowhere")
        holds(is_edtf(one.stamp.edtf), f"{one.stamp.edtf!r} is no EDTF")
        holds(one.label in (None, "published", "updated"), f"it is called {one.label!r}")
        holds(one.stamp.at is None or one.stamp.at.tzinfo is not None, "a moment without an offset")
        if "T" in one.stamp.edtf:
            datetime.fromisoformat(one.stamp.edtf)
        done = one.end
    holds(0 <= stamp_share(line, found) <= 1, "it covers more than there is")
    parsed = parse_stamp(line, **known)
    holds((parsed is not None) == is_stamp_line(line, found), "a line is a stamp or not")
    return bool(found)


def names(case: Case) -> bool:
    """Every name stands in the text, and what was rewritten can be taken back."""
    text, compounds = case.text, case.choose((False, True))
    found = find_names(text, authority(), compounds=compounds)
    check_mentions(text, found)
    if case.choose(range(8)) == 0:
        holds(found == find_names(text, authority(), compounds=compounds), "found again, they are others")
    written = authors(tuple(text.split("\n")[:3]), text[:80] or None, None, authority())
    holds(all(name.strip() for name in (*written.people, *written.agencies)), f"an author without a name: {written}")
    return bool(found)


def check_mentions(text: str, found: list[Mention]) -> None:
    """Raises Broken where one is not of this text, or the text cannot be had back."""
    done = 0
    for one in found:
        holds(done <= one.start < one.end <= len(text), f"{one.surface!r} overlaps or is nowhere")
        holds(text[one.start : one.end] == one.surface, f"{one.surface!r} is not what stands there")
        holds(one.status in ("linked", "ambiguous", "unlinked", "suppressed"), f"its status is {one.status!r}")
        holds((one.status == "linked") == (one.entity_id is not None), f"{one.surface!r} is {one.status}")
        holds(0 <= one.confidence <= 1, f"{one.surface!r} is sure by {one.confidence}")
        done = one.end
    holds(undo(rewrite(text, found), found) == text, "what was rewritten cannot be taken back")


def names_compared(case: Case) -> bool:
    """Whichever comes first; a name is its own."""
    one, _, other = case.text.partition("\n")
    answer = compare_names(one, other)
    holds(answer in ("same", "review", "different"), f"the answer is {answer!r}")
    holds(answer == compare_names(other, one), f"{one!r} and {other!r}: {answer}, and turned round another answer")
    holds(compare_names(one, one) != "different", f"{one!r} is not itself")
    return answer != "different"


def cells(case: Case) -> bool:
    """What CSV holds comes back, and no spreadsheet takes any of it for a formula."""
    clean = case.text.encode("utf-8", "replace").decode("utf-8")
    told = [line or None for line in clean.split("\x1b")[:8]]
    table = tables.QUARANTINE
    schema = published_schema(table, "full")
    data = pa.table({name: pa.array(told, pa.string()) for name in schema.names}, schema)
    written = to_csv(data)
    csv.field_size_limit(1 << 30)  # one for the whole process, and readers of dumps have theirs
    for row in csv.reader(io.StringIO(written.decode("utf-8"), newline="")):
        holds(not [cell for cell in row if cell.lstrip(_BLANK).startswith(_FORMULA)], "a cell is a formula")
        holds(not [cell for cell in row if cell.startswith(("\t", "\r", "\n", "\0"))], "a cell is a formula")
    (folder() / "cells.csv").write_bytes(written)
    holds(from_csv(folder() / "cells.csv", table).equals(data), "what CSV holds does not come back")
    shown = printable(clean)
    holds(not shown or shown.isprintable() or not clean.isprintable(), "what is shown rules the screen")
    holds("\x1b" not in shown and "\n" not in shown and len(briefly(clean, 50)) <= 50, "what is shown rules the screen")
    return True


@cache
def _reader() -> Any:
    from markdown_it import MarkdownIt  # noqa: PLC0415

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def markdown(case: Case) -> bool:
    """A value in Markdown is shown, and does nothing."""
    from lxml import html  # noqa: PLC0415

    text = case.text.encode("utf-8", "replace").decode("utf-8")
    for write, allowed in ((made.inline, {"p"}), (made.code, {"p", "code"}), (made.prose, {"p", "a"})):
        written = str(write(text))
        for around in ("{}", "- {}", "| a | b |\n|---|---|\n| {} | c |\n"):
            if "\n" in written and around != "{}":
                continue
            shown = _reader().render(around.format(written))
            tree = html.fragment_fromstring(shown, create_parent="main")
            more = {"ul", "li"} if around.startswith("-") else {"table", "thead", "tbody", "tr", "th", "td"}
            odd = {str(one.tag) for one in tree.iter()} - allowed - {"main"} - (more if around != "{}" else set())
            holds(not odd, f"{write.__name__} makes {odd} of {text[:80]!r}")
            holds(len(tree.xpath("//td")) in (0, 2), f"{write.__name__} ends a cell with {text[:80]!r}")
            links = tree.xpath("//a/@href")
            holds(all(link.startswith(("http://", "https://")) for link in links), f"a link leads to {links}")
    return True


def by_hand(case: Case) -> bool:
    """A file that somebody edited is read, or its fault is told in a sentence."""
    suffix = case.choose((".toml", ".toml", ".toml", ".csv"))
    path = folder() / f"people{suffix}"
    path.write_bytes(case.data)
    read = 0
    for reader in (load_sources, load_limits, read_info, _authority):
        try:
            reader(path)
            read += 1
        except (ConfigError, DatasetError, AuthorityError) as error:
            holds(path.name in str(error), f"which file is at fault is not told: {error}")
    return read > 0


def _authority(path: Path) -> None:
    loaded = load_authority(path)
    lint(loaded)
    find_names("Prime Minister Nikol Pashinyan met Putin in Yerevan.", loaded)
