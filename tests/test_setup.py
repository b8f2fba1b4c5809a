"""A new project runs as it stands, and the doctor finds what was broken in it: each check sees its own fault alone."""

from __future__ import annotations

import json
import shutil
import threading
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT
from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings
from test_command import copydesk, files_of

from copydesk.cli import main
from copydesk.errors import ConfigError
from copydesk.ingest import list_files
from copydesk.project import inside
from copydesk.release.questions import questions
from copydesk.setup import inputs, machine, outputs
from copydesk.setup.doctor import CHECKS, examine, told
from copydesk.setup.model import Check, Finding, Project, some
from copydesk.setup.scaffold import create, plan
from copydesk.sources import load_sources


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    create(tmp_path / "news")
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path / "news" / "raw", tmp_path / "news" / "dataset")


def test_a_new_project_runs_and_all_its_pages_become_articles(tmp_path: Path) -> None:
    made = copydesk("init", tmp_path / "news")
    assert made.returncode == 0, made.stderr
    done = copydesk("run", "--plain", "--raw", "raw", "--dataset", "dataset", cwd=tmp_path / "news")
    assert done.returncode == 0, done.stderr
    pages = [path for path in (tmp_path / "news" / "raw").rglob("*") if path.suffix in (".txt", ".html")]
    facts = dict(line.split(None, 1) for line in done.stdout.splitlines() if len(line.split(None, 1)) == 2)
    assert facts["articles"] == str(len(pages))
    assert facts["quarantined"] == "0"
    passed, _, all_of_them, *_ = facts["expectations"].split()
    assert passed == all_of_them, "the first version that somebody sees meets all that is expected"
    examined = copydesk("doctor", cwd=tmp_path / "news")
    assert examined.returncode == 0, examined.stdout


def test_a_new_project_writes_nothing_over(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "sources.toml").write_text("mine")
    with pytest.raises(ConfigError, match=r"raw/sources\.toml is there already"):
        create(tmp_path)
    assert files_of(tmp_path) == {"raw/sources.toml": b"mine"}


