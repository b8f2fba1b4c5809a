"""Lines that are read many at once come out as each would alone, by the plain definitions; what is asked first to save
work never changes an answer."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from copydesk.dates import find_stamps, is_stamp_line, no_stamp_line
from copydesk.label import alone, cues, headline, lines
from copydesk.label.credits import caption_credit
from copydesk.label.forms import stems
from copydesk.label.letters import is_small
from copydesk.label.lines import Line, outside_quotes, read_lines, read_pages
from copydesk.label.pack import thresholds
from copydesk.label.page import read_page
from copydesk.label.printed import itself
from copydesk.label.shapes import Shape

ENDS = ".!?…։՞՜。！？؟।۔"
AMOUNT = re.compile(r"[$€£¥₽֏₺₾₴₹₩₪₸₼]\s?\d|\d\s?(?:[€£¥₽֏₺₾₴]|USD|EUR|AMD|руб|грн|zł|kr\b)")
PIECES = (
    *"'’.-_ \u00a0\u3000\t\x1d+&%©$€()[]/:=՝“”»…!?。։0٣²Ⅷa",
    *("Photo: ", "foto=", " by ", "Courtesy of ", "handout", "File photo", "AP", " (AP Photo/Jo Li)", "Getty Images"),
    *("said", " you ", "we", "a month", "sign up", "to continue reading", "is a reporter", "subscribe", "your inbox"),
    *(
        "McROE",
        "ÀLA",
        "straße",
        "İzmir",
        "ıssız",
        "ёлка",
        "հարց՞ին",
        "ქართული",
        "ᲥᲐᲠᲗᲣᲚᲘ",
        "新闻 记者",
        "ニュース",
        "뉴스",
    ),
    *("𝔘nd", "🙂", "\ud800", "العَرَبِيَّة", "12 kr", "5 USD", "$ 5", "7 руб", "3€", "12,5 zł"),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), min_size=1, max_size=12).map("".join)
LANGUAGES = st.sampled_from([("en",), ("de", "en"), ("ja",), ("ko", "ru"), ("nb",), ("xx",), ()])


def _alone(texts: list[str], languages: tuple[str, ...]) -> list[Line]:
    return [read_lines([text], [languages])[0] for text in texts]


def shape(text: str) -> Shape:
    """The definition, character by character."""
    alphas = [char for char in text if char.isalpha()]
    stripped = text.rstrip("\"'”’»“„›)]} \u00a0")
    last = stripped[-1:] or text[-1:]
    ending = "sentence" if last in ENDS else "colon" if last in ":：՝" else "none"
    ending = "ellipsis" if stripped.endswith(("...", "…")) else ending
    words = len(alphas) // 2 + 1 if cues.continuous(text) else len(text.split())
    digits = sum(map(str.isdigit, text))
    return Shape(
        words=words,
        chars=len(text),
        ending=ending,  # type: ignore[arg-type]
        sentences=sum(char in ENDS for char in text),
        capital=not is_small(next(filter(str.isalnum, text), "")),
        upper=any(map(str.isupper, alphas)) and not any(map(str.islower, alphas)),
        letters=len(alphas),
        digits=digits,
        amount=digits > 0 and AMOUNT.search(text) is not None,
        prose=words >= thresholds().prose_words and ending != "none",
    )


def hits(form: str, languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """The definition: every phrase of every pack is tried."""
    words, padded = form.split(" "), f" {form} "
    tongues = [{"nb": "no", "nn": "no"}.get(language, language) for language in languages]
    exact = [pack.exact[form] for pack in cues.packs().values() if form in pack.exact]
    found = {cue.id: form for cue in sorted(exact, key=lambda cue: [*tongues, cue.language].index(cue.language))}
    places = list(form) if cues.continuous(form) else words  # in a script without spaces, letters are looked up
    for pack in [cues.packs()[tongue] for tongue in tongues if tongue in cues.packs()]:
        matching = []
        for one in [one for some in pack.inside.values() for one in some]:
            whole, phrase = (
                (form, one.hit.phrase) if cues.continuous(one.hit.phrase) else (padded, f" {one.hit.phrase} ")
            )
            ways = {"start": whole.startswith, "end": whole.endswith, "contains": whole.__contains__}
            if one.first in places and len(words) <= one.hit.cue.max_words and ways[one.hit.cue.match](phrase):
                matching.append((places.index(one.first), one.place, one.hit.cue.id, one.hit.phrase))
        for *_, cue, phrase in sorted(matching, key=lambda one: one[:2]):
            found.setdefault(cue, phrase)
    return list(found.items())


@given(st.lists(TEXTS, min_size=1, max_size=8), LANGUAGES)
@example(["$5_a", "a.b-c.", ".-", "Straße\nzwei", "\u0307", "o’clock"], ("en",))
@settings(max_examples=150, deadline=None)
def test_lines_read_together_are_what_each_is_alone(texts: list[str], languages: tuple[str, ...]) -> None:
    for text, line in zip(texts, read_lines(texts, [languages] * len(texts)), strict=True):
        key = cues.key.__wrapped__(text)
        assert (line.text, line.key, line.shape) == (text, key, shape(text))
        assert line.stems.split() == stems(text).split()
        assert line.credit == caption_credit(text)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(" ".join), LANGUAGES)
@settings(max_examples=100, deadline=None)
def test_every_phrase_that_stands_in_a_line_is_found_and_no_other(text: str, languages: tuple[str, ...]) -> None:
    form = cues.key(text)
    found = [(hit.cue.id, hit.phrase) for hit in cues.hits(text, languages)]
    assert found == (hits(form, languages) if form else [])


@given(
    st.lists(st.lists(st.sampled_from(["Home", "", "By Jo", "A crane is sold. " * 20]) | TEXTS), max_size=4), st.data()
)
@settings(max_examples=60, deadline=None)
def test_pages_read_together_are_what_each_is_alone(pages: list[list[str]], data: st.DataObject) -> None:
    languages = [data.draw(LANGUAGES) for _ in pages]
    each = [_alone([text for text in page if text], its) for page, its in zip(pages, languages, strict=True)]
    assert read_pages(pages, languages) == each


def test_no_more_lines_are_kept_in_mind_than_there_is_room_for() -> None:
    (line,) = _alone(["A crane is sold"], ("en",))
    recent = lines._Recent(3)
    for number in range(50):
        recent.put((str(number), ("en",)), line)
        assert recent.get((str(number), ("en",))) is line
        assert len(recent._new) + len(recent._old) <= 6


def said(text: str) -> Line:
    return _alone([text], ("en",))[0]


def test_what_stands_in_quotation_marks_is_not_the_pages_own_word() -> None:
    text = "“Will you help us?” he asked the crew."
    assert outside_quotes(text) == "  he asked the crew."
    assert "you" in said(text).signals and "unquoted:you" not in said(text).signals
    assert "unquoted:you" in said("Will you help us?").signals


STAMPED = (
    *("Published", "updated", "on", "Friday", "lundi", "5", "May", "2024", "2023-05-11", "10:30", "CEST", "p.m.", "am"),
    *(",", "|", " — ", "(", ")", "/", ".", "-", "by Jo Harper", "the crane", "harbour", "Updatedam 5:30", "Montag,"),
    *(
        "11 септември 2023",
        "2023年9月26日",
        "26 eylül 2023 salı",
        "september",
        "Christmas Day",
        "12. maijs 2022",
        "minutes",
    ),
)


@given(st.lists(st.sampled_from(STAMPED), min_size=1, max_size=9), st.sampled_from(["", " "]))
@example(["Updatedam 5:30", ",", "5", "May", "2024"], " ")
@settings(max_examples=300, deadline=None)
def test_a_line_that_is_no_stamp_at_a_glance_is_none_when_it_is_read(words: list[str], gap: str) -> None:
    line = gap.join(words)
    if no_stamp_line(line):
        assert not any(is_stamp_line(line, find_stamps(line, date_order=order)) for order in ("dmy", "mdy"))


def test_a_sentence_with_a_date_is_no_stamp_at_a_glance_and_a_stamp_is_none_of_those() -> None:
    assert no_stamp_line("The council met in Skarra on 5 May 2024, the harbour master said.")
    assert not no_stamp_line("Published on Friday, 5 May 2024 at 10:30 CEST")
    assert not no_stamp_line("Harbour news and opinions | 5 May 2024")


HEADS = (
    "A crane is sold",
    "By Jo Harper",
    "3 May 2024",
    "Home > Harbour",
    "A crane is sold to a museum",
    "Crane",
    "Sport:",
)
STORY = (
    "The crane of the harbour was sold to the museum for one coin, it said on Monday.",
    "It is sold. Why? Nobody says.",
)


@given(st.lists(st.sampled_from([*HEADS, *STORY, ""]) | TEXTS, max_size=12))
@settings(max_examples=100, deadline=None)
def test_the_headline_is_the_best_candidate_though_not_every_one_is_weighed(texts: list[str]) -> None:
    page, _ = read_page(texts, ("en",))
    seen = headline.candidates(page, {})
    scores = {place: headline.score(features) for place, features in seen.items()}
    found = headline.best(page, {})
    if not scores:
        assert found is None
        return
    place = itself(page, max(scores, key=lambda place: (scores[place], -place)), seen)
    assert (found is not None) == (headline.stated(seen[place]) > 0)
    assert found is None or page[place].key in {page[at].key for at in found[0]}


@given(
    st.lists(
        st.sampled_from([*HEADS, *STORY, "12:30", "3 of 9", "A+ A−", "© 2024", "Correction: it rained. " * 9]) | TEXTS,
        max_size=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_a_check_that_a_line_is_spared_would_not_have_been_sure_of_it(texts: list[str]) -> None:
    page, _ = read_page(texts, ("en",))
    every = {place: [check(line) for check in alone.CHECKS] for place, line in enumerate(page) if line.credit is None}
    first = {place: next(filter(None, found), None) for place, found in every.items()}
    assert alone.alone(page, {}) == {place: decision for place, decision in first.items() if decision}


@pytest.mark.parametrize(
    ("text", "credited"),
    [
        ("With agencies.", True),
        ("Anna Roe in Tarn and Aram Tumyan in Brandle contributed to this report on the old bridge.", True),
        ("Whoever would like to work here has to apply in a letter written by hand before the month is out.", False),
    ],
)
def test_a_paragraph_that_names_nobody_credits_nobody(text: str, credited: bool) -> None:
    (line,), _ = read_page([text], ["en"])
    assert (alone.contribution(line._replace(chance=0.1, likely=False)) is not None) is credited


def test_what_the_article_tells_is_no_credit() -> None:
    text = "The song was written by Anna Roe in a week. It was sung in Tarn for forty years and then forgotten."
    (line,), _ = read_page([text], ["en"])
    assert alone.contribution(line._replace(chance=0.99)) is None
    assert alone.contribution(line._replace(chance=0.2)) is not None
