"""The guides as they are written: every command is typed, and what a guide shows is what is printed."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE
from guide import Reader, Shell, checkout, steps

DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md")))

long = pytest.mark.skipif(
    not os.environ.get("COPYDESK_GUIDES"), reason="types guides for some minutes: set COPYDESK_GUIDES=1 to run them"
)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return checkout(tmp_path / "copydesk", {"HOME": str(tmp_path), "COPYDESK_CACHE": "", "NO_COLOR": "1"})


@pytest.mark.timeout(1800)
def test_the_researchers_guide(shell: Shell) -> None:
    done = list(Reader(shell, keys={"names review": "q"}).follow(DOCS / "researcher.md"))
    assert {step.language for step in done} == {"sh", "python", "r"}


def test_the_edits_of_the_contributors_guide_fit_the_code(shell: Shell) -> None:
    """The long test below does what comes after them; this one notices at once when the code has moved on."""
    edits = [
        step.commands for step in steps((DOCS / "contributor.md").read_text("utf-8")) if "git apply" in step.commands
    ]
    assert len(edits) == 3
    for edit in edits:
        for part in re.findall(r"^git apply <<'END'\n.*?^END$", edit, re.MULTILINE | re.DOTALL):
            shell.run(part)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_points_to_is_there(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    links = [link.partition("#")[0] for link in re.findall(r"\]\((?!https?:|#)([^)\s]+)\)", text)]
    parts = "benchmarks|copydesk|docs|expectations|flows|raw|tests"
    files = re.findall(rf"`(?:python )?((?:{parts})/[\w./-]*\w\.\w+)[`\s]", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []


@long
@pytest.mark.timeout(3600)
def test_the_contributors_guide(shell: Shell, tmp_path: Path) -> None:
    shell.run(f"mkdir -p {tmp_path}/bin; printf '#!/bin/sh\\nexec /usr/bin/make -n \"$@\"\\n' > {tmp_path}/bin/make")
    shell.run(f"chmod +x {tmp_path}/bin/make; export PATH={tmp_path}/bin:$PATH")
    done = list(Reader(shell, places={"/tmp/copydesk": f"{tmp_path}/made"}).follow(DOCS / "contributor.md"))
    assert len({step.title for step in done}) >= 9
    changed = subprocess.run(
        ["diff", "-rq", str(ROOT / "copydesk"), str(shell.folder / "copydesk")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Only in" in changed.stdout, "it was done in a copy"


@long
@pytest.mark.flow
@pytest.mark.timeout(3600)
def test_the_readme(shell: Shell, tmp_path: Path) -> None:
    """But for the tests and the linters themselves, which ``make`` only names here."""
    quiet = 'case "$1" in test|check) exec /usr/bin/make -n "$@";; *) exec /usr/bin/make "$@";; esac'
    shell.run(f"mkdir -p {tmp_path}/bin; cat > {tmp_path}/bin/make <<'END'\n#!/bin/sh\n{quiet}\nEND")
    shell.run(f"chmod +x {tmp_path}/bin/make; export PATH={tmp_path}/bin:$PWD/.venv/bin:$PATH")
    shell.run(f"mkdir -p path/to; cp -r {SAMPLE}/talkurier path/to/articles; cp {SAMPLE}/talkurier/001* page.txt")
    done = list(Reader(shell).follow(ROOT / "README.md"))
    assert len(done) >= 5
    assert (shell.folder / "path/to/dataset/latest").exists()
    assert (shell.folder / "dataset/latest").exists()
