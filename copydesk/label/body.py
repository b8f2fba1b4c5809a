"""Pass two, last: what is left is the article, unless the source's other pages say otherwise."""

from __future__ import annotations

import re
from itertools import pairwise

from copydesk.article import TEXT_ROLES, Role
from copydesk.label.decide import Decision, Decisions, decide, role_at
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine

_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?:\s?(?:Uhr|h|[ap]\.?m\.?))?", re.IGNORECASE)
_LONGEST_CLOCK = len("23:59 p.m.")
_SPEAKER = re.compile(r"([^\W\d_]{1,20})\s?[:：]\s\S")
_TURNS = 3
_ENTRY = re.compile(r"(?:(\d{1,2}[.)]\s)|([-–•*·]\s)|([^\W\d_][^\W\d_ ’'-]{0,30}:\s))\S")
_ENTRIES = 2
_SIDE = re.compile(r"[^\W\d_][^:：\n]{0,40}[:：]\s")
_PARTED = re.compile(r"[,;]\s")
_NAMES = 6  # a line-up has more names than an invitation has speakers
_NAME_WORDS = 4
_GREETING = 4  # words of a letter's last greeting, and of who signs it
_CLOSERS = "\"'”’»“"
_VOICES = ("unquoted:we", "unquoted:you")
_NOTICES = (
    *("unquoted:ask", "unquoted:letter", "unquoted:truncated", "unquoted:tip", "unquoted:copying"),
    *("unquoted:permission", "unquoted:salutation", "unquoted:message", "bio", "contribution", "correction"),
)
_NUMBER_LAST = re.compile(r"\d(?:\s?(?:[^\W\d_]{1,4}\.?|\)))?\Z")
_LONGEST_RESULT = 150  # characters: more than the pattern below can take
_RESULT = re.compile(
    r"\A[^\n]{0,60}[^\W\d_][^\n]{0,60}?[\s(]\d{1,5}(?:[.,:]\d{1,3}){0,3}(?:\s?(?:[^\W\d_]{1,4}\.?|\)))?"
)


def recurrent(page: Page, decided: Decisions) -> Decisions:
    """A line that stands on many other pages of the same source."""
    limits = thresholds()
    if not page.telling:
        return {}
    return {
        place: decide(
            Role.NAVIGATION,
            "body.recurrent",
            f"on at least {line.recurrence:.0%} of the source's other pages",
        )
        for place, line in enumerate(page)
        if place not in decided and line.recurrence >= limits.recurrent_share
    }


def recurrent_shape(page: Page, decided: Decisions) -> Decisions:
    """A short line that is no sentence, and that many other pages of the source have with other digits."""
    limits = thresholds()
    if not page.telling:
        return {}
    return {
        place: decide(
            Role.NAVIGATION,
            "body.recurrent_shape",
            f"but for its digits on at least {line.alike:.0%} of the source's other pages",
            0.9,
        )
        for place, line in enumerate(page)
        if place not in decided
        and line.alike >= limits.recurrent_share
        and line.shape.words <= limits.short_words
        and not line.shape.prose
    }


def paragraph(page: Page, decided: Decisions) -> Decisions:
    """Lines that look like paragraphs."""
    return {
        place: decide(Role.BODY, "body.paragraph", f"{line.shape.words} words, closed like a sentence", 0.9)
        for place, line in enumerate(page)
        if place not in decided and line.shape.prose
    }


