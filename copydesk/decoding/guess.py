"""Bytes to text: which encoding they are in, and why.

A byte order mark decides, then strict UTF-8, then what the bytes look like as UTF-16 or UTF-32. For the rest each
encoding
of the pack is tried, and the one whose text is the most plausible in some language wins.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from copydesk.decoding.bytemaps import pack, read_bytes, table
from copydesk.decoding.plausible import language_cost, oddness
from copydesk.decoding.unreadable import UnreadableText, refuse_binary, refuse_magic

BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_BROWSER_NAMES = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_OTHER_LABELS = {
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-8859-8-i": "iso8859-8",
}
"""What pages call encodings that Python knows by other names."""
_BYTE_LINE = re.compile(rb"[\r\n]+")
_CONTROLS = bytes([*range(0x07), *range(0x0E, 0x1B), *range(0x1C, 0x20)])


_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
LONE = re.compile("[\ud800-\udfff]")
LONE_RUN = re.compile("[\udc80-\udcff]+")
_HIGH = bytes(range(0x80, 0x100))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the bytes say, in which encoding, and why that one (see ``Decoded.encoding_basis``)."""

    text: str
    encoding: str
    basis: str


def read(data: bytes, declared: str | None = None, language: str | None = None) -> Reading:
    """The bytes as text. Undecodable ones stand as U+DC80 to U+DCFF. Raises UnreadableText (``binary``,
    ``undecodable``)."""
    refuse_magic(data)
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return _with_bom(data, encoding)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls and not _is_utf8_with_litter(data, controls) and (wide := _without_bom(data)):
        return Reading(read_bytes(data, wide), wide, "guessed")
    refuse_binary(data)
    declared = known_encoding(declared)
    if declared and declared.startswith("iso2022") and b"\x1b" in data:
        return Reading(read_bytes(data, declared), declared, "declared")
    try:
        return Reading(data.decode("utf-8"), "utf-8", "utf-8")
    except UnicodeDecodeError as error:
        if _cut_short(data, error):
            return Reading(read_bytes(data, "utf-8"), "utf-8", "utf-8")
    return _judged(data, declared, language)


def _with_bom(data: bytes, encoding: str) -> Reading:
    try:
        return Reading(read_bytes(data, encoding), encoding, "bom")
    except UnicodeDecodeError as error:
        detail = (
            f"A byte order mark announces {encoding}, but byte {error.start} can't be read in it: the file is damaged."
        )
        raise UnreadableText("undecodable", detail) from None


def known_encoding(declared: str | None) -> str | None:
    """The name by which this module knows a declared encoding (as browsers read the label), or None."""
    if not declared:
        return None
    if re.fullmatch(r"armscii-?8(a)?", declared.strip().lower()):
        return "armscii-8"
    try:
        label = declared.strip().lower()
        found = codecs.lookup(_OTHER_LABELS.get(label, label))
    except (LookupError, ValueError):
        return None
    if not getattr(found, "_is_text_encoding", True) or found.name in ("utf-7", "idna", "punycode", "unicode_escape"):
        return None
    name = _BROWSER_NAMES.get(found.name, found.name)
    return None if name.startswith(("utf", "raw_unicode", "unicode", "undefined", "mbcs", "oem")) else name


def _without_bom(data: bytes) -> str | None:
    """The UTF-16 or UTF-32 that bytes with NULs or other controls are in, if they read well in it."""
    best: tuple[float, str] | None = None
    sample = data[:4000]
    for encoding in ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be"):
        width = 4 if encoding.startswith("utf-32") else 2
        if len(data) < width or (width == 4 and len(data) % 4):
            continue
        try:
            text = sample[: len(sample) - len(sample) % width].decode(encoding, "surrogatepass")
            read_bytes(data, encoding)
        except UnicodeDecodeError:
            continue
        ascii_pairs = sum([0x61 <= ord(c) >> 8 <= 0x7A and 0x61 <= ord(c) & 255 <= 0x7A for c in text])
        cost = oddness(text) / max(1, len(text))
        if cost < 0.5 and ascii_pairs <= len(text) * 0.25 and (best is None or cost < best[0]):
            best = (cost, encoding)
    return best[1] if best else None


def _is_utf8_with_litter(data: bytes, controls: int) -> bool:
    return bool(controls < len(data) * pack("encodings")["binary"]["control_share"] and _is_utf8(data))


