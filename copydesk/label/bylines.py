"""Pass two: bylines that no opener gives away. A name alone, beside a stamp, with a post, or under a "By" of its own.

A name in the head of a page may also be a picture's subject or a section. What tells an author is that the article does
not speak of them, that no picture credit follows, and what stands beside the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.article import Role
from copydesk.label import cues
from copydesk.label.decide import Decision, Decisions, decide, role_at
from copydesk.label.headline import paragraphs
from copydesk.label.names import bare, desk_words, is_address, is_agency, opened, people, placed, signs, single_name
from copydesk.label.page import Page, PageLine, titled
from copydesk.label.stamps import beside_headline

_MENU = re.compile(r"\S\s{2,9}\S[^\n]*\S\s{2,9}\S")  # three parts in a row, without a mark between
_ABOVE, _BELOW = 8, 30  # lines around the headline where its fields stand, at the most
_FIELDS = (Role.BYLINE, Role.TIMESTAMP)
_TITLES = (Role.HEADLINE, Role.STANDFIRST, Role.REPEATED_HEADLINE)
_BEHIND = 6
_MOST_WORDS = 12
_LONG = 8  # words of a line that is a sentence rather than a label
_GROUP = 8
_SHORTEST_ALONE = 3
_SIGNATURE = 5  # words
_CLOSING = 2  # paragraphs at the end of the article that may present its author


def zone(page: Page, decided: Decisions) -> range:
    """The head of the page: around the headline, to the article's second paragraph below it."""
    top = min([place for place, (role, _) in decided.items() if role is Role.HEADLINE], default=None)
    prose = [place for place in paragraphs(page, decided)[1] if place > (top if top is not None else -1)]
    stop = prose[1] if len(prose) > 1 else prose[0] if prose else len(page)
    # A standfirst and a caption may be sentences too: the first field below them still belongs to the head.
    fields = [p for p in range(top or 0, min(stop + _BEHIND, len(page))) if role_at(decided, p) in _FIELDS]
    if fields and fields[0] >= stop:
        stop = min(fields[0] + 2, len(page))
    if top is None:
        return range(min(stop, _BELOW))
    return range(max(0, top - _ABOVE), max(top + 1, min(stop, top + _BELOW)))


def stamps(page: Page, decided: Decisions) -> Decisions:
    """Dates in the head that stand in a line with names, places or counters."""
    return {
        place: decide(Role.TIMESTAMP, "head.stamp", f"{seen}, in the head of the page", 0.85)
        for place in zone(page, decided)
        if place not in decided and (seen := beside_headline(page[place]))
    }


def bylines(page: Page, decided: Decisions) -> Decisions:
    """Names in the head: below an opener on its own line, else those that stand where a byline does."""
    head = zone(page, decided)
    found = _below_opener(page, decided, head) or _single(page, decided, head) or _with_agency(page, decided, head)
    if found or any(role_at(decided, place) is Role.BYLINE for place in head):
        return found
    top = next((place for place in head if role_at(decided, place) is Role.HEADLINE), None)
    # What stands above the headline may belong to another story in a list.
    for place in sorted(head, key=lambda place: (top is not None and place < top, place)):
        seen = _seen(page, decided, place, top) if place not in decided else ""
        if seen and (_named(page[place]) or _staff(page[place])) and not _spoken_of(page, decided, place):
            found.update(_group(page, decided, place, head, seen))
            break
    return found or _only(page, decided, head, top) or _closing(page, decided)


def _closing(page: Page, decided: Decisions) -> dict[int, Decision]:
    """A name alone right below the last paragraph: there an author signs, where nothing in the head names one."""
    prose = paragraphs(page, decided)[1]
    place = prose[-1] + 1 if prose else len(page)
    if place >= len(page) or place in decided or page[place].shape.words > _SIGNATURE:
        return {}
    if not _named(page[place]) or _of_site(page, place) or _spoken_of(page, decided, place):
        return {}
    return {place: decide(Role.BYLINE, "tail.byline", "a name alone below the last paragraph", 0.7)}


def _only(page: Page, decided: Decisions, head: range, top: int | None) -> dict[int, Decision]:
    """The one line between the headline and the text that is a name of nobody the article speaks of."""
    names = [
        place
        for place in (head if top is not None else ())
        if place > (top or 0) and place not in decided and _named(page[place]) and not _spoken_of(page, decided, place)
    ]
    if len(names) != 1 or _of_site(page, names[0]):
        return {}
    return {names[0]: decide(Role.BYLINE, "head.bare_byline", "the only name between headline and text", 0.7)}


def _below_opener(page: Page, decided: Decisions, head: range) -> dict[int, Decision]:
    found: dict[int, Decision] = {}
    for place in head:
        line = page[place]
        if place in decided or not line.says("byline") or line.key != line.phrase("byline"):
            continue
        names = dict(_names_below(page, decided, place))
        if names:
            found[place] = decide(Role.BYLINE, "head.byline", f"the opener {line.key!r} above a name", 0.9)
            found.update(names)
    return found


def _single(page: Page, decided: Decisions, head: range) -> dict[int, Decision]:
    """An opener and one capitalized word: an outlet, an agency, an initial."""
    for place in head:
        line = page[place]
        if (
            place in decided
            or not line.says("byline")
            or line.shape.ending != "none"
            or line.shape.words > _MOST_WORDS // 2
        ):
            continue
        if single_name(line.text, line.phrase("byline")):
            return {place: decide(Role.BYLINE, "head.byline", f"the opener {line.phrase('byline')!r} and a name", 0.8)}
    return {}


