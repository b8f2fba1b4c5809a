"""What a version is made of: what its publisher says of the dataset, and what a run computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from copydesk import errors
from copydesk.bulk import Tables
from copydesk.release import VERSION
from copydesk.release.diff import Changes
from copydesk.release.facts import Facts, facts
from copydesk.release.gates import Gate
from copydesk.release.hashing import content_hash
from copydesk.release.signing import Signer

__all__ = ["UNSTATED", "ConfigError", "Creator", "DatasetInfo", "Release", "content_hash", "load_answers", "load_info"]

TextPolicy = Literal["full", "none"]
Channel = Literal["preview", "stable"]


class ConfigError(errors.ConfigError):
    """A hand-written file says something that cannot be used: which file, which key, and what to do."""

    def __init__(self, file: Path, key: str, what: str) -> None:
        super().__init__(f"{file}: {key}: {what}" if key else f"{file}: {what}")
        self.file = file
        self.key = key
        self.what = what


@dataclass(frozen=True, slots=True)
class Creator:
    """A person or an organization. A person who wants to be cited as one gives the two parts of the name as well."""

    name: str
    given_names: str | None = None
    family_names: str | None = None
    orcid: str | None = None
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What the publisher says of the dataset, in ``dataset.toml``. It holds for every version."""

    name: str
    """A slug that never changes: no version or date in it."""
    title: str
    description: str
    license: str
    """SPDX identifier."""
    license_url: str
    creators: tuple[Creator, ...]
    publisher: str
    contact: str
    homepage: str | None = None
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """BCP 47. Where it is empty, the languages of the articles are used."""
    text: TextPolicy = "full"
    funding: tuple[str, ...] = ()
    doi: str | None = None
    """The DOI of the dataset as such, for all its versions."""
    channel: Channel = "preview"
    """What readers may expect: a stable version has every question of the datasheet answered, and says what is new."""
    notes: str | None = None
    """What is new, in a person's words: the paragraph that a version's changelog begins with."""
    gates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Thresholds of the gates that are others than the shipped ones."""
    alarms: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Thresholds of the alarms that are others than the shipped ones."""
    quiet: tuple[str, ...] = ()
    """Alarms that need not be told: ``alarm``, or ``alarm:what it is about``."""
    published_at: str | None = None
    """The web address of the dataset's folder, with a slash at its end: its versions lie below ``versions/``."""


UNSTATED = DatasetInfo(
    name="news-articles",
    title="News articles",
    description="Cleaned news articles. Their publisher has not described them: there is no dataset.toml.",
    license="LicenseRef-Unstated",
    license_url="",
    creators=(Creator("Unstated"),),
    publisher="Unstated",
    contact="Unstated",
)
"""What is said of a dataset whose folder has no ``dataset.toml``."""


@dataclass(frozen=True, slots=True)
class Release:
    """Everything that a version's files are built from. Equal values give equal bytes.

    ``validation`` and ``provenance`` are plain JSON values. ``previous_files`` maps the last version's paths to their
    SHA-256, where there was one. ``extra_files`` are written as they are.
    """

    info: DatasetInfo
    version: str
    previous: str | None
    as_of: date
    """The only clock that a version knows."""
    tables: Tables
    validation: Mapping[str, Any]
    provenance: Mapping[str, Any]
    content_hash: str
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The publisher's answers to the datasheet's questions, by the question's id."""
    extra_files: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    changes: Changes | None = None
    previous_files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    previous_provenance: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """The provenance of the last version, where there was one."""
    gates: tuple[Gate, ...] = ()
    """The gates that were shut, each with the reason for which it was accepted."""
    alarms: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What is unlike the versions before, as ``quality/alarms.json`` has it."""
    takedowns: int = 0
    """How many articles were taken down of the dataset so far: the tables hold none of them."""
    signer: Signer | None = None
    """Signs the sums; None for a version that says it is unsigned."""
    _facts: list[Facts] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for version in (self.version, self.previous):
            if version is not None and not VERSION.fullmatch(version):
                raise ValueError(f"{version!r} is no version: it should look like 2026.11.0 (year, month, number)")

    @property
    def facts(self) -> Facts:
        """What can be counted in the tables: counted when it is first asked for."""
        if not self._facts:
            self._facts.append(facts(self.tables))
        return self._facts[0]


def load_info(path: Path) -> DatasetInfo:
    """The publisher's ``dataset.toml``. Raises ConfigError, which names the file, the key and what to do."""
    from copydesk.release.config import read_info  # noqa: PLC0415

    return read_info(path)


def load_answers(folder: Path) -> Mapping[str, str]:
    """The publisher's datasheet answers, from every ``*.toml`` of the folder. Raises ConfigError."""
    from copydesk.release.config import read_answers  # noqa: PLC0415

    return read_answers(folder)
