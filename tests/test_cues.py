"""The cue packs keep their word: each cue matches its own examples, and none of the prose it must stay away from."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from growth import grows_linearly
from hypothesis import given
from hypothesis import strategies as st

from copydesk.label import cues

FOLDER = Path(cues.__file__).parent
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))
LEADING = (
    *("ar", "az", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hu", "hy", "id", "it", "ja", "ka", "ko", "lt"),
    *("nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "zh"),
)
SIGNALS = frozenset(
    {
        *("ask", "offer", "letter", "we", "you", "salutation", "message", "button", "frequency", "byline", "published"),
        *("updated", "credit", "contribution", "correction", "truncated", "bio", "gallery", "comments_count", "tip"),
        *("role_words", "not_author", "said"),
    }
)
ROLES = frozenset(
    {
        *("navigation", "account", "widget", "advert", "newsletter", "paywall", "appeal", "related", "comments"),
        *("tags", "legal", "embed"),
    }
)


def entries(language: str) -> list[dict[str, Any]]:
    """The pack's ``[[cue]]`` tables as they stand in the file."""
    found: list[dict[str, Any]] = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))["cue"]
    return found


def full_id(language: str, entry: dict[str, Any]) -> str:
    return f"{language}.{entry.get('role') or entry['signal']}.{entry['id']}"


def matched(line: str, language: str) -> set[str]:
    return {hit.cue.id for hit in cues.hits(line, [language])}


def inexact(hits: tuple[cues.Hit, ...]) -> list[str]:
    return [hit.cue.id for hit in hits if hit.cue.match != "exact"]


def in_prose() -> Iterator[tuple[str, str]]:
    """Every counter-example of every pack, with its language."""
    for language in LANGUAGES:
        for entry in entries(language):
            for line in entry["against"]:
                yield language, line


def test_the_packs_that_the_docs_promise_are_there() -> None:
    assert set(LEADING) <= set(cues.packs())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_matches_its_own_examples(language: str) -> None:
    missed = [
        (full_id(language, entry), line)
        for entry in entries(language)
        for line in entry["for"]
        if full_id(language, entry) not in matched(line, language)
    ]
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cue_matches_the_prose_it_must_stay_away_from(language: str) -> None:
    wrong = [
        (full_id(language, entry), line)
        for entry in entries(language)
        for line in entry["against"]
        if full_id(language, entry) in matched(line, language)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_has_examples_on_both_sides(language: str) -> None:
    assert [full_id(language, entry) for entry in entries(language) if not (entry["for"] and entry["against"])] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_ids_are_unique(language: str) -> None:
    count = Counter(full_id(language, entry) for entry in entries(language))
    assert [name for name, times in count.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_whole_line_stands_in_two_cues_of_a_pack(language: str) -> None:
    """Only one cue can own a whole line, so a second mention would be dead without a word."""
    owners: dict[str, list[str]] = {}
    for entry in entries(language):
        if entry.get("match", "exact") == "exact":
            for phrase in entry["phrases"]:
                owners.setdefault(cues.key(phrase), []).append(full_id(language, entry))
    assert {phrase: names for phrase, names in owners.items() if len(set(names)) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_longer_than_the_lines_it_is_looked_for_in(language: str) -> None:
    too_long = [
        (full_id(language, entry), phrase)
        for entry in entries(language)
        if entry.get("match", "exact") != "exact"
        for phrase in entry["phrases"]
        if len(cues.key(phrase).split(" ")) > entry["max_words"]
    ]
    assert too_long == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pack_has_every_signal_and_role(language: str) -> None:
    meanings = {entry.get("role") or entry["signal"] for entry in entries(language)}
    assert sorted((SIGNALS | ROLES) - meanings) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sure_role_is_never_found_anywhere_in_a_long_line(language: str) -> None:
    """A role that counts from the line alone may look inside it only where few words stand around the phrase."""
    loose = [
        full_id(language, entry)
        for entry in entries(language)
        if "role" in entry and entry.get("match") == "contains" and entry["max_words"] > 50
    ]
    assert loose == []


def test_the_counter_examples_are_sentences_not_cue_lines() -> None:
    """No counter-example may be furniture for another cue by its whole line: it would not be prose then."""
    whole = [
        (language, line)
        for language, line in in_prose()
        for hit in cues.hits(line, [language])
        if hit.cue.match == "exact" and hit.cue.role is not None
    ]
    assert whole == []


@pytest.mark.parametrize(
    "line",
    [
        "ᎣᏏᏲ ᏙᎯᏧ ᏂᎦᏓ ᎠᏂᏴᏫ",  # Cherokee
        "ᐃᓄᒃᑎᑐᑦ ᐅᖃᐅᓯᖅ",  # Inuktitut
        "ⵜⴰⵎⴰⵣⵉⵖⵜ ⴷ ⵜⵓⵜⵍⴰⵢⵜ",  # Tamazight
        "Read more about our newsletter, donate and subscribe today",
    ],
)
def test_a_language_without_a_pack_gets_whole_lines_only(line: str) -> None:
    assert inexact(cues.hits(line, ["chr"])) == []


@pytest.mark.parametrize("line", ["Share", "Teilen", "Partager", "Поделиться", "Կիսվել"])
def test_a_whole_line_counts_on_a_page_of_any_language(line: str) -> None:
    assert "widget" in {hit.cue.role for hit in cues.hits(line, ["chr"])}


def test_case_and_punctuation_do_not_matter() -> None:
    plain = cues.hits("story continues below", ["en"])
    assert plain == cues.hits("STORY CONTINUES BELOW…", ["en"])
    assert plain


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("es", "La Comisión Europea donó dos millones a la ciudad, según el portavoz."),
        ("en", "The provision lets charities donate food that shops would throw away."),
        ("en", "Readers donated $40,000 to the shelter in one week, its director said on Tuesday."),
        ("en", "Cookies let advertisers follow a reader from one site to the next, the regulator found."),
        ("en", "The service costs $7.99 a month after a free trial, Disney said."),
        ("de", "Die Spenden an den Verein stiegen im Mai auf zwei Millionen Euro, teilte er mit."),
        ("de", "Das Gericht untersagte der Firma, Cookies ohne Einwilligung zu setzen."),
        ("fr", "Les dons à la fondation ont doublé depuis l'incendie, selon son président."),
        ("ru", "Генпрокуратура признала издание нежелательной организацией, сообщили в ведомстве."),
        ("ru", "Пожертвования фонду выросли вдвое, рассказал его директор."),
        ("hy", "Հիմնադրամի նվիրատվությունները կրկնապատկվել են, հայտնեց տնօրենը։"),
    ],
)
def test_news_about_the_trade_is_not_furniture(language: str, line: str) -> None:
    assert [hit.cue.id for hit in cues.hits(line, [language]) if hit.cue.role is not None] == []


@pytest.mark.parametrize(
    "unit",
    [
        "support us ",
        "we use cookies ",
        "'",
        "'a",
        "a.a-",
        "by by ",
        "читайте также ",
        "続きを読む",
        "% ",
        "a" * 50 + " ",
    ],
)
def test_a_hostile_line_is_looked_up_in_linear_time(unit: str) -> None:
    assert grows_linearly(lambda length: cues.hits(unit * (length // len(unit)), LANGUAGES), 25_000)


@given(st.text(max_size=300))
def test_any_text_can_be_looked_up(text: str) -> None:
    for hit in cues.hits(text, LANGUAGES):
        assert hit.phrase
        assert hit.cue.match == "exact" or hit.phrase in cues.key(text)