def clocks(page: Page, decided: Decisions) -> Decisions:
    """The times of a live report: a clock alone, above a likely line of text, at least twice on the page.

    In such a report a sentence that stands close under its time is an entry too, whatever its words.
    """
    found = {
        place: decide(Role.BODY, "body.clock", "a time above a line of text, one of several", 0.85)
        for place, line in enumerate(page)
        if place not in decided
        and line.shape.chars <= _LONGEST_CLOCK
        and _CLOCK.fullmatch(line.text)
        and _text_at(page, decided, place + 1)
    }
    if len(found) < 2:
        return {}
    for place, line in enumerate(page[1:], 1):
        timed = _CLOCK.fullmatch(page[place - 1].text) and place - 1 not in decided and not line.gap
        if timed and place not in decided and _sentence(line) and len(found) > 2:
            entry = decide(Role.BODY, "body.entry", f"close under the time {page[place - 1].text}", 0.8)
            found |= {place: entry, place - 1: decide(Role.BODY, "body.clock", "a time above an entry", 0.8)}
    return found


def signed(page: Page, decided: Decisions) -> Decisions:
    """The end of a letter: a short line that ends in a comma, and the name close under it, last on the page or above
    furniture."""
    found: dict[int, Decision] = {}
    for place in range(1, len(page) - 1):
        line, name = page[place], page[place + 1]
        if not line.text.endswith((",", "，", "،")) or name.gap or name.shape.ending != "none":
            continue
        if place in decided or place + 1 in decided:
            continue
        short = line.shape.words <= _GREETING and name.shape.words <= _GREETING and name.shape.capital
        if short and not any(c in ",;" for c in name.text):
            found[place] = decide(Role.BODY, "body.signed", "how a letter ends", 0.7)
            found[place + 1] = decide(Role.BODY, "body.signed", f"under {line.text!r}", 0.7)
    return found


def speakers(page: Page, decided: Decisions) -> Decisions:
    """An interview: lines that begin with the same short label and a colon, at least three times, and speak."""
    labels: dict[str, list[int]] = {}
    for place, line in enumerate(page):
        said = _SPEAKER.match(line.text) if ":" in line.text or "：" in line.text else None
        if said and place not in decided and not line.says("credit", "published", "updated", "byline", "truncated"):
            labels.setdefault(said.group(1), []).append(place)
    return {
        place: decide(Role.BODY, "body.speaker", f"{label!r} begins {len(places)} lines", 0.8)
        for label, places in labels.items()
        if len(places) >= _TURNS and 2 * sum(page[place].shape.ending != "none" for place in places) > len(places)
        for place in places
    }


def results(page: Page, decided: Decisions) -> Decisions:
    """Lists of results in the article: lines in a row that end with a number, and the short line that heads them."""
    found: dict[int, Decision] = {}
    numbered = {place for place, line in enumerate(page) if place not in decided and _result(line)}
    if len(numbered) < _ENTRIES:
        return found
    likely = [place for place in range(len(page)) if page[place].likely and place not in decided]
    for place in sorted(numbered) if likely else ():
        # Below the last paragraph or another list, one more line may head the list.
        near = likely[0] <= place <= likely[-1] + 2 or not found.keys().isdisjoint((place - 1, place - 2))
        if near and not numbered.isdisjoint((place - 1, place + 1)):
            found[place] = decide(Role.BODY, "body.result", "one of several lines that end with a number", 0.75)
    for place in sorted(found):
        above = page[place - 1] if place else None
        if above and place - 1 not in found and place - 1 not in decided and _heading_like(above):
            found[place - 1] = decide(Role.SUBHEADING, "body.result_heading", "short, above a list of results", 0.75)
    return found


def scores(page: Page, decided: Decisions) -> Decisions:
    """How it ended: two results in a row directly above the article, which tells of both sides."""
    likely = [place for place in range(len(page)) if page[place].likely and place not in decided]
    first = likely[0] if likely else 0
    if first < 2 or not decided.keys().isdisjoint((first - 1, first - 2)):
        return {}
    both = (first - 2, first - 1)
    if page[first - 1].gap or not all(_result(page[place]) for place in both):
        return {}
    told = page.about(likely)
    if any(told.isdisjoint(page.about((place,))) for place in both):
        return {}
    return {
        place: decide(Role.BODY, "body.score", "one of two results above an article on both sides", 0.7)
        for place in both
    }


