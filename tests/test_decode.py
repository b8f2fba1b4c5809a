"""Decoding: broken texts come back, clean texts stay, and what was read is never lost."""

from __future__ import annotations

import html
import json
import random
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator
from html.entities import codepoint2name
from pathlib import Path

import pytest
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st

import copydesk
from copydesk.article import RawItem
from copydesk.decoding import UnreadableText, decode, write_bytes
from copydesk.decoding.bytemaps import table
from copydesk.document import rendered
from copydesk.errors import ConfigError
from copydesk.glance import items
from copydesk.ingest.rawfile import RawFile
from copydesk.sources import Source, load_sources

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "golden" / "encodings"


def golden(name: str) -> dict:
    return tomllib.loads((GOLDEN / name).read_text("utf-8"))


TEXTS = golden("texts.toml")
CLEAN = golden("must_not_change.toml")["texts"]

Breaker = Callable[[str, random.Random], bytes | str | None]


def wrong(text: str, encoding: str) -> str:
    """UTF-8 read in a wrong encoding; bytes that it lacks read as C1 controls, as browsers do."""
    letters = table(encoding) if encoding != "latin-1" else "".join(map(chr, range(256)))
    return "".join(letters[byte] for byte in text.encode("utf-8", "surrogatepass"))


def misread(encoding: str, times: int) -> Breaker:
    def broken(text: str, _: random.Random) -> str | None:
        result = text
        for _time in range(times):
            result = wrong(result, encoding)
        return None if result == text else result

    return broken


def in_bytes(text: str, encoding: str) -> bytes | None:
    if encoding == "armscii-8":
        letters = table(encoding)
        if not all(c in letters for c in text) or not any("Ա" <= c <= "և" for c in text):
            return None
        return bytes(ord(c) if c < "\x80" else letters.rindex(c) for c in text)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def plain_for(text: str) -> str:
    """Typographic signs as typewriters have them, for encodings without them."""
    return text.translate(
        str.maketrans({"«": '"', "»": '"', "—": "-", "–": "-", "…": "...", "„": '"', "“": '"', "”": '"', "’": "'"})
    )


def as_file(encoding: str) -> Breaker:
    def broken(text: str, _: random.Random) -> bytes | None:
        data = in_bytes(text, encoding)
        return None if data is None or text.isascii() else data

    return broken


def read_as(right: str, taken_for: str) -> Breaker:
    def broken(text: str, _: random.Random) -> str | None:
        data = in_bytes(text, right)
        if data is None or (right == "cp1251" and not any("а" <= c <= "я" for c in text)):
            return None
        if right == "cp1254" and not any(c in "ışğİŞĞ" for c in text):
            return None
        letters = table(taken_for) if taken_for != "latin-1" else "".join(map(chr, range(256)))
        return "".join(letters[byte] for byte in data)

    return broken


