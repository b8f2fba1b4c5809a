"""A place in a text where a form stands, what surrounds it, and the decision about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from copydesk.article import Mention
from copydesk.normalize.names.fold import given_row
from copydesk.normalize.names.haystack import Haystack
from copydesk.normalize.names.model import REWRITTEN_KINDS, Authority, Entry
from copydesk.normalize.names.packs import pack, words

_NAME_LIKE = re.compile(r"[^\W\d_](?:[^\W\d_]|['-](?=[^\W\d_])){0,40}\.?(?:-?[^\W\d_]\.){0,2}")
_WORD_AFTER = re.compile(r" ([^\W_]+(?: [A-Z][^\W_]+)?)")
_SENTENCE_END = ".!?:;…•*|\n"
_OPENING = " \t\"'“”‘’«»([{—–-"
_HEADLINE = 200
_LONG = re.compile(r"[^\W\d_]{4,}")
_PARTICLES = frozenset(
    {"van", "von", "der", "den", "de", "di", "da", "del", "la", "bin", "ibn", "al", "el", "ter", "zu"}
)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a form stands in the levelled text, and which entries have it: (entry id, form's position or -1)."""

    start: int
    end: int
    form: str
    hits: tuple[tuple[str, int], ...]
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a spot. ``form`` is the form's position in the entry, -1 for a family name, -2 for a full
    name that is not listed as a whole."""

    start: int
    end: int
    status: str
    method: str
    entity: str | None = None
    form: int = -1
    flags: tuple[str, ...] = ()
    capitals: bool = False
    basis: str = ""
    """The confidence class, where it is not the method."""


@dataclass(frozen=True, slots=True)
class Before:
    """What stands directly before a name: ``title`` as written, ``gender`` of an honorific, ``given`` names."""

    title: str = ""
    honorific: str = ""
    gender: str = ""
    given: tuple[str, ...] = ()
    start: int = 0
    """Where the first given name begins."""
    particle: bool = False
    weak: bool = False
    """The given name may be just a sentence's first word."""


@dataclass(frozen=True, slots=True)
class Document:
    """A levelled text (``lined`` still has its single line breaks) and the authority it is read with."""

    text: str
    lined: str
    authority: Authority

    def entry(self, id_: str) -> Entry:
        return self.authority.entries[id_]

    def sentence_initial(self, start: int) -> bool:
        before = self.lined[max(0, start - 40) : start].rstrip(_OPENING)
        return not before or before[-1] in _SENTENCE_END

    def paragraph(self, start: int, end: int, reach: int) -> tuple[int, int]:
        """Where the paragraph of a span begins and ends, no further than ``reach`` from it."""
        left, right = max(0, start - reach), min(len(self.text), end + reach)
        first, last = self.lined.rfind("\n\n", left, start), self.lined.find("\n\n", end, right)
        return first if first >= 0 else left, last if last >= 0 else right

    def line(self, start: int) -> str:
        """The line, no further than a headline is long."""
        left = max(0, start - _HEADLINE)
        first = self.lined.rfind("\n", left, start)
        last = self.lined.find("\n", start, start + _HEADLINE)
        return self.lined[first + 1 if first >= 0 else left : last if last >= 0 else start + _HEADLINE]

    def title_case(self, start: int) -> bool:
        """Whether the line is a headline in title case: no full stop at its end, nearly all long words capitalised."""
        line = self.line(start).strip()
        if len(line) > _HEADLINE or line.endswith((".", "!", "”", '."')):
            return False
        long = _LONG.findall(line)
        return len(long) > 2 and sum(word[0].isupper() for word in long) >= 0.8 * len(long)

    def compound(self, spot: Spot) -> bool:
        text, start, end = self.text, spot.start, spot.end
        before = start > 1 and text[start - 1] in "-–" and text[start - 2].isalnum()
        after = end + 1 < len(text) and text[end] in "-–" and text[end + 1].isalnum()
        dotted = start > 1 and text[start - 1] in "-–" and text[start - 2] == "."
        return before or after or dotted

    def possessive(self, spot: Spot) -> bool:
        after = self.text[spot.end : spot.end + 3]
        if after[:2] == "'s" or (spot.capitals and after[:2] == "'S"):
            return not after[2:].isalnum()
        return after[:1] == "'" and self.text[spot.end - 1] in "sxz" and after[1:2] == " "

    def next_words(self, end: int) -> tuple[str, str]:
        """The next word, and the next two if both are capitalised; empty where punctuation comes first."""
        match = _WORD_AFTER.match(self.text, end)
        if not match:
            return "", ""
        return match.group(1).split(" ")[0], match.group(1)

    def before(self, spot: Spot, inside: Iterable[tuple[int, int]] = ()) -> Before:
        """Title, honorific and given names before ``spot``. ``inside``: spans of other names, no given names."""
        limits = pack("linking")["limits"]
        left = max(0, spot.start - limits["title_characters"])
        window = self.text[left : spot.start]
        found = Before(start=spot.start)
        titles: list[str] = []
        while window.endswith(" "):
            first = window.rfind(" ", 0, -1) + 1
            token = window[first:-1].lstrip(_OPENING)
            if not _NAME_LIKE.fullmatch(token):
                break
            at = left + len(window) - 1 - len(token)
            plain = token.rstrip(".").lower()
            if any(start < at + len(token) and at < end for start, end in inside):
                break
            gender = _honorific(plain)
            if gender is not None and not titles and not found.honorific:
                found = replace(found, honorific=plain, gender=gender)
            elif plain in words("title_words") or plain.split("-")[0] in ("ex", "vice", "co"):
                titles.insert(0, token)
            elif titles or found.honorific or len(found.given) >= limits["given_tokens"]:
                break
            elif token in _PARTICLES:
                found = replace(found, particle=True)
            elif not self._given_name(token, plain, spot.capitals):
                break
            else:
                # "Outraged Putin …" opens a sentence and names nobody.
                weak = plain.endswith(("ed", "ing", "ly")) and self.sentence_initial(at) and given_row(token) is None
                found = replace(found, given=(token, *found.given), start=at, weak=weak)
            window = self.text[left:at]
        if found.particle and not found.given:
            found = replace(found, particle=False)
        return replace(found, title=" ".join(titles))

    def _given_name(self, token: str, plain: str, capitals: bool) -> bool:
        if len(plain) == 1 and token.endswith(".") and token[0].isupper():
            return True  # "A. Putin", whatever else the letter may mean
        if not token[0].isupper() or plain in words("starters") or plain in words("demonyms"):
            return False
        if token.endswith("."):
            return len(plain.replace(".", "").replace("-", "")) <= 2
        if "-" in token and any(part in words("demonyms") for part in plain.split("-")):
            return False
        if capitals:
            # Every word is in capitals there, so only a name that is known as one counts.
            return given_row(token) is not None
        return len(token) == 1 or not token.isupper()