def _result(line: PageLine) -> bool:
    """Whether the line is short, and ends with a number."""
    if not line.shape.digits or line.shape.chars > _LONGEST_RESULT or not _NUMBER_LAST.search(line.text):
        return False
    return _RESULT.fullmatch(line.text) is not None


def listed(page: Page, decided: Decisions) -> Decisions:
    """A list set close between likely lines of the article: it is the article's whole, or not at all."""
    found: dict[int, Decision] = {}
    forms = [entry(line) for line in page]
    if not any(one and one == other for one, other in pairwise(forms)):
        return found
    start = 0
    for stop in range(1, len(page) + 1):
        form = forms[start]
        if stop < len(page) and form and forms[stop] == form and not page[stop].gap:
            continue
        entries, ends = range(start, stop), (start - 1, stop)
        start = stop
        if form is None or len(entries) < _ENTRIES or any(place in decided for place in entries):
            continue
        if all(0 <= end < len(page) and end not in decided and page[end].likely for end in ends):
            for place in entries:
                found[place] = decide(Role.BODY, "body.listed", f"one of {len(entries)} entries in the article", 0.75)
    return found


def entry(line: PageLine) -> int | None:
    """How the line begins as an entry of a list: with a number, a mark, or a word and a colon."""
    if line.shape.words > thresholds().short_words or (line.text[0].isalpha() and ":" not in line.text):
        return None
    found = _ENTRY.match(line.text)
    return found.lastindex if found else None


def lineups(page: Page, decided: Decisions) -> Decisions:
    """Who played, sang or sat on the bench: a label with many names behind it, and another line that is built alike."""
    sides = [place for place, line in enumerate(page) if place not in decided and _lineup(line)]
    if len({page[place].key for place in sides}) < _ENTRIES:
        return {}
    return {place: decide(Role.BODY, "body.lineup", f"one of {len(sides)} lists of names", 0.75) for place in sides}


def _lineup(line: PageLine) -> bool:
    if line.text.count(",") + line.text.count(";") < _NAMES - 1:
        return False
    label = _SIDE.match(line.text)
    if label is None or line.recurrence or line.says("credit", "byline"):
        return False
    names = _PARTED.split(line.text[label.end() :])
    return len(names) >= _NAMES and all(name[:1].isupper() and len(name.split()) <= _NAME_WORDS for name in names)


def continued(page: Page, decided: Decisions) -> Decisions:
    """A sentence between two paragraphs of the article, set as they are: whatever its words, it goes on with them."""
    found: dict[int, Decision] = {}
    steady = frozenset([place for place in page.likely_prose if place not in decided])
    for place in page.prose:
        line = page[place]
        if place in decided or not 0 < place < len(page) - 1 or line.recurrence or not line.gap:
            continue
        if line.chance < thresholds().beside_from or not page[place + 1].gap:
            continue
        if all(place + step in steady or _past_pictures(decided, place, step) in steady for step in (-1, 1)):
            found[place] = decide(Role.BODY, "body.continued", "a sentence between two paragraphs", 0.8)
    return found


def beside(page: Page, decided: Decisions) -> Decisions:
    """A sentence whose neighbours are sentences of the article, with nothing of a plea, an offer or a notice in it.

    It may speak to the reader, or of itself, where other lines of the article do too, as in a column or an interview.
    At the very top of a page the one below is enough.
    """
    limits = thresholds()
    sentences = [place for place, line in enumerate(page) if place not in decided and _sentence(line)]
    if all(page[place].likely for place in sentences):
        return {}
    voices = sum(page[place].likely and page[place].says(*_VOICES) for place in sentences)
    steady = {-1} | {place for place in sentences if page[place].likely}
    return {
        place: decide(Role.BODY, "body.beside", "a sentence beside sentences of the article", 0.7)
        for place in sentences
        if not page[place].likely
        and page[place].chance >= limits.beside_from
        and not page[place].recurrence
        and len(page.positions[page[place].key]) == 1
        and not page[place].says(*_NOTICES)
        and (voices >= limits.voices or not page[place].says(*_VOICES))
        and {place - 1, place + 1} <= steady
        and len(page) > 2
    }


