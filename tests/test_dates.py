"""Dates in text: what is written, what it is resolved to, and what is left open."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from growth import grows_linearly
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.dates import find_dates, is_edtf

GOLDEN = Path(__file__).parent / "golden" / "dates"
PUBLISHED = "2023-09-26"
"""A Tuesday; the golden cases' publication date unless they say another."""
REPOSITORY = Path(__file__).parent.parent


def golden(family: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = tomllib.loads((GOLDEN / f"{family}.toml").read_text(encoding="utf-8"))["case"]
    return cases


def read(case: dict[str, Any]) -> list[list[str]]:
    published = case.get("published", PUBLISHED) or None
    found = find_dates(case["text"], published, case.get("locale"))
    return [[one.surface, one.value or "", one.basis] for one in found]


def label(case: dict[str, Any]) -> str:
    return f"{case.get('locale', 'any')}: {case['text'][:60]}"


@pytest.mark.parametrize("case", golden("synthetic"), ids=label)
def test_synthetic(case: dict[str, Any]) -> None:
    assert read(case) == case["dates"]


@pytest.mark.parametrize("case", golden("wild"), ids=label)
def test_wild(case: dict[str, Any]) -> None:
    assert read(case) == case["dates"]


@pytest.mark.parametrize("case", golden("must_not_change"), ids=label)
def test_must_not_change(case: dict[str, Any]) -> None:
    assert read(case) == case["dates"]


@pytest.mark.parametrize("case", golden("known_failures"), ids=label)
def test_known_failures(case: dict[str, Any]) -> None:
    """They fail still: one that comes right belongs into its family."""
    assert read(case) != case["dates"]


def test_the_golden_sentences_are_many() -> None:
    assert sum(len(golden(family)) for family in ("synthetic", "wild", "must_not_change")) >= 250


@pytest.mark.parametrize(
    "value",
    [
        "2023",
        "2023-09",
        "2023-09-26",
        "2023-09~",
        "2023?",
        "199X",
        "19XX",
        "2023-21",
        "2023-XX-XX",
        "2019/2020",
        "2023-09-19/2023-09-20",
        "2023-09-26T14:05:00+02:00",
        "2023-09-26T14:05:00Z",
    ],
)
def test_edtf_is_told(value: str) -> None:
    assert is_edtf(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "23",
        "2023-13",
        "2023-02-30",
        "2023-9-6",
        "2023-25",
        "199X~",
        "2023/2019",
        "2023-09-26T14:05",
        "26.9.2023",
        "2023-09-26 ",
    ],
)
def test_what_is_no_edtf_is_told(value: str) -> None:
    assert not is_edtf(value)


# -- flags, anchors, modifiers


def test_a_weekday_checks_its_date() -> None:
    right, wrong = find_dates("On Thursday, May 25, 2023, and on Friday, May 25, 2023.")
    assert right.flags == ()
    assert wrong.flags == ("weekday_mismatch",)
    assert wrong.value == "2023-05-25"


def test_an_open_order_names_both_days() -> None:
    (one,) = find_dates("The form says 9/3/2023.", PUBLISHED)
    assert (one.value, one.candidates, one.flags) == (None, ("2023-03-09", "2023-09-03"), ("ambiguous_order",))


def test_an_appointment_names_both_days() -> None:
    (one,) = find_dates("Friday’s summit in Oslo.", PUBLISHED, "en-US")
    assert (one.value, one.candidates) == (None, ("2023-09-22", "2023-09-29"))


def test_what_lies_after_the_publication_is_flagged() -> None:
    (one,) = find_dates("The court will rule on October 2, 2023.", PUBLISHED, "en-US")
    assert one.flags == ("after_publication",)


def test_a_naive_stamp_near_midnight_makes_days_doubtful() -> None:
    def flags(published: str) -> tuple[str, ...]:
        return find_dates("He left yesterday.", published, "en-US")[0].flags

    assert flags("2023-09-26T23:30:00") == ("near_midnight",)
    assert flags("2023-09-26T12:00:00") == ()
    assert flags("2023-09-26T23:30:00+04:00") == ()


def test_a_resolved_value_names_what_it_was_counted_from() -> None:
    first, second = find_dates("He spoke on Sept. 19. The following day he left.", PUBLISHED, "en-US")
    assert (first.anchor, second.anchor) == ("published:2023-09-26", "text:2023-09-19")
    (explicit,) = find_dates("He spoke on Sept. 19, 2022.", PUBLISHED, "en-US")
    assert explicit.anchor is None


def test_a_date_counted_from_the_text_reaches_one_paragraph_back() -> None:
    near = find_dates("He spoke on May 3, 2021.\n\nTwo days later he left.", None, "en-US")
    far = find_dates("He spoke on May 3, 2021.\n\nNothing else.\n\nTwo days later he left.", None, "en-US")
    assert near[1].value == "2021-05-05"
    assert far[1].value is None


@pytest.mark.parametrize(("word", "modifier"), [("early", "early"), ("mid", "mid"), ("late", "late")])
def test_a_part_of_a_month_is_approximate(word: str, modifier: str) -> None:
    (one,) = find_dates(f"In {word} September 2021 it began.", None, "en-US")
    assert (one.value, one.modifier, one.precision) == ("2021-09~", modifier, "month")


