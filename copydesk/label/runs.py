"""Pass two: blocks that come in runs. A header, a plea, amounts, buttons: the run is labelled, not the line.

What tells a run is who speaks to whom. An appeal, an offer or a sign-up speaks to its reader, in the first person of
the publisher, and asks for something; an article tells of others, and whoever says "you" or "we" in it stands in
quotation marks.
"""

from __future__ import annotations

import re

from copydesk.article import Role
from copydesk.label.decide import Decision, Decisions, decide, role_at
from copydesk.label.lines import outside_quotes
from copydesk.label.pack import thresholds
from copydesk.label.page import Page, PageLine

_ASKS = {"unquoted:ask": Role.APPEAL, "unquoted:offer": Role.PAYWALL, "unquoted:letter": Role.NEWSLETTER}
_GREETS = ("unquoted:salutation", "unquoted:message")
_SEEDS = frozenset((*_ASKS, *_GREETS))
_PARTS = frozenset(f"unquoted:{part}" for part in ("ask", "offer", "letter", "truncated", "tip", "frequency"))
_MANY = 3
_STEM = 4
_ASKING = "?？؟՞"
_MAILBOX = re.compile(r"[\w.+-]{1,40}@[\w-]{1,40}\.[\w.-]{2,40}")
_JOINS = frozenset({Role.APPEAL, Role.PAYWALL, Role.NEWSLETTER, Role.WIDGET, Role.ACCOUNT})


def asks(page: Page, decided: Decisions) -> Decisions:
    """Runs of lines that speak to the reader and ask: appeals, offers, sign-ups."""
    found: dict[int, Decision] = {}
    if page.signals.isdisjoint(_SEEDS):
        return found
    for place in [place for place, line in enumerate(page) if not line.signals.isdisjoint(_SEEDS)]:
        if place in decided or place in found:
            continue
        kind = _kind(page, place)
        if kind is None:
            continue
        run = _extend(page, decided, place)
        role = _kind_of_run(page, run, kind)
        for member in run:
            if member not in decided:
                found.setdefault(member, _decision(page, member, place, role))
    return found


def choices(page: Page, decided: Decisions) -> Decisions:
    """Amounts to choose from: short lines in a row that differ in their digits only and name money. With them goes what
    stands close: the plea above, where blank lines part the page's paragraphs, and the buttons below."""
    found: dict[int, Decision] = {}
    if not any(line.shape.amount for line in page):
        return found
    parted = any(line.gap for line in page[1:])
    place = 0
    while place < len(page):
        stop = place + 1
        if _choice(page, decided, place):
            while stop < len(page) and _choice(page, decided, stop) and _form(page, stop) == _form(page, place):
                stop += 1
        if stop - place > 1:
            for member in _around(page, decided, place, stop, parted=parted):
                found[member] = decide(
                    Role.APPEAL, "runs.choices", f"amounts of money from line {page[place].number}", 0.85
                )
        place = stop
    return found


def _choice(page: Page, decided: Decisions, place: int) -> bool:
    line = page[place]
    return place not in decided and line.shape.amount and line.shape.words <= thresholds().button_words


def _form(page: Page, place: int) -> str:
    """The line without its digits."""
    return "".join(char for char in page[place].text if not char.isdigit() and not char.isspace() and char not in ".,")


def _around(page: Page, decided: Decisions, start: int, stop: int, *, parted: bool) -> range:
    """The amounts from ``start`` to ``stop``, and the lines close to them; no more than a box has."""
    short = thresholds().button_words
    while stop < len(page) and stop not in decided and not page[stop].gap and page[stop].shape.words <= short:
        if page[stop].shape.ending != "none":
            break
        stop += 1
    above = 0
    while parted and start and start - 1 not in decided and not page[start].gap and above < _MANY:
        start, above = start - 1, above + 1
    return range(start, stop)


def _kind(page: Page, place: int) -> Role | None:
    """What a line asks for, where it both speaks to the reader (or of itself) and asks.

    A paragraph that says who said it reports, and what the scorer is nearly sure of is a column or an interview; a few
    words that speak to nobody must look like no article text.
    """
    line = page[place]
    if line.signals.isdisjoint(_SEEDS) or (line.chance >= _doubt(line) and not _sure(line)):
        return None
    if line.says("said") and (line.shape.prose or not line.says("unquoted:you")) and _strength(line) < _MANY:
        return None
    addressed = line.says("unquoted:you", "unquoted:we", "unquoted:truncated", *_GREETS)
    brief = line.shape.words <= thresholds().button_words and not line.likely
    for signal, role in _ASKS.items():
        if signal in line.signals and (addressed or brief):
            return role
    if line.says(*_GREETS) and line.shape.words <= thresholds().short_words:
        return Role.APPEAL
    return None