def mixed(second: str) -> Breaker:
    def broken(text: str, rng: random.Random) -> bytes | None:
        lines = text.split("\n")
        odd = [n for n, line in enumerate(lines) if not line.isascii() and in_bytes(line, second)]
        if len(odd) < 2:
            return None
        old = set(rng.sample(odd, len(odd) // 2))
        return b"\n".join(line.encode(second if n in old else "utf-8") for n, line in enumerate(lines))

    return broken


def partly(encoding: str) -> Breaker:
    def broken(text: str, rng: random.Random) -> str | None:
        lines = text.split("\n")
        odd = [n for n, line in enumerate(lines) if not line.isascii()]
        if len(odd) < 2:
            return None
        old = set(rng.sample(odd, len(odd) // 2))
        return "\n".join(wrong(line, encoding) if n in old else line for n, line in enumerate(lines))

    return broken


def two_files(first: str, second: str) -> Breaker:
    def broken(text: str, _: random.Random) -> bytes | None:
        lines = [
            in_bytes(line, (first, second)[n % 2])
            for n, line in enumerate(plain_for(text).replace("\n\n", "\n").split("\n"))
        ]
        return b"\n".join(lines) if len(lines) > 1 and None not in lines and not text.isascii() else None

    return broken


def sprinkled(litter: str, inside_words: bool = True) -> Breaker:
    def broken(text: str, rng: random.Random) -> str | None:
        places = [n for n in range(1, len(text)) if text[n - 1].isalpha() and text[n].isalpha()]
        places = [n for n in places if not (inside_words and "\u0600" <= text[n] <= "\u0dff")]
        for n in sorted(rng.sample(places, min(len(places), 1 + len(text) // 40)), reverse=True):
            text = text[:n] + rng.choice(litter) + text[n:]
        return text if places else None

    return broken


def entities(times: int, named: bool) -> Breaker:
    def broken(text: str, _: random.Random) -> str | None:
        result = text
        for _time in range(times):
            result = html.escape(result)
            if named:
                result = "".join(
                    f"&{codepoint2name[ord(c)]};" if ord(c) > 127 and ord(c) in codepoint2name else c for c in result
                )
        return None if result == text else result

    return broken


def json_escaped(ascii_only: bool) -> Breaker:
    def broken(text: str, _: random.Random) -> str | None:
        result = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        enough = result.count("\\u") >= 4 if ascii_only else result.count("\\n") + result.count('\\"') >= 2
        return result if enough else None

    return broken


def cesu8(text: str, _: random.Random) -> bytes | None:
    text += " 😀"
    pairs = "".join(c if c < "\U00010000" else c.encode("utf-16-be").decode("utf-16-be", "surrogatepass") for c in text)
    return b"".join(
        c.encode()
        if c < "\U00010000"
        else b"".join(
            chr(int.from_bytes(c.encode("utf-16-be")[i : i + 2], "big")).encode("utf-8", "surrogatepass")
            for i in (0, 2)
        )
        for c in pairs
    )


def cut(text: str, _: random.Random) -> bytes | None:
    last = max((n for n, c in enumerate(text) if ord(c) > 127), default=-1)
    return text[: last + 1].encode()[:-1] if last > 0 and not text[:last].isascii() else None


def cut_expected(text: str) -> str:
    last = max(n for n, c in enumerate(text) if ord(c) > 127)
    return text[:last].strip()


def line_ends(end: str) -> Breaker:
    return lambda text, _: text.replace("\n", end) if "\n" in text else None


MISREAD = ("cp1252", "latin-1", "cp1251", "cp1254", "mac-roman")
FILES = (
    "cp1250",
    "cp1251",
    "cp1252",
    "cp1254",
    "koi8-r",
    "cp866",
    "armscii-8",
    "iso8859-2",
    "iso8859-5",
    "iso8859-6",
    "iso8859-7",
    "iso8859-15",
    "mac_roman",
    "cp850",
    "cp852",
    "shift_jis",
    "euc_kr",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
)
KINDS: dict[str, Breaker] = {
    **{f"utf-8 as {name} x{times}": misread(name, times) for name in MISREAD for times in (1, 2)},
    **{f"file in {name}": as_file(name) for name in (*FILES, "utf-32-le", "utf-32-be")},
    **{
        f"{right} as {taken}": read_as(right, taken)
        for right in ("cp1251", "cp1254")
        for taken in ("cp1252", "latin-1")
    },
    **{f"utf-8 and {name}": mixed(name) for name in ("cp1250", "cp1251", "cp1252", "cp1254")},
    **{f"partly utf-8 as {name}": partly(name) for name in MISREAD},
    "cp1251 and koi8-r": two_files("cp1251", "koi8-r"),
    "entities": entities(1, False),
    "entities x2": entities(2, False),
    "named entities": entities(1, True),
    "named entities x2": entities(2, True),
    "json \\u": json_escaped(True),
    "json marks": json_escaped(False),
    "soft hyphens": sprinkled("\xad"),
    "zero width": sprinkled("\u200b\ufeff\u2060\u200c\u200d"),
    "controls": sprinkled("\x01\x02\x07\x08\x0b\x0e\x1b\x1f\x7f"),
    "nuls": sprinkled("\0"),
    "lone surrogates": sprinkled("\ud800\udbff\udc00\udfff"),
    "cesu-8": cesu8,
    "cut": cut,
    "cr": line_ends("\r"),
    "crlf": line_ends("\r\n"),
    "u+2028": line_ends("\u2028"),
}
EXPECTED: dict[str, Callable[[str], str]] = {
    "cp1251 and koi8-r": lambda text: plain_for(text).replace("\n\n", "\n"),
    "cut": cut_expected,
    "cesu-8": lambda text: text + " 😀",
}
TYPEWRITER = ("file in koi8-r", "file in cp866", "entities", "entities x2", "named entities x2", "json marks")


def cases(texts: list[str], seed: int = 7) -> Iterator[tuple[str, str, bytes | str]]:
    for kind, broken in KINDS.items():
        for number, original in enumerate(texts):
            text = plain_for(original) if kind in TYPEWRITER else original
            if kind.startswith("file in") and in_bytes(text, kind[8:]) is None:
                text = plain_for(original)
            data = broken(text, random.Random(seed * 1000 + number))
            if data is not None:
                yield kind, EXPECTED.get(kind, str)(text), data


def as_stored(data: bytes | str) -> bytes:
    return data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")


def outcome(data: bytes | str) -> tuple[str, tuple[str, ...]]:
    try:
        decoded = decode(as_stored(data))
    except UnreadableText as error:
        return "", (error.reason,)
    return decoded.text, decoded.repairs


def restored(texts: list[str], show: int = 0) -> dict[str, tuple[int, int]]:
    """How many of how many broken texts came back exactly, by kind."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for kind, expected, data in cases(texts):
        found, repairs = outcome(data)
        counts[kind][0] += found == expected
        counts[kind][1] += 1
        if found != expected and show:
            at = next((n for n, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), 0)
            at = max(0, at - 15)
            print(f"{kind} {repairs}\n   {expected[at : at + show]!r}\n   {found[at : at + show]!r}")
    return {kind: (good, count) for kind, (good, count) in counts.items()}


def report(rates: dict[str, tuple[int, int]]) -> float:
    for kind, (good, count) in rates.items():
        print(f"{kind:24} {good:4} of {count:4}  {good / count:.3f}")
    good, count = (sum(column) for column in zip(*rates.values(), strict=True))
    print(f"{'all':24} {good:4} of {count:4}  {good / count:.3f}")
    return good / count


def texts_of(family: str) -> list[str]:
    return [entry["text"] for entry in TEXTS[family]]


@pytest.mark.parametrize("family", ["tuned", "held_out"])
def test_broken_texts_come_back(family: str) -> None:
    rates = restored(texts_of(family))
    assert report(rates) >= 0.97
    for kind, (good, count) in rates.items():
        assert good >= 0.9 * count, kind


@pytest.mark.parametrize("text", [*CLEAN, *texts_of("tuned"), *texts_of("held_out")])
def test_clean_text_stays(text: str) -> None:
    decoded = decode(text.encode())
    assert decoded.text == text
    assert not [line for line in decoded.lines if line.repairs]


def test_clean_texts_stay_when_they_stand_in_one_document() -> None:
    document = "\n\n".join(texts_of("held_out"))
    assert decode(document).text == document


@pytest.mark.parametrize(
    "case", golden("wild.toml")["case"] + golden("synthetic.toml")["case"], ids=lambda case: case["text"][:30]
)
def test_golden(case: dict) -> None:
    decoded = decode(bytes.fromhex(case["hex"]) if "hex" in case else case["raw"])
    assert decoded.text == case["text"]
    assert sorted(decoded.repairs) == sorted(case["repairs"])
    if "encoding" in case:
        assert (decoded.encoding, decoded.encoding_basis) == (case["encoding"], case["basis"])


@pytest.mark.parametrize("case", golden("known_failures.toml")["case"], ids=lambda case: case["text"])
def test_known_failures_still_fail(case: dict) -> None:
    assert decode(case["raw"]).text != case["text"], "it works now: move the case to another family"


def test_repairs_are_named_exactly_where_text_differs() -> None:
    for _, _, data in cases(texts_of("tuned")[:8]):
        for line in decode(as_stored(data)).lines:
            assert bool(line.repairs) == (line.raw != line.text), line


def test_a_repaired_text_needs_no_repair() -> None:
    for kind, _, data in cases(texts_of("tuned")[::3]):
        once = outcome(data)[0]
        assert decode(once).text == once, kind


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_bytes_come_back_from_what_was_read(kind: str) -> None:
    for text in texts_of("tuned")[::3]:
        data = KINDS[kind](plain_for(text) if kind in TYPEWRITER else text, random.Random(1))
        if data is not None:
            decoded = decode(as_stored(data))
            if decoded.encoding != "armscii-8":
                assert write_bytes(decoded.raw, decoded.encoding) == as_stored(data)


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UnreadableText as error:
        assert error.reason in ("empty", "binary", "undecodable")
        assert error.detail.endswith(".")
        return
    if decoded.encoding != "armscii-8":
        assert write_bytes(decoded.raw, decoded.encoding) == data


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet=st.characters(), max_size=120)
    | st.text(alphabet='aÃ©â€™Ð°Р°\\n"u0041&;amp\r\n\x85\u2028\x0b\0 ', max_size=80)
)
def test_any_text_is_split_without_loss(text: str) -> None:
    try:
        decoded = decode(text)
    except UnreadableText as error:
        assert error.reason == "empty"
        return
    assert decoded.raw == text
    assert all(line.end for line in decoded.lines[:-1])
    assert decoded.lines[-1].end == ""


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(texts_of("tuned")), st.integers(0, 400), st.binary(min_size=1, max_size=3))
def test_damage_is_never_fatal(text: str, position: int, junk: bytes) -> None:
    data = text.encode()
    damaged = data[:position] + junk + data[position:]
    decoded = decode(damaged)
    assert write_bytes(decoded.raw, decoded.encoding) == damaged or decoded.encoding == "armscii-8"


@pytest.mark.parametrize(
    ("text", "lines", "ends"),
    [
        ("a\n", ["a", ""], ["\n", ""]),
        ("a\r\nb\rc\u2028d\u2029e", ["a", "b", "c", "d", "e"], ["\r\n", "\r", "\u2028", "\u2029", ""]),
        ("One.\x0cTwo.\x0bThree", ["One.", "Two.", "Three"], ["\x0c", "\x0b", ""]),
        ("One.\x85Two.\x85Three.", ["One.", "Two.", "Three."], ["\x85", "\x85", ""]),
        ("He waited\x85 and left.", ["He waited… and left."], [""]),
    ],
)
def test_lines_end_where_they_should(text: str, lines: list[str], ends: list[str]) -> None:
    decoded = decode(text)
    assert [line.text for line in decoded.lines] == lines
    assert [line.end for line in decoded.lines] == ends


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        ("\ufeff \n".encode(), "empty"),
        ("\ufeff".encode("utf-16-le"), "empty"),
        ("", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (b"%PDF-1.7\n%\xe2\xe3", "binary"),
        (b"PK\x03\x04\x14\0", "binary"),
        (b"\x1f\x8b\x08\0abc", "binary"),
        (b"\x7fELF\x02\x01\x01", "binary"),
        (random.Random(3).randbytes(3000), "binary"),
        (bytes(range(32)) * 8, "binary"),
        (b"\xff\xfe\0\0\xff\xff\xff\xff", "undecodable"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes | str, reason: str) -> None:
    with pytest.raises(UnreadableText) as caught:
        decode(data)
    assert caught.value.reason == reason


def test_a_declared_encoding_is_believed_where_the_bytes_bear_it_out() -> None:
    short = "Ďábel".encode("cp1250")
    assert decode(short, declared="windows-1250").text == "Ďábel"
    assert decode(short, declared="windows-1250").encoding_basis == "declared"
    assert decode("Привет, мир".encode(), declared="iso-8859-1").text == "Привет, мир"
    assert decode("日本語の新聞です".encode("shift_jis"), declared="shift_jis").text == "日本語の新聞です"
    assert decode("Grüße".encode("latin-1"), declared="no-such-charset").text == "Grüße"
    assert decode("髙島屋が春に①階を開く。".encode("cp932"), declared="windows-31j").text == "髙島屋が春に①階を開く。"


@pytest.mark.parametrize(
    ("text", "language", "encoding"),
    [
        ("Grüß Gott", "de", "cp1252"),
        ("Die Straße zur Mühle bleibt bis März für Lastwagen gesperrt.", "de", "mac_roman"),
        ("Die Straße zur Mühle bleibt bis März für Lastwagen gesperrt.", "de", "cp850"),
        ("Le musée fermé depuis l’été rouvre ses portes à la rentrée.", "fr", "mac_roman"),
        ("Są ślady pożaru, ale most w Łęczycy stoi, ogłosił wójt Żak.", "pl", "iso8859-2"),
        ("Мост через Каменку закроют до весны, сообщил глава посёлка.", "ru", "iso8859-5"),
        ("أغلقت البلدية الجسر القديم حتى الربيع بسبب الترميم", "ar", "iso8859-6"),
        ("Άρχισαν τα έργα στην παλιά γέφυρα της Άρτας.", "el", "iso8859-7"),
        ("橋は来年の春まで閉鎖されると町が発表した。", "ja", "shift_jis"),
        ("橋は来年の春まで閉鎖されると町が発表した。", "ja", "euc_jp"),
        ("다리는 내년 봄까지 닫힌다고 군청이 밝혔다.", "ko", "euc_kr"),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_one_sentence_tells_its_encoding(text: str, language: str, encoding: str, known: bool) -> None:
    assert decode(text.encode(encoding), language=language if known else None).text == text


def test_the_readme_decodes_what_it_says() -> None:
    [shown] = re.findall(r"copydesk\.decode\(b\"([^\"]+)\"\)", (ROOT / "README.md").read_text("utf-8"))
    data = shown.encode().decode("unicode_escape").encode("latin-1")
    assert decode(data).text == decode(data, language="de").text == "Grüß Gott"
    assert decode(data).encoding_basis == "guessed"


def test_a_guess_that_another_comes_near_is_doubtful_until_somebody_says_what_it_is() -> None:
    data = "à Nîmes.".encode("cp1252")
    assert decode(data).encoding_basis == "doubtful"
    assert copydesk.clean(data).flags == ("review:encoding",)
    assert decode(data, declared="iso-8859-1").encoding_basis == "declared"
    known = copydesk.clean(data, source=Source("gard", encoding="iso-8859-1"))
    assert (known.flags, known.text) == ((), "à Nîmes.")
    sure = "Les élus de Nîmes ont voté hier à l’unanimité la rénovation des arènes.".encode("cp1252")
    assert copydesk.clean(sure).flags == ()


def test_a_source_says_what_its_files_are_in(tmp_path: Path) -> None:
    told = tmp_path / "sources.toml"
    told.write_text('[gard]\nencoding = "latin1"\n[weser]\nencoding = "macintosh"\n', encoding="utf-8")
    sources = load_sources(told)
    page = b"<html><head>%s<title>x</title></head><body><p>\x88 N\x94mes.</p></body></html>"
    files = {
        "gard/a.txt": "à Nîmes.".encode("cp1252"),
        "weser/a.txt": "à Nîmes.".encode("mac_roman"),
        "weser/b.html": page % b"",
        "weser/c.html": page % b'<meta charset="windows-1252">',
        "weser/d.csv": "title,text\nx,à Nîmes.\n".encode("mac_roman"),
        "other/a.txt": "Déjà vu à Nîmes".encode(),
    }
    found = {}
    for name, data in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        [item] = items(RawFile(tmp_path, str(path), name, len(data)), sources)
        assert isinstance(item, RawItem)
        found[name] = rendered(item, None)
    named = found.pop("weser/c.html")
    assert (named.encoding, named.text) == ("cp1252", "ˆ N”mes.")
    assert found.pop("other/a.txt").text == "Déjà vu à Nîmes"
    assert {name: one.text for name, one in found.items()} == dict.fromkeys(found, "à Nîmes.")
    told.write_text('[gard]\nencoding = "latin-nine-and-a-half"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\[gard\] encoding 'latin-nine-and-a-half' is not known"):
        load_sources(told)


PROSE = {
    "ru": "В Нижнем Заречье во вторник открыли новую библиотеку, которую жители ждали почти восемь лет.\n"
    "Читальный зал выходит окнами на реку, а во дворе посадили шесть яблонь, рассказала заведующая.",
    "uk": "У Верхній Липівці у вівторок відкрили нову бібліотеку, на яку мешканці чекали майже вісім років.\n"
    "Читальна зала виходить вікнами на річку, а у дворі посадили шість яблунь, розповіла завідувачка.",
    "el": "Στην Κάτω Καλαμιά άνοιξε την Τρίτη η νέα βιβλιοθήκη, που οι κάτοικοι περίμεναν οκτώ χρόνια.\n"
    "Η αίθουσα βλέπει στο ποτάμι και στην αυλή φύτεψαν έξι μηλιές, είπε η υπεύθυνη της βιβλιοθήκης.",
}
FURNITURE = {
    "ru": "ТУЛА (Interfax) - Мэр|Published 3 мая 2021|Tags: село, сад|Photo: Егор Лужин / AFP|Wi-Fi в зале|© TASS, Юг",
    "uk": "ЛУЦЬК (UNIAN) - Мер|Published 3 травня 2021|Tags: село, сад|Photo: Єгор Луїн / AFP|Wi-Fi у залі",
    "el": "ΑΡΤΑ (Reuters) - Ο δήμος|Published 3 Μαΐου 2021|Tags: κήπος|Photo: Άρης Ζήκος / AFP|Wi-Fi στην αυλή",
}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("encoding", "language"),
    [("cp1251", "ru"), ("koi8-r", "ru"), ("cp866", "ru"), ("cp1251", "uk"), ("koi8-u", "uk"), ("cp1253", "el")],
)
def test_a_few_words_beside_latin_ones_stay_in_the_documents_encoding(
    encoding: str, language: str, known: bool
) -> None:
    lines = [line for line in FURNITURE[language].split("|") if in_bytes(line, encoding)]
    assert len(lines) >= 5
    text = "\n".join([*lines, PROSE[language], *lines])
    decoded = decode(text.encode(encoding), language=language if known else None)
    assert decoded.text == text
    assert decoded.repairs == ()
    above = "Das Büro öffnet um zehn – « Été à Kraków » – 図書館\n".encode()
    decoded = decode(above + text.encode(encoding), language=language if known else None)
    assert decoded.text == above.decode() + text


def test_a_line_that_makes_no_sense_is_read_in_an_encoding_of_its_own() -> None:
    russian = PROSE["ru"].split("\n")
    for language, other in (("fr", "cp1252"), ("ru", "koi8-r"), ("ru", "cp866"), ("ru", "utf-8")):
        line = {"fr": "Une bibliothèque où l'été sera fêté par les élèves", "ru": russian[1]}[language]
        data = b"\n".join([russian[0].encode("cp1251")] * 4 + [line.encode(other)])
        assert decode(data).lines[-1].text == line


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (
            "La alcaldesa anunció que el puente reabrirá en otoño.\n¿No lo sabías?\n¡Viva la fiesta (y el río)!",
            "cp1252",
        ),
        ("橋は来年の春まで閉鎖されると町が発表した。\n訃報\n選挙\nサッカー\n競馬", "shift_jis"),
        ("橋は来年の春まで閉鎖されると町が発表した。\n訃報\n選挙\nサッカー\n競馬", "euc_jp"),
    ],
)
def test_short_lines_stay_in_the_encoding_of_their_document(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.repairs) == (text, ())


def test_marks_of_direction_stay_only_where_they_direct() -> None:
    assert decode("שלום \u200f(123)").text == "שלום \u200f(123)"
    assert decode("plain \u200etext").text == "plain text"


@pytest.mark.parametrize(
    "unit",
    [
        "Ã",
        "â€",
        "Ð",
        "&amp;",
        "&",
        "\\u0041",
        "\\n",
        "\\",
        '\\"',
        "\u200d",
        "\x1b[",
        "Ã©Ð°",
        "р",
        "\x85",
        "\ud800",
        "'\u0308",
        "Р°Т",
        "ýþ",
        "\x0b",
    ],
)
def test_hostile_repetition_takes_linear_time(unit: str) -> None:
    assert grows_linearly(lambda length: decode("word " + unit * (length // len(unit))), 15_000)
