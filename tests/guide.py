"""The commands of a guide in Markdown, and a shell that runs them one block after the other.

A block of commands is fenced as ``sh``, ``python`` or ``r``. A fence without a language right after one is what its
commands print: those lines must come in that order, with ``…`` for what is left out.
"""

from __future__ import annotations

import os
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from conftest import ROOT

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VERSION = re.compile(r"\b20\d\d\.\d{1,2}\.(\d+)\b")
RUN = {
    "sh": "{}",
    "python": "python - <<'END_OF_BLOCK'\n{}END_OF_BLOCK\n",
    "r": "Rscript - <<'END_OF_BLOCK'\n{}END_OF_BLOCK\n",
}
PARTS = ("benchmarks", "copydesk", "dataset", "docs", "expectations", "flows", "raw", "tests")


def sections(text: str) -> dict[int, list[str]]:
    """The blocks of commands by the number of their section."""
    _, *parts = _SECTION.split(text)
    return {int(number): _BLOCK.findall(body) for number, body in zip(parts[::2], parts[1::2], strict=True)}


@dataclass(frozen=True)
class Step:
    """A block of commands, and what the guide shows of what they print."""

    title: str
    language: str
    commands: str
    shown: str | None


def steps(text: str) -> list[Step]:
    """All blocks of commands, in order, each under the title that it stands below."""
    found: list[Step] = []
    fences = list(_FENCE.finditer(text))
    for place, fence in enumerate(fences):
        if fence[1] not in RUN:
            continue
        shown = None
        if place + 1 < len(fences):
            after = fences[place + 1]
            if not after[1] and not text[fence.end() : after.start()].strip():
                shown = after[2]
        title = ["", *re.findall(r"^#+ (.+)$", text[: fence.start()], re.MULTILINE)][-1]
        found.append(Step(title, fence[1], fence[2], shown))
    return found


def check_shown(shown: str, printed: str) -> None:
    """Every line that the guide shows was printed, in that order; between two without a ``…`` stands nothing else.

    How wide columns are does not matter, and the month of a version is that of the day on which the test runs.
    """
    lines, place, gap = [_plain(line) for line in printed.splitlines()], 0, True
    for line in shown.splitlines():
        if line == "…":
            gap = True
            continue
        wanted = re.compile(".*".join(map(re.escape, re.split(r" ?… ?", _plain(line)))))
        here = next((at for at in range(place, len(lines)) if wanted.fullmatch(lines[at])), None)
        assert here is not None, f"not printed: {line!r}, of\n{printed}"
        assert gap or here == place, f"{line!r} does not come right after the line before it, in\n{printed}"
        place, gap = here + 1, False


def _plain(line: str) -> str:
    return _VERSION.sub(r"YEAR.MONTH.\1", " ".join(line.split()))


@dataclass(frozen=True)
class Shell:
    """A shell that a person types into: what one block exports, and where it went, holds for the next."""

    folder: Path
    env: Mapping[str, str]

    def run(self, block: str, timeout: float = 600.0) -> str:
        """What the block printed. Fails with that, where one of its commands fails."""
        done = subprocess.run(
            ["bash", "-c", self._script(block)],
            env=dict(self.env),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout[-4000:]}"
        return done.stdout

    def type(self, block: str, keys: str, seconds: float = 600.0) -> str:
        """The same in a terminal, where somebody presses the keys once something was printed."""
        import pty  # noqa: PLC0415 - not on every system

        leader, follower = pty.openpty()
        process = subprocess.Popen(
            ["bash", "-c", self._script(block)], env=dict(self.env), cwd=self.folder, stdin=follower, stdout=follower,
            stderr=follower, close_fds=True,
        )  # fmt: skip
        os.close(follower)
        seen, until, pressed = b"", time.monotonic() + seconds, False
        while time.monotonic() < until and process.poll() is None:
            if select.select([leader], [], [], 0.2)[0]:
                try:
                    seen += os.read(leader, 65536)
                except OSError:
                    break
            if seen and not pressed:
                os.write(leader, keys.encode())
                pressed = True
        try:
            code = process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        os.close(leader)
        assert code == 0, f"{block}\n{seen.decode()[-4000:]}"
        return seen.decode()

    def _script(self, block: str) -> str:
        state = shlex.quote(str(self.folder / "state.sh"))
        keep = f'{{ export -p; printf "cd %q\\n" "$PWD"; }} > {state}'
        return f"if [ -f {state} ]; then . {state}; fi\nset -e -o pipefail\n{block}\nset +e\n{keep}\n"


@dataclass(frozen=True)
class Reader:
    """Somebody who does what a guide says, step by step, in a copy of the checkout."""

    shell: Shell
    keys: Mapping[str, str] = field(default_factory=dict)
    """For commands that ask: what is pressed."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Where a test has something else than the guide."""

    def follow(self, guide: Path, titles: tuple[str, ...] = ()) -> Iterator[Step]:
        """Does the steps (those below these titles) and compares what is shown."""
        text = guide.read_text(encoding="utf-8")
        for place, here in self.places.items():
            text = text.replace(place, here)
        for step in steps(text):
            if titles and step.title not in titles:
                continue
            block = RUN[step.language].format(step.commands)
            asked = next((keys for command, keys in self.keys.items() if command in block), None)
            printed = self.shell.run(block) if asked is None else self.shell.type(block, asked)
            if step.shown is not None:
                check_shown(step.shown, printed)
            yield step


def checkout(place: Path, env: Mapping[str, str]) -> Shell:
    """A shell in a copy of this checkout that may be changed, with this environment for its own."""
    place.mkdir(parents=True)
    unwanted = shutil.ignore_patterns("versions", "__pycache__")
    for path in ROOT.iterdir():
        if path.name in PARTS:
            shutil.copytree(path, place / path.name, symlinks=True, ignore=unwanted)
        elif path.is_file():
            shutil.copy2(path, place / path.name)
    (place / ".venv/bin").mkdir(parents=True)
    for path in (*Path(sys.prefix).iterdir(), *(Path(sys.prefix) / "bin").iterdir()):
        here = place / ".venv" / path.relative_to(sys.prefix)
        if not here.exists():
            here.symlink_to(path)
    for stamp in ("run.stamp", "dev.stamp"):
        (place / ".venv" / stamp).unlink(missing_ok=True)
        (place / ".venv" / stamp).touch()
    script = place / ".venv/bin/copydesk"
    script.unlink(missing_ok=True)
    script.write_text(f'#!/bin/sh\nexec {place}/.venv/bin/python -m copydesk.cli "$@"\n')
    script.chmod(0o755)
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "VIRTUAL_ENV"))}
    return Shell(place, keep | {"PYTHONPATH": str(place), "PATH": "/usr/local/bin:/usr/bin:/bin", **env})
