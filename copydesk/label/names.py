"""The people that a byline names: openers, names, and what stands between and behind them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

from copydesk.dates import label_of
from copydesk.label import cues
from copydesk.label.casing import name_case
from copydesk.label.credits import agency_in
from copydesk.label.letters import is_small
from copydesk.label.page import PageLine

_MAIL = re.compile(r"(?<!\S)\S+@[\w-]+\.\S+|@\w+|https?://\S+")
_NAME_WORD = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_][^\W\d_'’.\-–]*(?:['’\-–.][^\W\d_][^\W\d_'’.]*)*\.?")
_GLUED = re.compile(r"(?<=[a-zß-öø-ÿ]{4})(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{3})")
_LABEL = re.compile(
    r"(?:^|(?<=[\s(|,;/·•–—-]))([^\W\d_]{2,20}(?: [^\W\d_]{2,20})?)\s?[:：՝]\s?(?=[^\W\d_])"
)  # "Text: "
_MADE = re.compile(r"[^,;|·•/(]{1,60}\(([^()]{2,30})\)")  # "Anna Weber (Fotos)"
_DASH = re.compile(r"\s[–—-]\s")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_EAST_ASIAN = re.compile(r"[\uac00-\ud7a3]{2,5}|[\u3005\u3040-\u30ff\u3400-\u9fff]{2,8}")
_BETWEEN = re.compile(r"\s?[、，,]\s?|\s")  # names of East Asia
_LISTED = re.compile(r"[、，,;；/／]")
_BRACKETS = " 【】〔〕［］[]()（）"
_NO_AUTHOR = ("not_author", "role_words", "published", "updated")
_MARKS = (":", "：", "・", "/", "|", "-", "–", "—", "՝")  # behind an opener that is a noun
_FIELDS = "|•·"  # between the fields of one line
_EDGES = " .,:;：՝–—-|/()[]•·・、*+>"
_LONGEST = 400  # characters: no byline is longer
_FEWEST, _MOST = 2, 5
_SHORTEST = 3  # letters: "PM EDT" is no name, nor are the initials that stand for a portrait
_LABEL_MOST = 24
_POST_WORDS = 4  # a post behind a name is looked up in so many words, at the most


def person_like(text: str) -> bool:
    """Whether the text has the shape of one person's name: two to five words, capitalized but for particles."""
    return _short_like(text) if len(text) <= _LONGEST else _like(text)


def _like(text: str) -> bool:
    words = text.split(maxsplit=_MOST)
    if not _FEWEST <= len(words) <= _MOST or _HANGUL.search(text):
        return False  # a Korean name is one word
    if not all(_NAME_WORD.fullmatch(word) for word in words) or len(set(words)) < len(words):
        return False
    small = [word for word in words if is_small(word[0]) and not _compound(word)]
    if len(words) - len(small) < _FEWEST or not all(word in _words()["particles"] for word in small):
        return False
    # "CBC News", "WELT Redaktion": an outlet. A surname in capitals ("Bill MCCARTHY") stands last.
    outlet = len(words[0]) > 2 and words[0].isalpha() and words[0].isupper() and not words[-1].isupper()
    return not (outlet and cues.key(words[0]).isascii())


_short_like = lru_cache(maxsize=4_096)(_like)  # a line is asked about for each headline that may stand above it


def _compound(word: str) -> bool:
    """Whether a small beginning belongs to the capital behind it: "al-Sharif", "d'Arcy"."""
    first, mark, rest = re.split(r"([-'’])", word, maxsplit=1) if re.search(r"[-'’]", word) else (word, "", "")
    return bool(mark and rest and not is_small(rest[0])) and (first in _words()["particles"] or len(first) == 1)


def byline_names(line: PageLine) -> tuple[str, ...]:
    """The people that a byline names, without its opener, their posts, addresses and places. Empty: it names none."""
    opener = line.phrase("byline")
    return behind_separator(line.text) or people(behind(line.text, opener) if opener else line.text)


