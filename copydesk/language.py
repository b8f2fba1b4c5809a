"""Which language a text is in. The guess is py3langid's; what is too short to tell stays unknown."""

from __future__ import annotations

_FEWEST_LETTERS = 60
_SAMPLE = 4_000


def language_of(text: str) -> str | None:
    """BCP 47 primary tag of the text's language, or None for a text of fewer than 60 letters."""
    sample = text[:_SAMPLE]
    if sum(char.isalpha() for char in sample) < _FEWEST_LETTERS:
        return None
    from py3langid import classify  # noqa: PLC0415 - loading its model costs a second

    return str(classify(sample)[0])


def primary(tag: str | None) -> str | None:
    """The language of a BCP 47 tag, without script and region: ``en`` of ``en-GB``."""
    return tag.replace("_", "-").partition("-")[0].lower() or None if tag else None
