"""Whether a sentence speaks of what is to come: the cue nearest to a date decides."""

from __future__ import annotations

from functools import lru_cache

from copydesk.dates.expression import Expression
from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import Pack, pack

# "Irán" ends like a Spanish future.
_SHORTEST_VERB = 5


def tense(tokens: Tokens, one: Expression, main: Pack) -> str | None:
    """``future``, ``past`` or None: the nearest cue before the date in its sentence, else the nearest after it.

    A verb in the present against the date beats both: what "opens Friday" is yet to come.
    """
    if _is_on_the_calendar(tokens, one, main):
        return "future"
    window = tuned("resolve")["tense_window"]
    for at in range(one.first - 1, max(-1, one.first - window), -1):
        if tokens.ends_sentence(at):
            break
        if found := _cue(tokens, at, main):
            return found
    for at in range(one.last + 1, min(len(tokens), one.last + window)):
        if tokens.ends_sentence(at):
            break
        if found := _cue(tokens, at, main):
            return found
    return None


def leading_cue(tokens: Tokens, one: Expression, main: Pack) -> str | None:
    """The word that puts the date in the past: the nearest cue before it in its sentence, else the nearest after it,
    provided that it is one of the past."""
    window = tuned("resolve")["tense_window"]
    before, after = range(one.first - 1, max(-1, one.first - window), -1), range(one.last + 1, one.last + window)
    for places in (before, after):
        for at in places:
            if at >= len(tokens) or tokens.ends_sentence(at):
                break
            if found := _cue(tokens, at, main):
                return tokens.at(at) if found == "past" else None
    return None


def _is_on_the_calendar(tokens: Tokens, one: Expression, main: Pack) -> bool:
    """Whether a verb of appointments stands against the date: ``opens on Friday``, ``am Freitag tritt``."""
    at = one.first - 1
    while at > one.first - 4 and (main.has("before_day", tokens.at(at)) or main.has("schedule_steps", tokens.at(at))):
        at -= 1
    before = main.has("schedule_verbs", tokens.at(at)) and not tokens.is_capitalized(at)  # the U.S. Open Sunday
    return before or (main.flag("verb_second") and main.has("schedule_verbs", tokens.at(one.last + 1)))


def _cue(tokens: Tokens, at: int, main: Pack) -> str | None:
    word = tokens.folded[at]
    said, leads = _alone(word, main.language)
    if leads and main.has("future_pairs", f"{word} {tokens.at(at + 1)}"):
        return "future"
    if said == "past" and main.has("infinitive_marks", tokens.at(at - 1)):  # "will be launched" tells nothing
        return None
    return said


@lru_cache(maxsize=16_384)
def _alone(word: str, language: str) -> tuple[str | None, bool]:
    """What the word says by itself, and whether it may begin a pair of words that says more."""
    main = pack(language)
    if len(word) < 2 or not word.isalpha():
        return None, False
    leads = any(pair.startswith(f"{word} ") for pair in main.words.get("future_pairs", ()))
    ending = len(word) > _SHORTEST_VERB and word.endswith(main.endings.get("future_endings", ()))
    if ending or main.has("future_cues", word):
        return "future", leads
    past = main.has("past_cues", word) or word.endswith(main.endings.get("past_endings", ()))
    return "past" if past else None, leads
