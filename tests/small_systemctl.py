"""As much of ``systemctl`` as docs/operations.md uses: starts what the units say, without systemd.

``SYSTEMD_UNITS`` is the folder of units; beside each stand its ``.pid`` and ``.log``, which says when it
was started.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

UNITS = Path(os.environ["SYSTEMD_UNITS"])


def main(arguments: list[str]) -> None:
    verb, *units = [argument for argument in arguments if argument != "--now"]
    for unit in units:
        if verb in ("disable", "restart"):
            stop(unit)
        if verb in ("enable", "restart"):
            start(unit)


def start(unit: str) -> None:
    said = read(unit)
    lines = Path(said["EnvironmentFile"]).read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    keep = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job ignores it, and hands that on; systemd not
    with (UNITS / f"{unit}.log").open("ab") as log:
        log.write(f"systemctl: started {unit}\n".encode())
        log.flush()
        process = subprocess.Popen(
            shlex.split(said["ExecStart"]),
            env=keep | settings,
            cwd=said["WorkingDirectory"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    (UNITS / f"{unit}.pid").write_text(str(process.pid))


def stop(unit: str) -> None:
    note = UNITS / f"{unit}.pid"
    if not note.exists():
        return
    pid, said = int(note.read_text()), read(unit)
    first = signal.Signals[said.get("KillSignal", "SIGTERM")]
    with suppress(ProcessLookupError):
        (os.kill if said.get("KillMode") == "mixed" else os.killpg)(pid, first)
    until = time.monotonic() + float(said.get("TimeoutStopSec", "90"))
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.1)
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    note.unlink()


def read(unit: str) -> dict[str, str]:
    """What the unit says, with its sections thrown together."""
    lines = (UNITS / f"{unit}.service").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
