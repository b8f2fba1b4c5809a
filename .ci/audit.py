"""Asks a public service whether a vulnerability is known of anything that is locked: ``python .ci/audit.py LOCK…``.

One question for all packages, and one more for each vulnerability (OSV's API, https://google.github.io/osv.dev/api).
Ends with 1 where one is known. Where the service cannot be asked it says so and ends with 0, within seconds: a machine
without a network has to be able to check a change, and nothing there has become less safe.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SERVICE = os.environ.get("COPYDESK_AUDIT_SERVICE", "https://api.osv.dev")
PATIENCE = float(os.environ.get("COPYDESK_AUDIT_SECONDS", "10"))
"""Seconds in all; a name that nobody resolves would take longer by itself."""

ACCEPTED: Mapping[str, str] = {}
"""Vulnerabilities that do not reach Copydesk, by their id, each with the reason why."""

_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


def locked(files: Sequence[Path]) -> list[tuple[str, str]]:
    """Names and versions of what the lock files hold."""
    return sorted({found for file in files for found in _PINNED.findall(file.read_text(encoding="utf-8"))})


def known(packages: Sequence[tuple[str, str]], service: str) -> list[str]:
    """What is known of them, a line each. Raises OSError or ValueError where the service cannot be asked."""
    questions = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    answers = _ask(f"{service}/v1/querybatch", {"queries": questions})["results"]
    if len(answers) != len(packages):
        raise ValueError(f"{len(packages)} packages were asked for, and {len(answers)} answered")
    ids: dict[str, list[str]] = {}
    for (name, version), answer in zip(packages, answers, strict=True):
        for one in answer.get("vulns", ()):
            ids.setdefault(one["id"], []).append(f"{name} {version}")
    return [_told(id_, ids[id_], _ask(f"{service}/v1/vulns/{id_}")) for id_ in sorted(ids) if id_ not in ACCEPTED]


def _told(id_: str, packages: Sequence[str], about: Mapping[str, Any]) -> str:
    events = (event for one in about.get("affected", ()) for part in one.get("ranges", ()) for event in part["events"])
    mended = sorted({event["fixed"] for event in events if "fixed" in event})
    what = " ".join(str(about.get("summary") or about.get("details") or "").split())[:200]
    return f"{', '.join(packages)}: {id_}: {what} (mended in {', '.join(mended) or 'no version yet'})"


def _ask(address: str, question: object = None) -> Any:
    data = None if question is None else json.dumps(question).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - the address is ours
        return json.loads(answer.read())


def main() -> int:
    """Asks, and says what came of it."""
    packages = locked([Path(file) for file in sys.argv[1:]])
    if not packages:
        print("Not audited: no lock file was named, or nothing is locked in it.")
        return 1
    came: list[list[str] | Exception] = []

    def ask() -> None:
        try:
            came.append(known(packages, SERVICE))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            came.append(error)

    asking = threading.Thread(target=ask, daemon=True)  # whatever it waits for, nobody waits for it too long
    asking.start()
    asking.join(PATIENCE)
    found = came[0] if came else TimeoutError(f"no answer within {PATIENCE:g} s")
    if isinstance(found, Exception):
        print(f"Not audited: {SERVICE} cannot be asked about vulnerabilities from here ({found}).")
        return 0
    if found:
        print(*found, sep="\n")
        print("Raise what is named in pyproject.toml, and run `make lock`.")
        return 1
    print(f"Of {len(packages)} locked packages no vulnerability is known.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
