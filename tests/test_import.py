"""Importing Copydesk costs next to nothing, and the wheel installs one name."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

HEAVY = ("prefect", "great_expectations", "pandas", "pyarrow", "numpy", "ftfy")


def test_importing_is_light() -> None:
    """Told from what it loads, which is the same on every machine: itself, and what annotations need."""
    code = (
        "import json, sys; before = set(sys.modules); import copydesk; "
        "print(json.dumps([sorted(set(sys.modules) - before), sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    added, loaded = json.loads(done.stdout)
    assert len(added) < 20, added
    assert not set(HEAVY) & set(loaded)


def test_the_public_names_are_there() -> None:
    import copydesk  # noqa: PLC0415

    for name in copydesk.__all__:
        assert callable(getattr(copydesk, name)), name
    assert copydesk.decode("Grüß Gott".encode()).text == "Grüß Gott"
    assert copydesk.clean("The council met on Tuesday and put the bridge off until the spring, its mayor said.").text
    with pytest.raises(AttributeError):
        copydesk.nothing  # noqa: B018


@pytest.mark.parametrize("package", ["copydesk"])
def test_only_the_flows_import_prefect(package: str) -> None:
    """At import; and Great Expectations is loaded by the function that validates, never before."""
    for path in (ROOT / package).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in top if isinstance(node, ast.ImportFrom)}
        assert not {name.partition(".")[0] for name in names} & {"prefect", "great_expectations"}, path


def test_importing_the_flow_leaves_great_expectations_out() -> None:
    code = "import sys, copydesk.flows.build; print('great_expectations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_wheel_holds_one_import_name_and_all_data(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            str(tmp_path),
            ".",
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = set(wheel.namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"copydesk"}
    for folder, inside in (
        ("copydesk", "copydesk"),
        ("flows", "copydesk/flows"),
        ("expectations", "copydesk/expectations"),
    ):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"{inside}/{path.relative_to(ROOT / folder).as_posix()}" in names
    assert "copydesk/authority/people.toml" in names


def test_the_locks_hold_names_versions_and_hashes_only() -> None:
    for lock in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        for line in text.splitlines():
            assert line.startswith(("    --hash=sha256:", "#")) or "==" in line, line
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    locked = {line.partition("==")[0].partition("[")[0] for line in text.splitlines() if "==" in line}
    assert {name.partition(">")[0].partition("[")[0].strip() for name in wanted} <= locked


FORBIDDEN = {
    "article": ("copydesk",),
    "tables": ("label", "normalize", "pipeline", "quality", "release", "store"),
    "dates": ("decoding", "ingest", "label", "normalize", "cleaning", "pipeline", "quality", "release", "store"),
    "decoding": ("ingest", "label", "normalize", "cleaning", "pipeline", "quality", "release", "store"),
    "ingest": ("label", "normalize", "cleaning", "pipeline", "quality", "release", "store"),
    "label": ("ingest", "normalize", "cleaning", "pipeline", "quality", "release", "store"),
    "normalize": ("ingest", "label", "cleaning", "pipeline", "quality", "release", "store"),
    "rows": ("cleaning", "pipeline", "quality", "release", "store"),
    "pipeline": ("quality", "release", "store"),
    "quality": ("cleaning", "pipeline", "release", "store"),
    "alarms": ("cleaning", "pipeline", "release", "site", "store"),
    "release": ("cleaning", "pipeline", "quality", "site", "store"),
    "site": ("cleaning", "pipeline", "quality", "store"),
    "store": ("cleaning", "pipeline", "quality", "label", "normalize"),
}


@pytest.mark.parametrize("stage", FORBIDDEN)
def test_imports_point_one_way(stage: str) -> None:
    """A stage knows those before it and none behind it."""
    place = ROOT / "copydesk" / stage
    for path in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                parts = module.split(".")
                assert parts[0] != "copydesk" or not set(parts[:2]) & set(FORBIDDEN[stage]), (path, module)