def _cut_short(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether the bytes are UTF-8 but for a last character that was cut."""
    if error.reason != "unexpected end of data":
        return False
    rest, tail = data[: error.start], data[error.start :]
    if not rest.isascii() or len(tail) > 1:
        return True
    # One byte after plain ASCII is either a letter of an old encoding or the head of a cut one.
    return oddness(data[max(0, error.start - 20) :].decode("cp1252", "replace")) > 0


def not_ascii(data: bytes) -> bytes:
    """The lines of the bytes that are not ASCII, up to the pack's sample size."""
    limit = pack("encodings")["guess"]["sample_bytes"]
    picked = []
    size = 0
    for line in _BYTE_LINE.split(data):
        if not line.isascii():
            picked.append(line[:limit])
            size += len(line)
            if size >= limit:
                break
    return b"\n".join(picked)


def rank(
    data: bytes, declared: str | None = None, language: str | None = None, *, only: Collection[str] = ()
) -> list[tuple[float, str]]:
    """The encodings that the bytes can be read in (``only``: of these), with the cost of their text, the best first."""
    settings = pack("encodings")["guess"]
    candidates = [(str(name), float(cost)) for name, cost in settings["single_byte"]]
    candidates += [(str(name), float(settings["many_byte_prior"])) for name in settings["many_byte"] if name != "utf-8"]
    if declared and declared not in [name for name, _ in candidates]:
        candidates.append((declared, 1.0))
    ranked = []
    known: dict[str, tuple[float, str]] = {}
    for order, (encoding, prior) in enumerate(candidates):
        text = None if only and encoding not in only else _tried(data, encoding)
        if text is None:
            continue
        if text not in known:
            plain, found = language_cost(text)
            known[text] = plain + silent_cost(data, text), found
        cost, found = known[text]
        cost += prior
        if encoding == declared:
            cost -= settings["declared_bonus"]
        if language and found == language.split("-")[0]:
            cost -= settings["declared_bonus"] / 2
        ranked.append((cost, order, encoding))
    return [(cost, encoding) for cost, _, encoding in sorted(ranked)]


def silent_cost(data: bytes, text: str) -> float:
    """What bytes above ASCII cost that give no letter: less where they give a sign that prose has, in its place."""
    high = len(data) - len(data.translate(None, _HIGH))
    signs = pack("encodings")["signs"]
    letters = strange = unread = 0
    for character, count in Counter(text).items():
        if character < "\x80":
            continue
        if character.isalpha():
            letters += count
        elif character < "\u2e80" and character not in signs["usual"]:
            strange += count
        if character < "\xa0" or character == "\ufffd":
            unread += count
    silent = max(0, high - letters if len(text) == len(data) else 0)
    cost = pack("plausible")["language"]["no_letter"] * silent + signs["strange"] * strange + signs["unread"] * unread
    return float(cost) + _misplaced_cost(text)


def _misplaced_cost(text: str) -> float:
    """What signs cost that stand where no language writes them."""
    return float(pack("encodings")["signs"]["misplaced"] * len(_misplaced().findall(text)))


@cache
def _misplaced() -> re.Pattern[str]:
    signs = pack("encodings")["signs"]
    letter = r"[^\W\d_]"
    after, inside, before = (f"[{re.escape(signs[name])}]" for name in ("not_after", "not_inside", "not_before"))
    return re.compile(f"(?<={letter}|['’]){after}|(?<={letter}){inside}(?={letter})|(?<!{letter}){before}(?={letter})")


def _tried(data: bytes, encoding: str) -> str | None:
    settings = pack("encodings")["guess"]
    if encoding in settings["many_byte"] or encoding in settings["many_byte_declared"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            return None
    try:
        return codecs.charmap_decode(data, "strict", table(encoding))[0]
    except (LookupError, UnicodeError):
        return data.decode(encoding, "replace")


def _finalists(sample: bytes, declared: str | None, language: str | None) -> list[str]:
    """The encodings that can still win, by a part of the sample: its lines in even steps, about a quarter."""
    settings = pack("encodings")["guess"]
    lines = sample.split(b"\n")
    step = len(sample) // settings["first_bytes"]
    if step < 2 or len(lines) < 2 * step:
        return []
    ranked = rank(b"\n".join(lines[::step]), declared, language)
    limit = ranked[0][0] * (1 + settings["final_share"]) + settings["final_cost"]
    return [encoding for cost, encoding in ranked if cost <= limit]


def _is_doubtful(sample: bytes, ranked: list[tuple[float, str]]) -> bool:
    """Whether the next guess that says something else is hardly worse than the best."""
    best_cost, best = ranked[0]
    near = [name for cost, name in ranked[1:] if cost < best_cost + pack("encodings")["guess"]["doubt"]]
    return any(_tried(sample, name) != _tried(sample, best) for name in near)


def _judged(data: bytes, declared: str | None, language: str | None) -> Reading:
    sample = not_ascii(data)
    whole = rank(sample, declared, language, only=_finalists(sample, declared, language))
    lines = sample.split(b"\n")
    good = [line for line in lines if _is_utf8(line)]
    bad = [line for line in lines if not _is_utf8(line)]
    best_cost, best = whole[0]
    if _SEQUENCE.search(sample):
        mixed = language_cost(b"\n".join(good).decode("utf-8"))[0] if good else 0.0
        others = rank(b"\n".join(bad), declared, language)[0][0] if good else best_cost
        mixed += min(others, _patched_cost(b"\n".join(bad)))
        if mixed + 4.0 * (1 + bool(good)) < best_cost:
            return Reading(read_bytes(data, "utf-8"), "utf-8", "utf-8")
    if best == declared:
        return Reading(read_bytes(data, best), best, "declared")
    return Reading(read_bytes(data, best), best, "doubtful" if _is_doubtful(sample, whole) else "guessed")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _patched_cost(data: bytes) -> float:
    """The cost of bytes as UTF-8 with each undecodable stretch read as cp1252."""
    escaped = [match[0].encode("utf-8", "surrogateescape") for match in LONE_RUN.finditer(read_bytes(data, "utf-8"))]
    silent = sum(
        [
            silent_cost(run, _patch(run.decode("utf-8", "surrogateescape"), "cp1252")) * count
            for run, count in Counter(escaped).items()
            if not _is_surrogates(run)
        ]
    )
    text = patched(data, "cp1252")
    return language_cost(LONE.sub("", text))[0] + silent + _misplaced_cost(text) + 2.0


def patched(data: bytes, second: str) -> str:
    """Bytes as UTF-8; each stretch that isn't is read as surrogates in UTF-8 (CESU-8), else in a second encoding."""
    text = data.decode("utf-8", "surrogateescape")
    return LONE_RUN.sub(lambda match: _patch(match[0], second), text)


def _patch(escaped: str, second: str) -> str:
    data = escaped.encode("utf-8", "surrogateescape")
    if _is_surrogates(data):
        pairs = data.decode("utf-8", "surrogatepass")
        return pairs.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    letters = table(second)
    return "".join([letters[byte] for byte in data])


def _is_surrogates(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True
