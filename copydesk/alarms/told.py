"""What is published and told of the alarms: JSON values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from copydesk.alarms.checks import SEVERITIES
from copydesk.alarms.thresholds import ALARMS
from copydesk.quality.model import Outcome

PATH = "quality/alarms.json"


def told(outcomes: Sequence[Outcome], quiet: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The alarms that sound, the gravest first, but for those that the publisher knows of: ``quiet`` names an alarm, or
    an alarm and what it is about, as ``source_stopped:herald``."""
    sounding = [
        {
            "alarm": outcome.expectation,
            "subject": subject,
            "severity": outcome.severity,
            "description": outcome.description,
            "observed": outcome.observed,
        }
        for outcome in outcomes
        for subject in outcome.failed_rows
        if not {outcome.expectation, f"{outcome.expectation}:{subject}"} & set(quiet)
    ]
    return sorted(sounding, key=lambda alarm: (SEVERITIES.index(alarm["severity"]), ALARMS.index(alarm["alarm"])))


def summary(outcomes: Sequence[Outcome], versions: int, quiet: Sequence[str] = ()) -> dict[str, Any]:
    """``quality/alarms.json``: the alarms, and how often each was looked for. With too few ``versions`` before this one
    nothing was."""
    looked: Mapping[str, int] = {name: sum(outcome.expectation == name for outcome in outcomes) for name in ALARMS}
    return {"format": 1, "versions": versions, "looked_for": looked, "alarms": told(outcomes, quiet)}
