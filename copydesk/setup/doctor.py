"""Everything that a run needs, looked at before one: a table of checks, each of one matter."""

from __future__ import annotations

from collections.abc import Iterable

from copydesk.printable import printable
from copydesk.setup import inputs, machine, outputs
from copydesk.setup.model import Check, Finding, Project, mend

CHECKS: tuple[Check, ...] = (
    machine.versions,
    machine.clock,
    machine.server,
    inputs.raw_folder,
    inputs.links,
    inputs.sources,
    inputs.columns,
    inputs.authority,
    inputs.limits,
    inputs.expectations,
    outputs.description,
    outputs.signing,
    outputs.permissions,
    outputs.space,
    outputs.leftovers,
    outputs.pointers,
)


def examine(project: Project, checks: Iterable[Check] = CHECKS) -> list[Finding]:
    """What all checks find: first what has to be mended, then notes, each in the order of the checks."""
    found = [finding for check in checks for finding in _attempt(check, project)]
    return sorted(found, key=lambda finding: finding.level != "mend")


def told(findings: list[Finding]) -> str:
    """The findings as lines, with what they come to at the end."""
    whats = [one.what.removeprefix(f"{one.where}: ") for one in findings]  # errors name their file themselves
    lines = [
        f"{one.level}  {printable(one.where)}: {printable(what)}" for one, what in zip(findings, whats, strict=True)
    ]
    mends = sum(one.level == "mend" for one in findings)
    end = f"{mends} to mend, {len(findings) - mends} notes." if mends else f"Ready to run; {len(findings)} notes."
    return "\n".join([*lines, end])


def _attempt(check: Check, project: Project) -> list[Finding]:
    """A place that cannot be looked at is a finding too."""
    try:
        return check(project)
    except OSError as error:
        where = error.filename or project.raw
        return [mend(where, f"cannot be looked at ({error.strerror}): check its permissions.")]
