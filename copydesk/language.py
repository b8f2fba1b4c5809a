"""Which language a text is in. The guess is py3langid's; what is too short to tell stays unknown."""

from __future__ import annotations

import string
from collections.abc import Sequence

_FEWEST_LETTERS = 60
_SAMPLE = 4_000
_PLAIN_LETTERS = string.ascii_letters.encode()


def language_of(text: str) -> str | None:
    """BCP 47 primary tag of the text's language, or None for a text of fewer than 60 letters."""
    return languages_of((text,))[0]


def languages_of(texts: Sequence[str]) -> list[str | None]:
    """The same of each text. To ask for all texts of a document at once costs a fraction of asking one by one."""
    told = [text[:_SAMPLE] for text in dict.fromkeys(texts) if _tells(text[:_SAMPLE])]
    if not told:
        return [None] * len(texts)
    from copydesk.language_model import classify  # noqa: PLC0415 - loading the model costs a second

    found = dict(zip(told, classify(told), strict=True))
    return [found.get(text[:_SAMPLE]) for text in texts]


def primary(tag: str | None) -> str | None:
    """The language of a BCP 47 tag, without script and region: ``en`` of ``en-GB``."""
    return tag.replace("_", "-").partition("-")[0].lower() or None if tag else None


def _tells(sample: str) -> bool:
    """Whether the sample has letters enough. Of most texts the plain ones are enough already, and quickly counted."""
    if len(sample) < _FEWEST_LETTERS:
        return False
    data = sample.encode("utf-8", "surrogatepass")
    plain = len(data) - len(data.translate(None, _PLAIN_LETTERS))
    return plain >= _FEWEST_LETTERS or sum(map(str.isalpha, sample)) >= _FEWEST_LETTERS