def _strength(line: PageLine) -> int:
    """How many things in the line a plea or an offer is made of. To speak to the reader and of itself is one."""
    return len(_PARTS & line.signals) + line.all_of("unquoted:we", "unquoted:you")


def _doubt(line: PageLine) -> float:
    """The chance to be article text from which on a line that speaks to the reader is left to the article: it may be a
    column, or an answer in an interview. The more it asks, the higher."""
    limits = thresholds()
    return min(limits.pleads_below + limits.pleads_step * max(_strength(line) - 1, 0), 0.95)


def _kind_of_run(page: Page, run: range, first: Role) -> Role:
    """The kind that most lines of the run ask for; the first one's where they are even.

    Amounts a month are named by appeals and by offers. Who greets, or speaks of itself, appeals.
    """
    kinds = [kind for kind in (_kind(page, place) for place in run) if kind is not None]
    most = max(kinds, key=lambda kind: (kinds.count(kind), kind is first))
    personal = sum(page[place].says("unquoted:we", *_GREETS) for place in run)
    subscribes = sum(page[place].says("truncated", "unquoted:letter") for place in run)
    return Role.APPEAL if most is Role.PAYWALL and personal > subscribes else most


def _extend(page: Page, decided: Decisions, seed: int) -> range:
    """The lines around the seed that go on with it. What follows a greeting or goes with a price is one letter,
    whatever the scorer thinks of its lines; unless it were half of what the page tells."""
    if _sure(page[seed]):
        run = _reach(page, decided, seed, sure=True)
        prose = {place: line.shape.words for place, line in enumerate(page) if line.shape.prose}
        if 2 * sum(prose.get(place, 0) for place in run) <= sum(prose.values()):
            return run
    return _reach(page, decided, seed, sure=False)


def _sure(line: PageLine) -> bool:
    """Whether the line greets, or names the reader or itself beside an amount of money for a time."""
    if line.says(*_GREETS):
        return True
    paid = line.shape.amount and line.says("unquoted:offer", "unquoted:frequency")
    return paid and line.says("unquoted:we", "unquoted:you") and not line.says("said")


def _reach(page: Page, decided: Decisions, seed: int, *, sure: bool) -> range:
    start = seed
    while start > 0 and _belongs(page, decided, start - 1, page[start].gap, forward=False, sure=sure):
        start -= 1
    stop = seed + 1
    while stop < len(page) and _belongs(page, decided, stop, page[stop].gap, forward=True, sure=sure):
        stop += 1
    # A run begins and ends with what makes it one. A paragraph in the first person may be the article's own.
    while start < seed and _loose(page, start):
        start += 1
    while stop - 1 > seed and _loose(page, stop - 1) and page[stop - 1].shape.prose:
        stop -= 1
    return range(start, stop)


def _loose(page: Page, place: int) -> bool:
    """Whether nothing in the line itself ties it to a run, and it may well be article text."""
    line = page[place]
    tied = line.says("unquoted:you", "unquoted:ask", "unquoted:letter", *_GREETS, "button", "frequency")
    return not tied and line.chance >= line.keep_from / 2


def _belongs(page: Page, decided: Decisions, place: int, gap: int, *, forward: bool, sure: bool) -> bool:
    """Whether the line at ``place`` goes on with a run that it touches, ``gap`` blank lines away."""
    line = page[place]
    role = role_at(decided, place)
    if role is not None:
        return role in _JOINS
    if not sure and (line.chance >= _doubt(line) or (line.likely and line.shape.prose and not line.says(*_ASKS))):
        return False  # a paragraph of the article may say "we" beside an offer
    if _speaks(line) or _button(line, gap):
        return True
    # A paragraph between two that speak to the reader is of the same letter.
    beyond = place + 1 if forward else place - 1
    if not 0 <= beyond < len(page) or beyond in decided:
        return False
    further = page[beyond]
    return further.says("unquoted:ask", "unquoted:offer") and further.says("unquoted:we", "unquoted:you")


