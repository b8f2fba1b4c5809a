"""What tests share: the folder of real pages (absent on a user's machine), and a knowledge loaded once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from copydesk.cleaning import Knowledge
from copydesk.normalize.names import load_authority
from copydesk.sources import load_sources

os.environ["COPYDESK_CACHE"] = ""  # a test that is about kept work names its own place
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line has it

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "raw" / "sample"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real pages that cannot be part of the project."""
    folder = Path(os.environ.get("COPYDESK_SHARED", ROOT.parent / "shared"))
    if not (folder / "seeds").is_dir():
        pytest.skip(f"there is no folder of real pages at {folder}")
    return folder


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """What a run on the sample knows before it has seen a page."""
    return Knowledge(load_authority(None), load_sources(ROOT / "raw" / "sources.toml"))


def gold_roles(path: Path) -> dict[int, str]:
    """Line number to role, of a golden file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {int(number): role for number, role in (line.split("\t") for line in lines if line)}
