"""Checks of the machine: what is installed, Prefect's server, and the clock."""

from __future__ import annotations

import json
import platform
import urllib.request
from datetime import UTC, datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, requires, version
from urllib.error import HTTPError

from copydesk.setup.model import Finding, Project, mend, note

_PYTHONS = ((3, 11), (3, 14))
_YEARS = range(2026, 2100)
_PATIENCE = 5.0  # seconds for a server to say that it is well


def versions(_project: Project) -> list[Finding]:
    """Python and every dependency are of a version that Copydesk is made for."""
    from packaging.requirements import Requirement  # noqa: PLC0415

    findings = []
    python = tuple(int(part) for part in platform.python_version_tuple()[:2])
    if not _PYTHONS[0] <= python < _PYTHONS[1]:
        findings.append(mend("Python", f"is {platform.python_version()}; Copydesk needs 3.11, 3.12 or 3.13."))
    for line in requires("copydesk") or ():
        wanted = Requirement(line)
        if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = version(wanted.name)
        except PackageNotFoundError:
            findings.append(mend(wanted.name, f"is not installed, and {wanted.specifier} is needed: install the lock."))
            continue
        if not wanted.specifier.contains(installed, prereleases=True):
            what = f"is {installed}, and {wanted.specifier} is needed: install requirements.lock again."
            findings.append(mend(wanted.name, what))
    return findings


def server(_project: Project) -> list[Finding]:
    """The Prefect server that the settings name answers, and is of the version installed here."""
    try:
        from copydesk.flows.local import server_headers, server_url  # noqa: PLC0415

        url, headers = server_url(), server_headers()
    except Exception as error:
        return [mend("Prefect", f"cannot be loaded ({type(error).__name__}: {str(error)[:200]}): install it again.")]
    if not url:
        what = "names no server: a run starts one for itself, and nothing can be scheduled. docs/operations.md has how."
        return [note("PREFECT_API_URL", what)]
    if not url.startswith(("http://", "https://")):
        return [mend(f"PREFECT_API_URL {url}", "is no web address such as http://127.0.0.1:4200/api.")]
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=_PATIENCE) as answer:  # noqa: S310
            answer.read(100)
        asked = urllib.request.Request(f"{url}/admin/version", headers=headers)  # noqa: S310
        with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:  # noqa: S310
            theirs = str(json.loads(answer.read(100)))
    except (OSError, ValueError) as error:
        if isinstance(error, HTTPError) and error.code == HTTPStatus.UNAUTHORIZED:
            what = (
                "The server wants a password: PREFECT_API_AUTH_STRING is what PREFECT_SERVER_API_AUTH_STRING is there."
            )
            return [mend(f"PREFECT_API_URL {url}", what)]
        what = f"No server answers there ({error}): start it, or correct the address; `run --plain` needs none."
        return [mend(f"PREFECT_API_URL {url}", what)]
    ours = version("prefect")
    what = f"The server is Prefect {theirs}, and this is {ours}: keep them alike."
    return [] if theirs == ours else [note(f"PREFECT_API_URL {url}", what)]


def clock(_project: Project) -> list[Finding]:
    """The year can be, and what time the machine shows."""
    now = datetime.now(UTC)
    findings = []
    if now.year not in _YEARS:
        findings.append(mend("clock", f"says {now:%Y-%m-%d}: set it, since versions are named by year and month."))
    offset = now.astimezone().strftime("%z")
    if offset not in ("+0000", "-0000"):
        what = f"is {offset} from UTC: versions go by the day in UTC, and a schedule by the time zone that it names."
        findings.append(note("clock", what))
    return findings