def _speaks(line: PageLine) -> bool:
    """Whether the line asks, greets, or talks to the reader outside of any quotation."""
    if line.says(*_GREETS, *_ASKS):
        return True
    return line.says("unquoted:we", "unquoted:you") and not line.says("said")


def _button(line: PageLine, gap: int) -> bool:
    """Whether the line is a choice of a form, or stands as close to the run as one."""
    if line.says("button", "frequency") and line.shape.words <= thresholds().short_words:
        return True
    return gap == 0 and line.shape.words <= thresholds().button_words


def _decision(page: Page, place: int, seed: int, role: Role) -> Decision:
    line = page[place]
    seen = sorted(
        signal.removeprefix("unquoted:")
        for signal in line.signals
        if signal.startswith("unquoted:") or signal in ("button", "frequency")
    )
    reason = f"says {', '.join(dict.fromkeys(seen))}" if seen else f"in a run with line {page[seed].number}"
    if line.shape.amount:
        reason += ", an amount of money"
    return decide(role, f"runs.{role}", reason, 0.9 if seen else 0.8)


def _titled(line: PageLine) -> bool:
    """Whether a pointer to another story carries that story's title: words enough behind a colon."""
    _, colon, title = line.text.replace("：", ":").partition(":")
    return bool(colon) and len(title.split()) >= thresholds().headline_min_words


def contacts(page: Page, decided: Decisions) -> Decisions:
    """Sentences that give the address of a mailbox and speak to the reader or ask, outside of any quotation."""
    return {
        place: decide(Role.NAVIGATION, "runs.contact", f"asks, and names {address[0]!r}", 0.8)
        for place, line in enumerate(page)
        if place not in decided
        and "@" in line.text
        and line.chance < thresholds().sure_text
        and (address := _MAILBOX.search(outside_quotes(line.text)))
        and (
            line.says("unquoted:you", "unquoted:we", "unquoted:ask", "unquoted:tip")
            or any(c in _ASKING for c in line.text)
        )
    }


def rights(page: Page, decided: Decisions) -> Decisions:
    """Sentences on who may copy the page: they name both the copying and the leave to do it, and nobody says them."""
    if "unquoted:copying" not in page.signals:
        return {}
    return {
        place: decide(Role.LEGAL, "runs.rights", f"{line.phrase('copying')!r} and {line.phrase('permission')!r}", 0.85)
        for place, line in enumerate(page)
        if place not in decided
        and line.all_of("unquoted:copying", "unquoted:permission")
        and not line.says("said")
        and line.chance < thresholds().sure_text
    }


def authors(page: Page, decided: Decisions) -> Decisions:
    """Sentences below the article that present who wrote it: what such lines say, and a name that the article lacks."""
    found: dict[int, Decision] = {}
    if "bio" not in page.signals:
        return found
    told = [place for place in page.prose if place not in decided and not page[place].says("bio")]
    below = range(told[-1] + 1 if told else len(page), len(page))
    presenting = [place for place in below if place not in decided and _presents(page[place])]
    stock = frozenset(name for place in told for name in _capitals(page[place])) if presenting else frozenset()
    for place in presenting:
        line = page[place]
        names = _capitals(line)
        if names and stock.isdisjoint(names) and line.chance < thresholds().sure_text:
            found[place] = decide(
                Role.NAVIGATION, "runs.author", f"says {line.phrase('bio')!r} of someone not in the article", 0.8
            )
    return found


def _presents(line: PageLine) -> bool:
    return line.says("bio") and not line.says("said") and line.shape.ending == "sentence"


def _capitals(line: PageLine) -> frozenset[str]:
    """The words of the line that begin with a capital, cut to what inflection leaves of them."""
    return frozenset(word[:_STEM] for word in line.text.split() if len(word) >= _STEM and word[0].isupper())


def teasers(page: Page, decided: Decisions) -> Decisions:
    """Headlines of other stories, behind a line such as "Read more" or "Most read"."""
    found: dict[int, Decision] = {}
    for place in sorted([place for place, (role, _) in decided.items() if role is Role.RELATED]):
        for follower in range(place + 1, len(page)):
            line = page[follower]
            if follower in decided or line.gap > (1 if follower == place + 1 else 0):
                break
            if line.gap and _titled(page[place]):
                break  # the pointer brought its title along
            if line.chance >= thresholds().sure_text or (
                line.shape.ending in ("sentence", "colon") and line.shape.prose
            ):
                break
            found[follower] = decide(Role.RELATED, "runs.teaser", f"follows line {page[place].number}", 0.8)
    return found
