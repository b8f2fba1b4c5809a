"""Decisions: kept for ever, taken back by another, made in a terminal, in CSV, and applied by the next run."""

from __future__ import annotations

import csv
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from copydesk import ingest
from copydesk.cli import main
from copydesk.normalize.names import AuthorityError, find_names, load_authority, propose_names
from copydesk.normalize.names.record import Book, Verdict, slug
from copydesk.normalize.names.review import review
from copydesk.printable import printable

KNOWN = '[[entry]]\nid = "anna-berg"\ncanonical = "Anna Berg"\ntype = "person"\ngiven = ["Anna"]\nsurname = ["Berg"]\n'
DAY = date(2026, 11, 23)
PAGE = (
    "Council puts the bridge off\n\n"
    "The council met on Tuesday and put the bridge off until spring, Gurgen Melikian said in the evening.\n\n"
    "The old bridge will be closed to lorries, and Gurgen Melikian asked the drivers for patience until May.\n\n"
    "Money for it was found in June, when Anne Berg signed the papers \u009b31m\u202e for the town and its council.\n\n"
    "The plans had been drawn by Garik Sahakian, an engineer from the next town, some eleven years before that.\n"
)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "authority").mkdir()
    (tmp_path / "authority" / "people.toml").write_text(KNOWN, encoding="utf-8")
    (tmp_path / "articles" / "ledger").mkdir(parents=True)
    (tmp_path / "articles" / "ledger" / "one.txt").write_text(PAGE, encoding="utf-8")
    return tmp_path / "articles"


def book(raw: Path) -> Book:
    return Book(raw.parent / "authority", "tester", DAY)


def linked(raw: Path, text: str) -> list[str | None]:
    found = find_names(text, raw.parent / "authority")
    return [one.entity_id for one in found if one.status == "linked"]


