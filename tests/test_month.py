"""A short month of nightly runs, some of them struck; ``benchmarks/month.py`` is the long one."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
from month import simulate

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(
        not os.environ.get("COPYDESK_DRILLS"), reason="runs nights for two minutes: set COPYDESK_DRILLS=5 to run them"
    ),
]


def test_nights_end_as_they_should_and_the_last_version_is_what_a_full_build_gives(tmp_path: Path) -> None:
    outcomes, wrong = simulate(tmp_path, 5, 60, seed=1)
    assert [one.wrong for one in outcomes] == [()] * 5
    assert wrong == []
    assert [one.version for one in outcomes] == [f"2026.10.{number}" for number in range(1, 6)]
    assert any(one.struck for one in outcomes), "no run was struck: the test shows less than it says"