@pytest.mark.parametrize("what", ["a link that leads nowhere", "a file where a folder belongs"])
def test_a_new_project_steps_around_what_is_in_its_way(what: str, tmp_path: Path) -> None:
    if what.startswith("a link"):
        (tmp_path / "Makefile").symlink_to(tmp_path / "elsewhere")
    else:
        (tmp_path / "raw").write_text("mine")
    with pytest.raises(ConfigError, match="there already"):
        create(tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_project_goes_into_a_folder_that_holds_other_things(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert len(create(tmp_path)) == len(plan())


def test_the_datasheet_asks_every_question_that_no_program_answers(project: Project) -> None:
    sheets = "".join(path.read_text(encoding="utf-8") for path in (project.dataset / "datasheet").iterdir())
    for question in questions():
        assert (f"\n# {question.id} = " in sheets) != question.computed
    answered = "\n".join(line.removeprefix("# ") if " = " in line else line for line in sheets.splitlines())
    assert len(tomllib.loads(answered)) == sum(not question.computed for question in questions())


def test_the_schedules_of_a_project_are_those_of_the_checkout() -> None:
    here = (ROOT / "prefect.yaml").read_text(encoding="utf-8").splitlines()[1:]
    there = plan()["prefect.yaml"].decode().splitlines()[1:]
    assert [line.replace("raw/sample", "raw").replace("name: sample", "name: news") for line in here] == there


def mends(check: Check, project: Project) -> str:
    """What the check wants mended, in one text; every other check but those of the machine is content."""
    others = [one for one in CHECKS if one not in (check, machine.server, machine.versions, machine.clock)]
    assert [finding for one in others for finding in one(project) if finding.level == "mend"] == []
    return "\n".join(f"{finding.where}: {finding.what}" for finding in check(project) if finding.level == "mend")


def notes(check: Check, project: Project) -> str:
    return "\n".join(f"{finding.where}: {finding.what}" for finding in check(project) if finding.level == "note")


def test_a_new_project_has_nothing_to_mend(project: Project) -> None:
    checks = [check for check in CHECKS if check not in (machine.server, machine.versions)]
    assert [finding for finding in examine(project, checks) if finding.level == "mend"] == []
    assert "title, description, publisher, contact still say" in notes(outputs.description, project)
    assert "40 questions" in notes(outputs.description, project)


def _break(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


FAULTS: dict[str, tuple[Check, Callable[[Project], object], str]] = {
    "time zone": (
        inputs.sources,
        lambda project: _break(project.raw / "sources.toml", "Europe/London", "Europe/Saltmere"),
        "Europe/Saltmere",
    ),
    "language": (
        inputs.sources,
        lambda project: _break(project.raw / "sources.toml", '"en-GB"', '"British English"'),
        "no tag such as en",
    ),
    "dataset.toml": (
        outputs.description,
        lambda project: _break(project.dataset / "dataset.toml", "CC0-1.0", "free for all"),
        "SPDX",
    ),
    "answer": (
        outputs.description,
        lambda project: (project.dataset / "datasheet" / "more.toml").write_text('Q1 = "?"'),
        "no question",
    ),
    "authority": (
        inputs.authority,
        lambda project: (
            (project.raw / "authority").mkdir(),
            (project.raw / "authority" / "people.toml").write_text("[[entry]]\nid = 1\n"),
        ),
        "people.toml",
    ),
    "limits.toml": (
        inputs.limits,
        lambda project: (project.raw / "limits.toml").write_text("[limits]\ndocument_line = 5\n"),
        "document_line",
    ),
    "a stable version with open questions": (
        outputs.description,
        lambda project: _break(project.dataset / "dataset.toml", "title =", 'channel = "stable"\ntitle ='),
        "is stable, and the datasheet leaves",
    ),
    "only strange files": (
        inputs.raw_folder,
        lambda project: [path.rename(path.with_suffix(".docx")) for path in project.raw.glob("*/*")],
        "there are readers for",
    ),
    "pointer": (
        outputs.pointers,
        lambda project: (
            (project.dataset / "versions").mkdir(),
            (project.dataset / "index.json").write_text("{"),
        ),
        "index.json",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_by_its_check_alone(fault: str, project: Project) -> None:
    check, arrange, says = FAULTS[fault]
    arrange(project)
    assert says in mends(check, project)


ODDITIES: dict[str, tuple[Check, Callable[[Project], object], str]] = {
    "a folder without a source": (
        inputs.sources,
        lambda project: (project.raw / "kestrel_post").rename(project.raw / "kestrel"),
        "Nothing is known of [kestrel]:",
    ),
    "a source without a folder": (
        inputs.sources,
        lambda project: (project.raw / "kestrel_post").rename(project.raw / "kestrel"),
        "no folder for kestrel_post",
    ),
    "a source without a zone": (
        inputs.sources,
        lambda project: _break(project.raw / "sources.toml", 'timezone = "America/Denver"\n', ""),
        "[kestrel_post] has no timezone",
    ),
    "a language without a pack": (
        inputs.sources,
        lambda project: _break(project.raw / "sources.toml", '"en-GB"', '"tlh"'),
        "no words of news pages in 'tlh'",
    ),
    "a link out": (
        inputs.links,
        lambda project: (project.raw / "weir_gazette" / "003.txt").symlink_to("/etc/hostname"),
        "Links that lead out of the raw folder or to nothing are not read: weir_gazette/003.txt",
    ),
    "a link to a folder": (
        inputs.links,
        lambda project: (project.raw / "again").symlink_to(project.raw / "weir_gazette"),
        "Links to folders are not followed: again",
    ),
    "a strange file": (
        inputs.raw_folder,
        lambda project: (project.raw / "weir_gazette" / "003.docx").write_bytes(b"PK"),
        "No reader for weir_gazette/003.docx",
    ),
    "a folder whose table needs quotes": (
        inputs.sources,
        lambda project: (project.raw / "kestrel_post").rename(project.raw / "L'Évening Post"),
        """Nothing is known of ["L'Évening Post"]:""",
    ),
    "what a killed run left": (
        outputs.leftovers,
        lambda project: (project.dataset / ".staging" / "1-abc").mkdir(parents=True),
        "1-abc",
    ),
    "no dataset.toml": (
        outputs.description,
        lambda project: shutil.rmtree(project.dataset),
        "nobody has described them",
    ),
}


@pytest.mark.parametrize("oddity", ODDITIES)
def test_an_oddity_is_a_note(oddity: str, project: Project) -> None:
    check, arrange, says = ODDITIES[oddity]
    assert says not in notes(check, project)
    arrange(project)
    assert says in notes(check, project)
    assert mends(check, project) == ""


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--about", "nowhere: there is no such folder to read dataset.toml from"),
        ("--expectations", "nowhere/articles.json: there is no suite for the table articles"),
        ("--sources", "nowhere: cannot be read (No such file or directory)"),
        ("--limits", "nowhere: cannot be read (No such file or directory)"),
        ("--notes", "nowhere: cannot be read: No such file or directory"),
    ],
)
def test_what_a_run_is_told_of_by_name_has_to_be_there_before_any_work(
    project: Project, capsys: pytest.CaptureFixture[str], option: str, says: str
) -> None:
    """A folder without dataset.toml published a version that nobody had described; suites were missed at the end."""
    command = ["run", "--plain", "--raw", str(project.raw), "--dataset", str(project.dataset), option, "nowhere"]
    assert main(command) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert says in told[0]


def test_a_dataset_in_its_raw_folder_is_refused(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the second night on, the tables of the first were read as articles."""
    monkeypatch.chdir(project.raw)
    for more in (["--plain"], ["--dry-run"]):
        assert main(["run", "--raw", ".", *more]) == 2
        assert "its files would be read as articles" in capsys.readouterr().err
    assert not Path("dataset").exists()
    assert "read as articles" in mends(outputs.permissions, Project(Path(), Path("dataset")))
    assert inside(Path(), Path("../dataset")) == inside(Path(), Path(".kept/dataset")) == ""


def test_a_folder_of_suites_of_ones_own_is_looked_at_where_it_is_named(project: Project) -> None:
    """A suite that was broken by hand was told by the run alone, after all the cleaning."""
    suites = shutil.copytree(ROOT / "expectations", project.raw.parent / "suites")
    own = replace(project, named={"expectations": suites})
    assert inputs.expectations(project) == inputs.expectations(own) == []
    _break(suites / "articles.json", '"column": "language"', '"column": "tongue"')
    assert 'The column "tongue"' in mends(inputs.expectations, own)
    (suites / "articles.json").write_text("{")
    (suites / "dates.json").unlink()
    found = mends(inputs.expectations, own)
    assert "articles.json: is no expectation suite" in found
    assert "no suite for the table dates" in found


def test_a_doctor_names_a_file_once_and_looks_at_folders(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.raw / "sources.toml").write_text("[weir_gazette]\nnaem = 1\n")
    assert told(inputs.sources(project)).count("sources.toml") == 1
    assert main(["doctor", "--dataset", "s3://bucket/news"]) == 2
    assert "doctor looks at folders" in capsys.readouterr().err


def test_what_editors_and_file_systems_put_into_a_file_by_hand_is_no_fault(project: Project) -> None:
    """A byte order mark was told as an invalid statement, and a decomposed name as a folder that is not there."""
    (project.raw / "kestrel_post").rename(project.raw / unicodedata.normalize("NFD", "L'Écho"))
    for path in (project.raw / "sources.toml", project.dataset / "dataset.toml"):
        text = path.read_text(encoding="utf-8").replace("[kestrel_post]", """["L'Écho"]""")
        path.write_text(f"\ufeff{text}", encoding="utf-8")
    assert mends(inputs.sources, project) == notes(inputs.sources, project) == ""
    assert mends(outputs.description, project) == ""
    assert {file.source_id for file in list_files(project.raw)} == set(load_sources(project.sources))


def test_no_raw_folder_is_one_thing_to_mend_and_stops_no_other_check(project: Project) -> None:
    shutil.rmtree(project.raw)
    found = [finding for finding in examine(project, CHECKS[3:]) if finding.level == "mend"]
    assert ["does not exist" in finding.what for finding in found] == [True]


def test_a_disk_that_a_version_cannot_fit_on_is_to_mend(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert mends(outputs.space, project) == ""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    assert "make room" in mends(outputs.space, project)


def test_a_server_that_does_not_answer_is_to_mend(project: Project) -> None:
    # Not by the environment: Prefect read it when another test imported it.
    with temporary_settings(updates={PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        assert "No server answers there" in mends(machine.server, project)


class _Guarded(BaseHTTPRequestHandler):
    """A server of Prefect's that wants a password for all but its health."""

    def do_GET(self) -> None:
        open_ = self.path.endswith("/health") or self.headers["Authorization"] == "Basic YWRhOnF1aWxs"
        self.send_response(200 if open_ else 401)
        self.end_headers()
        self.wfile.write(json.dumps(version("prefect")).encode())

    def log_message(self, *_: object) -> None:
        return


def test_a_server_that_wants_a_password_is_asked_with_it(project: Project) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Guarded) as guarded:
        threading.Thread(target=guarded.serve_forever, daemon=True).start()
        here = {PREFECT_API_URL: f"http://127.0.0.1:{guarded.server_port}/api"}
        with temporary_settings(updates=here):
            assert "wants a password" in mends(machine.server, project)
        with temporary_settings(updates=here | {PREFECT_API_AUTH_STRING: "ada:quill"}):
            assert machine.server(project) == []
        guarded.shutdown()


def test_a_key_that_cannot_be_read_is_to_mend(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_MINISIGN_KEY", str(project.raw / "no.key"))
    assert "no.key: the key to sign with cannot be read" in mends(outputs.signing, project)


def test_a_version_that_is_not_that_of_the_pin_is_to_mend(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "requires", lambda _: ["ftfy>=900", "no-such-package>=1", 'other>=1; extra == "dev"'])
    found = mends(machine.versions, project)
    assert "ftfy" in found
    assert "no-such-package: is not installed" in found
    assert "other" not in found


def test_a_name_cannot_rule_the_terminal() -> None:
    assert "\x1b" not in told([Finding("note", "a\x1b[2J", "b\x1b[2J")])


def test_many_names_are_told_by_number() -> None:
    assert some([str(number) for number in range(1234)]) == "0, 1, 2, 3, 4 and 1,229 more"