def _with_agency(page: Page, decided: Decisions, head: range) -> dict[int, Decision]:
    """An opener, a name and an agency right below the headline or above the stamp: elsewhere that is a picture's
    credit."""
    for place in head:
        line = page[place]
        if place in decided or line.credit is None or line.credit.text != line.text or not opened(line.text):
            continue
        above, below = _beside(page, decided, place, -1), _beside(page, decided, place, 1)
        if above in _TITLES or below is Role.TIMESTAMP:
            why = f"an opener, a name and {line.credit.agency}, in the head of the page"
            return {place: decide(Role.BYLINE, "head.byline", why, 0.8)}
    return {}


def _names_below(page: Page, decided: Decisions, place: int) -> Iterator[tuple[int, Decision]]:
    for below in range(place + 1, min(place + _GROUP, len(page))):
        line = page[below]
        if below in decided:
            if line.shape.letters:
                return
        elif _named(line) or (below == place + 1 and line.shape.words <= 3 and titled(line.text) > 0.5):
            yield (
                below,
                decide(Role.BYLINE, "head.byline", f"a name below the opener of line {page[place].number}", 0.9),
            )
        else:
            return


def _named(line: PageLine) -> tuple[str, ...]:
    """The names that the line is made of: nothing else is in it but posts, addresses and figures."""
    if line.shape.words > _MOST_WORDS or line.shape.ending != "none" or line.credit is not None:
        return ()
    if _MENU.search(line.text):
        return ()
    names = people(line.text)
    words = sum(len(name.split()) + 1 for name in names) + desk_words(line.text)  # with what joins them
    if all(len(name) < _SHORTEST_ALONE for name in names):  # initials that stand for a portrait, not the agency
        return ()
    posts = _posted(line) or line.shape.digits > 0 or _with_post(line.text, names)
    if not names or not all(bare(name) for name in names) or (words < line.shape.words and not posts):
        return ()
    return names


def _posted(line: PageLine) -> bool:
    """Whether a post or an address of its own stands beside a name."""
    return line.says("role_words") or "@" in line.text or signs(line.text)


def _staff(line: PageLine) -> bool:
    """Whether the line says who signs where no author does: "Staff report". It is a byline that names nobody."""
    return line.says("not_author") and line.key == line.phrase("not_author")


def _with_post(text: str, names: tuple[str, ...]) -> bool:
    """Whether the line is one name and, behind a dash or a comma, something of them, or the place they write from."""
    if len(names) != 1 or not text.startswith(names[0]):
        return False
    return text[len(names[0]) :].lstrip()[:1] in tuple("–—-,|") or placed(text, names[0])


def _seen(page: Page, decided: Decisions, place: int, top: int | None) -> str:
    """What speaks for a byline at that place; empty where nothing does."""
    line = page[place]
    if _of_site(page, place):
        return ""
    copied = len(page.positions[line.key]) > 1
    if place in page.twins and not copied:
        return ""  # a caption with and without its credit
    above, below = _beside(page, decided, place, -1), _beside(page, decided, place, 1)
    if above is Role.TIMESTAMP or below is Role.TIMESTAMP:
        return "a name beside the stamp"
    if top is None or place < top:
        return ""
    captioned = below is Role.CAPTION
    beside = (page[place - 1].key, page[place + 1].key if place + 1 < len(page) else "")
    if place == top + 1 or above in _TITLES:
        named = "a name below the headline"
    elif not captioned and copied and line.key in beside:
        named = "a name printed twice, below the headline"
    elif not captioned and (page[place - 1].shape.words >= _LONG or above is Role.CAPTION):
        named = "a name between the head and the text"
    else:
        named = ""
    return "a name with a post or an address, below the headline" if _posted(line) else named


def _of_site(page: Page, place: int) -> bool:
    """Whether the page begins with the line: then it is the site's own name."""
    return f" {page[place].key} " in f" {page[0].key} "


def _beside(page: Page, decided: Decisions, place: int, step: int) -> Role | None:
    """The role of the next line that isn't the same again, nor a post, nor signs."""
    at = place + step
    while 0 <= at < len(page) and (
        page[at].key == page[place].key
        or (page[at].says("role_words") and at not in decided)
        or not page[at].shape.letters
    ):
        at += step
    if not 0 <= at < len(page):
        return None
    return role_at(decided, at) or (Role.CAPTION if page[at].credit is not None else None)


def _group(page: Page, decided: Decisions, place: int, head: range, seen: str) -> dict[int, Decision]:
    """The name and those that follow it line by line, with their posts."""
    found: dict[int, Decision] = {}
    for at in range(place, min(place + _GROUP, head.stop)):
        line = page[at]
        if at in decided:
            if line.shape.letters:
                break
        elif _of_site(page, at):
            break
        elif (
            _named(line)
            or _staff(line)
            or (at > place and line.says("role_words") and line.shape.words <= _MOST_WORDS // 2)
        ):
            if at > place and _spoken_of(page, decided, at):
                break
            found[at] = decide(Role.BYLINE, "head.bare_byline", f"{seen}, nowhere in the text", 0.8)
        elif is_address(line.text):
            continue
        else:
            break
    return found


def _spoken_of(page: Page, decided: Decisions, place: int) -> bool:
    """Whether the article or its headline has the surname: then the line names a person in a picture."""
    surnames = [cues.key(name.split()[-1]) for name in people(page[place].text) if not is_agency(name)]
    prose = paragraphs(page, decided)[1][:-_CLOSING]
    told = [f" {page[p].key} " for p in prose if p != place]
    told += [f" {line.key} " for p, line in enumerate(page) if role_at(decided, p) is Role.HEADLINE]
    return any(f" {surname} " in text for surname in surnames for text in told)
