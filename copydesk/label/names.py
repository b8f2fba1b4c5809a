"""The people that a byline names: openers, names, and what stands between and behind them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from copydesk.dates import label_of
from copydesk.label import cues
from copydesk.label.credits import agency_in
from copydesk.label.page import PageLine, is_small

_MAIL = re.compile(r"\S+@[\w-]+\.\S+|@\w+|https?://\S+")
_NAME_WORD = re.compile(r"(?:[^\W\d_]\.)+|[^\W\d_][^\W\d_'’.\-–]*(?:['’\-–.][^\W\d_][^\W\d_'’.]*)*\.?")
_GLUED = re.compile(r"(?<=[a-zß-öø-ÿ]{4})(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]{3})")
_LABEL = re.compile(r"^\s*[^\W\d_]+(?: [^\W\d_]+)?\s?[:：՝]\s")  # "Text: ", "Interview: "
_DASH = re.compile(r"\s[–—-]\s")
_EDGES = " .,:;：՝–—-|/()[]•·"
_LONGEST = 400  # characters: no byline is longer
_FEWEST, _MOST = 2, 5
_SHORTEST = 3  # letters: "PM EDT" is no name, nor are the initials that stand for a portrait
_POST_WORDS = 4  # a post behind a name is looked up in so many words, at the most


def person_like(text: str) -> bool:
    """Whether the text has the shape of one person's name: two to five words, capitalized but for particles."""
    words = text.split()
    if not _FEWEST <= len(words) <= _MOST:
        return False
    if not all(_NAME_WORD.fullmatch(word) for word in words) or len(set(words)) < len(words):
        return False
    small = [word for word in words if is_small(word[0])]
    if len(words) - len(small) < _FEWEST or not all(word in _words()["particles"] for word in small):
        return False
    # "CBC News", "WELT Redaktion": an outlet. A surname in capitals ("Bill MCCARTHY") stands last.
    outlet = len(words[0]) > 2 and words[0].isalpha() and words[0].isupper() and not words[-1].isupper()
    return not (outlet and cues.key(words[0]).isascii())


def byline_names(line: PageLine) -> tuple[str, ...]:
    """The people that a byline names, without its opener, their posts, addresses and places. Empty: it names none."""
    opener = line.phrase("byline")
    return people(behind(line.text, opener) if opener else line.text)


def people(text: str) -> tuple[str, ...]:
    """The people (and agencies) in a list of names, as printed; those in capitals get the case of a name."""
    if len(text) > _LONGEST:
        return ()
    text = _LABEL.sub("", text, count=1)
    text = " ".join(_GLUED.sub(" | ", _MAIL.sub(" | ", text)).split())
    # Behind a dash stands a name's post: the first piece that has names is all.
    return next((found for piece in _DASH.split(text) if (found := _listed(piece))), ())


def _listed(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in _separators().split(text):
        name = _without_post(part.strip(_EDGES))
        if is_agency(name) or (person_like(name) and not _no_author(name)):
            found.append(name if is_agency(name) else _cased(name))
    # "Portrait of Anna Weber", "Anna Weber": the longer one describes a picture.
    names = tuple(dict.fromkeys(found))
    return tuple(name for name in names if not any(name.endswith(f" {other}") for other in names))


def is_agency(text: str) -> bool:
    """Whether the text is the name of a news agency that writes, and nothing else."""
    return text.casefold() in _words()["agencies"]


def bare(name: str) -> bool:
    """Whether a name without an opener may be an author's: no word of it is a button's or a menu's by itself."""
    words = name.split()
    if is_agency(name):
        return True
    if (
        label_of(name)
        or max(len(word) for word in words[1:] or words) < _SHORTEST
        or (len(words[0]) == 1 and words[0].isascii())
    ):
        return False
    return not any(
        hit.cue.role is not None for word in (words[0], words[-1], name) for hit in cues.hits(word, ())
    ) and (is_agency(name) or agency_in(name) is None)


def single_name(text: str, opener: str) -> str:
    """The one capitalized word behind a byline's opener, an outlet's or an agency's name; empty where it isn't that."""
    alone = behind(text, opener).strip(_EDGES) if opener else ""
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
    return any(hit.cue.signal in ("not_author", "role_words", "published", "updated") for hit in cues.hits(name, ()))


def _without_post(name: str) -> str:
    """The name without the post in front of it or behind it ("Anna Weber Korrespondentin")."""
    words = name.split()
    for count in range(min(_POST_WORDS, len(words) - 1), 0, -1):
        if len(words) - count >= _FEWEST and _is_post(" ".join(words[-count:])):
            return _without_post(" ".join(words[:-count]))
        if len(words) - count >= _FEWEST and _is_post(" ".join(words[:count])):
            return _without_post(" ".join(words[count:]))
    return name


def _is_post(text: str) -> bool:
    return any(hit.cue.signal == "role_words" and hit.phrase == cues.key(text) for hit in cues.hits(text, ()))


def _cased(name: str) -> str:
    """A name in capitals, with capitals only where a name has them."""
    if any(char.islower() for char in name) or not any(char.isupper() for char in name):
        return name
    return re.sub(r"[^\W\d_]+", lambda word: word.group().capitalize(), name)


@cache
def _words() -> Mapping[str, frozenset[str]]:
    data = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
    return {
        name: frozenset(word.casefold() for word in data[name]) for name in ("particles", "joiners", "cuts", "agencies")
    }


@cache
def _separators() -> re.Pattern[str]:
    """Between names: signs, figures, joining words; and what follows "for" is an outlet, not a name."""
    joiners = "|".join(map(re.escape, sorted(_words()["joiners"])))
    cuts = "|".join(map(re.escape, sorted(_words()["cuts"])))
    return re.compile(rf"\s(?:{cuts})\s.*|[,;&|•·/\n()]|\d+|\s(?:{joiners})\s")