def test_the_same_words_on_another_day_mean_another_date() -> None:
    text = "He spoke on Monday, on Sept. 25 and last week."
    one, other = (find_dates(text, day, "en-US") for day in ("2023-09-26", "2022-09-28"))
    assert [mention.value for mention in one] == ["2023-09-25", "2023-09-25", "2023-09-18/2023-09-24"]
    assert [mention.value for mention in other] == ["2022-09-26", "2022-09-25", "2022-09-19/2022-09-25"]


@pytest.mark.parametrize("published", ["yesterday", "26.9.2023", "2023-02-30", "2023-9-26", ""])
def test_a_publication_date_that_is_none_is_an_error(published: str) -> None:
    with pytest.raises(ValueError, match="published must be"):
        find_dates("On Monday.", published)


def test_the_anchor_may_be_a_day_a_moment_or_a_string() -> None:
    values = {
        find_dates("He left yesterday.", published, "en-US")[0].value
        for published in ("2023-09-26", date(2023, 9, 26), datetime(2023, 9, 26, 12), "2023-09-26T12:00:00+00:00")
    }
    assert values == {"2023-09-25"}


@pytest.mark.parametrize("published", ["0001-01-01T00:00:00", "0000-01-01", date.min, date.max])
def test_an_empty_clock_anchors_nothing(published: date | str) -> None:
    if published == "0000-01-01":
        with pytest.raises(ValueError, match="published must be"):
            find_dates("On Monday.", published)
    else:
        assert [one.value for one in find_dates("On Monday, last week and tomorrow.", published)] == [None] * 3


def test_the_field_is_passed_on_and_offsets_count_code_points() -> None:
    text = "😀 Aralık İstanbul: 25 Eylül 2023"
    (one,) = find_dates(text, None, "tr", field="headline")
    assert one.field == "headline"
    assert text[one.start : one.end] == "25 Eylül 2023"


# -- properties

WORDS = (
    "May march Sept. September 25 19-20 2023 1991 , . of the Monday Tues. on in last next this week weekend month "
    "year two days later ago same following day mid- early 1990s '90s Q3 third quarter 9/3/2023 26.9.2023 25/12/1999 "
    "2023-09-26 сентября года mai 1er 3. Oktober 2023年9月26日 թ. 25-ին will said and to - – from through people ¶ ( ) "
    "’s summit yesterday today winter century 19th 31 February 30 Feb. սեպտեմբերի '92 third quarter profit "
    "Christmas Day XII latach 80. années 60 كانون الثاني opens be bazar ertəsi"
)
PIECES = WORDS.replace("¶", "\n\n").split(" ")
FRAGMENTS = st.lists(st.sampled_from(PIECES), max_size=30)
TEXTS = FRAGMENTS.map(" ".join) | FRAGMENTS.map("".join)
ANCHORS = st.none() | st.dates(date(1950, 1, 1), date(2049, 12, 31))
LOCALES = st.sampled_from([None, "en-US", "en-GB", "en", "de", "fr", "ru", "hy", "tr", "xx", "ja"])


@given(TEXTS | st.text(max_size=80), ANCHORS, LOCALES)
@settings(max_examples=400, deadline=None)
def test_mentions_stand_in_the_text_in_order_with_valid_values(
    text: str, published: date | None, locale: str | None
) -> None:
    last = 0
    for one in find_dates(text, published, locale):
        assert one.surface == text[one.start : one.end]
        assert last <= one.start < one.end
        last = one.end
        assert (one.value is None) == (one.basis == "unresolved")
        assert (one.anchor is not None) == (one.basis == "resolved")
        assert all(is_edtf(value) for value in (one.value, *one.candidates) if value is not None)
        assert one.precision in {"day", "week", "month", "season", "quarter", "year", "decade", "century", "range"}
        assert one.basis != "resolved" or published is not None or (one.anchor or "").startswith("text:")


@given(TEXTS, LOCALES)
@settings(max_examples=300, deadline=None)
def test_no_value_without_a_year_in_the_text_or_a_publication_date(text: str, locale: str | None) -> None:
    years = {int(year) for year in re.findall(r"\d{4}", text)}
    years |= {1900 + int(year) for year in re.findall(r"'(\d\d)", text)}  # winter '92
    for one in find_dates(text, None, locale):
        if one.basis == "explicit" and one.value is not None and "X" not in one.value:
            assert any(abs(int(one.value[:4]) - year) <= 1 for year in years)
        if not years and one.precision not in {"decade", "century"}:  # which say themselves when they were
            assert one.value is None


