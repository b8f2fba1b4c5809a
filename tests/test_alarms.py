"""Alarms sound where something is unlike the versions before, and not on ordinary nights."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from conftest import ROOT
from small_release import changed, tables_of

from copydesk import build, cli, rehearsal
from copydesk.alarms.checks import judge, overdue, unread
from copydesk.alarms.profile import FIELDS, Part, Profile, Tally, as_value, profile_of, read_profile
from copydesk.alarms.thresholds import ALARMS, default_thresholds
from copydesk.alarms.told import summary, told
from copydesk.cleaning import Knowledge
from copydesk.draft import Draft, draft
from copydesk.errors import ConfigError
from copydesk.history import History, alarms_of_day, read_history
from copydesk.normalize.names import load_authority
from copydesk.quality.model import Validation
from copydesk.release.model import UNSTATED, load_info
from copydesk.report import alarms_table, markdown, terminal
from copydesk.settings import Report, Settings
from copydesk.store import open_files, yank

FIRST = date(2026, 9, 7)  # a Monday

# Made nights


@dataclass(frozen=True)
class Outlet:
    """How a made source behaves."""

    articles: float
    """A night, about."""
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    filled: tuple[float, ...] = (0.99, 0.9, 0.95, 0.98)
    """By field: the share of articles with a value."""
    aside: float = 0.5
    words: float = 450
    rules: tuple[tuple[str, float], ...] = ()
    """The share of articles in which each decides."""


HERALD = Outlet(40, rules=(("en.appeal", 0.6), ("alone.byline", 0.9)))
COURIER = Outlet(25, filled=(1.0, 0.5, 1.0, 1.0), aside=0.3, rules=(("en.newsletter", 0.4), ("alone.byline", 0.5)))
WEEKLY = Outlet(30, weekdays=(6,), filled=(1.0, 0.1, 0.3, 1.0), aside=0.8, words=1500, rules=(("en.crossword", 1.0),))
VILLAGE = Outlet(2, filled=(1.0, 0.7, 0.9, 1.0))
OUTLETS = {"herald": HERALD, "courier": COURIER, "weekly": WEEKLY, "village": VILLAGE}


def night(
    number: int, outlets: Mapping[str, Outlet], random: Random, bad: float = 0.01, rules_version: str = "1"
) -> Profile:
    """A version of the ``number``-th day: articles, fields and lines as chance has them."""
    day = FIRST + timedelta(number)
    sources, counted, quarantined = {}, dict[str, tuple[int, int]](), 0
    for name, outlet in outlets.items():
        count = _count(outlet.articles, random) if day.weekday() in outlet.weekdays else 0
        lost = sum(random.random() < bad for _ in range(count))
        count, quarantined = count - lost, quarantined + lost
        if not count:
            continue
        lines = [(20, sum(random.random() < _near(outlet.aside, random) for _ in range(20))) for _ in range(count)]
        sources[name] = Tally(
            articles=count,
            filled={
                field: sum(random.random() < share for _ in range(count))
                for field, share in zip(FIELDS, outlet.filled, strict=True)
            },
            words=sorted(outlet.words * random.lognormvariate(0, 0.6) for _ in range(count))[count // 2],
            lines=sum(number for number, _ in lines),
            lines_aside=sum(number for _, number in lines),
            newest=day,
        )
        for rule, share in outlet.rules:
            fired = sum(random.random() < share for _ in range(count))
            before = counted.get(rule, (0, 0))
            counted[rule] = (before[0] + fired, before[1] + fired)
    part = Part(sources, {}, counted, {"empty": quarantined} if quarantined else {})
    return Profile(day, rules_version, part, part if number else None)


def _count(mean: float, random: Random) -> int:
    return max(0, round(random.gauss(mean, mean**0.5 * 1.5)))


def _near(share: float, random: Random) -> float:
    """An article is not like the next."""
    return min(1.0, max(0.0, random.gauss(share, 0.15)))


def nights(count: int, seed: int = 1, outlets: Mapping[str, Outlet] = OUTLETS) -> list[Profile]:
    random = Random(seed)
    return [night(number, outlets, random) for number in range(count)]


def heard(history: Sequence[Profile], version: Profile) -> set[tuple[str, str, str]]:
    return {
        (alarm["alarm"], alarm["subject"], alarm["severity"])
        for alarm in told(judge(version, history[-int(default_thresholds()["versions"]) :]))
    }


def after(history: Sequence[Profile], outlets: Mapping[str, Outlet], **more: Any) -> Profile:
    return night(len(history), outlets, Random(99), **more)


def some_outlet(random: Random) -> Outlet:
    return Outlet(
        articles=random.uniform(1, 60),
        weekdays=random.choice([(0, 1, 2, 3, 4, 5, 6), (0, 1, 2, 3, 4), (6,), (1, 4)]),
        filled=tuple(random.random() for _ in FIELDS),
        aside=random.random(),
        words=random.uniform(50, 3000),
        rules=((random.choice("abc"), random.random()),),
    )


def test_ordinary_nights_are_silent() -> None:
    """Of 3,000 nights of a hundred datasets that nothing happens to, three may sound a warning by chance, as where a
    source that brings an article or two a day brings none for five; none may sound what is critical."""
    heard_of: Counter[str] = Counter()
    for seed in range(100):
        random = Random(seed)
        outlets = dict(enumerate_names([some_outlet(random) for _ in range(random.randint(1, 4))]))
        bad = random.uniform(0, 0.3)
        made = [night(number, outlets, random, bad) for number in range(30)]
        for number, version in enumerate(made):
            heard_of.update(severity for _, _, severity in heard(made[:number], version))
    assert heard_of["critical"] == 0
    assert heard_of["warning"] <= 3


def enumerate_names(outlets: Sequence[Outlet]) -> list[tuple[str, Outlet]]:
    return [(f"outlet{number}", outlet) for number, outlet in enumerate(outlets)]


def without(outlet: str) -> Mapping[str, Outlet]:
    return {name: found for name, found in OUTLETS.items() if name != outlet}


def other(outlet: str, **changes: Any) -> Mapping[str, Outlet]:
    return {**OUTLETS, outlet: replace(OUTLETS[outlet], **changes)}


@pytest.mark.parametrize(
    ("outlets", "more", "alarm"),
    [
        (other("herald", filled=(0.0, 0.9, 0.95, 0.98)), {}, ("fill_rate", "headline:herald", "critical")),
        (other("herald", filled=(0.99, 0.1, 0.95, 0.98)), {}, ("fill_rate", "byline:herald", "critical")),
        (other("herald", filled=(0.99, 0.9, 0.4, 0.98)), {}, ("fill_rate", "published:herald", "warning")),
        (other("courier", filled=(1.0, 0.5, 1.0, 0.0)), {}, ("fill_rate", "language:courier", "critical")),
        (other("herald", aside=0.97), {}, ("set_aside", "herald", "critical")),
        (other("herald", aside=0.05), {}, ("set_aside", "herald", "critical")),
        (other("courier", aside=0.65), {}, ("set_aside", "courier", "warning")),
        (other("herald", words=120), {}, ("median_length", "herald", "warning")),
        (other("herald", words=45), {}, ("median_length", "herald", "critical")),
        (other("courier", words=4000), {}, ("median_length", "courier", "critical")),
        (OUTLETS, {"bad": 0.4}, ("quarantined", "", "warning")),
        (OUTLETS, {"bad": 0.8}, ("quarantined", "", "critical")),
        (other("herald", rules=(*HERALD.rules, ("en.greedy", 1.0))), {}, ("rule_loud", "en.greedy", "warning")),
        (
            other("herald", rules=(*HERALD.rules, ("en.greedy", 1.0))),
            {"rules_version": "2"},
            ("rule_loud", "en.greedy", "info"),
        ),
    ],
)
def test_one_night_that_deserves_it_sounds_one_alarm(
    outlets: Mapping[str, Outlet], more: dict[str, Any], alarm: tuple[str, str, str]
) -> None:
    history = nights(24)
    assert heard(history, after(history, outlets, **more)) == {alarm}
    assert not heard(history, after(history, OUTLETS))


def later(history: Sequence[Profile], outlets: Mapping[str, Outlet], count: int) -> list[set[tuple[str, str, str]]]:
    """What is heard on the nights that follow."""
    made, sounds, random = list(history), [], Random(7)
    for _ in range(count):
        version = night(len(made), outlets, random)
        sounds.append(heard(made, version))
        made.append(version)
    return sounds


def test_a_source_that_stops_is_missed_after_its_own_pauses() -> None:
    silent = [("source_stopped", "herald", severity) in heard for severity in ("warning", "critical")
              for heard in later(nights(24), without("herald"), 8)]  # fmt: skip
    assert silent == [*[False] * 3, *[True] * 3, False, False, *[False] * 6, True, True]
    weekly = later(nights(50), without("weekly"), 30)
    missed = [("source_stopped", "weekly", "warning") in heard for heard in weekly]
    assert missed == [*[False] * 13, *[True] * 11, *[False] * 6]  # in the end too few of its Sundays are remembered


def test_a_rule_that_fires_no_more_is_missed_within_a_week() -> None:
    sounds = later(nights(24), other("herald", rules=HERALD.rules[1:]), 9)
    assert not any(sounds[:5])
    assert sounds[7] == sounds[8] == {("rule_silent", "en.appeal", "warning")}


def test_an_alarm_sounds_about_a_week_and_then_what_it_told_of_is_usual() -> None:
    sounds = later(nights(24), other("herald", filled=(0.0, 0.9, 0.95, 0.98)), 16)
    alarm = ("fill_rate", "headline:herald", "critical")
    assert all(alarm in heard for heard in sounds[:7])
    assert not any(alarm in heard for heard in sounds[10:])


def test_one_bad_night_of_long_ago_hides_nothing() -> None:
    history = nights(24)
    broken = other("herald", filled=(0.0, 0.0, 0.95, 0.98), aside=0.99)
    history[10] = night(10, broken, Random(3), bad=0.3)
    sounds = heard(history, after(history, broken, bad=0.3))
    assert {(alarm, subject) for alarm, subject, _ in sounds} == {
        ("fill_rate", "headline:herald"),
        ("fill_rate", "byline:herald"),
        ("set_aside", "herald"),
        ("quarantined", ""),
    }


def test_small_sources_are_judged_together_until_they_can_be_alone() -> None:
    villages = {f"village{number}": Outlet(2) for number in range(12)}
    history = nights(24, outlets=villages)
    lost = {name: replace(village, filled=(0.99, 0.0, 0.95, 0.98)) for name, village in villages.items()}
    assert heard(history, after(history, lost)) == {("fill_rate", "byline", "critical")}


def test_a_new_source_is_no_alarm() -> None:
    history = nights(24)
    young = {**OUTLETS, "newcomer": Outlet(200, filled=(0.0, 0.0, 0.0, 0.0), aside=0.0, words=20)}
    assert not any(later(history, young, 3))


@pytest.mark.parametrize("count", range(8))
def test_a_young_dataset_has_no_alarms(count: int) -> None:
    """A version needs seven before it, whatever it holds."""
    history = nights(count)
    version = night(max(count, 1), {"herald": Outlet(50, filled=(0, 0, 0, 0), aside=1.0)}, Random(1), bad=0.9)
    assert (not judge(version, history)) == (count < default_thresholds()["versions_at_least"])
    assert not overdue(history, date(2030, 1, 1))


def test_a_day_without_a_version_tells_what_should_have_come() -> None:
    history = nights(24)
    last = history[-1].as_of
    assert not told(overdue(history, last + timedelta(2)))
    late = told(overdue(history, last + timedelta(5)))
    assert {(alarm["alarm"], alarm["subject"], alarm["severity"]) for alarm in late} >= {
        ("source_stopped", "herald", "warning"),
        ("source_stopped", "courier", "warning"),
        ("stale", "", "warning"),
    }
    assert "weekly" not in {alarm["subject"] for alarm in late}
    assert ("stale", "critical") in {
        (alarm["alarm"], alarm["severity"]) for alarm in told(overdue(history, last + timedelta(9)))
    }


def test_a_date_in_the_future_does_not_make_a_dataset_fresh() -> None:
    made = tables_of()
    future = changed(made, "articles", lambda rows: rows[0].update(published_on=date(2062, 1, 1)))
    assert profile_of(future, None, date(2026, 11, 23), "1").whole.newest == date(2026, 11, 20)


def test_what_a_publisher_knows_of_is_quiet() -> None:
    history = nights(24)
    outcomes = judge(after(history, other("herald", filled=(0.0, 0.1, 0.95, 0.98))), history)
    assert {alarm["subject"] for alarm in told(outcomes)} == {"headline:herald", "byline:herald"}
    assert {alarm["subject"] for alarm in told(outcomes, ["fill_rate:byline:herald"])} == {"headline:herald"}
    assert not told(outcomes, ["fill_rate"])
    assert summary(outcomes, 24, ["fill_rate"])["looked_for"]["fill_rate"] > 4
    assert not told(judge(after(history, other("herald", aside=0.97)), history, {"set_aside": 1}))


# From published versions

AS_OF = date(2026, 11, 1)
INFO = "[alarms]\nbatch_articles = 2\n"


def documents(count: int, *, source: str = "herald") -> dict[str, str]:
    return {
        f"{source}/{number:03}.txt": f"Title {number}\n\nBy Ada Quill\nIt rained on day {number}, and it will again.\n"
        for number in range(count)
    }


def publish(made: Mapping[str, pa.Table], settings: Settings) -> Report:
    """The tables as the next version, as if nothing had been asked of them."""
    return build.publish(drafted(made, settings), Validation(()), settings)


def drafted(made: Mapping[str, pa.Table], settings: Settings) -> Draft:
    return draft(dict(made), Knowledge(load_authority(None), {}), settings)


@dataclass
class Desk:
    """Publishes made tables, as a run does, with a day for each."""

    raw: Path
    dataset: Path

    def settings(self, day: int) -> Settings:
        return Settings(raw=self.raw, dataset=self.dataset, as_of=AS_OF + timedelta(day), cache=None)

    def publish(self, day: int, made: Mapping[str, pa.Table]) -> Report:
        return publish(made, self.settings(day))


def new_desk(folder: Path) -> Desk:
    (folder / "raw").mkdir()
    (folder / "raw" / "one.txt").write_text("One.", encoding="utf-8")
    (folder / "dataset").mkdir()
    text = (ROOT / "dataset" / "dataset.toml").read_text(encoding="utf-8")
    gates = "[gates]\nrows_changed = 1\nfill_rate = 1\nset_aside = 1\n"
    (folder / "dataset" / "dataset.toml").write_text(text + "\n" + gates + INFO, encoding="utf-8")
    return Desk(folder / "raw", folder / "dataset")


@pytest.fixture(scope="module")
def eight(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A dataset of eight ordinary nights."""
    desk = new_desk(tmp_path_factory.mktemp("eight"))
    for day in range(8):
        assert not desk.publish(day, grown(day)).alarms
    return desk


