"""Holds the newest version against those before it, and a day against the last version.

Each check is an ``Outcome``, as an expectation has one: it holds or it does not, with a severity and a sentence. They
are plain functions and no suite for Great Expectations; docs/adr/0008-alarms.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from math import exp, log
from statistics import median
from typing import Any

from copydesk.alarms.profile import FIELDS, Part, Profile, Tally
from copydesk.alarms.thresholds import ALARMS, default_thresholds
from copydesk.alarms.usual import Night, Usual, mean_moved, rhythm, share_moved, usual, usual_span
from copydesk.quality.model import Outcome

TABLE = "history"
"""What the outcomes call the table that they are about."""

SEVERITIES = ("critical", "warning", "info")
"""The gravest first."""

_FIELD_WORDS = {"headline": "a headline", "byline": "a byline", "published": "a date", "language": "a known language"}


_NAMED = 5  # versions in a sentence


def judge(
    version: Profile, history: Sequence[Profile], thresholds: Mapping[str, float] | None = None
) -> tuple[Outcome, ...]:
    """All checks of a new version against those before it, oldest first. None where they are too few."""
    limits = {**default_thresholds(), **(thresholds or {})}
    if len(history) < limits["versions_at_least"]:
        return ()
    nights = [profile.new for profile in (*history, version) if profile.new]
    outcomes = list(overdue([*history, version], version.as_of, limits))
    if version.new:
        outcomes += [*_by_source(nights, limits), *_quarantined(nights, limits)]
    if version.new and version.new.articles:
        others = history[: -int(limits["recent"]) or None] or history
        changed = version.rules_version not in {profile.rules_version for profile in others}
        outcomes += _by_rule([part for part in nights if part.articles], changed, limits)
    return tuple(outcomes)


def overdue(
    history: Sequence[Profile], as_of: date, thresholds: Mapping[str, float] | None = None
) -> tuple[Outcome, ...]:
    """What can be said on a day without a new version: of the sources, and of all, that nothing came for too long."""
    limits = {**default_thresholds(), **(thresholds or {})}
    if len(history) <= limits["versions_at_least"]:
        return ()
    return (*_stopped(history, as_of, limits), *_stale(history, as_of, limits))


def unread(versions: Sequence[str], read: int, thresholds: Mapping[str, float] | None = None) -> tuple[Outcome, ...]:
    """That the profiles of these versions cannot be read: critical where those that were ``read`` are too few for any
    other alarm because of it."""
    limits = {**default_thresholds(), **(thresholds or {})}
    if not versions:
        return ()
    silent = read < limits["versions_at_least"] <= read + len(versions)
    named = ", ".join(versions[:_NAMED]) + (", …" if len(versions) > _NAMED else "")
    told = f"The profiles of {len(versions):,} of the last {read + len(versions):,} versions cannot be read ({named}): "
    told += "no other alarm is looked for. " if silent else "what is usual is told from the others. "
    told += "Put their quality/profile.json back from a copy."
    severity = "critical" if silent else "warning"
    return (_outcome("profile_unread", "", severity, told, {"unread": len(versions), "read": read}),)


def _stopped(history: Sequence[Profile], as_of: date, limits: Mapping[str, float]) -> Iterator[Outcome]:
    arrivals: dict[str, set[date]] = {}
    for profile in history:
        for source in profile.new.sources if profile.new else ():
            arrivals.setdefault(source, set()).add(profile.as_of)
    for source in sorted(arrivals):
        if found := rhythm(sorted(arrivals[source]), limits):
            days = (as_of - found.last).days
            yield _outcome(
                "source_stopped",
                source,
                _severity(days, found.limit, limits["pause_critical"] * found.limit),
                f"{source!r} has brought nothing new since {found.last}, for {_days(days)}; "
                f"its longest usual pause is {_days(found.longest)}.",
                {"days": days, "longest_pause": found.longest, "limit": round(found.limit, 2)},
            )


def _stale(history: Sequence[Profile], as_of: date, limits: Mapping[str, float]) -> Iterator[Outcome]:
    dated = [(profile.as_of, newest) for profile in history if (newest := profile.whole.newest)]
    if found := rhythm(sorted({newest for _, newest in dated}), limits):
        days = (as_of - found.last).days
        late = max(0.0, median((day - newest).days for day, newest in dated))
        limit = found.limit + late
        yield _outcome(
            "stale",
            "",
            _severity(days, limit, limits["pause_critical"] * found.limit + late),
            f"The newest article is of {found.last}, {_days(days)} ago; the longest usual pause is "
            f"{_days(found.longest)}, and articles come {_days(int(late))} after their publication.",
            {"days": days, "longest_pause": found.longest, "limit": round(limit, 2)},
        )


def _by_source(nights: Sequence[Part], limits: Mapping[str, float]) -> Iterator[Outcome]:
    """Of every source that has something new, and of those together that have too little to be judged alone."""
    tonight = [source for source, tally in sorted(nights[-1].sources.items()) if tally.articles]
    series = {source: [night.sources[source] for night in nights if source in night.sources] for source in tonight}
    alone = {source for source in tonight if usual(_nights(series[source], _aside), limits)}
    for source in tonight:
        if source in alone:
            yield from _of_source(source, repr(source), series[source], limits)
    if set(tonight) - alone:
        # A source that has only just begun is no part of what is usual for the others.
        few: dict[str, list[int]] = {}
        for night in nights[: -int(limits["recent"]) or None]:
            for source in night.sources.keys() - alone:
                few.setdefault(source, []).append(night.sources[source].articles)
        known = {source for source, counts in few.items() if median(counts) < limits["batch_articles"]}
        rest = [[tally for source, tally in night.sources.items() if source in known] for night in nights]
        if len(rest[-1]) >= limits["sources_at_least"]:
            name = "the sources with few articles" if alone else "all sources"
            yield from _of_source("", name, [_together(tallies) for tallies in rest if tallies], limits)


def _of_source(subject: str, name: str, tallies: Sequence[Tally], limits: Mapping[str, float]) -> Iterator[Outcome]:
    for field in FIELDS:
        if found := usual(_nights(tallies, _filled(field)), limits):
            yield _share_outcome(
                "fill_rate",
                ":".join(filter(None, (field, subject))),
                found,
                -share_moved(found, limits),
                f"Of {name}, {_percent(found.now)} of the new articles have {_FIELD_WORDS[field]}",
                limits,
            )
    if found := usual(_nights(tallies, _aside), limits):
        told = f"Of {name}, {_percent(found.now)} of the new lines are set aside"
        yield _share_outcome(
            "set_aside", subject, found, abs(mean_moved(found, limits["aside_spread"], limits)), told, limits
        )
    if found := usual(_nights([tally for tally in tallies if tally.words > 0], lambda tally: log(tally.words)), limits):
        now, middle = round(exp(found.now)), round(exp(found.median))
        yield _outcome(
            "median_length",
            subject,
            _severity(
                abs(mean_moved(found, limits["length_spread"], limits)),
                log(max(1.0, limits["median_length"])),
                log(max(1.0, limits["median_length_critical"])),
            ),
            f"Of {name}, the median new text has {now:,} words; usual are {middle:,}.",
            {"now": now, "usual": middle, "articles": found.articles},
        )


def _quarantined(nights: Sequence[Part], limits: Mapping[str, float]) -> Iterator[Outcome]:
    counted = [(sum(night.quarantine.values()), night) for night in nights]
    shares = [(bad + night.articles, bad / (bad + night.articles)) for bad, night in counted if bad + night.articles]
    found = usual(shares, limits)
    if found and counted[-1][0] + nights[-1].articles:
        told = ", ".join(f"{reason} {count:,}" for reason, count in nights[-1].quarantine.items()) or "none"
        about = f"{_percent(found.now)} of the new raw files were quarantined (in this version: {told})"
        yield _share_outcome("quarantined", "", found, share_moved(found, limits), about, limits)


def _by_rule(nights: Sequence[Part], changed: bool, limits: Mapping[str, float]) -> Iterator[Outcome]:
    versions = max(1, int(limits["rule_versions"]))
    severity, because = ("info", " The rules are others now.") if changed else ("warning", "")
    for rule in sorted({rule for night in nights for rule in night.rules}):
        shares = [(night.articles, night.rules.get(rule, (0, 0))[0] / night.articles) for night in nights]
        if not (found := usual_span(shares, versions, limits)):
            continue
        moved = share_moved(found, limits)
        told = f"The rule {rule!r} decides in {_percent(found.now)} of the new articles; usual are "
        told += f"{_percent(found.median)}.{because}"
        silent = moved < 0 and found.now < limits["rule_silent"] * found.median
        loud = moved > limits["rule_loud_points"] and found.now > limits["rule_loud"] * found.median
        for name, fires in (("rule_silent", silent), ("rule_loud", loud)):
            yield _outcome(name, rule, severity if fires else None, told, _observed(found))


def _share_outcome(
    alarm: str, subject: str, found: Usual, moved: float, told: str, limits: Mapping[str, float]
) -> Outcome:
    severity = _severity(moved, limits[alarm], limits[f"{alarm}_critical"])
    return _outcome(alarm, subject, severity, f"{told}; usual are {_percent(found.median)}.", _observed(found))


def _severity(value: float, warning: float, critical: float) -> str | None:
    if value <= warning:
        return None
    return "critical" if value > critical else "warning"


def _outcome(alarm: str, subject: str, severity: str | None, told: str, observed: Mapping[str, Any]) -> Outcome:
    assert alarm in ALARMS
    return Outcome(
        table=TABLE,
        expectation=alarm,
        description=told,
        severity=severity or "warning",
        success=severity is None,
        about_rows=True,
        failed=1 if severity else 0,
        failed_rows=(subject,) if severity else (),
        failed_articles=(),
        observed=observed,
    )


def _nights(tallies: Sequence[Tally], figure: Callable[[Tally], float]) -> list[Night]:
    return [(tally.articles, figure(tally)) for tally in tallies if tally.articles]


def _filled(field: str) -> Callable[[Tally], float]:
    return lambda tally: tally.filled[field] / tally.articles


def _aside(tally: Tally) -> float:
    return tally.lines_aside / max(tally.lines, 1)


def _together(tallies: Sequence[Tally]) -> Tally:
    articles = sum(tally.articles for tally in tallies)
    return Tally(
        articles=articles,
        filled={field: sum(tally.filled[field] for tally in tallies) for field in FIELDS},
        words=sum(tally.articles * tally.words for tally in tallies) / max(articles, 1),
        lines=sum(tally.lines for tally in tallies),
        lines_aside=sum(tally.lines_aside for tally in tallies),
        newest=None,
    )


def _observed(found: Usual) -> dict[str, float]:
    return {
        "now": round(found.now, 6),
        "usual": round(found.median, 6),
        "low": round(found.low, 6),
        "high": round(found.high, 6),
        "articles": found.articles,
    }


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
