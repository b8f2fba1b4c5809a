"""Which languages' words to read a text with: from its locale, else from its common words and its months."""

from __future__ import annotations

from collections import Counter
from functools import cache

from copydesk.dates.tokens import Tokens
from copydesk.dates.tuning import tuned
from copydesk.dates.vocabulary import ALIASES, LANGUAGES, Lexicon, lexicon, pack

# Their scripts keep them apart, so they are read along with any other language.
_OWN_SCRIPT = ("hy", "ka", "ar", "ko")


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Each common word, month and weekday, with the languages that have it."""
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        one = pack(language)
        for word in sorted({*one.words.get("common", ()), *one.months, *one.weekdays}):
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


def of_locale(locale: str | None) -> str | None:
    """The pack for a BCP 47 tag, or None where there is none. ``nb-NO`` is read with ``no``."""
    if not locale:
        return None
    primary = locale.replace("_", "-").split("-")[0].lower()
    primary = ALIASES.get(primary, primary)
    return primary if primary in LANGUAGES else None


def guess(tokens: Tokens) -> tuple[str | None, int]:
    """The language with the most common words in the sample, and how many. None where none occurs."""
    speakers = _speakers()
    votes: Counter[str] = Counter()
    common = filter(speakers.__contains__, tokens.folded[: tuned("language")["sample"]])
    for word, times in Counter(common).items():
        for language in speakers[word]:
            votes[language] += times
    if not votes:
        return None, 0
    best = max(votes, key=lambda language: (votes[language], -LANGUAGES.index(language)))
    return best, votes[best]


def lexicon_for(tokens: Tokens, locale: str | None) -> Lexicon:
    """The lexicon to scan ``tokens`` with.

    A stated locale leads; a text that is plainly in another language is read with that one as well. Without either,
    every language is tried, in the order of LANGUAGES.
    """
    stated = of_locale(locale)
    guessed, votes = guess(tokens)
    enough = votes >= tuned("language")["enough"]
    if stated is not None:
        others = (guessed,) if guessed not in (None, stated) and enough else ()
        return _with_scripts((stated, *(other for other in others if other)))
    if guessed is not None and enough:
        return _with_scripts((guessed,))
    if guessed is not None:
        return lexicon((guessed, *(language for language in LANGUAGES if language != guessed)))
    return lexicon(LANGUAGES)


@cache
def _with_scripts(languages: tuple[str, ...]) -> Lexicon:
    """The lexicon of these languages and of those that their scripts keep apart, with the months of all others."""
    cyrillic = () if "uk" in languages else ("ru",)
    extra = (*_OWN_SCRIPT, *cyrillic)
    return lexicon((*languages, *(language for language in extra if language not in languages)), with_foreign=True)
