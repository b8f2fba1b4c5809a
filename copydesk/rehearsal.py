"""``copydesk run --dry-run``: everything is computed, and nothing is written to the dataset's folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from copydesk.build import check_settings, make, write_version
from copydesk.printable import printable
from copydesk.release.gates import Gate
from copydesk.report import table
from copydesk.rounds import plan
from copydesk.settings import Settings
from copydesk.store import open_files
from copydesk.store.layout import RELEASE, version_path
from copydesk.store.plan import check_not_withdrawn, check_order, is_same, latest_of, plan_version
from copydesk.store.read import read_index
from copydesk.store.sums import files_of


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a run would publish."""

    version: str
    previous: str | None
    new: bool
    """False where the latest version holds the same already; then nothing would be written."""
    change_class: Mapping[str, Any]
    gates: Sequence[Gate]
    """The gates that are shut; those without a reason would stop the run."""
    files: Mapping[str, int]
    """Paths below the version's folder, with their sizes in bytes."""
    signed: bool
    alarms: Sequence[Mapping[str, Any]] = ()


def rehearse(settings: Settings, progress: Callable[[str], None] = lambda _: None) -> Rehearsal:
    """Builds the next version in a temporary folder and throws it away. Raises what a run raises, save NotAccepted."""
    check_settings(settings)
    _, reckoned = plan(settings, progress)
    progress(f"the run would take: {reckoned}")
    with TemporaryDirectory(prefix="copydesk-") as place:
        work, folder = Path(place) / "work", Path(place) / "version"
        work.mkdir()
        folder.mkdir()
        drafted, validation = make(settings, work, progress)
        files = open_files(settings.dataset)
        entries = read_index(files.read, files.name) or ()
        latest = latest_of(entries)
        if latest:
            release = json.loads(files.read(f"{version_path(latest.version)}/{RELEASE}"))
            if is_same(release, drafted.digest, drafted.identity):
                return Rehearsal(latest.version, latest.previous, False, latest.change_class, (), {}, release["signed"])
        check_not_withdrawn(files.name, entries, drafted.digest)
        check_order(settings.as_of, entries)
        version = plan_version(settings.as_of, [entry.version for entry in entries])
        reasons = dict(settings.accepted)

        def told(gates: Sequence[Gate]) -> tuple[Gate, ...]:
            return tuple(replace(gate, accepted=reasons.get(gate.name)) for gate in gates)

        made = write_version(drafted, validation, version, latest.version if latest else None, folder, told)
        return Rehearsal(
            version,
            made.previous,
            True,
            json.loads((folder / RELEASE).read_bytes())["change_class"],
            made.gates,
            {path: (folder / path).stat().st_size for path in files_of(folder)},
            made.signer is not None,
            made.alarms["alarms"],
        )


def shown(rehearsal: Rehearsal) -> str:
    """A rehearsal for the terminal."""
    if not rehearsal.new:
        return f"Nothing new: version {rehearsal.version} holds the same already. Nothing was written."
    changes = rehearsal.change_class
    rows = changes["rows"] or {}
    facts = [
        ("version", f"{rehearsal.version}, after {rehearsal.previous}" if rehearsal.previous else rehearsal.version),
        ("schema", f"{changes['schema']}"),
        ("rows", ", ".join(f"{name} {count:,}" for name, count in rows.items()) or "not comparable"),
        ("changed articles", ", ".join(f"{name} {count:,}" for name, count in _values(changes)) or "none"),
        ("bumps", f"Croissant {changes['croissant_bump']}, Data Package {changes['datapackage_bump']}"),
        ("signed", "yes" if rehearsal.signed else "no"),
    ]
    facts += [("gate", _gate(gate)) for gate in rehearsal.gates]
    facts += [("alarm", f"{alarm['severity']}: {printable(alarm['description'])}") for alarm in rehearsal.alarms]
    files = [("", path, f"{size:>14,} bytes") for path, size in sorted(rehearsal.files.items())]
    total = ("", f"{len(files)} files", f"{sum(rehearsal.files.values()):>14,} bytes")
    lines = [f"  {name:<16} {value}" for name, value in facts]
    return "\n".join(["", *lines, "", *table([*files, total]), "", "Nothing was written."])


def _values(changes: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(name, count) for name, count in (changes["values"] or {}).items() if count]


def _gate(gate: Gate) -> str:
    state = f"accepted: {gate.accepted}" if gate.accepted else "shut, would stop the run"
    return printable(f"{gate.name} ({state}): {gate.found}")
