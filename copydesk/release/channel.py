"""What a stable version owes its readers, asked before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from copydesk.release.model import ConfigError, DatasetInfo
from copydesk.release.questions import questions


def check_channel(file: Path, info: DatasetInfo, answers: Mapping[str, str]) -> None:
    """Every question answered and a word on what is new, where ``channel`` is stable. Raises ConfigError.

    A preview is published with its unanswered questions in plain sight.
    """
    if info.channel != "stable":
        return
    if left := [question.id for question in questions() if not question.computed and question.id not in answers]:
        raise ConfigError(
            file,
            "channel",
            f"is stable, and the datasheet leaves {', '.join(left)} open: answer them under datasheet/ (that something "
            'is not known is an answer), or write channel = "preview"',
        )
    if info.notes is None:
        raise ConfigError(
            file, "notes", "is missing, and a stable version says what is new: write a paragraph, or name --notes FILE"
        )


def check_notes(file: Path, info: DatasetInfo, before: str | None) -> None:
    """What is new in a stable version is not what was new in the last one. Raises ConfigError."""
    if info.channel == "stable" and info.notes == before:
        raise ConfigError(file, "notes", "say what they said of the last version: write what is new in this one")