def behind_separator(text: str) -> tuple[str, ...]:
    """The people behind an opener of their own, in a line of several fields ("News | 5 hours ago | By A. Name")."""
    found = _fields_opener().search(text[:_LONGEST]) if "|" in text or "•" in text or "·" in text else None
    return people(text[found.end() : _LONGEST].split("|", maxsplit=1)[0]) if found else ()


def people(text: str, *, opened: bool = False) -> tuple[str, ...]:
    """The people (and agencies) in a list of names, as printed; those in capitals get the case of a name.

    ``opened``: its openers are gone already, so that what begins like one ("Di Marco") is a name's own beginning.
    Who made the pictures is left out ("Text: A. Name, Fotos: B. Name"; "A. Name (Text) und B. Name (Bilder)").
    """
    return _people(text, opened) if len(text) <= _LONGEST else ()


@lru_cache(maxsize=2_048)  # a line in the head of a page is asked about by several rules
def _people(text: str, opened: bool) -> tuple[str, ...]:
    text = _without_pictures(text)
    text = " ".join(_GLUED.sub(" | ", _MAIL.sub(" | ", text)).split())
    # Behind a dash stands a name's post: the first piece that has names is all.
    return next((found for piece in _DASH.split(text) if (found := _listed(piece, opened))), ())


def opened(text: str) -> bool:
    """Whether the text is an opener and, behind it, a list of names."""
    first, _, rest = text.partition(" ")
    return first.casefold() in _words()["openers"] and bool(people(rest, opened=True))


def of_picture(text: str) -> bool:
    """Whether the text begins with the label of a picture ("Foto: …")."""
    label, mark, _ = text[:_LABEL_MOST].partition(":")
    return bool(mark) and label.strip().casefold() in _words()["pictures"]


def _without_pictures(text: str) -> str:
    pictures = _words()["pictures"]
    text = _MADE.sub(lambda made: " | " if made.group(1).casefold() in pictures else made.group(), text)
    kept, end, drawn = [], 0, False
    for label in _LABEL.finditer(text):
        if not drawn:
            kept.append(text[end : label.start()])
        end, drawn = label.end(), label.group(1).casefold() in pictures
    if not drawn:
        kept.append(text[end:])
    return " | ".join(kept)


def _listed(text: str, opened: bool) -> tuple[str, ...]:
    found: list[str] = []
    last = joiner = ""
    for part, mark in _parts(text):
        entry = _without_tail(part.strip(_EDGES))
        name = _without_post(entry if opened else _without_opener(entry), first=not found)
        if joiner in _words()["inside"] and last and _NAME_WORD.fullmatch(entry) and not is_small(entry[0]):
            found[-1] = last = f"{last} {joiner} {name_case(entry)}"  # "José Ortega y Gasset"
        elif is_agency(name):
            found.append(name)
            last = ""
        elif signed := _signed(name):
            found.append(signed)
            last = ""
        elif joiner == "(" or (found and joiner in _words()["from"]):
            last = ""  # an outlet, a place
        elif person_like(name) and not _no_author(name):
            last = name_case(name)
            found.append(last)
        else:
            last = ""
        joiner = mark.strip()
    # "Portrait of Anna Weber", "Anna Weber": the longer one describes a picture.
    names = tuple(dict.fromkeys(found))
    return tuple(name for name in names if not any(name.endswith(f" {other}") for other in names))


def _without_tail(text: str) -> str:
    """The text without a small word at its end, that led to a date which is gone ("Anna Weber on"), and without a small
    title before it."""
    words = text.split()
    if len(words) > _FEWEST and words[0].endswith(".") and words[0].islower():
        words = words[1:]  # "ks. Adam Boński"
    return " ".join(words[:-1] if len(words) > _FEWEST and words[-1].islower() else words)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """What stands between the separators of a list of names, each with the separator behind it."""
    start = 0
    for mark in _separators().finditer(text):
        yield text[start : mark.start()], mark.group()
        start = mark.end()
    yield text[start:], ""