def in_terminal(raw: Path, keys: str, *more: str) -> tuple[str, int]:
    """What a person sees who presses these keys, one at each question, and how the command ended."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "copydesk.cli", "names", "review", "--of", str(raw), "--as-of", str(DAY), *more]
    process = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower, close_fds=True)
    os.close(follower)
    seen, asked, pressed = b"", 0, 0
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([leader], [], [], 0.2)[0]:
            try:
                seen += os.read(leader, 65536)
            except OSError:
                break
        asked = seen.count(b"q quit")
        while pressed < min(asked, len(keys)):
            os.write(leader, keys[pressed].encode())
            pressed += 1
    os.close(leader)
    return seen.decode(), process.wait(timeout=30)


def test_one_key_is_one_decision_and_the_next_run_applies_it(raw: Path) -> None:
    seen, code = in_terminal(raw, "nvx")
    assert code == 0, seen
    assert re.search(r"1 of 3 +Gurgen Melikian", seen)
    assert "×2" in seen
    assert "anna-berg  Anna Berg  (" in seen
    assert "1 new, 1 not-a-name, 1 variant decided, 0 names left" in seen
    assert linked(raw, "Gurgen Melikian came. Melikian left. Anne Berg stayed.") == [
        "gurgen-melikian",
        "gurgen-melikian",
        "anna-berg",
    ]
    assert propose_names([PAGE], load_authority(raw.parent / "authority")) == []


class Fake:
    """A terminal that presses given keys, and keeps what it was told."""

    def __init__(self, keys: str, line: str = "") -> None:
        self.keys, self.answer, self.seen = list(keys), line, ""

    def say(self, text: str) -> None:
        self.seen += text + "\n"

    def key(self) -> str:
        return self.keys.pop(0) if self.keys else ""

    def line(self, prompt: str) -> str:
        return self.answer


def reviewed(raw: Path, keys: str, line: str = "") -> str:
    authority = load_authority(raw.parent / "authority")
    fake = Fake(keys, line)
    review(propose_names([PAGE], authority), authority, book(raw), fake, printable)
    return fake.seen


def test_hostile_text_is_shown_and_rules_no_terminal(raw: Path) -> None:
    seen = reviewed(raw, "lq")
    assert "signed the papers \\u009b31m\\u202e for" in seen
    assert all(char.isprintable() or char == "\n" for char in seen)


def test_undo_takes_back_by_another_decision(raw: Path) -> None:
    seen = reviewed(raw, "unuq")
    assert "Nothing was decided yet" in seen
    assert "taken back: new gurgen-melikian" in seen
    kinds = [table["decision"] for table in book(raw).tables()]
    assert kinds == ["new", "undo"]
    assert book(raw).standing() == []
    assert linked(raw, "Gurgen Melikian came.") == []


def test_an_entry_may_be_named_and_a_key_without_meaning_does_nothing(raw: Path) -> None:
    assert "There is no such entry." in reviewed(raw, "V", "nobody\n")
    reviewed(raw, "\x1b?V", "anna-berg\n")
    assert [(one["decision"], one["entry"]) for one in book(raw).standing()] == [("variant", "anna-berg")]


def test_what_was_put_off_is_asked_again_on_demand(raw: Path) -> None:
    reviewed(raw, "l")
    assert "1 of 2" in reviewed(raw, "q")
    seen, code = in_terminal(raw, "\x1bnuq", "--again")
    assert code == 0
    assert "1 of 3" in seen
    assert "taken back: new gurgen-melikian" in seen


def test_without_a_terminal_the_error_says_what_to_do(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["names", "review", "--of", str(raw)]) == 2
    assert "names export" in capsys.readouterr().err


def test_a_project_without_an_authority_gets_copydesks_with_its_first_decision(raw: Path, tmp_path: Path) -> None:
    """Who only looks gets nothing; and the names that Copydesk brings are not lost by a first decision."""
    shutil.rmtree(raw.parent / "authority")
    (raw / "sources.toml").touch()
    queue = tmp_path / "queue.csv"
    assert main(["names", "export", str(queue), "--of", str(raw)]) == 0
    assert not (raw / "authority").exists()
    rows = rows_of(queue)
    rows[0]["decision"] = "new"
    write_rows(queue, rows)
    assert main(["names", "import", str(queue), "--of", str(raw)]) == 0
    known, before = load_authority(raw / "authority"), load_authority(None)
    assert len(known.entries) == len(before.entries) + 1


def test_a_queue_that_somebody_filled_is_not_written_over_and_no_authority_is_made_for_nothing(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second export emptied the sheet that was being filled; an import of nothing froze Copydesk's authority."""
    shutil.rmtree(raw.parent / "authority", ignore_errors=True)
    shutil.rmtree(raw / "authority", ignore_errors=True)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    queue, of = tmp_path / "queue.csv", ["--of", str(raw)]
    assert main(["names", "export", str(queue), *of]) == 0
    assert main(["names", "export", str(queue), *of]) == 0
    assert main(["names", "import", str(queue), *of]) == 0
    assert main(["names", "import", str(tmp_path / "none.csv"), *of]) == 2
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == {*before, queue}
    header, first, *rest = queue.read_text(encoding="utf-8").splitlines()
    filled = "\n".join([header, first.removesuffix(",,") + ",not-a-name,", *rest])
    queue.write_text(filled, encoding="utf-8")
    capsys.readouterr()
    assert main(["names", "export", str(queue), *of]) == 2
    assert "holds decisions that were not imported (1)" in capsys.readouterr().err
    assert queue.read_text(encoding="utf-8") == filled
    assert main(["names", "import", str(queue), *of]) == 0
    assert main(["names", "export", str(queue), *of]) == 0
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    assert main(["names", "export", str(tmp_path / "other.csv"), *of]) == 2
    assert "not written over" in capsys.readouterr().err