def _honorific(plain: str) -> str | None:
    if plain in words("male_honorifics"):
        return "m"
    if plain in words("female_honorifics"):
        return "f"
    return "" if plain in words("neutral_honorifics") else None


def mention_of(decision: Decision, text: str, hay: Haystack, name: str, authority: Authority) -> Mention:
    """The decision as a mention of the text itself."""
    start, end = _with_brackets(text, *hay.origin(decision.start, decision.end))
    entry = authority.entries[decision.entity] if decision.entity else None
    surface = text[start:end]
    new = _rewritten(decision, entry, surface) if entry and decision.status == "linked" else surface
    confidence = pack("linking")["confidence"]
    return Mention(
        field=name,
        start=start,
        end=end,
        surface=surface,
        entity_id=entry.id if entry else None,
        canonical_name=entry.canonical if entry else None,
        type=entry.type if entry else None,
        method=decision.method,
        confidence=confidence[decision.basis or decision.method] if decision.status == "linked" else confidence["none"],
        status=decision.status,
        flags=decision.flags,
        replacement=new if new != surface else None,
    )


def _with_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the editorial brackets that it opens or closes: "[Nikol] Pashinyan", "[A]rmenia"."""
    opened, closed = text.count("[", start, end), text.count("]", start, end)
    if closed > opened and start > 0 and text[start - 1] == "[":
        return start - 1, end
    if opened > closed and end < len(text) and text[end] == "]":
        return start, end + 1
    return start, end


def _rewritten(decision: Decision, entry: Entry, surface: str) -> str:
    """What takes the mention's place in the normalized text."""
    if "expansion_mismatch" in decision.flags:
        return entry.canonical
    if decision.form == -2:
        new = entry.canonical
    elif decision.form < 0:
        new = entry.surname[0] if entry.surname else surface
    else:
        form = entry.forms[decision.form]
        if form.kind not in REWRITTEN_KINDS:
            return surface
        bare = form.family is not None and form.form == form.family
        new = entry.surname[0] if bare and entry.surname else entry.canonical
    return new.upper() if decision.capitals and surface.isupper() else new