def desk_words(text: str) -> int:
    """How many words of a list of names tell a desk, an outlet or a place, with what joins them: those of "Agencias" in
    "Anna Weber / Agencias", of "Rom" in "Anna Weber in Rom"."""
    count, joiner = 0, ""
    for part, mark in _parts(text):
        words = part.strip(_EDGES).split()
        place = joiner in _words()["from"] and not any(is_small(word[0]) for word in words)
        if words and (place or joiner == "(" or _is_desk(part)):
            count += len(words) + 1
        joiner = mark.strip()
    return count


def _is_desk(part: str) -> bool:
    return any(word.strip(_EDGES) in _words()["no_names"] for word in part.casefold().split())


def placed(text: str, name: str) -> bool:
    """Whether the text is a name and the place that somebody writes from ("Anna Weber in Rom")."""
    words = text.removeprefix(name).split()
    if not text.startswith(name) or not words or words[0] not in _words()["from"]:
        return False
    return 1 < len(words) <= _POST_WORDS and not any(is_small(word[0]) for word in words[1:])


def _without_opener(text: str) -> str:
    first, _, rest = text.partition(" ")
    opens = first.casefold() in _words()["openers"] or first in _words()["small_openers"]
    return rest if opens and person_like(rest) else text


def _signed(text: str) -> str:
    """The name in front of a post of East Asia ("홍길동 기자"), where one word is a whole name; else empty."""
    for post in _glued_posts():
        if text.endswith(post):
            name = text.removesuffix(post).strip(_EDGES)
            return name if _EAST_ASIAN.fullmatch(name) else ""
    return ""


def reporters(text: str) -> tuple[str, ...]:
    """The people behind a post of East Asia, or in front of a place and "report", in a text that is a byline and
    nothing else ("记者 李文清", "〔記者王小明／台北報導〕"); none where it has neither."""
    found = _reporters().fullmatch(text.strip(_BRACKETS)) if len(text) <= _LONGEST else None
    if found is None or not (found["post"] or found["report"]):
        return ()
    return tuple(_BETWEEN.split(found["names"]))


def listed(text: str) -> tuple[str, ...]:
    """The names of East Asia in a list of at least two ("佐藤花子、鈴木一郎"), of a text that is a byline."""
    names = tuple(name.strip() for name in _LISTED.split(text))
    return names if len(names) > 1 and all(map(_EAST_ASIAN.fullmatch, names)) else ()


def signs(text: str) -> bool:
    """Whether the text is a name with a post of East Asia behind it, and nothing else."""
    return bool(_signed(text.strip(_EDGES)))


def is_address(text: str) -> bool:
    """Whether the text is a mail address or a link, and nothing else."""
    return _MAIL.fullmatch(text.strip(_EDGES)) is not None


def is_agency(text: str) -> bool:
    """Whether the text is the name of a news agency that writes, and nothing else."""
    return text.casefold() in _words()["agencies"]


def names_desk(text: str) -> bool:
    """Whether the text is a post, a desk or an outlet, by its words, and no person: "Political Editor", "News Desk"."""
    return _no_author(text.strip(_EDGES))


def made_pictures(text: str) -> bool:
    """Whether the text names nobody but who made the pictures ("Foto: A. Name", "A. Name (Fotos)")."""
    return not _without_pictures(text).strip(_EDGES)


def names_post(text: str) -> bool:
    """Whether the text is a post and nothing else ("Staff Reporter", "Our Rome Correspondent")."""
    words = text.strip(_EDGES).split()
    return bool(words) and (_is_post(" ".join(words)) or _is_post(words[-1]))


def bare(name: str) -> bool:
    """Whether a name without an opener may be an author's: no word of it is a button's or a menu's by itself."""
    words = name.split()
    if is_agency(name) or _EAST_ASIAN.fullmatch(name):
        return True
    if (
        label_of(name)
        or max(len(word) for word in words[1:] or words) < _SHORTEST
        or (len(words[0]) == 1 and words[0].isascii())
    ):
        return False
    return not any(
        cue.role is not None for word in (words[0], words[-1], name) for cue in cues.exact(cues.key(word))
    ) and (is_agency(name) or agency_in(name) is None)