def test_without_any_year_nothing_is_resolved() -> None:
    text = "On Monday, Sept. 25, last week, in May, yesterday, two days ago, this year and next spring he spoke."
    found = find_dates(text, None, "en-US")
    assert len(found) >= 7
    assert {one.value for one in found} == {None}


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "cs": "ledna února března dubna května června července srpna září října listopadu prosince",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "hy": "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի",
    "ka": "იანვარს თებერვალს მარტს აპრილს მაისს ივნისს ივლისს აგვისტოს სექტემბერს ოქტომბერს ნოემბერს დეკემბერს",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta "
    "heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta",
    "id": "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
}
ORDERS = tuple(
    (locale, pattern)
    for locale, patterns in {
        "en": ("{m} {d}, {y}", "{d} {m} {y}", "the {d} of {m}, {y}", "{y}-{n:02d}-{d:02d}"),
        "en-US": ("{n}/{d}/{y}",),
        "en-GB": ("{d}/{n}/{y}",),
        "de": ("{d}. {m} {y}", "{d}.{n}.{y}"),
        "fr": ("{d} {m} {y}", "{d}/{n}/{y}"),
        "es": ("{d} de {m} de {y}",),
        "it": ("{d} {m} {y}",),
        "pt": ("{d} de {m} de {y}",),
        "nl": ("{d} {m} {y}",),
        "pl": ("{d} {m} {y} r.",),
        "cs": ("{d}. {m} {y}", "{d}. {n}. {y}"),
        "ru": ("{d} {m} {y} года",),
        "uk": ("{d} {m} {y} року",),
        "hy": ("{y} թ. {m} {d}-ին",),
        "ka": ("{y} წლის {d} {m}",),
        "az": ("{d} {m} {y}-cü il",),
        "tr": ("{d} {m} {y}",),
        "da": ("{d}. {m} {y}",),
        "sv": ("{d} {m} {y}",),
        "fi": ("{d}. {m} {y}",),
        "id": ("{d} {m} {y}",),
        "ja": ("{y}年{n}月{d}日",),
        "ko": ("{y}년 {n}월 {d}일",),
    }.items()
    for pattern in patterns
)


@given(st.dates(date(1900, 1, 1), date(2049, 12, 31)), st.sampled_from(ORDERS), st.booleans())
@settings(max_examples=600, deadline=None)
def test_a_date_written_in_any_language_comes_back(day: date, order: tuple[str, str], known: bool) -> None:
    locale, pattern = order
    names = MONTHS.get(locale.split("-")[0], MONTHS["en"]).split()
    text = "— " + pattern.format(y=day.year, m=names[day.month - 1], d=day.day, n=day.month) + "."
    found = find_dates(text, None, locale if known or "/" in pattern else None)
    assert [one.value for one in found] == [day.isoformat()]


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.integers(0, 6))
@settings(deadline=None)
def test_a_bare_weekday_is_the_same_day_or_the_nearest_before(published: date, back: int) -> None:
    day = published - timedelta(days=back)
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    (one,) = find_dates(f"He spoke on {names[day.weekday()]}.", published, "en-US")
    assert one.value == day.isoformat()


@pytest.mark.parametrize("locale", ["en-US", "en_US", "EN-us", "en-Latn-US"])
def test_a_locale_may_be_written_in_any_way(locale: str) -> None:
    (one,) = find_dates("The form says 9/3/2023.", PUBLISHED, locale)
    assert one.value == "2023-09-03"


@pytest.mark.parametrize("locale", ["", "x", "zz-ZZ", "-", "_", "12", "\ud800"])
def test_a_locale_that_is_none_leads_nowhere(locale: str) -> None:
    (one,) = find_dates("It fell on 25 May 2023.", PUBLISHED, locale)
    assert one.value == "2023-05-25"


def test_any_character_may_stand_anywhere() -> None:
    text = "\ud800 25 May 2023 \x00\u202e ٢٥ May 2023 ² Ⅻ 𝟐𝟎𝟐𝟑"
    assert find_dates(text, PUBLISHED, "en-US")[0].value == "2023-05-25"


# -- the process, the clock, the enemy

SCRIPT = """
import sys
from copydesk.dates import find_dates
texts = ["Le 1er mai 2023 il partit.", "On 9/3/2023 and 26/9/2023 he left.", "25 Eylül 2023", "He spoke on Monday."]
for text in (texts if sys.argv[1] == "forward" else reversed(texts)):
    find_dates(text, "2023-09-26")
print([find_dates(text, "2023-09-26") for text in texts])
"""


def test_what_ran_before_changes_nothing() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, order],
            capture_output=True,
            text=True,
            check=True,
            cwd=REPOSITORY,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for order, seed in (("forward", "1"), ("backward", "2"))
    }
    assert len(printed) == 1


HOSTILE = (
    "1/1/",
    "september ",
    "May 1-",
    "Monday ",
    "2023-",
    "1 ",
    "25 de ",
    "9月",
    "(",
    "\n",
    "1.1.",
    "early ",
    "'",
    "last ",
)


@pytest.mark.parametrize(
    "piece",
    [
        *HOSTILE,
        "two days later ",
        "Sept. 3, 2020 - ",
        "10 and 11 May ",
        "'92 ",
        "third quarter ",
        "New Year's ",
        "1 V 2010 ",
    ],
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    assert grows_linearly(lambda length: find_dates((piece * length)[:length], PUBLISHED, None), 20_000)
