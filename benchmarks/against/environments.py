"""An environment for each tool, made where it is not there yet: Copydesk needs none of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "ftfy": ("ftfy",),
    "plsfix": ("plsfix",),
    "datasketch": ("datasketch",),
    "datatrove": ("datatrove[io,processing]", "spacy"),  # which splits its words
    "data-juicer": ("py-data-juicer", "aiohttp", "ftfy", "scipy", "torch"),  # what it would install when it is run
    "dolma": ("dolma",),
}
"""What is installed for a tool, the package that it is named by first."""


def python_of(name: str, home: Path) -> Path | None:
    """The Python of a tool's environment below ``home``; None where it cannot be installed."""
    folder = home / name
    python, done = folder / "bin" / "python", folder / "installed"
    wanted = "\n".join(PACKAGES[name])
    if done.exists() and done.read_text(encoding="utf-8") == wanted:
        return python
    print(f"{name}: an environment in {folder}", flush=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        subprocess.run(
            [str(_uv(home)), "pip", "install", "--quiet", "--python", str(python), *PACKAGES[name]], check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{name}: left out, as it cannot be installed: {error}", flush=True)
        return None
    done.write_text(wanted, encoding="utf-8")
    return python


def version_of(python: Path, package: str) -> str:
    """The installed version of a package, as that Python sees it."""
    code = f"from importlib.metadata import version; print(version({package.partition('[')[0]!r}))"
    return subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _uv(home: Path) -> Path:
    """An installer that is quick with large environments."""
    folder = home / "uv"
    if not (folder / "bin" / "uv").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return folder / "bin" / "uv"


def installed(names: Sequence[str], home: Path) -> dict[str, Path]:
    """Those of the tools that can be run, with their Pythons."""
    found = {name: python_of(name, home) for name in names}
    return {name: python for name, python in found.items() if python}