def cut(page: Page, decided: Decisions) -> Decisions:
    """The paragraph under one of the article that stands directly above the mark where a page is cut off for payers."""
    if "truncated" not in page.signals:
        return {}
    return {
        place: decide(Role.BODY, "body.cut", f"directly above {page[place + 1].phrase('truncated')!r}", 0.7)
        for place in range(1, len(page) - 1)
        if place not in decided
        and page[place].shape.prose
        and page[place].chance >= thresholds().cut_from
        and page[place + 1].says("truncated")
        and not page[place].says(*_NOTICES)
        and place - 1 not in decided
        and page[place - 1].shape.prose
        and not page[place - 1].says(*_NOTICES)
    }


def told(page: Page, decided: Decisions) -> Decisions:
    """A paragraph that says who said something, below the article's beginning, and does not speak to the reader."""
    begins = next((place for place in page.likely_prose if place not in decided), len(page))
    return {
        place: decide(Role.BODY, "body.told", f"a paragraph that says {page[place].phrase('said')!r}", 0.7)
        for place in page.prose
        if place >= begins
        and "said" in page[place].signals
        and place not in decided
        and page[place].chance >= thresholds().beside_from
        and _tells(page[place])
    }


def subheading(page: Page, decided: Decisions) -> Decisions:
    """A short line that is no sentence, between two paragraphs; below a blank line, where paragraphs are."""
    found: dict[int, Decision] = {}
    spaced = 2 * sum(page[place].gap > 0 for place in page.prose) > len(page.prose)
    for place, line in enumerate(page):
        if place in decided or not _heading_like(line) or (spaced and line.gap == 0):
            continue
        before, after = _kept_before(decided, place), role_at(decided, place + 1)
        if before and after is Role.BODY:
            found[place] = decide(Role.SUBHEADING, "body.subheading", "short, between two paragraphs", 0.85)
    return found


def default(page: Page, decided: Decisions) -> Decisions:
    """Whatever no rule knew: in doubt it stays."""
    return {
        place: decide(Role.BODY, "default", "no rule knew it", 0.5)
        for place in range(len(page))
        if place not in decided
    }


def _heading_like(line: PageLine) -> bool:
    """Short, begins as a heading does, and is no sentence but a question or a cry."""
    if line.shape.words > thresholds().short_words or not line.shape.letters or not line.shape.capital:
        return False
    return line.shape.ending == "none" or line.text.rstrip(_CLOSERS).endswith(("?", "!", "？", "！", "՞"))


def _sentence(line: PageLine) -> bool:
    return line.shape.ending == "sentence" and line.shape.words >= thresholds().button_words and line.credit is None


def _tells(line: PageLine) -> bool:
    if line.dropped_by and not line.likely:
        return False  # extractor and scorer agree: it is the teaser of another story
    return line.shape.words >= thresholds().told_words and not line.recurrence


def _past_pictures(decided: Decisions, place: int, step: int) -> int:
    """The next place in that direction that holds no caption and no copy of one."""
    other = place + step
    while role_at(decided, other) in (Role.CAPTION, Role.REPEATED_CAPTION):
        other += step
    return other


def _text_at(page: Page, decided: Decisions, place: int) -> bool:
    """Whether an undecided line there is likely text of the article, and more than a word or two."""
    if not 0 <= place < len(page) or place in decided:
        return False
    return page[place].likely and page[place].shape.words >= thresholds().button_words


def _kept_before(decided: Decisions, place: int) -> bool:
    """Whether the article has begun above: a picture or an advert may stand between."""
    return any(role_at(decided, earlier) in TEXT_ROLES for earlier in range(place))
