"""Cleaning needs bytes and rules and nothing else: no network, no program, no code, no pickle, and it writes nothing.

It runs under an audit hook (PEP 578), which nothing in the process can take away again, and without sockets.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import hostile
import pytest
from conftest import ROOT

GUARDED = """
import os, socket, sys
sys.path.insert(0, "tests")
from pathlib import Path
from copydesk.cleaning import Knowledge, clean
from copydesk.ingest import list_files, read
from copydesk.ingest.reject import Rejected
from copydesk.normalize.names import load_authority
from copydesk.sources import load_sources
from copydesk.decoding import UnreadableText

known = Knowledge(load_authority(None), load_sources(Path("raw/sources.toml")))
FORBIDDEN = ("compile", "exec", "pickle.", "marshal.", "socket.", "subprocess.", "os.system", "os.exec", "os.fork",
             "os.posix_spawn", "os.spawn", "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link",
             "os.truncate", "os.chmod", "os.chown", "shutil.", "tempfile.", "urllib.", "http.", "ctypes.", "import")
watched, seen = [False], []

def guard(event, arguments):
    if not watched[0]:
        return
    writes = event == "open" and (
        (isinstance(arguments[1], str) and set("wax+") & set(arguments[1]))
        or (isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    )
    if writes or event.startswith(FORBIDDEN):
        seen.append(f"{event} {arguments!r:.200}")
        raise PermissionError(f"{event} is forbidden here: {arguments!r:.200}")

def cleaned(raw):
    done = 0
    for file in list_files(Path(raw)):
        for item in read(file):
            if isinstance(item, Rejected):
                continue
            try:
                done += bool(clean(item, knowledge=known).blocks)
            except UnreadableText:
                pass
    return done

# What is loaded late is loaded once: the sample, and the same folder unguarded.
cleaned("raw/sample"), cleaned(sys.argv[1])
sys.addaudithook(guard)
socket.socket = None
watched[0] = True
done = cleaned(sys.argv[1])
%s
watched[0] = False
print(done, *seen, sep="\\n")
"""


def run(folder: Path, then: str = "") -> list[str]:
    command = [sys.executable, "-c", GUARDED % then, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=True)
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file of each kind, but for the largest."""
    folder = tmp_path_factory.mktemp("guarded") / "raw"
    for place, kind in enumerate(hostile.KINDS):
        if kind.most > 10:
            (folder / f"k{place:02}").mkdir(parents=True)
            kind.write(folder / f"k{place:02}", place)
    return folder


def test_cleaning_runs_under_guard(raw: Path) -> None:
    done, *seen = run(raw)
    assert seen == []
    assert int(done) > 40


@pytest.mark.parametrize(
    "act",
    [
        "eval('1 + 1')",
        "open('/dev/null', 'w')",
        "__import__('pickle').loads(b'cos\\ngetpid\\n.')",
        "__import__('subprocess').run(['true'])",
        "__import__('_socket').socket()",
    ],
)
def test_the_guard_sees_what_it_should(act: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(hostile.text(1))
    _, *seen = run(tmp_path, f"try: {act}\nexcept PermissionError: pass")
    assert seen
