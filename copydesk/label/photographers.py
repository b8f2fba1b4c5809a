"""The person in a picture credit, told from the agency, the way it came, and who only handed it out."""

from __future__ import annotations

import re

from copydesk.label.casing import name_case
from copydesk.label.credits import agency_in, credit_words
from copydesk.label.names import people, person_like, signs

_PARTS = re.compile(r"[/|,;©()\[\]=:：՝]|\s[–—-]\s|\bvia\b|\bfor\b|\bund\b|\band\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_EDGES = " .,:–—-'\"“”*"


def photographer(credit: str) -> str | None:
    """The first person that a credit names as the one who made the picture; None where it names none.

    "Courtesy of" and the name of a platform tell who gave the picture, not who made it; an institution is no person.
    """
    words = credit_words()
    lowered = credit.casefold()
    if agency_in(credit) in words.platforms or any(given in lowered for given in words.given):
        return None
    if " via " in lowered and "/" not in credit:
        return None  # an account: a photographer has an agency of their own in front of the way
    for part in _PARTS.split(credit):
        text = _bare(part)
        if signs(text):
            return people(text)[0]
        institution = any(word.casefold() in words.institutions for word in _WORD.findall(text))
        if not institution and person_like(text) and agency_in(text) is None:
            return name_case(text)
    return None


def _bare(part: str) -> str:
    """The part without the words of credits at its ends: "-Pool", "Photo by", "Foto"."""
    kept = re.sub(r"-(?=[^\W\d_]+$)", " ", part) if _last(part) in credit_words().ways else part
    tokens = kept.strip(_EDGES).split()
    while tokens and tokens[0].strip(_EDGES).casefold() in credit_words().ways:
        tokens.pop(0)
    while tokens and tokens[-1].strip(_EDGES).casefold() in credit_words().ways:
        tokens.pop()
    return " ".join(tokens).strip(_EDGES)


def _last(part: str) -> str:
    found = _WORD.findall(part)
    return found[-1].casefold() if found else ""