def test_a_place_that_is_not_there_has_no_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["names", "export", str(tmp_path / "q.csv"), "--of", str(tmp_path / "nowhere")]) == 3
    assert "nowhere does not exist" in capsys.readouterr().err
    assert main(["names", "lint", "--authority", str(tmp_path / "nowhere")]) == 2
    assert "--authority" in capsys.readouterr().err


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, rows: list[dict[str, str]], mark: str = ",") -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=mark)
        writer.writeheader()
        writer.writerows(rows)


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_filled_csv_is_taken_once_and_changing_it_takes_back(raw: Path, tmp_path: Path, mark: str) -> None:
    sheet = tmp_path / "queue.csv"
    assert main(["names", "export", str(sheet), "--of", str(raw)]) == 0
    rows = rows_of(sheet)
    assert [row["canonical"] for row in rows] == ["Gurgen Melikian", "Anne Berg", "Garik Sahakian"]
    assert not any("\u202e" in row["contexts"] for row in rows)
    rows[0]["decision"], rows[1]["decision"] = "new", "different"
    write_rows(sheet, rows, mark)
    assert main(["names", "import", str(sheet), "--of", str(raw), "--as-of", str(DAY)]) == 0
    assert main(["names", "import", str(sheet), "--of", str(raw), "--as-of", str(DAY)]) == 0
    assert [(one["decision"], one["entry"]) for one in book(raw).tables()] == [
        ("new", "gurgen-melikian"),
        ("different", "anna-berg"),
    ]
    assert main(["names", "export", str(sheet), "--of", str(raw)]) == 0
    rows = rows_of(sheet)
    assert [(row["canonical"], row["decision"]) for row in rows] == [
        ("Garik Sahakian", ""),
        ("Gurgen Melikian", "new"),
        ("Anne Berg", "different"),
    ]
    rows[1]["decision"], rows[1]["entry"], rows[2]["decision"] = "not-a-name", "", ""
    write_rows(sheet, rows, mark)
    assert main(["names", "import", str(sheet), "--of", str(raw), "--as-of", str(DAY)]) == 0
    assert [one["decision"] for one in book(raw).standing()] == ["not-a-name"]
    assert len(book(raw).tables()) == 5


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"decision": "perhaps"}, "decision is 'perhaps'"),
        ({"decision": "variant", "entry": "nobody"}, "no known entry"),
        ({"decision": "new", "entry": "anna-berg"}, "but it is there"),
        ({"decision": "new", "spellings": ""}, "spellings is empty"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_written(
    raw: Path, tmp_path: Path, change: dict[str, str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "queue.csv"
    main(["names", "export", str(sheet), "--of", str(raw)])
    rows = rows_of(sheet)
    rows[0]["decision"] = "new"
    rows[1] |= change
    write_rows(sheet, rows)
    assert main(["names", "import", str(sheet), "--of", str(raw)]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "row 3" in error
    assert not book(raw).path.exists()


def test_the_book_only_grows(raw: Path) -> None:
    one = book(raw)
    one.path.write_text("# by hand", encoding="utf-8")
    hostile = 'A "B"\\\x7f\x00\n[[decision]]\u2028 C'
    first = one.add(Verdict((hostile,), "not-a-name"))
    before = one.path.read_bytes()
    second = one.add(Verdict((hostile,), "later"))
    assert one.path.read_bytes().startswith(before)
    assert first != second
    assert [table["spellings"] for table in one.tables()] == [[hostile]] * 2
    one.undo(first)
    assert [table["id"] for table in one.standing()] == [second]
    load_authority(one.folder)


def test_an_undo_of_nothing_is_refused(raw: Path) -> None:
    (raw.parent / "authority" / "decisions.toml").write_text('[[decision]]\nid = "a"\ndecision = "undo"\nof = "b"\n')
    with pytest.raises(AuthorityError, match="no decision before it"):
        load_authority(raw.parent / "authority")


@pytest.mark.parametrize(("name", "id_"), [("Gurgen Melikian", "gurgen-melikian"), ("Նիկոլ Փաշինյան", "nikol-pashinyan"), ("I. al-Sisi", "i-al-sisi"), ("!", "name")])  # fmt: skip  # noqa: E501
def test_a_name_makes_an_id(name: str, id_: str) -> None:
    assert slug(name) == id_


def test_lint_says_what_is_doubtful(raw: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["names", "lint", "--of", str(raw)]) == 2
    assert "people.toml, anna-berg: reviewed_by" in capsys.readouterr().out
    assert main(["names", "lint", "--authority", str(Path(__file__).parent.parent / "raw" / "authority")]) == 0


def test_a_raw_folder_is_read_as_a_run_reads_it(raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the columns that sources.toml names; and a reader's own fault costs one file."""
    (raw.parent / "sources.toml").write_text('[dump]\ncolumns = { text = "leader" }\n', encoding="utf-8")
    (raw / "dump").mkdir()
    page = PAGE.replace("Gurgen Melikian", "Vardan Petikian")
    (raw / "dump" / "all.jsonl").write_text(json.dumps({"leader": page}) + "\n", encoding="utf-8")
    (raw / "ledger" / "two.warc").write_bytes(b"")
    monkeypatch.setitem(ingest.READERS, ".warc", lambda file: 1 / 0)  # type: ignore[arg-type, misc]
    target = tmp_path / "names.csv"
    assert main(["names", "export", str(target), "--of", str(raw), "--as-of", str(DAY)]) == 0
    asked = target.read_text(encoding="utf-8")
    assert "Vardan Petikian" in asked and "Gurgen Melikian" in asked
