"""The commands of a guide in Markdown, section by section, and a shell that runs them one block after the other."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)


def sections(text: str) -> dict[int, list[str]]:
    """The blocks of commands by the number of their section."""
    _, *parts = _SECTION.split(text)
    return {int(number): _BLOCK.findall(body) for number, body in zip(parts[::2], parts[1::2], strict=True)}


@dataclass(frozen=True)
class Shell:
    """A shell that a person types into: what one block exports, and where it went, holds for the next."""

    folder: Path
    env: Mapping[str, str]

    def run(self, block: str, timeout: float = 240.0) -> str:
        """What the block printed. Fails with that, where one of its commands fails."""
        state = shlex.quote(str(self.folder / "state.sh"))
        keep = f'{{ export -p; printf "cd %q\\n" "$PWD"; }} > {state}'
        script = f"if [ -f {state} ]; then . {state}; fi\nset -e -o pipefail\n{block}\nset +e\n{keep}\n"
        done = subprocess.run(
            ["bash", "-c", script],
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