def single_name(text: str, opener: str) -> str:
    """The one capitalized word behind a byline's opener, an outlet's or an agency's name; empty where it isn't that."""
    rest = behind(text, opener) if opener else ""
    if not rest.lstrip().startswith(_MARKS) and opener not in _words()["openers"] | _words()["small_openers"]:
        return ""  # "Haber Terazisi": the word is the beginning of a name
    alone = rest.strip(_EDGES)
    return alone if len(alone.split()) == 1 and not is_small(alone[0]) and not _no_author(alone) else ""


def behind(text: str, opener: str) -> str:
    """The text behind its opening phrase (given as a cue key: casefolded words)."""
    rest = text
    for word in opener.split():
        place = rest.casefold().find(word)
        if place < 0:
            return rest
        rest = rest[place + len(word) :]
    return rest


def is_particle(word: str) -> bool:
    """Whether a word may be part of a surname: "von", "di"."""
    return word.casefold() in _words()["particles"]


def _no_author(name: str) -> bool:
    words = re.split(r"[\s-]", name.casefold())
    if name.casefold() in _words()["places"] or any(word in _words()["no_names"] for word in words):
        return True
    if words[0].removesuffix(".") in _words()["pictures"]:
        return True  # "Fot. Muzeum Ziemi"
    return any(cue.signal in _NO_AUTHOR for cue in cues.exact(cues.key(name)))


def _without_post(name: str, *, first: bool = True) -> str:
    """The name without the post in front of it or behind it ("Anna Weber Korrespondentin"). Behind a name, what ends
    in a post is no other name ("Anna Weber, Local Democracy Reporter")."""
    words = name.split()
    for count in range(min(_POST_WORDS, len(words) - 1), 0, -1):
        if len(words) - count >= _FEWEST and _is_post(" ".join(words[-count:])):
            return _without_post(" ".join(words[:-count])) if first else ""
        if len(words) - count >= _FEWEST and _is_post(" ".join(words[:count])):
            return _without_post(" ".join(words[count:]))
    return name


def _is_post(text: str) -> bool:
    return any(cue.signal == "role_words" for cue in cues.exact(cues.key(text)))


@cache
def _words() -> Mapping[str, frozenset[str]]:
    data = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
    return {
        name: frozenset(word.casefold() for word in data[name])
        for name in (
            "particles",
            "joiners",
            "cuts",
            "agencies",
            "pictures",
            "no_names",
            "places",
            "openers",
            "small_openers",
            "field_openers",
            "from",
            "inside",
        )
    }


@cache
def _glued_posts() -> tuple[str, ...]:
    """The longest first."""
    data = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
    return tuple(sorted(data["glued_posts"], key=lambda post: (-len(post), post)))


@cache
def _reporters() -> re.Pattern[str]:
    data = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
    posts, reports = (
        "|".join(sorted(data[name], key=lambda one: (-len(one), one))) for name in ("reporters", "reports")
    )
    name = r"[\u3005\u3040-\u30ff\u3400-\u9fff]{2,4}"
    return re.compile(
        rf"(?P<post>(?:{posts})\s?[:：／/]?\s?)?(?P<names>{name}(?:(?:{_BETWEEN.pattern}){name}){{0,7}})"
        rf"(?P<report>\s?[／/]\s?[\u3400-\u9fff]{{2,8}}?(?:{reports}))?"
    )


@cache
def _fields_opener() -> re.Pattern[str]:
    openers = "|".join(map(re.escape, sorted(_words()["field_openers"], key=lambda one: (-len(one), one))))
    return re.compile(rf"[{_FIELDS}]\s*(?:{openers})\s?:?\s", re.IGNORECASE)


@cache
def _separators() -> re.Pattern[str]:
    """Between names: signs, figures, joining words; and what follows "for" is an outlet, not a name."""
    joiners = "|".join(map(re.escape, sorted(_words()["joiners"])))
    cuts = "|".join(re.escape(form) for word in sorted(_words()["cuts"]) for form in (word, word.upper()))
    return re.compile(rf"\s(?:{cuts})\s.*|[,;&|•·/\n()、]|\d+|\s(?:{joiners})\s")