@pytest.fixture
def desk(eight: Desk, tmp_path: Path) -> Desk:
    """A copy of it."""
    return copied(eight, tmp_path / "dataset")


def copied(desk: Desk, dataset: Path) -> Desk:
    shutil.copytree(desk.dataset, dataset, symlinks=True)
    return Desk(desk.raw, dataset)


def grown(nights: int, *, each: int = 3) -> Mapping[str, pa.Table]:
    return tables_of(documents((nights + 1) * each))


def bad_night(nights: int, *, each: int = 3, more: int = 30) -> Mapping[str, pa.Table]:
    """The same, and then thirty articles without a byline or a known language, of a source that asks for care."""
    whole = documents((nights + 1) * each + more)
    last = list(whole)[-more:]
    made = tables_of(whole)

    def spoil(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row["raw_path"] in last:
                row.update(byline=[], language=None)

    return changed(made, "articles", spoil)


def alarms_in(report: Report) -> set[tuple[str, str, str]]:
    return {(alarm["alarm"], alarm["subject"], alarm["severity"]) for alarm in report.alarms}


LOST = {("fill_rate", "byline:herald", "critical"), ("fill_rate", "language:herald", "critical")}


def test_a_bad_night_is_published_and_told_everywhere(desk: Desk, capsys: pytest.CaptureFixture[str],
                                                       monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    quiet = json.loads((desk.dataset / "versions" / "2026.11.7" / "quality" / "alarms.json").read_bytes())
    assert (quiet["versions"], quiet["alarms"]) == (7, [])
    assert quiet["looked_for"]["fill_rate"] == len(FIELDS)
    before = {path: path.read_bytes() for path in (desk.dataset / "versions").rglob("*") if path.is_file()}
    for module in (build, rehearsal):
        monkeypatch.setattr(module, "make", lambda settings, *_: (drafted(bad_night(8), settings), Validation(())))
    command = ["run", "--plain", "--raw", str(desk.raw), "--dataset", str(desk.dataset), "--as-of", "2026-11-09"]
    assert cli.main([*command, "--dry-run"]) == 0
    assert "critical: Of 'herald', 9.1 % of the new articles have a byline" in " ".join(capsys.readouterr().out.split())
    assert cli.main(command) == 9
    said = " ".join(capsys.readouterr().out.split())
    assert "alarm: critical Of 'herald', 9.1 % of the new articles have a byline; usual are 100.0 %." in said
    folder = desk.dataset / "versions" / "2026.11.8"
    kept = json.loads((folder / "quality" / "alarms.json").read_bytes())
    assert {(alarm["alarm"], alarm["subject"], alarm["severity"]) for alarm in kept["alarms"]} == LOST
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert '<h2 id="alarms">Alarms</h2>' in page
    assert "9.1 % of the new articles have a byline" in page
    assert "Alarms</h2>" not in (folder.parent / "2026.11.7" / "index.html").read_text(encoding="utf-8")
    assert {path: path.read_bytes() for path in before} == before

    assert cli.main(command) == 0, "the same again: nothing is new, and nothing is overdue"
    late = [*command[:-1], "2026-11-30"]
    assert cli.main(late) == 9
    said = " ".join(capsys.readouterr().out.split())
    assert "'herald' has brought nothing new since 2026-11-09, for 21 days" in said
    assert "nothing new" in said


def test_alarms_are_the_same_bytes_twice(desk: Desk, tmp_path: Path) -> None:
    other = copied(desk, tmp_path / "other")
    for one in (desk, other):
        assert alarms_in(one.publish(8, bad_night(8))) == LOST
    first, second = (
        {
            path.relative_to(one.dataset): path.read_bytes()
            for path in sorted((one.dataset / "versions").rglob("*"))
            if path.is_file()
        }
        for one in (desk, other)
    )
    assert first == second
    assert Path("versions/2026.11.8/quality/alarms.json") in first


def test_the_history_is_what_good_versions_say(desk: Desk) -> None:
    files = open_files(desk.dataset)
    assert [profile.as_of.day for profile in read_history(files, 60).profiles] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [profile.as_of.day for profile in read_history(files, 2).profiles] == [7, 8]
    assert [profile.new and profile.new.articles for profile in read_history(files, 60).profiles] == [None, *[3] * 7]
    for version, broken in (("2026.11.0", None), ("2026.11.2", b'{"format": 1, "as_of": "x"}')):
        path = desk.dataset / "versions" / version / "quality" / "profile.json"
        path.unlink() if broken is None else path.write_bytes(broken)
    yank(desk.dataset, "2026.11.6", reason="It is wrong.", as_of=AS_OF, wait_seconds=5)
    assert [profile.as_of.day for profile in read_history(files, 60).profiles] == [2, 4, 5, 6, 8]
    assert read_history(files, 60).unread == ("2026.11.0", "2026.11.2")
    (alarm,) = alarms_of_day(desk.dataset, date(2030, 1, 1), UNSTATED)
    assert (alarm["alarm"], alarm["severity"]) == ("profile_unread", "critical"), "too few are left for any other"
    assert (
        "2 of the last 7 versions cannot be read (2026.11.0, 2026.11.2): no other alarm is looked for"
        in (alarm["description"])
    )
    assert [alarm["severity"] for alarm in told(unread(["2026.11.0"], 7))] == ["warning"]
    assert read_history(open_files(desk.dataset / "nowhere"), 60) == History(())
    sums = desk.dataset / "versions" / "2026.11.0" / "SHA256SUMS"
    sums.write_text(sums.read_text().replace("quality/profile.json", "quality/other.json"))
    assert read_history(files, 60).unread == ("2026.11.2",), "a version of before there were any has lost none"


def test_the_history_of_an_object_store_is_the_same(tmp_path: Path) -> None:
    desk, url = new_desk(tmp_path), "memory://alarms/history"
    for day in range(2):
        desk.publish(day, grown(day, each=2))
        publish(grown(day, each=2), replace(desk.settings(day), dataset=url, about=desk.dataset))
    assert read_history(open_files(url), 60) == read_history(open_files(desk.dataset), 60) != History(())


def test_a_profile_is_counts_of_the_tables_and_comes_back_as_it_was() -> None:
    made = bad_night(1, each=3, more=2)
    before = tables_of(documents(6))
    profile = profile_of(made, before, AS_OF, "rules")
    assert profile.new
    assert profile.new.sources["herald"].filled == {"headline": 2, "byline": 0, "published": 2, "language": 0}
    assert (profile.new.articles, profile.whole.articles, profile.new.quarantine) == (2, 8, {})
    assert profile.whole.quarantine == {"empty": 1}
    assert profile.new.rules == {"rule.of.thumb": (2, 6)}
    assert profile.new.roles == {"body": 2, "byline": 2, "headline": 2}
    assert read_profile(json.dumps(as_value(profile)).encode()) == profile
    assert "Quill" not in json.dumps(as_value(profile))
    assert profile_of(made, {"articles": before["articles"]}, AS_OF, "rules").new is None
    assert profile_of(made, made, AS_OF, "rules").new == Part({}, {}, {}, {})


def test_the_name_of_a_source_is_only_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "<b>\x1b[31mherald\u202e|`x`"
    history = nights(24, outlets={hostile: HERALD})
    alarms = told(judge(after(history, {hostile: replace(HERALD, aside=1.0)}), history))
    assert [alarm["subject"] for alarm in alarms] == [hostile]
    report = Report("2026.11.0", Path("d"), True, 1, {}, [], 0, 0, (), [], (), tuple(alarms))
    assert report.critical
    shown = [terminal(report), markdown(report), *alarms_table(report)[0].values()]
    assert not any(char in text for text in shown for char in "\x1b\u202e")
    assert "<b>" not in markdown(report)
    from copydesk.flows import tasks  # noqa: PLC0415 - Prefect takes a second

    left: dict[str, Any] = {}
    monkeypatch.setattr(tasks, "create_markdown_artifact", lambda text, key, description: left.update({key: text}))
    monkeypatch.setattr(tasks, "create_table_artifact", lambda rows, key, description: left.update({key: rows}))
    tasks.tell.fn(report)
    assert left == {"release": markdown(report), "alarms": alarms_table(report)}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pace = 1", "alarms.pace: is not known here"),
        ("rare = 2", "alarms.rare: is 2; it should be a number from 0 to 1"),
        ('pauses = "x"', "alarms.pauses: is 'x'"),
        ("stale = nan", "alarms.stale"),
        ("pauses = nan", "alarms.pauses: is nan"),
        ('quiet = ["sirens"]', "alarms.quiet: 'sirens' is no alarm; there are source_stopped"),
        ("quiet = 1", "alarms.quiet: should be a list"),
    ],
)
def test_what_a_publisher_says_of_alarms_is_checked(line: str, said: str, tmp_path: Path) -> None:
    text = (ROOT / "dataset" / "dataset.toml").read_text(encoding="utf-8")
    path = tmp_path / "dataset.toml"
    path.write_text(f"{text}\n[alarms]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_info(path)
    path.write_text(f'{text}\n[alarms]\npauses = 3\nquiet = ["stale", "source_stopped:a:b"]\n', encoding="utf-8")
    assert (dict(load_info(path).alarms), load_info(path).quiet) == ({"pauses": 3}, ("stale", "source_stopped:a:b"))


@pytest.mark.parametrize("extreme", [0, 1])
def test_thresholds_at_their_ends_break_nothing(extreme: int) -> None:
    history = nights(24)
    for name in default_thresholds():
        judge(after(history, OUTLETS), history, {name: extreme})
        overdue(history, date(2026, 11, 23), {name: extreme})
    judge(after(history, OUTLETS), history, dict.fromkeys(default_thresholds(), extreme))


def test_every_alarm_that_has_two_severities_has_two_limits() -> None:
    limits = default_thresholds()
    for name in ("fill_rate", "set_aside", "median_length", "quarantined"):
        assert name in ALARMS
        assert limits[name] < limits[f"{name}_critical"]
