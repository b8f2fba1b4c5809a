"""What comes back on a source's pages: counted alike however it is cut, bounded, published; and the source's brake."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import feather

from copydesk import label, partitions, pipeline, survey
from copydesk.article import Role
from copydesk.build import run_plain
from copydesk.cleaning import Knowledge
from copydesk.label.brake import Prose, source_over_cap
from copydesk.label.pack import thresholds
from copydesk.loading import load
from copydesk.normalize.names import load_authority
from copydesk.profile import Profile, line_marks, page_marks, story_of
from copydesk.segment import segment
from copydesk.settings import Settings

PAGES = st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6), min_size=1, max_size=30)


def counted(pages: list[list[str]], cuts: int, folder: Path) -> dict[str, Profile]:
    """The profiles of pages that belong to two sources in turn, surveyed in so many parts."""
    total: Counter[str] = Counter()
    files = []
    for part in range(cuts):
        marks: dict[str, list[bytes]] = {}
        for place in range(part, len(pages), cuts):
            source = ("gazette", "herald")[place % 2]
            total[source] += 1
            marks.setdefault(source, []).append(page_marks(line_marks(pages[place])))
        files.append(folder / f"{part}.arrow")
        feather.write_feather(survey.counted(marks), files[-1], compression="uncompressed")
    return survey.add_up(files, total)


def as_plain(profiles: dict[str, Profile]) -> dict[str, tuple[int, dict[int, int]]]:
    return {
        source: (profile.pages, dict(zip(profile.marks.tolist(), profile.counts.tolist(), strict=True)))
        for source, profile in profiles.items()
    }


@settings(deadline=None)
@given(pages=PAGES, cuts=st.integers(1, 5), at_once=st.integers(1, 40))
def test_a_profile_counts_pages_however_they_are_cut(
    pages: list[list[str]], cuts: int, at_once: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected: dict[str, tuple[int, dict[int, int]]] = {}
    for place, source in enumerate(("gazette", "herald")):
        mine = pages[place::2]
        seen = Counter(mark for page in mine for mark, _ in line_marks(list(set(page))))
        if mine:
            expected[source] = (len(mine), {mark: count for mark, count in seen.items() if count > 1})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(survey, "_AT_ONCE", at_once)
        found = counted(pages, cuts, tmp_path_factory.mktemp("survey"))
    assert as_plain(found) == expected
    assert as_plain(survey.profiles(survey.profile_table(found))) == expected


def test_a_profile_is_bounded_and_keeps_what_comes_back_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = dataclasses.replace(thresholds(), profile_marks=3)
    monkeypatch.setattr(survey, "thresholds", lambda: small)
    pages = [[f"line {chr(97 + letter)}" for letter in range(10) if letter <= page // 2] for page in range(20)]
    (profile,) = (found for source, found in counted(pages, 3, tmp_path).items() if source == "gazette")
    assert sorted(profile.counts.tolist(), reverse=True) == [10, 9, 8]
    assert profile.shares(["line a", "line b", "line j"])[0] == [0.9, 0.75, 0.0]  # 1, 8 / 9 and 0, rounded down


def test_lines_that_differ_in_digits_share_a_shape_and_no_line() -> None:
    one, other = "12 comments", "7 comments"
    (mark, shape), (another, same), no_digits, blank, long = line_marks([one, other, "no digits", "", 201 * "a"])
    assert shape == same is not None
    assert mark != another
    assert no_digits[1] is None
    assert blank == long == (None, None)
    marks = np.frombuffer(page_marks(line_marks([one])), np.uint64)
    profile = Profile(3, marks, np.full(len(marks), 3, np.int32))
    assert profile.shares([other, "comments"]) == ([0.0, 0.0], [0.9, 0.0])


def test_a_page_does_not_see_how_often_its_dateline_comes_back_until_it_is_furniture() -> None:
    """Else each month that an archive grows by would have all pages of others cleaned again."""
    lines = line_marks(["12 May 2026", "Most read"])
    page, ((dateline, shape), (most_read, _)) = page_marks(lines), lines

    def profile(**counts: int) -> Profile:
        named = {"dateline": dateline, "shape": shape, "most_read": most_read}
        known = sorted((named[name], count) for name, count in counts.items())
        return Profile(101, np.array([mark for mark, _ in known], np.uint64), np.array([n for _, n in known], np.int32))

    usual = profile(dateline=2, shape=6, most_read=31)
    assert usual.views([page]) == profile(dateline=2, shape=49, most_read=31).views([page])
    assert usual.shares(["13 May 2026"])[1] == [0.0]
    for other in (
        profile(dateline=2, shape=51, most_read=31),
        profile(dateline=4, shape=6, most_read=31),
        profile(dateline=2, shape=6, most_read=11),
    ):
        assert usual.views([page]) != other.views([page])


def test_a_line_that_recurs_but_for_its_digits_is_set_aside_and_a_sentence_is_not() -> None:
    story = "The council voted on Tuesday to reopen the harbour road after a winter of repairs, its mayor said."
    sentence = "The vote was 12 to 7, and the road will be open on the 3rd of the month, the mayor told the council."
    units = segment_of([story, "8 readers found this", sentence, story.replace("Tuesday", "Monday")])
    found = label.label(units, alike=[0.0, 0.9, 0.9, 0.0], telling=True)
    assert [block.role for block in found.blocks] == [Role.BODY, Role.NAVIGATION, Role.BODY, Role.BODY]
    assert found.blocks[1].evidence.rule == "body.recurrent_shape"


def segment_of(lines: list[str]) -> list[label.Unit]:
    from copydesk import decode  # noqa: PLC0415

    return list(segment(decode("\n".join(lines).encode()).lines))


def write_source(raw: Path, source: str) -> list[str]:
    """Four pages of which most prose is the same, though not most paragraphs; returns the paragraphs they share."""
    things = ("bridge", "library", "market", "school", "pool", "ferry", "archive", "station")
    shared = [
        f"Readers in the {place} district said that the {thing} had been closed for weeks and that nobody at the town "
        "hall had told them why, or when it would open."
        for place, thing in zip(
            ("northern", "southern", "eastern", "western", "old", "new", "upper", "lower"), things, strict=True
        )
    ]
    for number, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday")):
        own = [
            f"On {day} councillors postponed once more deciding about their {thing}, everybody complained."
            for thing in things[:6]
        ]
        (raw / source).mkdir(parents=True, exist_ok=True)
        (raw / source / f"{number}.txt").write_text("\n\n".join([f"Council meets on {day}", own[0], *shared, *own[1:]]))
    return shared


def test_the_brake_keeps_what_would_go_from_all_pages_of_a_source(tmp_path: Path) -> None:
    shared = write_source(tmp_path / "raw", "gazette")
    (tmp_path / "raw" / "herald").mkdir()
    (tmp_path / "raw" / "herald" / "a.txt").write_text(
        "A quiet day\n\nNothing happened in the town on Friday, and its people said that they liked it so."
    )
    report = run_plain(Settings(tmp_path / "raw", tmp_path / "dataset", as_of=date(2026, 11, 2), partition=2))
    assert [row["source_id"] for row in report.review] == ["gazette"] * 4
    articles = load(tmp_path / "dataset").to_pylist()
    for row in articles:
        assert ("review:source_cap" in row["flags"]) == (row["source_id"] == "gazette")
        assert all(paragraph in row["text"] for paragraph in shared) == (row["source_id"] == "gazette")
    blocks = load(tmp_path / "dataset", "blocks").to_pylist()
    held = [block for block in blocks if block["rule"] == "brake.source"]
    assert {block["text"] for block in held} == set(shared)
    assert all(block["evidence"].startswith("was navigation: body.recurrent") for block in held)


QUAY = """Quay in Lower Hagby closed after storm
By Petra Quillfeather
3 March 2024
The quay in Lower Hagby was closed on Monday after a storm tore away two of its bollards, the harbour master said.
It will open again when a diver has looked at the piles, which he hopes to do before the weekend."""
MILL = """Fire at Wexcombe mill destroys forty tonnes of flour
By Ruth Tansley
4 March 2024
Flour burned for two days at the mill in Wexcombe, and nobody was hurt, the county fire service said on Thursday.
Its owner hopes to grind again in May, in a barn that a farmer down the road has lent him for the summer."""


LONG = "\n".join([MILL, *QUAY.split("\n")[3:]])
EDITED = LONG.replace("two days", "three days")


def crawls(raw: Path, days: int) -> None:
    """Two briefs and a longer story, which is changed once, fetched day after day under no address, beneath a menu and
    above links that change."""
    for day in range(days):
        for source, stories in (("gazette", [QUAY]), ("herald", [QUAY, MILL]), ("record", [EDITED if day else LONG])):
            for number, story in enumerate(stories):
                (raw / source / str(day)).mkdir(parents=True, exist_ok=True)
                links = f"Most read\n{day + 2} ways to salt a herring\nNew deal {'abcdefgh'[day]} for anglers"
                (raw / source / str(day) / f"{number}.txt").write_text(f"Home\nSport\n{story}\n{links}")


@pytest.mark.parametrize("days", [2, 5])
def test_a_page_that_is_fetched_time_and_again_counts_once(days: int, tmp_path: Path) -> None:
    crawls(tmp_path / "raw", days)
    run_plain(Settings(tmp_path / "raw", tmp_path / "dataset", as_of=date(2026, 11, 2), partition=3, workers=1))
    assert [row["reason"] for row in load(tmp_path / "dataset", "quarantine").to_pylist()] == []
    articles = load(tmp_path / "dataset").to_pylist()
    assert len(articles) == 4 * days and not any(row["flags"] for row in articles)
    for row in articles:
        (told,) = (story for story in (LONG, EDITED, MILL, QUAY) if story.split("\n")[3:] == row["text"].split("\n\n"))
        headline, byline, *_ = told.split("\n")
        assert (row["headline"], row["byline"]) == (headline, [byline.removeprefix("By ")])


def test_the_profile_counts_stories_and_not_what_stands_around_them(tmp_path: Path) -> None:
    crawls(tmp_path / "raw", 4)
    profiles = []
    for articles in (1, 3, 50):
        work = tmp_path / f"work{articles}"
        work.mkdir()
        planned = partitions.plan(tmp_path / "raw", articles)
        surveys = [pipeline.survey_partition(one, {}, work) for one in planned[::-1]]
        profiles.append(dict(pipeline.recall(Knowledge(load_authority(None)), pipeline.learn(surveys, work)).profiles))
    assert as_plain(profiles[0]) == as_plain(profiles[1]) == as_plain(profiles[2])
    assert {source: profile.pages for source, profile in profiles[0].items()} == {
        "gazette": 1,
        "herald": 2,
        "record": 1,
    }
    assert profiles[0]["herald"].shares(["Home", "By Ruth Tansley"])[0] == [0.9, 0.0]
    menu = [f"Entry {name} of the menu" for name in "abcdefgh"]
    assert story_of([*menu, "One line of words, and this is all that the picture says of it."]) is None
    assert story_of([*menu[:3], *QUAY.split("\n")]) == story_of(QUAY.split("\n")) != story_of(MILL.split("\n"))


def test_where_no_text_would_be_left_what_comes_back_stays_with_its_headline() -> None:
    lines = QUAY.split("\n")
    units = segment_of(["Home", *lines])
    shares = [0.9] * len(units)
    found = label.label(units, recurrence=shares, alike=[0.0] * len(units), telling=True)
    assert [block.role for block in found.blocks] == [
        *(Role.NAVIGATION, Role.HEADLINE, Role.BYLINE, Role.TIMESTAMP, Role.BODY, Role.BODY)
    ]
    assert found.flags == ("review:set_aside_cap",)
    assert [block.evidence.seen for block in found.blocks[-2:]] == ["was navigation: body.recurrent"] * 2


def test_the_brake_needs_pages_and_words_to_judge_by() -> None:
    assert source_over_cap(3, Prose(1200, 1170))
    assert not source_over_cap(2, Prose(800, 780))
    assert not source_over_cap(3, Prose(150, 147))
    assert not source_over_cap(3, Prose(1200, 600))


def test_a_version_s_labels_can_be_made_again_from_its_profiles(tmp_path: Path) -> None:
    write_source(tmp_path / "raw", "gazette")
    done = run_plain(Settings(tmp_path / "raw", tmp_path / "dataset", as_of=date(2026, 11, 2)))
    frozen = survey.load_profiles(done.folder / "quality" / "profiles.parquet")
    work = tmp_path / "work"
    work.mkdir()
    knowledge = Knowledge(load_authority(None))
    (batch,) = partitions.plan(tmp_path / "raw", 100)
    learned = pipeline.recall(knowledge, pipeline.learn([pipeline.survey_partition(batch, {}, work)], work))
    assert as_plain(frozen) == as_plain(dict(learned.profiles))
    again = pipeline.clean_partition(
        batch, dataclasses.replace(knowledge, profiles=frozen, braked=frozenset({"gazette"})), work
    )
    rules = feather.read_table(again / "new" / "blocks.arrow")["rule"].to_pylist()
    assert rules == pq.read_table(done.folder / "data" / "blocks.parquet")["rule"].to_pylist()
